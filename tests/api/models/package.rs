//! `GET /models/{id}/package`: the ZIP, its headers, its layouts.

use super::path;
use crate::support::TestApp;
use base64::{Engine, engine::general_purpose::STANDARD};
use sha2::{Digest, Sha256};
use std::io::Cursor;

/// The eight files of a package whose model scales its input.
const FILES: [&str; 8] = [
    "README.md",
    "deployment_manifest.json",
    "inference_example.py",
    "metadata.json",
    "model.joblib",
    "requirements.txt",
    "scaler.joblib",
    "validate_model.py",
];

fn names(zip: &[u8]) -> Vec<String> {
    let archive = zip::ZipArchive::new(Cursor::new(zip.to_vec())).unwrap();
    let mut names: Vec<String> = archive.file_names().map(|name| name.unwrap().into_owned()).collect();
    names.sort();
    names
}

#[test]
fn a_package_is_downloaded_whole_in_part_or_not_at_all() {
    let app = TestApp::start_default();
    let model = app.model("a", 10);
    app.viewer().get(&path(&model, "/package")).send().problem(404, "not-found");
    let deployment = app.deployer().post(&path(&model, "/deploy")).send().expect(201).json();
    let get = || app.viewer().get(&path(&model, "/package"));
    let answer = get().send().expect(200);
    let digest = Sha256::digest(&answer.body);
    assert_eq!(deployment["package_sha256"], hex::encode(digest));
    assert_eq!(answer.header("content-type"), "application/zip");
    assert_eq!(answer.header("etag"), format!("\"{}\"", hex::encode(digest)));
    assert_eq!(answer.header("repr-digest"), format!("sha-256=:{}:", STANDARD.encode(digest)));
    let folder = format!("model_{}_deployment", model["version"].as_str().unwrap());
    let disposition = answer.header("content-disposition");
    assert!(
        disposition.starts_with("attachment") && disposition.contains(&format!("{folder}.zip")),
        "{disposition}"
    );
    let found = names(&answer.body);
    for file in FILES {
        assert!(found.contains(&format!("{folder}/{file}")), "{file} is not in {found:?}");
    }

    let head = app.viewer().request("HEAD", &path(&model, "/package")).send().expect(200);
    assert!(head.body.is_empty());
    assert_eq!(head.header("content-length"), answer.body.len().to_string());
    assert_eq!(head.header("etag"), answer.header("etag"));
    get().header("If-None-Match", answer.header("etag")).send().expect(304);
    let part = get().header("Range", "bytes=10-19").send().expect(206);
    assert_eq!(part.body, answer.body[10..20]);
    get().header("Range", "bytes=99999999-").send().problem(416, "range-not-satisfiable");

    let flat = app.viewer().get(&path(&model, "/package?layout=flat")).send().expect(200);
    let flat = names(&flat.body);
    assert_eq!(
        flat.iter().map(|name| format!("{folder}/{name}")).collect::<Vec<_>>(),
        found,
        "the same, at the root"
    );
    assert_ne!(app.viewer().get(&path(&model, "/package?layout=round")).send().status, 200);
    let by_name = app.viewer().get("/models/a@deployed/package").send().expect(200);
    assert_eq!(by_name.body, answer.body);
}
