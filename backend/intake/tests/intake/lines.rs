//! The formats of lines: loghub's samples against their ground truth, the published expressions against the parsers,
//! tables, plain text, records of several lines, and proposals.

use crate::{data, format, options, read_files, read_text, rejects, rows};
use chrono::{DateTime, Utc};
use std::collections::BTreeMap;
use trainyard_intake::{Columns, LEVELS, Records, presets, propose, severity, text_at, validate_format};
use trainyard_types::{
    Accounting, AllAttributes, Attributes, FormatSpecification, Multiline, grammar::Reader,
};

/// The rows of a CSV file, quotes understood, with their columns' names.
fn truth(system: &str) -> Vec<BTreeMap<String, String>> {
    let text =
        String::from_utf8(data(&format!("loghub_2k/{system}/{system}_2k.log_structured.csv"))).unwrap();
    let mut lines = text.lines().map(|line| {
        let (mut fields, mut quoted, mut last) = (vec![String::new()], false, ' ');
        for c in line.chars() {
            match c {
                '"' if !quoted && last == '"' => {
                    fields.last_mut().unwrap().push('"');
                    quoted = true;
                }
                '"' => quoted = !quoted,
                ',' if !quoted => fields.push(String::new()),
                c => fields.last_mut().unwrap().push(c),
            }
            last = if c == '"' && last == '"' && quoted { ' ' } else { c };
        }
        fields
    });
    let names = lines.next().unwrap();
    lines.map(|fields| names.iter().cloned().zip(fields).collect()).collect()
}

/// By record: message, process, pid, level, attributes.
type Cut = (String, Option<String>, Option<String>, Option<String>, Option<String>);

fn cuts(records: &Records) -> Vec<Cut> {
    let mut found = BTreeMap::new();
    for batch in records.batches.iter().unwrap().map(Result::unwrap) {
        let columns = Columns::of(&batch).unwrap();
        for row in 0..batch.num_rows() {
            let text = |column| text_at(column, row).map(str::to_owned);
            let cut = (
                columns.message.value(row).to_owned(),
                text(columns.process),
                text(columns.pid),
                text(columns.level),
                text(columns.attributes),
            );
            found.insert(columns.record.value(row), cut);
        }
    }
    found.into_values().collect()
}

async fn sample(system: &str) -> (Records, String) {
    let bytes = data(&format!("loghub_2k/{system}/{system}_2k.log"));
    let whole = FormatSpecification { drop_duplicates: false, ..format("auto") };
    let records = read_files(&[("sample.log", &bytes)], &whole, &options()).await.unwrap();
    (records, String::from_utf8(bytes).unwrap())
}

#[tokio::test]
async fn every_sample_is_detected_and_cut_as_loghub_cuts_it() {
    for (system, preset, process, level) in [
        ("Android", "logcat", Some("Component"), Some("Level")),
        ("Apache", "apache-error", None, Some("Level")),
        ("HDFS", "hdfs", Some("Component"), Some("Level")),
        ("Hadoop", "hadoop", Some("Component"), Some("Level")),
        ("HealthApp", "healthapp", Some("Component"), None),
        ("Linux", "syslog", Some("Component"), None),
        ("Mac", "syslog", Some("Component"), None),
        ("OpenSSH", "syslog", None, None),
        ("Zookeeper", "zookeeper", None, Some("Level")),
    ] {
        let (records, _) = sample(system).await;
        assert_eq!(records.formats[0].format.clone().unwrap().preset, preset);
        let whole = Accounting { read: 2000, parsed: 2000, rejected: 0, duplicates: 0, outside: 0 };
        assert_eq!(records.accounting, whole, "{system}");
        let mut different = Vec::new();
        for (cut, truth) in cuts(&records).into_iter().zip(truth(system)) {
            let known = |name: &str| truth.get(name).map(|text| text.trim()).filter(|text| !text.is_empty());
            let same = cut.0.trim() == truth["Content"].trim()
                && process.is_none_or(|name| cut.1.as_deref().map(str::trim) == known(name))
                && known("Pid").or(known("PID")).is_none_or(|pid| cut.2.as_deref() == Some(pid))
                && level.is_none_or(|name| {
                    cut.3.as_deref() == known(name).and_then(severity).map(|s| LEVELS[usize::from(s)])
                });
            if !same {
                different.push((cut, truth));
            }
        }
        // 99.9 % of the lines.
        assert!(different.len() <= 2, "{system}: {} differ, such as {:?}", different.len(), different[0]);
    }
}

#[tokio::test]
async fn the_published_expressions_cut_as_the_parsers_do() {
    for system in ["Android", "Apache", "HDFS", "Hadoop", "HealthApp", "Linux", "Mac", "OpenSSH", "Zookeeper"]
    {
        let (records, text) = sample(system).await;
        let name = records.formats[0].format.clone().unwrap().preset;
        let preset = presets().iter().find(|preset| preset.name == name).unwrap();
        let Reader::Expression(published) = &preset.grammar.readers[0] else { panic!("{name}") };
        let mut lines = 0;
        for (line, cut) in text.lines().zip(cuts(&records)) {
            // The published expressions alone, as another program would apply them: the first that matches.
            let other = FormatSpecification {
                regex: published
                    .expressions
                    .iter()
                    .find(|p| regex::Regex::new(p).unwrap().is_match(line))
                    .cloned(),
                ..format("regex")
            };
            let found = propose("line", line.as_bytes(), &other, clock()).unwrap();
            let record = &found.records[0];
            let trimmed = |text: &Option<String>| text.as_deref().map(str::trim).map(str::to_owned);
            assert_eq!(
                (&record.message, trimmed(&record.process), &record.pid, &record.level),
                (&cut.0, trimmed(&cut.1), &cut.2, &cut.3),
                "{line}"
            );
            lines += 1;
            if lines == 300 {
                break;
            }
        }
    }
}

fn clock() -> DateTime<Utc> {
    "2025-07-02T00:00:00Z".parse().unwrap()
}

#[test]
fn every_preset_reads_its_own_example() {
    for preset in presets() {
        let found = propose("example", preset.example.as_bytes(), &format(&preset.name), clock()).unwrap();
        assert!(found.rejects.is_empty(), "{}: {:?}", preset.name, found.rejects);
        if preset.name != "text" {
            assert_eq!(found.detection.preset, preset.name, "{:?}", found.detection);
            assert!(found.records[0].timestamp.is_some(), "{}", preset.name);
        }
    }
}

#[tokio::test]
async fn access_logs_have_their_fields_as_attributes() {
    let line = r#"10.0.0.1 - - [10/Oct/2000:13:55:36 -0700] "GET /a?b=1 HTTP/1.1" 404 - "-" "curl/8.0""#;
    let cut = cuts(&read_text(line).await.unwrap()).remove(0);
    assert_eq!(cut.0, "GET /a?b=1 HTTP/1.1");
    let expected =
        r#"{"client":"10.0.0.1","method":"GET","path":"/a?b=1","status":"404","user_agent":"curl/8.0"}"#;
    assert_eq!(cut.4.as_deref(), Some(expected));
}

#[tokio::test]
async fn a_table_keeps_every_column_and_plain_text_every_line() {
    let records = read_text("a,b\n1,x\n2,\"y,z\"\n").await.unwrap();
    assert_eq!(records.formats[0].format.as_ref().unwrap().preset, "table");
    let cuts_of_table = cuts(&records);
    assert_eq!(cuts_of_table[1].4.as_deref(), Some(r#"{"a":"2","b":"y,z"}"#));
    let records = read_text("hello\nagain\nmore\n2025-07-01 10:00:00 there\n").await.unwrap();
    let detection = records.formats[0].format.clone().unwrap();
    assert_eq!(detection.preset, "text");
    assert_eq!(records.accounting.read + records.accounting.outside, 4);
}

#[tokio::test]
async fn a_stack_trace_belongs_to_the_record_before_it() {
    let text = "2015-10-18 18:01:47,978 ERROR [main] org.example.Server: failed\n\
        java.io.IOException: disk\n\tat org.example.Server.run(Server.java:7)\nCaused by: x\n\t... 3 more\n\
        2015-10-18 18:01:48,978 INFO [main] org.example.Server: on\n\
        this line is nobody's\n";
    let (result, rejected) = rejects(text.as_bytes(), &format("auto")).await;
    let records = result.unwrap();
    assert_eq!(records.accounting, Accounting { read: 2, parsed: 2, rejected: 0, duplicates: 0, outside: 0 });
    assert!(rejected.is_empty());
    assert!(cuts(&records)[0].0.ends_with("Caused by: x\n\t... 3 more"), "{:?}", cuts(&records)[0]);
    assert_eq!(cuts(&records)[1].0, "on\nthis line is nobody's");
    let start = Multiline::Start { start: "^[0-9]{4}-".into() };
    let all = FormatSpecification { multiline: Some(start), ..format("auto") };
    let records = read_files(&[("a.log", text.as_bytes())], &all, &options()).await.unwrap();
    assert_eq!(records.accounting, Accounting { read: 2, parsed: 2, rejected: 0, duplicates: 0, outside: 0 });
    assert_eq!(cuts(&records)[1].0, "on\nthis line is nobody's");
}

#[tokio::test]
async fn nested_fields_are_found_by_their_paths() {
    let line = r#"{"when":{"s":1751345795},"rec":[{"body":"hi"}],"k":1,"deep":{"x":true}}"#;
    let own = FormatSpecification {
        fields: [("timestamp", "when.s"), ("message", "rec.0.body"), ("flag", "deep.x")]
            .map(|(name, path)| (name.to_owned(), path.to_owned()))
            .into(),
        attributes: Some(Attributes::Listed(vec!["k".into()])),
        ..format("json-lines")
    };
    let records = read_files(&[("a.jsonl", line.as_bytes())], &own, &options()).await.unwrap();
    assert_eq!(rows(&records)[0].timestamp, 1_751_345_795_000_000);
    let cut = cuts(&records).remove(0);
    assert_eq!((&*cut.0, cut.4.as_deref()), ("hi", Some(r#"{"flag":true,"k":1}"#)));
    let all = FormatSpecification { attributes: Some(Attributes::Word(AllAttributes::All)), ..format("csv") };
    let records =
        read_files(&[("a.csv", b"time,message,x\n2025-07-01,m,7\n")], &all, &options()).await.unwrap();
    assert_eq!(cuts(&records)[0].4.as_deref(), Some(r#"{"x":"7"}"#));
}

#[test]
fn an_invalid_pattern_or_expression_is_named_by_its_pointer() {
    let pointers = |format: &FormatSpecification| -> Vec<String> {
        validate_format(format).into_iter().map(|error| error.pointer).collect()
    };
    assert_eq!(pointers(&format("pattern")), ["/format/pattern"]);
    assert_eq!(pointers(&format("regex")), ["/format/regex"]);
    let broken = FormatSpecification { regex: Some("(?P<message>.*".into()), ..format("regex") };
    assert_eq!(pointers(&broken), ["/format/regex"]);
    let elsewhere = FormatSpecification { pattern: Some("<message>".into()), ..format("syslog") };
    assert_eq!(pointers(&elsewhere), ["/format/pattern"]);
    let start =
        FormatSpecification { multiline: Some(Multiline::Start { start: "(".into() }), ..format("auto") };
    assert_eq!(pointers(&start), ["/format/multiline/start"]);
}

#[test]
fn an_unknown_format_is_understood() {
    let lines: String = (0..10)
        .map(|n| format!("01-Jul-2025 04:56:{n:02} | WARN | disk{n} | {n} % full, clean up\n"))
        .collect();
    let found = propose("pasted", lines.as_bytes(), &format("auto"), clock()).unwrap();
    assert_eq!(found.detection.preset, "found");
    assert_eq!(found.detection.layout, "<timestamp> <*> <level>| <id>| <message>");
    assert_eq!((found.records.len(), found.rejects.len()), (10, 0));
    assert_eq!(found.records[3].message, "3 % full, clean up");
}

#[test]
fn a_field_that_was_found_as_one_role_can_be_given_another() {
    let lines: String =
        (0..10).map(|n| format!("01-Jul-2025 04:56:{n:02} | WARN | disk{n} | {n} % full\n")).collect();
    let asked = |role: &str, field: &str| FormatSpecification {
        fields: [(role.to_owned(), field.to_owned())].into(),
        ..format("auto")
    };
    let as_found = propose("pasted", lines.as_bytes(), &format("auto"), clock()).unwrap();
    assert!(as_found.columns.contains(&"id".to_owned()), "{:?}", as_found.columns);
    let named = propose("pasted", lines.as_bytes(), &asked("process", "id"), clock()).unwrap();
    assert_eq!(named.records[3].process.as_deref(), Some("disk3"));
    // What is nothing is a part of the message again.
    let none = propose("pasted", lines.as_bytes(), &asked("id", ""), clock()).unwrap();
    assert_eq!(none.records[3].message, "disk3 | 3 % full");
    let host = propose(
        "pasted",
        b"2025-07-01 04:56:00 disk: a\n2025-07-01 04:56:01 mail: b\n",
        &asked("host", "process"),
        clock(),
    );
    let host = host.unwrap();
    let read = |at: usize| (host.records[at].host.as_deref(), host.records[at].process.as_deref());
    assert_eq!((read(0), read(1)), ((Some("disk"), None), (Some("mail"), None)));
}

#[test]
fn a_makers_format_is_corrected_as_well() {
    let lines = "2015-10-18 18:01:47,978 INFO [main] org.a.B: one\n2015-10-18 18:01:48,978 WARN [io-1] org.a.C: two\n";
    let asked = |fields: &[(&str, &str)]| {
        let fields = fields.iter().map(|(role, name)| ((*role).to_owned(), (*name).to_owned())).collect();
        propose("pasted", lines.as_bytes(), &FormatSpecification { fields, ..format("auto") }, clock())
            .unwrap()
    };
    let found = asked(&[]);
    assert_eq!((&*found.detection.preset, found.columns.as_slice()), ("hadoop", &["thread".to_owned()][..]));
    let corrected = asked(&[("process", "thread")]);
    let record = &corrected.records[1];
    assert_eq!((record.process.as_deref(), &*record.message), (Some("io-1"), "two"));
    assert_eq!(record.attributes.as_ref().unwrap()["process_found"], "org.a.C");
    assert_eq!(asked(&[("process", "")]).records[1].process, None);
}

#[test]
fn an_iso_time_before_something_other_than_a_host_is_not_syslog() {
    for (line, pattern, message) in [
        ("2025-06-01 10:00:01 [WARN] door 5 open", "<timestamp> [<level>] <message>", "door 5 open"),
        ("2025-06-01T10:00:01Z WARN door 5 open", "<timestamp> <level> <message>", "door 5 open"),
    ] {
        let found =
            propose("pasted", format!("{line}\n").repeat(10).as_bytes(), &format("auto"), clock()).unwrap();
        assert_eq!(
            (found.detection.preset.as_str(), found.detection.layout.as_str()),
            ("found", pattern),
            "{line}"
        );
        assert_eq!(
            (&*found.records[0].message, found.records[0].level.as_deref()),
            (message, Some("warning"))
        );
    }
    for line in [
        "2025-06-01T10:00:01Z web-1 app[3]: door 5 open",
        "2025-06-01T10:00:01Z fe80::1%eth0 app: door 5 open",
        "<12>2025-06-01T10:00:01Z WARN app: door 5 open",
        "Jun  1 10:00:01 (none) kernel: door 5 open",
    ] {
        let found =
            propose("pasted", format!("{line}\n").repeat(10).as_bytes(), &format("auto"), clock()).unwrap();
        assert_eq!(
            (found.detection.preset.as_str(), &*found.records[0].message),
            ("syslog", "door 5 open"),
            "{line}"
        );
    }
}

#[test]
fn what_a_person_says_of_times_goes_before_what_was_found() {
    let dates: String = (1..9).map(|n| format!("0{n}/02/2024 10:00:00 INFO door {n} open\n")).collect();
    for (day_first, expected) in [(true, "2024-02-03T10:00:00Z"), (false, "2024-03-02T10:00:00Z")] {
        let asked = FormatSpecification { day_first: Some(day_first), ..format("auto") };
        let found = propose("pasted", dates.as_bytes(), &asked, clock()).unwrap();
        assert_eq!(found.records[2].timestamp, Some(expected.parse().unwrap()), "{day_first}");
    }
    let yearless = "Jun 14 15:16:01 combo sshd[1]: a\nJun 14 15:16:02 combo sshd[2]: b\n";
    let asked = FormatSpecification { year: Some(2019), ..format("auto") };
    let found = propose("pasted", yearless.as_bytes(), &asked, clock()).unwrap();
    assert_eq!(found.records[0].timestamp, Some("2019-06-14T15:16:01Z".parse().unwrap()));
}
