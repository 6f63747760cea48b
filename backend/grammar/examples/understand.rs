//! Prints the grammar of a file (`--grammar`), or its records as lines of JSON.
#![expect(clippy::print_stdout, reason = "a command's output")]

use serde_json::json;
use std::sync::Arc;
use trainyard_grammar::{Applied, Sample, bytes, find_best, framing, level::LEVELS, time::Clock};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut arguments: Vec<String> = std::env::args().skip(1).collect();
    let only = arguments.iter().position(|a| a == "--grammar").map(|at| arguments.remove(at)).is_some();
    let path = arguments.first().ok_or("which file?")?;
    let content = std::fs::read(path)?;
    let (encoding, mark) = bytes::encoding(&content);
    let mut text = Vec::new();
    let mut transcoder = bytes::Transcoder::new(encoding);
    transcoder.push(&content[mark..], true, &mut text);
    let cleaned = bytes::clean(&text).text.into_owned();
    let now = "2026-11-30T00:00:00Z".parse()?;
    let found = find_best(Sample { head: &cleaned, whole: true, later: &[] }, now).ok_or("blank")?;
    let grammar = found.grammar;
    if only {
        println!("{}", serde_json::to_string_pretty(&grammar)?);
        return Ok(());
    }
    let applied = Applied::new(Arc::new(grammar), &Clock::new(now, 0))?;
    let starts = applied.joins().then(|| Arc::new(applied.clone()) as Arc<dyn framing::Starts>);
    let frames = framing::frames_of(&applied.grammar().framing, 1 << 20, &text, true, starts);
    for frame in &frames {
        let record = bytes::clean(frame.bytes.of(&text));
        let fields = match applied.read(&record.text, frame.line) {
            Ok(fields) => fields,
            Err(reason) => {
                println!("{}", json!({ "rejected": reason, "line": frame.line }));
                continue;
            }
        };
        let timestamp = fields.timestamp.and_then(chrono::DateTime::from_timestamp_micros);
        println!(
            "{}",
            json!({
                "timestamp": timestamp.map(|t| t.to_rfc3339_opts(chrono::SecondsFormat::AutoSi, true)),
                "level": fields.severity.map(|s| LEVELS[usize::from(s)]),
                "message": fields.message, "process": fields.process, "host": fields.host, "pid": fields.pid,
                "attributes": fields.attributes.and_then(|a| serde_json::from_str::<serde_json::Value>(&a).ok()),
            })
        );
    }
    Ok(())
}
