//! A line layout, applied: time and level at their places, then one field of the header after the other; the rest is
//! the message.

use super::{
    classify,
    place::{Found, Place},
    shape,
    style::{self, Style},
    token::{Tokens, floor, trim},
};
use crate::{draft::Draft, level};
use std::{borrow::Cow, ops::Range};
use trainyard_types::grammar::{
    Column, ColumnPlace, FieldRole, FieldShape, LetterCase, LevelKind, LevelPlace, LineLayout, LineStart,
    Side,
};

/// Bytes after a time in which a bracket around time and header closes.
const BLOCK: usize = 160;

/// A [`LineLayout`] that is ready to read lines.
#[derive(Clone, Debug)]
pub(crate) struct Layout {
    pub(crate) spec: LineLayout,
    place: Option<Place>,
}

/// What a layout makes of a line.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Line<'a> {
    pub(crate) draft: Draft<'a>,
    /// Where the message is in the line.
    pub(crate) message: Range<usize>,
    /// Fields of the header that are not there, a level among them.
    pub(crate) missing: u32,
}

/// Where things are in a line while it is read.
pub(crate) struct Marks {
    pub(crate) time: Range<usize>,
    /// Where the header goes on after time and level.
    pub(crate) start: usize,
    /// Where a block around time and header ends.
    pub(crate) block: Option<usize>,
    pub(crate) level: Option<(Range<usize>, Option<u8>)>,
    /// A level at the line's end begins here.
    pub(crate) cut: Option<usize>,
}

impl Layout {
    /// The error says what cannot be read.
    pub(crate) fn new(spec: &LineLayout) -> Result<Self, String> {
        let place = spec.time.as_ref().map(Place::new).transpose()?;
        Ok(Self { spec: spec.clone(), place })
    }

    /// Whether a line begins a record of this layout.
    pub(crate) fn begins(&self, line: &str) -> bool {
        if let Some(place) = &self.place {
            return place.find(line).is_some();
        }
        match self.spec.start {
            LineStart::UnlessContinued => !is_continued(line),
            LineStart::UnlessTrace => !is_trace(line),
            LineStart::Level => {
                let at = self.spec.level.as_ref();
                !line.starts_with([' ', '\t'])
                    && at.is_some_and(|place| find_level(line, &(0..0), place).is_some())
            }
        }
    }

    /// Reads a line; nothing when it is none of this layout.
    pub(crate) fn read<'a>(&self, line: &'a str) -> Option<Line<'a>> {
        let found = match &self.place {
            Some(place) => Some(place.find(line)?),
            None => None,
        };
        let time = found.map_or(0..0, |found| found.start..found.end);
        let text = self.prepare(line, &time);
        let last = self.spec.time.as_ref().is_some_and(|place| place.trailing);
        let (marks, text) = self.marks(text, if last { 0..0 } else { time });
        let mut read = self.header(line, &text, &marks);
        read.draft.time = found.map(|Found { raw, .. }| raw);
        Some(read)
    }

    /// The line as its header is read: without a block's bracket, with tabs for delimiters; every byte stays where it is.
    fn prepare<'a>(&self, line: &'a str, time: &Range<usize>) -> Cow<'a, str> {
        match &self.spec.delimiter {
            Some(delimiter) => Cow::Owned(tabs(line, time, &delimiter.sign, delimiter.count as usize)),
            None => Cow::Borrowed(line),
        }
    }

    /// Finds what stands around the time, and the level.
    pub(crate) fn marks<'a>(&self, text: Cow<'a, str>, time: Range<usize>) -> (Marks, Cow<'a, str>) {
        let mut text = text;
        let (end, block) = around(&text, &time, self.spec.block);
        if let Some(close) = block {
            let mut owned = text.into_owned();
            owned.replace_range(close..close + 1, " ");
            text = Cow::Owned(owned);
        }
        let time = time.start..end;
        let level = self.spec.level.as_ref();
        let mut marks = Marks { start: time.end, time, block, level: None, cut: None };
        if let Some(place) = level {
            self.mark_level(&text, place, &mut marks);
        }
        if let Some(close) = block {
            marks.start = marks.start.max(close + 1);
        }
        (marks, text)
    }

    fn mark_level(&self, text: &str, place: &LevelPlace, marks: &mut Marks) {
        match find_level(text, &marks.time, place) {
            Some((_, severity, from)) if place.trailing => {
                let rest = &text[from.end..];
                if rest.trim_matches([' ', ']', ')', '|', ':', '.']).is_empty() {
                    marks.cut = Some(from.start);
                    marks.level = Some((from, Some(severity)));
                }
            }
            Some((end, severity, from)) => {
                if place.side == Side::After {
                    marks.start = end;
                }
                marks.level = Some((from, Some(severity)));
            }
            // A word as the level's, that is none we know.
            None if place.style.kind == LevelKind::Word && !place.trailing => {
                let Some(index) = place.index else { return };
                let (within, from) = match place.side {
                    Side::Before => (&text[..marks.time.start], 0),
                    Side::After => (text, marks.time.end),
                };
                let Some(token) = Tokens::new(within, from).nth(index as usize) else { return };
                if same_place(token.of(within), place) {
                    if place.side == Side::After {
                        marks.start = token.end;
                    }
                    marks.level = Some((token.start..token.end, None));
                }
            }
            None => {}
        }
    }

    /// Reads the header's fields.
    pub(crate) fn header<'a>(&self, line: &'a str, text: &str, marks: &Marks) -> Line<'a> {
        let mut draft =
            Draft { severity: marks.level.as_ref().and_then(|(_, level)| *level), ..Draft::default() };
        // A word at the level's place that is no level we know is kept.
        if let Some((place, None)) = &marks.level
            && let word = trim(&line[place.clone()])
            && !word.is_empty()
        {
            attribute(&mut draft, "level", word);
        }
        let mut missing = u32::from(self.spec.level.is_some() && draft.severity.is_none());
        let object = if self.spec.object {
            text[marks.time.end..].find('{').map(|at| marks.time.end + at)
        } else {
            None
        };
        let text = &text[..object.unwrap_or(text.len())];
        let mut start = marks.start.min(text.len());
        let mut message = None;
        for (index, field) in self.spec.header.iter().enumerate() {
            start += pass_over(&text[start..], field.glue, field.separators);
            if field.shape == FieldShape::Nothing {
                break;
            }
            let Some(read) = shape::read(&field.shape, &field.values, &text[start..]) else {
                missing += (self.spec.header.len() - index) as u32;
                break;
            };
            let value = start + read.value.start..start + read.value.end;
            if field.shape == FieldShape::Request {
                message = Some(value);
                let rest = line[start + read.end..].trim();
                if !rest.is_empty() {
                    attribute(&mut draft, "rest", rest);
                }
                break;
            }
            let role = self.column(ColumnPlace::Header, index).unwrap_or(&field.role);
            let text = line[value].trim();
            let named = matches!(role, FieldRole::Process | FieldRole::Pid | FieldRole::Id);
            let cell = matches!(field.shape, FieldShape::Until(_));
            play(&mut draft, role, if named && cell { trim(text) } else { text });
            if let Some(pid) = read.pid {
                draft.pid.get_or_insert(Cow::Borrowed(&line[start + pid.start..start + pid.end]));
            }
            start += read.end;
        }
        self.columns(line, text, marks, &mut draft);
        let end = marks.cut.unwrap_or(line.len());
        let message = match (message, object) {
            (Some(message), _) => message,
            (None, Some(object)) => object..line.len(),
            (None, None) => blankless(line, start.min(end)..end),
        };
        if draft.severity.is_none() && !self.spec.sparse.is_empty() {
            draft.severity = self.sparse(&line[message.clone()]);
        }
        Line { draft, message, missing }
    }

    fn sparse(&self, message: &str) -> Option<u8> {
        let (style, word) = style::sparse(message)?;
        let known = self.spec.sparse.iter().any(|known| Style::of(known) == style);
        level::word(word).filter(|_| known)
    }

    fn column(&self, place: ColumnPlace, index: usize) -> Option<&FieldRole> {
        let at = |column: &&Column| column.place == place && column.index as usize == index;
        self.spec.columns.iter().find(at).map(|column| &column.role)
    }

    /// The fields that are tokens before the time, and between it and the level.
    fn columns<'a>(&self, line: &'a str, text: &str, marks: &Marks, draft: &mut Draft<'a>) {
        let wanted = |place| self.spec.columns.iter().any(|column| column.place == place);
        if wanted(ColumnPlace::Before) {
            self.tokens(ColumnPlace::Before, line, text, 0..marks.time.start, marks, draft);
        }
        if wanted(ColumnPlace::Between) {
            self.tokens(ColumnPlace::Between, line, text, between(marks), marks, draft);
        }
        if let Some((level, _)) = &marks.level
            && let Some(role) = self.column(ColumnPlace::Level, 0)
            && let Some(name) = beside_level(&line[level.clone()])
        {
            play(draft, role, name);
        }
    }

    fn tokens<'a>(
        &self,
        place: ColumnPlace,
        line: &'a str,
        text: &str,
        range: Range<usize>,
        marks: &Marks,
        draft: &mut Draft<'a>,
    ) {
        for (index, token) in Tokens::new(&text[..range.end], range.start).take(8).enumerate() {
            let level =
                marks.level.as_ref().is_some_and(|(at, _)| (token.start..token.end).contains(&at.start));
            if let Some(role) = self.column(place, index).filter(|_| !level) {
                let value = &line[token.start..token.end];
                play(draft, role, if matches!(role, FieldRole::Attribute(_)) { value } else { trim(value) });
            }
        }
    }
}

/// Where tokens stand between time and level, or up to the end of a block.
pub(crate) fn between(marks: &Marks) -> Range<usize> {
    let from = marks.time.end;
    let end = match (&marks.level, marks.block) {
        (_, Some(block)) => block,
        (Some((level, _)), None) if level.start >= from && marks.cut.is_none() => level.start,
        _ => from,
    };
    from..end.max(from)
}

/// What the level's own token holds before it.
pub(crate) fn beside_level(token: &str) -> Option<&str> {
    let inside = token.trim_matches(|c| "[]<>():,;| ".contains(c));
    let (name, _) = inside.rsplit_once(['.', '/', ':', ' '])?;
    (!name.is_empty()).then_some(name)
}

/// Signs that separate columns become tabs: all before the time, and after it as many as are left of `count`.
pub(crate) fn tabs(line: &str, time: &Range<usize>, sign: &str, count: usize) -> String {
    let tab = format!("\t{}", " ".repeat(sign.len().saturating_sub(1)));
    let before = line[..time.start].matches(sign).count();
    let mut text = line[..time.start].replace(sign, &tab);
    text.push_str(&line[time.clone()]);
    text.push_str(&line[time.end..].replacen(sign, &tab, count.saturating_sub(before)));
    text
}

/// Where a time ends with the bracket that closes after it; and where one that opened before it closes after the header.
pub(crate) fn around(text: &str, time: &Range<usize>, block: bool) -> (usize, Option<usize>) {
    let Some(open) = text[..time.start].trim_end().chars().next_back() else { return (time.end, None) };
    if !matches!(open, '[' | '(' | '<' | '"' | '\'') {
        return (time.end, None);
    }
    let rest = &text[time.end..];
    let blank = rest.len() - rest.trim_start().len();
    if rest[blank..].starts_with([']', ')', '>', '"', '\'']) {
        return (time.end + blank + 1, None);
    }
    let close = match open {
        '[' => ']',
        '(' => ')',
        '<' => '>',
        _ => return (time.end, None),
    };
    if !block {
        return (time.end, None);
    }
    let reach = floor(rest, BLOCK);
    let at = rest[..reach].find(close).filter(|at| !rest[..*at].contains('['));
    (time.end, at.map(|at| time.end + at))
}

/// The level at its place: where the header goes on, the severity, and where its token is.
pub(crate) fn find_level(
    text: &str,
    time: &Range<usize>,
    place: &LevelPlace,
) -> Option<(usize, u8, Range<usize>)> {
    let style = Style::of(&place.style);
    if style.kind == LevelKind::Glued {
        let letter = text.chars().next().filter(|_| time.start == 1)?;
        return level::letter(letter).map(|severity| (time.end, severity, 0..1));
    }
    let (from, end) = match place.side {
        Side::Before => (0, time.start),
        Side::After => (time.end, text.len()),
    };
    let (token, severity) = style::find(text, from, end, place.index, style)?;
    let next = match style.kind {
        LevelKind::Stamp => text[token.start..].find(']').map_or(token.end, |at| token.start + at + 1),
        _ => token.end,
    };
    Some((next, severity, token.start..token.end))
}

/// Whether a token that is no known level stands there as levels do.
pub(crate) fn same_place(token: &str, place: &LevelPlace) -> bool {
    let word = trim(token);
    let letters = (3..=11).contains(&word.len());
    let style = &place.style;
    match style.case {
        Some(LetterCase::Upper) => letters && word.bytes().all(|b| b.is_ascii_uppercase()),
        Some(_) => false,
        None => {
            letters
                && word.bytes().all(|b| b.is_ascii_alphabetic())
                && (!style.left.is_empty() || !style.right.is_empty())
                && token.starts_with(style.left.as_str())
                && token.contains(style.right.as_str())
        }
    }
}

/// The length of what is passed over before a field.
pub(crate) fn pass_over(text: &str, glue: bool, separators: u32) -> usize {
    let passed = pass_over_signs(text, glue, separators);
    passed + (text[passed..].len() - text[passed..].trim_ascii_start().len())
}

/// As [`pass_over`], up to the last separator.
pub(crate) fn pass_over_signs(text: &str, glue: bool, separators: u32) -> usize {
    let cut = shape::glued(text);
    let mut passed = if glue || matches!(cut, ":" | ",") { cut.len() } else { 0 };
    for _ in 0..separators {
        match shape::separator(&text[passed..]) {
            Some((length, _)) => passed += length,
            None => break,
        }
    }
    passed
}

fn blankless(line: &str, range: Range<usize>) -> Range<usize> {
    let text = &line[range.clone()];
    let start = range.start + (text.len() - text.trim_start_matches([' ', '\t']).len());
    let end = range.end - (text.len() - text.trim_end_matches([' ', '\t']).len());
    start..end.max(start)
}

fn play<'a>(draft: &mut Draft<'a>, role: &FieldRole, value: &'a str) {
    if value.is_empty() {
        return;
    }
    match role {
        FieldRole::Host => drop(draft.host.get_or_insert(Cow::Borrowed(value))),
        FieldRole::Process => {
            let (name, pid) = numbered(value);
            draft.process.get_or_insert(Cow::Borrowed(name));
            if let Some(pid) = pid {
                draft.pid.get_or_insert(Cow::Borrowed(pid));
            }
        }
        FieldRole::Level => draft.severity = draft.severity.or_else(|| level::severity(trim(value))),
        FieldRole::Pid => drop(draft.pid.get_or_insert(Cow::Borrowed(value))),
        FieldRole::Id => drop(draft.id.get_or_insert(Cow::Borrowed(value))),
        FieldRole::Attribute(name) => {
            if classify::classify(value) != classify::Kind::Nothing {
                attribute(draft, name, value);
            }
        }
        FieldRole::Nothing => {}
    }
}

/// `name[12]`
fn numbered(value: &str) -> (&str, Option<&str>) {
    let split = value.strip_suffix(']').and_then(|open| open.split_once('['));
    match split {
        Some((name, number))
            if !name.is_empty() && !number.is_empty() && number.bytes().all(|b| b.is_ascii_digit()) =>
        {
            (name, Some(number))
        }
        _ => (value, None),
    }
}

fn attribute<'a>(draft: &mut Draft<'a>, name: &str, value: &str) {
    let text = serde_json::Value::from(value).to_string();
    draft.attributes.push((Cow::Owned(name.to_owned()), Cow::Owned(text)));
}

/// Whether a line looks like the continuation of another.
pub(crate) fn is_continued(line: &str) -> bool {
    if line.starts_with([' ', '\t']) {
        return !line.trim().is_empty();
    }
    const BEGINNINGS: [&str; 8] = [
        "Caused by:",
        "Suppressed:",
        "Traceback ",
        "}",
        ")",
        "During handling",
        "The above exception",
        "--- End of inner",
    ];
    let numbered = |before: &str| {
        line.strip_prefix(before).is_some_and(|rest| {
            let digits = rest.bytes().take_while(u8::is_ascii_digit).count();
            digits > 0 && (before != "#" && before != "... " || rest[digits..].starts_with(' '))
        })
    };
    BEGINNINGS.into_iter().any(|beginning| line.starts_with(beginning))
        || line.trim_end() == "]"
        || numbered("... ")
        || numbered("#")
        || numbered("goroutine ")
}

/// Whether a line is one of a stack trace.
pub(crate) fn is_trace(line: &str) -> bool {
    let inner = line.trim_start();
    let indented = inner.len() < line.len();
    (indented && (inner.starts_with("at ") || inner.starts_with("... ")))
        || line.starts_with("Caused by: ")
        || line.starts_with("Suppressed: ")
}

/// Indented, or as traces of Java, Python, JavaScript and .NET begin and end their lines.
pub(crate) fn looks_continued(line: &[u8]) -> bool {
    const BEGINNINGS: [&[u8]; 6] = [b"at ", b"Caused by:", b"Suppressed:", b"Traceback", b"... ", b"}"];
    match line.first() {
        Some(b' ' | b'\t') => true,
        Some(b'0'..=b'9' | b'<' | b'[') | None => false,
        Some(_) => BEGINNINGS.iter().any(|beginning| line.starts_with(beginning)) || names_error(line),
    }
}

/// `java.io.IOException: reason`, `ValueError`.
fn names_error(line: &[u8]) -> bool {
    let name = &line[..memchr::memchr2(b':', b' ', line).unwrap_or(line.len())];
    name.ends_with(b"Error") || name.ends_with(b"Exception")
}
