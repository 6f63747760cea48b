//! Readers that are ready to read, and how one after the other is tried.

use super::GrammarError;
use crate::{
    bytes,
    draft::Draft,
    envelope::{self, Peeled},
    expression::LinePattern,
    framing::Start,
    keyed::{self, CellsReader, JsonReader, LogfmtReader},
    line::apply::{self, Layout},
    native::{self, Native},
};
use std::borrow::Cow;
use trainyard_types::grammar::{Framing, Keyed, PrefixStyle, Reader, Roles};

/// Bytes from which on Docker cuts a line in parts.
const PART: usize = 16_000;

#[derive(Clone, Debug)]
pub(super) enum Node {
    Envelope(Envelope, Vec<Node>),
    Json { reader: JsonReader, within: Vec<Node> },
    Logfmt { reader: LogfmtReader, within: Vec<Node> },
    Cef,
    Cells { reader: CellsReader, within: Vec<Node> },
    Xml { roles: Roles, within: Vec<Node> },
    Block { roles: Roles, within: Vec<Node> },
    Line { layout: Box<Layout>, within: Vec<Node> },
    Expression(LinePattern),
    Native(Native),
}

#[derive(Clone, Copy, Debug)]
pub(super) enum Envelope {
    Cri,
    Rfc5424,
    Priority,
    Prefix(PrefixStyle),
}

impl Envelope {
    fn peel(self, line: &str) -> Option<Peeled<'_>> {
        match self {
            Self::Cri => envelope::cri(line),
            Self::Rfc5424 => envelope::rfc5424(line),
            Self::Priority => envelope::priority(line),
            Self::Prefix(style) => envelope::prefix(line, style),
        }
    }
}

/// Makes readers ready.
pub(super) fn compile(
    readers: &[Reader],
    framing: &Framing,
    pointer: &str,
) -> Result<Vec<Node>, GrammarError> {
    let node = |(at, reader): (usize, &Reader)| {
        let pointer = format!("{pointer}/{at}");
        let inner = |within: &[Reader]| compile(within, framing, &format!("{pointer}/within"));
        Ok(match reader {
            Reader::Cri { within } => Node::Envelope(Envelope::Cri, inner(within)?),
            Reader::Rfc5424 { within } => Node::Envelope(Envelope::Rfc5424, inner(within)?),
            Reader::Priority { within } => Node::Envelope(Envelope::Priority, inner(within)?),
            Reader::Prefix { style, within } => Node::Envelope(Envelope::Prefix(*style), inner(within)?),
            Reader::Json(Keyed { roles, within }) => {
                Node::Json { reader: JsonReader::new(roles), within: inner(within)? }
            }
            Reader::Logfmt(Keyed { roles, within }) => {
                Node::Logfmt { reader: LogfmtReader::new(roles), within: inner(within)? }
            }
            Reader::Cef => Node::Cef,
            Reader::Cells(Keyed { roles, within }) => {
                Node::Cells { reader: cells(framing, roles), within: inner(within)? }
            }
            Reader::Xml(Keyed { roles, within }) => {
                Node::Xml { roles: roles.clone(), within: inner(within)? }
            }
            Reader::Block(Keyed { roles, within }) => {
                Node::Block { roles: roles.clone(), within: inner(within)? }
            }
            Reader::Line(layout) => {
                let compiled = Layout::new(layout)
                    .map_err(|detail| GrammarError::new(format!("{pointer}/time"), detail))?;
                Node::Line { layout: Box::new(compiled), within: inner(&layout.within)? }
            }
            Reader::Expression(expressions) => match native::of(&expressions.expressions) {
                Some(read) => Node::Native(read),
                None => {
                    let compiled = LinePattern::new(&expressions.expressions, expressions.lenient);
                    let wrong = |detail| GrammarError::new(format!("{pointer}/expressions"), detail);
                    Node::Expression(compiled.map_err(wrong)?)
                }
            },
        })
    };
    readers.iter().enumerate().map(node).collect()
}

fn cells(framing: &Framing, roles: &Roles) -> CellsReader {
    match framing {
        Framing::Table { delimiter, columns, .. } => CellsReader::new(*delimiter, columns, roles),
        _ => CellsReader::directives(roles),
    }
}

/// Reads a text by the first node that fits; nothing when none does. `lines` says that further lines of it were joined.
pub(super) fn read<'a>(
    nodes: &[Node],
    text: &'a str,
    lines: bool,
    line: u64,
) -> Option<Result<Draft<'a>, String>> {
    let mut best: Option<(u32, Draft<'a>)> = None;
    for node in nodes {
        match node {
            Node::Line { layout, within } => {
                if let Some((missing, draft)) = read_line(layout, within, text)
                    && best.as_ref().is_none_or(|(least, _)| missing < *least)
                {
                    if missing == 0 {
                        return Some(Ok(draft));
                    }
                    best = Some((missing, draft));
                }
            }
            _ if best.is_some() => break,
            node => {
                if let Some(read) = node.read(text, lines, line) {
                    return Some(read);
                }
            }
        }
    }
    best.map(|(_, draft)| Ok(draft))
}

impl Node {
    fn read<'a>(&self, text: &'a str, lines: bool, line: u64) -> Option<Result<Draft<'a>, String>> {
        match self {
            Self::Envelope(kind, within) => read_envelope(*kind, within, text).map(Ok),
            Self::Json { reader, within } => read_json(reader, within, text, lines, line),
            Self::Logfmt { reader, within } => {
                let (first, rest) = first_line(text, lines);
                let draft = reader.read(first)?;
                Some(Ok(join(again(draft, within), rest)))
            }
            Self::Cef => {
                let (first, rest) = first_line(text, lines);
                let draft = keyed::cef(first)?;
                Some(Ok(join(draft, rest)))
            }
            Self::Cells { reader, within } => Some(reader.read(text).map(|draft| again(draft, within))),
            Self::Xml { roles, within } => Some(match keyed::xml_row(text) {
                Some(row) => Ok(again(keyed::apply(row, roles, text), within)),
                None => Err("the XML element cannot be read".into()),
            }),
            Self::Block { roles, within } => Some(match keyed::block_row(text) {
                Some(row) => Ok(again(keyed::apply(row, roles, text), within)),
                None => Err("the block holds no `KEY=value`".into()),
            }),
            Self::Expression(pattern) => Some(pattern.parse(text)),
            Self::Native(read) => Some(read(text)),
            Self::Line { .. } => None,
        }
    }
}

fn first_line(text: &str, lines: bool) -> (&str, &str) {
    match memchr::memchr(b'\n', text.as_bytes()).filter(|_| lines) {
        Some(at) => (text[..at].strip_suffix('\r').unwrap_or(&text[..at]), &text[at + 1..]),
        None => (text, ""),
    }
}

/// The message with the lines that continue it.
fn join<'a>(mut draft: Draft<'a>, rest: &str) -> Draft<'a> {
    if !rest.is_empty() {
        let mut message = draft.message.take().unwrap_or_default().into_owned();
        for line in rest.lines() {
            message.push('\n');
            message.push_str(line);
        }
        draft.message = Some(message.into());
    }
    draft
}

/// What an outer reader says is believed before what an inner one says.
fn merge<'a>(outer: Draft<'a>, inner: Draft<'a>) -> Draft<'a> {
    let full = |draft: &Draft<'_>| draft.time.is_some_and(|raw| raw.has_year());
    let time = match (outer.time, inner.time) {
        (Some(_), Some(time)) if !full(&outer) => Some(time),
        (own, time) => own.or(time),
    };
    let mut attributes = outer.attributes;
    attributes.extend(inner.attributes);
    Draft {
        time,
        host: outer.host.or(inner.host),
        severity: outer.severity.or(inner.severity),
        process: outer.process.or(inner.process),
        pid: outer.pid.or(inner.pid),
        message: inner.message.or(outer.message),
        attributes,
        id: outer.id.or(inner.id),
    }
}

/// A draft whose message is read again.
fn again<'a>(mut draft: Draft<'a>, within: &[Node]) -> Draft<'a> {
    if within.is_empty() {
        return draft;
    }
    match draft.message.take() {
        Some(Cow::Borrowed(text)) => match read(within, text, true, 1) {
            Some(Ok(inner)) => merge(draft, inner),
            _ => Draft { message: Some(Cow::Borrowed(text)), ..draft },
        },
        Some(Cow::Owned(text)) => match read(within, &text, true, 1) {
            Some(Ok(inner)) => merge(draft, inner.into_owned()),
            _ => Draft { message: Some(Cow::Owned(text)), ..draft },
        },
        None => draft,
    }
}

fn read_line<'a>(layout: &Layout, within: &[Node], text: &'a str) -> Option<(u32, Draft<'a>)> {
    let (first, rest) = first_line(text, true);
    let read = layout.read(first)?;
    let mut draft = read.draft;
    let message = &first[read.message.clone()];
    // What follows on the next lines lies right behind the message, mostly.
    let whole = read.message.end == first.len() && !rest.is_empty() && !text.contains('\r');
    draft.message = Some(if whole { text[read.message.start..].into() } else { message.into() });
    if !whole {
        draft = join(draft, rest);
    }
    if draft.severity.is_none()
        && let Some(style) = &layout.spec.second_line
    {
        let second = rest.lines().next().unwrap_or_default();
        let style = crate::line::style::Style::of(style);
        draft.severity =
            crate::line::style::find(second, 0, second.len(), Some(0), style).map(|(_, level)| level);
    }
    let draft = again(draft, within);
    let missing = read.missing
        - u32::from(read.missing > 0 && layout.spec.second_line.is_some() && draft.severity.is_some());
    Some((missing, draft))
}

/// A record in an envelope: each of its lines is peeled, and what they hold is read as one text.
fn read_envelope<'a>(kind: Envelope, within: &[Node], text: &'a str) -> Option<Draft<'a>> {
    let (first, rest) = first_line(text, true);
    let Peeled { draft, text: inner, mut partial, .. } = kind.peel(first)?;
    if rest.is_empty() {
        return Some(again(Draft { message: Some(inner.into()), ..draft }, within));
    }
    let mut joined = inner.to_owned();
    for line in rest.lines() {
        let peeled = kind.peel(line);
        if !partial {
            joined.push('\n');
        }
        joined.push_str(peeled.as_ref().map_or(line, |peeled| peeled.text));
        partial = peeled.is_some_and(|peeled| peeled.partial);
    }
    Some(again(Draft { message: Some(joined.into()), ..draft }, within))
}

fn read_json<'a>(
    reader: &JsonReader,
    within: &[Node],
    text: &'a str,
    lines: bool,
    line: u64,
) -> Option<Result<Draft<'a>, String>> {
    let (first, rest) = first_line(text, lines);
    if !first.trim_ascii_start().starts_with('{') {
        return (!lines).then(|| Err("the record is not a JSON object".into()));
    }
    let mut draft = match reader.read(first) {
        Ok(draft) => draft,
        Err(fault) => return Some(Err(fault.at(line))),
    };
    if rest.is_empty() {
        return Some(Ok(again(draft, within)));
    }
    let mut joined = draft.message.take().unwrap_or_default().into_owned();
    let mut partial = is_part(&joined);
    for line in rest.lines() {
        let inner =
            if line.starts_with('{') { reader.read(line).ok().and_then(|inner| inner.message) } else { None };
        let inner = inner.unwrap_or(Cow::Borrowed(line));
        if !partial {
            joined.push('\n');
        }
        partial = is_part(&inner);
        joined.push_str(&inner);
    }
    draft.message = Some(joined.into());
    Some(Ok(again(draft, within)))
}

fn is_part(message: &str) -> bool {
    message.len() >= PART && !message.ends_with('\n')
}

/// Whether a line begins a record, and of which stream it is. With `traces` only what looks like a trace may continue
/// another.
pub(super) fn start<'a>(nodes: &[Node], line: &'a [u8], traces: bool) -> Start<'a> {
    let plain = |begins| Start { begins, stream: None, partial: false };
    if traces {
        let continues = apply::looks_continued(line) && !fits(nodes, &bytes::clean(line).text);
        return plain(!continues);
    }
    // A header is at the line's beginning, but JSON is read whole.
    let whole = line.first() == Some(&b'{') || nodes.iter().any(|node| !matches!(node, Node::Line { .. }));
    let head = if whole || line.len() <= HEAD { line } else { &line[..HEAD] };
    match simdutf8::basic::from_utf8(head) {
        Ok(text) if memchr::memchr2(0, 0x1b, head).is_none() => begin(nodes, text),
        _ => {
            let cleaned = bytes::clean(line);
            let Start { begins, partial, stream } = begin(nodes, &cleaned.text);
            // The stream's name lies within the line itself.
            let stream =
                stream.and_then(|name| memchr::memmem::find(line, name).map(|at| &line[at..at + name.len()]));
            Start { begins, partial, stream }
        }
    }
}

/// Bytes of a line in which its header is.
const HEAD: usize = 512;

fn fits(nodes: &[Node], text: &str) -> bool {
    matches!(read(nodes, text, true, 1), Some(Ok(_)))
}

fn begin<'a>(nodes: &[Node], text: &'a str) -> Start<'a> {
    let plain = |begins| Start { begins, stream: None, partial: false };
    for node in nodes {
        match node {
            Node::Envelope(kind, within) => {
                if let Some(peeled) = kind.peel(text) {
                    let begins = within.is_empty() || begin(within, peeled.text).begins;
                    return Start {
                        begins,
                        stream: peeled.stream.map(str::as_bytes),
                        partial: peeled.partial,
                    };
                }
            }
            Node::Json { reader, within } => {
                if text.trim_ascii_start().starts_with('{') {
                    if within.is_empty() {
                        return plain(true);
                    }
                    let Ok(draft) = reader.read(text) else { return plain(true) };
                    let message = draft.message.as_deref().unwrap_or_default();
                    let stream = reader.stream(text);
                    let begins = begin(within, message).begins;
                    return Start {
                        begins,
                        stream: stream.map(str::as_bytes),
                        partial: reader.is_docker() && is_part(message),
                    };
                }
            }
            Node::Logfmt { reader, .. } => {
                if reader.read(text).is_some() {
                    return plain(true);
                }
            }
            Node::Cef => {
                if keyed::cef(text).is_some() {
                    return plain(true);
                }
            }
            Node::Line { layout, .. } => {
                if layout.begins(text) {
                    return plain(true);
                }
            }
            Node::Native(read) => {
                if read(text).is_ok() {
                    return plain(true);
                }
            }
            Node::Expression(pattern) => {
                if pattern.parse(text).is_ok() {
                    return plain(true);
                }
            }
            Node::Cells { .. } | Node::Xml { .. } | Node::Block { .. } => return plain(true),
        }
    }
    plain(false)
}
