//! What is said about how good the model is: measured by labels, by injected anomalies, or not at all.

use crate::metadata::EvaluationInfo;
use trainyard_types::{Evaluation, Split};

const UNKNOWN: &str = "No labels were given, so there is no accuracy, precision or recall: nobody has said which records \
*are* anomalies. Look at the highest-scoring records with somebody who knows the system before acting on them.";

pub(super) fn render(evaluation: &Evaluation, info: &EvaluationInfo<'_>) -> String {
    let metrics: Vec<(&str, f64)> = info.basic_metrics.measured.named().collect();
    if metrics.is_empty() {
        return UNKNOWN.into();
    }
    let heading = match &evaluation.injection {
        Some(injection) => {
            let kinds = injection.kinds.iter().map(|kind| format!("`{}`", kind.kind)).collect::<Vec<_>>().join(", ");
            format!(
                "No labels were given. The metrics are **injected** ones: {} synthetic anomalies ({kinds}) were mixed \
                 into {} held-back samples, which were taken for normal. They say how well anomalies of these kinds are \
                 found, not how well yours are.",
                injection.injected_samples, injection.normal_samples
            )
        }
        None => "The metrics are measured on labelled samples that the model was not fitted on.".into(),
    };
    let other = info.other_split.as_ref().filter(|other| other.metrics.named().next().is_some());
    let mut header = format!("| metric | {} | 95 % interval |", split(info.split));
    let mut rule = "| --- | ---: | --- |".to_owned();
    if let Some(other) = other {
        header += &format!(" {} |", split(other.split));
        rule += " ---: |";
    }
    let row = |(name, value): &(&str, f64)| {
        let interval = evaluation.metrics.as_ref().and_then(|metrics| metrics.intervals.get(*name));
        let interval = interval.map_or(String::new(), |found| format!("{:.4} to {:.4}", found.low, found.high));
        let mut row = format!("| {name} | {value:.4} | {interval} |");
        if let Some(other) = other {
            let found = other.metrics.named().find(|(known, _)| known == name);
            row += &found.map_or(" |".into(), |(_, value)| format!(" {value:.4} |"));
        }
        row
    };
    let rows = metrics.iter().map(row).collect::<Vec<_>>().join("\n");
    format!("{heading}\n\n{header}\n{rule}\n{rows}")
}

fn split(split: Split) -> &'static str {
    match split {
        Split::Time => "the latest samples",
        Split::Shuffled => "samples drawn at random",
        Split::None => "all samples",
    }
}

#[cfg(test)]
mod tests {
    use crate::testing::{Sample, files};
    use crate::{Layout, build};
    use trainyard_types::{Injection, Interval, Metrics, Split, SplitEvaluation};

    fn readme(sample: &Sample) -> String {
        let package = build(&sample.input(), Layout::Folder).unwrap();
        String::from_utf8(files(&package)["README.md"].clone()).unwrap()
    }

    fn judged() -> Sample {
        let mut sample = Sample::new();
        let metrics = Metrics { f1_score: Some(0.75), recall: Some(0.5), ..Metrics::default() };
        sample.evaluation.metrics = Some(metrics.clone());
        let metrics = sample.evaluation.metrics.as_mut().unwrap();
        metrics.intervals.insert("f1_score".into(), Interval { low: 0.6, high: 0.9 });
        sample
    }

    #[test]
    fn without_labels_nothing_is_claimed() {
        let text = readme(&Sample::new());
        assert!(text.contains("nobody has said which records"));
        assert!(!text.contains("f1_score"));
    }

    #[test]
    fn both_splits_and_the_intervals_are_shown() {
        let mut sample = judged();
        sample.evaluation.mode = "labelled".into();
        sample.evaluation.other_split = Some(SplitEvaluation {
            split: Split::Shuffled,
            training_samples: 80,
            test_samples: 20,
            threshold: 0.5,
            metrics: Some(Metrics { f1_score: Some(0.875), ..Metrics::default() }),
            reason: None,
        });
        let text = readme(&sample);
        assert!(text.contains("| f1_score | 0.7500 | 0.6000 to 0.9000 | 0.8750 |"), "{text}");
        assert!(text.contains("| recall | 0.5000 |  | |"), "{text}");
        assert!(!text.contains("injected"));
    }

    #[test]
    fn injected_anomalies_are_called_so() {
        let mut sample = judged();
        sample.evaluation.mode = "injected".into();
        sample.evaluation.injection =
            Some(Injection { normal_samples: 100, injected_samples: 10, seed: 1, kinds: Vec::new() });
        assert!(readme(&sample).contains("**injected**"));
    }
}
