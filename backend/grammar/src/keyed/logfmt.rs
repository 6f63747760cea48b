//! `key=value` pairs, as logfmt, firewalls and many programs write them: with commas or semicolons between them or
//! none, values in quotes, braces and brackets.

use super::{
    apply::{Attributes, Plan, Slots},
    row::{Row, Value},
};
use crate::draft::Draft;
use std::borrow::Cow;
use trainyard_types::grammar::Roles;

/// The pairs of a text that is little else: at least two, and 85 % of the characters that are no white space.
pub fn logfmt_row(text: &str) -> Option<Row<'_>> {
    let mut row = Row::new();
    let mut pairs = Pairs::new(text);
    while let Some((key, value)) = pairs.next() {
        row.push((Cow::Borrowed(key), value.value()));
    }
    pairs.fit().then_some(row)
}

/// Reads pairs as [`logfmt_row`] and [`Plan::apply`] do; values that nobody wants are passed over.
#[derive(Clone, Debug)]
pub struct LogfmtReader {
    plan: Plan,
}

impl LogfmtReader {
    pub fn new(roles: &Roles) -> Self {
        Self { plan: Plan::new(roles) }
    }

    pub fn read<'a>(&self, text: &'a str) -> Option<Draft<'a>> {
        let plan = &self.plan;
        if plan.is_careful() {
            return Some(plan.apply(logfmt_row(text)?, text));
        }
        plan.with_slots(|slots: &mut Slots<'a>| {
            let mut others = Attributes::new();
            let mut deep = false;
            let mut pairs = Pairs::new(text);
            while let Some((key, value)) = pairs.next() {
                let slot = plan.slot(key);
                if slot.is_some() || plan.keeps_all() {
                    plan.put(Cow::Borrowed(key), value.value(), slot, slots, &mut others);
                }
                deep |= key.contains('.') && plan.is_part(key);
            }
            if !pairs.fit() {
                return None;
            }
            // An attribute may be all that is below a path.
            if deep {
                return Some(plan.apply(logfmt_row(text)?, text));
            }
            Some(plan.draft(slots, others, text))
        })
    }
}

/// Why a text is no record of pairs: by the keys that are there.
pub fn logfmt_fault(text: &str) -> String {
    let mut pairs = Pairs::new(text);
    let mut keys = Vec::new();
    while let Some((key, _)) = pairs.next() {
        if keys.len() < 8 {
            keys.push(key);
        }
    }
    match keys.as_slice() {
        [] => "the line has no `key=value`".into(),
        [key] => format!("the line has one pair, `{key}`"),
        _ => format!("the line is more than its pairs of {}", keys.join(", ")),
    }
}

/// The text of a pair's value.
struct Written<'a> {
    text: &'a str,
    quote: bool,
}

impl<'a> Written<'a> {
    fn value(&self) -> Value<'a> {
        let Some(inner) = self.text.get(1..self.text.len().saturating_sub(1)).filter(|_| self.quote) else {
            return Value::Text(Cow::Borrowed(self.text));
        };
        if !inner.contains('\\') {
            return Value::Text(Cow::Borrowed(inner));
        }
        // Paths of Windows have backslashes that escape nothing.
        let json =
            self.text.starts_with('"').then(|| serde_json::from_str::<String>(self.text).ok()).flatten();
        Value::Text(json.unwrap_or_else(|| inner.replace("\\\"", "\"")).into())
    }
}

/// Goes from pair to pair.
struct Pairs<'a> {
    text: &'a str,
    at: usize,
    count: usize,
    /// Characters outside of pairs that are no white space, and inside.
    loose: usize,
    inside: usize,
}

impl<'a> Pairs<'a> {
    fn new(text: &'a str) -> Self {
        Self { text, at: 0, count: 0, loose: 0, inside: 0 }
    }

    /// Whether what has been passed is little else than pairs.
    fn fit(&self) -> bool {
        self.count >= 2 && self.inside as f64 >= 0.85 * (self.inside + self.loose) as f64
    }

    fn next(&mut self) -> Option<(&'a str, Written<'a>)> {
        let bytes = self.text.as_bytes();
        loop {
            let start = self.at;
            match bytes.get(start)? {
                byte if begins_key(*byte) => {}
                byte => {
                    self.at += 1;
                    self.loose += usize::from(!byte.is_ascii_whitespace() && !is_inner(*byte));
                    continue;
                }
            }
            let length = bytes[start..].iter().position(|byte| !in_key(*byte)).unwrap_or(bytes.len() - start);
            let end = start + length;
            if bytes.get(end) == Some(&b'=')
                && let Some((after, quote)) = value_end(bytes, end + 1)
                && let (Some(key), Some(value)) = (self.text.get(start..end), self.text.get(end + 1..after))
            {
                self.at = after;
                self.count += 1;
                self.inside += solid(&self.text[start..after]);
                return Some((key, Written { text: value, quote }));
            }
            self.at = end;
            self.loose += length;
        }
    }
}

fn begins_key(byte: u8) -> bool {
    byte.is_ascii_alphabetic() || byte == b'_' || byte == b'@'
}

fn in_key(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'.' | b'@' | b'-' | b'/' | b'$')
}

/// A byte that is not its character's first.
fn is_inner(byte: u8) -> bool {
    byte & 0xC0 == 0x80
}

/// Characters that are no white space.
fn solid(text: &str) -> usize {
    text.bytes().filter(|byte| !byte.is_ascii_whitespace() && !is_inner(*byte)).count()
}

fn ends_value(byte: Option<&u8>) -> bool {
    byte.is_none_or(|byte| byte.is_ascii_whitespace() || *byte == b',' || *byte == b';')
}

/// Where the value that begins here ends, and whether it is in quotes.
fn value_end(bytes: &[u8], start: usize) -> Option<(usize, bool)> {
    let close = match bytes.get(start) {
        Some(quote @ (b'"' | b'\'')) => {
            let mut at = start + 1;
            while let Some(found) = memchr::memchr2(b'\\', *quote, bytes.get(at..)?) {
                at += found + 1;
                if bytes[at - 1] == *quote {
                    return ends_value(bytes.get(at)).then_some((at, true));
                }
                at += 1;
            }
            return None;
        }
        Some(b'{') => Some(b'}'),
        Some(b'[') => Some(b']'),
        _ => None,
    };
    if let Some(close) = close
        && let Some(found) = memchr::memchr(close, &bytes[start..])
        && ends_value(bytes.get(start + found + 1))
    {
        return Some((start + found + 1, false));
    }
    let rest = &bytes[start..];
    let length =
        rest.iter().position(|byte| byte.is_ascii_whitespace() || *byte == b'"').unwrap_or(rest.len());
    let mut end = start + length;
    if bytes.get(end) == Some(&b'"') {
        return None;
    }
    // A sign between pairs is no part of the value before it.
    if end > start && matches!(bytes[end - 1], b',' | b';') {
        end -= 1;
    }
    Some((end, false))
}

#[cfg(test)]
mod tests;
