//! What holds for any records: nothing is too strange, and what does not depend on the order does not.

mod corpus;
mod lines;

use lines::{Line, fitted, log, rows};
use proptest::prelude::*;
use trainyard_surprise::{CAP, MOST_TOKENS, NAMES, State, Surprise, number, score, threshold, tokens};

fn hostile() -> impl Strategy<Value = Line> {
    let time = prop_oneof![
        Just(None),
        any::<i64>().prop_map(Some),
        (0..1_000_000_000_i64).prop_map(|time| Some(time * 1000)),
        prop_oneof![Just(i64::MIN), Just(i64::MAX), Just(0)].prop_map(Some),
    ];
    let word = prop_oneof![
        "\\PC{0,3}".boxed(),
        prop_oneof!["nan", "inf", "-inf", "1e999", "٣", "-", ".", ":", "-0", "0x1f"].boxed(),
        (any::<i64>(), any::<u32>()).prop_map(|(whole, part)| format!("{whole}.{part}")).boxed(),
        (0..3_u8).prop_map(|small| small.to_string()).boxed(),
        Just("9".repeat(400)).boxed(),
    ];
    let message = (proptest::collection::vec(word, 0..6), prop_oneof![Just(" "), Just("="), Just("\u{a0}")])
        .prop_map(|(words, between)| words.join(between));
    let text = proptest::option::of("[a-b]{0,1}");
    let severity = proptest::option::of(0..10_u8);
    let template = proptest::option::of(prop_oneof![0..3_u32, Just(u32::MAX)]);
    (time, severity, text.clone(), text, template, message).prop_map(
        |(time, severity, host, process, template, message)| Line {
            time,
            severity,
            host,
            process,
            template,
            message,
        },
    )
}

/// Records of a few seconds, of which several have the same time, without numbers.
fn plain() -> impl Strategy<Value = Line> {
    (0..4_i64, 0..2_u32, "[a-c] (x|y|z){1,2} [de]").prop_map(|(time, template, message)| Line {
        time: Some(time * 45_000_000),
        severity: Some(6),
        host: None,
        process: Some("p".into()),
        template: Some(template),
        message,
    })
}

proptest! {
    #[test]
    fn nothing_is_too_strange(training in proptest::collection::vec(hostile(), 0..80), more in proptest::collection::vec(hostile(), 0..20)) {
        let state = fitted(&training);
        let read: State = serde_json::from_str(&serde_json::to_string(&state).unwrap()).unwrap();
        prop_assert_eq!(&state, &read);
        prop_assert_eq!(serde_json::to_string(&state).unwrap(), serde_json::to_string(&fitted(&training)).unwrap());
        let all = [training, more].concat();
        let found = rows(&state, &all);
        for row in &found {
            for (value, name) in row.iter().zip(NAMES) {
                let least = if name == "severity" { -1.0 } else { 0.0 };
                prop_assert!((least..=CAP).contains(value), "{} is {}", name, value);
            }
        }
        let scores: Vec<f64> = found.iter().map(score).collect();
        prop_assert!((2.5..=5.0).contains(&threshold(&scores)));
    }

    #[test]
    fn records_of_the_same_time_have_no_order(lines in proptest::collection::vec(plain(), 0..60)) {
        let mut forwards = lines.clone();
        forwards.sort_by_key(|line| line.time);
        let mut backwards: Vec<Line> = lines.into_iter().rev().collect();
        backwards.sort_by_key(|line| line.time);
        prop_assert_eq!(fitted(&forwards), fitted(&backwards));
    }

    #[test]
    fn each_record_depends_on_those_before_it_only(lines in proptest::collection::vec(hostile(), 1..60), at in 0..60_usize) {
        let state = fitted(&lines);
        let some = &lines[..at.min(lines.len())];
        prop_assert_eq!(&rows(&state, &lines)[..some.len()], &rows(&state, some)[..]);
    }

    #[test]
    fn words_are_parts_of_the_message(message in "\\PC{0,200}") {
        let mut room = [""; MOST_TOKENS];
        for word in tokens(&message, &mut room) {
            prop_assert!(message.contains(word));
            prop_assert!(word.chars().count() <= 64);
            prop_assert!(!word.contains([' ', '=', ',', '(', ')', '"']));
        }
    }
}

#[test]
fn words_and_numbers() {
    let mut room = [""; MOST_TOKENS];
    let message = "took=12.5ms, (from [10.0.0.1:80]) : done...\t\"x\"|<y>; it's\u{a0}é.";
    assert_eq!(
        tokens(message, &mut room),
        ["took", "12.5ms", "from", "10.0.0.1:80", "", "done", "x", "y", "it", "s\u{a0}é"]
    );
    for (word, expected) in [
        ("12.5ms", Some(12.5)),
        ("-3", Some(-3.0)),
        ("a-3b", Some(-3.0)),
        ("5.", Some(5.0)),
        ("x", None),
        ("10.0.0.1", None),
        ("1e5", None),
        ("١", None),
        ("nan", None),
    ] {
        assert_eq!(number(word), expected, "{word}");
    }
}

/// Nobody says which records are odd, and all of them are trained on. The first few of a burst of an ordinary statement
/// cannot be told.
#[test]
fn incidents_are_found() {
    for seed in 1..4 {
        let (lines, odd): (Vec<Line>, Vec<bool>) = log(6000, seed).into_iter().unzip();
        let scores: Vec<f64> = rows(&fitted(&lines), &lines).iter().map(score).collect();
        let threshold = threshold(&scores);
        let flagged: Vec<bool> = scores.iter().map(|score| *score > threshold).collect();
        let both = flagged.iter().zip(&odd).filter(|(flagged, odd)| **flagged && **odd).count() as f64;
        let count = |list: &[bool]| list.iter().filter(|it| **it).count() as f64;
        let (precision, recall) = (both / count(&flagged), both / count(&odd));
        assert!(precision > 0.9 && recall > 0.75, "precision {precision}, recall {recall}");
    }
}

/// What was learned is JSON that people can read.
#[test]
fn the_state_is_plain() {
    let line = |at: i64| Line {
        time: Some(at * 60_000_000),
        severity: Some(6),
        host: None,
        process: Some("door".into()),
        template: Some(0),
        message: format!("door {} {}", at % 3, if at % 2 == 0 { "open" } else { "shut" }),
    };
    let json = serde_json::to_value(fitted(&(0..60).map(line).collect::<Vec<_>>())).unwrap();
    assert_eq!(
        json["templates"][0]["shapes"][0]["places"][0],
        serde_json::json!({"constant": "door", "unseen": json["templates"][0]["shapes"][0]["places"][0]["unseen"]})
    );
    assert_eq!(json["groups"][0]["process"], "door");
    assert_eq!(json["version"], 1);
}

#[test]
fn another_version_is_refused() {
    let error = Surprise::new(&State::default()).err().unwrap().to_string();
    assert_eq!(error, "surprise is of version 0, and this program reads version 1: fit it again");
}
