//! `GET /datasets/{id}/profile` and `/rejects`: what was found, and what could not be read.

use crate::support::{TestApp, loghub, mcp_export, percent_encoded, specification};
use serde_json::{Value, json};

#[test]
fn the_export_of_a_home_router() {
    let app = TestApp::start_default();
    let bytes = mcp_export();
    let dataset = app.profiled(&app.upload("export.json", &bytes));
    assert_eq!(dataset["status"], "ready");
    assert_eq!(
        dataset["records"],
        json!({"read": 35, "parsed": 35, "rejected": 0, "duplicates": 0, "outside": 0})
    );
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
        7 => text + "{\"timestamp\":12:30,\"message\":\"m\"}\n",
        12 => text + "{\"timestamp\":\"2025-07-01T00:00:00Z\",\n",
        _ => text + &format!("{{\"timestamp\":\"2025-07-01T00:00:{n:02}Z\",\"message\":\"m {n}\"}}\n"),
    });
    let dataset = app.profiled(&app.upload("a.jsonl", text.as_bytes()));
    assert_eq!(
        dataset["records"],
        json!({"read": 30, "parsed": 28, "rejected": 2, "duplicates": 0, "outside": 0})
    );
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
    assert!(found.iter().all(|reject| reject.2.starts_with("invalid JSON at line")), "{found:?}");
    let second = app.viewer().get(&format!("{path}?offset=1&limit=1")).send().expect(200).json();
    assert_eq!(second["items"], json!([rejects["items"][1]]));
}

#[test]
fn templates_rate_and_a_suggestion_are_found() {
    let app = TestApp::start_default();
    let dataset = app.profiled(&app.upload("hdfs.log", &loghub("HDFS")));
    let path = format!("/datasets/{}", dataset["id"].as_str().unwrap());
    let profile = app.viewer().get(&format!("{path}/profile")).send().expect(200).json();
    let parsed = dataset["records"]["parsed"].as_u64().unwrap();

    let rate = &profile["rate"];
    let counts: Vec<u64> = rate["counts"].as_array().unwrap().iter().filter_map(Value::as_u64).collect();
    assert_eq!(counts.iter().sum::<u64>(), parsed);
    assert!(counts.len() <= 240 && counts[0] > 0, "{rate}");
    assert_eq!(profile["suggestion"]["preset"], "hdfs-session", "{}", profile["suggestion"]);
    assert_eq!(profile["suggestion"]["sample_kind"], "session");
    for way in profile["suggestion"]["ways"].as_array().unwrap() {
        let tried = way["average_precision"].as_f64().is_some_and(|found| (0.0..=1.0).contains(&found));
        // Most of these blocks have one record each, to which nothing can happen as a session.
        assert_eq!(tried, way["sample_kind"] != "session", "{way}");
    }

    let list = app.viewer().get(&format!("{path}/templates?limit=1000")).send().expect(200).json();
    let templates = list["items"].as_array().unwrap();
    assert_eq!(list["total"], profile["templates"]["total"]);
    assert_eq!(list["total"].as_u64().unwrap(), templates.len() as u64);
    let count = |template: &Value| template["count"].as_u64().unwrap();
    assert_eq!(templates.iter().map(count).sum::<u64>(), parsed, "every record has a template");
    assert!(templates.is_sorted_by(|a, b| count(a) >= count(b)));
    for template in templates {
        let examples = template["examples"].as_array().unwrap();
        assert!((1..=3).contains(&examples.len()), "{template}");
        assert!(template["first_seen"].as_str() <= template["last_seen"].as_str(), "{template}");
    }
    let rare = app.viewer().get(&format!("{path}/templates?order=rare&limit=1")).send().expect(200).json();
    assert_eq!(rare["items"][0], templates[templates.len() - 1]);
    let receiving = app.viewer().get(&format!("{path}/templates?q=RECEIVING")).send().expect(200).json();
    let receiving = receiving["items"].as_array().unwrap();
    assert!(!receiving.is_empty() && receiving.len() < templates.len());
    assert!(receiving.iter().all(|t| t["text"].as_str().unwrap().contains("eceiving")), "{receiving:?}");
}

#[test]
fn the_uploader_says_how_to_read_the_files() {
    let app = TestApp::start_default();
    let text = (0..40).fold(String::new(), |text, n| {
        text + &format!("7|2025-07-01 00:00:{n:02}|WARN|pump-{}|pressure is {} kPa\n", n % 3, 90 + n)
    });
    let format = r#"{"preset":"pattern","pattern":"<station>|<timestamp>|<level>|<process>|<message>"}"#;
    let dataset = app
        .trainer()
        .post(&format!("/datasets?filename=plant.log&format={}", percent_encoded(format)))
        .body("text/plain", text.as_bytes())
        .send()
        .expect(201)
        .json();
    let dataset = app.profiled(&dataset);
    assert_eq!(
        dataset["records"],
        json!({"read": 40, "parsed": 40, "rejected": 0, "duplicates": 0, "outside": 0}),
        "{dataset:#}"
    );
    let path = format!("/datasets/{}", dataset["id"].as_str().unwrap());
    let profile = app.viewer().get(&format!("{path}/profile")).send().expect(200).json();
    assert_eq!(profile["levels"], json!({"warning": 40}));
    assert_eq!(profile["processes"][0]["value"], "pump-0");
    assert_eq!(profile["preview"][0]["message"], "pressure is 90 kPa");

    // A job reads them the same way without being told.
    let job = app.completed(&app.submit(&specification("plant", &dataset)));
    assert_eq!(
        job["specification"]["format"]["pattern"],
        "<station>|<timestamp>|<level>|<process>|<message>"
    );
    assert_eq!(job["statistics"]["records"]["parsed"], 40);

    let wrong = percent_encoded(r#"{"preset":"regex","regex":"(?P<message>["}"#);
    let problem = app
        .trainer()
        .post(&format!("/datasets?filename=plant.log&format={wrong}"))
        .body("text/plain", text.as_bytes())
        .send()
        .problem(422, "invalid");
    assert_eq!(problem["errors"][0]["pointer"], "/format/regex", "{problem}");
}
