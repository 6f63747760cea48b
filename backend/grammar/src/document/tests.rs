//! Which texts are documents, and which are lines that only look like it.

use super::*;
use proptest::prelude::*;
use regex::Regex;
use std::sync::LazyLock;

fn known(name: &str) -> bool {
    const NAMES: [&str; 24] = [
        "time",
        "timestamp",
        "date",
        "@timestamp",
        "_time",
        "level",
        "severity",
        "message",
        "msg",
        "text",
        "_raw",
        "host",
        "hostname",
        "source",
        "service",
        "logger",
        "component",
        "process",
        "content",
        "event",
        "status",
        "action",
        "start",
        "end",
    ];
    NAMES.contains(&&*name.to_lowercase())
}

fn timed(text: &str) -> bool {
    static TIME: LazyLock<Regex> = LazyLock::new(|| {
        let forms = r"^(\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d([.,]\d+)?(Z|[+-]\d\d:?\d\d)?|1[4-9]\d{8}(\.\d+)?|1[4-9]\d{11}|1[4-9]\d{17}|\d{1,2}/\d{1,2}/\d{4} \d{1,2}:\d\d:\d\d( [AP]M)?)$";
        Regex::new(forms).unwrap()
    });
    TIME.is_match(text)
}

fn of(text: &str) -> Option<Document<'_>> {
    find(text, true, &known, &timed)
}

fn path(text: &str) -> Option<String> {
    match of(text)?.framing {
        Framing::Json { path } => Some(path),
        other => panic!("{other:?}"),
    }
}

fn is_lines(text: &str) {
    assert_eq!(of(text), None, "{text}");
}

fn table(text: &str) -> Option<(char, Vec<String>, u64)> {
    match of(text)?.framing {
        Framing::Table { delimiter, columns, skip } => Some((delimiter, columns, skip)),
        other => panic!("{other:?}"),
    }
}

const RECORD: &str = r#"{"time": "2024-05-01T10:00:00Z", "message": "one"}"#;

#[test]
fn json_that_is_no_object_a_line() {
    let pretty = "{\n  \"time\": \"2024-05-01T10:00:00Z\",\n  \"tags\": [{\"a\": 1}, {\"a\": 2}]\n}\n";
    for (text, expected) in [
        (format!("{RECORD}{RECORD}\n"), ""),
        (pretty.repeat(3), ""),
        (pretty.to_owned(), ""),
        (format!("[{RECORD},\n{RECORD}]"), "[]"),
        (format!("[\n{RECORD}\n,{RECORD}\n,{RECORD}\n,{RECORD}\n]"), "[]"),
        (format!("[{RECORD}]\n[{RECORD},{RECORD}]\n"), "[]"),
        (format!(r#"{{"Records": [{RECORD}, {RECORD}]}}"#), "Records[]"),
        (format!(r#"{{"made": "2024-05-01T10:00:00Z", "a": {{"logs": [{RECORD}, {RECORD}]}}}}"#), "a.logs[]"),
        (format!("{{\"meta\": {{\"keys\": [{{\"k\": 1}}, {{\"k\": 2}}, {{\"k\": 3}}]}}, \"data\": [{RECORD}, {RECORD}]}}"), "data[]"),
        (format!(r#"{{"hits": {{"hits": [{{"_id": "a", "_source": {RECORD}}}, {{"_id": "b", "_source": {RECORD}}}]}}}}"#), "hits.hits[]._source"),
        (
            r#"{"data": {"result": [{"stream": {"app": "x"}, "values": [["1714557600000000000", "one"], ["1714557601000000000", "two"]]}]}}"#.to_owned(),
            "data.result[].values[]",
        ),
        (
            format!("{0}\n{0}\n", r#"{"resourceLogs": [{"scopeLogs": [{"logRecords": [{"timeUnixNano": "1714557600000000000", "body": {"stringValue": "x"}}]}]}]}"#),
            "resourceLogs[]",
        ),
        (format!("{0}\n{0}\n", format!(r#"{{"type": "DATA", "logEvents": [{RECORD}, {RECORD}]}}"#)), "logEvents[]"),
        (r#"{"export_metadata": {"n": 2}, "data": [{"message": "no time"}, {"message": "none"}]}"#.to_owned(), "data[]"),
    ] {
        assert_eq!(path(&text).as_deref(), Some(expected), "{text}");
        let found = of(&text).unwrap();
        assert!(!found.samples.is_empty());
        assert_eq!(found.hint, Hint::Json);
    }
}

#[test]
fn json_that_is_cut_off() {
    let large = format!("{{\"x\": 1, \"data\": [{}", format!("{RECORD},\n").repeat(50));
    for end in (40..large.len()).step_by(7) {
        let found = find(&large[..end], false, &known, &timed);
        if end > 170 {
            let found = found.unwrap();
            assert_eq!(found.framing, Framing::Json { path: "data[]".into() }, "{end}");
            assert!(!found.samples.is_empty());
        }
    }
    let batch = format!(
        "{{\"resourceLogs\": [{{\"scopeLogs\": [{{\"logRecords\": [{}",
        r#"{"body": {"stringValue": "x"}},"#.repeat(9)
    );
    assert_eq!(find(&batch, false, &known, &timed).unwrap().samples.len(), 9);
    let pretty = "{\n  \"time\": \"2024-05-01T10:00:00Z\"\n}\n".repeat(5);
    let found = find(&pretty[..pretty.len() - 9], false, &known, &timed).unwrap();
    assert_eq!((found.framing, found.samples.len()), (Framing::Json { path: String::new() }, 4));
}

#[test]
fn lines_that_hold_json_or_begin_with_brackets() {
    is_lines(&format!("{RECORD}\n").repeat(3));
    is_lines(RECORD);
    is_lines(&format!("{RECORD}\n{RECORD}\nplain text\n{RECORD}\n"));
    is_lines(&format!(
        "{0}\n{0}\n",
        r#"{"time": "2024-05-01T10:00:00Z", "spans": [{"time": "2024-05-01T10:00:00Z"}]}"#
    ));
    is_lines("[2024-05-01 10:00:00] one\n[2024-05-01 10:00:01] two\n");
    is_lines("[main] INFO one\n");
    is_lines("[1] one\n[2] two\n");
    is_lines("{}\n");
    is_lines("{ one }\n");
    is_lines("[\n");
    is_lines(&"[".repeat(10_000));
    is_lines(&"{\"a\":".repeat(10_000));
}

#[test]
fn tables_by_their_header() {
    for (text, delimiter, columns, skip) in [
        ("time,level,message\n2024-05-01 10:00:00,INFO,a\n2024-05-01 10:00:01,WARN,\"b, c\nd\"\n", ',', 3, 1),
        ("\u{feff}timestamp;severity;host;message\n1;INFO;a;\"b\nc; d\"\n2;INFO;a;x;y\n", ';', 4, 1),
        ("sep=;\nTime;Message\n1;a\n", ';', 2, 2),
        ("\n# a comment\n# time,level\n2024-05-01 10:00:00,INFO\n", ',', 2, 3),
        ("# a comment\ntime\tlevel\n1\tx\n", '\t', 2, 2),
        ("Level,Date and Time,Source,Event ID\nError,5/1/2024 1:00:01 PM,x,1,\"text, more\"\n", ',', 4, 1),
        ("when,who,what\n2024-05-01 10:00:00,a,b\n2024-05-01 10:00:01,c,d\n", ',', 3, 1),
        (",time,message\n0,1,a\n1,2,b\n", ',', 3, 1),
        ("time | level | message\n1 | INFO | a\n2 | WARN | b\n", '|', 3, 1),
        (
            "version account-id start end action status\n2 1 1714557600 1714557660 ACCEPT OK\n2 1 1714557600 1714557660 ACCEPT OK\n",
            ' ',
            6,
            1,
        ),
        (
            "\"1\",\"2024\",\"a\",\"x\"\n\"2\",\"2024\",\"b, c\",\"x\"\n\"3\",\"2024\",\"d\",\"y\"\n",
            ',',
            4,
            0,
        ),
        ("host,cpu,mem,status\na,1,2,0\nb,3,4,1\n", ',', 4, 1),
    ] {
        let found = table(text).unwrap_or_else(|| panic!("{text}"));
        assert_eq!((found.0, found.1.len(), found.2), (delimiter, columns, skip), "{text}");
        assert!(!of(text).unwrap().samples.is_empty());
    }
}

#[test]
fn lines_that_hold_commas_bars_and_semicolons() {
    for text in [
        "2024-05-01 10:00:00,123 INFO one, two\n2024-05-01 10:00:01,123 INFO one\n",
        "Server starting, please wait\n2024-05-01 10:00:00,123 INFO one\n2024-05-01 10:00:01,124 WARN two\n",
        "2024-05-01 10:00:00 | INFO | one\n2024-05-01 10:00:01 | WARN | two\n",
        "a | b | c\nd | e | f\ng | h | i\n",
        "2024-05-01 10:00:00;INFO;one\n2024-05-01 10:00:01;INFO;two\n",
        "ERROR something, other\nERROR something, other\n",
        "Starting service on host\nOpened port 80 now\nClosed it all again\n",
        "10.0.0.1, -, 5/1/2024, 10:00:00, W3SVC1\n10.0.0.1, -, 5/1/2024, 10:00:00, W3SVC1\n10.0.0.1, -, 5/1/2024, 10:00:00, W3SVC1\n",
        "1.2.3.4 - - [01/May/2024:10:00:00 +0000] \"GET / HTTP/1.1\" 200 1 \"-\" \"curl, x\"\n1.2.3.4 - - [01/May/2024:10:00:00 +0000] \"GET / HTTP/1.1\" 200 1 \"-\" \"curl, x\"\n",
        "user=\"a\", host=\"b\", c=\"d\", e=\"f\"\nuser=\"a\", host=\"b\", c=\"d\", e=\"f\"\nuser=\"a\", host=\"b\", c=\"d\", e=\"f\"\n",
        "time,level,message\n",
        "one\n",
        "",
        "\n\n\n",
    ] {
        is_lines(text);
    }
}

#[test]
fn rows_under_directives() {
    let text = "#Software: x\n#Fields: date time s-ip\n2024-05-01 10:00:00 1.2.3.4\n#Fields: a b\n1 2\n";
    let found = of(text).unwrap();
    assert_eq!((found.framing, found.hint), (Framing::Directives, Hint::Cells));
    assert_eq!(found.samples[1], "#Fields: a b\n1 2");
    assert!(of("#separator \\x09\n#fields\tts\tuid\n1\ta\n").is_some());
    is_lines("# Fields of corn lie there\nplain and simple text of many words\n");
}

#[test]
fn elements_by_what_they_are_in() {
    for (text, element, count) in [
        (
            "<?xml version='1.0'?>\n<Events><Event xmlns='x'><System/></Event>\n<Event><System/></Event></Events>",
            "Event",
            2,
        ),
        ("<Event><EventID>1</EventID></Event>\n", "Event", 1),
        (
            "<log4j:event a='1'><log4j:message>x</log4j:message></log4j:event>\n<log4j:event a='1'></log4j:event>",
            "log4j:event",
            2,
        ),
        ("<!DOCTYPE log SYSTEM 'x.dtd'>\n<log>\n<record><date>x</date></record><record/></log>", "record", 2),
        ("<list><thing>1</thing><thing>2</thing><other/></list>", "thing", 2),
    ] {
        let found = of(text).unwrap_or_else(|| panic!("{text}"));
        assert_eq!(found.framing, Framing::Xml { element: element.into() }, "{text}");
        assert_eq!((found.hint, found.samples.len()), (Hint::Xml, count));
    }
    let cut = format!("<Events>{}<Event><Da", "<Event><Data>x</Data></Event>".repeat(3));
    assert_eq!(find(&cut, false, &known, &timed).unwrap().samples.len(), 3);
    is_lines("<14>May  1 10:00:00 host app: text\n");
    is_lines("<main> started\n<main> stopped\n");
    is_lines("<html><body>no</body></html>");
    is_lines("<a>text that goes on\n");
}

#[test]
fn blocks_of_pairs() {
    let text = "__CURSOR=a\nPRIORITY=6\nMESSAGE=one\n\n__CURSOR=b\nPRIORITY=6\nMESSAGE=two\n";
    let found = of(text).unwrap();
    assert_eq!((found.framing, found.hint, found.samples.len()), (Framing::Blocks, Hint::Block, 2));
    is_lines("PATH=/bin\nHOME=/root\nA=1\nB=2\n");
    is_lines("PATH=/bin\nHOME=/root\n\nA=1\nB=2\n");
}

proptest! {
    #[test]
    fn any_text_is_looked_at(
        text in "(\\{|\\}|\\[|\\]|,|:|\"|\\\\|\n|<|>|/|a|é|=|#|\\||;|\t| |\"a\":|1|#Fields: |A=1\n|a,b\n|sep=){0,60}",
        whole in any::<bool>(),
    ) {
        find(&text, whole, &|name| name == "a", &|text| text == "1");
    }
}
