//! A grammar from anywhere (as JSON, or found in another text) is refused or applied; then it reads any text.

#![no_main]

use chrono::DateTime;
use libfuzzer_sys::fuzz_target;
use std::sync::Arc;
use trainyard_grammar::{Applied, Sample, bytes, find, framing, time::Clock};

fuzz_target!(|input: (&str, &str)| {
    let (from, text) = input;
    let grammar = serde_json::from_str(from).ok().or_else(|| {
        find(Sample { head: from, whole: from.len().is_multiple_of(2), later: &[] }, DateTime::UNIX_EPOCH)
    });
    let clock = Clock::new(DateTime::UNIX_EPOCH, 0);
    let Some(Ok(applied)) = grammar.map(|grammar| Applied::new(Arc::new(grammar), &clock)) else { return };
    let starts = applied.joins().then(|| Arc::new(applied.clone()) as Arc<dyn framing::Starts>);
    let framing = &applied.grammar().framing;
    for frame in framing::frames_of(framing, 1 << 20, text.as_bytes(), true, starts) {
        let record = bytes::clean(frame.bytes.of(text.as_bytes())).text;
        assert_eq!(applied.read(&record, frame.line), applied.read(&record, frame.line));
    }
    for line in text.lines() {
        let _ = applied.read(line, 1);
    }
});
