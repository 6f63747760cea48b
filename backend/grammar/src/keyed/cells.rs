//! Rows of cells: RFC 4180 as it is met, under the names of columns. A quote that opens nothing is data; a dash alone
//! (as web servers write it) and `(empty)` (as Zeek does) are no value.

mod split;

use super::{
    apply::{Attributes, MORE, Plan, Slots},
    row::{Row, Value},
};
use crate::{draft::Draft, framing::fields};
use split::{Cell, Cells};
use std::{
    borrow::Cow,
    sync::{Arc, PoisonError, RwLock},
};
use trainyard_types::grammar::{Framing, Roles};

/// The cells of a row, unquoted. With a space as the delimiter, cells are between runs of blanks.
pub fn cells(text: &str, delimiter: char) -> Vec<Cow<'_, str>> {
    Cells::new(text, delimiter).map(Cell::text).collect()
}

/// The cells of a row under the names of its columns; what is beyond the last is one more, named `+`. A row of
/// directives brings the `#Fields` line that names its cells. Nothing when no names are known.
pub fn cells_row<'a>(framing: &Framing, text: &'a str) -> Option<Row<'a>> {
    match framing {
        Framing::Table { delimiter, columns, .. } => Some(row(text, *delimiter, columns)),
        _ => {
            let (header, text) = text.split_once('\n')?;
            let named = Named::new(header, text)?;
            Some(row(text, named.delimiter, &named.columns))
        }
    }
}

fn row<'a>(text: &'a str, delimiter: char, columns: &[String]) -> Row<'a> {
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
    roles: Roles,
    columns: Columns,
}

#[derive(Clone, Debug)]
enum Columns {
    Table(Box<Table>),
    /// Those of the `#Fields` lines that have been met.
    Directives(Arc<RwLock<Vec<Arc<Met>>>>),
}

/// A `#Fields` line and the columns that it names.
#[derive(Debug)]
struct Met {
    header: String,
    table: Table,
}

/// So many `#Fields` lines are remembered.
const REMEMBERED: usize = 32;

impl CellsReader {
    /// Reads rows under these columns.
    pub fn new(delimiter: char, columns: &[String], roles: &Roles) -> Self {
        let table = Table::new(roles, delimiter, columns.to_vec());
        Self { roles: roles.clone(), columns: Columns::Table(Box::new(table)) }
    }

    /// Reads rows that bring their `#Fields` line.
    pub fn directives(roles: &Roles) -> Self {
        Self { roles: roles.clone(), columns: Columns::Directives(Arc::default()) }
    }

    /// Cells that are missing are absent.
    ///
    /// # Errors
    /// When nothing names the cells.
    pub fn read<'a>(&self, text: &'a str) -> Result<Draft<'a>, String> {
        let known = match &self.columns {
            Columns::Table(table) => return Ok(table.read(text)),
            Columns::Directives(known) => known,
        };
        let unnamed = || "no `#Fields` line names the cells".to_owned();
        let (header, text) = text.split_once('\n').ok_or_else(unnamed)?;
        let held = known.read().unwrap_or_else(PoisonError::into_inner);
        let found = held.iter().find(|known| known.header == header).cloned();
        drop(held);
        if let Some(found) = found {
            return Ok(found.table.read(text));
        }
        let named = Named::new(header, text).ok_or_else(unnamed)?;
        let table = Table::new(&self.roles, named.delimiter, named.columns);
        let draft = table.read(text);
        // Which sign separates cells is believed of a row that has as many as there are names.
        if named.sure {
            let mut held = known.write().unwrap_or_else(PoisonError::into_inner);
            if held.len() < REMEMBERED {
                held.push(Arc::new(Met { header: header.to_owned(), table }));
            }
        }
        Ok(draft)
    }
}

/// The columns that a `#Fields` line names.
struct Named {
    columns: Vec<String>,
    delimiter: char,
    sure: bool,
}

impl Named {
    /// The separator is the one that gives this row as many cells as there are names.
    fn new(header: &str, row: &str) -> Option<Self> {
        let (names, own) = fields(header.trim_end_matches('\r'))?;
        let columns: Vec<String> = names.into_iter().map(str::to_owned).collect();
        let off = |sign: char| Cells::new(row, sign).count().abs_diff(columns.len());
        let signs = [own, '\t', ' ', ','].into_iter();
        let (off, delimiter) = signs.map(|sign| (off(sign), sign)).min_by_key(|(off, _)| *off)?;
        Some(Self { sure: off == 0, columns, delimiter })
    }
}

#[derive(Clone, Debug)]
struct Table {
    plan: Plan,
    delimiter: char,
    columns: Vec<String>,
    slots: Vec<Option<usize>>,
    more: Option<usize>,
    careful: bool,
}

impl Table {
    fn new(roles: &Roles, delimiter: char, columns: Vec<String>) -> Self {
        let mut plan = Plan::new(roles);
        plan.delimiter = Some(delimiter);
        let slots = columns.iter().map(|column| plan.slot(column)).collect();
        let careful = plan.is_careful() || columns.iter().any(|column| plan.is_part(column));
        Self { more: plan.slot(MORE), slots, delimiter, columns, careful, plan }
    }

    fn read<'a>(&self, text: &'a str) -> Draft<'a> {
        let plan = &self.plan;
        if self.careful {
            return plan.apply(row(text, self.delimiter, &self.columns), text);
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
}

#[cfg(test)]
mod tests;
