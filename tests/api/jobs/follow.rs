//! `GET /jobs/{id}/events`, `/logs`: what a job does, as it does it.

use crate::support::{Event, TestApp, mcp_export, specification};
use serde_json::json;

const STAGES: [&str; 6] = ["reading", "parsing", "features", "training", "evaluating", "exporting"];

#[test]
fn a_job_is_followed_from_start_to_end_and_resumed() {
    let app = TestApp::start_default();
    let dataset = app.upload("export.json", &mcp_export());
    let answer = app.trainer().post("/jobs").json(&specification("a", &dataset)).send().expect(202);
    let job = answer.json();
    let path = format!("/jobs/{}", job["id"].as_str().unwrap());
    assert_eq!(answer.header("location"), format!("/api/v1{path}"));
    assert_eq!(
        job["specification"]["threshold"],
        json!({"policy": "contamination", "value": 0.1}),
        "defaults are shown"
    );
    let events: Vec<Event> = app.viewer().get(&format!("{path}/events")).events().collect();

    let of_kind = |kind: &str| events.iter().filter(|event| event.kind == kind).collect::<Vec<_>>();
    let statuses: Vec<&str> =
        of_kind("status").iter().filter_map(|event| event.data["status"].as_str()).collect();
    assert_eq!(statuses, ["pending", "running", "completed"]);
    assert_eq!(events.last().unwrap().kind, "end");
    let ids: Vec<i64> = events.iter().filter_map(|event| event.id).collect();
    assert!(ids.is_sorted_by(|a, b| a < b), "{ids:?}");
    let told: Vec<(usize, f64)> = of_kind("progress")
        .iter()
        .map(|event| {
            let stage = event.data["stage"].as_str().unwrap();
            (
                STAGES.iter().position(|known| *known == stage).unwrap(),
                event.data["progress"].as_f64().unwrap(),
            )
        })
        .collect();
    assert!(told.is_sorted(), "stages in order and progress that never falls: {told:?}");
    assert!(told.iter().all(|(_, progress)| (0.0..=1.0).contains(progress)), "{told:?}");
    let mut stages: Vec<usize> = told.iter().map(|(stage, _)| *stage).collect();
    stages.dedup();
    assert_eq!(stages, [0, 1, 2, 3, 4, 5], "every stage is told");

    for seen in [1, 3, events.len() - 2] {
        let last = events[seen - 1].id.unwrap().to_string();
        let rest: Vec<Event> =
            app.viewer().get(&format!("{path}/events")).header("Last-Event-ID", &last).events().collect();
        assert_eq!(rest, events[seen..], "exactly the rest");
    }

    let job = app.job(&job);
    assert_eq!(
        (&job["status"], &job["progress"], &job["attempt"]),
        (&json!("completed"), &json!(1.0), &json!(1)),
        "{job:#}"
    );
    assert_eq!(
        job["statistics"]["records"],
        json!({"read": 35, "parsed": 35, "rejected": 0, "duplicates": 0, "outside": 0})
    );
    let logs = app.viewer().get(&format!("{path}/logs")).send().expect(200).json();
    let lines: Vec<&str> =
        logs["items"].as_array().unwrap().iter().filter_map(|line| line["message"].as_str()).collect();
    assert!(lines.iter().any(|line| line.contains("35 records read")), "{lines:?}");
    let streamed: Vec<&str> =
        of_kind("log").iter().filter_map(|event| event.data["message"].as_str()).collect();
    assert_eq!(streamed, lines);
}

#[test]
fn a_finished_job_is_retried_and_deleted() {
    let app = TestApp::start_default();
    let dataset = app.upload("export.json", &mcp_export());
    let first = app.completed(&app.submit(&specification("a", &dataset)));
    let path = format!("/jobs/{}", first["id"].as_str().unwrap());
    let again = app.trainer().post(&format!("{path}/retry")).send().expect(202).json();
    assert_eq!(again["retry_of"], first["id"]);
    assert_eq!(again["specification"], first["specification"]);
    let again = app.completed(&again);
    assert_ne!(again["model_id"], first["model_id"]);
    assert_eq!(again["metrics"], first["metrics"], "the same recipe on the same data gives the same");

    app.trainer().post(&format!("{path}/cancel")).send().problem(409, "conflict");
    app.trainer().delete(&path).send().expect(204);
    app.viewer().get(&path).send().problem(404, "not-found");
    app.viewer().get(&format!("{path}/logs")).send().problem(404, "not-found");
    let model = format!("/models/{}", first["model_id"].as_str().unwrap());
    app.viewer().get(&model).send().expect(200);
}
