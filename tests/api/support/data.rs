//! What the tests upload and ask for.

use super::PROGRAM;
use serde_json::{Value, json};
use std::{
    fmt::Write as _,
    io::Write as _,
    path::Path,
    process::{Command, Stdio},
};

/// The real export of a home router: 35 records.
pub(crate) fn mcp_export() -> Vec<u8> {
    let shared = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/data");
    std::fs::read(shared.join("mcp_export/export_20250701.json")).unwrap()
}

/// So many records of a made-up router, as `trainyard example-logs` writes them.
pub(crate) fn example_logs(records: usize) -> Vec<u8> {
    let output = Command::new(PROGRAM).args(["example-logs", "-n", &records.to_string()]).output().unwrap();
    assert!(output.status.success());
    output.stdout
}

/// So many syslog lines, no two the same.
pub(crate) fn syslog_lines(count: usize) -> String {
    (0..count).fold(String::new(), |mut text, n| {
        let (hour, minute, second) = (n / 3600 % 24, n / 60 % 60, n % 60);
        writeln!(text, "Jun 14 {hour:02}:{minute:02}:{second:02} combo sshd[{n}]: session {n} opened")
            .unwrap();
        text
    })
}

/// What `gzip` makes of it.
pub(crate) fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut gzip = Command::new("gzip").stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
    let mut input = gzip.stdin.take().unwrap();
    let bytes = bytes.to_vec();
    let writer = std::thread::spawn(move || input.write_all(&bytes).unwrap());
    let output = gzip.wait_with_output().unwrap();
    writer.join().unwrap();
    output.stdout
}

/// A small training run on this dataset.
pub(crate) fn specification(name: &str, dataset: &Value) -> Value {
    json!({
        "name": name,
        "dataset_id": dataset["id"],
        "algorithm": {"type": "isolation_forest", "n_estimators": 10, "random_state": 42},
    })
}

/// The 2,000 raw lines of one of the published systems.
pub(crate) fn loghub(system: &str) -> Vec<u8> {
    let shared = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/data/loghub_2k");
    std::fs::read(shared.join(system).join(format!("{system}_2k.log"))).unwrap()
}

/// A text as it stands in a query.
pub(crate) fn percent_encoded(text: &str) -> String {
    text.bytes().fold(String::new(), |mut encoded, byte| {
        if byte.is_ascii_alphanumeric() {
            encoded.push(char::from(byte));
        } else {
            write!(encoded, "%{byte:02X}").unwrap();
        }
        encoded
    })
}
