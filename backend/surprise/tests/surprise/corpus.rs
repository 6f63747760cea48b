//! What the Python twin is held to: `tests/package/surprise.json` has a state, and records with their nine numbers. It is what
//! this crate makes; with `TRAINYARD_WRITE_CORPUS` set, it is written anew.

use crate::lines::{Line, Random, fitted, log, rows};
use serde_json::{Value, json};
use std::path::Path;

const WORDS: [&str; 22] = [
    "nan", "-inf", "1e999", "٣", "-", ".", "::..", "-0", "0x1f", "a-3b", "é", "½", "1_000", "--5", "5.",
    "-.5", "1.2.3", "\u{a0}", "7", "8", "12.25ms", "(x)",
];

/// Strange records among ordinary ones: other words, hosts, severities and templates, times that are late, lost or far away.
fn strange(random: &mut Random, near: &Line) -> Line {
    let mut line = near.clone();
    let length = random.below(50);
    match random.below(8) {
        0 => line.message = (0..length).map(|_| random.of(&WORDS)).collect::<Vec<_>>().join(" "),
        1 => line.message = format!("{} {}", line.message, "9".repeat(100)),
        2 => line.host = Some(random.of(&["h1", "h2"]).to_owned()),
        3 => line.process = None,
        4 => line.severity = [None, Some(0), Some(3), Some(9)][random.below(4) as usize],
        5 => line.template = [None, Some(77), Some(1)][random.below(3) as usize],
        6 => line.time = None,
        _ => {
            let by = [-5_000_000, -7_000_000_000, 90_000_000_000][random.below(3) as usize];
            line.time = line.time.map(|time| time + by);
        }
    }
    line
}

fn corpus() -> Value {
    let mut random = Random(23);
    let lines: Vec<Line> = log(900, 5).into_iter().map(|(line, _)| line).collect();
    let state = fitted(&lines);
    let mut cases = lines.clone();
    for at in 0..200 {
        let place = at * 6;
        let near = cases[place].clone();
        cases.insert(place, strange(&mut random, &near));
    }
    let cases: Vec<Value> = rows(&state, &cases)
        .iter()
        .zip(&cases)
        .map(|(row, line)| {
            json!([line.time, line.severity, line.host, line.process, line.template, line.message, row])
        })
        .collect();
    json!({ "state": state, "cases": cases })
}

#[test]
fn the_corpus_is_what_this_crate_makes() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/package/surprise.json");
    let made = corpus();
    if std::env::var_os("TRAINYARD_WRITE_CORPUS").is_some() {
        let lines: Vec<String> = made["cases"].as_array().unwrap().iter().map(Value::to_string).collect();
        let text = format!("{{\"state\": {},\n\"cases\": [\n{}\n]}}\n", made["state"], lines.join(",\n"));
        std::fs::write(&path, text).unwrap();
    }
    let kept: Value = serde_json::from_str(&std::fs::read_to_string(&path).unwrap()).unwrap();
    let (mut kept_numbers, mut made_numbers) = (Vec::new(), Vec::new());
    assert_eq!(texts(&kept, &mut kept_numbers), texts(&made, &mut made_numbers));
    let close = |(kept, made): (&f64, &f64)| (kept - made).abs() <= 1e-9 * kept.abs().max(1.0);
    assert!(kept_numbers.iter().zip(&made_numbers).all(close));
}

/// All but the numbers with a fraction, which another machine may compute a little differently.
fn texts(value: &Value, numbers: &mut Vec<f64>) -> Value {
    match value {
        Value::Number(number) if number.is_f64() => {
            numbers.extend(number.as_f64());
            Value::Null
        }
        Value::Array(list) => list.iter().map(|value| texts(value, numbers)).collect(),
        Value::Object(map) => map.iter().map(|(key, value)| (key.clone(), texts(value, numbers))).collect(),
        other => other.clone(),
    }
}
