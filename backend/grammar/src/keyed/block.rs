//! `KEY=value` lines, as the journal exports them.

use super::row::{Row, Value};
use std::borrow::Cow;

/// The pairs of a block of lines; a line without `=` continues the value before.
pub fn block_row(text: &str) -> Option<Row<'_>> {
    let mut row = Row::new();
    for line in text.lines() {
        match line.split_once('=').filter(|(key, _)| is_key(key)) {
            Some((key, value)) => row.push((Cow::Borrowed(key), Value::Text(Cow::Borrowed(value)))),
            None => match row.last_mut() {
                Some((_, Value::Text(value))) if !line.trim().is_empty() => {
                    *value = Cow::Owned(format!("{value}\n{line}"));
                }
                _ => {}
            },
        }
    }
    (!row.is_empty()).then_some(row)
}

fn is_key(key: &str) -> bool {
    !key.is_empty()
        && key.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'.' | b'-'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_are_pairs() {
        let row =
            block_row("__REALTIME_TIMESTAMP=1714557600000000\nMESSAGE=a = b\nmore of it\n_PID=7\n").unwrap();
        let pairs: Vec<_> = row.iter().map(|(key, value)| (&**key, value.text().unwrap())).collect();
        assert_eq!(pairs[0], ("__REALTIME_TIMESTAMP", "1714557600000000".into()));
        assert_eq!(pairs[1], ("MESSAGE", "a = b\nmore of it".into()));
        assert_eq!(pairs[2], ("_PID", "7".into()));
        assert_eq!(block_row("nothing\n"), None);
    }
}
