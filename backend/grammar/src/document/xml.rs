//! Elements that are records.

use super::lines;
use std::collections::HashMap;

/// Tags that are looked at.
const TAGS: usize = 20_000;
/// The last parts of names that records have.
const RECORDS: [&str; 10] =
    ["event", "record", "entry", "logentry", "log", "row", "item", "message", "logrecord", "auditrecord"];

/// The name of the elements that are records: those at the top, when there are several of them, or else the most
/// frequent ones within.
pub(super) fn find(text: &str) -> Option<String> {
    let first = lines(text).next()?.trim_start();
    if !first.starts_with('<') || !first[1..].starts_with(|c: char| c.is_alphabetic() || "_?!".contains(c)) {
        return None;
    }
    // By depth (0 and 1) and name: how many begin, and how many bytes lie between their tags.
    let mut found: HashMap<(usize, &str), (usize, usize)> = HashMap::new();
    let mut open: Vec<(&str, usize)> = Vec::new();
    let (mut inside, mut broken) = (0usize, false);
    let tags = Tags { text, at: 0 };
    for tag in tags.take(TAGS) {
        match tag {
            Tag::Open { name, at, closed, end } => {
                let depth = open.len();
                if depth < 2 {
                    found.entry((depth, name)).or_default().0 += 1;
                }
                if closed {
                    count(&mut found, depth, name, end - at);
                } else {
                    open.push((name, at));
                }
                if depth == 0 && closed {
                    inside += end - at;
                }
            }
            Tag::Close { name, end } => match open.pop() {
                Some((opened, at)) if opened == name => {
                    count(&mut found, open.len(), name, end - at);
                    if open.is_empty() {
                        inside += end - at;
                    }
                }
                _ => {
                    broken = true;
                    break;
                }
            },
        }
    }
    // What is open when the sample ends is inside, too.
    if !broken && let Some((_, at)) = open.first() {
        inside += text.len() - at;
    }
    if inside * 2 < text.len() || found.keys().any(|(_, name)| name.eq_ignore_ascii_case("html")) {
        return None;
    }
    let is_record = |name: &str| {
        let local = name.rsplit(':').next().unwrap_or(name);
        RECORDS.iter().any(|record| local.eq_ignore_ascii_case(record))
    };
    let at_depth = |depth: usize| {
        let names = found.iter().filter(move |((at, _), (_, bytes))| *at == depth && *bytes > 0);
        names.max_by_key(|((_, name), (count, bytes))| (is_record(name), *bytes, *count, *name))
    };
    let ((_, top), (count, _)) = at_depth(0).unwrap_or((&(0, ""), &(0, 0)));
    let single = |name: &str| is_record(name) && !name.eq_ignore_ascii_case("log");
    if *count > 1 || single(top) {
        return Some((*top).to_owned());
    }
    let ((_, name), (count, _)) = at_depth(1)?;
    (*count > 1 || is_record(name)).then(|| (*name).to_owned())
}

fn count<'a>(
    found: &mut HashMap<(usize, &'a str), (usize, usize)>,
    depth: usize,
    name: &'a str,
    bytes: usize,
) {
    if depth < 2 {
        found.entry((depth, name)).or_default().1 += bytes;
    }
}

enum Tag<'a> {
    Open { name: &'a str, at: usize, end: usize, closed: bool },
    Close { name: &'a str, end: usize },
}

struct Tags<'a> {
    text: &'a str,
    at: usize,
}

impl<'a> Iterator for Tags<'a> {
    type Item = Tag<'a>;

    fn next(&mut self) -> Option<Tag<'a>> {
        loop {
            let at = self.at + self.text.get(self.at..)?.find('<')?;
            let here = &self.text[at..];
            let passed = [("<!--", "-->"), ("<![CDATA[", "]]>"), ("<?", "?>"), ("<!", ">")];
            if let Some((_, end)) = passed.iter().find(|(sign, _)| here.starts_with(sign)) {
                self.at = at + here.find(end)? + end.len();
                continue;
            }
            let closing = here.starts_with("</");
            let from = if closing { 2 } else { 1 };
            let length = here[from..].find(|c: char| !c.is_alphanumeric() && !"_:.-".contains(c))?;
            if length == 0 {
                self.at = at + 1;
                continue;
            }
            let name = &here[from..from + length];
            let end = at + tag_end(here)?;
            self.at = end;
            return Some(match closing {
                true => Tag::Close { name, end },
                false => Tag::Open { name, at, end, closed: self.text[..end].ends_with("/>") },
            });
        }
    }
}

/// Where a tag ends: at the first `>` outside of quotes.
fn tag_end(text: &str) -> Option<usize> {
    let mut quote = None;
    for (at, byte) in text.bytes().enumerate() {
        match (quote, byte) {
            (None, b'>') => return Some(at + 1),
            (None, b'"' | b'\'') => quote = Some(byte),
            (Some(open), byte) if byte == open => quote = None,
            _ => {}
        }
    }
    None
}
