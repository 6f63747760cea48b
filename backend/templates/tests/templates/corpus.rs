//! What the Python twin is held to: `tests/package/templates.json` has templates, and messages with their masked text and their
//! template. It is what this crate makes; with `TRAINYARD_WRITE_CORPUS` set, it is written anew.

use crate::{
    generator::{Random, log, statements},
    grouping::{found, mined},
};
use serde_json::{Value, json};
use std::path::Path;
use trainyard_templates::mask;

/// Pieces that masks begin with, end with, or stop at.
const PIECES: [&str; 84] = [
    "a",
    "b",
    "f",
    "c3",
    "12",
    "7",
    "2025",
    "10.0.0.1",
    ".",
    ":",
    "-",
    "/",
    "_",
    "$",
    "@",
    "+",
    "=",
    "(",
    ")",
    "[",
    "]",
    "{",
    "}",
    "\"",
    "'",
    "`",
    "\\",
    "\\042",
    "\\x22",
    "<",
    "<*>",
    ">",
    " ",
    "  ",
    "\t",
    "\n",
    ",",
    "%",
    "~",
    "?",
    "*",
    "****",
    "0x",
    "1f",
    "deadbeef",
    "abcdefab",
    "ms",
    "s",
    "KB",
    "B",
    "µs",
    "é",
    "http://",
    "GET ",
    " HTTP/1.1",
    "T",
    "Z",
    "utf-8",
    "x86_64",
    "ipv4",
    "sha1",
    "ok",
    "none",
    "the",
    "2001:db8",
    "::",
    "fe80::1",
    "8c:85:90:ab:cd:ef",
    "550e8400-e29b-41d4-a716-446655440000",
    "C:\\",
    "#",
    "&",
    ";",
    "|",
    "cpu0",
    "cpu1",
    "10:11",
    "10:11:12.5",
    "2025-01-02",
    "host1.example.org",
    "null",
    "\u{1}",
    "1,024.5",
    "node-[1-3]",
];

fn corpus() -> Value {
    let mut random = Random(17);
    let (mut messages, _) = log(&statements(60, false, 3), 900, 3);
    messages.extend(
        [
            "cpu0 at Sun Jul 10",
            "cpu1 up",
            "cpu2 up",
            "cpu3 of x",
            "removed 1 file now",
            "removed 2 files now",
        ]
        .map(str::to_owned),
    );
    let templates = mined(&messages);
    messages.truncate(300);
    messages.extend(["cpu7 up", "cpu7 down", "", " ", "removed 9 file now"].map(str::to_owned));
    messages.push("long ".repeat(700) + "é");
    messages.push("é".repeat(1500));
    messages.extend((0..1500).map(|_| {
        let length = 1 + random.below(12);
        (0..length).map(|_| random.of(&PIECES)).collect::<String>()
    }));
    let masked = |message: &String| {
        let mut out = String::new();
        mask(message, &mut out);
        out
    };
    let cases: Vec<Value> = messages
        .iter()
        .zip(found(&templates, &messages))
        .map(|(message, found)| json!([message, masked(message), found]))
        .collect();
    json!({ "templates": templates, "cases": cases })
}

#[test]
fn the_corpus_is_what_this_crate_makes() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/package/templates.json");
    let made = corpus();
    if std::env::var_os("TRAINYARD_WRITE_CORPUS").is_some() {
        let lines: Vec<String> = made["cases"].as_array().unwrap().iter().map(Value::to_string).collect();
        let text =
            format!("{{\"templates\": {},\n\"cases\": [\n{}\n]}}\n", made["templates"], lines.join(",\n"));
        std::fs::write(&path, text).unwrap();
    }
    let kept: Value = serde_json::from_str(&std::fs::read_to_string(&path).unwrap()).unwrap();
    assert_eq!(kept["templates"], made["templates"]);
    let (kept, made) = (kept["cases"].as_array().unwrap(), made["cases"].as_array().unwrap());
    assert_eq!(kept.len(), made.len());
    kept.iter().zip(made).for_each(|(kept, made)| assert_eq!(kept, made));
}
