//! Further named fields of a record, as the text of a JSON object.

use serde_json::Value;

/// The object of these fields in this order; nothing when there are none.
pub(crate) fn object<'a>(fields: impl IntoIterator<Item = (&'a str, &'a str)>) -> Option<String> {
    let mut text = String::new();
    for (name, value) in fields {
        text.push(if text.is_empty() { '{' } else { ',' });
        quote(&mut text, name);
        text.push(':');
        quote(&mut text, value);
    }
    close(text)
}

/// As [`object`], of JSON values.
pub(crate) fn values<'a>(fields: impl IntoIterator<Item = (&'a str, &'a Value)>) -> Option<String> {
    let mut text = String::new();
    for (name, value) in fields {
        text.push(if text.is_empty() { '{' } else { ',' });
        quote(&mut text, name);
        text.push(':');
        text.push_str(&value.to_string());
    }
    close(text)
}

fn close(mut text: String) -> Option<String> {
    (!text.is_empty()).then(|| {
        text.push('}');
        text
    })
}

fn quote(text: &mut String, value: &str) {
    if value.bytes().any(|b| b == b'"' || b == b'\\' || b < 0x20) {
        text.push_str(&Value::from(value).to_string());
    } else {
        text.push('"');
        text.push_str(value);
        text.push('"');
    }
}
