//! Tokens of a line: brackets, quoted texts and words, by which places in a header are counted.

use crate::level;

/// Bytes of a line in which tokens are counted.
pub(crate) const REACH: usize = 200;

/// A token's place in its line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Token {
    pub(crate) start: usize,
    pub(crate) end: usize,
}

impl Token {
    pub(crate) fn of<'a>(&self, text: &'a str) -> &'a str {
        &text[self.start..self.end]
    }
}

/// The tokens of `text` from `start` on, within [`REACH`] bytes.
pub(crate) struct Tokens<'a> {
    text: &'a str,
    at: usize,
    end: usize,
}

impl<'a> Tokens<'a> {
    pub(crate) fn new(text: &'a str, start: usize) -> Self {
        Self::within(text, start, REACH)
    }

    pub(crate) fn within(text: &'a str, start: usize, reach: usize) -> Self {
        Self { text, at: start, end: floor(text, start + reach) }
    }
}

/// The last character boundary at or before an offset.
pub(crate) fn floor(text: &str, at: usize) -> usize {
    let mut at = at.min(text.len());
    while !text.is_char_boundary(at) {
        at -= 1;
    }
    at
}

impl Iterator for Tokens<'_> {
    type Item = Token;

    fn next(&mut self) -> Option<Token> {
        let bytes = &self.text.as_bytes()[..self.end];
        let blank = bytes.get(self.at..)?.iter().take_while(|byte| is_blank(**byte)).count();
        let start = self.at + blank;
        let first = *bytes.get(start)?;
        let rest = &bytes[start..];
        let length = match first {
            b'[' => bracket(rest),
            b'(' => flat(rest, b'(', b')', usize::MAX),
            b'<' => flat(rest, b'<', b'>', 40),
            b'"' => quoted(rest),
            b'|' => Some(1),
            _ => None,
        };
        let length = length.unwrap_or_else(|| word(rest));
        let mut end = start + length;
        // A level that is glued to what follows it by a colon is a token of its own.
        if let Some(cut) = glued_level(&self.text[start..end]) {
            end = start + cut;
        }
        self.at = end;
        Some(Token { start, end })
    }
}

pub(crate) fn is_blank(byte: u8) -> bool {
    matches!(byte, b' ' | b'\t' | b'\n' | b'\r' | 0x0b | 0x0c)
}

/// A letter, a digit, `_`, or a part of a character beyond ASCII.
pub(crate) fn is_word(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'_' || byte >= 0x80
}

fn word(bytes: &[u8]) -> usize {
    bytes.iter().position(|byte| is_blank(*byte) || *byte == b'|').unwrap_or(bytes.len())
}

/// The length of `[…]`, in which brackets may stand once more.
pub(crate) fn bracket(bytes: &[u8]) -> Option<usize> {
    let mut inside = false;
    for (at, byte) in bytes.iter().enumerate().skip(1) {
        match byte {
            b'[' if inside => return None,
            b'[' => inside = true,
            b']' if inside => inside = false,
            b']' => return Some(at + 1),
            _ => {}
        }
    }
    None
}

/// The length of a bracket that holds none of its kind, before a blank, a colon, a comma, a bar or the end.
fn flat(bytes: &[u8], open: u8, close: u8, most: usize) -> Option<usize> {
    let at = bytes.iter().skip(1).position(|byte| *byte == open || *byte == close)? + 1;
    let ends = bytes.get(at + 1).is_none_or(|byte| is_blank(*byte) || b":,|".contains(byte));
    (bytes[at] == close && at - 1 <= most && ends).then_some(at + 1)
}

/// The length of a text in double quotes, with escapes.
pub(crate) fn quoted(bytes: &[u8]) -> Option<usize> {
    let mut at = 1;
    while at < bytes.len() {
        match bytes[at] {
            b'\\' => at += 2,
            b'"' => return Some(at + 1),
            _ => at += 1,
        }
    }
    None
}

/// Where `ERROR:app` is cut.
fn glued_level(token: &str) -> Option<usize> {
    let bytes = token.as_bytes();
    let letters = bytes.iter().take(10).take_while(|byte| byte.is_ascii_uppercase()).count();
    let glued = (3..=9).contains(&letters)
        && bytes.get(letters) == Some(&b':')
        && bytes.get(letters + 1).is_some_and(|byte| byte.is_ascii_alphabetic() || *byte == b'_');
    (glued && level::word(&token[..letters]).is_some()).then_some(letters + 1)
}

/// The token without the brackets and signs around it.
pub(crate) fn trim(token: &str) -> &str {
    // `[name[12]]`
    let inner = token.strip_prefix('[').and_then(|inner| inner.strip_suffix(']'));
    let token = inner.filter(|inner| inner.ends_with(']') && inner.contains('[')).unwrap_or(token);
    // `name[12]` keeps its number.
    if let Some(open) = token.find('[')
        && open > 0
        && token[..open].ends_with(|c: char| c.is_alphanumeric() || c == '_')
    {
        let outer = token.trim_matches(|c| "<>:,;| ".contains(c));
        let inner =
            outer.strip_prefix('[').and_then(|inner| inner.strip_suffix(']')).filter(|i| i.ends_with(']'));
        let inner = inner.unwrap_or(outer);
        return inner.trim_start_matches(['[', '(', '{']);
    }
    token.trim_matches(|c| "[](){}<>:,;| ".contains(c))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cut(text: &str) -> Vec<&str> {
        Tokens::new(text, 0).map(|token| token.of(text)).collect()
    }

    #[test]
    fn brackets_and_quotes_hold_together() {
        assert_eq!(
            cut("[a b] (c d): e|f \"g h\" <i>"),
            ["[a b]", "(c d)", ":", "e", "|", "f", "\"g h\"", "<i>"]
        );
        assert_eq!(cut("[a [b] c] [open (x"), ["[a [b] c]", "[open", "(x"]);
        assert_eq!(cut("ERROR:app.x: m"), ["ERROR:", "app.x:", "m"]);
        assert_eq!(cut("häuser  ende"), ["häuser", "ende"]);
    }

    #[test]
    fn names_lose_what_is_around_them() {
        for (token, name) in [
            ("[main]", "main"),
            ("shop:", "shop"),
            ("sshd[12]:", "sshd[12]"),
            ("<a>", "a"),
            ("[web[3]]", "web[3]"),
        ] {
            assert_eq!(trim(token), name, "{token}");
        }
    }
}
