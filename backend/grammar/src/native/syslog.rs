//! Syslog lines. What is read, after an optional `<priority>`:
//! - RFC 5424: `1 2003-10-11T22:14:15.003Z host app procid msgid [structured data] message`
//! - RFC 3164: `Jun 14 15:16:01 host process[pid]: message`, also with a year or an ISO time, or without a host
//! - OpenWrt: `Tue Jul  1 09:00:55 2025 daemon.info process[pid]: message`
//!
//! A message without a recognisable tag has no process: nothing is guessed, and the line is kept.

use super::{present, unknown_timestamp};
use crate::{
    draft::Draft,
    level,
    read::excerpt,
    time::{self, Form, Raw},
};
use std::borrow::Cow;

/// The facilities' names as OpenWrt's `logread` writes them.
const FACILITIES: &[&str] = &[
    "kern", "user", "mail", "daemon", "auth", "syslog", "lpr", "news", "uucp", "cron", "authpriv", "ftp",
    "local0", "local1", "local2", "local3", "local4", "local5", "local6", "local7",
];

pub(super) fn read(text: &str) -> Result<Draft<'_>, String> {
    let (severity, rest) = match priority(text) {
        Some((severity, rest)) => (Some(severity), rest),
        None => (None, text),
    };
    if let Some(rest) = rest.strip_prefix("1 ")
        && let Some(fields) = rfc5424(rest, severity)
    {
        return fields;
    }
    let Some((timestamp, length)) = stamp(rest) else {
        return Err(format!(
            "the line does not begin with a syslog timestamp: `{}`",
            excerpt(rest.as_bytes(), 32)
        ));
    };
    // A comma, say, makes it a row of a table.
    let rest = &rest[length..];
    if !rest.is_empty() && !rest.starts_with([' ', ':']) {
        return Err(format!("the timestamp is not followed by a space: `{}`", excerpt(rest.as_bytes(), 32)));
    }
    let rest = rest.trim_start_matches(' ');
    let (word, after) = rest.split_once(' ').unwrap_or((rest, ""));
    let facility = word
        .split_once('.')
        .filter(|(facility, _)| FACILITIES.contains(facility))
        .and_then(|(_, name)| level::severity(name));
    let (host, severity, rest) = match facility {
        Some(found) => (None, severity.or(Some(found)), after),
        // A first word that is itself a tag: the line names no host.
        None if word.ends_with(':') => (None, severity, rest),
        None => (present(word), severity, after),
    };
    let (process, pid, message) = tag(rest);
    Ok(Draft {
        time: Some(timestamp),
        host,
        severity,
        process,
        pid,
        message: Some(message.into()),
        ..Draft::default()
    })
}

/// The time that a line begins with, and its length.
fn stamp(text: &str) -> Option<(Raw, usize)> {
    const DIGITS: &[Form] = &[Form::Iso];
    const LETTERS: &[Form] = &[Form::Ctime, Form::MonthDayYear, Form::MonthDay];
    let forms = if text.as_bytes().first()?.is_ascii_digit() { DIGITS } else { LETTERS };
    forms.iter().find_map(|form| time::read_at(text, 0, *form))
}

/// The severity of `<priority>`, and what follows it.
fn priority(text: &str) -> Option<(u8, &str)> {
    let (number, rest) = text.strip_prefix('<')?.split_once('>')?;
    let number = (number.len() <= 3).then(|| number.parse::<u8>().ok())?.filter(|n| *n <= 191)?;
    Some((number % 8, rest))
}

type Tagged<'a> = (Option<Cow<'a, str>>, Option<Cow<'a, str>>, &'a str);

/// Splits `process[pid]: message`. Words may belong to the process (`Google Chrome[41]:`) only before a pid or as a
/// version (`syslogd 1.4.1:`); what stands between the pid and the colon, as in macOS' `launchd[1] (job[33]):`, names
/// no process of its own and is passed over.
fn tag(text: &str) -> Tagged<'_> {
    let untagged = (None, None, text);
    let text = text.trim_start_matches(' ');
    let (head, message) = match text.split_once(": ") {
        Some(split) => split,
        None => match text.split_once(':') {
            Some((head, message)) if message.is_empty() || !head.contains(' ') => (head, message),
            _ => return untagged,
        },
    };
    if head.is_empty() || head.len() > 128 {
        return untagged;
    }
    let (name, pid) = match head.split_once('[') {
        Some((name, after)) => match after.split_once(']') {
            Some((pid, beyond)) if is_pid(pid) && (beyond.is_empty() || beyond.starts_with(" (")) => {
                (name, Some(pid))
            }
            _ => return untagged,
        },
        None => (head, None),
    };
    let words = name.split(' ').count();
    let versioned = name.rsplit_once(' ').is_some_and(|(first, version)| {
        !first.contains(' ') && version.bytes().all(|b| b.is_ascii_digit() || b == b'.')
    });
    if name.is_empty() || (words > 1 && !(pid.is_some() && words <= 4) && !versioned) {
        return untagged;
    }
    (present(name), pid.and_then(present), message)
}

fn is_pid(text: &str) -> bool {
    !text.is_empty()
        && text.len() <= 20
        && text.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-' || b == b'.')
}

/// What follows RFC 5424's version; nothing when the line is not of that form after all.
fn rfc5424(rest: &str, severity: Option<u8>) -> Option<Result<Draft<'_>, String>> {
    let mut parts = rest.splitn(6, ' ');
    let (stamp, host, process, pid, _id) =
        (parts.next()?, parts.next()?, parts.next()?, parts.next()?, parts.next()?);
    let message = structured_data_end(parts.next()?)?;
    if stamp == "-" {
        return Some(Err("timestamp is missing (`-`)".into()));
    }
    let Some(timestamp) = time::value(stamp) else {
        return Some(Err(unknown_timestamp(stamp)));
    };
    let known = |text| if text == "-" { None } else { present(text) };
    let message = message.strip_prefix('\u{feff}').unwrap_or(message);
    Some(Ok(Draft {
        time: Some(timestamp),
        host: known(host),
        severity,
        process: known(process),
        pid: known(pid),
        message: Some(message.into()),
        ..Draft::default()
    }))
}

/// The message after structured data (`-`, or `[…]` elements whose quoted values may hold escaped `"`, `]` and `\`).
fn structured_data_end(text: &str) -> Option<&str> {
    let end = |rest: &'_ str| rest.is_empty() || rest.starts_with(' ');
    if let Some(rest) = text.strip_prefix('-') {
        return end(rest).then(|| rest.strip_prefix(' ').unwrap_or(rest));
    }
    if !text.starts_with('[') {
        return None;
    }
    let (mut inside, mut quoted, mut escaped) = (false, false, false);
    for (at, byte) in text.bytes().enumerate() {
        match byte {
            _ if escaped => escaped = false,
            b'\\' if quoted => escaped = true,
            b'"' if inside => quoted = !quoted,
            _ if quoted => {}
            b'[' if !inside => inside = true,
            b']' if inside => inside = false,
            b' ' if !inside => return Some(&text[at + 1..]),
            _ if !inside => return None,
            _ => {}
        }
    }
    (!inside).then_some("")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{expression::LinePattern, presets};

    #[test]
    fn lines_are_read_as_the_expressions_read_them() {
        let pattern = LinePattern::new(presets::expressions("syslog").unwrap(), false).unwrap();
        for line in [
            "Tue Jul  1 09:00:55 2025 daemon.info hostapd: up",
            "Jul  1 2025 09:00:55 gw app[3]: up",
            "Jun 14 15:16:01 combo sshd[19939]: check pass; user unknown",
            "<13>2025-06-01T10:00:01Z web-1 app[3]: door 5 open",
            "<165>1 2003-10-11T22:14:15.003Z host app 7 ID47 [a b=\"c\"] hello",
        ] {
            let (own, by_expression) = (read(line).unwrap(), pattern.parse(line).unwrap());
            let said = |draft: &Draft<'_>| format!("{:?}", Draft { attributes: Vec::new(), ..draft.clone() });
            assert_eq!(said(&own), said(&by_expression), "{line}");
        }
    }
}
