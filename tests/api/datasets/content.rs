//! `GET /datasets/{id}/content`: the bytes that were uploaded, whole, in part, or not at all.

use crate::support::{TestApp, gzip, mcp_export, syslog_lines};
use base64::{Engine, engine::general_purpose::STANDARD};
use sha2::{Digest, Sha256};

#[test]
fn the_bytes_come_back_as_they_were() {
    let app = TestApp::start_default();
    let bytes = mcp_export();
    let dataset = app.upload("my export.json", &bytes);
    let path = format!("/datasets/{}/content", dataset["id"].as_str().unwrap());
    let answer = app.viewer().get(&path).send().expect(200);
    assert_eq!(answer.body, bytes);
    assert_eq!(answer.header("etag"), format!("\"{}\"", dataset["files"][0]["sha256"].as_str().unwrap()));
    assert_eq!(
        answer.header("repr-digest"),
        format!("sha-256=:{}:", STANDARD.encode(Sha256::digest(&bytes)))
    );
    assert!(answer.header("content-disposition").contains("my export.json"));

    let part = app.viewer().get(&path).header("Range", "bytes=100-199").send().expect(206);
    assert_eq!(part.body, bytes[100..200]);
    assert_eq!(part.header("content-range"), format!("bytes 100-199/{}", bytes.len()));
    let end = app.viewer().get(&path).header("Range", "bytes=-10").send().expect(206);
    assert_eq!(end.body, bytes[bytes.len() - 10..]);
    let beyond = format!("bytes={}-", bytes.len());
    app.viewer().get(&path).header("Range", &beyond).send().problem(416, "range-not-satisfiable");
    let stale = app
        .viewer()
        .get(&path)
        .header("Range", "bytes=0-9")
        .header("If-Range", "\"other\"")
        .send()
        .expect(200);
    assert_eq!(stale.body, bytes, "a part of another state is of no use");
    let unchanged = app.viewer().get(&path).header("If-None-Match", answer.header("etag")).send().expect(304);
    assert!(unchanged.body.is_empty());
}

#[test]
fn compressed_files_are_stored_as_they_came_and_read() {
    let app = TestApp::start_default();
    let bytes = gzip(syslog_lines(50).as_bytes());
    let dataset = app.upload("auth.log.gz", &bytes);
    let profiled = app.profiled(&dataset);
    assert_eq!(profiled["records"]["parsed"], 50, "{profiled:#}");
    let path = format!("/datasets/{}/content", dataset["id"].as_str().unwrap());
    assert_eq!(app.viewer().get(&path).send().expect(200).body, bytes);
}

#[test]
fn a_file_among_several_is_asked_for_by_name() {
    let app = TestApp::start_default();
    let files: [(&str, &[u8]); 2] = [("a.log", b"first"), ("b.log", b"second")];
    let dataset = app.trainer().post("/datasets").files(&files).send().expect(201).json();
    let path = format!("/datasets/{}/content", dataset["id"].as_str().unwrap());
    assert_eq!(app.viewer().get(&format!("{path}?file=b.log")).send().expect(200).body, b"second");
    let problem = app.viewer().get(&path).send().problem(422, "invalid");
    assert!(problem["detail"].as_str().unwrap().contains("a.log, b.log"), "{problem}");
    app.viewer().get(&format!("{path}?file=c.log")).send().problem(404, "not-found");
}
