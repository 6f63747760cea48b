//! Pairs of a time and a line, with labels beside them, as Loki answers: `{"stream": {labels}, "values": [[time, line]]}`.
//! A pair becomes an object: `{"time": …, "line": …}` and the labels.

use super::{Frame, FrameBytes};
use serde_json::{Map, Value};

/// What pairs are found under.
const VALUES: &str = "values[]";
/// What their labels are found under.
const LABELS: [&[u8]; 3] = [b"stream", b"metric", b"labels"];

#[derive(Debug, Default)]
pub(super) struct Pairs {
    labels: Map<String, Value>,
}

impl Pairs {
    /// Whether elements at this path may be pairs.
    pub(super) fn of(path: &str) -> Option<Self> {
        (path == VALUES || path.ends_with("[].values[]") || path.ends_with(".values[]")).then(Self::default)
    }

    /// An object begins, in which this is looked for.
    pub(super) fn enter(&mut self, path: &str) {
        if path == VALUES {
            self.labels.clear();
        }
    }

    pub(super) fn are_labels(&self, path: &str, key: &[u8]) -> bool {
        path == VALUES && LABELS.contains(&key)
    }

    pub(super) fn label(&mut self, value: &[u8]) {
        if let Ok(Value::Object(labels)) = serde_json::from_slice(value) {
            self.labels.extend(labels);
        }
    }

    /// Makes an object of a pair; what is none stays as it is.
    pub(super) fn name(&self, frame: &mut Frame, buffer: &[u8]) {
        let FrameBytes::Range(range) = &frame.bytes else { return };
        let Ok(Value::Array(pair)) = serde_json::from_slice(&buffer[range.clone()]) else { return };
        let mut pair = pair.into_iter();
        let (Some(time), Some(line)) = (pair.next(), pair.next()) else { return };
        if time.is_array() || time.is_object() {
            return;
        }
        let mut object = Map::new();
        object.insert("time".into(), time);
        object.insert("line".into(), line);
        let more = pair.filter_map(|value| match value {
            Value::Object(labels) => Some(labels),
            _ => None,
        });
        for (name, value) in std::iter::once(self.labels.clone()).chain(more).flatten() {
            let name = if object.contains_key(&name) { format!("stream.{name}") } else { name };
            object.insert(name, value);
        }
        frame.bytes = FrameBytes::Made(Value::Object(object).to_string().into_bytes());
    }
}
