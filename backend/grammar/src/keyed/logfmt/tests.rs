use super::*;
use proptest::prelude::*;
use trainyard_types::grammar::AttributePath;

fn pairs(text: &str) -> Option<Vec<(String, String)>> {
    let row = logfmt_row(text)?;
    Some(
        row.into_iter()
            .map(|(key, value)| (key.into_owned(), value.into_text().unwrap().into_owned()))
            .collect(),
    )
}

#[test]
fn pairs_are_read_as_they_are_written() {
    for (text, expected) in [
        (
            r#"level=warn msg="say \"hi\"" took=3ms"#,
            &[("level", "warn"), ("msg", "say \"hi\""), ("took", "3ms")][..],
        ),
        (r#"a=1, b='x y'; c={1, 2} d=[3 4]"#, &[("a", "1"), ("b", "x y"), ("c", "{1, 2}"), ("d", "[3 4]")]),
        ("a= b=2", &[("a", ""), ("b", "2")]),
        ("url=http://x/?a=b&c=d k=v", &[("url", "http://x/?a=b&c=d"), ("k", "v")]),
        (r#"path="C:\dir\new" k=v"#, &[("path", r"C:\dir\new"), ("k", "v")]),
        ("ä=1 http.status=2 x=3", &[("http.status", "2"), ("x", "3")]),
    ] {
        let expected: Vec<(String, String)> =
            expected.iter().map(|(key, value)| ((*key).to_owned(), (*value).to_owned())).collect();
        match text.starts_with('ä') {
            true => assert_eq!(pairs(text), None, "{text}"),
            false => assert_eq!(pairs(text), Some(expected), "{text}"),
        }
    }
    for text in ["just words here", "a=1", "a=1 b=2 and then some more prose", ""] {
        assert_eq!(pairs(text), None, "{text}");
    }
    assert_eq!(logfmt_fault("words"), "the line has no `key=value`");
    assert_eq!(logfmt_fault("a=1 b=2 and more of it"), "the line is more than its pairs of a, b");
}

proptest! {
    #[test]
    fn fast_is_slow(text in "([a-c.]{1,3}=[a-c\"\\\\é ,;{}]{0,8} ){0,4}", all: bool) {
        let roles = Roles {
            message: vec!["a".into(), "a.b".into()],
            attributes: vec![AttributePath { name: "x".into(), path: "b".into() }],
            all_attributes: all,
            ..Roles::default()
        };
        let slow = logfmt_row(&text).map(|row| Plan::new(&roles).apply(row, &text));
        prop_assert_eq!(LogfmtReader::new(&roles).read(&text), slow);
    }
}
