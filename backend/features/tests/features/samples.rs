//! Windows and sessions.

use crate::{batches, records, records_of, run, value};
use std::collections::HashMap;
use trainyard_features::{FeatureSet, fit, fit_transform, schema, transform, validate_feature_set};
use trainyard_types::{FeatureSetSpecification, FormatSpecification};

const LOGS: &str = concat!(
    "{\"ts\":1750000000,\"level\":\"info\",\"msg\":\"open blk_1 and blk_-2 size=10\"}\n",
    "{\"ts\":1750000004,\"level\":\"error\",\"msg\":\"close blk_1 size=30\"}\n",
    "{\"ts\":1750000301,\"level\":\"info\",\"msg\":\"nothing here\"}\n",
);

#[test]
fn a_line_belongs_to_each_of_its_sessions_and_lines_without_a_key_are_counted() {
    let records = records(LOGS);
    let set = fit(&records, &FeatureSetSpecification::preset("hdfs-session"), None).unwrap();
    let set: FeatureSet = serde_json::from_str(&serde_json::to_string(&set).unwrap()).unwrap();
    let matrix = transform(&records, &set, &|_| ()).unwrap();
    assert_eq!(matrix.keys, ["blk_1", "blk_-2"]);
    assert_eq!(matrix.records_without_key, 1);
    let both = |name| [value(&matrix, 0, name), value(&matrix, 1, name)];
    assert_eq!(both("length"), [2.0, 1.0]);
    assert_eq!(both("duration_seconds"), [4.0, 0.0]);
    assert_eq!(both("level_error_count"), [1.0, 0.0]);
    assert_eq!(both("unseen_count"), [0.0, 0.0]);
}

#[test]
fn windows_begin_at_multiples_of_the_step_and_say_when_they_are_cut_off() {
    let records = records(LOGS);
    let set = fit(&records, &FeatureSetSpecification::preset("syslog"), None).unwrap();
    let matrix = transform(&records, &set, &|_| ()).unwrap();
    // 1750000000 is 100 s into its five minutes.
    assert_eq!(matrix.keys, ["1749999900", "1750000200"]);
    assert_eq!(matrix.incomplete, [true, true]);
    assert_eq!(value(&matrix, 0, "field_size_mean"), 20.0);
    assert_eq!(value(&matrix, 0, "field_size_std"), 10.0);
    assert_eq!(value(&matrix, 0, "level_error_ratio"), 0.5);
    assert_eq!(value(&matrix, 0, "gap_max_seconds"), 4.0);
}

#[test]
fn sessions_of_real_logs_have_as_many_records_as_lines_name_them() {
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/data/hdfs_2pct");
    let path = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    let bytes = std::fs::read(path.into_iter().find(|p| p.extension().is_some_and(|e| e == "gz")).unwrap());
    let records = run(records_of(&bytes.unwrap(), &FormatSpecification::default()));
    let specification = FeatureSetSpecification::preset("hdfs-session");
    let set = fit(&records, &specification, None).unwrap();
    let matrix = transform(&records, &set, &|_| ()).unwrap();
    assert_eq!(fit_transform(&records, &specification).unwrap(), (set.clone(), matrix.clone()));
    // Its templates are those of all messages, as anyone mines them.
    let mut mined = trainyard_intake::templates::mine(&batches(&records)).unwrap();
    mined.templates.iter_mut().for_each(|template| template.examples.clear());
    assert_eq!(set.state.templates, Some(mined));
    assert_eq!(matrix.keys.len(), 11_501);
    let mut lengths = HashMap::<String, f64>::new();
    for batch in &batches(&records) {
        let messages = trainyard_intake::Columns::of(batch).unwrap().message;
        for message in messages.iter().flatten() {
            let mut keys: Vec<String> = message
                .split("blk_")
                .skip(1)
                .map(|rest| rest.chars().take_while(|c| *c == '-' || c.is_ascii_digit()).collect())
                .collect();
            keys.sort();
            keys.dedup();
            keys.into_iter().for_each(|key| *lengths.entry(format!("blk_{key}")).or_default() += 1.0);
        }
    }
    for (row, key) in matrix.keys.iter().enumerate() {
        assert_eq!(value(&matrix, row, "length"), lengths[key], "{key}");
        let templates: f64 = matrix
            .names
            .iter()
            .filter(|name| name.starts_with("template_"))
            .map(|name| value(&matrix, row, name))
            .sum();
        assert_eq!(templates, lengths[key], "{key}");
    }
}

#[test]
fn all_errors_are_told_with_their_places_and_the_schema_knows_the_fields() {
    let wrong =
        r#"{"preset": "mood", "sample": {"kind": "session", "key": {"regex": "("}}, "patterns": {"x": []}}"#;
    let errors = validate_feature_set(&serde_json::from_str(wrong).unwrap());
    let pointers: Vec<&str> = errors.iter().map(|error| &*error.pointer).collect();
    assert_eq!(pointers, ["/feature_set/preset", "/feature_set/sample/key/regex", "/feature_set/patterns/x"]);
    assert!(schema()["$defs"]["SampleSpecification"].is_object());
}

#[test]
fn what_would_not_fit_into_memory_is_refused_with_what_to_do() {
    let text: String = (0..300_000).map(|at| format!("{{\"ts\":{at},\"msg\":\"m\"}}\n")).collect();
    let json = r#"{"sample": {"kind": "window", "seconds": 1000, "step_seconds": 1}}"#;
    let error = fit(&records(&text), &serde_json::from_str(json).unwrap(), None).unwrap_err().to_string();
    assert!(error.contains("longer step"), "{error}");
}
