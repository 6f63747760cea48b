//! `README.md`: the model card, written from the facts of this model. The text is `text/README.md`; this module
//! fills its `{{places}}`.

mod judgement;
mod tables;
mod template;

use crate::metadata::Metadata;
use crate::{PackageInput, file_name, folder_name};
use chrono::{DateTime, Utc};
use tables::plural;
use template::inline;
use trainyard_types::{ModelOutput, Split};

const TEXT: &str = include_str!("../text/README.md");

pub(crate) fn render(input: &PackageInput<'_>, metadata: &Metadata<'_>) -> String {
    let evaluation = &metadata.evaluation_info;
    let measured = tables::scores(evaluation);
    let share = evaluation.basic_metrics.anomaly_ratio * 100.0;
    template::fill(TEXT, |place| {
        Some(match place {
            "front_matter" => front_matter(input),
            "title" => inline(input.model_name),
            "summary" => summary(input),
            "version" => input.version.into(),
            "created" => day(input.created_at),
            "created_by" => inline(input.created_by),
            "deployed" => day(input.deployed_at),
            "deployed_by" => inline(input.deployed_by),
            "data" => data(input),
            "samples" => samples(input),
            "scikit_learn" => input.target.scikit_learn.into(),
            "python" => input.target.python.into(),
            "package" => file_name(input.version),
            "folder" => folder_name(input.version),
            "files" => tables::files(input),
            "scoring" => scoring(input),
            "threshold" => input.evaluation.threshold.to_string(),
            "percentile" => format!("{:.4}", (1.0 - input.contamination) * 100.0)
                .trim_end_matches('0')
                .trim_end_matches('.')
                .into(),
            "measured" => measured_on(input),
            "measured_columns" => measured.columns.clone(),
            "measured_rule" => measured.rule.clone(),
            "measured_rows" => measured.rows.clone(),
            "judgement" => judgement::render(input.evaluation, evaluation),
            "feature_count" => input.features.len().to_string(),
            "constant" => constant(&input.statistics.constant_features),
            "features" => tables::features(input),
            "example" => tables::example(input),
            "expected_share" => format!(
                "{share:.1} % of the {} samples were above the threshold.",
                if evaluation.measured_on == "test" { "held-back" } else { "training" },
            ),
            _ => return None,
        })
    })
}

/// YAML between the `---` lines, as Hugging Face model cards have it. JSON strings are YAML strings.
fn front_matter(input: &PackageInput<'_>) -> String {
    let model_name = serde_json::Value::from(input.model_name);
    let version = serde_json::Value::from(input.version);
    let tag = kebab(input.model_type);
    format!(
        "license: unknown\nlibrary_name: sklearn\ntags:\n- sklearn\n- joblib\n- anomaly-detection\n- {tag}\n\
         - log-analysis\nmodel_name: {model_name}\nmodel_version: {version}\nmodel_file: model.joblib"
    )
}

/// `IsolationForest` → `isolation-forest`
fn kebab(class: &str) -> String {
    let mut words = String::new();
    for letter in class.chars() {
        let begins = letter.is_uppercase() && !words.is_empty() && !words.ends_with(char::is_uppercase);
        words.extend(begins.then_some('-'));
        words.push(letter);
    }
    words.to_lowercase()
}

fn summary(input: &PackageInput<'_>) -> String {
    let does =
        if input.classes.len() > 2 { "tells classes of logs apart" } else { "finds anomalies in logs" };
    let calibrated = input.calibration.map_or(String::new(), |calibration| {
        let method = calibration.method.name();
        format!(
            " Its probabilities are calibrated ({method}): of the samples given 0.8, about 8 in 10 are what they are \
             said to be, as long as logs stay as they were."
        )
    });
    let kind = format!("A scikit-learn `{}` that {does}.{calibrated}", input.model_type);
    match input.description.map(inline).filter(|text| !text.is_empty()) {
        Some(description) => format!("{description}\n\n{kind}"),
        None => kind,
    }
}

fn data(input: &PackageInput<'_>) -> String {
    let records = input.statistics.records;
    let mut facts = vec![format!("{} read", plural(records.read, "record"))];
    if records.rejected > 0 {
        facts.push(format!("{} rejected", records.rejected));
    }
    if records.duplicates > 0 {
        facts.push(plural(records.duplicates, "duplicate") + " dropped");
    }
    format!("{} (SHA-256 `{}`): {}", inline(input.dataset_name), input.dataset_sha256, facts.join(", "))
}

fn samples(input: &PackageInput<'_>) -> String {
    let (training, test) = (input.statistics.training_samples, input.statistics.test_samples);
    let how = match input.evaluation.split {
        Split::Time => "the latest ones",
        Split::Shuffled => "drawn at random",
        Split::None => "",
    };
    if test == 0 || how.is_empty() {
        format!("{training} to train on, none held back")
    } else {
        format!("{training} to train on, {test} held back ({how})")
    }
}

fn scoring(input: &PackageInput<'_>) -> String {
    let row = if input.scaler_joblib.is_some() { "scaler.transform(row)" } else { "row" };
    if input.classes.len() > 2 {
        let classes = input.classes.iter().map(|name| inline(name)).collect::<Vec<_>>().join(", ");
        return format!("`model.predict({row})` is the number of a class, counted from 0: {classes}.");
    }
    let formula = match input.output {
        ModelOutput::Abnormality => format!("-model.score_samples({row})"),
        ModelOutput::Distance => format!("model.kneighbors({row})[0][:, -1]"),
        ModelOutput::Probability => format!("model.predict_proba({row})[:, 1]"),
        ModelOutput::Decision => format!("model.decision_function({row})"),
    };
    format!("`score = {formula}`: higher is more anomalous, and `score > threshold` means anomaly.")
}

fn measured_on(input: &PackageInput<'_>) -> String {
    match (&input.evaluation.test_scores, input.evaluation.split) {
        (Some(scores), Split::Time) if scores.count > 0 => {
            "The samples in time order: the model was fitted on the earlier ones, and the latest ones were held back \
             and scored afterwards, as production meets it."
                .into()
        }
        (Some(scores), _) if scores.count > 0 => {
            "Samples drawn at random were held back and scored afterwards. They are as old as the training samples, \
             so production may look less familiar to the model than they do."
                .into()
        }
        _ => "Nothing was held back: these are the scores of the samples that the model was fitted on.".into(),
    }
}

fn constant(features: &[String]) -> String {
    if features.is_empty() {
        return String::new();
    }
    let names: Vec<_> = features.iter().map(|name| format!("`{name}`")).collect();
    format!("\nOne value in all training samples, so without influence on the score: {}.\n", names.join(", "))
}

fn day(time: DateTime<Utc>) -> String {
    time.format("%Y-%m-%d %H:%M UTC").to_string()
}

#[cfg(test)]
mod tests {
    use crate::testing::{Sample, files};
    use crate::{Layout, build};

    fn readme(sample: &Sample) -> String {
        let package = build(&sample.input(), Layout::Folder).unwrap();
        String::from_utf8(files(&package)["README.md"].clone()).unwrap()
    }

    #[test]
    fn every_place_is_filled() {
        let text = readme(&Sample::new());
        assert!(!text.contains("{{") && !text.contains("}}"), "{text}");
    }

    #[test]
    fn it_opens_with_front_matter_and_speaks_of_this_model() {
        let text = readme(&Sample::new());
        assert!(text.starts_with("---\nlicense: unknown\nlibrary_name: sklearn\n"));
        assert!(text.contains("\n# router-logs\n"));
        assert!(text.contains("unzip model_1.2.0+20260102T030405Z_deployment.zip\n"));
        assert!(text.contains("features = [{\n    \"hour\": 4.0,\n    \"length\": 62.5,\n}]\n"));
        assert!(text.contains("The threshold is 0.5625: 90 % of the training samples"));
        assert!(text.contains("110 records read, 3 rejected, 7 duplicates dropped"));
        assert!(text.contains("80 to train on, 20 held back (the latest ones)"));
    }

    #[test]
    fn text_of_people_stays_text() {
        let mut sample = Sample::new();
        sample.description = Some("line one\n# {{version}} <script>alert(1)</script>".into());
        let text = readme(&sample);
        assert!(text.contains("line one # {{version}} &lt;script>alert(1)&lt;/script>"), "{text}");
        assert!(text.contains("| `hour` | 4.0 | Hour of the day \\| UTC |"));
    }
}
