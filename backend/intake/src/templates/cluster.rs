//! From distinct masked messages to templates. A position of otherwise equal messages is variable when
//!
//! - one of its values is masked already, or it has [`VALUES`] different words ([`STATES`] when they say what happened; the
//!   first token names the event and is none), or [`NAMES`] different dotted names;
//! - several positions differ at once, and all of them only in masked parts;
//! - its words are known as the values of a variable position after the same word in other messages.
//!
//! This is repeated until nothing changes. Only sets are looked at, never their order, so that the result does not
//! depend on the order of the messages.

use super::{
    mask::WILDCARD,
    tokens::{is_dotted, is_masked, is_word},
};
use rustc_hash::{FxHashMap, FxHashSet};

/// So many different words in one place are values: fewer may be as many messages.
const VALUES: usize = 4;
/// The same for words that say what happened, such as *started* and *stopping*: these are messages more often.
const STATES: usize = 9;
/// The same for dotted names, such as those of classes and hosts, which are values more often.
const NAMES: usize = 3;

/// The number of the wildcard.
pub(super) const WILD: u32 = 0;

/// Tokens by number.
#[derive(Default)]
pub(super) struct Vocabulary {
    numbers: FxHashMap<Box<str>, u32>,
    tokens: Vec<Token>,
}

struct Token {
    text: Box<str>,
    word: bool,
    masked: bool,
    dotted: bool,
    alphabetic: bool,
    state: bool,
}

impl Vocabulary {
    pub(super) fn new() -> Self {
        let mut vocabulary = Self::default();
        vocabulary.number(WILDCARD);
        vocabulary
    }

    pub(super) fn number(&mut self, text: &str) -> u32 {
        if let Some(number) = self.numbers.get(text) {
            return *number;
        }
        let number = self.tokens.len() as u32;
        self.numbers.insert(text.into(), number);
        self.tokens.push(Token {
            text: text.into(),
            word: is_word(text),
            masked: is_masked(text),
            dotted: is_dotted(text),
            alphabetic: text.bytes().next().is_some_and(|byte| byte.is_ascii_alphabetic()),
            state: is_state(text),
        });
        number
    }

    pub(super) fn text(&self, number: u32) -> &str {
        &self.tokens[number as usize].text
    }

    fn of(&self, number: u32) -> &Token {
        &self.tokens[number as usize]
    }
}

/// Whether a word looks like a participle, which tells what happened.
fn is_state(text: &str) -> bool {
    text.len() > 4
        && text.bytes().all(|byte| byte.is_ascii_alphabetic())
        && (text.ends_with("ed") || text.ends_with("ing"))
}

type Sequence = Box<[u32]>;
/// A sequence with one position left open, as a hash.
type Slot = (u32, u128);

/// What a slot's different tokens are, and the word before it.
#[derive(Default)]
struct Values {
    tokens: FxHashSet<u32>,
    before: u32,
}

/// The template of each sequence.
pub(super) fn cluster(sequences: Vec<Sequence>, vocabulary: &Vocabulary) -> Vec<Sequence> {
    let mut current = sequences;
    let mut known: FxHashMap<u32, FxHashSet<u32>> = FxHashMap::default();
    loop {
        let live: FxHashSet<&Sequence> = current.iter().collect();
        let slots = slots(&live, vocabulary);
        let mut variable: FxHashMap<Slot, FxHashSet<u32>> = FxHashMap::default();
        for (slot, values) in &slots {
            let chosen = variable_values(slot.0 == 0, &values.tokens, vocabulary);
            if chosen.len() > 1 {
                if chosen.len() >= VALUES && vocabulary.of(values.before).alphabetic {
                    let words = chosen.iter().filter(|token| **token != WILD);
                    known.entry(values.before).or_default().extend(words);
                }
                variable.insert(*slot, chosen);
            }
        }
        let next = open(&current, &variable, vocabulary);
        let next = next.or_else(|| merge_masked(&live, &current, vocabulary)).or_else(|| {
            variable.clear();
            for (slot, values) in slots {
                let familiar = known.get(&values.before).is_some_and(|known| values.tokens.is_subset(known));
                if slot.0 > 0 && values.tokens.len() > 1 && familiar {
                    variable.insert(slot, values.tokens);
                }
            }
            open(&current, &variable, vocabulary)
        });
        match next {
            Some(next) => current = next,
            None => return current,
        }
    }
}

/// Of the values in one place, those that are values of a variable.
fn variable_values(first: bool, values: &FxHashSet<u32>, vocabulary: &Vocabulary) -> FxHashSet<u32> {
    if values.len() < 2 {
        return FxHashSet::default();
    }
    let states = values.iter().filter(|token| vocabulary.of(**token).state).count();
    let least = if states * 2 > values.len() { STATES } else { VALUES };
    if !first && (values.len() >= least || values.contains(&WILD)) {
        return values.clone();
    }
    let masked = |token: &&u32| vocabulary.of(**token).masked;
    let named = |token: &&u32| vocabulary.of(**token).masked || vocabulary.of(**token).dotted;
    let names = if first {
        values.iter().filter(named).count() >= VALUES
    } else {
        values.iter().filter(|token| vocabulary.of(**token).dotted).count() >= NAMES
    };
    if names {
        values.iter().filter(named).copied().collect()
    } else {
        values.iter().filter(masked).copied().collect()
    }
}

fn slots(live: &FxHashSet<&Sequence>, vocabulary: &Vocabulary) -> FxHashMap<Slot, Values> {
    let mut slots: FxHashMap<Slot, Values> = FxHashMap::default();
    for sequence in live {
        let whole = hash(sequence);
        let mut before = WILD;
        for (at, token) in sequence.iter().enumerate() {
            if vocabulary.of(*token).word {
                let values = slots.entry((at as u32, without(whole, sequence, at))).or_default();
                values.tokens.insert(*token);
                values.before = before;
            }
            if vocabulary.text(*token) != " " {
                before = *token;
            }
        }
    }
    slots
}

/// The sequences with their variable tokens as wildcards; nothing when none changes.
fn open(
    current: &[Sequence],
    variable: &FxHashMap<Slot, FxHashSet<u32>>,
    vocabulary: &Vocabulary,
) -> Option<Vec<Sequence>> {
    if variable.is_empty() {
        return None;
    }
    let mut changed = false;
    let next = current.iter().map(|sequence| {
        let whole = hash(sequence);
        let token = |(at, token): (usize, &u32)| {
            let opened = *token != WILD
                && vocabulary.of(*token).word
                && variable
                    .get(&(at as u32, without(whole, sequence, at)))
                    .is_some_and(|values| values.contains(token));
            changed |= opened;
            if opened { WILD } else { *token }
        };
        sequence.iter().enumerate().map(token).collect()
    });
    let next = next.collect();
    changed.then_some(next)
}

/// Merges sequences that differ in tokens with masked parts only.
fn merge_masked(
    live: &FxHashSet<&Sequence>,
    current: &[Sequence],
    vocabulary: &Vocabulary,
) -> Option<Vec<Sequence>> {
    let shape = |sequence: &Sequence| -> Sequence {
        let token = |token: &u32| if vocabulary.of(*token).masked { WILD } else { *token };
        sequence.iter().map(token).collect()
    };
    let mut merged: FxHashMap<Sequence, Sequence> = FxHashMap::default();
    for sequence in live {
        merged
            .entry(shape(sequence))
            .and_modify(|merged| {
                for (token, other) in merged.iter_mut().zip(sequence.iter()) {
                    if token != other {
                        *token = WILD;
                    }
                }
            })
            .or_insert_with(|| (*sequence).clone());
    }
    let next: Vec<Sequence> = current.iter().map(|sequence| merged[&shape(sequence)].clone()).collect();
    (next != current).then_some(next)
}

/// A sum over the positions, so that one of them can be taken out again.
fn hash(sequence: &[u32]) -> u128 {
    let sum = |sum: u128, (at, token): (usize, &u32)| sum.wrapping_add(mix(at, *token));
    sequence.iter().enumerate().fold(u128::from(mixed(sequence.len() as u64)), sum)
}

fn without(whole: u128, sequence: &[u32], at: usize) -> u128 {
    whole.wrapping_sub(mix(at, sequence[at]))
}

fn mix(at: usize, token: u32) -> u128 {
    let low = mixed((at as u64) << 32 | u64::from(token));
    u128::from(low) | u128::from(mixed(low ^ 0x9e37_79b9_7f4a_7c15)) << 64
}

/// The finaliser of SplitMix64.
fn mixed(value: u64) -> u64 {
    let value = value.wrapping_add(0x9e37_79b9_7f4a_7c15);
    let value = (value ^ value >> 30).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let value = (value ^ value >> 27).wrapping_mul(0x94d0_49bb_1331_11eb);
    value ^ value >> 31
}
