//! JSON lines under known roles: the text is visited once, values that nobody wants are passed over, texts without
//! escapes are borrowed.

use super::super::{
    apply::{Plan, Slots},
    row::Value,
};
use super::{DEPTH, Fault, fault, json_row, plain, scan::Scan, speaks_bytes};
use crate::draft::Draft;
use std::borrow::Cow;
use trainyard_types::grammar::Roles;

/// Reads JSON objects as [`json_row`] and [`Plan::apply`] do, at several times their speed.
#[derive(Clone, Debug)]
pub struct JsonReader {
    plan: Plan,
    nodes: Vec<Node>,
    docker: bool,
}

/// What is wanted of the members of an object.
#[derive(Clone, Debug, Default)]
struct Node {
    /// The keys up to here, with points.
    prefix: String,
    entries: Vec<Entry>,
    /// Keys whose value is an attribute, be it an object.
    asked: Vec<Box<str>>,
}

#[derive(Clone, Debug)]
struct Entry {
    key: Box<str>,
    slot: Option<usize>,
    node: Option<usize>,
    bytes: bool,
}

type Attributes<'a> = Vec<(Cow<'a, str>, Cow<'a, str>)>;

impl JsonReader {
    pub fn new(roles: &Roles) -> Self {
        let plan = Plan::new(roles);
        let docker = roles.message.first().is_some_and(|path| path == "log");
        let mut reader = Self { nodes: vec![Node::default()], plan, docker };
        for slot in 0..reader.plan.paths().len() {
            reader.insert(slot);
        }
        reader
    }

    /// Enters a path: keys may have points in them, so that `a.b.c` may be written as one key, two or three.
    fn insert(&mut self, slot: usize) {
        let path = self.plan.paths()[slot].clone();
        let ends: Vec<usize> = path.match_indices('.').map(|(at, _)| at).chain([path.len()]).collect();
        let mut open = vec![(0usize, 0usize)];
        let mut at = 0;
        while let Some(&(node, start)) = open.get(at) {
            at += 1;
            for end in ends.iter().copied().filter(|end| *end >= start) {
                let key = &path[start..end];
                let leaf = end == path.len();
                let child =
                    (!leaf && path[..end].split('.').count() <= DEPTH).then(|| self.node(&path[..end]));
                let entries = &mut self.nodes[node].entries;
                let entry = match entries.iter().position(|entry| &*entry.key == key) {
                    Some(known) => &mut entries[known],
                    None => {
                        let bytes = speaks_bytes(key);
                        entries.push(Entry { key: key.into(), slot: None, node: None, bytes });
                        let last = entries.len() - 1;
                        &mut entries[last]
                    }
                };
                if leaf {
                    entry.slot = Some(slot);
                    if self.plan.is_attribute(slot) {
                        self.nodes[node].asked.push(key.into());
                    }
                } else if let Some(child) = child {
                    entry.node = Some(child);
                    if !open.contains(&(child, end + 1)) {
                        open.push((child, end + 1));
                    }
                }
            }
        }
    }

    fn node(&mut self, prefix: &str) -> usize {
        match self.nodes.iter().position(|node| node.prefix == prefix) {
            Some(known) => known,
            None => {
                self.nodes.push(Node { prefix: prefix.to_owned(), ..Node::default() });
                self.nodes.len() - 1
            }
        }
    }

    /// The error says what is wrong, and where.
    pub fn read<'a>(&self, text: &'a str) -> Result<Draft<'a>, Fault> {
        if self.plan.is_careful() {
            return Ok(self.plan.apply(json_row(text)?, text));
        }
        self.plan.with_slots(|slots| {
            let mut visit =
                Visit { reader: self, scan: Scan::new(text), slots, others: Vec::new(), whole: false };
            match visit.object() {
                Some(()) if visit.whole => Ok(self.plan.apply(json_row(text)?, text)),
                Some(()) => Ok(self.plan.draft(visit.slots, visit.others, text)),
                None => Err(fault(text)),
            }
        })
    }
}

/// What Docker names the stream of a line.
const STREAM: &str = "stream";

impl JsonReader {
    /// Whether the message is a line of a container's output, which Docker cuts when it is long.
    pub fn is_docker(&self) -> bool {
        self.docker
    }

    /// The stream that a container's line is of; nothing of other records.
    pub fn stream<'a>(&self, text: &'a str) -> Option<&'a str> {
        if !self.docker {
            return None;
        }
        let mut scan = Scan::new(text);
        (scan.next()? == b'{').then(|| scan.pass())?;
        let mut first = true;
        while let Some(key) = scan.key(first)? {
            first = false;
            if *key.text() != *STREAM {
                scan.skip(0)?;
                continue;
            }
            return match scan.value(0)? {
                Value::Text(Cow::Borrowed(stream)) => Some(stream),
                _ => None,
            };
        }
        None
    }
}

/// One record being read.
struct Visit<'r, 'a, 's> {
    reader: &'r JsonReader,
    scan: Scan<'a>,
    slots: &'s mut Slots<'a>,
    others: Attributes<'a>,
    /// An object is asked for as one attribute.
    whole: bool,
}

impl<'a> Visit<'_, 'a, '_> {
    fn object(&mut self) -> Option<()> {
        (self.scan.next()? == b'{').then_some(())?;
        self.scan.pass();
        self.members(Some(0), None, 0)?;
        self.scan.ended().then_some(())
    }

    fn members(&mut self, node: Option<usize>, prefix: Option<&str>, depth: usize) -> Option<()> {
        let all = self.reader.plan.keeps_all();
        let (entries, asked) = match node.map(|node| &self.reader.nodes[node]) {
            Some(node) => (&node.entries[..], &node.asked[..]),
            None => (&[][..], &[][..]),
        };
        let mut first = true;
        while let Some(key) = self.scan.key(first)? {
            first = false;
            let key = key.text();
            // A key with points may be a part of what is asked for as one.
            let part = |asked: &str| key.strip_prefix(asked).is_some_and(|rest| rest.starts_with('.'));
            self.whole |= asked.iter().any(|asked| part(asked));
            let entry = entries.iter().find(|entry| *entry.key == *key);
            let opens = self.scan.next()? == b'{' && depth < DEPTH;
            let (slot, child, bytes) = match entry {
                Some(entry) => (entry.slot, entry.node, entry.bytes),
                None if all => (None, None, speaks_bytes(&key)),
                None => {
                    self.scan.skip(depth)?;
                    continue;
                }
            };
            if opens {
                self.whole |= slot.is_some_and(|slot| self.reader.plan.is_attribute(slot));
                if child.is_none() && !all {
                    self.scan.skip(depth)?;
                    continue;
                }
                self.scan.pass();
                let path = if all { joined(prefix, key) } else { Cow::Borrowed("") };
                self.members(child, Some(&path), depth + 1)?;
                continue;
            }
            let takes = slot.filter(|slot| matches!(self.slots[*slot], Value::Null));
            let keeps = all && slot.is_none_or(|slot| self.reader.plan.is_kept(slot));
            if takes.is_none() && !keeps {
                self.scan.skip(depth)?;
                continue;
            }
            let value = self.scan.value(depth)?;
            let value = if bytes { plain(value) } else { value };
            if keeps && !value.is_nothing() {
                self.others.push((joined(prefix, key), value.clone().into_json()));
            }
            if let Some(slot) = takes {
                self.slots[slot] = value;
            }
        }
        Some(())
    }
}

fn joined<'k>(prefix: Option<&str>, key: Cow<'k, str>) -> Cow<'k, str> {
    match prefix {
        None => key,
        Some(prefix) => Cow::Owned(format!("{prefix}.{key}")),
    }
}
