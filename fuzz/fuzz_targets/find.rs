//! Text of any kind: its grammar is found, written, read again and applied. What is found is the same each time, reads
//! what it was found from the same each time, and loses no line.

#![no_main]

use chrono::DateTime;
use libfuzzer_sys::fuzz_target;
use std::sync::Arc;
use trainyard_grammar::{
    Applied, Sample, bytes, find_best,
    framing::{Framer, Starts},
    time::Clock,
};
use trainyard_types::grammar::{Framing, Grammar};

fuzz_target!(|text: &str| {
    let sample = Sample { head: text, whole: true, later: &[] };
    let Some(found) = find_best(sample, DateTime::UNIX_EPOCH) else {
        assert!(text.trim_start_matches('\u{feff}').trim().is_empty());
        return;
    };
    let again = find_best(sample, DateTime::UNIX_EPOCH).expect("it was found before");
    assert_eq!(found.grammar, again.grammar);
    let written = serde_json::to_string(&found.grammar).expect("a grammar can be written");
    assert_eq!(
        serde_json::from_str::<Grammar>(&written).expect("what is written can be read"),
        found.grammar
    );
    let lines = found.grammar.framing == Framing::Lines;
    let clock = Clock::new(DateTime::UNIX_EPOCH, 0);
    let applied = Applied::new(Arc::new(found.grammar), &clock).expect("what is found can be applied");
    let framing = &applied.grammar().framing;
    let mut framer = match applied.joins() {
        true => Framer::joining(framing, 1 << 20, Arc::new(applied.clone()) as Arc<dyn Starts>),
        false => Framer::new(framing, 1 << 20),
    };
    let mut frames = Vec::new();
    let complete = framer.scan(text.as_bytes(), true, &mut frames).is_ok();
    let mut kept = 0;
    for frame in &frames {
        let raw = frame.bytes.of(text.as_bytes());
        kept += raw.split(|byte| b"\n\r".contains(byte)).filter(|line| !bytes::blank(line)).count() as u64;
        let record = bytes::clean(raw).text;
        assert_eq!(applied.read(&record, frame.line), applied.read(&record, frame.line));
    }
    if lines && complete {
        let all = text.trim_start_matches('\u{feff}').as_bytes().split(|byte| b"\n\r".contains(byte));
        let all = all.filter(|line| !bytes::blank(line)).count() as u64;
        assert!(kept + framer.outside().lines <= all, "no line is read twice");
    }
});
