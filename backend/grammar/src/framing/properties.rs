//! Whatever the bytes and however they are portioned: the same frames, no panic, and no line lost or doubled.

use super::*;
use crate::bytes::blank;
use proptest::prelude::*;

const MARK: &[u8] = "\u{feff}".as_bytes();

#[derive(Debug, PartialEq)]
struct Whole {
    frames: Vec<(Vec<u8>, u64, u64, Option<String>)>,
    outside: Outside,
    broken: Option<Broken>,
}

fn starts(line: &[u8]) -> Start<'_> {
    let stream = line.iter().position(|byte| *byte == b'>').map(|at| &line[..at]);
    let first = line.first().copied().unwrap_or_default();
    Start { begins: first.is_ascii_alphabetic(), stream, partial: line.ends_with(b"+") }
}

fn framer(framing: &Framing, limit: usize, joins: bool) -> Framer {
    match joins {
        true => Framer::joining(framing, limit, Arc::new(starts)),
        false => Framer::new(framing, limit),
    }
}

fn all<'a>(mut framer: Framer, portions: impl Iterator<Item = &'a [u8]>) -> Whole {
    let mut buffer = Vec::new();
    let mut found = Vec::new();
    let mut broken = None;
    let mut portions = portions.peekable();
    let mut ended = false;
    while !ended {
        buffer.extend_from_slice(portions.next().unwrap_or_default());
        ended = portions.peek().is_none();
        let mut frames = Vec::new();
        let done = framer.scan(&buffer, ended, &mut frames);
        for frame in frames {
            found.push((frame.bytes.of(&buffer).to_vec(), frame.line, frame.record, frame.fault));
        }
        match done {
            Ok(done) => {
                buffer.drain(..done);
            }
            Err(error) => {
                broken = Some(error);
                break;
            }
        }
    }
    Whole { frames: found, outside: framer.outside().clone(), broken }
}

fn any_framing() -> impl Strategy<Value = (Framing, bool)> {
    let names = || vec!["a".to_owned(), "b".to_owned()];
    let plain = |framing: Framing| Just((framing, false)).boxed();
    let json = |path: &str| Just((Framing::Json { path: path.into() }, false)).boxed();
    proptest::strategy::Union::new([
        plain(Framing::Lines),
        Just((Framing::Lines, true)).boxed(),
        Just((Framing::Lines, true)).boxed(),
        json(""),
        json("[]"),
        json("a[].b"),
        json("a[].values[]"),
        json("resourceLogs[]"),
        plain(Framing::Table { delimiter: ',', columns: names(), skip: 1 }),
        plain(Framing::Table { delimiter: '→', columns: names(), skip: 0 }),
        plain(Framing::Table { delimiter: ' ', columns: vec![], skip: 2 }),
        plain(Framing::Directives),
        plain(Framing::Xml { element: "e".into() }),
        plain(Framing::Blocks),
    ])
}

/// Texts of the signs that mean something to a framer.
fn any_text() -> impl Strategy<Value = Vec<u8>> {
    const PIECES: &[&str] = &[
        "\n",
        "\r\n",
        "\r",
        " ",
        "\t",
        "a",
        "b",
        "x>",
        "y>",
        "+",
        "12",
        ",",
        "→",
        "\"",
        "\"\"",
        "{",
        "}",
        "[",
        "]",
        ":",
        "\\",
        "\"a\":",
        "\"values\":[",
        "\"stream\":{",
        "{\"resourceLogs\":[",
        "a,b\n",
        "\n a",
        "\nx>a",
        "\ny> ",
        "#Fields: a b\n",
        "#",
        "<e>",
        "</e>",
        "<e",
        "/>",
        "<!--",
        "-->",
        "<![CDATA[",
        "]]>",
        "A=1\n",
        "KEY\n",
        "\u{3}\0\0\0\0\0\0\0",
        "\0",
        "\u{feff}",
        "\x1b[0m",
        "longer text of no meaning",
    ];
    proptest::collection::vec(proptest::sample::select(PIECES), 0..60)
        .prop_map(|pieces| pieces.concat().into_bytes())
}

/// The lines of a text that are not blank.
fn lines(text: &[u8]) -> Vec<&[u8]> {
    let newline = if text.contains(&b'\n') { b'\n' } else { b'\r' };
    text.split(|byte| *byte == newline).map(<[u8]>::trim_ascii).filter(|line| !blank(line)).collect()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(600))]

    #[test]
    fn portions_do_not_matter(
        (framing, joins) in any_framing(),
        text in any_text(),
        limit in prop_oneof![4usize..40, Just(10_000)],
        sizes in proptest::collection::vec(1usize..9, 1..6),
    ) {
        let whole = all(framer(&framing, limit, joins), [&text[..]].into_iter());
        let mut portions = Vec::new();
        let mut rest = &text[..];
        for size in sizes.iter().cycle() {
            if rest.is_empty() {
                break;
            }
            let (portion, more) = rest.split_at((*size).min(rest.len()));
            portions.push(portion);
            rest = more;
        }
        let parts = all(framer(&framing, limit, joins), portions.into_iter());
        prop_assert_eq!(whole, parts);
    }

    #[test]
    fn no_line_is_lost_or_doubled(text in any_text(), joins in any::<bool>()) {
        let found = all(framer(&Framing::Lines, 10_000, joins), [&text[..]].into_iter());
        let texts: Vec<u8> = found.frames.iter().flat_map(|frame| [&frame.0[..], b"\n"].concat()).collect();
        let mut framed: Vec<&[u8]> = lines(&texts);
        let text = text.strip_prefix(MARK).unwrap_or(&text);
        let mut every = lines(text);
        prop_assert_eq!(framed.len() as u64 + found.outside.lines, every.len() as u64);
        if found.outside.lines == 0 {
            framed.sort();
            every.sort();
            prop_assert_eq!(framed, every);
        }
        prop_assert!(found.frames.windows(2).all(|pair| pair[0].1 <= pair[1].1 && pair[0].2 + 1 == pair[1].2));
    }

    #[test]
    fn rows_hold_every_line(text in any_text(), skip in 0u64..3) {
        let framing = Framing::Table { delimiter: ',', columns: vec!["a".into(), "b".into()], skip };
        let found = all(framer(&framing, 10_000, false), [&text[..]].into_iter());
        let texts: Vec<u8> = found.frames.iter().flat_map(|frame| [&frame.0[..], b"\n"].concat()).collect();
        let text = text.strip_prefix(MARK).unwrap_or(&text);
        prop_assert_eq!(lines(&texts).len() as u64 + found.outside.lines, lines(text).len() as u64);
    }

    #[test]
    fn any_bytes_are_framed(
        (framing, joins) in any_framing(),
        bytes in proptest::collection::vec(any::<u8>(), 0..300),
        size in 1usize..50,
    ) {
        all(framer(&framing, 20, joins), bytes.chunks(size));
    }
}
