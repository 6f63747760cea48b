//! Jobs that fail, each alone and with a reason: killed, out of memory, without their data, without space.

use super::long_job;
use crate::support::{
    PATIENCE, Setup, TestApp, example_logs, mcp_export, send_signal, specification, wait_until,
};
use rustix::process::Signal;
use std::process::Command;

#[test]
fn a_killed_child_fails_its_job_and_nothing_else() {
    let mut app = TestApp::start_default();
    let wanted = long_job(&app);
    let job = app.submit(&wanted);
    app.viewer()
        .get(&format!("/jobs/{}/events", job["id"].as_str().unwrap()))
        .events()
        .find(|event| event.data["stage"] == "training");
    let child = wait_until("the child runs", PATIENCE, || app.process().tasks().first().copied());
    send_signal(child, Signal::KILL);
    let job = app.finished(&job);
    assert_eq!(job["status"], "failed", "{job:#}");
    assert_eq!(job["error"]["code"], "job-crashed");
    assert!(job["error"]["detail"].as_str().unwrap().contains("signal 9"), "{job:#}");
    let small = specification("next", &app.upload("export.json", &mcp_export()));
    app.completed(&app.submit(&small));
}

#[test]
fn a_job_that_needs_too_much_memory_fails_and_says_so() {
    let app = Setup::new().flag(&["--job-memory-mb", "64"]).start();
    let dataset = app.upload("many.json", &example_logs(200_000));
    let dataset = app.profiled(&dataset);
    let error = if dataset["status"] == "invalid" {
        dataset["error"].clone()
    } else {
        let job = app.finished(&app.submit(&specification("a", &dataset)));
        assert_eq!(job["status"], "failed", "{job:#}");
        job["error"].clone()
    };
    assert_eq!(error["code"], "out-of-memory", "{error:#}");
    assert!(error["detail"].as_str().unwrap().contains("memory"), "{error:#}");
    app.viewer().get("/me").send().expect(200);
}

#[test]
fn a_dataset_deleted_while_a_job_waits() {
    let app = Setup::new().flag(&["--no-worker"]).start();
    assert!(app.has_database_url(), "workers share a database: run this with scripts/with-postgres");
    let dataset = app.upload("export.json", &mcp_export());
    let job = app.submit(&specification("a", &dataset));
    app.trainer().delete(&format!("/datasets/{}", dataset["id"].as_str().unwrap())).send().expect(204);
    let _worker = app.worker(&[]);
    let job = app.finished(&job);
    assert_eq!(job["status"], "failed");
    assert_eq!(job["error"]["code"], "dataset-deleted", "{job:#}");
    assert!(job["error"]["detail"].as_str().unwrap().contains("export.json"), "{job:#}");
}

/// A file system of this size on the folder, for as long as it lives.
struct SmallDisk(std::path::PathBuf);

impl SmallDisk {
    fn mount(folder: std::path::PathBuf, size: &str) -> Self {
        let mut mount = Command::new("mount");
        mount.args(["-t", "tmpfs", "-o", &format!("size={size},mode=755"), "tmpfs"]).arg(&folder);
        let said =
            "a full disk is a small tmpfs, which takes root: run the tests as root, or under `unshare -rm`";
        assert!(mount.status().unwrap().success(), "{said}");
        Self(folder)
    }
}

impl Drop for SmallDisk {
    fn drop(&mut self) {
        let _ = Command::new("umount").arg("-l").arg(&self.0).status();
    }
}

#[test]
fn a_full_disk_refuses_uploads_and_fails_jobs_without_losing_anything() {
    let app = TestApp::start_default();
    let _disk = SmallDisk::mount(app.data().join("blobs"), "400k");
    let dataset = app.upload("export.json", &mcp_export());
    let dataset = app.profiled(&dataset);
    assert_eq!(dataset["status"], "ready", "{dataset:#}");
    let large = example_logs(8000);
    app.trainer().post("/datasets").files(&[("large.json", &large)]).send().problem(507, "storage-full");
    let mut wanted = specification("a", &dataset);
    wanted["algorithm"]["n_estimators"] = 2000.into();
    let job = app.finished(&app.submit(&wanted));
    assert_eq!(job["status"], "failed", "{job:#}");
    assert_eq!(job["error"]["code"], "storage-full", "{job:#}");
    assert_eq!(app.viewer().all("/datasets", 200).len(), 1, "the refused upload is not on record");
    let path = format!("/datasets/{}/content", dataset["id"].as_str().unwrap());
    assert_eq!(app.viewer().get(&path).send().expect(200).body, mcp_export());
    let small = app.completed(&app.submit(&specification("b", &dataset)));
    assert_eq!(small["status"], "completed", "what was written in vain was given back");
}
