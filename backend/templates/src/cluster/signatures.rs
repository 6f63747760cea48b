//! Signatures: the two words before a place, the sign before it, and what follows. What evidence has opened in one statement
//! is open in the same surroundings in others, but for states. And a word that opened places follow in two signatures and
//! more is a noun of this log's own: what follows it elsewhere is a name, too.

use super::{Form, Step};
use crate::vocabulary::{Kind, SPACE, Vocabulary, WILD};
use rustc_hash::{FxHashMap, FxHashSet};

/// Neither a word nor a sign is there.
const NONE: u32 = u32::MAX;
/// Lines that a signature was opened in.
const LINES: u64 = 4;
/// Signatures of a noun of the log's own.
const SIGNATURES: usize = 2;
/// Different words that a token comes after when it is no name.
const AFTER: usize = 2;

#[derive(Clone, Copy, PartialEq, Eq, Hash)]
struct Signature {
    /// Nearest first.
    words: [u32; 2],
    sign: u32,
    after: u32,
}

fn signature(form: &[u32], at: usize, vocabulary: &Vocabulary) -> Signature {
    let open = |token: u32| if vocabulary.token(token).masked() { WILD } else { token };
    let mut words =
        form[..at].iter().rev().filter(|token| vocabulary.token(**token).word).map(|token| open(*token));
    let sign = at.checked_sub(1).map(|before| form[before]).filter(|token| *token != SPACE);
    let after = form[at + 1..].iter().take(2).find(|token| **token != SPACE);
    Signature {
        words: [words.next().unwrap_or(NONE), words.next().unwrap_or(NONE)],
        sign: sign.unwrap_or(NONE),
        after: after.map_or(NONE, |token| open(*token)),
    }
}

pub(super) fn propagate(live: &[Form], common: &FxHashSet<u32>, vocabulary: &Vocabulary) -> Option<Step> {
    let mut lines: FxHashMap<Signature, u64> = FxHashMap::default();
    for form in live {
        for at in form.facts.opened.iter().filter(|at| **at > 0) {
            *lines.entry(signature(&form.tokens, usize::from(*at), vocabulary)).or_default() += form.lines;
        }
    }
    let strong = |found: &Signature| {
        let named = found.words[1] != NONE && found.words.iter().any(|word| *word != WILD);
        named && lines.get(found).is_some_and(|lines| *lines >= LINES)
    };
    let nouns = nouns(live, vocabulary);
    let mut step = Step::default();
    for (number, form) in live.iter().enumerate() {
        let mut open = form.tokens.clone();
        for at in 1..form.tokens.len() {
            let token = vocabulary.token(form.tokens[at]);
            if !token.word || token.kind == Kind::Wild || token.says() || common.contains(&form.tokens[at]) {
                continue;
            }
            let noun = || {
                let behind = at > 1 && form.tokens[at - 1] == SPACE;
                let name = !token.masked() && !token.entity && token.kind != Kind::Camel;
                behind && name && nouns.contains(&vocabulary.token(form.tokens[at - 2]).lower)
            };
            if strong(&signature(&form.tokens, at, vocabulary)) || noun() {
                open[at] = WILD;
            }
        }
        // A third of the words have to say something.
        let words = open.iter().map(|token| vocabulary.token(*token)).filter(|token| token.word);
        let (all, constant) =
            words.fold((0, 0), |(all, constant), token| (all + 1, constant + usize::from(!token.masked())));
        if open != form.tokens && constant * 3 >= all {
            step.insert(number, open);
        }
    }
    (!step.is_empty()).then_some(step)
}

/// Words, in lower case, that names follow in this log.
fn nouns(live: &[Form], vocabulary: &Vocabulary) -> FxHashSet<u32> {
    let mut after: FxHashMap<u32, Vec<u32>> = FxHashMap::default();
    for form in live {
        let constant = |token: &&u32| {
            let token = vocabulary.token(**token);
            token.word && !token.masked()
        };
        let mut before = None;
        for token in form.tokens.iter().filter(constant) {
            if let Some(before) = before {
                let seen = after.entry(*token).or_default();
                if seen.len() < AFTER && !seen.contains(&before) {
                    seen.push(before);
                }
            }
            before = Some(*token);
        }
    }
    let mut opened: FxHashMap<u32, FxHashSet<(u32, u32)>> = FxHashMap::default();
    let mut constant: FxHashMap<u32, FxHashSet<u32>> = FxHashMap::default();
    for form in live {
        for at in 2..form.tokens.len() {
            let [noun, space, token] = [form.tokens[at - 2], form.tokens[at - 1], form.tokens[at]];
            let (before, value) = (vocabulary.token(noun), vocabulary.token(token));
            if space != SPACE || !value.word || !before.word || before.masked() {
                continue;
            }
            if form.facts.opened.contains(&(at as u16)) {
                let found = signature(&form.tokens, at, vocabulary);
                opened.entry(noun).or_default().insert((found.words[1], found.after));
            } else if !value.masked() && after.get(&token).is_some_and(|seen| seen.len() >= AFTER) {
                constant.entry(noun).or_default().insert(token);
            }
        }
    }
    let is_noun = |(noun, found): &(u32, FxHashSet<(u32, u32)>)| {
        let other = constant.get(noun).map_or(0, FxHashSet::len);
        found.len() >= SIGNATURES && found.len() * 2 >= other && !vocabulary.token(*noun).says()
    };
    opened.into_iter().filter(is_noun).map(|(noun, _)| vocabulary.token(noun).lower).collect()
}
