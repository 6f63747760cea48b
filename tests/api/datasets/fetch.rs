//! `POST /datasets` with addresses: the service fetches what its settings allow, and nothing else.

use crate::support::{Setup, pointers, syslog_lines};
use serde_json::json;

#[test]
fn files_of_an_allowed_folder_become_a_dataset_and_others_are_refused() {
    let folder = tempfile::tempdir().unwrap();
    let (logs, secret) = (folder.path().join("logs"), folder.path().join("secret.log"));
    std::fs::create_dir_all(logs.join("old")).unwrap();
    std::fs::write(logs.join("a.log"), syslog_lines(20)).unwrap();
    std::fs::write(logs.join("old/b.log"), &syslog_lines(30)[20..]).unwrap();
    std::fs::write(&secret, syslog_lines(5)).unwrap();
    let app = Setup::new().flag(&["--allow-source", logs.to_str().unwrap()]).start();
    let ask = |address: &str| app.trainer().post("/datasets").json(&json!({"sources": [address]})).send();

    let dataset = ask(logs.to_str().unwrap()).expect(201).json();
    let names: Vec<_> =
        dataset["files"].as_array().unwrap().iter().map(|file| file["name"].clone()).collect();
    assert_eq!(names, ["a.log", "old_b.log"]);
    let dataset = app.profiled(&dataset);
    assert_eq!(dataset["status"], "ready", "{dataset:#}");

    for (address, reason) in [
        (secret.to_str().unwrap().to_owned(), "not below an allowed folder"),
        (format!("{}/../secret.log", logs.display()), "not below an allowed folder"),
        ("https://169.254.169.254/latest/meta-data".to_owned(), "not on the list of allowed sources"),
        ("s3://somebody/else.log".to_owned(), "not on the list of allowed sources"),
        ("gopher://example.org/".to_owned(), "a source begins with"),
    ] {
        let problem = ask(&address).problem(422, "invalid");
        assert_eq!(pointers(&problem), ["/sources/0"]);
        assert!(problem["errors"][0]["detail"].as_str().unwrap().contains(reason), "{problem:#}");
    }
}
