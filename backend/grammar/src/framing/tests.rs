//! The same records must come out however the bytes are portioned; lines and numbers are counted by hand.

use super::*;
use crate::{
    format::{Preset, Wish},
    time::Clock,
};
use trainyard_types::FormatSpecification;

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

fn every_way(framing: Framing, limit: usize, text: &str) -> Result<Found, Broken> {
    every_way_of(|| Framer::new(framing, limit), limit, text)
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
        every_way(Framing::Lines, 100, text).unwrap(),
        [plain("one", 1, 1), plain("two\rhalf", 4, 2), plain("three", 5, 3)]
    );
    assert_eq!(every_way(Framing::Lines, 100, "").unwrap(), []);
}

#[test]
fn lines_are_joined_to_the_record_before_them_wherever_a_portion_ends() {
    let clock = Clock::new("2025-07-01T12:00:00Z".parse().unwrap(), 0);
    let wish = Wish::of(&FormatSpecification::default(), clock).unwrap();
    let format = wish.format(Preset::Syslog, Framing::Lines, None);
    let first = "Jun 14 15:16:01 h x: one";
    let trace = "Jun 14 15:16:02 h x: two\n\tat a.b\n\n\tat c.d";
    let long = "Jun 14 15:16:03 h x: three";
    let text = format!("\tat z\n{first}\n{trace}\n{long}\n{}{first}\n{trace}", "\tat e.f(g)\n".repeat(5));
    let found = every_way_of(|| Framer::of(&format, 60), 2 * 60, &text).unwrap();
    let limit = Some("the record is longer than the limit of 60 bytes".to_owned());
    let kept = format!("{long}{}", "\n\tat e.f(g)".repeat(3));
    let expected = [
        plain("\tat z", 1, 1),
        plain(first, 2, 2),
        plain(trace, 3, 3),
        (kept, 7, 4, limit),
        plain(first, 13, 5),
        plain(trace, 14, 6),
    ];
    assert_eq!(found, expected);
}

#[test]
fn an_overlong_record_is_reported_with_its_number_and_passed_over() {
    let limit = Some("the record is longer than the limit of 9 bytes".to_owned());
    let found = every_way(Framing::Lines, 9, "short\n0123456789012\nnext").unwrap();
    assert_eq!(found, [plain("short", 1, 1), ("012345678".into(), 2, 2, limit.clone()), plain("next", 3, 3)]);
    let found = every_way(Framing::JsonDocument, 9, "[{\"a\":1},\n{\"b\":\"0123]},[4\"},{}]").unwrap();
    let long = "{\"b\":\"012".to_owned();
    assert_eq!(found, [plain("{\"a\":1}", 1, 1), (long, 2, 2, limit), plain("{}", 2, 3)]);
    let megabytes = "x".repeat(3_000_000);
    let portions: Vec<&[u8]> = megabytes.as_bytes().chunks(1000).collect();
    assert_eq!(frames(Framer::new(Framing::Lines, 2000), 2000, &portions).unwrap()[0].0.len(), EXCERPT_BYTES);
}

#[test]
fn elements_of_an_array_or_of_an_export() {
    let array = "[\n{\"a\": \"}]\\\"\"},\n {\"b\": [1, {}]}, 5 , \"x\"\n]\n";
    assert_eq!(
        every_way(Framing::JsonDocument, 100, array).unwrap(),
        [
            plain("{\"a\": \"}]\\\"\"}", 2, 1),
            plain("{\"b\": [1, {}]}", 3, 2),
            plain("5", 3, 3),
            plain("\"x\"", 3, 4)
        ]
    );
    let export =
        "{\"meta\": {\"data\": [9]}, \"n\": 1.5, \"s\": \"data\",\n\"data\": [{\"a\": 1}], \"more\": null}";
    assert_eq!(every_way(Framing::JsonDocument, 100, export).unwrap(), [plain("{\"a\": 1}", 2, 1)]);
    assert_eq!(every_way(Framing::JsonDocument, 100, "{\"data\": []}").unwrap(), []);
}

#[test]
fn a_broken_document_says_where() {
    let cut = |record, line| Err(Broken::CutOff { record, line });
    let broken = |record, line, reason: &str| Err(Broken::Structure { record, line, reason: reason.into() });
    let scan = |text| every_way(Framing::JsonDocument, 100, text);
    assert_eq!(scan("[{\"a\":1},\n{\"b\":"), cut(2, 2));
    assert_eq!(scan("[{\"a\":1},\n{\"b\":\"unclosed}]"), cut(2, 2));
    assert_eq!(
        scan("[{\"a\":1},\n"),
        broken(2, 2, "the file ends before the array is closed; upload the whole file")
    );
    assert_eq!(scan("[{\"a\":[1}]"), broken(1, 1, "`}` stands where `]` belongs"));
    assert_eq!(scan("[{}{}]"), broken(2, 1, "`{` stands where `,` or `]` belongs"));
    assert_eq!(scan("[{}]\n\n[{}]"), broken(2, 3, "`[` stands where the end of the file belongs"));
    assert_eq!(
        scan("{\"data\":[{}]"),
        broken(2, 1, "the file ends inside the document; upload the whole file")
    );
    assert_eq!(scan(&format!("[{}", "[".repeat(129))), broken(1, 1, "values are nested deeper than 128"));
}

#[test]
fn rows_may_hold_newlines_within_quotes() {
    let csv = Framing::Csv { delimiter: b',' };
    let text = "time,message\r\n1,\"a\nb \"\"q\"\", c\"\r\n\n2,5\" disk\n3,\"x\"";
    assert_eq!(
        every_way(csv, 100, text).unwrap(),
        [plain("1,\"a\nb \"\"q\"\", c\"", 2, 1), plain("2,5\" disk", 5, 2), plain("3,\"x\"", 6, 3)]
    );
}

#[test]
fn a_quote_that_is_never_closed_costs_one_record() {
    let csv = Framing::Csv { delimiter: b',' };
    let fault = Some("a quoted field is not closed".to_owned());
    let found = every_way(csv, 1000, "t,m\n1,\"open\n2,b\n3,c\n").unwrap();
    assert_eq!(found, [("1,\"open".into(), 2, 1, fault.clone()), plain("2,b", 3, 2), plain("3,c", 4, 3)]);
    let found = every_way(csv, 12, "t,m\n1,\"open\n2,b\n3,c\n4,d\n5,e\n6,f\n").unwrap();
    assert_eq!(found[0], ("1,\"open".into(), 2, 1, fault));
    assert_eq!(found.len(), 6);
    assert_eq!(found[5], plain("6,f", 7, 6));
}
