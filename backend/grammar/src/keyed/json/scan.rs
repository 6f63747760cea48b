//! JSON, read once from left to right without a tree. It is a little more tolerant than RFC 8259 where programs that
//! write logs are careless: control characters may stand in strings, halves of surrogate pairs are replaced, and
//! `NaN` and `Infinity` are null.

use super::super::row::Value;
use std::borrow::Cow;

/// Values inside of each other that are read at most.
const DEEPEST: usize = 128;

pub(super) struct Scan<'a> {
    text: &'a str,
    at: usize,
}

/// What stands between two quotes.
#[derive(Clone, Copy)]
pub(super) struct Quoted<'a> {
    inner: &'a str,
    escaped: bool,
}

impl<'a> Quoted<'a> {
    /// The text where nothing in it is escaped.
    #[inline]
    pub(super) fn plain(self) -> Option<&'a str> {
        (!self.escaped).then_some(self.inner)
    }

    #[inline]
    pub(super) fn text(self) -> Cow<'a, str> {
        if self.escaped { Cow::Owned(unescaped(self.inner)) } else { Cow::Borrowed(self.inner) }
    }
}

/// Nothing is returned for what is no JSON.
impl<'a> Scan<'a> {
    pub(super) fn new(text: &'a str) -> Self {
        Self { text, at: 0 }
    }

    #[inline]
    pub(super) fn peek(&self) -> Option<u8> {
        self.text.as_bytes().get(self.at).copied()
    }

    /// Passes over white space; the byte after it.
    #[inline]
    pub(super) fn next(&mut self) -> Option<u8> {
        loop {
            match self.peek()? {
                b' ' | b'\t' | b'\n' | b'\r' => self.at += 1,
                byte => return Some(byte),
            }
        }
    }

    /// Passes over the byte that [`Scan::next`] found.
    #[inline]
    pub(super) fn pass(&mut self) {
        self.at += 1;
    }

    #[inline]
    fn expect(&mut self, byte: u8) -> Option<()> {
        (self.next()? == byte).then(|| self.pass())
    }

    /// The key of an object's next member, and its colon; `None` inside when the object ends. `first` tells whether a
    /// comma must stand before it.
    #[inline]
    pub(super) fn key(&mut self, first: bool) -> Option<Option<Quoted<'a>>> {
        match self.next()? {
            b'}' => {
                self.pass();
                return Some(None);
            }
            b',' if !first => {
                self.pass();
                self.expect(b'"')?;
            }
            b'"' if first => self.pass(),
            _ => return None,
        }
        let key = self.string()?;
        self.expect(b':')?;
        Some(Some(key))
    }

    /// Whether nothing but white space is left.
    pub(super) fn ended(&mut self) -> bool {
        self.next().is_none()
    }

    /// A string after its opening quote.
    #[inline]
    pub(super) fn string(&mut self) -> Option<Quoted<'a>> {
        let start = self.at;
        let mut escaped = false;
        loop {
            let (found, sign) = quote_or_backslash(self.text.as_bytes(), self.at)?;
            self.at = found;
            if sign == b'"' {
                break;
            }
            escaped = true;
            match self.text.as_bytes().get(self.at + 1)? {
                b'"' | b'\\' | b'/' | b'b' | b'f' | b'n' | b'r' | b't' => self.at += 2,
                b'u' => {
                    let digits = self.text.as_bytes().get(self.at + 2..self.at + 6)?;
                    digits.iter().all(u8::is_ascii_hexdigit).then_some(())?;
                    self.at += 6;
                }
                _ => return None,
            }
        }
        let inner = self.text.get(start..self.at)?;
        self.at += 1;
        Some(Quoted { inner, escaped })
    }

    /// A value, at its first byte; objects and arrays as the text they are.
    pub(super) fn value(&mut self, depth: usize) -> Option<Value<'a>> {
        Some(match self.next()? {
            b'"' => {
                self.pass();
                Value::Text(self.string()?.text())
            }
            b'{' | b'[' => {
                let start = self.at;
                let tame = self.skip(depth)?;
                let raw = self.text.get(start..self.at)?;
                let tame = tame && raw.bytes().all(|byte| byte >= b' ');
                Value::Nested(if tame { Cow::Borrowed(raw) } else { Cow::Owned(tamed(raw)) })
            }
            b't' => self.literal("true", Value::Flag(true))?,
            b'f' => self.literal("false", Value::Flag(false))?,
            b'n' => self.literal("null", Value::Null)?,
            b'N' => self.literal("NaN", Value::Null)?,
            b'I' => self.literal("Infinity", Value::Null)?,
            _ => self.number()?,
        })
    }

    fn literal(&mut self, word: &str, value: Value<'a>) -> Option<Value<'a>> {
        self.text.as_bytes()[self.at..].starts_with(word.as_bytes()).then(|| {
            self.at += word.len();
            value
        })
    }

    fn number(&mut self) -> Option<Value<'a>> {
        let start = self.at;
        let Some(whole) = self.digits_of_number()? else { return Some(Value::Null) };
        let text = self.text.get(start..self.at)?;
        if whole && let Some(number) = short(text) {
            return Some(Value::Integer(number));
        }
        Some(match (text.parse(), text.parse()) {
            (Ok(number), _) if whole && text != "-0" => Value::Integer(number),
            (_, Ok(number)) if whole => Value::Unsigned(number),
            _ => {
                text.parse().ok().filter(|number: &f64| number.is_finite()).map_or(Value::Null, Value::Number)
            }
        })
    }

    /// Passes over a number; whether it is a whole one, or nothing inside for `-Infinity`.
    fn digits_of_number(&mut self) -> Option<Option<bool>> {
        if self.peek() == Some(b'-') {
            self.at += 1;
        }
        match self.peek()? {
            b'0' => self.at += 1,
            b'1'..=b'9' => self.digits()?,
            b'I' => return self.literal("Infinity", Value::Null).map(|_| None),
            _ => return None,
        }
        let mut whole = true;
        if self.peek() == Some(b'.') {
            whole = false;
            self.at += 1;
            self.digits()?;
        }
        if let Some(b'e' | b'E') = self.peek() {
            whole = false;
            self.at += 1;
            if let Some(b'+' | b'-') = self.peek() {
                self.at += 1;
            }
            self.digits()?;
        }
        Some(Some(whole))
    }

    fn digits(&mut self) -> Option<()> {
        let rest = &self.text.as_bytes()[self.at..];
        let count = rest.iter().position(|byte| !byte.is_ascii_digit()).unwrap_or(rest.len());
        self.at += count;
        (count > 0).then_some(())
    }

    /// Passes over a value; whether all in it is JSON as the book has it.
    pub(super) fn skip(&mut self, depth: usize) -> Option<bool> {
        if depth > DEEPEST {
            return None;
        }
        Some(match self.next()? {
            b'"' => {
                self.pass();
                self.string()?;
                true
            }
            b'{' => {
                self.pass();
                let (mut first, mut tame) = (true, true);
                while self.key(first)?.is_some() {
                    first = false;
                    tame &= self.skip(depth + 1)?;
                }
                tame
            }
            b'[' => {
                self.pass();
                let (mut first, mut tame) = (true, true);
                loop {
                    match self.next()? {
                        b']' => break self.pass(),
                        b',' if !first => self.pass(),
                        _ if first => {}
                        _ => return None,
                    }
                    first = false;
                    tame &= self.skip(depth + 1)?;
                }
                tame
            }
            b't' => self.literal("true", Value::Null).map(|_| true)?,
            b'f' => self.literal("false", Value::Null).map(|_| true)?,
            b'n' => self.literal("null", Value::Null).map(|_| true)?,
            b'N' => self.literal("NaN", Value::Null).map(|_| false)?,
            b'I' => self.literal("Infinity", Value::Null).map(|_| false)?,
            _ => self.digits_of_number()?.is_some(),
        })
    }
}

/// A number of few digits.
fn short(text: &str) -> Option<i64> {
    let bytes = text.as_bytes();
    (bytes.len() <= 18 && bytes[0] != b'-')
        .then(|| bytes.iter().fold(0, |number, digit| number * 10 + i64::from(digit - b'0')))
}

/// Where the next quote or backslash is, and which it is; eight bytes at a time.
#[inline]
fn quote_or_backslash(bytes: &[u8], mut at: usize) -> Option<(usize, u8)> {
    const ONES: u64 = 0x0101_0101_0101_0101;
    const HIGH: u64 = 0x8080_8080_8080_8080;
    let zero = |x: u64| x.wrapping_sub(ONES) & !x & HIGH;
    while let Some(chunk) = bytes.get(at..).and_then(|rest| rest.first_chunk::<8>()) {
        let word = u64::from_le_bytes(*chunk);
        let hit = zero(word ^ (ONES * 0x22)) | zero(word ^ (ONES * 0x5C));
        if hit != 0 {
            let place = hit.trailing_zeros() / 8;
            return Some((at + place as usize, (word >> (8 * place)) as u8));
        }
        at += 8;
    }
    let rest = bytes.get(at..)?;
    let found = rest.iter().position(|byte| matches!(byte, b'"' | b'\\'))?;
    Some((at + found, rest[found]))
}

/// The text of a string with escapes that [`Scan::string`] found nothing wrong with.
fn unescaped(inner: &str) -> String {
    let mut text = String::with_capacity(inner.len());
    let mut rest = inner;
    while let Some(at) = memchr::memchr(b'\\', rest.as_bytes()) {
        text.push_str(&rest[..at]);
        let code = rest.as_bytes().get(at + 1).copied().unwrap_or_default();
        rest = rest.get(at + 2..).unwrap_or_default();
        text.push(match code {
            b'b' => '\u{8}',
            b'f' => '\u{c}',
            b'n' => '\n',
            b'r' => '\r',
            b't' => '\t',
            b'u' => {
                let (character, after) = unicode(rest);
                rest = after;
                character
            }
            other => char::from(other),
        });
    }
    text.push_str(rest);
    text
}

/// The character of the digits after `\u`, with those of the pair's other half.
fn unicode(rest: &str) -> (char, &str) {
    let unit = |text: &str| text.get(..4).and_then(|digits| u32::from_str_radix(digits, 16).ok());
    let first = unit(rest).unwrap_or(0xFFFD);
    let after = rest.get(4..).unwrap_or_default();
    if (0xD800..0xDC00).contains(&first)
        && let Some(second) = after.strip_prefix("\\u").and_then(unit)
        && (0xDC00..0xE000).contains(&second)
    {
        let code = 0x10000 + ((first - 0xD800) << 10) + (second - 0xDC00);
        return (char::from_u32(code).unwrap_or('\u{fffd}'), after.get(6..).unwrap_or_default());
    }
    (char::from_u32(first).unwrap_or('\u{fffd}'), after)
}

/// A value's text as JSON as the book has it.
fn tamed(raw: &str) -> String {
    let mut text = String::with_capacity(raw.len());
    let mut inside = false;
    let mut characters = raw.chars();
    while let Some(character) = characters.next() {
        match character {
            '"' => {
                inside = !inside;
                text.push('"');
            }
            '\\' if inside => {
                text.push('\\');
                text.extend(characters.next());
            }
            control if inside && control < ' ' => text.push_str(&format!("\\u{:04x}", control as u32)),
            'N' | 'I' | '-' if !inside => {
                let word = characters.as_str();
                match (character, word) {
                    ('N', _) => characters = word.get(2..).unwrap_or_default().chars(),
                    ('I', _) => characters = word.get(7..).unwrap_or_default().chars(),
                    _ if word.starts_with('I') => characters = word.get(8..).unwrap_or_default().chars(),
                    _ => {
                        text.push('-');
                        continue;
                    }
                }
                text.push_str("null");
            }
            other => text.push(other),
        }
    }
    text
}
