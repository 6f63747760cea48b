//! What bytes become, checked by hand.

use super::*;
use encoding_rs::WINDOWS_1252;
use proptest::prelude::*;

fn utf16(text: &str, big: bool) -> Vec<u8> {
    text.encode_utf16().flat_map(|unit| if big { unit.to_be_bytes() } else { unit.to_le_bytes() }).collect()
}

#[test]
fn encodings_by_mark_and_by_nuls() {
    assert_eq!(encoding(b"\xef\xbb\xbfa"), (TextEncoding::Utf8, 3));
    assert_eq!(encoding(b"\xff\xfea\0"), (TextEncoding::Utf16Le, 2));
    assert_eq!(encoding(b"\xfe\xff\0a"), (TextEncoding::Utf16Be, 2));
    assert_eq!(encoding(&utf16("2024-05-01 Grüße\r\n", false)), (TextEncoding::Utf16Le, 0));
    assert_eq!(encoding(&utf16("2024-05-01 Grüße\r\n", true)), (TextEncoding::Utf16Be, 0));
    for text in [&b""[..], b"a", b"a\0", b"\0\0\0\0\0\0\0\0\0\0\0\0text", b"2024-05-01 10:00:00 text"] {
        assert_eq!(encoding(text), (TextEncoding::Utf8, 0));
    }
}

#[test]
fn utf_16_in_portions() {
    let text = "Grüße 😀\nzwei\r\n";
    for (encoding, big) in [(TextEncoding::Utf16Le, false), (TextEncoding::Utf16Be, true)] {
        let bytes = utf16(&format!("\u{feff}{text}"), big);
        for size in 1..bytes.len() {
            let mut transcoder = Transcoder::new(encoding);
            let mut out = Vec::new();
            for portion in bytes.chunks(size) {
                transcoder.push(portion, false, &mut out);
            }
            transcoder.push(b"", true, &mut out);
            assert_eq!(String::from_utf8(out).unwrap(), text);
        }
    }
    let mut out = Vec::new();
    Transcoder::new(TextEncoding::Utf8).push(b"\xff\0", true, &mut out);
    assert_eq!(out, b"\xff\0");
    out.clear();
    Transcoder::new(TextEncoding::Utf16Le).push(b"a\0b", true, &mut out);
    assert_eq!(out, "a\u{fffd}".as_bytes());
}

#[test]
fn a_record_is_cleaned_and_it_is_counted() {
    let plain = clean("Grüße\tx\rhalf".as_bytes());
    assert!(matches!(plain.text, std::borrow::Cow::Borrowed("Grüße\tx\rhalf")));
    assert_eq!((plain.decoded_lines, plain.nuls, plain.escapes), (0, 0, 0));
    let mixed = clean(b"Gr\xfc\xdfe\nGr\xc3\xbc\xc3\x9fe\n\x93x\x94");
    assert_eq!((&*mixed.text, mixed.decoded_lines), ("Grüße\nGrüße\n“x”", 2));
    let holes = clean(b"\0\0a\0\r\n\0b");
    assert_eq!((&*holes.text, holes.nuls), ("a\nb", 4));
    let cases = [
        ("\x1b[32mINFO\x1b[0m ok\x1b[K", "INFO ok", 3),
        ("\x1b[38;5;10mx\x1b[1;31", "x", 2),
        ("\x1b]0;title\x07x\x1b]8;;http://a\x1b\\link\x1b]8;;\x1b\\", "xlink", 3),
        ("\x1b]open x", "open x", 1),
        ("\x1b(B\x1b[mx", "x", 2),
        ("\x1b\x1b[1mü\x1b[ü\x1b", "üü", 4),
    ];
    for (text, expected, escapes) in cases {
        let cleaned = clean(text.as_bytes());
        assert_eq!((&*cleaned.text, cleaned.escapes), (expected, escapes), "{text:?}");
    }
}

#[test]
fn blank_lines() {
    for line in [&b""[..], b" \t\r", b"\0\0", b"\x1b[0m \x1b[K"] {
        assert!(blank(line), "{line:?}");
    }
    for line in [&b"a"[..], b"\x1b[0mx", "\u{feff}".as_bytes()] {
        assert!(!blank(line), "{line:?}");
    }
}

#[test]
fn the_encoding_of_what_is_no_utf_8() {
    assert_eq!(guess(b"plain"), WINDOWS_1252);
    assert_eq!(guess("Grüße".as_bytes()), WINDOWS_1252);
    assert_eq!(guess(b"2024-05-01 Der Dienst \xfcberpr\xfcft die Gr\xf6\xdfe der Datei"), WINDOWS_1252);
    let russian = "Ошибка подключения к серверу базы данных, повторная попытка";
    let (bytes, _, _) = encoding_rs::WINDOWS_1251.encode(russian);
    assert_eq!(clean_from(&bytes, guess(&bytes)).text, russian);
}

#[test]
fn what_is_no_text() {
    for bytes in [&b"PK\x03\x04"[..], b"\x1f\x8b\x08", b"PAR1", b"ElfFile\0", b"\x7fELF\x02\x01\x01\0\0"] {
        assert!(binary(bytes).is_some(), "{bytes:?}");
    }
    let noise: Vec<u8> = (0..4000u32).map(|n| (n.wrapping_mul(2_654_435_761) >> 13) as u8).collect();
    assert!(binary(&noise).unwrap().contains("control characters"));
    let hole = [&[0; 3000][..], b"2024-05-01 10:00:00 started\n"].concat();
    let coloured = "\x1b[32mI\x1b[0m\n".repeat(50);
    let latin = b"Gr\xfc\xdfe, \xdcberpr\xfcfung\n".repeat(20);
    for bytes in [
        &b""[..],
        b"a",
        &hole,
        coloured.as_bytes(),
        &latin,
        &utf16("2024 Grüße\n", false),
        b"a\x0cb\x07 and more text",
    ] {
        assert_eq!(binary(bytes), None, "{bytes:?}");
    }
}

proptest! {
    #[test]
    fn any_bytes_are_cleaned(bytes in proptest::collection::vec(any::<u8>(), 0..200)) {
        let cleaned = clean(&bytes);
        let left = cleaned.text.contains(['\0', '\u{1b}']);
        prop_assert!(!left);
        let returns = |text: &str| text.replace('\r', "");
        prop_assert_eq!(returns(&clean(cleaned.text.as_bytes()).text), returns(&cleaned.text));
        binary(&bytes);
        guess(&bytes);
        blank(&bytes);
    }

    #[test]
    fn good_text_stays_as_it_is(text in "[^\u{0}\u{1b}\r]{0,60}") {
        prop_assert_eq!(&clean(text.as_bytes()).text, &text);
    }
}
