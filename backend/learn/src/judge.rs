//! Judges a fitted pipeline on samples: by labels where there are some, else by injected anomalies.

use crate::{
    FitError, Output, Pipeline,
    injection::{AnomalyKind, inject},
    metrics::Numbers,
    metrics::{Judged, measure, point},
};
use ndarray::{Array1, Array2, ArrayView1, ArrayView2, Axis, Slice, concatenate};
use trainyard_types::{InjectedKind, Injection, Metrics};

/// The most held-out samples that anomalies are injected among.
const MOST_NORMAL: usize = 20_000;

/// What a pipeline says about labelled samples, ready to be judged.
pub(crate) struct Verdicts {
    classes: Vec<String>,
    truth: Vec<u32>,
    predicted: Vec<u32>,
    scores: Array2<f64>,
    probabilities: bool,
}

impl Verdicts {
    /// Of a pipeline with its threshold. Of two classes `score > threshold` decides, of more the largest score.
    pub(crate) fn new(
        pipeline: &Pipeline,
        samples: ArrayView2<'_, f64>,
        classes: &[String],
        truth: Vec<u32>,
    ) -> Result<Self, FitError> {
        let outputs = pipeline.outputs(samples)?;
        let scores = pipeline.reduce(outputs.view());
        Ok(Self::of_scores(pipeline, outputs, &scores, classes, truth))
    }

    fn of_scores(
        pipeline: &Pipeline,
        outputs: Array2<f64>,
        scores: &Array1<f64>,
        classes: &[String],
        truth: Vec<u32>,
    ) -> Self {
        let probabilities = pipeline.model.output() == Output::Probabilities;
        let (predicted, scores) = if classes.len() == 2 {
            let flagged = |score: &f64| u32::from(pipeline.is_anomaly(*score));
            (scores.iter().map(flagged).collect(), scores.clone().insert_axis(Axis(1)))
        } else {
            (pipeline.predicted_classes(outputs.view()), outputs)
        };
        Self { classes: classes.to_vec(), truth, predicted, scores, probabilities }
    }

    pub(crate) fn judged(&self) -> Judged<'_> {
        Judged {
            classes: &self.classes,
            truth: &self.truth,
            predicted: &self.predicted,
            scores: self.scores.view(),
            probabilities: self.probabilities,
        }
    }
}

/// The numbers of a pipeline on labelled samples.
pub(crate) fn numbers(
    pipeline: &Pipeline,
    samples: ArrayView2<'_, f64>,
    classes: &[String],
    truth: Vec<u32>,
) -> Result<Numbers, FitError> {
    Ok(point(Verdicts::new(pipeline, samples, classes, truth)?.judged()))
}

/// The names of the classes of the mode `injected`.
fn injected_classes() -> [String; 2] {
    ["normal".into(), "injected".into()]
}

/// Held-out samples and the anomalies injected among them.
struct Mixture {
    samples: Array2<f64>,
    normal: usize,
    kinds: Vec<AnomalyKind>,
}

impl Mixture {
    fn new(
        training: ArrayView2<'_, f64>,
        held_out: ArrayView2<'_, f64>,
        seed: u32,
    ) -> Result<Self, FitError> {
        let step = held_out.nrows().div_ceil(MOST_NORMAL).max(1);
        let held_out = held_out.slice_axis(Axis(0), Slice::new(0, None, step as isize));
        let injected = inject(training, held_out, seed);
        let samples = concatenate(Axis(0), &[held_out, injected.samples.view()])
            .map_err(|error| FitError::Impossible(error.to_string()))?;
        Ok(Self { samples, normal: held_out.nrows(), kinds: injected.kinds })
    }

    fn truth(&self) -> Vec<u32> {
        (0..self.samples.nrows()).map(|row| u32::from(row >= self.normal)).collect()
    }
}

/// The numbers of a pipeline that tells held-out samples from injected anomalies.
pub(crate) fn injected_numbers(
    pipeline: &Pipeline,
    training: ArrayView2<'_, f64>,
    held_out: ArrayView2<'_, f64>,
    seed: u32,
) -> Result<Numbers, FitError> {
    let mixture = Mixture::new(training, held_out, seed)?;
    numbers(pipeline, mixture.samples.view(), &injected_classes(), mixture.truth())
}

/// The whole report of a pipeline that tells held-out samples from injected anomalies, and one by kind.
pub(crate) fn injected_report(
    pipeline: &Pipeline,
    training: ArrayView2<'_, f64>,
    held_out: ArrayView2<'_, f64>,
    resamples: u32,
    seed: u32,
) -> Result<(Metrics, Injection), FitError> {
    let mixture = Mixture::new(training, held_out, seed)?;
    let verdicts = Verdicts::new(pipeline, mixture.samples.view(), &injected_classes(), mixture.truth())?;
    let scores = verdicts.scores.column(0);
    let of_kind = |kind: AnomalyKind| {
        let rows: Vec<usize> = (0..mixture.kinds.len())
            .filter(|row| mixture.kinds[*row] == kind)
            .map(|row| mixture.normal + row)
            .collect();
        by_kind(pipeline, scores, mixture.normal, kind, &rows)
    };
    let injection = Injection {
        normal_samples: mixture.normal as u64,
        injected_samples: mixture.kinds.len() as u64,
        seed,
        kinds: AnomalyKind::ALL.into_iter().map(of_kind).collect(),
    };
    Ok((measure(verdicts.judged(), resamples, seed), injection))
}

fn by_kind(
    pipeline: &Pipeline,
    scores: ArrayView1<'_, f64>,
    normal: usize,
    kind: AnomalyKind,
    rows: &[usize],
) -> InjectedKind {
    let chosen: Array1<f64> = (0..normal).chain(rows.iter().copied()).map(|row| scores[row]).collect();
    let truth: Vec<u32> = (0..chosen.len()).map(|row| u32::from(row >= normal)).collect();
    let predicted: Vec<u32> = chosen.iter().map(|score| u32::from(pipeline.is_anomaly(*score))).collect();
    let numbers = point(Judged {
        classes: &injected_classes(),
        truth: &truth,
        predicted: &predicted,
        scores: chosen.view().insert_axis(Axis(1)),
        probabilities: false,
    });
    InjectedKind {
        kind: kind.name().into(),
        description: kind.description().into(),
        samples: rows.len() as u64,
        recall: numbers.recall.unwrap_or_default(),
        roc_auc: numbers.roc_auc.unwrap_or_default(),
        average_precision: numbers.average_precision.unwrap_or_default(),
    }
}
