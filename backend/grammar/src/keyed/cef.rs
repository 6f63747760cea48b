//! ArcSight's Common Event Format and IBM's LEEF: a header of fields between `|`, then `key=value` pairs whose values
//! may have blanks in them. A syslog header may stand before them.

use super::{
    apply::Plan,
    row::{Row, Value},
};
use crate::{draft::Draft, time};
use std::{borrow::Cow, sync::LazyLock};
use trainyard_types::grammar::{Roles, Scale, TimePath};

/// What stands before the format's name.
const BEFORE: &str = "before";

/// The fields of a CEF or LEEF record: of the header `version`, `device_vendor`, `device_product`, `device_version`,
/// `signature`, `name` and `severity`, then the extensions under their own names; `before` is what stands before.
pub fn cef_row(text: &str) -> Option<Row<'_>> {
    let (at, leef) = start(text)?;
    let mut row = Row::new();
    let before = text[..at].trim();
    if !before.is_empty() {
        row.push((Cow::Borrowed(BEFORE), Value::Text(Cow::Borrowed(before))));
    }
    let rest = text[at..].split_once(':')?.1.trim_start();
    let rest = rest.trim_end_matches(['\r', '\n']);
    if leef {
        leef_fields(rest, &mut row)?
    } else {
        cef_fields(rest, &mut row)?
    }
    Some(row)
}

/// Which fields of [`cef_row`] play which role.
pub fn cef_roles() -> Roles {
    let list = |names: &str| names.split(' ').map(str::to_owned).collect::<Vec<_>>();
    let times = list("rt deviceReceiptTime devTime end start eventtime timestamp _time art");
    Roles {
        time: times.into_iter().map(TimePath::One).collect(),
        level: list("severity sev"),
        message: list("msg message reason name"),
        process: list("deviceProcessName sproc device_product"),
        host: list("dvchost deviceHostName dhost identHostName dvc"),
        pid: list("dvcpid spid"),
        id: list("externalId"),
        scale: Some(Scale::Cef),
        ..Roles::default()
    }
}

/// Reads CEF and LEEF records: roles as [`cef_roles`] unless others are given, time and host from the header before
/// when the record has none.
#[derive(Clone, Debug)]
pub struct CefReader {
    plan: Plan,
}

impl Default for CefReader {
    fn default() -> Self {
        Self::new(&cef_roles())
    }
}

impl CefReader {
    pub fn new(roles: &Roles) -> Self {
        Self { plan: Plan::new(roles) }
    }

    pub fn read<'a>(&self, text: &'a str) -> Option<Draft<'a>> {
        let row = cef_row(text)?;
        let mut draft = self.plan.apply(row, text);
        if (draft.time.is_none() || draft.host.is_none())
            && let Some((at, _)) = start(text)
        {
            let (time, host) = header(&text[..at]);
            draft.time = draft.time.or(time);
            draft.host = draft.host.or(host.map(Cow::Borrowed));
        }
        Some(draft)
    }
}

/// The draft of a CEF or LEEF record under the roles that its fields have by themselves.
pub fn cef(text: &str) -> Option<Draft<'_>> {
    static READER: LazyLock<CefReader> = LazyLock::new(CefReader::default);
    READER.read(text)
}

/// Where the format's name begins, and whether it is LEEF.
fn start(text: &str) -> Option<(usize, bool)> {
    let bytes = text.as_bytes();
    memchr::memmem::find_iter(bytes, "EF:").find_map(|found| {
        let after = bytes.get(found + 3..)?;
        let digit = after.iter().find(|byte| **byte != b' ')?.is_ascii_digit();
        let (at, leef) = match bytes.get(..found)? {
            [.., b'L', b'E'] => (found - 2, true),
            [.., b'C'] => (found - 1, false),
            _ => return None,
        };
        let alone = at == 0 || !bytes[at - 1].is_ascii_alphanumeric();
        (digit && alone && after.contains(&b'|')).then_some((at, leef))
    })
}

/// The time that a syslog header begins with, and the host's name after it.
fn header(before: &str) -> (Option<time::Raw>, Option<&str>) {
    let before = before.trim();
    let before = match before.strip_prefix('<').and_then(|rest| rest.split_once('>')) {
        Some((digits, rest)) if digits.bytes().all(|byte| byte.is_ascii_digit()) => rest.trim_start(),
        _ => before,
    };
    let before = before.strip_prefix("1 ").unwrap_or(before);
    let mut ends: Vec<usize> = before.match_indices(' ').map(|(at, _)| at).take(6).collect();
    ends.push(before.len());
    for end in ends.into_iter().rev() {
        if let Some(found) = time::value(&before[..end]).filter(time::Raw::has_clock) {
            let host = before[end..].split_ascii_whitespace().next();
            return (Some(found), host.filter(|host| !host.ends_with(':')));
        }
    }
    (None, None)
}

/// The next field before a `|` that no backslash escapes, and what is after it.
fn field(text: &str) -> Option<(Cow<'_, str>, &str)> {
    let mut at = 0;
    let mut escaped = false;
    loop {
        at += memchr::memchr2(b'|', b'\\', &text.as_bytes()[at..])?;
        if text.as_bytes()[at] == b'|' {
            break;
        }
        escaped = true;
        at += 1 + usize::from(text.as_bytes().get(at + 1).is_some_and(u8::is_ascii));
        if at > text.len() {
            return None;
        }
    }
    let inner = text[..at].trim();
    Some((if escaped { unescaped(inner).into() } else { inner.into() }, &text[at + 1..]))
}

fn unescaped(text: &str) -> String {
    let mut plain = String::with_capacity(text.len());
    let mut characters = text.chars();
    while let Some(character) = characters.next() {
        match character {
            '\\' => match characters.next() {
                Some('n') => plain.push('\n'),
                Some('r') => plain.push('\r'),
                Some(other) => plain.push(other),
                None => plain.push('\\'),
            },
            other => plain.push(other),
        }
    }
    plain
}

fn cef_fields<'a>(mut rest: &'a str, row: &mut Row<'a>) -> Option<()> {
    let names =
        ["version", "device_vendor", "device_product", "device_version", "signature", "name", "severity"];
    for name in names {
        match field(rest) {
            Some((value, after)) => {
                row.push((Cow::Borrowed(name), Value::Text(value)));
                rest = after;
            }
            // Without extensions the last `|` may be missing.
            None if name == "severity" && !rest.trim().is_empty() => {
                row.push((Cow::Borrowed(name), Value::Text(Cow::Borrowed(rest.trim()))));
                rest = "";
            }
            None => return None,
        }
    }
    let keys = extension_keys(rest);
    for (at, (start, equals)) in keys.iter().enumerate() {
        let end = keys.get(at + 1).map_or(rest.len(), |(next, _)| *next);
        let value = rest[equals + 1..end].trim();
        let value = if value.contains('\\') { unescaped(value).into() } else { Cow::Borrowed(value) };
        row.push((Cow::Borrowed(&rest[*start..*equals]), Value::Text(value)));
    }
    labelled(row);
    Some(())
}

/// Where keys begin and where their `=` is: a word at the start or after a blank.
fn extension_keys(text: &str) -> Vec<(usize, usize)> {
    let bytes = text.as_bytes();
    let mut keys = Vec::new();
    for equals in memchr::memchr_iter(b'=', bytes) {
        let key =
            |byte: &u8| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'.' | b'[' | b']' | b'-');
        let length = bytes[..equals].iter().rev().take_while(|byte| key(byte)).count();
        let start = equals - length;
        if length > 0 && (start == 0 || bytes[start - 1].is_ascii_whitespace()) {
            keys.push((start, equals));
        }
    }
    keys
}

/// Custom fields come with their labels: `cs1=web cs1Label=Policy` is `Policy`, too.
fn labelled(row: &mut Row<'_>) {
    let mut more = Vec::new();
    for (key, label) in row.iter() {
        if let Some(base) = key.strip_suffix("Label")
            && let Value::Text(label) = label
            && let Some((_, value)) = row.iter().find(|(known, _)| known == base)
            && !label.is_empty()
        {
            more.push((label.clone(), value.clone()));
        }
    }
    row.extend(more);
}

fn leef_fields<'a>(mut rest: &'a str, row: &mut Row<'a>) -> Option<()> {
    for name in ["version", "device_vendor", "device_product", "device_version", "name"] {
        match field(rest) {
            Some((value, after)) => {
                row.push((Cow::Borrowed(name), Value::Text(value)));
                rest = after;
            }
            None if name == "name" && !rest.trim().is_empty() => {
                row.push((Cow::Borrowed(name), Value::Text(Cow::Borrowed(rest.trim()))));
                rest = "";
            }
            None => return None,
        }
    }
    // LEEF 2 may say what its delimiter is: a sign or `x09`.
    let mut delimiter = '\t';
    if let Some((sign, after)) = rest.split_once('|')
        && !sign.contains('=')
        && sign.len() <= 4
    {
        let hexadecimal = sign.trim_start_matches('0').strip_prefix('x');
        let code =
            hexadecimal.and_then(|digits| u32::from_str_radix(digits, 16).ok().and_then(char::from_u32));
        delimiter = code.or(sign.chars().next()).unwrap_or('\t');
        rest = after;
    } else if !rest.contains('\t') && rest.contains('^') {
        delimiter = '^';
    }
    if !rest.contains(delimiter) && rest.matches('=').count() > 1 {
        let keys = extension_keys(rest);
        for (at, (start, equals)) in keys.iter().enumerate() {
            let end = keys.get(at + 1).map_or(rest.len(), |(next, _)| *next);
            row.push((
                Cow::Borrowed(&rest[*start..*equals]),
                Value::Text(Cow::Borrowed(rest[equals + 1..end].trim())),
            ));
        }
        return Some(());
    }
    for pair in rest.split(delimiter) {
        if let Some((key, value)) = pair.split_once('=') {
            row.push((Cow::Borrowed(key.trim()), Value::Text(Cow::Borrowed(value.trim()))));
        }
    }
    Some(())
}

#[cfg(test)]
mod tests;
