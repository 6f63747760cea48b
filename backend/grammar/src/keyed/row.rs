//! A record as paths and values.

use std::borrow::Cow;

/// A value that can play a role.
#[derive(Clone, Debug, Default, PartialEq)]
pub enum Value<'a> {
    #[default]
    Null,
    Text(Cow<'a, str>),
    Integer(i64),
    /// An integer beyond 63 bits.
    Unsigned(u64),
    Number(f64),
    Flag(bool),
    /// An array, as the JSON text it is.
    Nested(Cow<'a, str>),
}

/// Paths (keys with points between them) and values in the order they are written.
pub type Row<'a> = Vec<(Cow<'a, str>, Value<'a>)>;

impl<'a> Value<'a> {
    /// Nothing is said by null and by an empty text.
    pub fn is_nothing(&self) -> bool {
        match self {
            Self::Null => true,
            Self::Text(text) => text.is_empty(),
            _ => false,
        }
    }

    /// Text, numbers and flags as text.
    pub fn text(&self) -> Option<Cow<'_, str>> {
        Some(match self {
            Self::Text(text) => Cow::Borrowed(&**text),
            Self::Integer(number) => number.to_string().into(),
            Self::Unsigned(number) => number.to_string().into(),
            Self::Number(number) => number.to_string().into(),
            Self::Flag(flag) => flag.to_string().into(),
            Self::Null | Self::Nested(_) => return None,
        })
    }

    /// As [`Value::text`], giving the value away.
    pub fn into_text(self) -> Option<Cow<'a, str>> {
        match self {
            Self::Text(text) => Some(text),
            other => other.text().map(|text| Cow::Owned(text.into_owned())),
        }
    }

    /// A whole number, also one that is written as text.
    pub fn integer(&self) -> Option<i64> {
        match self {
            Self::Integer(number) => Some(*number),
            Self::Number(number) if number.fract() == 0.0 && number.abs() < 9e15 => Some(*number as i64),
            Self::Text(text) => text.trim().parse().ok(),
            _ => None,
        }
    }

    /// The value as JSON.
    pub fn into_json(self) -> Cow<'a, str> {
        match self {
            Self::Nested(json) => json,
            Self::Text(text) => quoted(&text).into(),
            Self::Null => "null".into(),
            Self::Number(number) => {
                serde_json::Number::from_f64(number).map_or("null".into(), |number| number.to_string().into())
            }
            other => other.into_text().unwrap_or_default(),
        }
    }
}

/// A text as JSON.
pub(crate) fn quoted(text: &str) -> String {
    if text.bytes().any(|b| b == b'"' || b == b'\\' || b < 0x20) {
        return serde_json::Value::from(text).to_string();
    }
    let mut json = String::with_capacity(text.len() + 2);
    json.push('"');
    json.push_str(text);
    json.push('"');
    json
}

/// An array of bytes, as journald writes texts that are not printable, as the text it stands for.
pub(crate) fn text_of_bytes(json: &str) -> Option<String> {
    let inner = json.trim().strip_prefix('[')?.strip_suffix(']')?;
    let bytes = inner.split(',').map(|number| number.trim().parse().ok()).collect::<Option<Vec<u8>>>()?;
    Some(String::from_utf8_lossy(&bytes).into_owned())
}
