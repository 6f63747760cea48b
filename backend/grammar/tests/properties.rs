//! What the finder claims the applier holds, whatever the text.

use proptest::prelude::*;
use std::sync::Arc;
use trainyard_grammar::{Applied, Fields, Sample, bytes, find, find_best, framing, time::Clock};
use trainyard_types::grammar::{
    Continuation, Expressions, FieldRole, FieldShape, Framing, Grammar, HeaderField, LineLayout, Reader,
};

fn now() -> chrono::DateTime<chrono::Utc> {
    chrono::DateTime::from_timestamp(1_796_000_000, 0).unwrap_or_default()
}

fn clock() -> Clock {
    Clock::new(now(), 0)
}

/// The records of a text, with the lines at which they begin.
fn records(applied: &Applied, text: &str) -> Vec<(String, u64)> {
    let starts = applied.joins().then(|| Arc::new(applied.clone()) as Arc<dyn framing::Starts>);
    let frames = framing::frames_of(&applied.grammar().framing, 1 << 20, text.as_bytes(), true, starts);
    let text = |frame: &framing::Frame| String::from_utf8_lossy(frame.bytes.of(text.as_bytes())).into_owned();
    frames.iter().filter(|frame| frame.fault.is_none()).map(|frame| (text(frame), frame.line)).collect()
}

/// Pieces that logs are made of, in any order.
fn piece() -> impl Strategy<Value = String> {
    prop_oneof![
        "2024-05-0[1-9] 1[0-9]:0[0-9]:0[0-9]([.,][0-9]{3})?(Z|\\+02:00)?",
        "May [ 0-3][1-9] 1[0-9]:00:00",
        "\\[?1714557[0-9]{3}(\\.[0-9]{1,6})?\\]?",
        "(INFO|WARN|error|Debug|I|E|NOTICE|level=info|\\[ERROR\\]|<6>|%X-5-Y:|\\*)",
        "(web-1|a\\.b\\.C|shop::cart|sshd\\[12\\]:|main|\\[main\\]|\\(pid 3\\)|x=1|name:)",
        "(\\{\"a\":1\\}|\\{\"msg\":\"x y\",\"level\":\"info\"|\"q q\"|\\||;|,|\t| - |::|-|'|\\[|\\]|\\()",
        "[a-zé ]{0,12}",
        "(<34>1 |CEF:0\\|a\\|b\\||#Fields: a b|<e>|</e>|<!--|A=1|web \\| )",
        Just("\u{feff}".to_owned()),
        Just("\u{1F600}".to_owned()),
        Just("\u{0}".to_owned()),
        Just("\r".to_owned()),
    ]
}

fn line() -> impl Strategy<Value = String> {
    proptest::collection::vec(piece(), 0..8).prop_map(|pieces| pieces.join(" "))
}

fn text() -> impl Strategy<Value = String> {
    let mixed = proptest::collection::vec(line(), 1..12).prop_map(|lines| lines.join("\n"));
    // One order of pieces in every line, as logs are.
    let regular = (proptest::collection::vec(0..9usize, 1..6), proptest::collection::vec(0..4u8, 1..20))
        .prop_map(|(order, lines)| {
            let row = |at: u8| {
                let made = |part: &usize| match part {
                    0 => format!("2024-05-01 10:00:{:02}", at * 7),
                    1 => ["INFO", "ERROR", "WARN", "DEBUG"][usize::from(at)].to_owned(),
                    2 => format!("[main-{at}]"),
                    3 => ["shop.cart:", "shop.pay:"][usize::from(at % 2)].to_owned(),
                    4 => "web-1".to_owned(),
                    5 => format!("sshd[{at}]:"),
                    6 => "|".to_owned(),
                    7 => "[error] it went".to_owned(),
                    _ => format!("carts {at} opened"),
                };
                let line: Vec<String> = order.iter().map(made).collect();
                if at == 3 { format!("{}\n  at a.b (c:1)", line.join(" ")) } else { line.join(" ") }
            };
            lines.into_iter().map(row).collect::<Vec<_>>().join("\n")
        });
    prop_oneof![mixed, regular]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1500))]

    #[test]
    fn what_is_found_is_read(text in text()) {
        // A mark at the beginning is the encoding's.
        let text = text.trim_start_matches('\u{feff}').to_owned();
        let Some(grammar) = find(Sample { head: &text, whole: true, later: &[] }, now()) else {
            prop_assert!(text.trim().is_empty());
            return Ok(());
        };
        // What is written is read as the same.
        let written = serde_json::to_string(&grammar).unwrap();
        prop_assert_eq!(&serde_json::from_str::<Grammar>(&written).unwrap(), &grammar);
        let lines = grammar.framing == Framing::Lines;
        let applied = Applied::new(Arc::new(grammar), &clock()).unwrap();
        let records = records(&applied, &text);
        if lines {
            // No line is lost: each is in one record, or before the first one.
            let cut = |text: &str| -> Vec<String> {
                let lines = text.split(['\n', '\r']).filter(|line| !line.trim().is_empty());
                lines.map(str::to_owned).collect()
            };
            let live = cut(&text);
            let kept: Vec<String> = records.iter().flat_map(|(text, _)| cut(text)).collect();
            prop_assert!(kept.len() <= live.len(), "{:?} {:?}", live, kept);
            for line in &kept {
                prop_assert!(live.contains(line), "{:?}", line);
            }
        }
        for (record, line) in &records {
            // As records are read: without NULs and colours.
            let record = &bytes::clean(record.as_bytes()).text.into_owned();
            let read: Result<Fields<'_>, String> = applied.read(record, *line);
            prop_assert_eq!(&read, &applied.read(record, *line));
            let begins = framing::Starts::start(&applied, record.as_bytes()).begins;
            if lines && begins && !record.trim_start().starts_with('{') {
                prop_assert!(read.is_ok(), "{:?}: {:?}", record, read);
            }
        }
    }

    #[test]
    fn nothing_panics(text in "[\\[\\]{}()<>|:;,.\"'=#*%/\\\\ \t\n\ra-cA-CÉ0-9é\u{1F600}\u{2013}-]{0,160}") {
        let found = find_best(Sample { head: &text, whole: text.len() % 2 == 0, later: &[&text] }, now());
        if let Some(found) = found {
            let applied = Applied::new(Arc::new(found.grammar), &clock()).unwrap();
            for (record, line) in records(&applied, &text) {
                let _ = applied.read(&record, line);
            }
            for line in text.lines() {
                let _ = applied.read(line, 1);
            }
        }
    }
}

fn lines_of(readers: Vec<Reader>) -> Grammar {
    Grammar {
        version: 1,
        name: "x".into(),
        encoding: Default::default(),
        framing: Framing::Lines,
        multiline: Continuation::Unfit,
        clock: Default::default(),
        readers,
    }
}

#[test]
fn hostile_grammars_are_refused_quickly() {
    let started = std::time::Instant::now();
    let refused = |grammar: Grammar| Applied::new(Arc::new(grammar), &clock()).unwrap_err();
    let expression =
        |text: String| Reader::Expression(Expressions { expressions: vec![text], lenient: false });
    let long = refused(lines_of(vec![expression("(a|b)*".repeat(17_000) + "(?P<message>.*)")]));
    assert_eq!(long.pointer, "/readers/0/expressions");
    let huge = refused(lines_of(vec![expression("(?P<message>(?:\\w{1000}){1000})".into())]));
    assert_eq!(huge.pointer, "/readers/0/expressions");
    let field = HeaderField {
        glue: false,
        separators: 0,
        shape: FieldShape::Bracket,
        role: FieldRole::Nothing,
        values: Vec::new(),
    };
    let wide = LineLayout { header: vec![field; 10_000], ..LineLayout::default() };
    assert_eq!(refused(lines_of(vec![Reader::Line(Box::new(wide))])).pointer, "/readers/0/header");
    let mut deep = Reader::Cef;
    for _ in 0..40 {
        deep = Reader::Cri { within: vec![deep] };
    }
    assert!(refused(lines_of(vec![deep])).detail.contains("deep"));
    assert!(refused(lines_of(vec![Reader::Cef; 5_000])).detail.contains("readers"));
    let newer = refused(Grammar { version: 2, ..lines_of(vec![Reader::Cef]) });
    assert_eq!(
        newer.to_string(),
        "/version: the grammar's version is 2, and this program reads up to 1: use a newer one"
    );
    let start = Continuation::Start { start: "(x)*".repeat(25_000) };
    assert_eq!(
        refused(Grammar { multiline: start, ..lines_of(vec![Reader::Cef]) }).pointer,
        "/multiline/start"
    );
    assert!(started.elapsed().as_secs() < 3, "{:?}", started.elapsed());
}
