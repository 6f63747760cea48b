//! One JSON value in progress: only strings, escapes and brackets are understood.

/// Deeper nesting than any log has; serde_json refuses the same depth.
const DEPTH: usize = 128;

#[derive(Debug, Default)]
pub(super) struct Value {
    /// The closing brackets due, innermost last.
    closers: Vec<u8>,
    in_string: bool,
    escaped: bool,
    /// Neither bracket nor string: ends before a delimiter.
    scalar: bool,
}

pub(super) enum Step {
    /// The value ends before this offset.
    Ends(usize),
    More,
    Mismatch(usize, String),
}

/// Where the value that begins at `from` ends; nothing when it does not end here.
pub(crate) fn next_value(bytes: &[u8], from: usize) -> Option<usize> {
    match Value::default().advance(bytes, from) {
        Step::Ends(end) => Some(end),
        Step::More | Step::Mismatch(..) => None,
    }
}

impl Value {
    /// Goes on from the byte at `from`.
    pub(super) fn advance(&mut self, buffer: &[u8], from: usize) -> Step {
        let mut at = from;
        while at < buffer.len() {
            if self.in_string {
                if self.escaped {
                    self.escaped = false;
                    at += 1;
                    continue;
                }
                let Some(found) = memchr::memchr2(b'"', b'\\', &buffer[at..]) else { return Step::More };
                at += found + 1;
                if buffer[at - 1] == b'\\' {
                    self.escaped = true;
                } else {
                    self.in_string = false;
                    if self.closers.is_empty() && !self.scalar {
                        return Step::Ends(at);
                    }
                }
                continue;
            }
            let byte = buffer[at];
            match byte {
                b'"' => self.in_string = true,
                b'{' | b'[' if self.closers.len() == DEPTH => {
                    return Step::Mismatch(at, format!("values are nested deeper than {DEPTH}"));
                }
                b'{' => self.closers.push(b'}'),
                b'[' => self.closers.push(b']'),
                b'}' | b']' => match self.closers.pop() {
                    Some(due) if due == byte => {
                        if self.closers.is_empty() {
                            return Step::Ends(at + 1);
                        }
                    }
                    Some(due) => {
                        let reason =
                            format!("`{}` stands where `{}` belongs", char::from(byte), char::from(due));
                        return Step::Mismatch(at, reason);
                    }
                    None => return Step::Ends(at),
                },
                b',' if self.closers.is_empty() => return Step::Ends(at),
                _ if self.closers.is_empty() && byte.is_ascii_whitespace() => return Step::Ends(at),
                _ if self.closers.is_empty() => self.scalar = true,
                _ => {}
            }
            at += 1;
        }
        Step::More
    }
}
