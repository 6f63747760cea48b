//! The same records must come out however the bytes are portioned; lines and numbers are counted by hand.

use super::*;

type Found = Vec<(String, u64, u64, Option<String>)>;

/// `kept` is how many bytes may be, beside a portion.
fn frames(mut framer: Framer, kept: usize, portions: &[&[u8]]) -> Result<Found, Broken> {
    let mut buffer = Vec::new();
    let mut found = Vec::new();
    for (index, portion) in portions.iter().enumerate() {
        buffer.extend_from_slice(portion);
        let mut frames = Vec::new();
        let done = framer.scan(&buffer, index + 1 == portions.len(), &mut frames)?;
        for frame in frames {
            let bytes = match frame.bytes {
                FrameBytes::Range(range) => {
                    assert!(range.end <= done);
                    buffer[range].to_vec()
                }
                FrameBytes::Beginning(bytes) | FrameBytes::Made(bytes) => bytes,
            };
            found.push((String::from_utf8(bytes).unwrap(), frame.line, frame.record, frame.fault));
        }
        buffer.drain(..done);
        assert!(buffer.len() <= kept + portion.len() + 3, "{} bytes are kept", buffer.len());
    }
    Ok(found)
}

fn every_way(framing: &Framing, limit: usize, text: &str) -> Result<Found, Broken> {
    every_way_of(|| Framer::new(framing, limit), limit, text)
}

fn json(path: &str) -> Framing {
    Framing::Json { path: path.into() }
}

fn table(delimiter: char, columns: &[&str], skip: u64) -> Framing {
    Framing::Table { delimiter, columns: columns.iter().map(|name| (*name).to_owned()).collect(), skip }
}

/// A line begins a record unless it is indented. `x> text` and `x>> text` (in part) are of stream x.
fn starts(line: &[u8]) -> Start<'_> {
    let named = line.iter().position(|byte| *byte == b'>').filter(|at| *at < 8);
    let partial = named.is_some_and(|at| line[at + 1..].starts_with(b">"));
    let stream = named.map(|at| &line[..at]);
    let text = named.map_or(line, |at| line[at + 1..].trim_ascii_start());
    let begins = if named.is_some() { !text.starts_with(b"at ") } else { !line[0].is_ascii_whitespace() };
    Start { begins, stream, partial }
}

fn joined(limit: usize, text: &str) -> Found {
    every_way_of(|| Framer::joining(&Framing::Lines, limit, Arc::new(starts)), usize::MAX / 2, text).unwrap()
}

fn outside(framing: &Framing, text: &str) -> Outside {
    let mut framer = Framer::new(framing, 1000);
    framer.scan(text.as_bytes(), true, &mut Vec::new()).unwrap();
    framer.outside().clone()
}

fn every_way_of(framer: impl Fn() -> Framer, kept: usize, text: &str) -> Result<Found, Broken> {
    let whole = frames(framer(), kept, &[text.as_bytes()]);
    for size in 1..=text.len().max(1) {
        let portions: Vec<&[u8]> =
            if text.is_empty() { vec![b""] } else { text.as_bytes().chunks(size).collect() };
        assert_eq!(frames(framer(), kept, &portions), whole, "in portions of {size}");
    }
    whole
}

fn plain(text: &str, line: u64, record: u64) -> (String, u64, u64, Option<String>) {
    (text.to_owned(), line, record, None)
}

#[test]
fn lines_end_with_lf_or_crlf_and_blank_ones_do_not_count() {
    let text = "\u{feff}one\r\n\r\n  \ntwo\rhalf\nthree";
    assert_eq!(
        every_way(&Framing::Lines, 100, text).unwrap(),
        [plain("one", 1, 1), plain("two\rhalf", 4, 2), plain("three", 5, 3)]
    );
    assert_eq!(every_way(&Framing::Lines, 100, "").unwrap(), []);
}

#[test]
fn files_with_carriage_returns_alone() {
    let text = "one\rtwo\r\rthree";
    assert_eq!(
        every_way(&Framing::Lines, 100, text).unwrap(),
        [plain("one", 1, 1), plain("two", 2, 2), plain("three", 4, 3)]
    );
    let found = joined(100, "one\r two\r\r three\rfour\r");
    assert_eq!(found, [plain("one\n two\n three", 1, 1), plain("four", 5, 2)]);
    let rows = every_way(&table(',', &["a", "b"], 1), 100, "a,b\r1,\"x\ry\"\r2,z\r").unwrap();
    assert_eq!(rows, [plain("1,\"x\ry\"", 2, 1), plain("2,z", 4, 2)]);
    let far = format!("{}\rb\nc", "a".repeat(70_000));
    assert_eq!(frames(Framer::new(&Framing::Lines, 1 << 20), 1 << 20, &[far.as_bytes()]).unwrap().len(), 2);
}

#[test]
fn lines_are_joined_to_the_record_before_them_wherever_a_portion_ends() {
    let first = "Jun 14 15:16:01 h x: one";
    let trace = "Jun 14 15:16:02 h x: two\n\tat a.b\n\n\tat c.d";
    let long = "Jun 14 15:16:03 h x: three";
    let text = format!("{first}\n{trace}\n{long}\n{}{first}\n{trace}", "\tat e.f(g)\n".repeat(5));
    let found = joined(60, &text);
    let limit = Some("the record is longer than the limit of 60 bytes".to_owned());
    let kept = format!("{long}{}", "\n\tat e.f(g)".repeat(2));
    let expected = [
        plain(first, 1, 1),
        plain(trace, 2, 2),
        (kept, 6, 3, limit),
        plain(first, 12, 4),
        plain(trace, 13, 5),
    ];
    assert_eq!(found.len(), expected.len());
    for (found, expected) in found.iter().zip(&expected) {
        assert!(found.0.starts_with(&expected.0), "{found:?}");
        assert_eq!((found.1, found.2, &found.3), (expected.1, expected.2, &expected.3));
    }
}

#[test]
fn a_line_that_is_too_long_is_rejected_alone() {
    let first = "Jun 14 15:16:01 h x: one\n\tat a.b";
    let text = format!("{first}\n {}\n\tat c.d\nJun 14 15:16:02 h x: two", "x".repeat(3000));
    let found = joined(60, &text);
    let limit = Some("the record is longer than the limit of 60 bytes".to_owned());
    assert_eq!(found[0], (format!("{first}\n\tat c.d"), 1, 1, None));
    assert_eq!((found[1].1, found[1].2, &found[1].3), (3, 2, &limit));
    assert_eq!(found[2], plain("Jun 14 15:16:02 h x: two", 5, 3));
}

#[test]
fn streams_are_told_apart_and_records_stay_in_order() {
    let text = "o> one\ne> two\no> at a\ne> at b\no> three\n  loose\ne> four\no>> five\ne> six\no> at last";
    assert_eq!(
        joined(1000, text),
        [
            plain("o> one\no> at a", 1, 1),
            plain("e> two\ne> at b", 2, 2),
            plain("o> three\n  loose", 5, 3),
            plain("e> four", 7, 4),
            plain("o>> five\no> at last", 8, 5),
            plain("e> six", 9, 6),
        ]
    );
    // What is partial goes on however the next line begins; a stream that nothing begins in has a record a line.
    let text = "o>> one\no>> two\no> three\no> four\ne> at a\ne> at b\no> at c";
    assert_eq!(
        joined(1000, text),
        [
            plain("o>> one\no>> two\no> three", 1, 1),
            plain("o> four\no> at c", 4, 2),
            plain("e> at a", 5, 3),
            plain("e> at b", 6, 4),
        ]
    );
}

#[test]
fn a_record_is_not_waited_for_without_end() {
    let many: String = (0..70).map(|n| format!("o> {n}\n")).collect();
    let mut framer = Framer::joining(&Framing::Lines, 1000, Arc::new(starts));
    let mut found = Vec::new();
    framer.scan(format!("e> first\n{many}").as_bytes(), false, &mut found).unwrap();
    assert_eq!(found.len(), 70);
    let large = format!("e> first\n{}", format!("o> {}\n", "x".repeat(100_000)).repeat(12));
    let mut framer = Framer::joining(&Framing::Lines, 1 << 20, Arc::new(starts));
    let mut found = Vec::new();
    framer.scan(large.as_bytes(), false, &mut found).unwrap();
    assert_eq!(found.len(), 12);
    let late = format!("e> first\n{many}e> at late");
    assert_eq!(joined(1000, &late).last(), Some(&plain("e> at late", 72, 72)));
}

#[test]
fn a_banner_is_outside_and_lines_without_any_beginning_are_records() {
    let mut framer = Framer::joining(&Framing::Lines, 1000, Arc::new(starts));
    let mut found = Vec::new();
    framer.scan(b"  banner\n\n  more\none\n two\n", true, &mut found).unwrap();
    assert_eq!(found.len(), 1);
    assert_eq!(framer.outside(), &Outside { lines: 2, first: Some((1, "  banner".into())) });
    assert_eq!(joined(100, " a\n\n b"), [plain(" a", 1, 1), plain(" b", 3, 2)]);
    let many = " x\n".repeat(1500);
    let mut framer = Framer::joining(&Framing::Lines, 1000, Arc::new(starts));
    let mut found = Vec::new();
    framer.scan(format!("{many}one\n two").as_bytes(), true, &mut found).unwrap();
    assert_eq!((found.len(), framer.outside().lines), (1501, 0));
}

#[test]
fn an_overlong_record_is_reported_with_its_number_and_passed_over() {
    let limit = Some("the record is longer than the limit of 9 bytes".to_owned());
    let found = every_way(&Framing::Lines, 9, "short\n0123456789012\nnext").unwrap();
    assert_eq!(found, [plain("short", 1, 1), ("012345678".into(), 2, 2, limit.clone()), plain("next", 3, 3)]);
    let found = every_way(&json("[]"), 9, "[{\"a\":1},\n{\"b\":\"0123]},[4\"},{}]").unwrap();
    let long = "{\"b\":\"012".to_owned();
    assert_eq!(found, [plain("{\"a\":1}", 1, 1), (long, 2, 2, limit), plain("{}", 2, 3)]);
    let megabytes = "x".repeat(3_000_000);
    let portions: Vec<&[u8]> = megabytes.as_bytes().chunks(1000).collect();
    assert_eq!(
        frames(Framer::new(&Framing::Lines, 2000), 2000, &portions).unwrap()[0].0.len(),
        EXCERPT_BYTES
    );
}

#[test]
fn elements_of_an_array_or_of_an_export() {
    let array = "[\n{\"a\": \"}]\\\"\"},\n {\"b\": [1, {}]}, 5 , \"x\"\n]\n";
    assert_eq!(
        every_way(&json("[]"), 100, array).unwrap(),
        [
            plain("{\"a\": \"}]\\\"\"}", 2, 1),
            plain("{\"b\": [1, {}]}", 3, 2),
            plain("5", 3, 3),
            plain("\"x\"", 3, 4)
        ]
    );
    let export =
        "{\"meta\": {\"data\": [9]}, \"n\": 1.5, \"s\": \"data\",\n\"data\": [{\"a\": 1}], \"more\": null}";
    assert_eq!(every_way(&json("data[]"), 100, export).unwrap(), [plain("{\"a\": 1}", 2, 1)]);
    assert_eq!(every_way(&json("data[]"), 100, "{\"data\": []}").unwrap(), []);
}

#[test]
fn a_broken_document_says_where() {
    let cut = |record, line| Err(Broken::CutOff { record, line });
    let broken = |record, line, reason: &str| Err(Broken::Structure { record, line, reason: reason.into() });
    let scan = |text| every_way(&json("[]"), 100, text);
    assert_eq!(scan("[{\"a\":1},\n{\"b\":"), cut(2, 2));
    assert_eq!(scan("[{\"a\":1},\n{\"b\":\"unclosed}]"), cut(2, 2));
    assert_eq!(
        scan("[{\"a\":1},\n"),
        broken(2, 2, "the file ends before the array is closed; upload the whole file")
    );
    assert_eq!(scan("[{\"a\":[1}]"), broken(1, 1, "`}` stands where `]` belongs"));
    assert_eq!(scan("[{}{}]"), broken(2, 1, "`{` stands where `,` or `]` belongs"));
    assert_eq!(
        every_way(&json("data[]"), 100, "{\"data\":[{}]"),
        broken(2, 1, "the file ends inside the document; upload the whole file")
    );
    assert_eq!(scan(&format!("[{}", "[".repeat(129))), broken(1, 1, "values are nested deeper than 128"));
    // What comes before the break is there.
    let mut found = Vec::new();
    Framer::new(&json("[]"), 100).scan(b"[{},{", true, &mut found).unwrap_err();
    assert_eq!(found.len(), 1);
}

#[test]
fn values_one_after_the_other() {
    let text = "{\"a\": 1}{\n \"b\": 2\n},\n\nnote\n[3]\n{\"c\": {\"d\": []}}";
    assert_eq!(
        every_way(&json(""), 100, text).unwrap(),
        [
            plain("{\"a\": 1}", 1, 1),
            plain("{\n \"b\": 2\n}", 1, 2),
            plain("[3]", 6, 3),
            plain("{\"c\": {\"d\": []}}", 7, 4)
        ]
    );
    assert_eq!(outside(&json(""), text).first, Some((5, "note".into())));
    let found = every_way(&json("[]"), 100, "[{}]\n\n[{},5]\n{\"a\": 1}").unwrap();
    assert_eq!(found, [plain("{}", 1, 1), plain("{}", 3, 2), plain("5", 3, 3), plain("{\"a\": 1}", 4, 4)]);
    // A broken value costs itself.
    let fault = Some("`]` stands where `}` belongs".to_owned());
    let found = every_way(&json(""), 100, "{\"a\": 1]\n{\"b\": 2}").unwrap();
    assert_eq!(found, [("{\"a\": 1]".into(), 1, 1, fault), plain("{\"b\": 2}", 2, 2)]);
    assert_eq!(every_way(&json(""), 100, " \n").unwrap(), []);
    // So does one that is cut off.
    let cut = Some("the file ends within the record".to_owned());
    let found = every_way(&json(""), 100, "{\"a\": 1}\n{\"b\": [2,").unwrap();
    assert_eq!(found, [plain("{\"a\": 1}", 1, 1), ("{\"b\": [2,".into(), 2, 2, cut.clone())]);
    let found = every_way(&json("[]"), 100, "[{\"a\": 1}]\n[{\"b\": 2}, {\"c").unwrap();
    assert_eq!(found, [plain("{\"a\": 1}", 1, 1), plain("{\"b\": 2}", 2, 2), ("{\"c".into(), 2, 3, cut)]);
}

#[test]
fn elements_at_a_path() {
    let hits = r#"{"took": 1, "hits": {"total": {"hits": 9}, "hits": [{"_id": "a", "_source": {"m": 1}},
        {"_id": "b", "_source": {"m": 2}}, {"_id": "c"}]}, "x": []}"#;
    assert_eq!(
        every_way(&json("hits.hits[]._source"), 100, hits).unwrap(),
        [plain(r#"{"m": 1}"#, 1, 1), plain(r#"{"m": 2}"#, 2, 2)]
    );
    let dotted = r#"{"a.b": [1], "a": {"b": [2, [3]]}, "a\u002eb": [4]}"#;
    assert_eq!(
        every_way(&json("a.b[]"), 100, dotted).unwrap(),
        [plain("1", 1, 1), plain("2", 1, 2), plain("[3]", 1, 3), plain("4", 1, 4)]
    );
    let pages = "[{\"e\": [1]}, {\"e\": [2, 3]}]";
    assert_eq!(every_way(&json("[].e[]"), 100, pages).unwrap().len(), 3);
}

#[test]
fn pairs_of_loki_have_their_labels() {
    let text = r#"{"status": "success", "data": {"resultType": "streams", "result": [
        {"stream": {"app": "shop", "time": "x"}, "values": [["1714557600000000000", "one"], ["2", "two", {"k": "v"}]]},
        {"stream": {"app": "till"}, "values": [["3", "three"]]}], "stats": {}}}"#;
    let found = every_way(&json("data.result[].values[]"), 1000, text).unwrap();
    let texts: Vec<&str> = found.iter().map(|frame| &*frame.0).collect();
    assert_eq!(
        texts,
        [
            r#"{"app":"shop","line":"one","stream.time":"x","time":"1714557600000000000"}"#,
            r#"{"app":"shop","k":"v","line":"two","stream.time":"x","time":"2"}"#,
            r#"{"app":"till","line":"three","time":"3"}"#
        ]
    );
}

#[test]
fn batches_of_opentelemetry_are_taken_apart() {
    let batch = |n: u32| {
        format!(
            r#"{{"resourceLogs": [{{"resource": {{"attributes": [{{"key": "host.name", "value": {{"stringValue": "h{n}"}}}}]}},
        "scopeLogs": [{{"logRecords": [{{"timeUnixNano": "{n}", "body": {{"stringValue": "one"}}}}, {{"body": {{"stringValue": "two"}}}}]}}]}}]}}"#
        )
    };
    let text = format!("{}\n{}", batch(1), batch(2));
    let framing = json("resourceLogs[]");
    let found = every_way_of(|| Framer::new(&framing, 1000), 64_000, &text).unwrap();
    assert_eq!(found.len(), 4);
    assert_eq!(found[0].0, r#"{"body":"one","host.name":"h1","timeUnixNano":"1"}"#);
    assert_eq!((found[3].1, found[3].2), (3, 4));
}

#[test]
fn rows_may_hold_newlines_within_quotes() {
    let csv = &table(',', &["time", "message"], 1);
    let text = "time,message\r\n1,\"a\nb \"\"q\"\", c\"\r\n\n2,5\" disk\n3,\"x\"";
    assert_eq!(
        every_way(csv, 100, text).unwrap(),
        [plain("1,\"a\nb \"\"q\"\", c\"", 2, 1), plain("2,5\" disk", 5, 2), plain("3,\"x\"", 6, 3)]
    );
}

#[test]
fn a_quote_that_is_never_closed_costs_one_record() {
    let csv = &table(',', &["t", "m"], 1);
    let fault = Some("a quoted field is not closed".to_owned());
    let found = every_way(csv, 1000, "t,m\n1,\"open\n2,b\n3,c\n").unwrap();
    assert_eq!(found, [("1,\"open".into(), 2, 1, fault.clone()), plain("2,b", 3, 2), plain("3,c", 4, 3)]);
    let found = every_way(csv, 12, "t,m\n1,\"open\n2,b\n3,c\n4,d\n5,e\n6,f\n").unwrap();
    assert_eq!(found[0], ("1,\"open".into(), 2, 1, fault));
    assert_eq!(found.len(), 6);
    assert_eq!(found[5], plain("6,f", 7, 6));
}

#[test]
fn a_quote_that_closes_where_no_cell_ends_costs_one_record() {
    let csv = &table(',', &["t", "m"], 1);
    let found = every_way(csv, 1000, "t,m\n1,\"open\n2,\"b\"\n3,\"c\nd\"\n").unwrap();
    let fault = Some("a quoted field is not closed".to_owned());
    let expected = [("1,\"open".into(), 2, 1, fault), plain("2,\"b\"", 3, 2), plain("3,\"c\nd\"", 4, 3)];
    assert_eq!(found, expected);
}

#[test]
fn what_stands_before_rows_is_outside_and_so_are_headers_that_come_again() {
    let text = "\u{feff}sep=;\nTime; \"Text\"\n1;a\nTime;Text\n2;b\n";
    let framing = table(';', &["Time", "Text"], 2);
    let found = every_way(&framing, 100, text).unwrap();
    assert_eq!(found, [plain("1;a", 3, 1), plain("2;b", 5, 2)]);
    assert_eq!(outside(&framing, text), Outside { lines: 3, first: Some((1, "sep=;".into())) });
}

#[test]
fn rows_carry_the_names_that_are_in_force() {
    let text = "old row\n#Software: x\n#Fields: a b\n1 2\n\n#Fields: b\n3\n";
    let found = every_way(&Framing::Directives, 100, text).unwrap();
    assert_eq!(
        found,
        [plain("old row", 1, 1), plain("#Fields: a b\n1 2", 4, 2), plain("#Fields: b\n3", 7, 3)]
    );
    assert_eq!(outside(&Framing::Directives, text).lines, 3);
    let zeek = "#separator \\x09\n#fields\tts\tuid\n1\tC\n#close\t2";
    let found = every_way(&Framing::Directives, 100, zeek).unwrap();
    assert_eq!(found, [plain("#fields\tts\tuid\n1\tC", 3, 1)]);
    assert_eq!(
        fields("#Fields: date time cs(User-Agent)"),
        Some((vec!["date", "time", "cs(User-Agent)"], ' '))
    );
    assert_eq!(fields("# fields: a, b c"), Some((vec!["a", "b c"], ',')));
    assert_eq!(fields("#fields|a|b"), Some((vec!["a", "b"], '|')));
    assert_eq!(fields("#Fields:"), None);
    assert_eq!(fields("#fieldset a"), None);
}

#[test]
fn elements_of_xml() {
    let framing = Framing::Xml { element: "Event".into() };
    let text =
        "<?xml version='1.0'?>\n<Events><Event a='>' b=\"/\"><EventID>1</EventID><![CDATA[</Event>]]></Event>
<!-- <Event -->\n<Event n='2'/>between<Event\n>3</Event >\n<Eventual/></Events>";
    let found = every_way(&framing, 200, text).unwrap();
    assert_eq!(found[0].0, "<Event a='>' b=\"/\"><EventID>1</EventID><![CDATA[</Event>]]></Event>");
    assert_eq!(found.len(), 4, "{found:?}");
    assert_eq!((&*found[2].0, &*found[3].0, found[3].1), ("<Event n='2'/>", "<Event\n>3</Event >", 4));
    let fault = Some("the element is not closed".to_owned());
    let found = every_way(&framing, 200, "<Event a=\"x\n<Event>1\n<Event>2</Event>\n<Event>3").unwrap();
    assert_eq!(
        found,
        [
            ("<Event a=\"x".into(), 1, 1, fault.clone()),
            ("<Event>1".into(), 2, 2, fault.clone()),
            plain("<Event>2</Event>", 3, 3),
            ("<Event>3".into(), 4, 4, fault)
        ]
    );
    let framing = Framing::Xml { element: "log4j:event".into() };
    let text = "<log4j:event logger='a'><log4j:message>m</log4j:message></log4j:event>\r\n";
    assert_eq!(every_way(&framing, 200, text).unwrap()[0].0, text.trim_end());
}

#[test]
fn blocks_may_hold_binary_fields() {
    let text = "\n__CURSOR=a\nMESSAGE=one\n\n\n__CURSOR=b\nMESSAGE\n\u{5}\0\0\0\0\0\0\0a\n\nb!\nX=1\r\n\r\nA=1\nKEY\nB=2 and more";
    assert_eq!(
        every_way(&Framing::Blocks, 100, text).unwrap(),
        [
            plain("__CURSOR=a\nMESSAGE=one", 2, 1),
            plain("__CURSOR=b\nMESSAGE\n\u{5}\0\0\0\0\0\0\0a\n\nb!\nX=1", 6, 2),
            plain("A=1\nKEY\nB=2 and more", 13, 3)
        ]
    );
}
