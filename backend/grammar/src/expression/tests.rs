//! The language, and the expressions, one line at a time.

use super::*;
use crate::time::Clock;

fn clock() -> Clock {
    Clock::new("2025-07-01T12:00:00Z".parse().unwrap(), 0)
}

fn own(pattern: &str) -> LinePattern {
    LinePattern::new(&[translate(pattern).unwrap()], false).unwrap()
}

#[test]
fn a_pattern_cuts_a_line_into_its_fields() {
    let pattern = own("<timestamp> <level> <process>(\\[<pid>\\])?: <message>");
    for (line, process, pid, message) in [
        ("2025-07-01 09:00:55 WARN  disk[7]: 91 % full: a", "disk", Some("7"), "91 % full: a"),
        ("Jul  1 09:00:55 WARN disk: 91 % full", "disk", None, "91 % full"),
        ("[x", "", None, ""),
    ] {
        let fields = pattern.parse(line);
        if process.is_empty() {
            assert!(fields.unwrap_err().starts_with("the line does not match the format: `[x`"));
            continue;
        }
        let fields = fields.unwrap();
        assert_eq!(fields.time.and_then(|raw| clock().instant(&raw)), Some(1_751_360_455_000_000), "{line}");
        assert_eq!((fields.severity, fields.process.as_deref()), (Some(4), Some(process)), "{line}");
        assert_eq!((fields.pid.as_deref(), fields.message.as_deref()), (pid, Some(message)), "{line}");
    }
}

#[test]
fn further_names_are_attributes_and_ignored_parts_are_not() {
    let pattern = own("<timestamp>|<*>|user=<user>|<message>");
    let fields = pattern.parse("1751360455|x y|user=a \"b\"|done|twice").unwrap();
    assert_eq!(
        (fields.message.as_deref(), fields.attributes),
        (Some("done|twice"), vec![("user".into(), r#""a \"b\"""#.into())])
    );
}

#[test]
fn a_space_is_a_run_of_white_space_and_what_is_passed_over_may_be_missing() {
    let pattern = own("<timestamp> [<level>] <*> [<*>] <process>: <message>");
    for line in [
        "2025-07-01 09:00:55 [WARN] x [y] disk: full",
        "2025-07-01 09:00:55\t[WARN ]  x\t[] disk: full",
        "2025-07-01 09:00:55 [ WARN] [] disk:  full",
    ] {
        let fields = pattern.parse(line).expect(line);
        let read = (fields.severity, fields.process.as_deref(), fields.message.as_deref());
        assert_eq!(read, (Some(4), Some("disk"), Some("full")), "{line}");
    }
    let fields = own("<*>;<level>;<message>").parse(";INFO;done").unwrap();
    assert_eq!((fields.severity, fields.message.as_deref()), (Some(6), Some("done")));
}

#[test]
fn a_field_that_ends_the_line_takes_the_rest_and_the_whole_line_is_the_message() {
    let fields = own("<level> <code>").parse("ERROR 7 of 9").unwrap();
    assert_eq!(
        (fields.message.as_deref(), fields.attributes),
        (Some("ERROR 7 of 9"), vec![("code".into(), r#""7 of 9""#.into())])
    );
}

#[test]
fn what_is_wrong_with_a_pattern_is_said() {
    for (pattern, reason) in [
        ("words", "it names no field; write `<message>` for the message"),
        ("<*> <_>", "it names no field; write `<message>` for the message"),
        ("<a> <a>", "`<a>` at column 5 stands there twice"),
        ("<a><b>", "nothing stands between `<a>` at column 1 and the next field"),
        ("<a> \\", "nothing follows the `\\` at column 5"),
    ] {
        assert_eq!(translate(pattern).unwrap_err(), reason, "{pattern}");
    }
    let unclosed = LinePattern::new(&["(?P<message>.*".to_owned()], false).unwrap_err();
    assert!(unclosed.contains("unclosed group"), "{unclosed}");
    assert!(LinePattern::new(&["[a-z]+".to_owned()], false).unwrap_err().contains("names no field"));
}

#[test]
fn a_time_that_cannot_be_read_rejects_the_line() {
    let pattern = LinePattern::new(&["(?P<timestamp>[0-9:]+) (?P<message>.*)".to_owned()], false).unwrap();
    assert_eq!(pattern.parse("99:99 x").unwrap_err(), "timestamp `99:99` is in no known form");
}

#[test]
fn an_alternative_keeps_its_message() {
    let either = LinePattern::new(&["A (?P<id>[0-9]+)|B (?P<message>.*)".to_owned()], false).unwrap();
    assert_eq!(either.parse("B hello").unwrap().message.as_deref(), Some("hello"));
    assert_eq!(either.parse("A 7").unwrap().id.as_deref(), Some("7"));
}
