//! Blocks of `KEY=value` lines, as a journal is exported.

use super::lines;

/// Lines that are looked at.
const LINES: usize = 400;

/// Four lines or more, of which nearly all are pairs with a key in capitals, in paragraphs that share keys.
pub(super) fn find(text: &str) -> bool {
    let (mut all, mut pairs) = (0usize, 0usize);
    for line in lines(text).take(LINES) {
        all += 1;
        pairs += usize::from(key(line).is_some());
    }
    if all < 4 || pairs * 10 < all * 8 {
        return false;
    }
    let mut paragraphs: Vec<Vec<&str>> = vec![Vec::new()];
    let newline = if text.contains('\n') { '\n' } else { '\r' };
    for line in text.split(newline).take(LINES) {
        if line.trim().is_empty() {
            if paragraphs.last().is_some_and(|keys| !keys.is_empty()) {
                paragraphs.push(Vec::new());
            }
        } else if let (Some(key), Some(paragraph)) = (key(line), paragraphs.last_mut()) {
            paragraph.push(key);
        }
    }
    paragraphs.retain(|keys| !keys.is_empty());
    match &paragraphs[..] {
        [] => false,
        [only] => only[0].starts_with("__"),
        // The settings of a program are one paragraph, or several without a common key.
        [first, rest @ ..] => {
            let shared = |keys: &&Vec<&str>| keys.iter().any(|key| first.contains(key));
            rest.iter().filter(shared).count() * 2 >= rest.len()
        }
    }
}

/// The key in capitals that a line begins with.
fn key(line: &str) -> Option<&str> {
    let (key, _) = line.split_once('=')?;
    let of_keys = |c: char| c.is_ascii_uppercase() || c.is_ascii_digit() || c == '_';
    let begins = key.trim_start_matches('_').starts_with(|c: char| c.is_ascii_uppercase());
    (begins && key.len() <= 64 && key.chars().all(of_keys)).then_some(key)
}
