//! Lines cut by regular expressions with named groups: the presets', a user's own, and those that a pattern of
//! the simple language stands for.
//!
//! The language: `<name>` is a field, `<*>` and `<_>` a part that is passed over and may be empty, `(…)?` a part that may
//! be missing, `\` takes the next character as it is, a space stands for a run of white space, and everything else stands
//! for itself. White space around a level or a pid is passed over: `[<level>]` reads `[INFO ]`.

use crate::{draft::Draft, level, read::excerpt, time};
use regex::{Captures, Regex, RegexBuilder};
use std::borrow::Cow;

/// ISO 8601 and its kin with a time.
const ISO: &str = r"[0-9]{4}[-/.][0-9]{2}[-/.][0-9]{2}[T _-][0-9]{2}:[0-9]{2}:[0-9]{2}(?:[.,][0-9]+)?(?: ?(?:Z|[+-][0-9]{2}:?[0-9]{2})|Z)?";
/// `Jul  1 09:00:55`, also with a year.
const BSD: &str = r"[A-Za-z]{3} +[0-9]{1,2} +(?:[0-9]{4} )?[0-9]{2}:[0-9]{2}:[0-9]{2}(?:[.,][0-9]+)?";
/// `Sun Dec 04 04:47:44 2005`.
const CTIME: &str = r"[A-Za-z]{3} +[A-Za-z]{3} +[0-9]{1,2} +[0-9]{2}:[0-9]{2}:[0-9]{2}(?:[.,][0-9]+)? (?:(?:UTC|GMT) )?[0-9]{4}";
/// The forms that are only looked for where a timestamp is asked for.
const OTHER: &str = r"[0-9]{1,2}/[A-Za-z]{3}/[0-9]{4}[: ][0-9:.,]*[0-9](?: [+-][0-9]{4})?|[0-9]{1,2}[- ][A-Za-z]{3}[- ][0-9]{4} [0-9:.,]*[0-9]|[A-Za-z]{3}, [0-9]{2} [A-Za-z]{3} [0-9]{4} [0-9:.,]*[0-9](?: (?:GMT|UTC|[+-][0-9]{4}))?|[0-9]{4}-[0-9]{2}-[0-9]{2}-[0-9]{2}\.[0-9]{2}\.[0-9]{2}\.[0-9]+|[0-9]{8}[-T ][0-9:.,]*[0-9]Z?|[0-9]{1,4}[-/.][0-9]{1,2}(?:[-/.][0-9]{1,4})?[, ]+[0-9]{1,2}:[0-9:.,]*[0-9](?: ?[AaPp][Mm])?|[0-9]{6} [0-9]{6}|[0-9]{4} [0-9]{2}:[0-9:.]*[0-9]|[0-9]{9,19}(?:\.[0-9]+)?";
const LEVEL: &str = r"(?i:trace|debug|info|information|notice|warn|warning|err|error|crit|critical|fatal|severe|alert|emerg|emergency|panic|verbose|fine|finer|finest|config)";
const FACILITY: &str = r"(?:kern|user|mail|daemon|auth|syslog|lpr|news|uucp|cron|authpriv|ftp|local[0-7])";

/// White space within a line, and what words are made of.
const BLANK: &str = r"[ \t]";
const WORD: &str = r"[^ \t]";
const MESSAGE: &str = "(?P<message>.*)";
/// Bytes of a compiled expression.
const COMPILED: usize = 4 << 20;
/// Bytes of a pattern or an expression as it is written.
const WRITTEN: usize = 10_000;

/// The expressions of one format; the first that matches a line counts.
#[derive(Clone, Debug)]
pub(crate) struct LinePattern {
    expressions: Vec<Expression>,
    /// A time that cannot be read is a part of the message rather than a reason to reject.
    lenient: bool,
}

#[derive(Clone, Debug)]
struct Expression {
    regex: Regex,
    /// The meaning of each named group, by its number.
    groups: Vec<(usize, Group)>,
    /// What follows the match is the message: matched without looking at it.
    rest: bool,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Group {
    Timestamp,
    Host,
    Level,
    Process,
    Pid,
    Message,
    Id,
    Priority,
    Attribute(String),
}

/// Any known form of a timestamp, as a regular expression.
fn any_timestamp() -> String {
    format!("{ISO}|{CTIME}|{BSD}|{OTHER}")
}

/// An expression with what its names in braces stand for.
pub(crate) fn expand(expression: &str) -> String {
    let syslog = format!(
        "^(?:<(?P<priority>[0-9]{{1,3}})>)?(?P<timestamp>{ISO}|{CTIME}|{BSD}) *(?:{FACILITY}\\.(?P<level>[a-z0-9]+) |(?P<host>[^ ]*[^ :]) )?"
    );
    let text = expression
        .replace("{SYSLOG}", &syslog)
        .replace("{ANY}", &any_timestamp())
        .replace("{ISO}", ISO)
        .replace("{CTIME}", CTIME)
        .replace("{LEVEL}", LEVEL)
        .replace("{MESSAGE}", MESSAGE);
    format!("(?s){text}")
}

impl LinePattern {
    /// The error says what is wrong with which expression.
    pub(crate) fn new(expressions: &[String], lenient: bool) -> Result<Self, String> {
        let expressions = expressions.iter().map(|text| Expression::new(text)).collect::<Result<_, _>>()?;
        Ok(Self { expressions, lenient })
    }

    pub(crate) fn parse<'a>(&self, text: &'a str) -> Result<Draft<'a>, String> {
        for expression in &self.expressions {
            let Some(captures) = expression.regex.captures(text) else { continue };
            match expression.draft(text, &captures) {
                Err(_) if self.lenient => {}
                result => return result,
            }
        }
        Err(format!("the line does not match the format: `{}`", excerpt(text.as_bytes(), 60)))
    }
}

impl Expression {
    fn new(text: &str) -> Result<Self, String> {
        if text.len() > WRITTEN {
            return Err(format!("the expression is longer than {WRITTEN} bytes"));
        }
        // Within an alternative or a class, the suffix is not the last thing to match.
        let prefix = text.strip_suffix(MESSAGE).filter(|prefix| !has_alternative(prefix));
        let (regex, rest) = match prefix.and_then(|prefix| compile(prefix).ok()) {
            Some(regex) => (regex, true),
            None => (compile(text)?, false),
        };
        let groups: Vec<(usize, Group)> =
            regex.capture_names().enumerate().filter_map(|(at, name)| Some((at, Group::of(name?)))).collect();
        if groups.is_empty() && !rest {
            return Err("it names no field; write `(?P<message>.*)` for the message".into());
        }
        Ok(Self { regex, groups, rest })
    }

    fn draft<'a>(&self, text: &'a str, captures: &Captures<'a>) -> Result<Draft<'a>, String> {
        let end = captures.get(0).map_or(0, |whole| whole.end());
        let message = if self.rest { &text[end..] } else { text };
        let mut draft = Draft { message: Some(message.into()), ..Draft::default() };
        for (at, group) in &self.groups {
            let Some(found) = captures.get(*at).map(|found| found.as_str()) else { continue };
            let present = |text: &'a str| (!text.is_empty()).then_some(Cow::Borrowed(text));
            match group {
                Group::Timestamp => {
                    let unknown =
                        || format!("timestamp `{}` is in no known form", excerpt(found.as_bytes(), 60));
                    draft.time = Some(time::written(found).ok_or_else(unknown)?);
                }
                Group::Host => draft.host = present(found),
                Group::Level => draft.severity = level::severity(found).or(draft.severity),
                Group::Process => draft.process = present(found.trim()),
                Group::Pid => draft.pid = present(found),
                Group::Message => draft.message = Some(found.into()),
                Group::Id => draft.id = present(found),
                Group::Priority => {
                    let number: u8 =
                        found.parse().ok().filter(|n| *n <= 191).ok_or("the priority is above 191")?;
                    draft.severity = draft.severity.or(Some(number % 8));
                }
                Group::Attribute(name) => {
                    let value = serde_json::Value::from(found).to_string();
                    draft.attributes.push((Cow::Owned(name.clone()), value.into()));
                }
            }
        }
        Ok(draft)
    }
}

impl Group {
    fn of(name: &str) -> Self {
        match name {
            "timestamp" => Self::Timestamp,
            "host" => Self::Host,
            "level" => Self::Level,
            "process" => Self::Process,
            "pid" => Self::Pid,
            "message" => Self::Message,
            "id" => Self::Id,
            "priority" => Self::Priority,
            name => Self::Attribute(name.to_owned()),
        }
    }
}

/// Whether an alternative stands outside of all groups, so that a suffix belongs to the last one alone.
fn has_alternative(expression: &str) -> bool {
    let (mut depth, mut class, mut escaped) = (0usize, false, false);
    for byte in expression.bytes() {
        match byte {
            _ if escaped => escaped = false,
            b'\\' => escaped = true,
            b']' => class = false,
            _ if class => {}
            b'[' => class = true,
            b'(' => depth += 1,
            b')' => depth = depth.saturating_sub(1),
            b'|' if depth == 0 => return true,
            _ => {}
        }
    }
    false
}

fn compile(expression: &str) -> Result<Regex, String> {
    // The end of the text is no end of a line here, and a message may hold line breaks.
    let whole = format!("^(?:{expression})");
    RegexBuilder::new(&whole).dot_matches_new_line(true).size_limit(COMPILED).build().map_err(|_| {
        // Told of the expression as it was written.
        match RegexBuilder::new(expression).dot_matches_new_line(true).size_limit(COMPILED).build() {
            Err(error) => error.to_string(),
            Ok(_) => "the expression is not complete in itself".into(),
        }
    })
}

/// The regular expression that a pattern of the language stands for.
pub fn translate(pattern: &str) -> Result<String, String> {
    if pattern.len() > WRITTEN {
        return Err(format!("the pattern is longer than {WRITTEN} bytes"));
    }
    let mut expression = String::from("(?s)^");
    let mut names: Vec<&str> = Vec::new();
    let mut named = false;
    let mut open = Vec::new();
    let mut at = 0;
    while let Some(character) = pattern[at..].chars().next() {
        let column = pattern[..at].chars().count() + 1;
        let rest = &pattern[at..];
        at += character.len_utf8();
        match character {
            '<' if field_name(rest).is_some() => {
                let name = field_name(rest).unwrap_or_default();
                at += name.len() + 1;
                let ignored = matches!(name, "*" | "_");
                if !ignored && names.contains(&name) {
                    return Err(format!("`<{name}>` at column {column} stands there twice"));
                }
                names.push(name);
                named |= !ignored;
                if pattern[at..].starts_with('<') && field_name(&pattern[at..]).is_some() {
                    return Err(format!(
                        "nothing stands between `<{name}>` at column {column} and the next field"
                    ));
                }
                let what = class(name, pattern[at..].chars().next());
                expression.push_str(&match name {
                    "*" | "_" => format!("(?:{what})"),
                    "level" | "pid" => format!("{BLANK}*(?P<{name}>{what}){BLANK}*"),
                    _ => format!("(?P<{name}>{what})"),
                });
            }
            '(' if closes_optional(rest) => {
                open.push(column);
                expression.push_str("(?:");
            }
            ')' if !open.is_empty() && pattern[at..].starts_with('?') => {
                open.pop();
                at += 1;
                expression.push_str(")?");
            }
            '\\' => match pattern[at..].chars().next() {
                Some(next) => {
                    at += next.len_utf8();
                    expression.push_str(&regex::escape(next.encode_utf8(&mut [0; 4])));
                }
                None => return Err(format!("nothing follows the `\\` at column {column}")),
            },
            ' ' | '\t' => {
                at += pattern[at..].len() - pattern[at..].trim_start_matches([' ', '\t']).len();
                let passed_over = ["<*> ", "<_> "].iter().any(|word| pattern[at..].starts_with(word));
                // A line may end before its message.
                let last = pattern[at..] == *"<message>";
                expression.push_str(&match (passed_over, last) {
                    // When the word is missing, so is the white space on one of its sides.
                    (true, _) => {
                        at += 3;
                        format!("(?:{BLANK}+{WORD}+)?")
                    }
                    (false, true) => format!("(?:{BLANK}+|$)"),
                    (false, false) => format!("{BLANK}+"),
                });
            }
            other => expression.push_str(&regex::escape(other.encode_utf8(&mut [0; 4]))),
        }
    }
    if let Some(column) = open.first() {
        return Err(format!("the `(` at column {column} is not closed with `)?`"));
    }
    if !named {
        return Err("it names no field; write `<message>` for the message".into());
    }
    if !expression.ends_with(MESSAGE) {
        expression.push('$');
    }
    Ok(expression)
}

/// The name in `<name>` at the start of the text.
fn field_name(text: &str) -> Option<&str> {
    let name = text.strip_prefix('<')?.split_once('>')?.0;
    let word = name.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_')
        && name.len() <= 64
        && name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_');
    (word || name == "*").then_some(name)
}

/// Whether the parenthesis at the start of the text is closed with `)?`.
fn closes_optional(text: &str) -> bool {
    let bytes = text.as_bytes();
    let (mut depth, mut at) = (0usize, 0);
    while at < bytes.len() {
        match bytes[at] {
            b'\\' => at += 1,
            b'(' => depth += 1,
            b')' => {
                depth -= 1;
                if depth == 0 {
                    return bytes.get(at + 1) == Some(&b'?');
                }
            }
            _ => {}
        }
        at += 1;
    }
    false
}

/// What a field may hold, by its name and the character that follows it in the pattern.
fn class(name: &str, next: Option<char>) -> String {
    match (name, next) {
        ("timestamp", _) => any_timestamp(),
        ("level", _) => "[A-Za-z]+|[0-7]".into(),
        ("pid", _) => "[A-Za-z0-9.-]+".into(),
        (_, None) => ".*".into(),
        ("message", _) => ".*?".into(),
        ("*" | "_", Some(' ' | '\t')) => format!("{WORD}*"),
        ("*" | "_", Some(_)) => ".*?".into(),
        (_, Some(' ' | '\t')) => format!("{WORD}+"),
        _ => ".+?".into(),
    }
}

#[cfg(test)]
mod tests;
