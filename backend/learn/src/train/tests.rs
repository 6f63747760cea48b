//! What a training promises: nothing leaks, nothing is invented, whatever goes in.

mod classifiers;

use super::*;
use crate::{AlgorithmSpecification, IsolationForestParameters, Recipe, TrainingSet, random::RandomState};
use ndarray::{Array2, Axis};
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use trainyard_types::{
    EvaluationSpecification, MissingSpecification, ScalerSpecification, ThresholdPolicy,
    ThresholdSpecification,
};

fn names(count: usize) -> Vec<String> {
    (0..count).map(|column| format!("f{column}")).collect()
}

/// Mostly small counts, and every twentieth sample far from them: a caricature of HDFS sessions.
fn sessions(count: usize) -> (Array2<f64>, Vec<u32>) {
    let mut random = RandomState::new(11);
    let classes: Vec<u32> = (0..count).map(|row| u32::from(row % 20 == 7)).collect();
    let samples = Array2::from_shape_fn((count, 6), |(row, column)| {
        let base = f64::from(random.below(4));
        if classes[row] == 1 && column < 2 { base + 5.0 + 6.0 * random.next_double() } else { base }
    });
    (samples, classes)
}

fn forest() -> Recipe {
    Recipe {
        missing: MissingSpecification::Refuse,
        scaler: ScalerSpecification::Standard,
        algorithm: AlgorithmSpecification::IsolationForest(IsolationForestParameters {
            n_estimators: 20,
            ..Default::default()
        }),
        calibration: None,
    }
}

fn input<'a>(samples: &'a Array2<f64>, feature_names: &'a [String]) -> TrainInput<'a> {
    TrainInput {
        samples: samples.view(),
        feature_names,
        feature_descriptions: &[],
        labels: None,
        groups: None,
        timestamps: None,
        rows: None,
        recipe: forest(),
        threshold: ThresholdSpecification::default(),
        evaluation: EvaluationSpecification { bootstrap_resamples: 50, ..Default::default() },
        search: None,
        search_state: None,
        draws: Vec::new(),
        candidates: Vec::new(),
        choice_seconds: 0.0,
        memory_limit: None,
    }
}

#[test]
fn without_labels_or_split_it_is_the_forest_of_all_rows() {
    let (samples, _) = sessions(400);
    let names = names(6);
    let mut input = input(&samples, &names);
    input.evaluation.split = Split::None;
    let trained = train(input, &()).unwrap();
    let scaler = crate::StandardScaler::fit(samples.view()).unwrap();
    let scaled = scaler.transform(samples.view()).unwrap();
    let alone = forest().algorithm.fit(TrainingSet::unlabelled(scaled.view()), &()).unwrap();
    let scores = alone.score(scaled.view()).unwrap();
    assert_eq!(trained.pipeline.model, alone);
    assert_eq!(trained.pipeline.threshold, -crate::threshold::offset(scores.column(0), 0.1));
    assert_eq!((trained.evaluation.mode.as_str(), trained.evaluation.metrics), ("none", None));
    assert_eq!(trained.evaluation.training_scores.count, 400);
}

#[test]
fn with_labels_both_splits_are_measured() {
    let (samples, classes) = sessions(600);
    let names = names(6);
    let class_names = ["normal".to_owned(), "anomaly".to_owned()];
    let mut input = input(&samples, &names);
    input.labels = Some(Labels { classes: &class_names, of: &classes });
    input.evaluation.folds = 3;
    let evaluation = train(input, &()).unwrap().evaluation;
    assert_eq!((evaluation.mode.as_str(), evaluation.split), ("labelled", Split::Time));
    let metrics = evaluation.metrics.unwrap();
    assert_eq!((metrics.samples, metrics.positives), (120, Some(6)));
    assert!(metrics.roc_auc.unwrap() > 0.9, "{:?}", metrics.roc_auc);
    let interval = metrics.intervals["roc_auc"];
    assert!(interval.low <= metrics.roc_auc.unwrap() && metrics.roc_auc.unwrap() <= interval.high);
    assert_eq!(metrics.log_loss, None);
    let other = evaluation.other_split.unwrap();
    assert_eq!((other.split, other.test_samples), (Split::Shuffled, 120));
    assert!(other.metrics.unwrap().roc_auc.unwrap() > 0.8);
    let folds = evaluation.cross_validation.unwrap();
    assert_eq!((folds.kind, folds.folds.len()), (trainyard_types::FoldKind::TimeSeries, 3));
    assert!(folds.score.unwrap() > 0.3);
    let importance = evaluation.importance.unwrap();
    assert_eq!(importance.metric, "average_precision");
    let top: Vec<&str> = importance.features[..2].iter().map(|found| found.feature.as_str()).collect();
    assert!(top.contains(&"f0") && top.contains(&"f1"), "{top:?}");
    assert!(evaluation.injection.is_none());
}

#[test]
fn without_labels_what_is_measured_is_called_injected() {
    let (samples, _) = sessions(600);
    let names = names(6);
    let evaluation = train(input(&samples, &names), &()).unwrap().evaluation;
    assert_eq!(evaluation.mode, "injected");
    let injection = evaluation.injection.unwrap();
    // Three draws of 120 rows that are held out, some kinds of which have become incidents.
    let held_out = injection.normal_samples + injection.doubted_samples + injection.injected_samples;
    assert!((180..=360).contains(&held_out), "{held_out}");
    assert!(injection.doubted_samples <= 18);
    assert_eq!(injection.draws.len(), 3);
    assert!((0.003..0.05).contains(&injection.training_share.unwrap()));
    let metrics = evaluation.metrics.unwrap();
    assert!(injection.injected_samples >= 6);
    assert_eq!(metrics.positives, Some(injection.injected_samples));
    assert!(metrics.roc_auc.is_some());
    assert_eq!(injection.kinds.iter().map(|kind| kind.samples).sum::<u64>(), injection.injected_samples);
    let (all, single) = (metrics.intervals["average_precision"], &injection.draws[0]["average_precision"]);
    assert!(all.low <= *single && *single <= all.high);
    assert!(evaluation.other_split.is_none());
    let agreement = evaluation.agreement.unwrap();
    assert_eq!(agreement.seeds, [42, 43, 44]);
    assert!(agreement.minimum_jaccard <= agreement.mean_jaccard && agreement.mean_jaccard <= 1.0);
    assert_eq!(evaluation.importance.unwrap().metric, "mean_absolute_score_change");
}

#[test]
fn a_feature_that_is_the_outcome_is_named_with_what_it_means() {
    let (mut samples, classes) = sessions(600);
    for (row, class) in classes.iter().enumerate() {
        samples[[row, 3]] = f64::from(*class);
    }
    let names = names(6);
    let texts: Vec<String> = names.iter().map(|name| format!("What {name} counts.")).collect();
    let class_names = ["normal".to_owned(), "anomaly".to_owned()];
    let mut input = input(&samples, &names);
    input.feature_descriptions = &texts;
    input.labels = Some(Labels { classes: &class_names, of: &classes });
    let warnings = train(input, &()).unwrap().evaluation.warnings;
    let leak: Vec<&str> = warnings
        .iter()
        .filter(|warning| warning.code == "leaking-feature")
        .map(|warning| warning.detail.as_str())
        .collect();
    // The first two tell the classes apart, too; the others do not.
    assert_eq!(leak.len(), 3, "{warnings:?}");
    assert!(leak[2].starts_with("`f3` (What f3 counts) alone tells the classes apart"), "{}", leak[2]);
    assert!(leak[2].contains(r#"`"features": ["-f3"]`"#), "{}", leak[2]);
}

/// Whatever the held-out rows hold, the pipeline is the same.
#[test]
fn held_out_rows_do_not_leak_into_the_pipeline() {
    let (samples, classes) = sessions(300);
    let names = names(6);
    let class_names = ["normal".to_owned(), "anomaly".to_owned()];
    let pipeline = |samples: &Array2<f64>, classes: &[u32]| {
        let mut input = input(samples, &names);
        input.labels = Some(Labels { classes: &class_names, of: classes });
        input.threshold = ThresholdSpecification { policy: ThresholdPolicy::BestF1, value: 0.0 };
        train(input, &()).unwrap().pipeline
    };
    let usual = pipeline(&samples, &classes);
    let mut changed = samples.clone();
    changed.slice_axis_mut(Axis(0), (240..300).into()).fill(1e6);
    let mut other_classes = classes.clone();
    other_classes[240..].fill(1);
    assert_eq!(pipeline(&changed, &other_classes), usual);
}

#[test]
fn missing_values_are_refused_or_replaced() {
    let (mut samples, _) = sessions(200);
    samples[[3, 1]] = f64::NAN;
    samples[[190, 2]] = f64::NAN;
    let names = names(6);
    let error = train(input(&samples, &names), &()).unwrap_err().to_string();
    assert!(error.contains("row 3, column 1"), "{error}");
    let mut input = input(&samples, &names);
    input.recipe.missing = MissingSpecification::Median;
    let trained = train(input, &()).unwrap();
    assert!(trained.test_scores.unwrap().iter().all(|score| score.is_finite()));
    let stored = trained.pipeline.to_bytes().unwrap();
    assert_eq!(crate::Pipeline::from_bytes(&stored).unwrap(), trained.pipeline);
}

#[test]
fn one_class_alone_leaves_out_what_needs_two() {
    let (samples, _) = sessions(200);
    let classes = vec![0; 200];
    let names = names(6);
    let class_names = ["normal".to_owned(), "anomaly".to_owned()];
    let mut input = input(&samples, &names);
    input.labels = Some(Labels { classes: &class_names, of: &classes });
    let metrics = train(input, &()).unwrap().evaluation.metrics.unwrap();
    assert_eq!((metrics.roc_auc, metrics.average_precision, metrics.recall), (None, None, None));
    assert!(metrics.accuracy.is_some() && metrics.roc_curve.is_none());
    let text = serde_json::to_value(&metrics).unwrap();
    assert!(text.get("roc_auc").is_none());
}

#[test]
fn what_does_not_fit_together_is_refused_before_it_begins() {
    let (samples, classes) = sessions(100);
    let names = names(6);
    let class_names = ["normal".to_owned(), "anomaly".to_owned()];
    let error = |change: &dyn Fn(&mut TrainInput<'_>)| {
        let mut input = input(&samples, &names);
        change(&mut input);
        train(input, &()).unwrap_err()
    };
    let short = &classes[..99];
    let found = error(&|input| {
        // The lifetimes of a closure's input are its own: labels are leaked to outlive it.
        input.groups = Some(Box::leak(short.to_vec().into_boxed_slice()));
    });
    assert_eq!(found, FitError::Labels { samples: 100, labels: 99 });
    assert!(matches!(error(&|input| input.memory_limit = Some(1000)), FitError::Memory { .. }));
    let found = error(&|input| {
        input.threshold = ThresholdSpecification { policy: ThresholdPolicy::BestF1, value: 0.0 };
    });
    assert!(found.to_string().contains("labelled"));
    let mut wrong = input(&samples, &names);
    let classes = vec![7; 100];
    wrong.labels = Some(Labels { classes: &class_names, of: &classes });
    assert!(matches!(train(wrong, &()).unwrap_err(), FitError::ClassNumber { row: 0, class: 7, count: 2 }));
}

/// Cancels after some looks, and sees that progress only rises.
struct Impatient {
    looks: AtomicU64,
    last: AtomicU64,
    rises: AtomicBool,
}

impl crate::Progress for Impatient {
    fn report(&self, fraction: f64) {
        let before = f64::from_bits(self.last.swap(fraction.to_bits(), Ordering::SeqCst));
        if fraction < before || fraction > 1.0 {
            self.rises.store(false, Ordering::SeqCst);
        }
    }
    fn cancelled(&self) -> bool {
        self.looks.fetch_sub(1, Ordering::SeqCst) == 0
    }
}

impl Observer for Impatient {
    fn as_progress(&self) -> &dyn crate::Progress {
        self
    }
}

#[test]
fn progress_rises_and_cancelling_is_heard_in_every_phase() {
    let (samples, classes) = sessions(200);
    let names = names(6);
    let class_names = ["normal".to_owned(), "anomaly".to_owned()];
    let run = |looks| {
        let observer =
            Impatient { looks: AtomicU64::new(looks), last: AtomicU64::new(0), rises: AtomicBool::new(true) };
        let mut input = input(&samples, &names);
        input.labels = Some(Labels { classes: &class_names, of: &classes });
        input.evaluation.folds = 2;
        let outcome = train(input, &observer);
        assert!(observer.rises.load(Ordering::SeqCst));
        (outcome.err(), f64::from_bits(observer.last.load(Ordering::SeqCst)))
    };
    assert_eq!(run(u64::MAX), (None, 1.0));
    for looks in [0, 5, 25, 45, 75, 100, 120] {
        assert_eq!(run(looks).0, Some(FitError::Cancelled), "after {looks} looks");
    }
}
