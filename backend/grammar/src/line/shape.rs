//! The fields of a header, each read at the beginning of what is left of it.

use super::{
    classify::{Kind, classify},
    token::{bracket, is_blank, is_word, quoted},
};
use crate::level;
use std::ops::Range;
use trainyard_types::grammar::FieldShape;

/// A field that was read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Read {
    pub(crate) value: Range<usize>,
    pub(crate) pid: Option<Range<usize>>,
    /// Where what follows begins.
    pub(crate) end: usize,
}

impl Read {
    fn new(value: Range<usize>, end: usize) -> Option<Self> {
        Some(Self { value, pid: None, end })
    }
}

/// Reads a field at the beginning of `text`; nothing where it is not there.
pub(crate) fn read(shape: &FieldShape, values: &[String], text: &str) -> Option<Read> {
    match shape {
        FieldShape::Uptime => uptime(text),
        FieldShape::NamePid => name_pid(text).or_else(|| name_alone(text)),
        FieldShape::NameColon => name_colon(text),
        FieldShape::NameDash => name_dash(text),
        FieldShape::NameBracket => name_bracket(text),
        FieldShape::NameBeforeBracket => name_before_bracket(text),
        FieldShape::Dotted => dotted(text),
        FieldShape::Host => host(text, values),
        FieldShape::Bracket => bracketed(text),
        FieldShape::Parenthesis => parenthesis(text),
        FieldShape::Key(key) => keyed(text, key),
        FieldShape::Number => number(text),
        FieldShape::Lead => lead(text),
        FieldShape::Until(sign) => until(text, sign),
        FieldShape::Request => request(text),
        FieldShape::Nothing => None,
    }
}

fn at(text: &str, place: usize) -> Option<u8> {
    text.as_bytes().get(place).copied()
}

fn blank_at(text: &str, place: usize) -> bool {
    at(text, place).is_some_and(is_blank)
}

/// A blank, a bar or the end.
fn closes(text: &str, place: usize) -> bool {
    at(text, place).is_none_or(|byte| is_blank(byte) || byte == b'|')
}

/// The length of a run of bytes.
fn run(text: &str, from: usize, fits: impl Fn(u8) -> bool) -> usize {
    text.as_bytes()[from.min(text.len())..].iter().take_while(|byte| fits(**byte)).count()
}

fn blanks(text: &str, from: usize) -> usize {
    run(text, from, is_blank)
}

/// Whether a word could name a program, a logger or a host.
pub(crate) fn is_identifier(text: &str) -> bool {
    let mut bytes = text.bytes();
    bytes.next().is_some_and(|b| b.is_ascii_alphabetic() || b"_/$%@".contains(&b) || b >= 0x80)
        && bytes.all(of_identifier)
}

fn of_identifier(byte: u8) -> bool {
    is_word(byte) || b".$/:@-()#<>+~*".contains(&byte)
}

/// `[  12.345678] `
pub(crate) fn uptime(text: &str) -> Option<Read> {
    let begin = 1 + blanks(text.strip_prefix('[')?, 0);
    let whole = run(text, begin, |b| b.is_ascii_digit());
    let point = begin + whole;
    let part = if at(text, point) == Some(b'.') { run(text, point + 1, |b| b.is_ascii_digit()) } else { 0 };
    let end = point + 1 + part;
    (whole > 0 && part > 0 && at(text, end) == Some(b']') && blank_at(text, end + 1))
        .then(|| Read::new(begin..end, end + 2))?
}

/// `name[pid]`, also `name[pid] (job):`, with or without a colon, before a blank, a bar or the end.
pub(crate) fn name_pid(text: &str) -> Option<Read> {
    let name = run(text, 0, |b| !is_blank(b) && !b"[],=\"{}|".contains(&b));
    if let Some(found) = numbered(text, name) {
        return Some(found);
    }
    if name == 0 || at(text, name) != Some(b'[') {
        return None;
    }
    let pid = name + 1;
    let length = run(text, pid, |b| is_word(b) || b == b'.' || b == b'-');
    // A thread may stand after it, `[12:345]`.
    let thread =
        if at(text, pid + length) == Some(b':') { 1 + run(text, pid + length + 1, is_word) } else { 0 };
    if at(text, pid + length + thread) != Some(b']') {
        return None;
    }
    let mut end = pid + length + thread + 1;
    if text[end..].starts_with(" (") || text[end..].starts_with("\t(") {
        let word = run(text, end + 1, |b| !is_blank(b));
        let job = &text[end + 1..end + 1 + word];
        // The colon may stand right after it.
        let closing = job.rfind(')').map(|close| close + 1);
        if let Some(closing) = closing
            && matches!(&job[closing..], "" | ":")
        {
            end += 1 + closing;
        }
    }
    end += usize::from(at(text, end) == Some(b':'));
    let value = &text[..name];
    (closes(text, end) && is_identifier(value) && level::word(value).is_none()).then(|| Read {
        value: 0..name,
        pid: (length > 0).then(|| pid..pid + length),
        end,
    })
}

/// Android's `name( 1234):`
fn numbered(text: &str, most: usize) -> Option<Read> {
    let name = text[..most].find('(').filter(|name| *name > 0)?;
    let pid = name + 1 + blanks(text, name + 1);
    let end = pid + run(text, pid, |b| b.is_ascii_digit());
    let value = &text[..name];
    let closes = end > pid && text[end..].starts_with("):") && blank_at(text, end + 2);
    (closes && is_identifier(value) && level::word(value).is_none()).then(|| Read {
        value: 0..name,
        pid: Some(pid..end),
        end: end + 2,
    })
}

/// `name[pid]:` or `name:` with nothing between name and colon.
pub(crate) fn name_pid_or_colon(text: &str) -> Option<Read> {
    let found = name_pid(text).filter(|found| text[..found.end].ends_with(':'));
    found.or_else(|| {
        let name = run(text, 0, |b| !is_blank(b) && !b"[],=\"{}|:".contains(&b));
        let value = &text[..name];
        (at(text, name) == Some(b':')
            && closes(text, name + 1)
            && is_identifier(value)
            && level::word(value).is_none())
        .then(|| Read::new(0..name, name + 1))?
    })
}

/// `name:`, also with a version, `syslogd 1.4.1:`.
pub(crate) fn name_alone(text: &str) -> Option<Read> {
    let name = run(text, 0, |b| !is_blank(b) && !b":,=\"[{}|".contains(&b));
    let mut end = name;
    if at(text, name) == Some(b' ') {
        let version = run(text, name + 1, |b| b.is_ascii_digit() || b == b'.');
        if version > 0 {
            end += 1 + version;
        }
    }
    let blank = at(text, end + 1).is_none_or(is_blank);
    (name > 0 && at(text, end) == Some(b':') && blank && is_identifier(&text[..name]))
        .then(|| Read::new(0..end, end + 1))?
}

/// `name:` or `name   :` before a blank, a bar or the end.
pub(crate) fn name_colon(text: &str) -> Option<Read> {
    let mut place = 0;
    loop {
        place += run(text, place, |b| of_identifier(b) && b != b':');
        let padding = blanks(text, place);
        match at(text, place + padding) {
            Some(b':') if padding <= 60 && closes(text, place + padding + 1) => break,
            Some(b':') if padding == 0 => place += 1,
            _ => return None,
        }
        if place >= 120 {
            return None;
        }
    }
    let value = &text[..place];
    let end = place + blanks(text, place) + 1;
    (is_identifier(value) && value.len() < 120 && level::word(value).is_none())
        .then(|| Read::new(0..place, end))?
}

/// `name - `
pub(crate) fn name_dash(text: &str) -> Option<Read> {
    let name = run(text, 0, |b| !is_blank(b));
    let dash = name + blanks(text, name);
    let after = dash_end(text, dash)?;
    let value = &text[..name];
    let kind = classify(value);
    (name > 0
        && dash > name
        && blank_at(text, after)
        && is_identifier(value)
        && matches!(kind, Kind::Name | Kind::Logger | Kind::Other))
    .then(|| Read::new(0..name, after + 1))?
}

/// Where a hyphen or a dash ends.
fn dash_end(text: &str, place: usize) -> Option<usize> {
    let rest = text.get(place..)?;
    ["-", "\u{2013}"].into_iter().find(|dash| rest.starts_with(dash)).map(|dash| place + dash.len())
}

/// `name] `
pub(crate) fn name_bracket(text: &str) -> Option<Read> {
    let begins = at(text, 0).is_some_and(|b| b.is_ascii_alphabetic() || b == b'_');
    let name = run(text, 0, |b| is_word(b) || b".:/-".contains(&b));
    (begins && at(text, name) == Some(b']') && blank_at(text, name + 1))
        .then(|| Read::new(0..name, name + 2))?
}

/// `name [`
pub(crate) fn name_before_bracket(text: &str) -> Option<Read> {
    let begins = at(text, 0).is_some_and(|b| b.is_ascii_alphabetic());
    let name = run(text, 0, |b| is_word(b) || b == b'.' || b == b'-');
    let end = name + blanks(text, name);
    (begins && name > 1 && end > name && at(text, end) == Some(b'[') && level::word(&text[..name]).is_none())
        .then(|| Read::new(0..name, end))?
}

/// `a.b.c ` and `a::b `
pub(crate) fn dotted(text: &str) -> Option<Read> {
    let end = dotted_end(text)?;
    blank_at(text, end).then(|| Read::new(0..end, end + 1))?
}

fn dotted_end(text: &str) -> Option<usize> {
    at(text, 0).filter(|b| b.is_ascii_alphabetic() || *b == b'_')?;
    let mut place = run(text, 0, is_word);
    let mut joints = 0;
    loop {
        let rest = &text[place..];
        let joint = match () {
            () if rest.starts_with("::") => 2,
            () if rest.starts_with('.') || rest.starts_with('$') => 1,
            () => break,
        };
        let part = run(text, place + joint, is_word);
        if part == 0 {
            break;
        }
        joints += 1;
        place += joint + part;
    }
    (joints > 0).then_some(place)
}

/// A word that names a process (`name[pid]` or `name:`) follows.
pub(crate) fn host_before_process(text: &str) -> Option<Read> {
    let name = run(text, 0, |b| !is_blank(b));
    let next = name + blanks(text, name);
    let value = &text[..name];
    if name == 0
        || next == name
        || value.ends_with(':')
        || value.contains('[')
        || level::word(value).is_some()
    {
        return None;
    }
    let process = run(text, next, |b| is_word(b) || b".-/()@".contains(&b));
    if process == 0 {
        return None;
    }
    let mut end = next + process;
    let bracketed = at(text, end) == Some(b'[');
    if bracketed {
        end += 1 + run(text, end + 1, |b| is_word(b) || b == b'.' || b == b'-');
        if at(text, end) != Some(b']') {
            return None;
        }
        end += 1;
    }
    let colon = at(text, end) == Some(b':');
    end += usize::from(colon);
    ((bracketed || colon) && at(text, end).is_none_or(is_blank)).then(|| Read::new(0..name, name + 1))?
}

/// A host: a word before a process, or a known one.
fn host(text: &str, values: &[String]) -> Option<Read> {
    let name = run(text, 0, |b| !is_blank(b));
    let known = || values.iter().any(|value| *value == text[..name]);
    if name > 0 && blank_at(text, name) && known() {
        return Read::new(0..name, name + 1);
    }
    host_before_process(text)
}

/// `[…]`
pub(crate) fn bracketed(text: &str) -> Option<Read> {
    let length = at(text, 0).filter(|b| *b == b'[').and_then(|_| bracket(text.as_bytes()))?;
    Read::new(1..length - 1, length)
}

/// `(…)` before a blank, with or without a colon.
pub(crate) fn parenthesis(text: &str) -> Option<Read> {
    let inside = text.strip_prefix('(')?.find(['(', ')'])? + 1;
    let end = inside + 1 + usize::from(at(text, inside + 1) == Some(b':'));
    (at(text, inside) == Some(b')') && blank_at(text, end)).then(|| Read::new(1..inside, end))?
}

/// `key=value `
pub(crate) fn keyed(text: &str, key: &str) -> Option<Read> {
    let begin = text.strip_prefix(key)?.strip_prefix('=').map(|_| key.len() + 1)?;
    let length = run(text, begin, |b| !is_blank(b));
    (length > 0 && blank_at(text, begin + length))
        .then(|| Read::new(begin..begin + length, begin + length + 1))?
}

/// The key of `key=value `.
pub(crate) fn key_of(text: &str) -> Option<&str> {
    let key = at(text, 0).filter(|b| b.is_ascii_alphabetic() || *b == b'_').map(|_| run(text, 0, is_word))?;
    keyed(text, &text[..key]).map(|_| &text[..key])
}

/// Digits before a bracket, a bar, a hyphen or another number with a name.
pub(crate) fn number(text: &str) -> Option<Read> {
    let digits = run(text, 0, |b| b.is_ascii_digit());
    let next = digits + blanks(text, digits);
    if digits == 0 || next == digits {
        return None;
    }
    let more = || {
        let second = run(text, next, |b| b.is_ascii_digit());
        let word = next + second + blanks(text, next + second);
        let length = run(text, word, |b| !is_blank(b));
        let sign = word + length + blanks(text, word + length);
        let within = text[word..word + length].bytes().skip(1).any(|b| b":[|".contains(&b));
        second > 0
            && word > next + second
            && length > 0
            && (within || at(text, sign).is_some_and(|b| b":[|".contains(&b)))
    };
    (at(text, next).is_some_and(|b| b"-[|".contains(&b)) || more()).then(|| Read::new(0..digits, next))?
}

/// A number, an id, a thread or a pair before more of the header.
pub(crate) fn lead(text: &str) -> Option<Read> {
    let length = run(text, 0, |b| !is_blank(b));
    let value = &text[..length];
    let bytes = value.as_bytes();
    let digits = |bytes: &[u8]| !bytes.is_empty() && bytes.iter().all(u8::is_ascii_digit);
    let pair = || {
        value
            .split_once('=')
            .is_some_and(|(key, v)| !key.is_empty() && key.bytes().all(is_word) && !v.is_empty())
    };
    let hex = || bytes.len() >= 4 && bytes.iter().all(|b| matches!(b, b'0'..=b'9' | b'a'..=b'f'));
    let leads = digits(bytes)
        || (bytes.first().is_some_and(u8::is_ascii_alphabetic) && digits(&bytes[1..]))
        || pair()
        || hex()
        || value.contains("thread");
    let rest = &text[length..];
    let bracket = || {
        let name = blanks(rest, 0);
        let end = name + run(rest, name, |b| is_word(b) || b".:/-".contains(&b));
        name > 0 && end > name && at(rest, end) == Some(b']') && blank_at(rest, end + 1)
    };
    (length > 0 && blank_at(text, length) && leads && (follows(rest) || bracket()))
        .then(|| Read::new(0..length, length))?
}

/// Up to a sign, at most 80 bytes.
pub(crate) fn until(text: &str, sign: &str) -> Option<Read> {
    let reach = super::token::floor(text, 200);
    let place = text[..reach].find(sign).filter(|at| !text[..*at].contains('\n'))?;
    let value = text[..place].trim_end_matches(|c: char| c.is_ascii_whitespace());
    (value.len() <= 80).then(|| Read::new(0..value.len(), place + sign.len()))?
}

/// Whether a cell between separators is one field rather than words of a message.
pub(crate) fn is_cell(value: &str) -> bool {
    let words = value.split_ascii_whitespace().count();
    let wrapped = value.starts_with(['[', '(']) && value.trim_end_matches(':').ends_with([']', ')']);
    let pair = |pair: &str| {
        pair.split_once('=').is_some_and(|(key, value)| {
            let within = |byte| is_word(byte) || byte == b'-';
            !key.is_empty() && !value.is_empty() && key.bytes().all(is_word) && value.bytes().all(within)
        })
    };
    let pairs = || value.trim_end_matches(';').split(';').all(pair);
    (words <= 1 || wrapped) && (!value.contains('=') || pairs())
}

/// `"GET / HTTP/1.1"` before a status.
pub(crate) fn request(text: &str) -> Option<Read> {
    let length = at(text, 0).filter(|b| *b == b'"').and_then(|_| quoted(text.as_bytes()))?;
    let status = length + blanks(text, length);
    let digits = run(text, status, |b| b.is_ascii_digit());
    let known = (digits == 3 && blank_at(text, status + 3))
        || (at(text, status) == Some(b'-') && blank_at(text, status + 1));
    (status > length && known).then(|| Read::new(1..length - 1, length))?
}

/// Whether what follows a field looks like more of a header.
pub(crate) fn follows(text: &str) -> bool {
    let lead = blanks(text, 0);
    let separator = separator_sign(text, lead).filter(|end| blank_at(text, *end));
    if lead > 0 && separator.is_some() {
        return true;
    }
    let place = separator.map_or(lead, |end| end + blanks(text, end));
    let rest = &text[place..];
    let flat_bracket = || {
        rest.starts_with('[') && rest[1..].find(['[', ']']).is_some_and(|at| rest.as_bytes()[at + 1] == b']')
    };
    let flat_parenthesis = || {
        rest.strip_prefix('(').and_then(|inside| inside.find(['(', ')'])).is_some_and(|end| {
            at(rest, end + 1) == Some(b')')
                && at(rest, end + 2).is_none_or(|b| is_blank(b) || b":|".contains(&b))
        })
    };
    flat_bracket() || flat_parenthesis() || name_and_sign(rest) || dotted(rest).is_some() || before_dash(rest)
}

/// The end of `-`, `–`, `|` or `:`.
fn separator_sign(text: &str, place: usize) -> Option<usize> {
    dash_end(text, place).or_else(|| at(text, place).filter(|b| b"|:".contains(b)).map(|_| place + 1))
}

/// `name:`, `name[12] :`
fn name_and_sign(text: &str) -> bool {
    if !at(text, 0).is_some_and(|b| b.is_ascii_alphabetic() || b == b'_') {
        return false;
    }
    let mut place = 0;
    loop {
        place += run(text, place, |b| is_word(b) || b".$/-".contains(&b));
        let mut end = place;
        if at(text, end) == Some(b'[') {
            let inside = run(text, end + 1, |b| is_word(b) || b == b'.' || b == b'-');
            if at(text, end + 1 + inside) == Some(b']') {
                end += inside + 2;
            }
        }
        let colon = end + blanks(text, end);
        if at(text, colon) == Some(b':') && closes(text, colon + 1) {
            return true;
        }
        if at(text, place) != Some(b':') {
            return false;
        }
        place += 1;
    }
}

/// `name - `
fn before_dash(text: &str) -> bool {
    let name = run(text, 0, |b| is_word(b) || b".$-".contains(&b));
    let dash = name + blanks(text, name);
    name > 0 && dash > name && dash_end(text, dash).is_some_and(|end| blank_at(text, end))
}

/// What is glued to the end of a field: a closing bracket, a colon or a comma.
pub(crate) fn glued(text: &str) -> &str {
    let close = run(text, 0, |b| b"])}>".contains(&b)).min(1);
    let padding = blanks(text, close);
    let mut end = close;
    if padding <= 6 && at(text, close + padding) == Some(b':') && blank_at(text, close + padding + 1) {
        end = close + padding + 1;
    } else if at(text, close).is_some_and(|b| b":,".contains(&b)) {
        end = close + 1;
    }
    &text[..end]
}

/// The length of a separator with the blanks around it; nothing where there is none.
pub(crate) fn separator(text: &str) -> Option<(usize, &str)> {
    let begin = blanks(text, 0);
    let mut end = begin;
    let mut count = 0;
    while count < 3 {
        match text[end..].chars().next() {
            Some(sign) if "-\u{2013}\u{2014}|:;,>".contains(sign) => end += sign.len_utf8(),
            _ => break,
        }
        count += 1;
    }
    let fits =
        |end: usize| at(text, end).is_none_or(|b| is_blank(b) || b == b'[' || b.is_ascii_alphanumeric());
    // As many signs as leave something that may follow.
    while count > 0 && !fits(end) {
        let sign = text[begin..end].chars().next_back()?;
        end -= sign.len_utf8();
        count -= 1;
    }
    if count == 0 {
        end = begin + usize::from(at(text, begin) == Some(b']'));
        if end == begin || !fits(end) {
            return None;
        }
    }
    Some((end + blanks(text, end), &text[begin..end]))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn value(shape: FieldShape, text: &str) -> Option<(&str, &str)> {
        let found = read(&shape, &[], text)?;
        Some((&text[found.value], &text[found.end..]))
    }

    #[test]
    fn fields_end_where_they_should() {
        for (shape, text, expected) in [
            (FieldShape::NamePid, "sshd[12]: check", Some(("sshd", " check"))),
            (FieldShape::NamePid, "syslogd 1.4.1: restart", Some(("syslogd 1.4.1", " restart"))),
            (FieldShape::NamePid, "launchd[1] (job[33]): out", Some(("launchd", " out"))),
            (FieldShape::NamePid, "ERROR[1]: x", None),
            (FieldShape::NameColon, "a::b: x", Some(("a::b", " x"))),
            (FieldShape::NameColon, "o.s.Boot     : x", Some(("o.s.Boot", " x"))),
            (FieldShape::NameColon, "opened cart: x", None),
            (FieldShape::NameDash, "shop.cart - x", Some(("shop.cart", "x"))),
            (FieldShape::Dotted, "a.b.C x", Some(("a.b.C", "x"))),
            (FieldShape::Dotted, "word x", None),
            (FieldShape::Host, "web-1 sshd[3]: x", Some(("web-1", "sshd[3]: x"))),
            (FieldShape::Host, "Backup started", None),
            (FieldShape::Bracket, "[a [b] c] x", Some(("a [b] c", " x"))),
            (FieldShape::Parenthesis, "(main) x", Some(("main", " x"))),
            (FieldShape::Number, "12 [main] x", Some(("12", "[main] x"))),
            (FieldShape::Number, "12 carts", None),
            (FieldShape::Lead, "f3a9 shop: x", Some(("f3a9", " shop: x"))),
            (FieldShape::Until("|".into()), "a  | x", Some(("a", " x"))),
            (FieldShape::Request, "\"GET / HTTP/1.1\" 200 1", Some(("GET / HTTP/1.1", " 200 1"))),
            (FieldShape::Uptime, "[   12.345] x", Some(("12.345", "x"))),
        ] {
            assert_eq!(value(shape.clone(), text), expected, "{shape:?} of {text}");
        }
    }

    #[test]
    fn separators_are_whole() {
        for (text, length) in [(" - x", 3), (" | [a]", 3), (":x", 1), ("] x", 2), ("--- x", 4)] {
            assert_eq!(separator(text).map(|(end, _)| end), Some(length), "{text}");
        }
        assert_eq!(separator("x - y"), None);
        assert_eq!(separator("-\u{e9}"), None);
    }
}
