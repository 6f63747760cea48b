//! Documents: sources whose records are not lines, found by content. JSON of one object a line is no document.
//!
//! The records of a document are those that a framer finds in the sample, so that what roles are found from is what will
//! be read.

mod blocks;
mod directives;
mod json;
mod table;
mod xml;

use crate::framing::{self, FrameBytes};
use std::borrow::Cow;
use trainyard_types::grammar::Framing;

/// The longest record of a sample.
const RECORD_BYTES: usize = 1 << 20;

/// How a document's records are read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Hint {
    Json,
    Cells,
    Xml,
    Block,
}

/// A document.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Document<'a> {
    pub framing: Framing,
    pub hint: Hint,
    /// The records that are in the sample.
    pub samples: Vec<Cow<'a, str>>,
}

/// The document that a text is, or is the beginning of when it is not `whole`. `known` says whether a name is one that
/// logs use for a field, `timed` whether a text is a time as a whole.
pub(crate) fn find<'a>(
    text: &'a str,
    whole: bool,
    known: &dyn Fn(&str) -> bool,
    timed: &dyn Fn(&str) -> bool,
) -> Option<Document<'a>> {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let (framing, hint) = xml::find(text)
        .map(|element| (Framing::Xml { element }, Hint::Xml))
        .or_else(|| json::find(text, whole, timed).map(|path| (Framing::Json { path }, Hint::Json)))
        .or_else(|| blocks::find(text).then_some((Framing::Blocks, Hint::Block)))
        .or_else(|| directives::find(text, whole).then_some((Framing::Directives, Hint::Cells)))
        .or_else(|| table::find(text, whole, known, timed).map(|table| (table, Hint::Cells)))?;
    let samples = samples(text, whole, &framing);
    Some(Document { framing, hint, samples })
}

fn samples<'a>(text: &'a str, whole: bool, framing: &Framing) -> Vec<Cow<'a, str>> {
    let frames = framing::frames_of(framing, RECORD_BYTES, text.as_bytes(), whole, None);
    let found =
        frames.into_iter().filter(|frame| frame.fault.is_none()).filter_map(|frame| match frame.bytes {
            FrameBytes::Range(range) => text.get(range).map(Cow::Borrowed),
            FrameBytes::Made(bytes) => String::from_utf8(bytes).ok().map(Cow::Owned),
            FrameBytes::Beginning(_) => None,
        });
    let found: Vec<_> = found.collect();
    match framing {
        // A batch may be longer than the sample.
        Framing::Json { path } if found.is_empty() && framing::is_batches(path) => {
            let records = framing::beginning(text.as_bytes()).into_iter();
            records.filter_map(|record| String::from_utf8(record).ok().map(Cow::Owned)).collect()
        }
        _ => found,
    }
}

/// The first lines that are not blank.
fn lines(text: &str) -> impl Iterator<Item = &str> + Clone {
    let end = if text.contains('\n') { '\n' } else { '\r' };
    text.split(end).map(|line| line.strip_suffix('\r').unwrap_or(line)).filter(|line| !line.trim().is_empty())
}

/// The lines of a sample without the last one, when that may be cut off.
fn whole_lines(text: &str, whole: bool, most: usize) -> Vec<&str> {
    let text = match whole {
        true => text,
        false => text.rfind(['\n', '\r']).map_or(text, |end| &text[..end]),
    };
    lines(text).take(most).collect()
}

#[cfg(test)]
mod tests;
