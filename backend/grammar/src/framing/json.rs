//! The elements at a path of JSON values that stand one after the other: concatenated or pretty-printed, separated by
//! white space or commas, or one large document. Other fields are passed over. Only strings, escapes and brackets are
//! understood here; what is between the brackets of an element is the reader's concern, so that one malformed element
//! costs one record and not the document.
//!
//! A path is keys with points between them; `[]` is every element of an array, and the empty path is the values
//! themselves. A key is compared with what is left of the path, so that it may hold points itself.

mod value;

use super::{Broken, Cursor, Frame, Outside, pairs::Pairs};
pub(super) use value::next_value;
use value::{Step, Value};

/// Bytes of a key that are compared.
const KEY_BYTES: usize = 256;

#[derive(Debug)]
pub(super) struct Document {
    path: Box<str>,
    /// The arrays and objects that are open on the way to the elements, and how much of the path leads to what is
    /// looked for in them.
    levels: Vec<Level>,
    state: State,
    key: Vec<u8>,
    /// In a key, after a backslash.
    escaped: bool,
    value: Value,
    /// What is wrong with the value that breaks.
    fault: String,
    pairs: Option<Pairs>,
    /// A value has come to its end.
    several: bool,
}

#[derive(Clone, Copy, Debug)]
enum Level {
    Array(usize),
    Object(usize),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum State {
    /// Between the values of the file.
    Between,
    /// In a line between them that is none.
    Junk,
    /// In the line where such a value breaks.
    Faulty,
    /// In an object, before a key; `comma` says whether one may follow at once.
    Key {
        comma: bool,
    },
    InKey,
    Colon,
    /// Before a field's value.
    FieldValue,
    /// In a value that is passed over.
    Skipping,
    /// In one that is passed over but for the labels of what follows.
    Labels,
    /// In an array, before an element.
    Elements {
        comma: bool,
    },
    Element,
}

impl Document {
    pub(super) fn new(path: &str) -> Self {
        Self {
            path: path.into(),
            levels: Vec::new(),
            state: State::Between,
            key: Vec::new(),
            escaped: false,
            value: Value::default(),
            fault: String::new(),
            pairs: Pairs::of(path),
            several: false,
        }
    }

    pub(super) fn scan(
        &mut self,
        cursor: &mut Cursor,
        buffer: &[u8],
        end: bool,
        outside: &mut Outside,
        frames: &mut Vec<Frame>,
    ) -> Result<(), Broken> {
        while cursor.position < buffer.len() {
            let at = cursor.position;
            let byte = buffer[at];
            match self.state {
                State::Skipping | State::Labels | State::Element => match self.value.advance(buffer, at) {
                    Step::More => cursor.position = buffer.len(),
                    Step::Ends(offset) => {
                        cursor.position = offset;
                        self.value_ends(cursor, buffer, frames);
                    }
                    Step::Mismatch(offset, reason) if self.levels.is_empty() => {
                        // Whole values are records: the next one may begin with any line.
                        cursor.position = offset;
                        self.fault = reason;
                        self.state = State::Faulty;
                    }
                    Step::Mismatch(offset, reason) => {
                        return Err(structure(cursor, buffer, offset, reason));
                    }
                },
                State::InKey => {
                    cursor.position += 1;
                    match byte {
                        b'"' if !self.escaped => self.state = State::Colon,
                        _ => {
                            self.escaped = byte == b'\\' && !self.escaped;
                            if self.key.len() < KEY_BYTES {
                                self.key.push(byte);
                            }
                        }
                    }
                }
                State::Junk | State::Faulty => match memchr::memchr(cursor.newline, &buffer[at..]) {
                    Some(found) => {
                        cursor.position = at + found;
                        self.line_ends(cursor, buffer, outside, frames);
                    }
                    None => cursor.position = buffer.len(),
                },
                _ if byte.is_ascii_whitespace() => cursor.position += 1,
                _ => self.between(cursor, buffer, byte)?,
            }
        }
        if end { self.ended(cursor, buffer, outside, frames) } else { Ok(()) }
    }

    /// A value that was passed over or is a record ends at the cursor.
    fn value_ends(&mut self, cursor: &mut Cursor, buffer: &[u8], frames: &mut Vec<Frame>) {
        match self.state {
            State::Element => {
                let mut frame = cursor.take(buffer, cursor.position);
                if let (Some(pairs), Some(frame)) = (&self.pairs, &mut frame) {
                    pairs.name(frame, buffer);
                }
                frames.extend(frame);
            }
            State::Labels => {
                if let (Some(pairs), Some((value, _))) =
                    (&mut self.pairs, cursor.current(buffer, cursor.position))
                {
                    pairs.label(value);
                }
                cursor.drop_record();
            }
            _ => {}
        }
        self.state = self.inside(false);
    }

    /// Where one is after a value, or at the beginning of what was opened.
    fn inside(&mut self, begins: bool) -> State {
        match self.levels.last() {
            None => {
                self.several = true;
                State::Between
            }
            Some(Level::Array(_)) => State::Elements { comma: begins },
            Some(Level::Object(_)) => State::Key { comma: begins },
        }
    }

    /// A line that is no value, or the value that breaks in it, ends at the cursor.
    fn line_ends(
        &mut self,
        cursor: &mut Cursor,
        buffer: &[u8],
        outside: &mut Outside,
        frames: &mut Vec<Frame>,
    ) {
        let end = cursor.position;
        if self.state == State::Faulty {
            cursor.finish_with(buffer, end, &self.fault, frames);
        } else {
            if let Some((text, line)) = cursor.current(buffer, end) {
                outside.add(line, text);
            }
            cursor.drop_record();
        }
        self.state = State::Between;
    }

    /// One byte outside of values, keys and white space.
    fn between(&mut self, cursor: &mut Cursor, buffer: &[u8], byte: u8) -> Result<(), Broken> {
        let at = cursor.position;
        let shown = char::from(byte);
        let unexpected = |cursor: &mut Cursor, what: &str| {
            let reason = format!("`{}` stands where {what} belongs", shown.escape_default());
            Err(structure(cursor, buffer, at, reason))
        };
        match (self.state, byte) {
            // Record separators are those of RFC 7464.
            (State::Between, b',' | 0x1e | 0) => {}
            (State::Between, b'{' | b'[') => {
                self.value_begins(cursor, buffer, byte, Some(0));
                return Ok(());
            }
            (State::Between, _) => {
                cursor.begin(buffer, at);
                self.state = State::Junk;
                return Ok(());
            }
            (State::Key { .. }, b'}') | (State::Elements { .. }, b']') => {
                self.levels.pop();
                self.state = self.inside(false);
            }
            (State::Key { comma: false }, b',') => self.state = State::Key { comma: true },
            (State::Key { .. }, b'"') => {
                self.key.clear();
                self.escaped = false;
                self.state = State::InKey;
            }
            (State::Key { .. }, _) => return unexpected(cursor, "a field's name"),
            (State::Colon, b':') => self.state = State::FieldValue,
            (State::Colon, _) => return unexpected(cursor, "`:`"),
            (State::FieldValue, b',' | b'}' | b']' | b':') => return unexpected(cursor, "a value"),
            (State::FieldValue, _) => {
                self.field(cursor, buffer, byte);
                return Ok(());
            }
            (State::Elements { comma: false }, b',') => self.state = State::Elements { comma: true },
            (State::Elements { comma: false }, _) => return unexpected(cursor, "`,` or `]`"),
            (State::Elements { comma: true }, b',' | b'}' | b':') => return unexpected(cursor, "a record"),
            (State::Elements { comma: true }, _) => {
                let rest = self.levels.last().and_then(|level| match level {
                    Level::Array(rest) => Some(*rest),
                    Level::Object(_) => None,
                });
                self.value_begins(cursor, buffer, byte, rest);
                return Ok(());
            }
            _ => return unexpected(cursor, "the end of the file"),
        }
        cursor.position += 1;
        Ok(())
    }

    /// A field's value begins.
    fn field(&mut self, cursor: &mut Cursor, buffer: &[u8], byte: u8) {
        let Some(Level::Object(rest)) = self.levels.last().copied() else { return };
        let plain: Option<String> = self
            .key
            .contains(&b'\\')
            .then(|| serde_json::from_slice(&[b"\"", &*self.key, b"\""].concat()).ok())
            .flatten();
        let key = plain.as_ref().map_or(&*self.key, String::as_bytes);
        let left = &self.path.as_bytes()[rest..];
        let matched = left.strip_prefix(key).filter(|_| !key.is_empty()).and_then(|after| match after {
            [] | [b'[', ..] => Some(rest + key.len()),
            [b'.', ..] => Some(rest + key.len() + 1),
            _ => None,
        });
        let labels = self.pairs.as_ref().is_some_and(|pairs| pairs.are_labels(&self.path[rest..], key));
        if matched.is_none() && labels && byte == b'{' {
            cursor.begin(buffer, cursor.position);
            self.value = Value::default();
            self.state = State::Labels;
            return;
        }
        self.value_begins(cursor, buffer, byte, matched);
    }

    /// A value begins: a record, a step on the way to one, or something to pass over.
    fn value_begins(&mut self, cursor: &mut Cursor, buffer: &[u8], byte: u8, rest: Option<usize>) {
        let left = rest.map(|rest| (rest, &self.path[rest..]));
        let level = match (left, byte) {
            (Some((rest, left)), b'[') if left.starts_with("[]") => {
                let dot = usize::from(left[2..].starts_with('.'));
                Some(Level::Array(rest + 2 + dot))
            }
            (Some((rest, left)), b'{') if !left.is_empty() && !left.starts_with('[') => {
                if let Some(pairs) = &mut self.pairs {
                    pairs.enter(left);
                }
                Some(Level::Object(rest))
            }
            _ => None,
        };
        if let Some(level) = level {
            self.levels.push(level);
            self.state = self.inside(true);
            cursor.position += 1;
            return;
        }
        // A value of the file that is not built like the others is a record itself.
        let record = left.is_some_and(|(_, left)| left.is_empty() || self.levels.is_empty());
        if record {
            cursor.begin(buffer, cursor.position);
        }
        self.value = Value::default();
        self.state = if record { State::Element } else { State::Skipping };
    }

    fn ended(
        &mut self,
        cursor: &mut Cursor,
        buffer: &[u8],
        outside: &mut Outside,
        frames: &mut Vec<Frame>,
    ) -> Result<(), Broken> {
        let missing = match self.state {
            State::Between => return Ok(()),
            State::Junk | State::Faulty => {
                self.line_ends(cursor, buffer, outside, frames);
                return Ok(());
            }
            // Of several values, or of values that are records, the last one alone is lost.
            _ if self.levels.is_empty() || self.several => {
                if cursor.start.is_none() {
                    cursor.begin(buffer, buffer.len());
                }
                cursor.finish_with(buffer, buffer.len(), "the file ends within the record", frames);
                return Ok(());
            }
            State::Element => {
                let line = cursor.start.map_or(cursor.line, |(_, line)| line);
                return Err(Broken::CutOff { record: cursor.records + 1, line });
            }
            State::Elements { .. } => "the file ends before the array is closed; upload the whole file",
            _ => "the file ends inside the document; upload the whole file",
        };
        Err(structure(cursor, buffer, buffer.len(), missing.to_owned()))
    }
}

fn structure(cursor: &mut Cursor, buffer: &[u8], offset: usize, reason: String) -> Broken {
    let line = cursor.line_at(buffer, offset);
    Broken::Structure { record: cursor.records + 1, line, reason }
}
