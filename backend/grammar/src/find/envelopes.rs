//! Envelopes are adopted one after the other, where enough of the texts carry them; what they hold, and what carries
//! none, is looked at in the same way, until plain lines are left.

use super::lines::{self, Context};
use crate::{
    envelope::{self, Peeled},
    keyed::{self, Row, Value},
    level,
    line::{apply::Layout, style},
    time,
};
use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};
use trainyard_types::grammar::{Keyed, PrefixStyle, Reader};

/// Envelopes within each other, at most.
const DEPTH: usize = 6;
/// Texts in which roles are looked for.
const ROWS: usize = 2000;

type Peel = fn(&str) -> Option<Peeled<'_>>;
type Around = fn(Vec<Reader>) -> Reader;

/// Finds the readers of some texts.
pub(super) fn find(texts: &[&str], context: Context, depth: usize) -> Vec<Reader> {
    let live: Vec<&str> = texts.iter().copied().filter(|text| !text.trim().is_empty()).collect();
    if live.is_empty() {
        return Vec::new();
    }
    if depth < DEPTH {
        let compose: Peel = |text| envelope::prefix(text, PrefixStyle::Compose);
        let pod: Peel = |text| envelope::prefix(text, PrefixStyle::Pod);
        let peels: [(Peel, Around, f64); 5] = [
            (envelope::cri, |within| Reader::Cri { within }, 0.5),
            (envelope::rfc5424, |within| Reader::Rfc5424 { within }, 0.02),
            (envelope::priority, |within| Reader::Priority { within }, 0.02),
            (pod, |within| Reader::Prefix { style: PrefixStyle::Pod, within }, 0.8),
            (compose, |within| Reader::Prefix { style: PrefixStyle::Compose, within }, 0.8),
        ];
        for (at, (peel, reader, share)) in peels.into_iter().enumerate() {
            let peeled: Vec<Option<Peeled<'_>>> = texts.iter().map(|text| peel(text)).collect();
            let hits: Vec<&Peeled<'_>> = peeled.iter().flatten().collect();
            if !adopted(hits.len(), live.len(), share) || (at == 4 && !is_compose(&hits)) {
                continue;
            }
            let timed = hits.iter().all(|hit| hit.draft.time.is_some());
            let inner_context =
                Context { timed: context.timed || timed, priority: context.priority || at == 2 };
            let inner = joined(&hits);
            let inner: Vec<&str> = inner.iter().map(|text| &**text).collect();
            // RFC 5424's text is the message; only what is structured in it is read again.
            let within = match at {
                1 => structured(&inner, inner_context, depth + 1),
                _ => find(&inner, inner_context, depth + 1),
            };
            let rest: Vec<&str> =
                texts.iter().zip(&peeled).filter(|(_, hit)| hit.is_none()).map(|(text, _)| *text).collect();
            return with(reader(within), find(&rest, context, depth + 1));
        }
    }
    if let Some(readers) = keyed_records(texts, &live, context, depth) {
        return readers;
    }
    plain(texts, context)
}

/// A reader, and those of what it does not fit.
fn with(reader: Reader, others: Vec<Reader>) -> Vec<Reader> {
    let mut readers = vec![reader];
    readers.extend(others);
    readers
}

fn adopted(count: usize, total: usize, share: f64) -> bool {
    let least = if total < 10 { 1.0 } else { 2.0 };
    count > 0 && count as f64 >= f64::max(least, share * total as f64)
}

/// Whether prefixes are names of containers: few, no levels, and not one column of several.
fn is_compose(hits: &[&Peeled<'_>]) -> bool {
    let names: BTreeSet<&str> = hits.iter().filter_map(|hit| hit.stream).collect();
    let columns = hits.iter().filter(|hit| hit.text.contains(" | ")).count();
    !names.iter().any(|name| crate::level::word(name).is_some())
        && names.len() as f64 <= f64::max(1.0, hits.len() as f64 / 5.0)
        && columns as f64 <= 0.9 * hits.len() as f64
}

/// What envelopes hold, with parts joined per stream.
fn joined<'a>(hits: &[&Peeled<'a>]) -> Vec<Cow<'a, str>> {
    let mut texts: Vec<Cow<'a, str>> = Vec::new();
    let mut open: BTreeMap<Option<&str>, usize> = BTreeMap::new();
    for hit in hits {
        let place = open.remove(&hit.stream);
        let place = match place {
            Some(place) => {
                texts[place].to_mut().push_str(hit.text);
                place
            }
            None => {
                texts.push(Cow::Borrowed(hit.text));
                texts.len() - 1
            }
        };
        if hit.partial {
            open.insert(hit.stream, place);
        }
    }
    texts
}

/// JSON, CEF and logfmt.
fn keyed_records(texts: &[&str], live: &[&str], context: Context, depth: usize) -> Option<Vec<Reader>> {
    let objects: Vec<Option<Row<'_>>> = texts.iter().map(|text| json_object(text)).collect();
    let hits = objects.iter().flatten().count();
    if adopted(hits, live.len(), 0.02) {
        let rows: Vec<Row<'_>> = objects.iter().flatten().take(ROWS).cloned().collect();
        let roles = keyed::find_roles(&rows);
        let within = inner(&rows, &roles, context, depth);
        let rest: Vec<&str> =
            texts.iter().zip(&objects).filter(|(_, row)| row.is_none()).map(|(text, _)| *text).collect();
        return Some(with(Reader::Json(Keyed { roles, within }), find(&rest, context, depth + 1)));
    }
    let events = texts.iter().filter(|text| keyed::cef(text).is_some()).count();
    if adopted(events, live.len(), 0.02) {
        let rest: Vec<&str> = texts.iter().copied().filter(|text| keyed::cef(text).is_none()).collect();
        return Some(with(Reader::Cef, find(&rest, context, depth + 1)));
    }
    let pairs: Vec<Option<Row<'_>>> = texts.iter().map(|text| keyed::logfmt_row(text)).collect();
    let rows: Vec<Row<'_>> = pairs.iter().flatten().cloned().collect();
    if adopted(rows.len(), live.len(), 0.02) && is_logfmt(&rows, live.len()) {
        let roles = keyed::find_roles(&rows);
        let rest: Vec<&str> =
            texts.iter().zip(&pairs).filter(|(_, row)| row.is_none()).map(|(text, _)| *text).collect();
        return Some(with(
            Reader::Logfmt(Keyed { roles, within: Vec::new() }),
            find(&rest, context, depth + 1),
        ));
    }
    None
}

fn json_object(text: &str) -> Option<Row<'_>> {
    let text = text.trim();
    (text.starts_with('{') && text.ends_with('}')).then(|| keyed::json_row(text).ok())?
}

/// Pairs are a format where keys recur, and one of them is known.
fn is_logfmt(rows: &[Row<'_>], total: usize) -> bool {
    let mut keys: BTreeMap<&str, usize> = BTreeMap::new();
    for row in rows {
        let once: BTreeSet<&str> = row.iter().map(|(key, _)| &**key).collect();
        once.into_iter().for_each(|key| *keys.entry(key).or_default() += 1);
    }
    let common: Vec<&str> =
        keys.into_iter().filter(|(_, count)| *count * 2 >= rows.len()).map(|(key, _)| key).collect();
    let named = common.iter().filter(|key| keyed::is_header_name(key)).count();
    let share = rows.len() as f64 / total as f64;
    common.len() >= 2 && ((named >= 1 && share >= 0.5) || (named >= 2 && rows.len() >= 2))
}

/// How the messages of objects are read again: where their key says that they are lines, or most of them look so.
pub(super) fn inner(
    rows: &[Row<'_>],
    roles: &trainyard_types::grammar::Roles,
    context: Context,
    depth: usize,
) -> Vec<Reader> {
    let drafts: Vec<crate::Draft<'_>> = rows.iter().map(|row| keyed::apply(row.clone(), roles, "")).collect();
    if roles.message.is_empty() {
        return Vec::new();
    }
    let messages: Vec<&str> = drafts.iter().filter_map(|draft| draft.message.as_deref()).collect();
    let strong = |text: &&&str| {
        let text = text.trim_start();
        let timed = || {
            let spots = time::scan(text, 60);
            spots.first().is_some_and(|spot| spot.start <= 1 && spot.raw.form().strength() >= 0.85)
        };
        let leveled = || style::sparse(text).is_some_and(|(_, word)| level::word(word).is_some());
        json_object(text).is_some() || timed() || (roles.level.is_empty() && leveled())
    };
    let strong = messages.iter().filter(strong).count();
    if !keyed::holds_lines(roles) && strong * 2 <= messages.len() {
        return Vec::new();
    }
    let timed = drafts.iter().all(|draft| draft.time.is_some());
    find(&messages, Context { timed: context.timed || timed, ..context }, depth + 1)
}

/// What is structured in texts that are messages otherwise.
fn structured(texts: &[&str], context: Context, depth: usize) -> Vec<Reader> {
    let live: Vec<&str> = texts.iter().copied().filter(|text| !text.trim().is_empty()).collect();
    let mut readers = keyed_records(texts, &live, context, depth).unwrap_or_default();
    readers.retain(|reader| !matches!(reader, Reader::Line(_)));
    readers
}

fn plain(texts: &[&str], context: Context) -> Vec<Reader> {
    let found = lines::find(texts, context);
    found.layouts.into_iter().map(|layout| Reader::Line(Box::new(inside(layout, texts)))).collect()
}

/// What follows a header may be structured itself.
fn inside(
    mut layout: trainyard_types::grammar::LineLayout,
    texts: &[&str],
) -> trainyard_types::grammar::LineLayout {
    if !layout.within.is_empty() {
        return layout;
    }
    let Ok(reader) = Layout::new(&layout) else { return layout };
    let messages: Vec<&str> =
        texts.iter().filter_map(|text| reader.read(text).map(|line| &text[line.message])).collect();
    let half = |count: usize| count > 0 && count * 2 >= messages.len();
    let objects: Vec<Row<'_>> = messages.iter().filter_map(|message| json_object(message)).collect();
    if half(objects.len()) {
        let roles = keyed::find_roles(&objects);
        layout.within = vec![Reader::Json(Keyed { roles, within: Vec::new() })];
        return layout;
    }
    let said = |row: &Row<'_>| {
        row.iter().any(|(key, value)| matches!(&**key, "msg" | "message") && matches!(value, Value::Text(_)))
    };
    let pairs: Vec<Row<'_>> =
        messages.iter().filter_map(|message| keyed::logfmt_row(message)).filter(said).collect();
    if half(pairs.len()) {
        let roles = keyed::find_roles(&pairs);
        layout.within = vec![Reader::Logfmt(Keyed { roles, within: Vec::new() })];
    }
    layout
}
