//! What words mean: which say how something went, which are grammar, after which names follow. Data, a file a language.

use rustc_hash::FxHashSet;
use std::sync::LazyLock;

const LANGUAGES: [&str; 1] = [include_str!("../lexica/en.txt")];

type Words = FxHashSet<&'static str>;

/// The words of all languages by what they are.
#[derive(Debug, Default)]
pub(crate) struct Lexicon {
    /// Names with digits in them that are no values: `ipv4`, `x86_64`.
    pub(crate) keep: Words,
    /// Words that say how something is or went.
    pub(crate) states: Words,
    /// Words of grammar.
    pub(crate) functions: Words,
    /// Words that names come after.
    pub(crate) entities: Words,
    /// Words that states come after.
    pub(crate) outcomes: Words,
    /// Words that begin a clause which may be absent.
    pub(crate) openers: Words,
    pub(crate) calendar: Words,
    /// What stands for a value that is not there: `null`.
    pub(crate) absent: Words,
}

/// The lexicon that is built in.
pub(crate) fn lexicon() -> &'static Lexicon {
    static LEXICON: LazyLock<Lexicon> = LazyLock::new(|| {
        let mut lexicon = Lexicon::default();
        LANGUAGES.iter().for_each(|text| lexicon.read(text));
        lexicon
    });
    &LEXICON
}

impl Lexicon {
    fn read(&mut self, text: &'static str) {
        let mut section = "";
        for line in text.lines().filter(|line| !line.starts_with('#')) {
            if let Some(name) = line.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')) {
                section = name;
                continue;
            }
            if let Some(words) = self.section(section) {
                words.extend(line.split_whitespace());
            }
        }
    }

    fn section(&mut self, name: &str) -> Option<&mut Words> {
        Some(match name {
            "keep" => &mut self.keep,
            "states" => &mut self.states,
            "functions" => &mut self.functions,
            "entities" => &mut self.entities,
            "outcomes" => &mut self.outcomes,
            "openers" => &mut self.openers,
            "calendar" => &mut self.calendar,
            "absent" => &mut self.absent,
            _ => return None,
        })
    }
}

/// A short word in lower case, without an allocation; nothing when it is long or has other than ASCII in it.
pub(crate) struct Lower {
    bytes: [u8; 24],
    length: usize,
}

impl Lower {
    pub(crate) fn of(word: &str) -> Option<Self> {
        let mut bytes = [0; 24];
        let short = bytes.get_mut(..word.len()).filter(|_| word.is_ascii())?;
        short.copy_from_slice(word.as_bytes());
        short.make_ascii_lowercase();
        Some(Self { bytes, length: word.len() })
    }

    pub(crate) fn is_in(&self, words: &Words) -> bool {
        std::str::from_utf8(&self.bytes[..self.length]).is_ok_and(|word| words.contains(word))
    }
}

/// Whether the word, in whatever case, is one of these.
pub(crate) fn is_one_of(word: &str, words: &Words) -> bool {
    Lower::of(word).is_some_and(|lower| lower.is_in(words))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_section_of_the_lexicon_is_read() {
        let Lexicon { keep, states, functions, entities, outcomes, openers, calendar, absent } = lexicon();
        for words in [keep, states, functions, entities, outcomes, openers, calendar, absent] {
            assert!(words.len() > 3);
        }
        assert!(is_one_of("TIMEOUT", states) && is_one_of("x86_64", keep) && !is_one_of("blue", states));
    }
}
