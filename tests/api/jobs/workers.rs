//! Workers that die or are told to stop: no job is lost, nothing is left behind.

use super::long_job;
use crate::support::{PATIENCE, Setup, mcp_export, specification, wait_until};
use serde_json::json;

#[test]
fn another_worker_takes_up_what_a_killed_one_left() {
    let app = Setup::new().flag(&["--no-worker"]).start();
    assert!(app.has_database_url(), "workers share a database: run this with scripts/with-postgres");
    let worker = || app.worker(&["--lease-seconds", "1"]);
    let first = worker();
    let mut wanted = long_job(&app);
    wanted["algorithm"] = json!({"type": "isolation_forest", "n_estimators": 300, "max_samples": super::MANY, "random_state": 1});
    let job = app.submit(&wanted);
    let path = format!("/jobs/{}/events", job["id"].as_str().unwrap());
    app.viewer().get(&path).events().find(|event| event.data["stage"] == "training");
    let orphans = first.tasks();
    assert_eq!(orphans.len(), 1, "one child runs the job");
    first.kill();
    let mut second = worker();
    wait_until("the orphaned child has ended", PATIENCE, || {
        (!std::path::Path::new(&format!("/proc/{}", orphans[0])).exists()).then_some(())
    });
    let job = app.completed(&job);
    assert_eq!(job["attempt"], 2, "{job:#}");
    second.assert_alive();
    assert!(second.terminate(), "a worker that is told to stop ends well");
    // The killed worker's folder is swept by the next start of a worker at the latest.
    let third = worker();
    wait_until("the worker is ready", PATIENCE, || third.logged().contains("worker ready").then_some(()));
    wait_until("the scratch folder is empty", PATIENCE, || {
        (std::fs::read_dir(app.data().join("scratch")).map_or(0, Iterator::count) == 0).then_some(())
    });
    assert!(third.terminate());
    assert_eq!(app.viewer().all("/models", 200).len(), 1, "one job, one model");
}

#[test]
fn a_service_that_is_told_to_stop_gives_unfinished_jobs_back() {
    let mut app = Setup::new().flag(&["--drain-seconds", "0.5"]).start();
    let mut wanted = long_job(&app);
    wanted["algorithm"]["n_estimators"] = json!(300);
    let job = app.submit(&wanted);
    let path = format!("/jobs/{}/events", job["id"].as_str().unwrap());
    app.viewer().get(&path).events().find(|event| event.data["stage"] == "training");
    assert!(app.stop(), "SIGTERM ends it well");
    app.start();
    let job = app.completed(&job);
    assert!(job["attempt"].as_i64() > Some(1), "it was taken up again: {job:#}");
    assert_eq!(job["error"], json!(null));
}

#[test]
fn a_service_that_is_told_to_stop_lets_running_jobs_finish() {
    let mut app = Setup::new().flag(&["--drain-seconds", "60"]).start();
    let dataset = app.upload("export.json", &mcp_export());
    let mut wanted = specification("a", &dataset);
    wanted["algorithm"]["n_estimators"] = json!(1500);
    let job = app.submit(&wanted);
    let path = format!("/jobs/{}/events", job["id"].as_str().unwrap());
    app.viewer().get(&path).events().find(|event| event.kind == "progress");
    assert!(app.stop());
    app.start();
    let job = app.completed(&job);
    assert_eq!(job["attempt"], 1, "{job:#}");
}
