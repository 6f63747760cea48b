use super::*;
use proptest::prelude::*;

fn get(text: &str, key: &str) -> Option<String> {
    let row = cef_row(text)?;
    let (_, value) = row.into_iter().find(|(known, _)| known == key)?;
    value.into_text().map(Cow::into_owned)
}

#[test]
fn escapes_of_header_and_extensions() {
    let text = r"CEF:0|Example|Gateway|1.2|100|detected a \| in it|10|rt=1714557600000 act=blocked a \= b dst=198.51.100.1 request=http://a.example/?a=b&c=d cs1=web one cs1Label=Policy msg=first\nevent dpt=";
    for (key, value) in [
        ("name", "detected a | in it"),
        ("severity", "10"),
        ("act", "blocked a = b"),
        ("request", "http://a.example/?a=b&c=d"),
        ("Policy", "web one"),
        ("msg", "first\nevent"),
        ("dpt", ""),
    ] {
        assert_eq!(get(text, key).as_deref(), Some(value), "{key}");
    }
    let draft = cef(text).unwrap();
    assert_eq!((draft.message.as_deref(), draft.severity), (Some("first\nevent"), Some(2)));
    assert_eq!(draft.process.as_deref(), Some("Gateway"));
    assert!(draft.time.is_some());
}

#[test]
fn leef_with_tabs_carets_and_signs_of_its_own() {
    for text in [
        "LEEF:1.0|Example|Proxy|4|login|devTime=2024-05-01 10:00:00\tsev=5\tmsg=went well",
        "LEEF:2.0|Example|Proxy|4|login|^|devTime=2024-05-01 10:00:00^sev=5^msg=went well",
        "LEEF:2.0|Example|Proxy|4|login|x7C|devTime=2024-05-01 10:00:00|sev=5|msg=went well",
        "LEEF:1.0|Example|Proxy|4|login|devTime=2024-05-01 10:00:00^sev=5^msg=went well",
    ] {
        let draft = cef(text).unwrap();
        assert_eq!((draft.message.as_deref(), draft.severity), (Some("went well"), Some(4)), "{text}");
        assert!(draft.time.is_some(), "{text}");
    }
}

#[test]
fn what_stands_before_gives_time_and_host() {
    let draft = cef("<134>2024-05-01T10:00:00Z fw-1 CEF:0|A|B|1|2|name only|Low|src=1").unwrap();
    assert_eq!((draft.host.as_deref(), draft.message.as_deref()), (Some("fw-1"), Some("name only")));
    assert!(draft.time.is_some() && draft.severity == Some(6));
    assert_eq!(cef("CEF:0|A|B|1|2|name|7").unwrap().severity, Some(3));
    for text in ["RELIEF: 3|b", "CEF: none", "CEF:0|a|b", "a line", ""] {
        assert_eq!(cef(text), None, "{text}");
    }
}

proptest! {
    #[test]
    fn nothing_panics(text in "(CEF|LEEF)?:?[0-9]?[a-c|\\\\=é \t^x]{0,40}") {
        cef(&text);
    }
}
