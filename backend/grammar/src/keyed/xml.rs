//! One XML element, as Windows exports events and log4j writes them. Paths are `Tag` and `Tag.attribute`; of named data
//! `Data.name`. Namespaces are passed over.

use super::row::{Row, Value};
use std::borrow::Cow;

/// The texts and attributes of an element and all inside of it. Without a `Message` of its own, what its `Data` says
/// is one.
pub fn xml_row(text: &str) -> Option<Row<'_>> {
    let mut row = Row::new();
    let mut said = Vec::new();
    let mut open: Vec<Element<'_>> = Vec::new();
    let mut rest = text.trim();
    rest.starts_with('<').then_some(())?;
    let mut elements = 0;
    while !rest.is_empty() {
        let (piece, after) = piece(rest)?;
        rest = after;
        match piece {
            Piece::Text(text) => {
                if let Some(element) = open.last_mut() {
                    element.text = joined(std::mem::take(&mut element.text), text);
                }
            }
            Piece::Close => close(open.pop()?, &mut row, &mut said),
            Piece::Open { name, attributes, empty } => {
                elements += 1;
                let element = begin(name, &attributes, &mut row, &mut said);
                match empty {
                    true => close(element, &mut row, &mut said),
                    false => open.push(element),
                }
            }
            Piece::Other => {}
        }
        if open.is_empty() && elements > 0 && !rest.trim_start().starts_with('<') {
            break;
        }
    }
    // An element that is cut off in the middle has said something all the same.
    while let Some(element) = open.pop() {
        close(element, &mut row, &mut said);
    }
    let has_message =
        row.iter().any(|(path, value)| path.eq_ignore_ascii_case("message") && !value.is_nothing());
    if !has_message && !said.is_empty() {
        row.push((Cow::Borrowed("Message"), Value::Text(said.join(" ").into())));
    }
    (elements > 0).then_some(row)
}

struct Element<'a> {
    /// Where its text goes.
    path: Cow<'a, str>,
    text: Cow<'a, str>,
    data: bool,
}

enum Piece<'a> {
    Text(Cow<'a, str>),
    Open {
        name: &'a str,
        attributes: Vec<(&'a str, &'a str)>,
        empty: bool,
    },
    Close,
    /// Comments, processing instructions, declarations.
    Other,
}

fn begin<'a>(
    name: &'a str,
    attributes: &[(&'a str, &'a str)],
    row: &mut Row<'a>,
    said: &mut Vec<String>,
) -> Element<'a> {
    let data = name.eq_ignore_ascii_case("data");
    let find = |wanted: &str| attributes.iter().find(|(key, _)| key.eq_ignore_ascii_case(wanted));
    if data && let Some((_, key)) = find("name") {
        let path: Cow<'a, str> = Cow::Owned(format!("{name}.{}", plain(key)));
        if let Some((_, value)) = find("value") {
            row.push((path.clone(), Value::Text(plain(value))));
            said.push(plain(value).into_owned());
        }
        return Element { path, text: Cow::Borrowed(""), data };
    }
    for (key, value) in attributes {
        if *key != "xmlns" {
            row.push((Cow::Owned(format!("{name}.{key}")), Value::Text(plain(value))));
        }
    }
    Element { path: Cow::Borrowed(name), text: Cow::Borrowed(""), data }
}

fn close<'a>(element: Element<'a>, row: &mut Row<'a>, said: &mut Vec<String>) {
    let text = match element.text {
        Cow::Borrowed(text) => Cow::Borrowed(text.trim()),
        Cow::Owned(text) => Cow::Owned(text.trim().to_owned()),
    };
    if text.is_empty() {
        return;
    }
    if element.data {
        said.push(text.clone().into_owned());
        if element.path.eq_ignore_ascii_case("data") {
            return;
        }
    }
    row.push((element.path, Value::Text(text)));
}

fn joined<'a>(before: Cow<'a, str>, text: Cow<'a, str>) -> Cow<'a, str> {
    if before.trim().is_empty() {
        text
    } else if text.is_empty() {
        before
    } else {
        Cow::Owned(before.into_owned() + &text)
    }
}

/// The next piece, and what is after it.
fn piece(text: &str) -> Option<(Piece<'_>, &str)> {
    if let Some(rest) = text.strip_prefix("<![CDATA[") {
        let end = rest.find("]]>").unwrap_or(rest.len());
        return Some((Piece::Text(Cow::Borrowed(&rest[..end])), rest.get(end + 3..).unwrap_or_default()));
    }
    if let Some(rest) = text.strip_prefix("<!--") {
        return Some((Piece::Other, rest.find("-->").map_or("", |end| &rest[end + 3..])));
    }
    if text.starts_with("<?") || text.starts_with("<!") {
        return Some((Piece::Other, text.find('>').map_or("", |end| &text[end + 1..])));
    }
    if let Some(rest) = text.strip_prefix("</") {
        return Some((Piece::Close, &rest[rest.find('>')? + 1..]));
    }
    let Some(rest) = text.strip_prefix('<') else {
        let end = text.find('<').unwrap_or(text.len());
        return Some((Piece::Text(plain(&text[..end])), &text[end..]));
    };
    let end = rest.find(|c: char| c.is_whitespace() || c == '>' || c == '/')?;
    let name = local(&rest[..end]);
    rest.starts_with(|c: char| c.is_alphabetic() || c == '_').then_some(())?;
    let mut rest = rest[end..].trim_start();
    let mut attributes = Vec::new();
    loop {
        if let Some(after) = rest.strip_prefix("/>") {
            return Some((Piece::Open { name, attributes, empty: true }, after));
        }
        if let Some(after) = rest.strip_prefix('>') {
            return Some((Piece::Open { name, attributes, empty: false }, after));
        }
        let (key, after) = rest.split_once('=')?;
        let after = after.trim_start();
        let quote = after.chars().next().filter(|quote| matches!(quote, '"' | '\''))?;
        let (value, after) = after[1..].split_once(quote)?;
        let key = key.trim();
        (!key.is_empty() && !key.contains(['<', '>', ' ', '"', '\''])).then_some(())?;
        attributes.push((if key.starts_with("xmlns") { "xmlns" } else { local(key) }, value));
        rest = after.trim_start();
    }
}

/// A name without its namespace.
fn local(name: &str) -> &str {
    name.rfind(':').map_or(name, |at| &name[at + 1..])
}

/// A text with its entities resolved; what is none stays.
fn plain(text: &str) -> Cow<'_, str> {
    if !text.contains('&') {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find('&') {
        out.push_str(&rest[..at]);
        rest = &rest[at..];
        let entity =
            rest.find(';').filter(|end| *end <= 10).and_then(|end| Some((entity(&rest[1..end])?, end + 1)));
        let (character, length) = entity.unwrap_or(('&', 1));
        out.push(character);
        rest = &rest[length..];
    }
    out.push_str(rest);
    Cow::Owned(out)
}

fn entity(name: &str) -> Option<char> {
    Some(match name {
        "lt" => '<',
        "gt" => '>',
        "amp" => '&',
        "quot" => '"',
        "apos" => '\'',
        "nbsp" => '\u{a0}',
        _ => {
            let digits = name.strip_prefix('#')?;
            let code = match digits.strip_prefix(['x', 'X']) {
                Some(digits) => u32::from_str_radix(digits, 16).ok()?,
                None => digits.parse().ok()?,
            };
            char::from_u32(code)?
        }
    })
}

#[cfg(test)]
mod tests;
