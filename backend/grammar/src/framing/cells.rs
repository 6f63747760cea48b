//! Cells of a row (RFC 4180): a quote counts as such only at a cell's beginning, and a doubled one within is one.

use std::borrow::Cow;

/// The cells of a row. Between a space as the delimiter there may be several of it; blanks around a quoted cell are
/// passed over.
pub fn cells(row: &str, delimiter: char) -> Vec<Cow<'_, str>> {
    let mut found = Vec::new();
    let mut rest = Some(row);
    while let Some(text) = rest {
        let text = if delimiter == ' ' { text.trim_start_matches(' ') } else { text };
        if delimiter == ' ' && text.is_empty() && !found.is_empty() {
            break;
        }
        let inner = text.trim_start_matches(|c: char| c == ' ' && delimiter != ' ');
        let (cell, after) = match inner.strip_prefix('"').and_then(|inner| quoted(inner, delimiter)) {
            Some(found) => found,
            None => match text.split_once(delimiter) {
                Some((cell, after)) => (Cow::Borrowed(cell), Some(after)),
                None => (Cow::Borrowed(text), None),
            },
        };
        found.push(cell);
        rest = after;
    }
    found
}

/// A cell after its opening quote, and what follows the delimiter after it; nothing when the quote is not closed where a
/// cell may end.
fn quoted(text: &str, delimiter: char) -> Option<(Cow<'_, str>, Option<&str>)> {
    let mut from = 0;
    let mut doubled = false;
    loop {
        let quote = from + text.get(from..)?.find('"')?;
        let after = &text[quote + 1..];
        if after.starts_with('"') {
            doubled = true;
            from = quote + 2;
            continue;
        }
        let cell = &text[..quote];
        let cell = if doubled { Cow::Owned(cell.replace("\"\"", "\"")) } else { Cow::Borrowed(cell) };
        let next = after.trim_start_matches(|c: char| c.is_ascii_whitespace() && c != delimiter);
        if next.is_empty() {
            return Some((cell, None));
        }
        if let Some(rest) = next.strip_prefix(delimiter) {
            return Some((cell, Some(rest)));
        }
        // The text goes on after the quote: it is kept up to the delimiter.
        let (tail, rest) = match after.split_once(delimiter) {
            Some((tail, rest)) => (tail, Some(rest)),
            None => (after, None),
        };
        return Some((Cow::Owned(format!("{cell}{tail}")), rest));
    }
}

/// The names in the first row of a table: cells without blanks around them and without a comment's sign before them. A
/// column without a name is named by its number.
pub(crate) fn names(row: &str, delimiter: char) -> Vec<String> {
    let row = row.trim_start_matches('\u{feff}').trim_end();
    let row = row.strip_prefix('#').map_or(row, |row| row.trim_start_matches('#').trim_start());
    let cells = cells(row, delimiter);
    cells
        .iter()
        .map(|cell| cell.trim().trim_matches('"').trim())
        .enumerate()
        .map(|(index, name)| if name.is_empty() { format!("column_{}", index + 1) } else { name.to_owned() })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_quote_counts_at_the_beginning_of_a_cell() {
        let cases: [(&str, char, &[&str]); 9] = [
            ("a,\"b, c\",d", ',', &["a", "b, c", "d"]),
            ("a,\"b \"\"c\"\"\",", ',', &["a", "b \"c\"", ""]),
            ("it said \"no, x\"", ',', &["it said \"no", " x\""]),
            ("\"a\" b;c", ';', &["a b", "c"]),
            ("\"open,b", ',', &["\"open", "b"]),
            ("a, \"b, c\" ,d", ',', &["a", "b, c", "d"]),
            ("a   b \"c d\"  e ", ' ', &["a", "b", "c d", "e"]),
            ("", ',', &[""]),
            ("\"a\nb\"\tc", '\t', &["a\nb", "c"]),
        ];
        for (row, delimiter, expected) in cases {
            assert_eq!(cells(row, delimiter), expected, "{row}");
        }
        assert_eq!(names("# time, \"Level\",,x ", ','), ["time", "Level", "column_3", "x"]);
    }
}
