//! `trainyard parse` from outside: real logs to tables, with the rejects beside them.

use serde_json::Value;
use std::{
    path::{Path, PathBuf},
    process::{Command, Output},
};

fn parse(files: &[&Path], output: &Path, flags: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_trainyard"));
    command.arg("parse").args(files).arg("--output").arg(output).args(flags).output().unwrap()
}

fn linux() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../../shared/data/loghub_2k/Linux/Linux_2k.log")
}

fn rows(path: &Path) -> Vec<Value> {
    let text = std::fs::read_to_string(path).unwrap();
    text.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

fn told(output: &Output) -> String {
    let text = [&output.stdout[..], &output.stderr[..]].concat();
    String::from_utf8(text).unwrap()
}

#[test]
fn every_line_becomes_a_row_in_the_order_of_the_file() {
    let folder = tempfile::tempdir().unwrap();
    let out = folder.path().join("o.jsonl");
    let output = parse(&[&linux()], &out, &[]);
    assert!(output.status.success(), "{}", told(&output));
    assert!(told(&output).starts_with("2000 records read = 2000 parsed + 0 rejected; "), "{}", told(&output));
    let rows = rows(&out);
    assert_eq!(rows.len(), 2000);
    for (at, row) in rows.iter().enumerate() {
        assert_eq!((row["file"].as_str(), row["line"].as_u64()), (Some("Linux_2k.log"), Some(at as u64 + 1)));
        assert!(row["template_id"].is_string() && row["template"].is_string(), "{row}");
    }
    assert_eq!((&rows[1]["process"], &rows[1]["pid"]), (&"sshd(pam_unix)".into(), &"19937".into()));
    assert_eq!(
        (&rows[1]["host"], &rows[1]["message"]),
        (&"combo".into(), &"check pass; user unknown".into())
    );
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 1, "no rejects, no file of them");
}

#[test]
fn the_kinds_of_table_hold_the_same_rows() {
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str| folder.path().join(name);
    for name in ["o.jsonl", "o.csv", "o.parquet"] {
        let output = parse(&[&linux()], &path(name), &["--no-templates"]);
        assert!(output.status.success(), "{}", told(&output));
    }
    let csv = std::fs::read_to_string(path("o.csv")).unwrap();
    assert!(csv.starts_with("file,line,timestamp,level,host,process,pid,message"), "{}", &csv[..200]);
    assert_eq!(csv.lines().count(), 2001);
    let first = &rows(&path("o.jsonl"))[0];
    assert!(first.get("template_id").is_none());
    let start = format!("Linux_2k.log,1,{},,combo,", first["timestamp"].as_str().unwrap());
    assert!(csv.lines().nth(1).unwrap().starts_with(&start), "{start}");
    let parquet = std::fs::read(path("o.parquet")).unwrap();
    assert!(parquet.starts_with(b"PAR1") && parquet.ends_with(b"PAR1"));
}

#[test]
fn rejects_lie_beside_the_table_and_many_are_warned_of() {
    let folder = tempfile::tempdir().unwrap();
    let (log, out) = (folder.path().join("a.log"), folder.path().join("o.csv"));
    std::fs::write(&log, "Jun 14 15:16:01 combo x[1]: one, \"two\"\nno\nnor this\n").unwrap();
    let output = parse(&[&log], &out, &["--format", "syslog"]);
    assert!(output.status.success(), "{}", told(&output));
    assert!(told(&output).contains("3 records read = 1 parsed + 2 rejected"), "{}", told(&output));
    assert!(told(&output).contains("most records were rejected"), "{}", told(&output));
    assert!(std::fs::read_to_string(&out).unwrap().contains("\"one, \"\"two\"\"\""));
    let rejects = rows(&folder.path().join("o.rejects.jsonl"));
    assert_eq!(rejects.iter().map(|r| r["line"].as_u64().unwrap()).collect::<Vec<_>>(), [2, 3]);
}

#[test]
fn what_cannot_be_done_is_said_and_fails() {
    let folder = tempfile::tempdir().unwrap();
    let (log, out) = (folder.path().join("a.log"), folder.path().join("o.jsonl"));
    std::fs::write(&log, "no\nnor this\n").unwrap();
    let output = parse(&[&log], &out, &["--format", "syslog"]);
    assert!(!output.status.success());
    assert!(told(&output).contains("2 of 2 records were rejected"), "{}", told(&output));
    let output = parse(&[&log], &folder.path().join("o.txt"), &[]);
    assert!(!output.status.success());
    assert!(told(&output).contains("must end in .jsonl, .csv or .parquet"), "{}", told(&output));
}

#[test]
fn templates_that_were_written_match_what_comes_later() {
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str| folder.path().join(name);
    let mut mine = Command::new(env!("CARGO_BIN_EXE_trainyard"));
    let output =
        mine.arg("parse").arg(linux()).arg("--write-templates").arg(path("t.json")).output().unwrap();
    assert!(output.status.success(), "{}", told(&output));
    let written: Value = serde_json::from_slice(&std::fs::read(path("t.json")).unwrap()).unwrap();
    let known = written["templates"].as_array().unwrap();
    assert_eq!(known.iter().map(|template| template["count"].as_u64().unwrap()).sum::<u64>(), 2000);

    let later = "Jun 20 15:16:01 combo sshd(pam_unix)[7]: check pass; user unknown\n\
                 Jun 20 15:16:02 combo sshd(pam_unix)[7]: nobody has ever said this before\n";
    std::fs::write(path("later.log"), later).unwrap();
    let templates = path("t.json");
    let flags = ["--templates", templates.to_str().unwrap()];
    let output = parse(&[&path("later.log")], &path("o.jsonl"), &flags);
    assert!(told(&output).contains("1 records of none"), "{}", told(&output));
    let rows = rows(&path("o.jsonl"));
    assert!(known.iter().any(|template| template["id"] == rows[0]["template_id"]), "{:?}", rows[0]);
    assert_eq!(rows[1]["template_id"], Value::Null);
}
