//! The guide's worked example does what the guide says.

use crate::format;
use std::path::PathBuf;
use trainyard_intake::propose;
use trainyard_types::FormatSpecification;

/// The fenced blocks of the guide with their info strings.
fn blocks() -> Vec<(String, String)> {
    let guide = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../docs/guides/log-formats.md");
    let text = std::fs::read_to_string(guide).unwrap();
    let parts: Vec<&str> = text.split("```").collect();
    parts
        .chunks(2)
        .filter_map(|pair| pair.get(1)?.split_once('\n'))
        .map(|(kind, body)| (kind.trim().to_owned(), body.to_owned()))
        .collect()
}

#[test]
fn the_worked_example_runs() {
    let block = |kind: &str| blocks().into_iter().find(|(found, _)| found == kind).unwrap().1;
    let clock = "2025-07-02T00:00:00Z".parse().unwrap();
    let lines = block("text example");
    let proposal = propose("pasted", lines.as_bytes(), &format("auto"), clock).unwrap();
    assert_eq!(proposal.detection.layout, block("text proposal").trim());
    let specification: FormatSpecification = serde_json::from_str(&block("json specification")).unwrap();
    let found = propose("pasted", lines.as_bytes(), &specification, clock).unwrap();
    assert!(found.rejects.is_empty(), "{:?}", found.rejects);
    let expected: serde_json::Value = serde_json::from_str(&block("json record")).unwrap();
    assert_eq!(serde_json::to_value(&found.records[0]).unwrap(), expected);
}
