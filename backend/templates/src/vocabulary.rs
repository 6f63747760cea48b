//! Tokens by number, and what is known of each by its looks. Numbers follow the order of the texts, so that they depend on
//! the set of tokens only.

use crate::{
    hash,
    lexicon::{Lower, is_one_of, lexicon},
    mask::{EMPTY, WILDCARD},
    tokens::{is_masked, is_word},
};
use rustc_hash::FxHashMap;
use std::collections::BTreeSet;

/// The number of the wildcard.
pub(crate) const WILD: u32 = 0;
/// The number of the space.
pub(crate) const SPACE: u32 = 1;

/// The tokens of a message, by number.
pub(crate) type Sequence = Box<[u32]>;

/// What a token looks like.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    Wild,
    /// A value that is empty.
    Empty,
    /// A word with a masked part: `eth<*>`.
    Masked,
    /// A word of grammar.
    Function,
    /// A word that says how something is or went.
    State,
    /// `com.example.Name`: a name of three parts and more.
    Dotted,
    /// Something with signs or digits in it.
    Name,
    /// `camelCase`
    Camel,
    Word,
}

pub(crate) struct Token {
    pub(crate) text: Box<str>,
    /// Of the text.
    pub(crate) hash: u64,
    pub(crate) kind: Kind,
    /// Whether it may vary from message to message.
    pub(crate) word: bool,
    /// The same for all tokens that differ in their digits only; nothing for those without digits.
    pub(crate) stem: Option<u32>,
    /// The last part of it in lower case, by number: *id* of `userId` is not, of `user_id` is.
    pub(crate) tail: u32,
    /// The whole in lower case, by number.
    pub(crate) lower: u32,
    pub(crate) entity: bool,
    /// Whether it begins with a letter or a digit.
    pub(crate) alphanumeric: bool,
}

impl Token {
    pub(crate) fn masked(&self) -> bool {
        matches!(self.kind, Kind::Wild | Kind::Masked)
    }

    /// Whether it belongs to what a message says.
    pub(crate) fn says(&self) -> bool {
        matches!(self.kind, Kind::State | Kind::Function)
    }
}

/// Whether names or states come after a word.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Before {
    pub(crate) entity: bool,
    pub(crate) outcome: bool,
}

pub(crate) struct Vocabulary {
    numbers: FxHashMap<Box<str>, u32>,
    tokens: Vec<Token>,
    /// By the number of a word in lower case.
    before: Vec<Before>,
}

impl Vocabulary {
    /// Of all tokens of these messages.
    pub(crate) fn of<'a>(messages: impl Iterator<Item = &'a [&'a str]>) -> Self {
        let all: BTreeSet<&str> =
            messages.flatten().copied().filter(|token| ![WILDCARD, " "].contains(token)).collect();
        let mut interned = Interned::default();
        let tokens: Vec<Token> =
            [WILDCARD, " "].into_iter().chain(all).map(|text| interned.token(text)).collect();
        let numbers = tokens.iter().zip(0..).map(|(token, number)| (token.text.clone(), number)).collect();
        let lexicon = lexicon();
        let mut before = vec![Before::default(); interned.numbers.len()];
        for (word, number) in &interned.numbers {
            before[*number as usize] = Before {
                entity: is_one_of(word, &lexicon.entities),
                outcome: is_one_of(word, &lexicon.outcomes),
            };
        }
        Self { numbers, tokens, before }
    }

    pub(crate) fn sequence(&self, tokens: &[&str]) -> Sequence {
        tokens.iter().map(|token| self.numbers.get(*token).copied().unwrap_or(WILD)).collect()
    }

    pub(crate) fn token(&self, number: u32) -> &Token {
        &self.tokens[number as usize]
    }

    /// Of a word in lower case, by number.
    pub(crate) fn before(&self, lower: u32) -> Before {
        self.before[lower as usize]
    }

    pub(crate) fn texts<'a>(&'a self, sequence: &'a [u32]) -> impl Iterator<Item = &'a str> {
        sequence.iter().map(|token| &*self.token(*token).text)
    }

    /// What a token adds to the hash of a sequence.
    pub(crate) fn mix(&self, at: usize, token: u32) -> u64 {
        hash::at_place(at, self.token(token).hash)
    }

    /// A sum over the positions, so that one of them can be taken out again.
    pub(crate) fn hash(&self, sequence: &[u32]) -> u64 {
        let start = hash::mixed(sequence.len() as u64);
        sequence.iter().enumerate().fold(start, |sum, (at, token)| sum.wrapping_add(self.mix(at, *token)))
    }

    /// The hash of a sequence with all its words left open.
    pub(crate) fn skeleton(&self, sequence: &[u32]) -> u64 {
        let start = hash::mixed(sequence.len() as u64);
        sequence.iter().enumerate().fold(start, |sum, (at, token)| {
            sum.wrapping_add(self.mix(at, if self.token(*token).word { WILD } else { *token }))
        })
    }
}

/// Texts by number, in the order of their coming.
#[derive(Default)]
struct Interned {
    numbers: FxHashMap<String, u32>,
    stems: FxHashMap<String, u32>,
}

impl Interned {
    fn number(&mut self, text: String) -> u32 {
        let next = self.numbers.len() as u32;
        *self.numbers.entry(text).or_insert(next)
    }

    fn token(&mut self, text: &str) -> Token {
        let lower = text.to_lowercase();
        let tail = lower.rsplit(['_', '.', '-', '$']).next().unwrap_or_default().to_owned();
        let kind = kind(text);
        let numbered = text.bytes().any(|byte| byte.is_ascii_digit()) && !is_one_of(text, &lexicon().keep);
        let stem = numbered.then(|| {
            let stem = text.replace(|char: char| char.is_ascii_digit(), "#");
            let next = self.stems.len() as u32;
            *self.stems.entry(stem).or_insert(next)
        });
        Token {
            text: text.into(),
            hash: hash::of_text(text),
            kind,
            word: is_word(text),
            stem,
            tail: self.number(tail),
            entity: is_one_of(&lower, &lexicon().entities),
            lower: self.number(lower),
            alphanumeric: text.chars().next().is_some_and(char::is_alphanumeric),
        }
    }
}

fn kind(text: &str) -> Kind {
    if text == WILDCARD {
        return Kind::Wild;
    } else if text == EMPTY {
        return Kind::Empty;
    } else if is_masked(text) {
        return Kind::Masked;
    }
    let bytes = text.as_bytes();
    if let Some(lower) = Lower::of(text) {
        if lower.is_in(&lexicon().functions) {
            return Kind::Function;
        } else if lower.is_in(&lexicon().states) {
            return Kind::State;
        }
    }
    if bytes[0].is_ascii_alphabetic() && bytes.iter().filter(|byte| **byte == b'.').count() >= 2 {
        Kind::Dotted
    } else if bytes.iter().any(|byte| b"._-/$".contains(byte) || byte.is_ascii_digit()) {
        Kind::Name
    } else if bytes.windows(2).any(|pair| pair[0].is_ascii_lowercase() && pair[1].is_ascii_uppercase()) {
        Kind::Camel
    } else if bytes.len() > 4 && is_participle(bytes) {
        Kind::State
    } else {
        Kind::Word
    }
}

/// Whether a word looks like a participle, which tells what happened.
fn is_participle(bytes: &[u8]) -> bool {
    let ends =
        |end: &[u8]| bytes.len() >= end.len() && bytes[bytes.len() - end.len()..].eq_ignore_ascii_case(end);
    bytes.iter().all(u8::is_ascii_alphabetic) && (ends(b"ed") || ends(b"ing"))
}
