//! A small fitted pipeline of every algorithm: whatever the registry has takes part.

use crate::python::write_numbers;
use ndarray::{Array2, ArrayView2, Axis};
use serde_json::json;
use std::{fs, path::Path};
use trainyard_learn::{
    Algorithm, Output, Pipeline, Recipe, algorithms, parse_algorithm, random::RandomState, recipe, threshold,
};
use trainyard_sklearn::Verdict;
use trainyard_types::{
    CalibrationMethod, CalibrationSpecification, MissingSpecification, ScalerSpecification,
};

const ROWS: usize = 150;
const COLUMNS: usize = 4;
const CONTAMINATION: f64 = 0.1;

/// A pipeline and the rows that it was fitted to.
pub(crate) struct Fitted {
    pub(crate) name: String,
    pub(crate) pipeline: Pipeline,
    samples: Array2<f64>,
    labels: Vec<u32>,
    /// What it is asked about: the same rows, and others where trees are likely to have thresholds.
    rows: Array2<f64>,
}

/// Every algorithm with its default parameters, classifiers with two classes and with three; preparations by turns.
/// Then the distance to several normal samples, in every way to measure it, and to those of logarithms; and calibrated
/// classifiers.
pub(crate) fn every_model() -> Vec<Fitted> {
    let preparations = [
        (MissingSpecification::Refuse, ScalerSpecification::None),
        (MissingSpecification::Mean, ScalerSpecification::Standard),
        (MissingSpecification::Constant { value: 0.5 }, ScalerSpecification::MinMax),
        (MissingSpecification::Median, ScalerSpecification::Robust),
    ];
    // By name, so that none changes its preparation when the list is shown in another order.
    let mut algorithms: Vec<&Algorithm> = algorithms().iter().collect();
    algorithms.sort_by_key(|algorithm| algorithm.id);
    let cases = algorithms.iter().flat_map(|algorithm| {
        let classes: &[u32] = if algorithm.task == "classification" { &[2, 3] } else { &[0] };
        classes.iter().map(|classes| (algorithm.id, *classes))
    });
    let defaults = cases.map(|(algorithm, classes)| {
        let mut wanted = json!({"type": algorithm});
        if algorithm == "logistic_regression" {
            // scikit-learn's own solver warns when it needs more than it may.
            wanted["max_iter"] = 2000.into();
        }
        (format!("{algorithm}-{classes}"), wanted, classes, None)
    });
    let several = ["cosine", "euclidean", "manhattan"].map(|metric| {
        let wanted = json!({"type": "nearest_normal", "n_neighbors": 4, "metric": metric});
        (format!("nearest_normal-{metric}-0"), wanted, 0, None)
    });
    let counted =
        ("nearest_normal-log1p-0".to_owned(), json!({"type": "nearest_normal", "n_neighbors": 4}), 0, None);
    defaults
        .chain(several)
        .chain(calibrated())
        .zip(preparations.into_iter().cycle())
        .chain([(counted, (MissingSpecification::Refuse, ScalerSpecification::Log1p))])
        .map(|(asked, (missing, scaler))| fitted(asked, missing, scaler))
        .collect()
}

/// Name, algorithm, classes, calibration.
type Asked = (String, serde_json::Value, u32, Option<CalibrationSpecification>);

/// Each way to calibrate, over each way to get the scores for it.
fn calibrated() -> impl Iterator<Item = Asked> {
    let algorithms = [
        json!({"type": "random_forest", "n_estimators": 10}),
        json!({"type": "logistic_regression", "max_iter": 2000}),
        json!({"type": "hist_gradient_boosting", "max_iter": 10}),
        json!({"type": "svc"}),
    ];
    algorithms.into_iter().flat_map(|algorithm| {
        [CalibrationMethod::Sigmoid, CalibrationMethod::Isotonic].into_iter().flat_map(move |method| {
            let algorithm = algorithm.clone();
            [2, 3].into_iter().map(move |classes| {
                let id = algorithm["type"].as_str().unwrap();
                let name = format!("{id}-{}-{classes}", method.name());
                (name, algorithm.clone(), classes, Some(CalibrationSpecification { method, folds: 3 }))
            })
        })
    })
}

fn fitted(asked: Asked, missing: MissingSpecification, scaler: ScalerSpecification) -> Fitted {
    let (name, wanted, classes, calibration) = asked;
    let (mut samples, labels) = data(classes.max(2));
    if scaler == ScalerSpecification::Log1p {
        samples.mapv_inplace(f64::abs);
    }
    if missing != MissingSpecification::Refuse {
        for row in (0..ROWS).step_by(7) {
            samples[[row, row % COLUMNS]] = f64::NAN;
        }
    }
    let recipe = Recipe { missing, scaler, algorithm: parse_algorithm(&wanted, "").unwrap(), calibration };
    let feature_names: Vec<String> = (0..COLUMNS).map(|column| format!("feature {column}")).collect();
    let class_names: Vec<String> = (0..classes).map(|class| format!("class {class}")).collect();
    let training = recipe::Samples {
        values: samples.view(),
        feature_names: &feature_names,
        classes: (classes > 0).then_some((class_names.as_slice(), labels.as_slice())),
        groups: None,
    };
    let mut pipeline = recipe.fit(training, &()).unwrap().pipeline;
    pipeline.contamination = CONTAMINATION;
    pipeline.threshold = match pipeline.output() {
        Output::Abnormality => {
            let scores = -pipeline.score(samples.view()).unwrap();
            -threshold::offset(scores.view(), CONTAMINATION)
        }
        Output::Probabilities | Output::Decision => 0.5,
    };
    let rows = ndarray::concatenate![Axis(0), samples, between(samples.view())];
    Fitted { name, pipeline, samples, labels, rows }
}

/// Rows with one value half-way between two that follow each other in its column, or as near to that as single
/// precision can be on either side: where a threshold lies, a rounding error leads the other way.
fn between(samples: ArrayView2<'_, f64>) -> Array2<f64> {
    let mut rows = Array2::zeros((0, COLUMNS));
    for column in 0..COLUMNS {
        let mut values: Vec<f64> = samples.column(column).iter().copied().filter(|v| v.is_finite()).collect();
        values.sort_unstable_by(f64::total_cmp);
        for (i, pair) in values.windows(2).enumerate().step_by(3) {
            let middle = ((pair[0] + pair[1]) / 2.0) as f32;
            for value in [middle.next_down(), middle, middle.next_up()] {
                let mut row = samples.row(i).to_owned();
                row.mapv_inplace(|value| if value.is_nan() { 0.25 } else { value });
                row[column] = f64::from(value);
                rows.push_row(row.view()).unwrap();
            }
        }
    }
    rows
}

/// Overlapping groups, by values that are exact in single precision.
fn data(classes: u32) -> (Array2<f64>, Vec<u32>) {
    let mut random = RandomState::new(classes);
    let labels: Vec<u32> = (0..ROWS as u32).map(|row| row % classes).collect();
    let samples = Array2::from_shape_fn((ROWS, COLUMNS), |(row, column)| {
        let noise: f64 = (0..6).map(|_| random.next_double() - 0.5).sum();
        let center = f64::from(labels[row]) * if column % 2 == 0 { 1.5 } else { -0.75 };
        f64::from(((center + noise) * 10_f64.powi(column as i32)) as f32)
    });
    (samples, labels)
}

impl Fitted {
    pub(crate) fn verdict(&self) -> Verdict {
        Verdict { contamination: CONTAMINATION, offset: -self.pipeline.threshold }
    }

    /// What the model says of the rows: as [`FittedModel::score`].
    fn outputs(&self) -> Array2<f64> {
        self.pipeline.outputs(self.rows.view()).unwrap()
    }

    /// Writes what the Python beside this needs to know, but for the pickle or graph itself: an entry of `cases.json`.
    pub(crate) fn write(&self, folder: &Path) -> serde_json::Value {
        let path = |extension| folder.join(format!("{}.{extension}", self.name));
        write_numbers(&path("matrix"), &self.samples);
        write_numbers(&path("rows"), &self.rows);
        write_numbers(&path("outputs"), &self.outputs());
        let labels: Vec<f64> = self.labels.iter().map(|label| f64::from(*label)).collect();
        write_numbers(&path("labels"), &labels);
        let predicted = match self.pipeline.output() {
            Output::Abnormality => self.anomalies(),
            _ => self.pipeline.predicted_classes(self.outputs().view()),
        };
        json!({
            "name": self.name,
            "columns": COLUMNS,
            "output": format!("{:?}", self.pipeline.output()),
            "class": self.pipeline.class_name(),
            "threshold": self.pipeline.threshold,
            "predicted": predicted,
        })
    }

    fn anomalies(&self) -> Vec<u32> {
        let flags = self.pipeline.predict(self.rows.view()).unwrap();
        flags.iter().map(|flag| u32::from(*flag)).collect()
    }
}

/// Writes the list of cases.
pub(crate) fn write_cases(folder: &Path, cases: &[serde_json::Value]) {
    fs::write(folder.join("cases.json"), serde_json::to_vec(cases).unwrap()).unwrap();
}
