//! `Idempotency-Key` on `POST /jobs`: sent again is not started again.

use crate::support::{TestApp, mcp_export, specification};
use std::collections::BTreeSet;

#[test]
fn the_same_key_starts_one_job() {
    let app = TestApp::start_default();
    let dataset = app.upload("export.json", &mcp_export());
    let send = |name: &str, key: &str| {
        app.trainer().post("/jobs").header("Idempotency-Key", key).json(&specification(name, &dataset)).send()
    };
    let first = send("a", "key-1").expect(202);
    let again = send("a", "key-1").expect(202);
    assert_eq!(again.json(), first.json());
    assert_eq!(again.header("location"), first.header("location"));
    send("b", "key-1").problem(422, "invalid");
    assert_ne!(send("a", "key-2").expect(202).json()["id"], first.json()["id"]);
    send("a", &"k".repeat(256)).problem(400, "bad-request");
    assert_eq!(app.viewer().all("/jobs", 200).len(), 2);
}

#[test]
fn a_refused_request_does_not_use_up_its_key() {
    let app = TestApp::start_default();
    let dataset = app.upload("export.json", &mcp_export());
    let post = || app.trainer().post("/jobs").header("Idempotency-Key", "k");
    post().json(&specification("", &dataset)).send().problem(422, "invalid");
    post().json(&specification("a", &dataset)).send().expect(202);
}

#[test]
fn many_at_once_start_one_job() {
    let app = TestApp::start_default();
    let dataset = app.upload("export.json", &mcp_export());
    let wanted = specification("a", &dataset);
    let answers: Vec<_> = std::thread::scope(|scope| {
        let send = || app.trainer().post("/jobs").header("Idempotency-Key", "k").json(&wanted).send();
        let threads: Vec<_> = (0..6).map(|_| scope.spawn(send)).collect();
        threads.into_iter().map(|thread| thread.join().unwrap()).collect()
    });
    let mut ids = BTreeSet::new();
    for answer in answers {
        match answer.status {
            202 => drop(ids.insert(answer.json()["id"].to_string())),
            _ => drop(answer.problem(409, "conflict")),
        }
    }
    assert_eq!(ids.len(), 1, "{ids:?}");
    assert_eq!(app.viewer().all("/jobs", 200).len(), 1);
}
