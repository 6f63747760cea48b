//! What is said about how good the model is: measured by labels, by injected anomalies, or not at all.

use crate::metadata::EvaluationInfo;
use trainyard_types::{AnomalousSample, Evaluation, EvaluationWarning, Split};

/// Rows of the table of anomalous samples.
const MOST_SHOWN: usize = 10;

const UNKNOWN: &str = "No labels were given, so there is no accuracy, precision or recall: nobody has said which records \
*are* anomalies. Look at the highest-scoring records with somebody who knows the system before acting on them.";

pub(super) fn render(evaluation: &Evaluation, info: &EvaluationInfo<'_>) -> String {
    let judged = figures(evaluation, info);
    let parts = [alarms(evaluation), warnings(evaluation), judged, shown(evaluation)];
    parts.into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join("\n\n")
}

/// How often it raises an alarm.
fn alarms(evaluation: &Evaluation) -> String {
    let Some(alarms) = &evaluation.alarms else { return String::new() };
    let which = if alarms.measured_on == "test" { "held-back" } else { "training" };
    let daily = alarms.per_day.map_or(String::new(), |daily| format!(", about {daily:.1} a day"));
    format!(
        "It flags {} of {} {which} samples: {:.1} in a thousand{daily}.",
        alarms.alarms, alarms.samples, alarms.per_thousand
    )
}

fn warnings(evaluation: &Evaluation) -> String {
    let warning = |warning: &EvaluationWarning| format!("> **Beware:** {}.", warning.detail);
    evaluation.warnings.iter().map(warning).collect::<Vec<_>>().join("\n>\n")
}

/// The samples that it finds oddest, and why.
fn shown(evaluation: &Evaluation) -> String {
    let Some(shown) = evaluation.shown.as_ref().filter(|shown| !shown.most_anomalous.is_empty()) else {
        return String::new();
    };
    let row = |sample: &AnomalousSample| {
        let message = sample.sample.messages.first().map_or("", String::as_str);
        let reason = sample.reasons.first().map_or("", |reason| reason.text.as_str());
        let place = format!("{}:{}", sample.sample.file, sample.sample.line);
        format!("| {:.4} | {} | {} | {} |", sample.score, cell(&place), cell(message), cell(reason))
    };
    let rows = shown.most_anomalous.iter().take(MOST_SHOWN).map(row).collect::<Vec<_>>().join("\n");
    format!(
        "The most anomalous samples that it knows:\n\n| score | where | what | why |\n| ---: | --- | --- | --- |\n{rows}"
    )
}

/// A text within a cell: nothing of it is Markdown.
fn cell(text: &str) -> String {
    let cut: String = text.chars().take(120).collect();
    let plain = cut.replace(['\n', '\r', '|', '`'], " ");
    if plain.trim().is_empty() { String::new() } else { format!("`{}`", plain.trim()) }
}

fn figures(evaluation: &Evaluation, info: &EvaluationInfo<'_>) -> String {
    let metrics: Vec<(&str, f64)> = info.basic_metrics.measured.named().collect();
    if metrics.is_empty() {
        return UNKNOWN.into();
    }
    let heading = match &evaluation.injection {
        Some(injection) => {
            let kinds =
                injection.kinds.iter().map(|kind| format!("`{}`", kind.kind)).collect::<Vec<_>>().join(", ");
            format!(
                "No labels were given. The metrics are **injected** ones: incidents were staged in the logs ({kinds}), among \
                 training samples and held-back ones alike; the same recipe was fitted again and judged by {} held-back \
                 samples that belong to them and {} that do not. They say how well incidents of these kinds are found, not \
                 how well yours are. {} held-back samples that may be real anomalies were left out. The model in this \
                 package has seen none of the incidents.",
                injection.injected_samples, injection.normal_samples, injection.doubted_samples
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
        let interval =
            interval.map_or(String::new(), |found| format!("{:.4} to {:.4}", found.low, found.high));
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
    use trainyard_types::{
        Alarms, EvaluationWarning, Injection, Interval, Metrics, Shown, Split, SplitEvaluation,
    };

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
    fn what_is_odd_is_shown_with_its_lines_and_nothing_of_them_is_markdown() {
        let mut sample = judged();
        sample.evaluation.alarms = Some(Alarms {
            measured_on: "test".into(),
            samples: 2000,
            alarms: 30,
            per_thousand: 15.0,
            per_day: Some(12.0),
            days: Some(2.5),
        });
        sample.evaluation.warnings = vec![EvaluationWarning {
            code: "few-training-samples".into(),
            detail: "learned from 28 samples".into(),
        }];
        let odd = serde_json::json!({
            "file": "a.log", "line": 7, "records": 1, "messages": ["disk | <b>full</b>\n`rm`"], "score": 4.5,
            "flagged": true, "held_out": true,
            "reasons": [{"feature": "f", "text": "a rare statement", "value": 1.0, "usual": 0.0, "share": 0.8}]
        });
        sample.evaluation.shown = Some(Shown {
            most_anomalous: vec![serde_json::from_value(odd).unwrap()],
            kinds_of_normal: Vec::new(),
        });
        let text = readme(&sample);
        assert!(
            text.contains("It flags 30 of 2000 held-back samples: 15.0 in a thousand, about 12.0 a day.")
        );
        assert!(text.contains("> **Beware:** learned from 28 samples."));
        assert!(
            text.contains("| 4.5000 | `a.log:7` | `disk   <b>full</b>  rm` | `a rare statement` |"),
            "{text}"
        );
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
        sample.evaluation.injection = Some(Injection {
            normal_samples: 100,
            doubted_samples: 4,
            injected_samples: 10,
            training_share: Some(0.02),
            seed: 1,
            kinds: Vec::new(),
            draws: Vec::new(),
        });
        assert!(readme(&sample).contains("**injected**"));
    }
}
