//! Input that nobody wishes for: refused with what is wrong and where, or read with everything accounted for.

use crate::support::{TestApp, gzip, specification, syslog_lines};
use serde_json::Value;

const GOOD: &str = r#"{"timestamp":"2025-07-01T00:00:00Z","log_level":"info","message":"m"}"#;

fn export(records: &[String]) -> Vec<u8> {
    format!(
        "{{\"export_metadata\":{{\"total_records\":{}}},\"data\":[{}]}}",
        records.len(),
        records.join(",\n")
    )
    .into_bytes()
}

fn record(n: usize) -> String {
    format!(
        "{{\"timestamp\":\"2025-07-01T00:{:02}:{:02}Z\",\"log_level\":\"info\",\"message\":\"m {n}\"}}",
        n / 60,
        n % 60
    )
}

#[test]
fn what_has_no_format_of_logs_is_text_or_a_table() {
    let app = TestApp::start_default();
    for (name, bytes, preset) in
        [("words.txt", &b"hello\nthere\n"[..], "text"), ("numbers.csv", b"a,b\n1,2\nnan,inf\n", "table")]
    {
        let dataset = app.profiled(&app.upload(name, bytes));
        assert_eq!((&dataset["status"], &dataset["format"]["preset"]), (&"ready".into(), &preset.into()));
        assert_eq!(dataset["records"]["parsed"], 2, "{dataset:#}");
    }
}

#[test]
fn files_that_cannot_be_read_are_invalid_and_say_why() {
    let app = TestApp::start_default();
    let mut cut = export(&(1..=16).map(record).collect::<Vec<_>>());
    cut.truncate(cut.len() - 2);
    cut.extend_from_slice(b",\n{\"timesta");
    let broken = String::from_utf8(export(&(1..=40).map(record).collect::<Vec<_>>())).unwrap();
    let broken = broken.replace("\"message\":\"m 17\"}", "\"message\":[1}");
    let truncated = &gzip(syslog_lines(5000).as_bytes())[..2000];
    let cases: [(&str, &[u8], &str, &[&str]); 7] = [
        ("zero.json", &export(&[]), "no-records", &["zero.json"]),
        ("cut.json", &cut, "json-cut-off", &["cut.json", "record 17"]),
        ("broken.json", broken.as_bytes(), "json-broken", &["broken.json", "record 17"]),
        ("binary.log", &(0..=255).collect::<Vec<u8>>(), "binary-file", &["binary.log", "is not text"]),
        ("image.log", b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR", "binary-file", &["image.log"]),
        ("blank.log", b" \r\n\n", "empty-file", &["blank.log"]),
        ("auth.log.gz", truncated, "gzip-truncated", &["auth.log.gz", "ends too early"]),
    ];
    for (name, bytes, code, said) in cases {
        let dataset = app.profiled(&app.upload(name, bytes));
        assert_eq!(dataset["status"], "invalid", "{name}: {dataset:#}");
        assert_eq!(dataset["error"]["code"], code, "{name}: {dataset:#}");
        let detail = dataset["error"]["detail"].as_str().unwrap();
        for words in said {
            assert!(detail.contains(words), "{name}: `{words}` is not in: {detail}");
        }
        let path = format!("/datasets/{}", dataset["id"].as_str().unwrap());
        app.viewer().get(&format!("{path}/profile")).send().problem(409, "conflict");
        assert_eq!(
            app.viewer().get(&format!("{path}/content")).send().expect(200).body,
            bytes,
            "no byte is lost"
        );
        let problem =
            app.trainer().post("/jobs").json(&specification("a", &dataset)).send().problem(422, "invalid");
        assert!(problem["detail"].as_str().unwrap().contains(detail), "{problem}");
    }
}

#[test]
fn what_can_be_read_is_read_and_the_rest_is_counted() {
    let app = TestApp::start_default();
    let long = format!(
        "{}\n{}\nJun 14 15:16:02 combo sshd[1]: after\n",
        syslog_lines(3).trim_end(),
        "x".repeat(10 << 20)
    );
    let invalid_utf8 = [syslog_lines(9).as_bytes(), b"Jun 14 15:16:01 combo sshd[1]: caf\xe9\n"].concat();
    let times = [
        GOOD,
        r#"{"timestamp":"2025-07-01T02:00:00+02:00","message":"offset"}"#,
        r#"{"timestamp":"2025-07-01 00:00:00","message":"no offset"}"#,
        r#"{"timestamp":1751328000,"message":"epoch"}"#,
        r#"{"timestamp":"yesterday","message":"words"}"#,
        r#"{"timestamp":null,"message":"null"}"#,
    ]
    .join("\n");
    let fields = [
        GOOD,
        r#"{"timestamp":"2025-07-01T00:00:01Z","message":"no level"}"#,
        r#"{"timestamp":"2025-07-01T00:00:02Z","log_level":null,"message":"null level"}"#,
        r#"{"timestamp":"2025-07-01T00:00:03Z","log_level":"info","message":null}"#,
    ]
    .join("\n");
    let csv = "timestamp,message,load\n2025-07-01,a,NaN\n2025-07-02,b,inf\n2025-07-03,c,-inf\nnan,d,1\n";
    let duplicates = format!("{GOOD}\n{GOOD}\n{}\n{GOOD}\n", record(5));
    // Name, content, records read, rejected, duplicates.
    let cases: [(&str, &[u8], u64, u64, u64); 7] = [
        ("long.log", long.as_bytes(), 5, 1, 0),
        ("latin.log", &invalid_utf8, 10, 0, 0),
        ("times.jsonl", times.as_bytes(), 6, 0, 0),
        ("fields.jsonl", fields.as_bytes(), 4, 0, 0),
        ("numbers.csv", csv.as_bytes(), 4, 0, 0),
        ("duplicates.jsonl", duplicates.as_bytes(), 4, 0, 0),
        ("one.json", &export(&[record(1)]), 1, 0, 0),
    ];
    for (name, bytes, read, rejected, duplicates) in cases {
        let dataset = app.profiled(&app.upload(name, bytes));
        assert_eq!(dataset["status"], "ready", "{name}: {dataset:#}");
        let count = |what: &str| dataset["records"][what].as_u64().unwrap();
        let found = (count("read"), count("rejected"), count("duplicates"));
        assert_eq!(found, (read, rejected, duplicates), "{name}: read, rejected, duplicates");
        assert_eq!(count("parsed"), read - rejected - duplicates, "{name}: nothing is lost between");
        let path = format!("/datasets/{}/rejects", dataset["id"].as_str().unwrap());
        let rejects = app.viewer().get(&path).send().expect(200).json();
        assert_eq!(rejects["items"].as_array().unwrap().len() as u64, rejected, "{name}");
        for item in rejects["items"].as_array().unwrap() {
            assert!(item["line"].as_u64() > Some(0) && item["reason"] != "", "{name}: {item}");
            assert!(item["excerpt"].as_str().unwrap().chars().count() <= 200, "{name}");
        }
    }
}

#[test]
fn a_job_on_too_many_rejects_fails_and_names_the_first() {
    let app = TestApp::start_default();
    let text = format!("{}{}", syslog_lines(1), "no time here\n".repeat(9));
    let dataset = app.profiled(&app.upload("a.log", text.as_bytes()));
    assert_eq!(dataset["status"], "ready", "{dataset:#}");
    let mut asked = specification("a", &dataset);
    asked["format"] = serde_json::json!({"preset": "syslog"});
    let job = app.finished(&app.submit(&asked));
    assert_eq!(job["status"], "failed");
    assert_eq!(job["error"]["code"], "too-many-rejects", "{job:#}");
    let detail = job["error"]["detail"].as_str().unwrap();
    assert!(detail.contains("9 of 10") && detail.contains("line 2"), "{detail}");
}

#[test]
fn one_record_and_constant_columns_do_not_break_a_job() {
    let app = TestApp::start_default();
    for (name, bytes) in
        [("one", export(&[record(1)])), ("alike", export(&vec![record(1).replace("m 1", "m"); 50]))]
    {
        let dataset = app.profiled(&app.upload(name, &bytes));
        let job = app.finished(&app.submit(&specification(name, &dataset)));
        match job["status"].as_str() {
            Some("completed") => {
                let constant: &Vec<Value> = job["statistics"]["constant_features"].as_array().unwrap();
                assert!(!constant.is_empty(), "{name}: {job:#}");
            }
            _ => assert!(
                job["error"]["detail"]
                    .as_str()
                    .is_some_and(|detail| detail.contains("record") || detail.contains("sample")),
                "{job:#}"
            ),
        }
    }
}
