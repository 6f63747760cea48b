//! Known makers' formats, as grammars. They are data (`presets.json`): regular expressions that keep to what Rust's
//! `regex` and Python's `re` both know, with names in braces for parts that recur.

use crate::expression::expand;
use serde::Deserialize;
use std::sync::LazyLock;
use trainyard_types::grammar::{
    Continuation, Expressions, Framing, GRAMMAR_VERSION, Grammar, GrammarClock, Reader,
};

/// A known format.
#[derive(Clone, Debug, PartialEq)]
pub struct Preset {
    pub name: String,
    pub description: String,
    /// A line in this format.
    pub example: String,
    pub grammar: Grammar,
    pub(crate) begins: Vec<String>,
    pub(crate) holds: String,
}

impl Preset {
    /// Whether a line may be of this format, at a glance.
    pub(crate) fn allows(&self, line: &str) -> bool {
        let fits = |begin: &String| {
            line.len() >= begin.len()
                && begin.bytes().zip(line.bytes()).all(|(sign, byte)| match sign {
                    b'9' => byte.is_ascii_digit(),
                    b'A' => byte.is_ascii_uppercase(),
                    b'a' => byte.is_ascii_lowercase(),
                    sign => sign == byte,
                })
        };
        self.begins.iter().any(fits) && line.contains(&self.holds)
    }
}

#[derive(Deserialize)]
struct Written {
    name: String,
    description: String,
    example: String,
    /// How lines may begin: `9` is a digit, `A` a capital letter, `a` a small one.
    begins: Vec<String>,
    /// What stands in every line.
    #[serde(default)]
    holds: String,
    expressions: Vec<String>,
}

/// Any line; its time is read when the line begins with one.
pub const TEXT: &str = "text";

/// All known formats of lines, the most specific first.
pub fn presets() -> &'static [Preset] {
    static PRESETS: LazyLock<Vec<Preset>> = LazyLock::new(|| {
        let written: Vec<Written> = serde_json::from_str(include_str!("presets.json")).unwrap_or_default();
        written.into_iter().map(Written::preset).collect()
    });
    &PRESETS
}

pub fn preset(name: &str) -> Option<&'static Preset> {
    presets().iter().find(|preset| preset.name == name)
}

/// The expressions of a known format.
pub(crate) fn expressions(name: &str) -> Option<&'static [String]> {
    match preset(name)?.grammar.readers.as_slice() {
        [Reader::Expression(known)] => Some(&known.expressions),
        _ => None,
    }
}

impl Written {
    fn preset(self) -> Preset {
        let expressions = self.expressions.iter().map(|text| expand(text)).collect();
        let lenient = self.name == TEXT;
        let grammar = of_expressions(&self.name, expressions, lenient);
        let Self { name, description, example, begins, holds, .. } = self;
        Preset { name, description, example, grammar, begins, holds }
    }
}

/// The grammar of lines that expressions describe.
pub fn of_expressions(name: &str, expressions: Vec<String>, lenient: bool) -> Grammar {
    Grammar {
        version: GRAMMAR_VERSION,
        name: name.to_owned(),
        encoding: Default::default(),
        framing: Framing::Lines,
        multiline: Continuation::Traces,
        clock: GrammarClock::default(),
        readers: vec![Reader::Expression(Expressions { expressions, lenient })],
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Applied, time::Clock};
    use std::sync::Arc;

    #[test]
    fn every_preset_reads_its_example() {
        let clock = Clock::new("2025-07-01T12:00:00Z".parse().unwrap(), 0);
        assert_eq!(presets().len(), 20);
        for preset in presets() {
            assert!(preset.allows(&preset.example), "{}", preset.name);
            let applied = Applied::new(Arc::new(preset.grammar.clone()), &clock).unwrap();
            let fields =
                applied.read(&preset.example, 1).unwrap_or_else(|reason| panic!("{}: {reason}", preset.name));
            assert!(fields.timestamp.is_some() && !fields.message.is_empty(), "{}", preset.name);
        }
    }
}
