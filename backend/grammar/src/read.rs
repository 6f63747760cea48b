//! A grammar, applied: the text of a record to its fields. It looks at nothing but the text, so that records can be read
//! in any order, in parallel, anywhere.

mod nodes;

use crate::{
    bytes,
    draft::Draft,
    framing::{Start, Starts},
    time::Clock,
};
use nodes::Node;
use regex::{Regex, RegexBuilder};
use std::{borrow::Cow, sync::Arc};
use thiserror::Error;
use trainyard_types::grammar::{Continuation, Framing, GRAMMAR_VERSION, Grammar, Reader};

/// Characters of a rejected record that are kept.
pub const EXCERPT_CHARACTERS: usize = 200;
/// Readers within readers, at most.
const DEPTH: usize = 8;
/// Readers of a grammar, at most.
const READERS: usize = 200;

/// Fields, columns and forms of a layout, and expressions, at most.
const PARTS: usize = 100;
/// Paths and known values, at most.
const VALUES: usize = 2_000;
/// Bytes of the expression that records begin by, at most.
const START: usize = 10_000;

/// Why a grammar cannot be applied.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[error("{pointer}: {detail}")]
pub struct GrammarError {
    /// Where in the grammar, as a JSON pointer.
    pub pointer: String,
    pub detail: String,
}

impl GrammarError {
    pub(crate) fn new(pointer: impl Into<String>, detail: impl Into<String>) -> Self {
        Self { pointer: pointer.into(), detail: detail.into() }
    }
}

/// What a record says. Absent and empty texts are alike, except for the message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fields<'a> {
    /// Microseconds since 1970 UTC.
    pub timestamp: Option<i64>,
    pub host: Option<Cow<'a, str>>,
    /// 0 emergency … 7 debug.
    pub severity: Option<u8>,
    pub process: Option<Cow<'a, str>>,
    pub pid: Option<Cow<'a, str>>,
    pub message: Cow<'a, str>,
    /// Further named fields, as a JSON object.
    pub attributes: Option<String>,
    pub id: Option<Cow<'a, str>>,
}

/// A grammar that is ready to read.
#[derive(Clone, Debug)]
pub struct Applied {
    grammar: Arc<Grammar>,
    nodes: Arc<[Node]>,
    start: Option<Regex>,
    clock: Clock,
}

impl Applied {
    /// Times are understood by `clock` and what the grammar decides.
    ///
    /// # Errors
    /// When the grammar is of a newer version, or holds what cannot be read.
    pub fn new(grammar: Arc<Grammar>, clock: &Clock) -> Result<Self, GrammarError> {
        if grammar.version > GRAMMAR_VERSION || grammar.version == 0 {
            let detail = format!(
                "the grammar's version is {}, and this program reads up to {GRAMMAR_VERSION}: use a newer one",
                grammar.version
            );
            return Err(GrammarError::new("/version", detail));
        }
        let mut count = 0;
        measure(&grammar.readers, 1, &mut count, "/readers")?;
        let nodes = nodes::compile(&grammar.readers, &grammar.framing, "/readers")?;
        let start = match &grammar.multiline {
            Continuation::Start { start } => {
                if start.len() > START {
                    let detail = format!("the expression is longer than {START} bytes");
                    return Err(GrammarError::new("/multiline/start", detail));
                }
                let compiled = RegexBuilder::new(start).size_limit(1 << 20).build();
                Some(compiled.map_err(|error| GrammarError::new("/multiline/start", error.to_string()))?)
            }
            _ => None,
        };
        let clock = (*clock).with(&grammar.clock);
        Ok(Self { grammar, nodes: nodes.into(), start, clock })
    }

    pub fn grammar(&self) -> &Arc<Grammar> {
        &self.grammar
    }

    pub fn clock(&self) -> &Clock {
        &self.clock
    }

    /// Whether lines may be joined, so that [`Starts`] is to be asked.
    pub fn joins(&self) -> bool {
        self.grammar.framing == Framing::Lines && self.grammar.multiline != Continuation::Off
    }

    /// Reads a record; the error is the reason for rejecting it. `line` is where it begins.
    ///
    /// # Errors
    /// When no reader fits.
    pub fn read<'a>(&self, text: &'a str, line: u64) -> Result<Fields<'a>, String> {
        let draft = self.draft(text, line)?;
        Ok(finish(draft, &self.clock))
    }

    /// As [`Applied::read`], before times are understood.
    ///
    /// # Errors
    /// When no reader fits.
    pub fn draft<'a>(&self, text: &'a str, line: u64) -> Result<Draft<'a>, String> {
        let lines = self.grammar.framing == Framing::Lines;
        match nodes::read(&self.nodes, text, lines, line) {
            Some(read) => read,
            None => Err(format!("no reader of the format fits: `{}`", excerpt(text.as_bytes(), 60))),
        }
    }
}

/// A grammar of few readers; hostile ones are refused before they are compiled.
fn measure(readers: &[Reader], depth: usize, count: &mut usize, pointer: &str) -> Result<(), GrammarError> {
    *count += readers.len();
    if *count > READERS {
        return Err(GrammarError::new(pointer, format!("the grammar has more than {READERS} readers")));
    }
    if depth > DEPTH && !readers.is_empty() {
        return Err(GrammarError::new(
            pointer,
            format!("readers stand within each other more than {DEPTH} deep"),
        ));
    }
    for (at, reader) in readers.iter().enumerate() {
        if let Some((part, most)) = oversized(reader) {
            return Err(GrammarError::new(
                format!("{pointer}/{at}/{part}"),
                format!("it holds more than {most}"),
            ));
        }
        if let Some(within) = within(reader) {
            measure(within, depth + 1, count, &format!("{pointer}/{at}/within"))?;
        }
    }
    Ok(())
}

/// A part of a reader that holds more than any log needs, and how much that is.
fn oversized(reader: &Reader) -> Option<(&'static str, usize)> {
    let over = |count: usize, part, most| (count > most).then_some((part, most));
    match reader {
        Reader::Line(layout) => over(layout.header.len(), "header", PARTS)
            .or_else(|| over(layout.columns.len(), "columns", PARTS))
            .or_else(|| over(layout.sparse.len(), "sparse", PARTS))
            .or_else(|| over(layout.time.as_ref().map_or(0, |time| time.forms.len()), "time/forms", PARTS))
            .or_else(|| over(layout.header.iter().map(|field| field.values.len()).sum(), "header", VALUES)),
        Reader::Json(keyed)
        | Reader::Logfmt(keyed)
        | Reader::Cells(keyed)
        | Reader::Xml(keyed)
        | Reader::Block(keyed) => {
            let roles = &keyed.roles;
            let lists = [&roles.level, &roles.message, &roles.process, &roles.host, &roles.pid, &roles.id];
            let paths = lists.iter().map(|list| list.len()).sum::<usize>()
                + roles.time.len()
                + roles.attributes.len();
            over(paths, "roles", VALUES)
        }
        Reader::Expression(expressions) => over(expressions.expressions.len(), "expressions", PARTS),
        Reader::Cri { .. }
        | Reader::Rfc5424 { .. }
        | Reader::Priority { .. }
        | Reader::Prefix { .. }
        | Reader::Cef => None,
    }
}

/// The readers within a reader.
pub(crate) fn within(reader: &Reader) -> Option<&[Reader]> {
    match reader {
        Reader::Cri { within }
        | Reader::Rfc5424 { within }
        | Reader::Priority { within }
        | Reader::Prefix { within, .. } => Some(within),
        Reader::Json(keyed)
        | Reader::Logfmt(keyed)
        | Reader::Cells(keyed)
        | Reader::Xml(keyed)
        | Reader::Block(keyed) => Some(&keyed.within),
        Reader::Line(layout) => Some(&layout.within),
        Reader::Cef | Reader::Expression(_) => None,
    }
}

impl Starts for Applied {
    fn start<'a>(&self, line: &'a [u8]) -> Start<'a> {
        if let Some(start) = &self.start {
            let begins = start.is_match(&bytes::clean(line).text);
            return Start { begins, stream: None, partial: false };
        }
        nodes::start(&self.nodes, line, self.grammar.multiline == Continuation::Traces)
    }
}

/// The fields of a draft.
fn finish<'a>(draft: Draft<'a>, clock: &Clock) -> Fields<'a> {
    let text = |text: Option<Cow<'a, str>>| text.filter(|text| !text.is_empty());
    let mut attributes = String::new();
    for (name, value) in &draft.attributes {
        attributes.push(if attributes.is_empty() { '{' } else { ',' });
        quote(&mut attributes, name);
        attributes.push(':');
        attributes.push_str(value);
    }
    let attributes = (!attributes.is_empty()).then(|| attributes + "}");
    Fields {
        timestamp: draft.time.and_then(|raw| clock.instant(&raw)),
        host: text(draft.host),
        severity: draft.severity,
        process: text(draft.process),
        pid: text(draft.pid),
        message: draft.message.unwrap_or_default(),
        attributes,
        id: text(draft.id),
    }
}

fn quote(text: &mut String, value: &str) {
    if value.bytes().any(|b| b == b'"' || b == b'\\' || b < 0x20) {
        text.push_str(&serde_json::Value::from(value).to_string());
    } else {
        text.push('"');
        text.push_str(value);
        text.push('"');
    }
}

/// The first characters of a record: readable, with control characters and broken UTF-8 replaced.
pub fn excerpt(bytes: &[u8], characters: usize) -> String {
    let head = &bytes[..bytes.len().min(characters * 4)];
    let plain = &head[..head.len().min(characters)];
    if plain.iter().all(|byte| matches!(byte, b' '..=b'~' | b'\t')) {
        return String::from_utf8_lossy(plain).into_owned();
    }
    String::from_utf8_lossy(head)
        .chars()
        .take(characters)
        .map(|c| if c.is_control() && c != '\t' { '\u{fffd}' } else { c })
        .collect()
}
