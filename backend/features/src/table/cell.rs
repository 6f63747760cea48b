//! One value of a table.
//!
//! Missing are: no value, JSON's `null`, and the texts of [`NONE`], which other tools write for none. A number is
//! written in decimal, with or without sign, fraction and exponent, and is finite. Everything else is a category.

use serde_json::{Map, Value};
use std::borrow::Cow;
use trainyard_intake::{Columns, text_at};

/// What pandas' `read_csv` takes for missing, too.
const NONE: [&str; 10] = ["", "NA", "N/A", "n/a", "NaN", "nan", "NULL", "null", "None", "<NA>"];

#[derive(Clone, Debug, PartialEq)]
pub(super) enum Cell<'a> {
    Missing,
    /// As a number, if it is one, and as a category.
    Value(Option<f64>, Cow<'a, str>),
}

/// The attributes of a record.
pub(super) fn object(columns: &Columns<'_>, row: usize) -> Map<String, Value> {
    let text = text_at(columns.attributes, row).unwrap_or("{}");
    serde_json::from_str(text).unwrap_or_default()
}

/// A column's value: that attribute, or a role of the record that no attribute has the name of.
pub(super) fn cell<'a>(
    object: &'a Map<String, Value>,
    columns: &Columns<'a>,
    row: usize,
    name: &str,
) -> Cell<'a> {
    let role = match name {
        "host" => columns.host,
        "process" => columns.process,
        "pid" => columns.pid,
        "level" => columns.level,
        "message" => columns.message,
        _ => return object.get(name).map_or(Cell::Missing, of_value),
    };
    match object.get(name) {
        Some(value) => of_value(value),
        None => text_at(role, row).map_or(Cell::Missing, of_text),
    }
}

fn of_value(value: &Value) -> Cell<'_> {
    match value {
        Value::Null => Cell::Missing,
        Value::String(text) => of_text(text),
        Value::Number(number) => {
            Cell::Value(number.as_f64().filter(|n| n.is_finite()), number.to_string().into())
        }
        other => Cell::Value(None, other.to_string().into()),
    }
}

fn of_text(text: &str) -> Cell<'_> {
    let text = text.trim_matches(|c: char| c.is_ascii_whitespace() || c == '\u{b}');
    match NONE.contains(&text) {
        true => Cell::Missing,
        false => Cell::Value(number(text), text.into()),
    }
}

/// `-12.5e3`, but neither `inf` nor `nan`, which Rust reads as numbers.
fn number(text: &str) -> Option<f64> {
    let written = |byte: u8| byte.is_ascii_digit() || matches!(byte, b'+' | b'-' | b'.' | b'e' | b'E');
    text.bytes().all(written).then(|| text.parse().ok()).flatten().filter(|number: &f64| number.is_finite())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_categories_and_missing_values_are_told_apart() {
        for text in ["1", " -2.5e-3", "+7", ".5", "5.", "1e308"] {
            assert!(matches!(of_text(text), Cell::Value(Some(_), _)), "{text}");
        }
        for text in ["inf", "0x10", "1_000", "1,5", "1e309", "e", "--1", "true"] {
            assert!(matches!(of_text(text), Cell::Value(None, _)), "{text}");
        }
        for text in ["", " ", "NA", "nan", "null"] {
            assert_eq!(of_text(text), Cell::Missing, "{text}");
        }
    }
}
