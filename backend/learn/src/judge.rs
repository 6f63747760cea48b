//! Judges by labels where there are some, else by incidents: a fitted pipeline on labelled samples, a recipe on draws.

use crate::{
    FitError, Output, Pipeline, Progress, Recipe, auto,
    doubt::doubted,
    injection::Draw,
    metrics::Numbers,
    metrics::{Judged, measure, point},
    statistics,
    telling::telling,
    train::{fit, fit_with_threshold},
};
use ndarray::{Array1, Array2, ArrayView2, Axis};
use std::collections::BTreeMap;
use trainyard_types::{
    EvaluationSpecification, InjectedKind, Injection, Interval, Metrics, MissingSpecification,
    ThresholdSpecification,
};

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
        let probabilities = pipeline.output() == Output::Probabilities;
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

/// What is judged on draws.
#[derive(Clone, Copy)]
pub(crate) struct Contest<'a> {
    pub(crate) recipe: &'a Recipe,
    /// Nothing where scores are only ranked: a threshold can cost more than the fit.
    pub(crate) threshold: Option<&'a ThresholdSpecification>,
    pub(crate) evaluation: &'a EvaluationSpecification,
}

/// What a recipe makes of the test part of a draw.
#[derive(Default)]
struct Findings {
    /// How far each score is above the threshold: so those of several fits can be put together.
    margins: Vec<f64>,
    kinds: Vec<Option<u16>>,
}

impl Findings {
    fn truth(&self) -> Vec<u32> {
        self.kinds.iter().map(|kind| u32::from(kind.is_some())).collect()
    }

    fn predicted(&self) -> Vec<u32> {
        self.margins.iter().map(|margin| u32::from(*margin > 0.0)).collect()
    }

    /// Of these rows.
    fn part(&self, fits: impl Fn(Option<u16>) -> bool) -> Self {
        let chosen = self.margins.iter().zip(&self.kinds).filter(|(_, kind)| fits(**kind));
        let (margins, kinds) = chosen.map(|(margin, kind)| (*margin, *kind)).unzip();
        Self { margins, kinds }
    }

    fn judge<T>(&self, how: impl FnOnce(Judged<'_>) -> T) -> T {
        let (classes, truth, predicted) = (injected_classes(), self.truth(), self.predicted());
        let scores = Array1::from_vec(self.margins.clone()).insert_axis(Axis(1));
        how(Judged {
            classes: &classes,
            truth: &truth,
            predicted: &predicted,
            scores: scores.view(),
            probabilities: false,
        })
    }
}

impl Contest<'_> {
    /// Fits the recipe to the training part, incidents and all, or to a share of it, and scores the test part.
    fn on(&self, draw: &Draw, share: f64, progress: &dyn Progress) -> Result<Findings, FitError> {
        let data = draw.data();
        let all = &draw.rows.training;
        let count = ((all.len() as f64 * share).ceil() as usize).clamp(1.min(all.len()), all.len());
        let rows: Vec<usize> = (0..count).map(|place| all[place * all.len() / count]).collect();
        let (pipeline, _) = match self.threshold {
            Some(threshold) => {
                fit_with_threshold(&data, self.recipe, threshold, self.evaluation, &rows, progress)?
            }
            None => {
                let fitted = fit(&data, self.recipe, &rows, progress)?;
                (fitted.pipeline, fitted.scores)
            }
        };
        let scores = pipeline.score(data.rows(&draw.rows.test).view())?;
        let margins = scores.iter().map(|score| score - pipeline.threshold);
        let judged = margins.zip(draw.test_kinds()).zip(draw.judged()).filter(|(_, judged)| *judged);
        let (margins, kinds) = judged.map(|(found, _)| found).unzip();
        Ok(Findings { margins, kinds })
    }

    /// The numbers on one draw, of a fit to a share of its training part.
    pub(crate) fn numbers(
        &self,
        draw: &Draw,
        share: f64,
        progress: &dyn Progress,
    ) -> Result<Numbers, FitError> {
        Ok(self.on(draw, share, progress)?.judge(point))
    }

    /// The whole report over several draws, and one by kind.
    pub(crate) fn report(
        &self,
        draws: &[Draw],
        progress: &dyn Progress,
    ) -> Result<(Metrics, Injection), FitError> {
        let mut all = Findings::default();
        let mut each: Vec<BTreeMap<String, f64>> = Vec::new();
        for draw in draws {
            let found = self.on(draw, 1.0, progress)?;
            each.push(found.judge(point).measured());
            all.margins.extend(found.margins);
            all.kinds.extend(found.kinds);
        }
        let (resamples, seed) = (self.evaluation.bootstrap_resamples, self.evaluation.seed);
        let mut metrics = all.judge(|judged| measure(judged, resamples, seed));
        widen(&mut metrics.intervals, &each);
        let telling = telling(draws);
        let known = draws.first().map(|draw| draw.known.as_slice()).unwrap_or_default();
        let kinds = known.iter().zip(0_u16..).filter_map(|(kind, at)| {
            let part = all.part(|found| found.is_none_or(|found| found == at));
            let samples = part.kinds.iter().filter(|kind| kind.is_some()).count() as u64;
            let numbers = part.judge(point);
            (samples > 0).then(|| InjectedKind {
                kind: kind.name.into(),
                description: kind.description.into(),
                samples,
                recall: numbers.recall.unwrap_or_default(),
                roc_auc: numbers.roc_auc.unwrap_or_default(),
                average_precision: numbers.average_precision.unwrap_or_default(),
                features: telling.get(&at).cloned().unwrap_or_default(),
            })
        });
        let injected = all.kinds.iter().filter(|kind| kind.is_some()).count() as u64;
        let trained: usize = draws.iter().map(|draw| draw.rows.training.len()).sum();
        let recurring: usize = draws.iter().map(|draw| draw.incidents(&draw.rows.training)).sum();
        let injection = Injection {
            normal_samples: all.kinds.len() as u64 - injected,
            doubted_samples: draws.iter().flat_map(Draw::judged).filter(|judged| !judged).count() as u64,
            injected_samples: injected,
            training_share: Some(recurring as f64 / trained.max(1) as f64),
            seed: draws.first().map_or(seed, |draw| draw.seed),
            kinds: kinds.collect(),
            draws: each,
        };
        Ok((metrics, injection))
    }
}

/// Makes intervals wide enough for what single draws came to.
fn widen(intervals: &mut BTreeMap<String, Interval>, draws: &[BTreeMap<String, f64>]) {
    for (name, interval) in intervals {
        for value in draws.iter().filter_map(|draw| draw.get(name)) {
            interval.low = interval.low.min(*value);
            interval.high = interval.high.max(*value);
        }
    }
}

/// The average precision with which the detector that is tried first by `auto` finds the incidents of a draw; None where
/// it cannot be fitted or judged.
pub fn likeliest_finds(draw: &mut Draw) -> Option<f64> {
    let missing = MissingSpecification::Refuse;
    let training = draw.samples.select(Axis(0), &draw.rows.training);
    let known = auto::Known {
        training_rows: training.nrows(),
        columns: training.ncols(),
        labelled: false,
        anomalies: 0,
        one_unit: draw.one_unit,
        counts: statistics::are_counts(training.view()),
    };
    let recipe = auto::recipes(auto::AutoParameters::default(), known, missing).into_iter().next()?;
    draw.doubted = doubted(draw, missing, &()).ok()?;
    let contest =
        Contest { recipe: &recipe, threshold: None, evaluation: &EvaluationSpecification::default() };
    contest.numbers(draw, 1.0, &()).ok()?.average_precision
}
