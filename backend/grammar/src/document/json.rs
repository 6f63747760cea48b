//! JSON that is not one object a line: the path of its records.
//!
//! A sample may end anywhere. The longest list of objects with times is what is looked for; a value that is a record
//! itself (it holds a time outside of lists) is not taken apart for a list that is a small part of it.

mod parse;

use parse::{Kind, LOOKED_AT, List, Values, parse};

/// Whether a list holds so much of the text that the values that it is in, which may hold times as well, are around it.
fn is_large(list: &List, text: usize) -> bool {
    list.bytes * 5 >= text * 2
}

pub(super) fn find(text: &str, whole: bool, timed: &dyn Fn(&str) -> bool) -> Option<String> {
    let first = text.trim_start().as_bytes().first()?;
    if !b"{[".contains(first) {
        return None;
    }
    let values = parse(text, timed);
    if values.broken && !is_good_so_far(&values, text.len()) && !is_one_value(text, &values) {
        return None;
    }
    if values.whole == 0 && whole && !values.broken && values.lists.iter().all(|list| list.elements() == 0) {
        return None;
    }
    let list = best(&values, text.len());
    if values.broken && list.is_none() && is_one_value(text, &values) {
        // What its first list would have held.
        let outermost = values.lists.iter().min_by_key(|list| list.depth);
        return Some(outermost.map_or_else(String::new, |list| list.path.clone()));
    }
    let lines = values.lines * 10 > values.whole * 6;
    match list {
        Some(list) if inner_wins(&values, list, text.len()) => Some(path(list)),
        // One object a line is read line by line.
        _ if lines && values.arrays == 0 => None,
        _ if values.arrays > 0 => {
            let objects = |list: &List| list.path == "[]" && list.objects > 0;
            values.lists.iter().any(objects).then(|| "[]".to_owned())
        }
        _ if values.objects > 0 => Some(String::new()),
        _ => None,
    }
}

/// Whether so much of a text is JSON that what is broken in it is an accident.
fn is_good_so_far(values: &Values, text: usize) -> bool {
    match values.whole {
        // In one large document: where a few of its records were read.
        0 => values.lists.iter().any(|list| list.objects >= 3),
        1 | 2 => values.deep,
        _ => values.deep || values.end * 10 >= text * 9,
    }
}

/// Whether a text that breaks is nothing but one value as it begins: the first thing in it is a field's name and a colon,
/// and it is an array, or no line after the first one begins with a brace at its margin, as values of a line each do.
fn is_one_value(text: &str, values: &Values) -> bool {
    let begins = text.trim_start();
    let array = begins.starts_with('[');
    let begins = begins.trim_start_matches('[').trim_start();
    let named = || begins.strip_prefix('{')?.trim_start().strip_prefix('"')?.split_once('"');
    let field = named().is_some_and(|(_, after)| after.trim_start().starts_with(':'));
    values.whole == 0
        && !values.deep
        && field
        && (array || !text.lines().skip(1).any(|line| line.starts_with('{')))
}

/// The list whose elements are records, if there is one.
fn best(values: &Values, text: usize) -> Option<&List> {
    if let Some(otlp) = values.lists.iter().find(|list| crate::framing::is_batches(&list.path)) {
        return Some(otlp);
    }
    let pairs = |list: &&List| list.kind == Kind::Pairs;
    if let Some(list) = values.lists.iter().filter(pairs).max_by_key(|list| list.pairs) {
        return Some(list);
    }
    let nested =
        values.lists.iter().filter(|list| list.objects > 0 && list.objects * 10 >= list.elements() * 9);
    let timed = nested.clone().filter(|list| list.is_timed());
    let longest = timed.max_by_key(|list| (list.objects, std::cmp::Reverse(list.depth)));
    longest.or_else(|| {
        // Without times: the one that is most of the text.
        let large = nested.filter(|list| is_large(list, text));
        large.min_by_key(|list| (list.depth, std::cmp::Reverse(list.objects)))
    })
}

/// Whether the elements of a list are the records, rather than the values that it is in.
fn inner_wins(values: &Values, list: &List, text: usize) -> bool {
    if crate::framing::is_batches(&list.path) || list.kind == Kind::Pairs || list.path == "[]" {
        return true;
    }
    let large = is_large(list, text);
    let outer_timed = values.timed * 2 > values.objects.clamp(1, LOOKED_AT);
    let everywhere = list.values * 10 >= values.objects.max(1) * 8;
    match values.objects {
        0 | 1 => list.is_timed() && (!outer_timed || large) || large && !outer_timed,
        _ => everywhere && !outer_timed && list.is_timed(),
    }
}

/// A list's path; what Elasticsearch wraps its documents in is passed over.
fn path(list: &List) -> String {
    if crate::framing::is_batches(&list.path) {
        return list.path[..list.path.find("[]").map_or(list.path.len(), |at| at + 2)].to_owned();
    }
    match list.sources * 10 >= list.objects.max(1) * 9 {
        true => format!("{}._source", list.path),
        false => list.path.clone(),
    }
}
