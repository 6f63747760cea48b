//! `POST /datasets`: files in a form, raw bytes, the same upload twice.

use crate::support::{TestApp, mcp_export, syslog_lines};
use serde_json::Value;
use sha2::{Digest, Sha256};

fn sha256(bytes: &[u8]) -> String {
    hex::encode(Sha256::digest(bytes))
}

#[test]
fn several_files_become_one_dataset() {
    let app = TestApp::start_default();
    let (first, second) = (syslog_lines(20), syslog_lines(30)[20..].to_owned());
    let files = [("a.log", first.as_bytes()), ("folder/b.log", second.as_bytes())];
    let answer = app.trainer().post("/datasets?name=two%20days").files(&files).send().expect(201);
    let dataset = answer.json();
    assert_eq!(answer.header("location"), format!("/api/v1/datasets/{}", dataset["id"].as_str().unwrap()));
    assert_eq!(dataset["name"], "two days");
    assert_eq!(dataset["created_by"], "the trainer");
    assert_eq!(dataset["size_bytes"], first.len() + second.len());
    let found: Vec<(&str, &str)> = dataset["files"]
        .as_array()
        .unwrap()
        .iter()
        .map(|file| (file["name"].as_str().unwrap(), file["sha256"].as_str().unwrap()))
        .collect();
    assert_eq!(found, [("a.log", &*sha256(first.as_bytes())), ("b.log", &*sha256(second.as_bytes()))]);
    let listing = format!("{}  a.log\n{}  b.log\n", found[0].1, found[1].1);
    assert_eq!(dataset["sha256"], sha256(listing.as_bytes()), "the digest of what `sha256sum` prints");
}

#[test]
fn raw_bytes_are_a_dataset_too() {
    let app = TestApp::start_default();
    let bytes = mcp_export();
    let answer =
        app.trainer().post("/datasets?filename=export.json").body("application/json", bytes.clone()).send();
    let dataset = answer.expect(201).json();
    assert_eq!(dataset["name"], "export.json");
    assert_eq!(dataset["files"][0]["sha256"], sha256(&bytes));
    assert_eq!(app.profiled(&dataset)["status"], "ready");
}

#[test]
fn the_same_upload_twice_with_one_key_is_one_dataset() {
    let app = TestApp::start_default();
    let bytes = mcp_export();
    let send = |bytes: &[u8]| {
        app.trainer().post("/datasets").header("Idempotency-Key", "k").files(&[("a", bytes)]).send()
    };
    let first = send(&bytes).expect(201).json();
    assert_eq!(send(&bytes).expect(201).json(), first);
    send(b"something else").problem(422, "invalid");
    assert_eq!(app.viewer().all("/datasets", 200).len(), 1);
}

#[test]
fn a_deleted_dataset_is_gone() {
    let app = TestApp::start_default();
    let dataset = app.upload("export.json", &mcp_export());
    let path = format!("/datasets/{}", dataset["id"].as_str().unwrap());
    app.trainer().delete(&path).send().expect(204);
    app.viewer().get(&path).send().problem(404, "not-found");
    app.viewer().get(&format!("{path}/content")).send().problem(404, "not-found");
    app.trainer().delete(&path).send().problem(404, "not-found");
    assert_eq!(app.viewer().all("/datasets", 200), [] as [Value; 0]);
}
