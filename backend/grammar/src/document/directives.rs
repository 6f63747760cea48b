//! Rows under `#Fields`.

use super::whole_lines;
use crate::framing::{cells, fields};

/// Lines that are looked at.
const LINES: usize = 400;
/// Comments that may stand before the names.
const BEFORE: usize = 60;

/// A line of names among the first comments, and under it rows with about as many cells.
pub(super) fn find(text: &str, whole: bool) -> bool {
    let mut lines = whole_lines(text, whole, LINES).into_iter().peekable();
    let mut before = 0;
    let mut names = None;
    // Rows may come before the first names where a file is the rest of another.
    while names.is_none() && before < BEFORE {
        let Some(line) = lines.next() else { return false };
        names = fields(line);
        before += 1;
    }
    let Some((mut names, mut separator)) = names else { return false };
    let (mut rows, mut fitting) = (0usize, 0usize);
    for line in lines {
        if let Some(found) = fields(line) {
            (names, separator) = found;
        } else if !line.starts_with('#') {
            rows += 1;
            let fits = [separator, '\t', ' ', ',']
                .into_iter()
                .any(|separator| cells(line, separator).len().abs_diff(names.len()) <= 1);
            fitting += usize::from(fits);
        }
    }
    fitting * 2 >= rows
}
