//! Filling `{{places}}` in a text, and putting people's words into Markdown.

/// `text` with every `{{place}}` replaced by what `value` gives for it. Values are put in as they are: what looks
/// like a place in a value stays. A place that `value` does not know stays too.
pub(super) fn fill(text: &str, value: impl Fn(&str) -> Option<String>) -> String {
    let mut out = String::with_capacity(text.len() * 2);
    let mut rest = text;
    while let Some(start) = rest.find("{{") {
        let Some(length) = rest[start..].find("}}") else { break };
        let place = &rest[start + 2..start + length];
        out.push_str(&rest[..start]);
        match value(place) {
            Some(filled) => out.push_str(&filled),
            None => out.push_str(&rest[start..start + length + 2]),
        }
        rest = &rest[start + length + 2..];
    }
    out.push_str(rest);
    out
}

/// One line of Markdown that shows `text` as it is: no line breaks, no HTML, no end of a table cell.
pub(super) fn inline(text: &str) -> String {
    let words: Vec<_> = text.split_whitespace().collect();
    words.join(" ").replace('<', "&lt;").replace('|', "\\|")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_are_filled_once() {
        let filled = fill("{{a}} and {{b}}, {{c}}", |place| match place {
            "a" => Some("{{b}}".into()),
            "b" => Some("2".into()),
            _ => None,
        });
        assert_eq!(filled, "{{b}} and 2, {{c}}");
        assert_eq!(fill("open {{", |_| None), "open {{");
    }
}
