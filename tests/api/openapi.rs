//! The description of the interface: as committed, as printed, as served.

use crate::support::{PROGRAM, TestApp};
use serde_json::Value;
use std::{collections::BTreeSet, path::Path, process::Command};

fn committed() -> String {
    std::fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("../../openapi/openapi.json")).unwrap()
}

#[test]
fn the_committed_document_is_the_codes() {
    let output = Command::new(PROGRAM).arg("openapi").output().unwrap();
    assert!(output.status.success());
    let printed = String::from_utf8(output.stdout).unwrap();
    assert!(printed == committed(), "openapi/openapi.json is stale: run `make openapi` and commit it");
}

#[test]
fn the_service_serves_it_to_everyone() {
    let app = TestApp::start_default();
    let served = app.stranger().request_outside("GET", "/openapi.json").send().expect(200).json();
    assert!(served == serde_json::from_str::<Value>(&committed()).unwrap(), "another document is served");
    let page = app.stranger().request_outside("GET", "/swagger-ui/").send().expect(200);
    assert!(page.header("content-type").starts_with("text/html"));
}

#[test]
fn every_operation_is_described() {
    let document: Value = serde_json::from_str(&committed()).unwrap();
    let mut ids = BTreeSet::new();
    for (path, item) in document["paths"].as_object().unwrap() {
        for (method, operation) in item.as_object().unwrap() {
            let what = format!("{method} {path}");
            let id = operation["operationId"].as_str().unwrap_or_else(|| panic!("{what} has no operationId"));
            assert!(ids.insert(id.to_owned()), "{what}: `{id}` is the name of another operation too");
            for text in ["summary", "description"] {
                let said = operation[text].as_str().unwrap_or_default();
                assert!(!said.trim().is_empty(), "{what} has no {text}");
            }
            for (status, response) in operation["responses"].as_object().unwrap() {
                let said = response["description"].as_str().unwrap_or_default();
                assert!(!said.trim().is_empty(), "{what}: {status} is not described");
                let is_problem = response["content"]["application/problem+json"].is_object();
                assert!(!status.starts_with('4') || is_problem, "{what}: {status} shows no problem");
            }
            // What has an id in its path can be missing, what has a body can be at fault.
            let statuses: Vec<&str> =
                operation["responses"].as_object().unwrap().keys().map(String::as_str).collect();
            assert!(!path.contains('{') || statuses.contains(&"404"), "{what} does not say 404");
            assert!(
                !operation["requestBody"].is_object()
                    || statuses.iter().any(|status| status.starts_with('4')),
                "{what}"
            );
        }
    }
}
