use super::*;
use crate::keyed::Plan;
use proptest::prelude::*;
use trainyard_types::grammar::{AttributePath, Roles, TimePath};

fn list(names: &[&str]) -> Vec<String> {
    names.iter().map(|name| (*name).to_owned()).collect()
}

fn row(text: &str) -> Row<'_> {
    json_row(text).unwrap()
}

#[test]
fn objects_become_paths() {
    let text = r#"{"a":1,"b":{"c":"x\n\u00e9\ud83d\ude00","d":{}},"e":[1,{"f":2}],"g":null,"h":true,
        "i":-1.5,"j":18446744073709551615,"k":1e400,"MESSAGE":[104,105],"n":[104,105]}"#;
    let expected: Row<'_> = vec![
        ("a".into(), Value::Integer(1)),
        ("b.c".into(), Value::Text("x\né😀".into())),
        ("e".into(), Value::Nested(r#"[1,{"f":2}]"#.into())),
        ("g".into(), Value::Null),
        ("h".into(), Value::Flag(true)),
        ("i".into(), Value::Number(-1.5)),
        ("j".into(), Value::Unsigned(u64::MAX)),
        ("k".into(), Value::Null),
        ("MESSAGE".into(), Value::Text("hi".into())),
        ("n".into(), Value::Nested("[104,105]".into())),
    ];
    assert_eq!(row(text), expected);
    let deep = r#"{"1":{"2":{"3":{"4":{"5":{"6":{"7":{"8":9}}}}}}}}"#;
    assert_eq!(row(deep), [("1.2.3.4.5.6.7".into(), Value::Nested(r#"{"8":9}"#.into()))]);
}

#[test]
fn careless_writers_are_understood() {
    let text = "{\"a\":NaN,\"b\":-Infinity,\"c\":\"tab\there\",\"d\":\"\\ud800x\",\"e\":[NaN,\"a\tb\",-1,-Infinity]}";
    let expected: Row<'_> = vec![
        ("a".into(), Value::Null),
        ("b".into(), Value::Null),
        ("c".into(), Value::Text("tab\there".into())),
        ("d".into(), Value::Text("\u{fffd}x".into())),
        ("e".into(), Value::Nested("[null,\"a\\u0009b\",-1,null]".into())),
    ];
    assert_eq!(row(text), expected);
}

#[test]
fn faults_say_what_and_where() {
    for (text, reason) in [
        ("[1]", "the record is not a JSON object"),
        (r#"{"timestamp":12:30}"#, "invalid JSON at line 7, column 16: expected `,` or `}`"),
        ("{\"a\":1,\n\"b\" 2}", "invalid JSON at line 8, column 5: expected `:`"),
        ("", "invalid JSON at line 7, column 0: EOF while parsing a value"),
        ("{\"a\":1} x", "invalid JSON at line 7, column 9: trailing characters"),
    ] {
        assert_eq!(json_row(text).unwrap_err().at(7), reason, "{text}");
        assert_eq!(JsonReader::new(&Roles::default()).read(text).unwrap_err().at(7), reason, "{text}");
    }
    let deep = "[".repeat(100_000);
    assert!(json_row(&format!("{{\"a\":{deep}")).is_err());
}

#[test]
fn one_bad_field_is_absent() {
    let roles = Roles {
        time: vec![TimePath::One("ts".into()), TimePath::One("time".into())],
        level: list(&["level", "severity"]),
        message: list(&["msg", "text"]),
        host: list(&["host"]),
        pid: list(&["pid"]),
        ..Roles::default()
    };
    let reader = JsonReader::new(&roles);
    let draft = reader
        .read(r#"{"ts":"soon","time":1714557600,"level":"loud","severity":"err","msg":null,"text":"a\n","host":"","pid":7}"#)
        .unwrap();
    assert!(draft.time.is_some());
    assert_eq!((draft.severity, draft.message.as_deref()), (Some(3), Some("a")));
    assert_eq!((draft.host, draft.pid.as_deref()), (None, Some("7")));
    let text = r#"{"other":1}"#;
    let draft = reader.read(text).unwrap();
    assert_eq!((draft.message.as_deref(), draft.time, draft.severity), (Some(text), None, None));
    assert_eq!(reader.read(r#"{"msg":""}"#).unwrap().message.as_deref(), Some(""));
    assert_eq!(reader.read(r#"{"msg":[104,105]}"#).unwrap().message.as_deref(), Some("hi"));
    assert_eq!(reader.read(r#"{"msg":["a",1]}"#).unwrap().message.as_deref(), Some(r#"["a",1]"#));
}

#[test]
fn attributes_are_what_is_asked_for_or_all() {
    let text = r#"{"m":"x","a":{"b":1,"c":{"d":"q\"t"}},"l":[{"k":5}],"e":"","n":null,"f":1.5}"#;
    let ask = |name: &str, path: &str| AttributePath { name: name.into(), path: path.into() };
    let some = Roles {
        message: list(&["m"]),
        attributes: vec![ask("one", "a.b"), ask("object", "a"), ask("element", "l.0.k"), ask("none", "z")],
        ..Roles::default()
    };
    let attributes = JsonReader::new(&some).read(text).unwrap().attributes;
    assert_eq!(
        attributes,
        [
            ("one".into(), "1".into()),
            ("object".into(), r#"{"b":1,"c.d":"q\"t"}"#.into()),
            ("element".into(), "5".into()),
        ]
    );
    let all = Roles { message: list(&["m"]), all_attributes: true, ..Roles::default() };
    let names: Vec<_> = JsonReader::new(&all).read(text).unwrap().attributes;
    assert_eq!(
        names,
        [
            ("a.b".into(), "1".into()),
            ("a.c.d".into(), r#""q\"t""#.into()),
            ("l".into(), r#"[{"k":5}]"#.into()),
            ("f".into(), "1.5".into()),
        ]
    );
}

#[test]
fn the_stream_of_a_container_is_known() {
    let docker = JsonReader::new(&Roles { message: list(&["log"]), ..Roles::default() });
    assert!(docker.is_docker());
    assert_eq!(docker.stream(r#"{"log":"a\n","stream":"stderr","time":"x"}"#), Some("stderr"));
    assert_eq!(docker.stream(r#"{"log":"a\n"}"#), None);
    assert_eq!(JsonReader::new(&Roles::default()).stream(r#"{"stream":"stderr"}"#), None);
}

/// Objects with keys that meet those of the roles in every way, some of them broken.
fn json() -> impl Strategy<Value = String> {
    let leaf = prop_oneof![
        Just("null".to_owned()),
        Just("true".to_owned()),
        Just("NaN".to_owned()),
        Just("[104,105]".to_owned()),
        Just("[1, {\"a\": \"\t\"}]".to_owned()),
        Just("{}".to_owned()),
        Just("\"error\"".to_owned()),
        Just("1714557600123".to_owned()),
        Just("\"2024-05-01T10:00:00Z\"".to_owned()),
        "-?[0-9]{1,22}(\\.[0-9]{1,3})?(e[0-9]{1,2})?",
        "\"[a-c é\\\\nu0-9]{0,6}\"",
        "[\\[\\]{},:a]{0,2}",
    ];
    let object = |inner: BoxedStrategy<String>| {
        let key = prop_oneof![
            Just("a"),
            Just("b"),
            Just("a.b"),
            Just("b.c"),
            Just("\\u0061"),
            Just("message"),
            Just(""),
            Just("x")
        ];
        proptest::collection::vec((key, inner), 0..4).prop_map(|members| {
            let members: Vec<String> =
                members.into_iter().map(|(key, value)| format!("\"{key}\" :{value}")).collect();
            format!("{{ {}}}", members.join(", "))
        })
    };
    let nested = leaf.boxed().prop_recursive(8, 24, 3, move |inner| object(inner.clone().boxed()).boxed());
    object(nested.boxed())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2000))]
    #[test]
    fn fast_is_slow(text in json(), all: bool, table: bool, ask: bool) {
        let mut roles = Roles {
            time: vec![TimePath::One("a.b".into()), TimePath::Two(["b".into(), "a".into()])],
            level: list(&["a.b.c", "b"]),
            message: list(&["message", "a.message", "x.a"]),
            process: list(&["b.c", "a"]),
            id: list(&["", "a."]),
            all_attributes: all,
            table,
            ..Roles::default()
        };
        if ask {
            roles.attributes.push(AttributePath { name: "one".into(), path: "b".into() });
        }
        let slow = json_row(&text).map(|row| Plan::new(&roles).apply(row, &text));
        prop_assert_eq!(JsonReader::new(&roles).read(&text), slow);
    }

    #[test]
    fn what_the_book_allows_is_read(text in json()) {
        if let Ok(tree) = serde_json::from_str::<serde_json::Value>(&text) {
            let row = json_row(&text);
            prop_assert!(row.is_ok(), "{}", text);
            for (path, value) in row.unwrap() {
                if let Value::Nested(json) = value {
                    prop_assert!(serde_json::from_str::<serde_json::Value>(&json).is_ok(), "{} {}", path, json);
                }
            }
            prop_assert!(tree.is_object());
        }
    }

    #[test]
    fn nothing_panics(text in "[{}\\[\\],:\"\\\\a-eu0-9.é\u{1F600} NI+-]{0,40}") {
        let _ = json_row(&text);
        let _ = json_row(&format!("{{\"a\":{text}}}"));
    }
}
