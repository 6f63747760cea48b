//! Log records of OpenTelemetry in batches, as its collector writes them to files.

use crate::{Row, format, options, read_files, read_text, rejects, rows};
use serde_json::{Value, json};
use trainyard_intake::{Columns, Limits, ReadOptions};
use trainyard_types::{Accounting, FormatSpecification};

/// One line: a batch of `bodies` from host `gw`, a second apart.
fn batch(bodies: &[&str]) -> String {
    let record = |(second, body): (u64, &&str)| {
        json!({
            "timeUnixNano": (1_751_345_795 + second).to_string() + "000000000",
            "severityNumber": 17,
            "body": {"stringValue": body},
            "attributes": [{"key": "http.route", "value": {"stringValue": "/a"}}, {"key": "n", "value": {"intValue": "5"}}],
        })
    };
    let attribute = |key: &str, value: Value| json!({"key": key, "value": value});
    let resource = [
        attribute("service.name", json!({"stringValue": "sshd"})),
        attribute("host.name", json!({"stringValue": "gw"})),
        attribute("process.pid", json!({"intValue": "7"})),
    ];
    let records: Vec<Value> = (0..).zip(bodies).map(record).collect();
    json!({"resourceLogs": [{
        "resource": {"attributes": resource},
        "scopeLogs": [{"scope": {"name": "x"}, "logRecords": records}],
    }]})
    .to_string()
}

fn row(second: i64, message: &str, record: u64) -> Row {
    Row {
        timestamp: (1_751_345_795 + second) * 1_000_000,
        host: Some("gw".into()),
        level: Some("error".into()),
        process: Some("sshd".into()),
        pid: Some("7".into()),
        message: message.into(),
        record,
    }
}

#[tokio::test]
async fn every_log_record_of_a_batch_is_a_record_with_its_resource() {
    let records = read_text(&format!("{}\n{}\n", batch(&["a", "b"]), batch(&["c"]))).await.unwrap();
    assert_eq!(records.formats[0].format.as_ref().unwrap().preset, "json-lines");
    assert_eq!(records.formats[0].format.as_ref().unwrap().confidence, 1.0);
    let mut found = rows(&records);
    found.sort_by_key(|row| row.record);
    assert_eq!(found, [row(0, "a", 1), row(1, "b", 2), row(0, "c", 3)]);
}

#[tokio::test]
async fn a_batch_over_many_lines_is_read_too() {
    let batch: Value = serde_json::from_str(&batch(&["a", "b"])).unwrap();
    let records = read_text(&serde_json::to_string_pretty(&batch).unwrap()).await.unwrap();
    assert_eq!(rows(&records), [row(0, "a", 1), row(1, "b", 2)]);
}

#[tokio::test]
async fn a_batch_longer_than_a_record_may_be_is_read_and_told_by_its_beginning() {
    let body = "x".repeat(1000);
    let bodies: Vec<&str> = vec![&body; 3000];
    let text = batch(&bodies);
    assert!(text.len() > Limits::default().record_bytes);
    let records = read_text(&text).await.unwrap();
    assert_eq!((records.accounting.parsed, records.accounting.rejected), (3000, 0));
}

#[tokio::test]
async fn what_is_no_batch_or_no_record_is_rejected_with_its_line() {
    let wrong =
        json!({"resourceLogs": [{"scopeLogs": [{"logRecords": [7, {"body": {"stringValue": "no time"}}]}]}]});
    let text = format!("{}\n{wrong}\n{{\"resourceLogs\": []}}\n", batch(&["a"]));
    let all = FormatSpecification { max_rejected_share: 1.0, ..format("auto") };
    let (records, rejects) = rejects(text.as_bytes(), &all).await;
    // An empty batch has no record.
    let expected = Accounting { read: 3, parsed: 2, rejected: 1, duplicates: 0, outside: 0 };
    assert_eq!(records.unwrap().accounting, expected);
    let reasons: Vec<(u64, &str)> = rejects.iter().map(|reject| (reject.line, &*reject.reason)).collect();
    assert_eq!(reasons, [(2, "the record is not a JSON object")]);
}

#[tokio::test]
async fn a_log_record_has_the_limit_of_a_record() {
    let limits = Limits { record_bytes: 400, ..Limits::default() };
    let options = ReadOptions { limits, ..options() };
    let text = batch(&["short", &"x".repeat(400)]);
    let records = read_files(&[("a.log", text.as_bytes())], &format("auto"), &options).await.unwrap();
    assert_eq!((records.accounting.parsed, records.accounting.rejected), (1, 1));
    assert_eq!(records.first_reject.unwrap().reason, "the record is longer than the limit of 400 bytes");
}

#[tokio::test]
async fn attributes_with_points_in_their_names_are_found_by_their_paths() {
    let wanted = FormatSpecification {
        fields: [("route", "attributes.http.route"), ("n", "attributes.n"), ("level", "nothing.here")]
            .map(|(name, path)| (name.to_owned(), path.to_owned()))
            .into(),
        ..format("auto")
    };
    let records = read_files(&[("a.log", batch(&["a"]).as_bytes())], &wanted, &options()).await.unwrap();
    let batch = records.batches.iter().unwrap().next().unwrap().unwrap();
    let attributes = Columns::of(&batch).unwrap().attributes;
    assert_eq!(attributes.value(0), r#"{"n":5,"route":"/a"}"#);
    assert_eq!(rows(&records)[0].level, None);
}
