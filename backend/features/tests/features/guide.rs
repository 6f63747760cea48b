//! The guide's worked example gives what the guide says.

use crate::{records, value};
use std::path::PathBuf;
use trainyard_features::{fit, transform, validate_feature_set};
use trainyard_types::FeatureSetSpecification;

/// The guide's fenced block with this info string.
fn block(kind: &str) -> String {
    let guide = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../docs/guides/feature-sets.md");
    let text = std::fs::read_to_string(guide).unwrap();
    let mut blocks = text.split("```").skip(1).step_by(2).filter_map(|block| block.split_once('\n'));
    blocks.find(|(info, _)| info.trim() == kind).unwrap().1.to_owned()
}

#[test]
fn the_worked_example_runs() {
    let specification: FeatureSetSpecification = serde_json::from_str(&block("json specification")).unwrap();
    assert_eq!(validate_feature_set(&specification), []);
    let records = records(&block("text example"));
    let set = fit(&records, &specification, None).unwrap();
    let matrix = transform(&records, &set, &|_| ()).unwrap();
    assert_eq!(matrix.records_without_key, 1);
    let expected: serde_json::Map<String, serde_json::Value> =
        serde_json::from_str(&block("json matrix")).unwrap();
    for (name, column) in &expected {
        let found: Vec<serde_json::Value> = (0..matrix.values.nrows())
            .map(|row| match name.as_str() {
                "key" => matrix.keys[row].clone().into(),
                _ => (value(&matrix, row, name) as i64).into(),
            })
            .collect();
        assert_eq!(column.as_array(), Some(&found), "{name}");
    }
    let templates: Vec<&String> = set.features.iter().filter(|name| name.starts_with("template_")).collect();
    assert_eq!(set.features.len(), expected.len() - 1 + 3);
    assert_eq!(templates.len(), 3);
    // Both blocks have one of the two lines about receiving.
    assert!(templates.iter().any(|name| (0..2).all(|row| value(&matrix, row, name) == f64::ln_1p(1.0))));
}
