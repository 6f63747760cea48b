//! Tables: rows of cells under a header, or without one where quotes prove that they are.
//!
//! Lines of a log hold commas, bars and semicolons as well. What tells a table is its first row: names, each once, two of
//! which logs are known to use; or rows in which one cell is a time as a whole.

use super::whole_lines;
use crate::{
    framing::{self, FrameBytes, cells, names},
    level,
};
use std::borrow::Cow;
use trainyard_types::grammar::Framing;

/// Lines that are looked at, and lines that may stand before the header.
const LINES: usize = 400;
const BEFORE: usize = 20;
/// The longest row.
const ROW_BYTES: usize = 256 << 10;
const DELIMITERS: [char; 5] = [',', ';', '\t', '|', ' '];

struct Found {
    score: f64,
    delimiter: char,
    columns: Vec<String>,
    skip: u64,
}

pub(super) fn find(
    text: &str,
    whole: bool,
    known: &dyn Fn(&str) -> bool,
    timed: &dyn Fn(&str) -> bool,
) -> Option<Framing> {
    let lines = whole_lines(text, whole, LINES);
    let end = lines.last().map_or(0, |line| offset(text, line) + line.len());
    let given = lines.first().and_then(|line| separator(line));
    let delimiters = given.as_ref().map_or(&DELIMITERS[..], std::slice::from_ref);
    let mut before = usize::from(given.is_some());
    // Comments, the last of which may be the header.
    before += lines[before..].iter().take(BEFORE).take_while(|line| line.starts_with('#')).count();
    let headers = [Some(before), before.checked_sub(1).filter(|at| lines[*at].starts_with('#'))];
    for header in headers.into_iter().flatten().filter_map(|at| lines.get(at)) {
        let from = offset(text, header);
        let skip = newlines(text, from) + 1;
        let body = &text[(from + header.len()).min(end)..end];
        let found = delimiters
            .iter()
            .filter_map(|delimiter| headed(header, body, *delimiter, given.is_some(), skip, known, timed));
        if let Some(found) = found.max_by(|a, b| a.score.total_cmp(&b.score)) {
            let Found { delimiter, columns, skip, .. } = found;
            return Some(Framing::Table { delimiter, columns, skip });
        }
    }
    let from = lines.get(before).map_or(end, |line| offset(text, line));
    let body = &text[from.min(end)..end];
    let (delimiter, count) = delimiters.iter().find_map(|d| Some((*d, headless(body, *d)?)))?;
    let columns = (1..=count).map(|number| format!("column_{number}")).collect();
    Some(Framing::Table { delimiter, columns, skip: newlines(text, from) })
}

/// `sep=;`
fn separator(line: &str) -> Option<char> {
    let given = line.get(..4).filter(|word| word.eq_ignore_ascii_case("sep=")).and_then(|_| line.get(4..))?;
    let mut signs = given.trim_end_matches(['\r', '\n']).trim_matches('"').chars();
    match (signs.next(), signs.next()) {
        (Some(sign), None) if !sign.is_alphanumeric() => Some(sign),
        _ => None,
    }
}

/// Where a part of a text begins.
fn offset(text: &str, part: &str) -> usize {
    (part.as_ptr() as usize).saturating_sub(text.as_ptr() as usize).min(text.len())
}

/// Lines that end before an offset.
fn newlines(text: &str, offset: usize) -> u64 {
    let newline = if text.contains('\n') { b'\n' } else { b'\r' };
    memchr::memchr_iter(newline, &text.as_bytes()[..offset]).count() as u64
}

/// A line as the header of what follows it.
fn headed(
    header: &str,
    body: &str,
    delimiter: char,
    given: bool,
    skip: u64,
    known: &dyn Fn(&str) -> bool,
    timed: &dyn Fn(&str) -> bool,
) -> Option<Found> {
    let columns = names(header, delimiter);
    let spaces = delimiter == ' ';
    let unnamed =
        columns.iter().enumerate().filter(|(at, name)| **name == format!("column_{}", at + 1)).count();
    if columns.len() < if spaces { 4 } else { 2 } || unnamed > 1 || columns.len() - unnamed < 2 {
        return None;
    }
    if !columns.iter().all(|name| is_name(name) && !timed(name)) || !unique(&columns) || timed(header.trim())
    {
        return None;
    }
    let rows = rows(body, delimiter);
    if rows.is_empty() {
        return None;
    }
    let fits =
        |row: &&Vec<Cow<'_, str>>| row.len() == columns.len() || !spaces && row.len() == columns.len() + 1;
    let same = rows.iter().filter(fits).count() as f64 / rows.len() as f64;
    if same < if spaces { 0.95 } else { 0.6 } {
        return None;
    }
    let names = columns.iter().filter(|name| known(name)).count();
    let with_time = rows.iter().filter(|row| row.iter().any(|cell| timed(cell.trim()))).count();
    let times = with_time as f64 > rows.len() as f64 * 0.7;
    // A message may begin with its level, and hold commas.
    let message =
        columns[0].split(' ').next().is_some_and(|word| word.len() > 2 && level::severity(word).is_some());
    let by_time = times
        && !fractions(&rows, delimiter, timed)
        && columns.iter().all(|name| name.split(' ').count() < 4);
    // A sentence is no header: where only times speak for a table, there are more names than words between them.
    let telling = names >= 2 && !message || by_time && (!message || given) || given && same >= 0.9;
    // Sentences have words between spaces as well.
    let prose = spaces && (rows.len() < 2 || !times && (names < 3 || names * 2 <= columns.len()));
    if !telling || prose {
        return None;
    }
    let score = same * columns.len() as f64 * if spaces { 0.5 } else { 1.0 };
    Some(Found { score, delimiter, columns, skip })
}

/// Whether what follows the times is their fraction: `10:00:00,123 INFO`.
fn fractions(rows: &[Vec<Cow<'_, str>>], delimiter: char, timed: &dyn Fn(&str) -> bool) -> bool {
    if delimiter != ',' {
        return false;
    }
    let fraction = |cell: &str| {
        let digits = cell.bytes().take_while(u8::is_ascii_digit).count();
        (3..=9).contains(&digits)
            && cell.as_bytes().get(digits).is_none_or(|byte| !byte.is_ascii_alphanumeric())
    };
    let split = |row: &&Vec<Cow<'_, str>>| {
        let time = row.iter().position(|cell| timed(cell.trim()));
        time.is_some_and(|at| row.get(at + 1).is_some_and(|next| fraction(next) && next.len() > 3))
    };
    rows.iter().filter(split).count() * 10 >= rows.len() * 8
}

/// How many cells rows without a header have, when quotes prove that they are cells.
fn headless(body: &str, delimiter: char) -> Option<usize> {
    if delimiter == ' ' {
        return None;
    }
    let rows = rows(body, delimiter);
    let count = rows.first()?.len();
    let same = rows.iter().filter(|row| row.len() == count).count();
    if rows.len() < 3 || count < 4 || same * 20 < rows.len() * 19 {
        return None;
    }
    let (mut sound, mut quoted) = (0usize, 0usize);
    for row in frames(body, delimiter) {
        if let Some(quotes) = quotes(row, delimiter) {
            sound += 1;
            quoted += usize::from(quotes);
        }
    }
    (sound * 20 >= rows.len() * 19 && quoted * 10 >= rows.len() * 8).then_some(count)
}

/// Whether any cell of a row is in quotes; nothing when quotes stand anywhere else.
fn quotes(row: &str, delimiter: char) -> Option<bool> {
    let mut any = false;
    let mut rest = row;
    loop {
        let cell = rest.trim_start_matches(' ');
        let after = match cell.strip_prefix('"') {
            Some(mut inner) => {
                any = true;
                loop {
                    inner = &inner[inner.find('"')? + 1..];
                    match inner.strip_prefix('"') {
                        Some(doubled) => inner = doubled,
                        None => break inner.trim_start_matches(' '),
                    }
                }
            }
            None => {
                let end = cell.find(delimiter).unwrap_or(cell.len());
                if cell[..end].contains('"') {
                    return None;
                }
                &cell[end..]
            }
        };
        if after.is_empty() {
            return Some(any);
        }
        rest = after.strip_prefix(delimiter)?;
    }
}

/// Rows as the framer cuts them.
fn frames(body: &str, delimiter: char) -> impl Iterator<Item = &str> {
    let framing = Framing::Table { delimiter, columns: Vec::new(), skip: 0 };
    let frames = framing::frames_of(&framing, ROW_BYTES, body.as_bytes(), true, None);
    frames.into_iter().filter_map(move |frame| match frame.bytes {
        FrameBytes::Range(range) => body.get(range),
        FrameBytes::Beginning(_) | FrameBytes::Made(_) => None,
    })
}

/// Their cells.
fn rows(body: &str, delimiter: char) -> Vec<Vec<Cow<'_, str>>> {
    frames(body, delimiter).map(|row| cells(row, delimiter)).collect()
}

fn is_name(name: &str) -> bool {
    let mut signs = name.chars();
    let first = signs.next().is_some_and(|first| first.is_alphabetic() || "_@$".contains(first));
    first && name.chars().count() <= 41 && signs.all(|c| c.is_alphanumeric() || "_ @$.()/:#-%".contains(c))
}

fn unique(columns: &[String]) -> bool {
    let mut sorted: Vec<&String> = columns.iter().collect();
    sorted.sort();
    sorted.windows(2).all(|pair| pair[0] != pair[1])
}
