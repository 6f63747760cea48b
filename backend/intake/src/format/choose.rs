//! Which grammar a file is read by: the one that is known, that reads most, or that is found.

use super::{FileDetection, OpenTimes, Reading, Wish, describe::describe};
use crate::{IntakeError, options::Limits, rows::Rows};
use std::{collections::BTreeSet, sync::Arc};
use trainyard_grammar::{
    Applied, Found, Sample, Scores, TEXT, bytes, excerpt, find, find_best, keyed, records, time::Raw, years,
};
use trainyard_types::{
    Alternative, FormatDetection, Grammar,
    grammar::{Framing, GRAMMAR_VERSION, Keyed, Reader, Roles, TextEncoding, TimePath},
};

/// Records that a grammar is tried on.
const SAMPLE: usize = 200;
/// Records whose fields are listed.
const COLUMNS: usize = 200;

/// The beginning of one file, and places further on.
pub(crate) struct Head<'a> {
    pub(crate) file: &'a str,
    pub(crate) bytes: &'a [u8],
    /// Whether this is the whole file.
    pub(crate) whole: bool,
    /// Bytes from the middle and the end.
    pub(crate) later: Vec<Vec<u8>>,
}

/// A sample as text.
struct Text {
    head: String,
    later: Vec<String>,
    encoding: TextEncoding,
}

impl Text {
    fn of(head: &Head<'_>) -> Self {
        let (encoding, mark) = bytes::encoding(head.bytes);
        let text = |content: &[u8], cut: bool| {
            let mut plain = Vec::new();
            bytes::Transcoder::new(encoding).push(content, false, &mut plain);
            if cut {
                // Whole lines.
                let end = memchr::memrchr(b'\n', &plain).map_or(plain.len(), |at| at + 1);
                plain.truncate(end);
            }
            bytes::clean(&plain).text.into_owned()
        };
        let later = head.later.iter().map(|content| {
            let start = memchr::memchr(b'\n', content).map_or(0, |at| at + 1);
            let start = if encoding == TextEncoding::Utf8 { start } else { start + start % 2 };
            text(&content[start.min(content.len())..], true)
        });
        let later = later.filter(|text| !text.trim().is_empty()).collect();
        let content = head.bytes.get(mark..).unwrap_or_default();
        Self { head: text(content, !head.whole && content.contains(&b'\n')), later, encoding }
    }
}

/// Finds how a file is read. Nothing when the file is blank.
pub(crate) fn detect(
    head: &Head<'_>,
    wish: &Wish,
    limits: Limits,
) -> Result<(Option<Reading>, FileDetection), IntakeError> {
    let blank = FileDetection {
        file: head.file.to_owned(),
        format: None,
        grammar: None,
        columns: Vec::new(),
        sampled: 0,
        open: OpenTimes::default(),
    };
    if head.bytes.is_empty() || (head.whole && head.bytes.iter().all(u8::is_ascii_whitespace)) {
        return Ok((None, blank));
    }
    if let Some(reason) = bytes::binary(head.bytes) {
        return Err(IntakeError::BinaryFile { file: head.file.to_owned(), reason });
    }
    let text = Text::of(head);
    if let Some(columns) = too_many_columns(&text.head, limits.columns) {
        return Err(IntakeError::TooManyColumns {
            file: head.file.to_owned(),
            columns,
            limit: limits.columns,
        });
    }
    let (applied, alternatives) = if wish.grammars.is_empty() {
        let later: Vec<&str> = text.later.iter().map(String::as_str).collect();
        let sample = Sample { head: &text.head, whole: head.whole, later: &later };
        if head.whole && holds_nothing(&text.head) {
            return Err(IntakeError::NoRecords { file: head.file.to_owned() });
        }
        // Where a person says that something is no field, the makers' formats, which have it, are none.
        let own = wish.format.fields.values().any(String::is_empty);
        let alone = |grammar| Found { grammar, scores: Scores::default(), alternatives: Vec::new() };
        let found = if own { find(sample, wish.now).map(alone) } else { find_best(sample, wish.now) };
        let Some(found) = found else { return Ok((None, blank)) };
        let plain = found.grammar.name == TEXT;
        let asked = matches!(wish.kind, Some("csv" | "table"));
        let table = if plain || asked { by_header(&text.head, head.whole, asked) } else { None };
        let already = matches!(found.grammar.framing, Framing::Table { .. });
        let grammar = match table {
            Some(table) if !already => table,
            _ => found.grammar,
        };
        let grammar = of_kind(grammar, wish, head)?;
        (wish.apply(Grammar { encoding: text.encoding, ..grammar })?, found.alternatives)
    } else {
        (in_its_years(known(&text, wish)?, &text, head.whole, wish)?, Vec::new())
    };
    if let Framing::Table { columns, .. } = &applied.grammar().framing
        && columns.len() > limits.columns
    {
        let (columns, limit) = (columns.len(), limits.columns);
        return Err(IntakeError::TooManyColumns { file: head.file.to_owned(), columns, limit });
    }
    let alternatives =
        alternatives.into_iter().map(|(preset, confidence)| Alternative { preset, confidence }).collect();
    let detection = detection(head, &applied, &text.head, alternatives);
    Ok((Some(Reading::new(applied)), detection))
}

/// How many names a first line has, when they are more than a table may have.
fn too_many_columns(text: &str, limit: usize) -> Option<usize> {
    let header = text.lines().find(|line| !line.trim().is_empty())?;
    if header.trim_start().starts_with(['{', '[']) {
        return None;
    }
    let columns = |delimiter: &u8| memchr::memchr_iter(*delimiter, header.as_bytes()).count() + 1;
    b",;\t".iter().map(columns).find(|columns| *columns > limit)
}

/// Whether a document is an empty list of records.
fn holds_nothing(text: &str) -> bool {
    if !text.trim_start().starts_with(['{', '[']) {
        return false;
    }
    match serde_json::from_str::<serde_json::Value>(text) {
        Ok(serde_json::Value::Array(elements)) => elements.is_empty(),
        Ok(serde_json::Value::Object(fields)) => {
            let empty =
                |name: &str| fields.get(name).and_then(|value| value.as_array()).is_some_and(Vec::is_empty);
            ["data", "records", "Records", "events", "entries"].into_iter().any(empty)
        }
        _ => false,
    }
}

/// The table that a first line of names begins, whatever its columns are called; unless it is `asked` for, all rows must
/// be as long as it.
fn by_header(text: &str, whole: bool, asked: bool) -> Option<Grammar> {
    let skip = text.lines().position(|line| !line.trim().is_empty())?;
    let mut lines = text.lines().skip(skip);
    let header = lines.next()?;
    let split = |line: &str, delimiter| -> Vec<String> {
        keyed::cells(line, delimiter).into_iter().map(|name| name.trim().to_owned()).collect()
    };
    let (delimiter, columns) = [',', ';', '\t', '|']
        .into_iter()
        .map(|d| (d, split(header, d)))
        .max_by_key(|(_, names)| names.len())?;
    let named = |name: &String| {
        (1..=64).contains(&name.len())
            && name.starts_with(|first: char| first.is_alphabetic() || matches!(first, '_' | '@' | '#'))
    };
    let unique: BTreeSet<&String> = columns.iter().collect();
    if columns.len() < 2 || unique.len() < columns.len() || !columns.iter().all(named) {
        return None;
    }
    let rows: Vec<&str> = lines.filter(|line| !line.trim().is_empty()).take(SAMPLE).collect();
    let alike = |row: &&str| keyed::cells(row, delimiter).len() == columns.len();
    if (rows.is_empty() && whole)
        || (!asked && !rows.iter().take(rows.len() - usize::from(!whole && !rows.is_empty())).all(alike))
    {
        return None;
    }
    let framing = Framing::Table { delimiter, columns, skip: skip as u64 + 1 };
    let rows: Vec<keyed::Row<'_>> = rows.iter().filter_map(|row| keyed::cells_row(&framing, row)).collect();
    let mut roles = keyed::find_roles(&rows);
    keyed::settle_table(&framing, &rows, &mut roles);
    roles.table |= roles.message.is_empty() && roles.time.is_empty();
    let name = if roles.table { "table" } else { "csv" }.to_owned();
    Some(Grammar {
        version: GRAMMAR_VERSION,
        name,
        encoding: TextEncoding::default(),
        framing,
        multiline: Default::default(),
        clock: Default::default(),
        readers: vec![Reader::Cells(Keyed { roles, within: Vec::new() })],
    })
}

/// The known grammar that reads most of a sample; of equals the first.
fn known(text: &Text, wish: &Wish) -> Result<Applied, IntakeError> {
    let mut best: Option<(usize, Applied)> = None;
    for grammar in &wish.grammars {
        let mut grammar = Grammar::clone(grammar);
        grammar.encoding = text.encoding;
        let applied = wish.apply(grammar)?;
        if wish.grammars.len() == 1 {
            return Ok(applied);
        }
        let read = records(&applied, &text.head, true)
            .iter()
            .take(SAMPLE)
            .filter(|record| applied.read(record, 1).is_ok())
            .count();
        if best.as_ref().is_none_or(|(most, _)| read > *most) {
            best = Some((read, applied));
        }
    }
    best.map(|(_, applied)| applied).ok_or_else(|| IntakeError::Engine("there is no grammar".to_owned()))
}

/// A known grammar with the years of this file, where its times leave them out and nobody has said them.
fn in_its_years(applied: Applied, text: &Text, whole: bool, wish: &Wish) -> Result<Applied, IntakeError> {
    if wish.format.year.is_some() || applied.grammar().clock.year.is_some() {
        return Ok(applied);
    }
    let later: Vec<&str> = text.later.iter().map(String::as_str).collect();
    let (year, rollover) = years(&applied, Sample { head: &text.head, whole, later: &later }, wish.now);
    if year.is_none() {
        return Ok(applied);
    }
    let mut grammar = Grammar::clone(applied.grammar());
    (grammar.clock.year, grammar.clock.rollover) = (year, rollover);
    wish.ready(grammar)
}

/// A found grammar as the kind of file that was asked for.
fn of_kind(mut grammar: Grammar, wish: &Wish, head: &Head<'_>) -> Result<Grammar, IntakeError> {
    let Some(kind) = wish.kind else { return Ok(grammar) };
    let json = grammar.readers.iter().any(|reader| matches!(reader, Reader::Json(_)));
    let fits = match kind {
        "json-lines" | "json-export" => json,
        "csv" | "table" => matches!(grammar.framing, Framing::Table { .. }),
        "logfmt" => grammar.readers.iter().any(|reader| matches!(reader, Reader::Logfmt(_))),
        _ => false,
    };
    if !fits {
        let excerpt = excerpt(&head.bytes[..head.bytes.len().min(1000)], 120);
        return Err(IntakeError::OtherKind { file: head.file.to_owned(), kind, excerpt });
    }
    if kind == "table" {
        for reader in &mut grammar.readers {
            if let Reader::Cells(Keyed { roles, .. }) = reader {
                roles.table = true;
            }
        }
    }
    grammar.name = kind.to_owned();
    Ok(grammar)
}

/// As [`detect`], for a Parquet file whose first rows are the head.
pub(crate) fn detect_rows(
    head: &Head<'_>,
    rows: &Rows,
    wish: &Wish,
) -> Result<(Option<Reading>, FileDetection), IntakeError> {
    let parquet = |grammar: &&Arc<Grammar>| grammar.framing == Framing::Rows;
    let given = wish.grammars.iter().find(parquet);
    if let (None, Some(other)) = (given, wish.kind.filter(|kind| *kind != "parquet")) {
        let reason = format!("the preset `{other}` does not read it; choose `parquet` or `auto`");
        return Err(IntakeError::Parquet { file: head.file.to_owned(), reason });
    }
    if given.is_none() && !wish.grammars.is_empty() {
        let reason =
            format!("the format `{}` does not read it; choose `parquet` or `auto`", wish.grammars[0].name);
        return Err(IntakeError::Parquet { file: head.file.to_owned(), reason });
    }
    let text = String::from_utf8_lossy(head.bytes);
    let grammar = match given {
        Some(grammar) => Grammar::clone(grammar),
        None => {
            let parsed: Vec<keyed::Row<'_>> =
                text.lines().take(2000).filter_map(|line| keyed::json_row(line).ok()).collect();
            let mut roles = keyed::find_roles(&parsed);
            let asked = wish.format.fields.contains_key("message");
            let named = |name: &String| keyed::is_message_name(name);
            roles.table = !asked && !rows.columns.iter().any(named);
            if roles.table {
                roles.message.clear();
            }
            Grammar {
                version: GRAMMAR_VERSION,
                name: "parquet".to_owned(),
                encoding: TextEncoding::default(),
                framing: Framing::Rows,
                multiline: Default::default(),
                clock: Default::default(),
                readers: vec![Reader::Json(Keyed { roles, within: Vec::new() })],
            }
        }
    };
    let applied = wish.apply(grammar)?;
    let detection = detection(head, &applied, &text, Vec::new());
    Ok((Some(Reading::new(applied)), detection))
}

/// What is said of a file that is read so.
fn detection(
    head: &Head<'_>,
    applied: &Applied,
    text: &str,
    alternatives: Vec<Alternative>,
) -> FileDetection {
    let grammar = applied.grammar();
    let sampled = records(applied, text, head.whole);
    let (mut read, mut known) = (0, 0);
    let mut columns = BTreeSet::new();
    let mut open = OpenTimes::default();
    let mut decided = false;
    for (at, record) in sampled.iter().take(SAMPLE).enumerate() {
        let Ok(draft) = applied.draft(record, 1) else { continue };
        read += 1;
        known += usize::from(draft.time.is_some() || draft.severity.is_some() || is_keyed(grammar));
        if let Some(raw) = draft.time {
            decided |= assume(&raw, &mut open);
        }
        if at < COLUMNS {
            columns.extend(draft.attributes.iter().map(|(name, _)| name.to_string()));
            columns.extend(other_paths(grammar, record));
            // Beside the usual fields, so that it can be said what else it is.
            columns.extend(draft.id.filter(|_| !is_keyed(grammar)).map(|_| "id".to_owned()));
        }
    }
    if decided {
        open.without_order = 0;
    }
    let count = sampled.len().min(SAMPLE);
    let share = |part: usize| part as f64 / count.max(1) as f64;
    // What takes everything has shown nothing.
    let confidence = if known == 0 { 0.0 } else { share(read).min(0.5 + share(known) / 2.0) };
    FileDetection {
        file: head.file.to_owned(),
        format: Some(FormatDetection {
            preset: grammar.name.clone(),
            layout: describe(grammar),
            confidence,
            alternatives,
        }),
        grammar: Some(Arc::clone(grammar)),
        columns: columns.into_iter().collect(),
        sampled: count as u64,
        open,
    }
}

fn is_keyed(grammar: &Grammar) -> bool {
    !grammar.readers.iter().all(|reader| matches!(reader, Reader::Line(_) | Reader::Expression(_)))
}

/// Counts what a time leaves open; true when it decides the order of numeric dates.
fn assume(raw: &Raw, open: &mut OpenTimes) -> bool {
    open.timed += 1;
    open.without_zone += u64::from(!raw.has_zone());
    open.without_year += u64::from(!raw.has_year());
    let written = raw.order_is_written();
    open.without_order += u64::from(written == Some(false));
    written == Some(true)
}

/// A record as a row, with the roles that its reader knows.
fn keyed_row<'r, 'a>(
    reader: &'r Reader,
    framing: &Framing,
    record: &'a str,
) -> Option<(keyed::Row<'a>, &'r Roles)> {
    Some(match reader {
        Reader::Json(keyed) => (keyed::json_row(record).ok()?, &keyed.roles),
        Reader::Logfmt(keyed) => (keyed::logfmt_row(record)?, &keyed.roles),
        Reader::Cells(keyed) => (keyed::cells_row(framing, record)?, &keyed.roles),
        Reader::Xml(keyed) => (keyed::xml_row(record)?, &keyed.roles),
        _ => return None,
    })
}

/// Paths of a record that play no role.
fn other_paths(grammar: &Grammar, record: &str) -> Vec<String> {
    let Some((row, roles)) =
        grammar.readers.iter().find_map(|reader| keyed_row(reader, &grammar.framing, record))
    else {
        return Vec::new();
    };
    let played = [&roles.level, &roles.message, &roles.process, &roles.host, &roles.pid];
    let first = |path: &str| {
        played.iter().any(|paths| paths.first().is_some_and(|known| known == path))
            || roles.time.first().is_some_and(|time| match time {
                TimePath::One(known) => known == path,
                TimePath::Two(both) => both.iter().any(|known| known == path),
            })
    };
    row.into_iter().map(|(path, _)| path.into_owned()).filter(|path| !first(path) && path != "+").collect()
}
