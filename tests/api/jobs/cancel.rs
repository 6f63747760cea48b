//! `POST /jobs/{id}/cancel`.

use super::long_job;
use crate::support::{Setup, TestApp, mcp_export, specification, wait_until};
use std::time::{Duration, Instant};

#[test]
fn a_waiting_job_is_cancelled_at_once() {
    let app = Setup::new().flag(&["--no-worker"]).start();
    let dataset = app.upload("export.json", &mcp_export());
    let job = app.submit(&specification("a", &dataset));
    let path = format!("/jobs/{}", job["id"].as_str().unwrap());
    app.trainer().delete(&path).send().problem(409, "conflict");
    app.trainer().post(&format!("{path}/retry")).send().problem(409, "conflict");
    let cancelled = app.trainer().post(&format!("{path}/cancel")).send().expect(202).json();
    assert_eq!(cancelled["status"], "cancelled");
    app.trainer().post(&format!("{path}/cancel")).send().problem(409, "conflict");
    let kinds: Vec<String> =
        app.viewer().get(&format!("{path}/events")).events().map(|event| event.kind).collect();
    assert_eq!(kinds, ["status", "status", "end"]);
}

#[test]
fn a_running_job_is_cancelled_within_two_seconds_and_leaves_nothing() {
    let mut app = TestApp::start_default();
    let wanted = long_job(&app);
    let job = app.submit(&wanted);
    let path = format!("/jobs/{}", job["id"].as_str().unwrap());
    let training =
        app.viewer().get(&format!("{path}/events")).events().find(|event| event.data["stage"] == "training");
    assert!(training.is_some(), "{:#}", app.job(&job));
    let began = Instant::now();
    app.trainer().post(&format!("{path}/cancel")).send().expect(202);
    let job = app.finished(&job);
    assert_eq!(job["status"], "cancelled", "{job:#}");
    assert!(began.elapsed() < Duration::from_secs(2), "{:?}", began.elapsed());
    wait_until("the child is gone", Duration::from_secs(2), || {
        app.process().tasks().is_empty().then_some(())
    });
    let scratch = std::fs::read_dir(app.data().join("scratch")).map_or(0, Iterator::count);
    assert_eq!(scratch, 0, "nothing is left in the scratch folder");
    let small = specification("next", &app.upload("export.json", &mcp_export()));
    app.completed(&app.submit(&small));
}
