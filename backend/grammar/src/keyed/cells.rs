//! Rows of cells: RFC 4180 as it is met, under the names of columns. A quote that opens nothing is data; a dash alone
//! (as web servers write it) and `(empty)` (as Zeek does) are no value.

use super::{
    apply::{Attributes, MORE, Plan, Slots},
    row::{Row, Value},
};
use crate::draft::Draft;
use std::borrow::Cow;
use trainyard_types::grammar::Roles;

/// The cells of a row, unquoted. With a space as the delimiter, cells are between runs of blanks.
pub fn cells(text: &str, delimiter: char) -> Vec<Cow<'_, str>> {
    Cells::new(text, delimiter).map(Cell::text).collect()
}

/// The cells of a row under the names of their columns; what is beyond the last is one more, named `+`.
pub fn cells_row<'a>(text: &'a str, delimiter: char, columns: &[String]) -> Row<'a> {
    let mut row = Row::with_capacity(columns.len());
    let mut cells = Cells::new(text, delimiter);
    for column in columns {
        match cells.next() {
            Some(cell) => row.push((Cow::Owned(column.clone()), cell.value())),
            None => return row,
        }
    }
    if let Some(more) = cells.rest() {
        row.push((Cow::Borrowed(MORE), Value::Text(more)));
    }
    row
}

/// Reads rows of cells as [`cells_row`] and [`Plan::apply`] do; cells that nobody wants are passed over.
#[derive(Clone, Debug)]
pub struct CellsReader {
    plan: Plan,
    delimiter: char,
    columns: Vec<String>,
    slots: Vec<Option<usize>>,
    more: Option<usize>,
    careful: bool,
}

impl CellsReader {
    pub fn new(roles: &Roles, delimiter: char, columns: &[String]) -> Self {
        let mut plan = Plan::new(roles);
        plan.delimiter = Some(delimiter);
        let slots = columns.iter().map(|column| plan.slot(column)).collect();
        let careful = plan.is_careful() || columns.iter().any(|column| plan.is_part(column));
        Self { more: plan.slot(MORE), slots, delimiter, columns: columns.to_vec(), careful, plan }
    }

    /// Every text is a row: cells that are missing are absent.
    pub fn read<'a>(&self, text: &'a str) -> Draft<'a> {
        let plan = &self.plan;
        if self.careful {
            return plan.apply(self.row(text), text);
        }
        plan.with_slots(|slots: &mut Slots<'a>| {
            let mut others = Attributes::new();
            let mut cells = Cells::new(text, self.delimiter);
            let mut count = 0;
            for (column, slot) in self.columns.iter().zip(&self.slots) {
                let Some(cell) = cells.next() else { break };
                count += 1;
                if slot.is_some() || plan.keeps_all() {
                    let name = if plan.keeps_all() { Cow::Owned(column.clone()) } else { Cow::Borrowed("") };
                    plan.put(name, cell.value(), *slot, slots, &mut others);
                }
            }
            if count == self.columns.len()
                && let Some(more) = cells.rest()
            {
                let more = Value::Text(more);
                if !plan.continues(self.slots.last().copied().flatten(), slots, &more) {
                    plan.put(Cow::Borrowed(MORE), more, self.more, slots, &mut others);
                }
            }
            plan.draft(slots, others, text)
        })
    }

    /// The row that is read.
    pub fn row<'a>(&self, text: &'a str) -> Row<'a> {
        cells_row(text, self.delimiter, &self.columns)
    }
}

/// A cell as it is written; `doubled` quotes stand for one.
#[derive(Clone, Copy)]
struct Cell<'a> {
    text: &'a str,
    doubled: bool,
    escaped: bool,
}

impl<'a> Cell<'a> {
    fn text(self) -> Cow<'a, str> {
        match (self.doubled, self.escaped) {
            (false, false) => Cow::Borrowed(self.text),
            (true, false) => Cow::Owned(self.text.replace("\"\"", "\"")),
            (_, true) => Cow::Owned(self.text.replace("\\\"", "\"").replace("\"\"", "\"")),
        }
    }

    fn value(self) -> Value<'a> {
        match self.text {
            "-" | "(empty)" => Value::Null,
            _ => Value::Text(self.text()),
        }
    }
}

struct Cells<'a> {
    text: &'a str,
    delimiter: char,
    /// Where the next cell begins; nothing after the last.
    at: Option<usize>,
}

impl<'a> Cells<'a> {
    fn new(text: &'a str, delimiter: char) -> Self {
        let text = text.trim_end_matches(['\r', '\n']);
        let start = if delimiter == ' ' { text.len() - text.trim_start_matches(' ').len() } else { 0 };
        let at = (delimiter != ' ' || start < text.len()).then_some(start);
        Self { text, delimiter, at }
    }

    /// What is left, as it is written, without the quotes around it when it is one cell.
    fn rest(&mut self) -> Option<Cow<'a, str>> {
        let start = self.at?;
        let first = self.next()?;
        match self.at {
            None => Some(first.text()),
            Some(_) => self.text.get(start..).map(Cow::Borrowed),
        }
    }

    /// Where the delimiter is found next.
    fn delimiter_from(&self, from: usize) -> Option<usize> {
        let rest = self.text.get(from..)?;
        let found = match u8::try_from(self.delimiter) {
            Ok(byte) if byte.is_ascii() => memchr::memchr(byte, rest.as_bytes()),
            _ => rest.find(self.delimiter),
        };
        found.map(|found| from + found)
    }

    /// A cell in quotes from here on and where it ends, if the quotes close where a cell can end.
    fn quoted(&self, start: usize) -> Option<(Cell<'a>, usize)> {
        let bytes = self.text.as_bytes();
        let (mut at, mut doubled, mut escaped) = (start + 1, false, false);
        loop {
            at += memchr::memchr(b'"', bytes.get(at..)?)? + 1;
            let rest = self.text.get(at..)?;
            if rest.is_empty() || rest.starts_with(self.delimiter) {
                // `"…\",` ends a path more often than it goes on.
                let text = self.text.get(start + 1..at - 1)?;
                return Some((Cell { text, doubled, escaped }, at));
            }
            if rest.starts_with('"') {
                doubled = true;
                at += 1;
            } else if bytes[at - 2] == b'\\' {
                escaped = true;
            } else {
                return None;
            }
        }
    }
}

impl<'a> Iterator for Cells<'a> {
    type Item = Cell<'a>;

    fn next(&mut self) -> Option<Cell<'a>> {
        let start = self.at?;
        let opens = self.text.as_bytes().get(start) == Some(&b'"');
        let (cell, end) = opens.then(|| self.quoted(start)).flatten().unwrap_or_else(|| {
            let end = self.delimiter_from(start).unwrap_or(self.text.len());
            (
                Cell { text: self.text.get(start..end).unwrap_or_default(), doubled: false, escaped: false },
                end,
            )
        });
        let after = end + self.delimiter.len_utf8();
        self.at = match self.delimiter {
            ' ' => {
                let blanks =
                    self.text.as_bytes().get(end..)?.iter().take_while(|byte| **byte == b' ').count();
                (end + blanks < self.text.len()).then_some(end + blanks)
            }
            _ => (end < self.text.len()).then_some(after),
        };
        Some(cell)
    }
}

#[cfg(test)]
mod tests;
