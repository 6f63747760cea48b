//! Going through JSON that may be cut off, without recursion: which lists there are, and what they hold.

use std::collections::HashMap;

/// Deeper values are no logs.
const DEPTH: usize = 128;
/// Elements of a list that are looked at for times.
pub(super) const LOOKED_AT: usize = 30;
/// Objects within an element in which a time is the element's.
const TIME_DEPTH: usize = 6;
/// Lists that are told apart.
const LISTS: usize = 1000;
/// The longest path, and the longest text that is tried as a time.
const PATH_BYTES: usize = 512;
const TIME_BYTES: usize = 80;
/// What stands for a longer key.
const TOO_LONG: &str = "\0";

/// What a text holds.
#[derive(Debug, Default)]
pub(super) struct Values {
    /// Values that stand at the top, and came to an end; of those, how many have a line for themselves.
    pub(super) whole: usize,
    pub(super) lines: usize,
    /// All of them, by kind, and how many objects hold a time outside of lists.
    pub(super) objects: usize,
    pub(super) arrays: usize,
    pub(super) timed: usize,
    pub(super) lists: Vec<List>,
    /// Something is no JSON, at `end`.
    pub(super) broken: bool,
    pub(super) end: usize,
    /// It is nested too deep.
    pub(super) deep: bool,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Kind {
    #[default]
    Elements,
    /// Pairs of a time and a text.
    Pairs,
}

/// All arrays at one path.
#[derive(Debug, Default)]
pub(super) struct List {
    pub(super) path: String,
    pub(super) depth: usize,
    pub(super) kind: Kind,
    pub(super) objects: usize,
    pub(super) pairs: usize,
    pub(super) others: usize,
    /// Of the first elements, how many were looked at, and how many of those hold a time.
    looked_at: usize,
    timed: usize,
    /// Elements with an object `_source`.
    pub(super) sources: usize,
    /// Bytes of its elements.
    pub(super) bytes: usize,
    /// Values at the top in which it occurs, and the last of them.
    pub(super) values: usize,
    last: Option<usize>,
}

impl List {
    pub(super) fn elements(&self) -> usize {
        self.objects + self.pairs + self.others
    }

    pub(super) fn is_timed(&self) -> bool {
        self.timed * 2 > self.looked_at
    }
}

/// An object or array that is open.
struct Open {
    object: bool,
    start: usize,
    /// The length of its path, and of the path of what is in it without the keys.
    path: usize,
    inner: usize,
    /// The list that it is an array of.
    list: Option<usize>,
    timed: bool,
    source: bool,
    /// Of an array: how many elements, whether the first is a time and the second a text.
    elements: usize,
    pair: u8,
}

struct Walk<'a> {
    text: &'a str,
    timed: &'a dyn Fn(&str) -> bool,
    values: Values,
    open: Vec<Open>,
    path: String,
    lists: HashMap<String, usize>,
}

/// What may come next.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Next {
    Value,
    /// A value, or the end of the array.
    First,
    /// A key, or the end of the object.
    Key,
    Colon,
    /// A comma or the end.
    After,
}

pub(super) fn parse(text: &str, timed: &dyn Fn(&str) -> bool) -> Values {
    let mut walk = Walk {
        text,
        timed,
        values: Values::default(),
        open: Vec::new(),
        path: String::new(),
        lists: HashMap::new(),
    };
    let end = walk.run();
    walk.values.broken = end.is_some();
    walk.values.end = end.unwrap_or(text.len());
    // What is open at the end counts as far as it goes.
    while let Some(open) = walk.open.pop() {
        walk.closes(open, walk.values.end, false);
    }
    walk.values
}

impl Walk<'_> {
    /// Where the text is no JSON; nothing when it is to its end.
    fn run(&mut self) -> Option<usize> {
        let bytes = self.text.as_bytes();
        let mut next = Next::Value;
        let mut at = 0;
        while let Some(&byte) = bytes.get(at) {
            let top = self.open.is_empty();
            match (byte, next) {
                (b' ' | b'\t' | b'\n' | b'\r', _) => at += 1,
                (b',' | 0x1e, Next::Value) if top => at += 1,
                (b'{' | b'[', Next::Value | Next::First) => {
                    if self.open.len() == DEPTH {
                        self.values.deep = true;
                        return Some(at);
                    }
                    self.opens(byte == b'{', at);
                    next = if byte == b'{' { Next::Key } else { Next::First };
                    at += 1;
                }
                (b'}' | b']', _) => {
                    let may = match next {
                        Next::After => true,
                        Next::Key => byte == b'}',
                        Next::First => byte == b']',
                        Next::Value | Next::Colon => false,
                    };
                    let open = self.open.pop().filter(|open| may && open.object == (byte == b'}'));
                    let Some(open) = open else { return Some(at) };
                    at += 1;
                    self.closes(open, at, true);
                    next = if self.open.is_empty() { Next::Value } else { Next::After };
                }
                (b',', Next::After) => {
                    next = if self.open.last().is_some_and(|open| open.object) {
                        Next::Key
                    } else {
                        Next::Value
                    };
                    at += 1;
                }
                (b':', Next::Colon) => {
                    next = Next::Value;
                    at += 1;
                }
                (b'"', Next::Key) => {
                    let end = string_end(bytes, at)?;
                    self.key(&self.text[at + 1..end - 1]);
                    next = Next::Colon;
                    at = end;
                }
                (_, Next::Value | Next::First) if top => return Some(at),
                (b'"', Next::Value | Next::First) => {
                    let end = string_end(bytes, at)?;
                    self.scalar(&self.text[at + 1..end - 1], true);
                    next = Next::After;
                    at = end;
                }
                (_, Next::Value | Next::First) => {
                    let end =
                        bytes[at..].iter().position(|byte| b" \t\r\n,]}".contains(byte)).map(|end| at + end);
                    let text = &self.text[at..end.unwrap_or(bytes.len())];
                    if !is_literal(text, end.is_none()) {
                        return Some(at);
                    }
                    at = end?;
                    self.scalar(text, false);
                    next = Next::After;
                }
                _ => return Some(at),
            }
        }
        None
    }

    fn opens(&mut self, object: bool, start: usize) {
        self.element(object);
        if self.open.is_empty() {
            *(if object { &mut self.values.objects } else { &mut self.values.arrays }) += 1;
        }
        let path = self.path.len();
        let list = if object || path > PATH_BYTES { None } else { self.list() };
        let inner = self.path.len();
        self.open.push(Open {
            object,
            start,
            path,
            inner,
            list,
            timed: false,
            source: false,
            elements: 0,
            pair: 0,
        });
    }

    /// The list at the path.
    fn list(&mut self) -> Option<usize> {
        self.path.push_str("[]");
        let lists = &mut self.values.lists;
        let index = match self.lists.get(&self.path) {
            Some(index) => *index,
            None if lists.len() < LISTS => {
                lists.push(List { path: self.path.clone(), depth: self.open.len(), ..List::default() });
                self.lists.insert(self.path.clone(), lists.len() - 1);
                lists.len() - 1
            }
            None => return None,
        };
        let value = self.values.objects + self.values.arrays;
        if lists[index].last != Some(value) {
            lists[index].last = Some(value);
            lists[index].values += 1;
        }
        Some(index)
    }

    /// A value begins in what is open.
    fn element(&mut self, object: bool) {
        let Some(open) = self.open.last_mut() else { return };
        open.elements += 1;
        if !open.object {
            self.path.truncate(open.inner);
        } else if object && self.path.get(open.inner..).is_some_and(|key| key == "._source") {
            open.source = true;
        }
    }

    fn key(&mut self, key: &str) {
        let Some(open) = self.open.last() else { return };
        self.path.truncate(open.inner);
        if open.inner > 0 {
            self.path.push('.');
        }
        let plain = key.contains('\\').then(|| serde_json::from_str::<String>(&format!("\"{key}\"")).ok());
        let plain = plain.flatten();
        let key = plain.as_deref().unwrap_or(key);
        // A key that is too long for a path leads nowhere.
        self.path.push_str(if key.len() < PATH_BYTES { key } else { TOO_LONG });
    }

    fn scalar(&mut self, text: &str, quoted: bool) {
        self.element(false);
        let wanted = self.wants_time();
        let Some(open) = self.open.last_mut() else { return };
        let place = if open.object { 0 } else { open.elements };
        if place > 2 || !wanted || text.len() > TIME_BYTES || text.is_empty() {
            if place == 2 && quoted {
                open.pair += 1;
            }
            return;
        }
        let slashes = text.contains("\\/").then(|| text.replace("\\/", "/"));
        let digits = text.bytes().any(|byte| byte.is_ascii_digit());
        let is_time = digits && place < 2 && (self.timed)(slashes.as_deref().unwrap_or(text));
        match place {
            1 => open.pair += u8::from(is_time),
            2 => open.pair += u8::from(quoted),
            _ => {}
        }
        if !is_time || place > 0 {
            return;
        }
        for open in self.open.iter_mut().rev().take(TIME_DEPTH) {
            if !open.object {
                break;
            }
            open.timed = true;
        }
    }

    /// Whether it matters that a value is a time.
    fn wants_time(&self) -> bool {
        let mut inner = self.open.iter().rev();
        let list = inner.clone().find(|open| !open.object);
        match list {
            None => self.values.objects <= LOOKED_AT,
            // The first value of an array may be the time of a pair.
            Some(open) if inner.next().is_some_and(|last| !last.object) => open.elements < 3,
            Some(open) => {
                open.elements <= LOOKED_AT
                    || open.list.is_some_and(|list| self.values.lists[list].looked_at < LOOKED_AT)
            }
        }
    }

    /// An object or array ends before `end`; `whole` says that it does so by its bracket.
    fn closes(&mut self, open: Open, end: usize, whole: bool) {
        self.path.truncate(open.path);
        let Some(outer) = self.open.last_mut() else {
            self.top(&open, end, whole);
            return;
        };
        let Some(list) = outer.list.map(|list| &mut self.values.lists[list]) else { return };
        list.bytes += end - open.start;
        if !whole {
            return;
        }
        if open.object {
            list.objects += 1;
            list.sources += usize::from(open.source);
            if list.looked_at < LOOKED_AT {
                list.looked_at += 1;
                list.timed += usize::from(open.timed);
            }
        } else if open.pair == 2 && list.path.ends_with("values[]") {
            list.pairs += 1;
            list.kind = Kind::Pairs;
        } else {
            list.others += 1;
        }
    }

    /// A value at the top ends.
    fn top(&mut self, open: &Open, end: usize, whole: bool) {
        if open.object {
            self.values.timed += usize::from(open.timed);
        }
        if !whole {
            return;
        }
        self.values.whole += 1;
        let before = self.text[..open.start].trim_end_matches([' ', '\t', '\r', '\0']);
        let after = self.text[end..].trim_start_matches([' ', '\t', '\r', '\0']);
        let alone =
            (before.is_empty() || before.ends_with('\n')) && (after.is_empty() || after.starts_with('\n'));
        let one_line = memchr::memchr(b'\n', &self.text.as_bytes()[open.start..end]).is_none();
        self.values.lines += usize::from(alone && one_line && open.object);
    }
}

/// Where the string that begins at `start` ends; nothing when it is cut off.
fn string_end(bytes: &[u8], start: usize) -> Option<usize> {
    let mut at = start + 1;
    loop {
        at += memchr::memchr2(b'"', b'\\', bytes.get(at..)?)?;
        if bytes[at] == b'"' {
            return Some(at + 1);
        }
        at += 2;
    }
}

/// Whether this is a number, `true`, `false` or `null`, or the beginning of one.
fn is_literal(text: &str, cut: bool) -> bool {
    let words = ["true", "false", "null", "NaN", "Infinity", "-Infinity", "undefined"];
    let number = text.starts_with(|c: char| c == '-' || c.is_ascii_digit())
        && text.bytes().all(|byte| byte.is_ascii_digit() || b"+-.eE".contains(&byte));
    number || words.iter().any(|word| *word == text || cut && word.starts_with(text))
}
