//! Envelopes: what containers, syslog and prefixes put around a text, peeled off a line.

use crate::draft::Draft;
use crate::time;
use std::borrow::Cow;
use trainyard_types::grammar::PrefixStyle;

/// What an envelope says, and what it holds.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Peeled<'a> {
    pub(crate) draft: Draft<'a>,
    pub(crate) text: &'a str,
    /// What lines of one source are told by.
    pub(crate) stream: Option<&'a str>,
    /// The text goes on in the next line of its stream.
    pub(crate) partial: bool,
}

fn word(text: &str) -> Option<(&str, &str)> {
    text.split_once(' ').filter(|(word, _)| !word.is_empty())
}

/// A full time with a zone, as envelopes write it.
fn stamp(text: &str) -> Option<time::Raw> {
    let digits = text.as_bytes();
    let dated = digits.len() >= 20 && digits[0].is_ascii_digit() && digits[4] == b'-' && digits[10] == b'T';
    let (raw, end) = time::read_at(text, 0, time::Form::Iso).filter(|_| dated)?;
    (end == text.len()).then_some(raw)
}

/// `2024-05-09T13:46:13.1Z stdout F text`
pub(crate) fn cri(line: &str) -> Option<Peeled<'_>> {
    let (time, rest) = word(line)?;
    let (stream, rest) = word(rest).filter(|(stream, _)| matches!(*stream, "stdout" | "stderr"))?;
    let (flag, text) = rest.split_once(' ').unwrap_or((rest, ""));
    let mut tags = flag.split(':');
    let partial = match tags.next()? {
        "P" => true,
        "F" => false,
        _ => return None,
    };
    let draft = Draft { time: Some(stamp(time)?), ..Draft::default() };
    Some(Peeled { draft, text, stream: Some(stream), partial })
}

/// `<34>`, also after the length that RFC 6587 puts before it.
fn priority_of(line: &str) -> Option<(u8, &str)> {
    let digits = line.bytes().take_while(u8::is_ascii_digit).count();
    let line = if digits > 0 { line[digits..].strip_prefix(' ')? } else { line };
    let (number, rest) = line.strip_prefix('<')?.split_once('>')?;
    let plain = (1..=3).contains(&number.len()) && number.bytes().all(|b| b.is_ascii_digit());
    Some((number.parse::<u8>().ok().filter(|number| plain && *number <= 191)?, rest))
}

/// `<34>text`
pub(crate) fn priority(line: &str) -> Option<Peeled<'_>> {
    let (number, text) = priority_of(line)?;
    let draft = Draft { severity: Some(number % 8), ..Draft::default() };
    Some(Peeled { draft, text, ..Peeled::default() })
}

/// `<34>1 2003-10-11T22:14:15.003Z host app pid id [data] text`
pub(crate) fn rfc5424(line: &str) -> Option<Peeled<'_>> {
    let (number, rest) = priority_of(line)?;
    let (version, rest) = word(rest)?;
    if !matches!(version.len(), 1 | 2) || !version.bytes().all(|b| b.is_ascii_digit()) {
        return None;
    }
    let (time, rest) = word(rest)?;
    let (host, rest) = word(rest)?;
    let (process, rest) = word(rest)?;
    let (pid, rest) = word(rest)?;
    let (_, rest) = word(rest)?;
    let end = structured_data(rest)?;
    let text = rest[end..].strip_prefix(' ').unwrap_or(&rest[end..]);
    let known = |text: &'_ str| text != "-";
    let time = if time == "-" { None } else { Some(stamp(time)?) };
    let mut draft = Draft { time, severity: Some(number % 8), ..Draft::default() };
    draft.host = Some(host).filter(|host| known(host)).map(Cow::Borrowed);
    draft.process = Some(process).filter(|process| known(process)).map(Cow::Borrowed);
    draft.pid = Some(pid).filter(|pid| known(pid)).map(Cow::Borrowed);
    Some(Peeled { draft, text: text.strip_prefix('\u{feff}').unwrap_or(text), ..Peeled::default() })
}

/// The length of structured data: `-`, or `[…]` elements whose quoted values may hold escaped `"`, `]` and `\`.
fn structured_data(text: &str) -> Option<usize> {
    let ends = |at: usize| text.len() == at || text.as_bytes()[at] == b' ';
    if text.starts_with('-') {
        return ends(1).then_some(1);
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
            b' ' if !inside && at > 0 => return Some(at),
            _ if !inside => return None,
            _ => {}
        }
    }
    (!inside && !text.is_empty()).then_some(text.len())
}

/// `name  | text`, `[pod/name/container] text`
pub(crate) fn prefix(line: &str, style: PrefixStyle) -> Option<Peeled<'_>> {
    let (stream, text) = match style {
        PrefixStyle::Pod => {
            let (name, text) = line.strip_prefix("[pod/")?.split_once("] ")?;
            if name.contains(']') {
                return None;
            }
            (name, text)
        }
        PrefixStyle::Compose => {
            let (name, text) = line.split_once('|')?;
            let text = text.strip_prefix(' ').or((text.is_empty()).then_some(""))?;
            let bare = name.trim_end_matches([' ', '\t']);
            let named = bare.len() < name.len()
                && bare.starts_with(|c: char| c.is_ascii_alphabetic())
                && bare.bytes().all(|b| b.is_ascii_alphanumeric() || b"_.-".contains(&b));
            if !named {
                return None;
            }
            (bare, text)
        }
    };
    let container = serde_json::Value::from(stream).to_string();
    let draft = Draft { attributes: vec![("container".into(), container.into())], ..Draft::default() };
    Some(Peeled { draft, text, stream: Some(stream), partial: false })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn envelopes_are_peeled() {
        let peeled = cri("2024-05-09T13:46:13.100000001Z stderr P part, ").unwrap();
        assert_eq!((peeled.text, peeled.stream, peeled.partial), ("part, ", Some("stderr"), true));
        assert!(peeled.draft.time.is_some());
        let line = r#"<165>1 2003-10-11T22:14:15.003Z host app - ID47 [a@1 b="x \" ] y"][c] text"#;
        let peeled = rfc5424(line).unwrap();
        assert_eq!((peeled.text, peeled.draft.severity), ("text", Some(5)));
        assert_eq!(
            (peeled.draft.host.as_deref(), peeled.draft.process.as_deref(), peeled.draft.pid),
            (Some("host"), Some("app"), None)
        );
        assert_eq!(rfc5424("<34>1 - - - - - -").unwrap().text, "");
        assert_eq!(priority("<13>Jun 1 x").unwrap().text, "Jun 1 x");
        assert_eq!(priority("<a>x"), None);
        assert_eq!(prefix("web-1  | hello | you", PrefixStyle::Compose).unwrap().text, "hello | you");
        assert_eq!(prefix("[pod/a-1/b] hello", PrefixStyle::Pod).unwrap().stream, Some("a-1/b"));
    }
}
