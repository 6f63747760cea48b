//! The elements of one JSON document: a top-level array, or the array `data` (or `resourceLogs`) of a top-level object,
//! whose other fields are passed over. Only strings, escapes and brackets are understood here; what is between the brackets of an
//! element is the parser's concern, so that one malformed element costs one record and not the document.

use super::{Broken, Cursor, Frame};

/// Deeper nesting than any log has; serde_json refuses the same depth.
const DEPTH: usize = 128;
/// The fields of a top-level object whose elements are looked for.
const ARRAYS: [&[u8]; 2] = [b"data", b"resourceLogs"];
/// Bytes of a key that are compared with these.
const KEY_BYTES: usize = 16;

#[derive(Debug, Default)]
pub(super) struct Document {
    state: State,
    /// Whether the document is an object with the array inside.
    object: bool,
    key: Vec<u8>,
    value: Value,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum State {
    #[default]
    Start,
    /// In the top-level object, before a key.
    Key,
    InKey,
    Colon,
    FieldValue,
    /// In a value that is passed over.
    Skipping,
    /// In the array, before an element; `comma` says whether one may follow at once.
    Elements {
        comma: bool,
    },
    Element,
    After,
}

/// A value in progress.
#[derive(Debug, Default)]
struct Value {
    /// The closing brackets due, innermost last.
    closers: Vec<u8>,
    in_string: bool,
    escaped: bool,
    /// Neither bracket nor string: ends before a delimiter.
    scalar: bool,
}

enum Step {
    /// The value ends before this offset.
    Ends(usize),
    More,
    Mismatch(usize, String),
}

impl Document {
    pub(super) fn scan(
        &mut self,
        cursor: &mut Cursor,
        buffer: &[u8],
        end: bool,
        frames: &mut Vec<Frame>,
    ) -> Result<(), Broken> {
        while cursor.position < buffer.len() {
            let at = cursor.position;
            let byte = buffer[at];
            match self.state {
                State::Skipping | State::Element => match self.value.advance(buffer, at) {
                    Step::More => cursor.position = buffer.len(),
                    Step::Ends(offset) => {
                        cursor.position = offset;
                        if self.state == State::Element {
                            cursor.finish(buffer, offset, frames);
                            self.state = State::Elements { comma: false };
                        } else {
                            self.state = State::Key;
                        }
                    }
                    Step::Mismatch(offset, reason) => return Err(structure(cursor, buffer, offset, reason)),
                },
                State::InKey => {
                    cursor.position += 1;
                    match byte {
                        _ if self.value.escaped => self.value.escaped = false,
                        b'\\' => self.value.escaped = true,
                        b'"' => self.state = State::Colon,
                        _ if self.key.len() < KEY_BYTES => self.key.push(byte),
                        _ => {}
                    }
                }
                _ if byte.is_ascii_whitespace() => cursor.position += 1,
                _ => self.between(cursor, buffer, byte)?,
            }
        }
        if end { self.ended(cursor, buffer) } else { Ok(()) }
    }

    /// One byte outside of values, keys and white space.
    fn between(&mut self, cursor: &mut Cursor, buffer: &[u8], byte: u8) -> Result<(), Broken> {
        let at = cursor.position;
        let shown = char::from(byte);
        let unexpected = |cursor: &mut Cursor, what: &str| {
            Err(structure(
                cursor,
                buffer,
                at,
                format!("`{}` stands where {what} belongs", shown.escape_default()),
            ))
        };
        self.state = match (self.state, byte) {
            (State::Start, b'[') => State::Elements { comma: true },
            (State::Start, b'{') => {
                self.object = true;
                State::Key
            }
            (State::Start, _) => return unexpected(cursor, "`[` or `{`"),
            (State::Key, b',') => State::Key,
            (State::Key, b'}') => State::After,
            (State::Key, b'"') => {
                self.key.clear();
                State::InKey
            }
            (State::Key, _) => return unexpected(cursor, "a field's name"),
            (State::Colon, b':') => State::FieldValue,
            (State::Colon, _) => return unexpected(cursor, "`:`"),
            (State::FieldValue, b'[') if ARRAYS.contains(&&*self.key) => State::Elements { comma: true },
            (State::FieldValue, b',' | b'}' | b']' | b':') => return unexpected(cursor, "a value"),
            (State::FieldValue, _) => {
                self.value = Value::default();
                self.state = State::Skipping;
                return Ok(());
            }
            (State::Elements { .. }, b']') if self.object => State::Key,
            (State::Elements { .. }, b']') => State::After,
            (State::Elements { comma: false }, b',') => State::Elements { comma: true },
            (State::Elements { comma: false }, _) => return unexpected(cursor, "`,` or `]`"),
            (State::Elements { comma: true }, b',' | b'}' | b':') => return unexpected(cursor, "a record"),
            (State::Elements { comma: true }, _) => {
                cursor.begin(buffer, at);
                self.value = Value::default();
                self.state = State::Element;
                return Ok(());
            }
            _ => return unexpected(cursor, "the end of the file"),
        };
        cursor.position += 1;
        Ok(())
    }

    fn ended(&mut self, cursor: &mut Cursor, buffer: &[u8]) -> Result<(), Broken> {
        let missing = match self.state {
            State::After => return Ok(()),
            State::Start => "the file is blank".to_owned(),
            State::Element => {
                let line = cursor.start.map_or(cursor.line, |(_, line)| line);
                return Err(Broken::CutOff { record: cursor.records + 1, line });
            }
            State::Elements { .. } => {
                "the file ends before the array is closed; upload the whole file".to_owned()
            }
            _ => "the file ends inside the document; upload the whole file".to_owned(),
        };
        Err(structure(cursor, buffer, buffer.len(), missing))
    }
}

/// Where the value that begins at `from` ends; nothing when it does not end here.
pub(super) fn next_value(bytes: &[u8], from: usize) -> Option<usize> {
    match Value::default().advance(bytes, from) {
        Step::Ends(end) => Some(end),
        Step::More | Step::Mismatch(..) => None,
    }
}

fn structure(cursor: &mut Cursor, buffer: &[u8], offset: usize, reason: String) -> Broken {
    let line = cursor.line_at(buffer, offset);
    Broken::Structure { record: cursor.records + 1, line, reason }
}

impl Value {
    /// Goes on from the byte at `from`.
    fn advance(&mut self, buffer: &[u8], from: usize) -> Step {
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
