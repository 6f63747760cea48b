//! Roles applied to a record: which values become which fields of a draft.

use super::row::{Row, Value, quoted, text_of_bytes};
use crate::{draft::Draft, level, time};
use std::borrow::Cow;
use trainyard_types::grammar::{Roles, Scale, TimePath};

/// Cells beyond the last column.
pub(super) const MORE: &str = "+";

/// Values of the paths that are wanted, by their place in [`Plan::paths`].
pub(super) type Slots<'a> = [Value<'a>];

/// Further fields, by name, as JSON.
pub(super) type Attributes<'a> = Vec<(Cow<'a, str>, Cow<'a, str>)>;

/// Makes a draft of a record's values. Of several paths of a role the first that says something counts: a time that
/// is none, a level that nobody knows and null say nothing. Without a message the record's own text is it; of a table
/// nothing is.
pub fn apply<'a>(row: Row<'a>, roles: &Roles, whole: &'a str) -> Draft<'a> {
    Plan::new(roles).apply(row, whole)
}

/// Roles made ready to be applied to many records.
#[derive(Clone, Debug)]
pub struct Plan {
    paths: Vec<String>,
    time: Vec<(usize, Option<usize>)>,
    level: Vec<usize>,
    message: Vec<usize>,
    process: Vec<usize>,
    host: Vec<usize>,
    pid: Vec<usize>,
    id: Vec<usize>,
    attributes: Vec<(String, usize)>,
    scale: Option<Scale>,
    all: bool,
    table: bool,
    /// Some path may lead into an array.
    careful: bool,
    /// What stands between cells.
    pub(super) delimiter: Option<char>,
}

/// So many slots need no memory of their own.
const FEW: usize = 16;

impl Plan {
    pub fn new(roles: &Roles) -> Self {
        let mut paths: Vec<String> = Vec::new();
        let mut slot = |path: &str| match paths.iter().position(|known| known == path) {
            Some(known) => known,
            None => {
                paths.push(path.to_owned());
                paths.len() - 1
            }
        };
        let mut slots = |paths: &[String]| paths.iter().map(|path| slot(path)).collect::<Vec<_>>();
        let (level, message) = (slots(&roles.level), slots(&roles.message));
        let (process, host) = (slots(&roles.process), slots(&roles.host));
        let (pid, id) = (slots(&roles.pid), slots(&roles.id));
        let time = roles.time.iter().map(|path| match path {
            TimePath::One(path) => (slot(path), None),
            TimePath::Two([date, clock]) => (slot(date), Some(slot(clock))),
        });
        let time = time.collect();
        let attributes = roles.attributes.iter().map(|kept| (kept.name.clone(), slot(&kept.path))).collect();
        let position = |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
        let careful = paths.iter().any(|path| path.split('.').skip(1).any(position));
        let (scale, table) = (roles.scale, roles.table);
        let all = roles.all_attributes || table;
        Self {
            paths,
            time,
            level,
            message,
            process,
            host,
            pid,
            id,
            attributes,
            scale,
            all,
            table,
            careful,
            delimiter: None,
        }
    }

    pub(super) fn paths(&self) -> &[String] {
        &self.paths
    }

    pub(super) fn slot(&self, path: &str) -> Option<usize> {
        self.paths.iter().position(|known| known == path)
    }

    pub(super) fn is_careful(&self) -> bool {
        self.careful
    }

    pub(super) fn keeps_all(&self) -> bool {
        self.all
    }

    pub(super) fn is_attribute(&self, slot: usize) -> bool {
        self.attributes.iter().any(|(_, known)| *known == slot)
    }

    /// Whether the value of a slot is an attribute under its own path, too.
    pub(super) fn is_kept(&self, slot: usize) -> bool {
        self.table && !self.is_attribute(slot)
    }

    /// Whether a path is below one that is asked for as an attribute.
    pub(super) fn is_part(&self, path: &str) -> bool {
        let below = |of: &str| path.strip_prefix(of).is_some_and(|rest| rest.starts_with('.'));
        self.attributes.iter().any(|(_, slot)| below(&self.paths[*slot]))
    }

    pub(super) fn is_message(&self, slot: usize) -> bool {
        self.message.contains(&slot)
    }

    /// Calls with a slot for every path.
    pub(super) fn with_slots<'a, T>(&self, work: impl FnOnce(&mut Slots<'a>) -> T) -> T {
        if self.paths.len() <= FEW {
            let mut slots = [const { Value::Null }; FEW];
            work(&mut slots[..self.paths.len()])
        } else {
            work(&mut vec![Value::Null; self.paths.len()])
        }
    }

    /// As [`apply`].
    pub fn apply<'a>(&self, row: Row<'a>, whole: &'a str) -> Draft<'a> {
        self.with_slots(|slots| {
            let mut deep = Vec::new();
            for (slot, path) in self.paths.iter().enumerate() {
                if (self.careful || self.is_attribute(slot))
                    && !row.iter().any(|(known, value)| known == path && *value != Value::Null)
                {
                    deep.extend(inside(&row, path, self.is_attribute(slot)).map(|value| (slot, value)));
                }
            }
            let mut others = Attributes::new();
            let mut last = None;
            for (path, value) in row {
                let slot = self.slot(&path);
                if path == MORE && self.continues(last, slots, &value) {
                    continue;
                }
                last = slot;
                self.put(path, value, slot, slots, &mut others);
            }
            for (slot, value) in deep {
                slots[slot] = value;
            }
            self.draft(slots, others, whole)
        })
    }

    /// Puts a value where it is wanted. The first value of a path counts.
    pub(super) fn put<'a>(
        &self,
        path: Cow<'a, str>,
        value: Value<'a>,
        slot: Option<usize>,
        slots: &mut Slots<'a>,
        others: &mut Attributes<'a>,
    ) {
        if self.all && !value.is_nothing() && slot.is_none_or(|slot| self.is_kept(slot)) {
            others.push((path, value.clone().into_json()));
        }
        if let Some(slot) = slot.filter(|slot| slots[*slot] == Value::Null) {
            slots[slot] = value;
        }
    }

    /// Cells beyond the last column continue it where it is the message.
    pub(super) fn continues<'a>(&self, last: Option<usize>, slots: &mut Slots<'a>, more: &Value<'a>) -> bool {
        let Some((delimiter, slot)) = self.delimiter.zip(last.filter(|slot| self.is_message(*slot))) else {
            return false;
        };
        let (Value::Text(text), Value::Text(more)) = (&slots[slot], more) else { return false };
        slots[slot] = Value::Text(format!("{text}{delimiter}{more}").into());
        true
    }

    /// The draft of what the slots hold.
    pub(super) fn draft<'a>(
        &self,
        slots: &mut Slots<'a>,
        others: Attributes<'a>,
        whole: &'a str,
    ) -> Draft<'a> {
        let text = |slots: &Slots<'a>, of: &[usize]| {
            let values = of.iter().map(|slot| &slots[*slot]);
            values.filter(|value| !value.is_nothing()).find_map(|value| value.clone().into_text())
        };
        let mut attributes = Attributes::new();
        for (name, slot) in &self.attributes {
            if !slots[*slot].is_nothing() {
                attributes.push((Cow::Owned(name.clone()), slots[*slot].clone().into_json()));
            }
        }
        attributes.extend(others);
        Draft {
            time: self.time.iter().find_map(|(first, second)| match second {
                None => instant(&slots[*first]),
                Some(second) => both(&slots[*first], &slots[*second]),
            }),
            host: text(slots, &self.host),
            severity: self.level.iter().find_map(|slot| self.severity(&slots[*slot])),
            process: text(slots, &self.process),
            pid: text(slots, &self.pid),
            id: text(slots, &self.id),
            message: match self.table {
                true => None,
                false => Some(without_line_end(self.message(slots).unwrap_or(Cow::Borrowed(whole)))),
            },
            attributes,
        }
    }

    fn message<'a>(&self, slots: &mut Slots<'a>) -> Option<Cow<'a, str>> {
        self.message.iter().find_map(|slot| match std::mem::take(&mut slots[*slot]) {
            Value::Nested(json) => Some(text_of_bytes(&json).map_or(json, Cow::Owned)),
            value => value.into_text(),
        })
    }

    fn severity(&self, value: &Value<'_>) -> Option<u8> {
        match value {
            Value::Text(text) => level::value(text, self.scale),
            value => level::number(value.integer()?, self.scale),
        }
    }
}

/// The time that a value is.
pub(super) fn instant(value: &Value<'_>) -> Option<time::Raw> {
    match value {
        Value::Text(text) => time::value(text),
        Value::Integer(number) => time::integer(u64::try_from(*number).ok()?),
        Value::Unsigned(number) => time::integer(*number),
        Value::Number(number) => time::number(*number),
        Value::Null | Value::Flag(_) | Value::Nested(_) => None,
    }
}

/// The time of a date and a time of day, or of seconds and nanoseconds.
pub(super) fn both(date: &Value<'_>, clock: &Value<'_>) -> Option<time::Raw> {
    if let (Some(seconds @ 1..100_000_000_000), Some(nanoseconds @ 0..1_000_000_000)) =
        (date.integer(), clock.integer())
        && !matches!((date, clock), (Value::Text(_), Value::Text(_)))
    {
        return time::integer(u64::try_from(seconds * 1_000_000_000 + nanoseconds).ok()?);
    }
    time::value(&format!("{} {}", date.text()?, clock.text()?))
}

/// Docker ends its messages as the program ended its line.
fn without_line_end(text: Cow<'_, str>) -> Cow<'_, str> {
    if !text.ends_with(['\r', '\n']) {
        return text;
    }
    match text {
        Cow::Borrowed(text) => Cow::Borrowed(text.trim_end_matches(['\r', '\n'])),
        Cow::Owned(mut text) => {
            text.truncate(text.trim_end_matches(['\r', '\n']).len());
            Cow::Owned(text)
        }
    }
}

/// What is at a path that leads into an array (`tags.0`), or, as an object of paths, below it.
fn inside(row: &Row<'_>, path: &str, whole: bool) -> Option<Value<'static>> {
    for (known, value) in row {
        if let (Some(rest), Value::Nested(json)) = (path.strip_prefix(&**known), value)
            && let Some(rest) = rest.strip_prefix('.')
            && let Ok(tree) = serde_json::from_str::<serde_json::Value>(json)
            && let Some(found) = tree.pointer(&format!("/{}", rest.replace('~', "~0").replace('.', "/")))
        {
            return Some(owned(found));
        }
    }
    let mut object = String::new();
    for (known, value) in row.iter().filter(|_| whole) {
        if let Some(rest) = known.strip_prefix(path).and_then(|rest| rest.strip_prefix('.')) {
            object.push(if object.is_empty() { '{' } else { ',' });
            object.push_str(&quoted(rest));
            object.push(':');
            object.push_str(&value.clone().into_json());
        }
    }
    (!object.is_empty()).then(|| Value::Nested((object + "}").into()))
}

fn owned(value: &serde_json::Value) -> Value<'static> {
    match value {
        serde_json::Value::Null => Value::Null,
        serde_json::Value::Bool(flag) => Value::Flag(*flag),
        serde_json::Value::String(text) => Value::Text(text.clone().into()),
        serde_json::Value::Number(number) => match (number.as_i64(), number.as_u64()) {
            (Some(number), _) => Value::Integer(number),
            (None, Some(number)) => Value::Unsigned(number),
            (None, None) => number.as_f64().map_or(Value::Null, Value::Number),
        },
        other => Value::Nested(other.to_string().into()),
    }
}
