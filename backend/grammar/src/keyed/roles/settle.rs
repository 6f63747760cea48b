//! What else a table decides, and what roles say about the records.

use super::{
    super::{
        apply::MORE,
        names::{is_message_name, norm},
        row::Row,
    },
    column::columns,
};
use trainyard_types::grammar::{Framing, Roles};

/// Settles what only tables have. Cells beyond the last column are the message where no column has a message's name, as
/// the Event Viewer exports them. A table of numbers without a level and a message is one of features.
pub fn settle_table(framing: &Framing, rows: &[Row<'_>], roles: &mut Roles) {
    let columns = columns(rows);
    if columns.iter().any(|column| column.path == MORE)
        && !roles.message.first().is_some_and(|path| is_message_name(path))
    {
        roles.message = vec![MORE.to_owned()];
    }
    if matches!(framing, Framing::Table { .. }) && roles.message.is_empty() && roles.level.is_empty() {
        let numbers = columns.iter().filter(|column| column.number >= 0.8).count();
        roles.table = roles.time.is_empty() || 2 * numbers > columns.len();
    }
}

/// Whether the message is a line as a program wrote it, by its name.
pub fn holds_lines(roles: &Roles) -> bool {
    let last = |path: &String| norm(path.rfind('.').map_or(path, |at| &path[at + 1..]));
    roles.message.first().is_some_and(|path| matches!(&*last(path), "log" | "line" | "raw" | "logline"))
}
