use super::*;
use proptest::prelude::*;

fn get(text: &str, key: &str) -> Option<String> {
    let row = xml_row(text)?;
    let (_, value) = row.into_iter().find(|(known, _)| known == key)?;
    value.into_text().map(Cow::into_owned)
}

#[test]
fn windows_events() {
    let text = "<Event xmlns='http://schemas.microsoft.com/win/2004/08/events/event'><System><Provider Name='Service &amp; Control'/>\
        <EventID>700</EventID><Level>4</Level><TimeCreated SystemTime='2024-05-01T10:00:00.123Z'/><Computer>pc-1</Computer></System>\
        <EventData><Data Name='param1'>Spooler &lt;0&gt;</Data><Data>and &#x41;</Data></EventData></Event>";
    for (key, value) in [
        ("Provider.Name", "Service & Control"),
        ("EventID", "700"),
        ("Level", "4"),
        ("TimeCreated.SystemTime", "2024-05-01T10:00:00.123Z"),
        ("Computer", "pc-1"),
        ("Data.param1", "Spooler <0>"),
        ("Message", "Spooler <0> and A"),
    ] {
        assert_eq!(get(text, key).as_deref(), Some(value), "{key}");
    }
    assert_eq!(get(text, "Event.xmlns"), None);
}

#[test]
fn log4j_events() {
    let text = r#"<log4j:event logger="a.b" timestamp="1714557600123" level="WARN" thread="main">
        <log4j:message><![CDATA[went <wrong> & so]]></log4j:message>
        <log4j:properties><log4j:data name="user" value="bob"/></log4j:properties></log4j:event>"#;
    for (key, value) in [
        ("event.logger", "a.b"),
        ("event.timestamp", "1714557600123"),
        ("event.level", "WARN"),
        ("message", "went <wrong> & so"),
        ("data.user", "bob"),
    ] {
        assert_eq!(get(text, key).as_deref(), Some(value), "{key}");
    }
}

#[test]
fn what_is_no_element_and_what_is_cut_off() {
    for text in ["", "text", "< a>", "<a b=c>", "</a>", "<a"] {
        assert_eq!(xml_row(text), None, "{text}");
    }
    assert_eq!(get("<!-- x --><?xml v?><a><b>one", "b").as_deref(), Some("one"));
    assert_eq!(get("<a>&unknown; &amp;amp;</a>", "a").as_deref(), Some("&unknown; &amp;"));
}

proptest! {
    #[test]
    fn nothing_panics(text in "<[a-c<>/='\" &;#!\\[\\]é-]{0,40}") {
        xml_row(&text);
    }
}
