//! Numbers with a name in messages: `signal=-67`, `loss: 3.5 %`, `duration:12ms`.
//!
//! The rule is one regular expression, matched from left to right with ASCII meaning (Python: `re.finditer` with
//! `re.ASCII`): [`PATTERN`]. The name is compared in lower case. A number next to a digit, dot, colon, underscore or
//! hyphen is part of something else (an address, a date) and is none.

use regex::bytes::{Regex, RegexBuilder};

pub(crate) const PATTERN: &str =
    r"([A-Za-z][A-Za-z0-9_]{0,31}) ?[=:] ?(-?[0-9]{1,15}(?:\.[0-9]{1,15})?)(?:[^0-9.:_-]|$)";

pub(crate) fn compile() -> Result<Regex, regex::Error> {
    RegexBuilder::new(PATTERN).unicode(false).build()
}

/// The names and numbers of a message.
pub(crate) fn find(pattern: &Regex, message: &str, mut take: impl FnMut(String, f64)) {
    if !message.bytes().any(|byte| matches!(byte, b'=' | b':')) {
        return;
    }
    for found in pattern.captures_iter(message.as_bytes()) {
        let text = |group| found.get(group).and_then(|part| std::str::from_utf8(part.as_bytes()).ok());
        if let (Some(name), Some(Ok(number))) = (text(1), text(2).map(str::parse)) {
            take(name.to_ascii_lowercase(), number);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn named_numbers_are_found_and_parts_of_others_are_not() {
        let pattern = compile().unwrap();
        let all = |message| {
            let mut all = Vec::new();
            find(&pattern, message, |name, number| all.push((name, number)));
            all
        };
        let expected = [("signal", -67.0), ("rate", 54.5), ("loss", 3.0), ("took", 12.0)];
        assert_eq!(
            all("Signal=-67 rate: 54.5 Mbit/s, loss:3% took=12ms"),
            expected.map(|(name, number)| (name.to_owned(), number))
        );
        assert_eq!(all("at: 12:30:01 rhost=218.188.2.4 day=2025-07-02"), []);
    }
}
