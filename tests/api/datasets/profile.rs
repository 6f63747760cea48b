//! `GET /datasets/{id}/profile` and `/rejects`: what was found, and what could not be read.

use crate::support::{TestApp, mcp_export};
use serde_json::{Value, json};

#[test]
fn the_export_of_a_home_router() {
    let app = TestApp::start_default();
    let bytes = mcp_export();
    let dataset = app.profiled(&app.upload("export.json", &bytes));
    assert_eq!(dataset["status"], "ready");
    assert_eq!(dataset["records"], json!({"read": 35, "parsed": 35, "rejected": 0, "duplicates": 0}));
    assert_eq!(dataset["format"]["preset"], "json-export");
    let path = format!("/datasets/{}", dataset["id"].as_str().unwrap());
    let profile = app.viewer().get(&format!("{path}/profile")).send().expect(200).json();
    // What the file itself says, counted with a JSON reader of another make.
    let export: Value = serde_json::from_slice(&bytes).unwrap();
    let records = export["data"].as_array().unwrap();
    let mut times: Vec<&str> = records.iter().map(|record| record["timestamp"].as_str().unwrap()).collect();
    times.sort_unstable();
    assert_eq!(profile["first_timestamp"], format!("{}Z", times[0]));
    assert_eq!(profile["last_timestamp"], format!("{}Z", times[times.len() - 1]));
    let levels = profile["levels"].as_object().unwrap();
    for (level, count) in levels {
        let expected = records.iter().filter(|record| record["log_level"] == **level).count();
        assert_eq!(*count, expected, "{level}");
    }
    assert_eq!(levels.values().filter_map(Value::as_u64).sum::<u64>(), 35);
    let rejects = app.viewer().get(&format!("{path}/rejects")).send().expect(200).json();
    assert_eq!(rejects, json!({"items": [], "total": 0}));
}

#[test]
fn rejected_records_are_listed_with_line_and_reason() {
    let app = TestApp::start_default();
    let text = (1..=30).fold(String::new(), |text, n| match n {
        7 => text + "{\"timestamp\":\"tomorrow\",\"message\":\"m\"}\n",
        12 => text + "{\"timestamp\":\"2025-07-01T00:00:00Z\"}\n",
        _ => text + &format!("{{\"timestamp\":\"2025-07-01T00:00:{n:02}Z\",\"message\":\"m {n}\"}}\n"),
    });
    let dataset = app.profiled(&app.upload("a.jsonl", text.as_bytes()));
    assert_eq!(dataset["records"], json!({"read": 30, "parsed": 28, "rejected": 2, "duplicates": 0}));
    let path = format!("/datasets/{}/rejects", dataset["id"].as_str().unwrap());
    let rejects = app.viewer().get(&path).send().expect(200).json();
    assert_eq!(rejects["total"], 2);
    let found: Vec<(u64, &str, &str)> = rejects["items"]
        .as_array()
        .unwrap()
        .iter()
        .map(|item| {
            (item["line"].as_u64().unwrap(), item["file"].as_str().unwrap(), item["reason"].as_str().unwrap())
        })
        .collect();
    assert_eq!(
        found.iter().map(|(line, file, _)| (*line, *file)).collect::<Vec<_>>(),
        [(7, "a.jsonl"), (12, "a.jsonl")]
    );
    assert!(found[0].2.contains("tomorrow") && found[1].2.contains("message"), "{found:?}");
    let second = app.viewer().get(&format!("{path}?offset=1&limit=1")).send().expect(200).json();
    assert_eq!(second["items"], json!([rejects["items"][1]]));
}
