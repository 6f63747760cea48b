//! Evidence that a place in a message is open-ended, as log-odds: what stands there, how many different values, how often
//! each, and after which word. The weights are the only setting there is, and the same for all logs.

use crate::vocabulary::{Kind, SPACE, Vocabulary, WILD};
use rustc_hash::FxHashMap;

/// What comes before a place.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(crate) enum Context {
    /// `key=`, of which nothing more is known.
    Key,
    /// A word in lower case, by number.
    Word(u32),
}

/// The word or key in front of a place, if one is near; `before` is the message up to there.
pub(crate) fn context(before: &[u32], vocabulary: &Vocabulary) -> Option<Context> {
    let mut signs = before.iter().rev().copied().filter(|token| *token != SPACE);
    let text = |token: u32| &*vocabulary.token(token).text;
    let mut last = signs.clone();
    if last.next().is_some_and(|token| text(token) == "=") {
        let Some(key) = last.map(|token| vocabulary.token(token)).find(|token| token.word) else {
            return Some(Context::Key);
        };
        let known = vocabulary.before(key.tail);
        let named = !key.masked() && (known.entity || known.outcome);
        return Some(if named { Context::Word(key.tail) } else { Context::Key });
    }
    for token in signs.by_ref().take(3) {
        if token == WILD {
            return None;
        }
        let opens = matches!(text(token), "=" | ":" | "\"" | "'" | "`" | "(" | "[" | "{" | "<" | "@" | "#");
        if !opens {
            let token = vocabulary.token(token);
            return token.alphanumeric.then_some(Context::Word(token.tail));
        }
    }
    None
}

/// Whether names come after this, and whether states do.
pub(crate) fn expects(context: Option<Context>, vocabulary: &Vocabulary) -> (bool, bool) {
    match context {
        Some(Context::Word(word)) => {
            let before = vocabulary.before(word);
            (before.entity, before.outcome)
        }
        _ => (false, false),
    }
}

fn weight(kind: Kind) -> f64 {
    match kind {
        Kind::Wild => 6.0,
        Kind::Masked => 3.5,
        Kind::Empty => 1.5,
        Kind::Dotted => 2.5,
        Kind::Name => 0.4,
        Kind::Camel | Kind::Word => 0.0,
        Kind::State => -3.0,
        Kind::Function => -4.5,
    }
}

/// Log-odds that a place with these values (token and lines) is open-ended: more than 0 speaks for a wildcard. `first` says
/// that the message begins there.
pub(crate) fn openness(
    values: &[(u32, u64)],
    first: bool,
    context: Option<Context>,
    vocabulary: &Vocabulary,
) -> f64 {
    let (entity, outcome) = expects(context, vocabulary);
    let (entity, outcome) = (entity && !first, outcome && !first && !entity);
    let mut stems: FxHashMap<u32, u32> = FxHashMap::default();
    for stem in values.iter().filter_map(|(token, _)| vocabulary.token(*token).stem) {
        *stems.entry(stem).or_default() += 1;
    }
    let kind = |token: u32| {
        let token = vocabulary.token(token);
        // `eth0`, `eth1`
        let numbered = token.stem.is_some_and(|stem| stems.get(&stem).is_some_and(|count| *count > 1));
        if numbered { Kind::Masked } else { token.kind }
    };
    let (mut wild, mut identifiers, mut sum, mut rest) = (false, true, 0.0, 0_u32);
    for (token, _) in values {
        let kind = kind(*token);
        identifiers &= matches!(kind, Kind::Dotted | Kind::Masked | Kind::Wild);
        if kind == Kind::Wild {
            wild = true;
        } else {
            sum += weight(kind);
            rest += 1;
        }
    }
    let mut score = -1.2;
    if wild {
        score += weight(Kind::Wild);
    }
    if rest > 0 {
        score += sum / f64::from(rest);
    }
    if first && !identifiers {
        score -= 3.0;
    }
    if entity {
        score += 1.2;
    } else if outcome {
        score -= 1.5;
    }
    let different = values.len() as u64;
    for (least, more) in [(4, 1.0), (8, 1.0), (16, 2.0), (40, 4.0)] {
        if different >= least {
            score += more;
        }
    }
    if !wild {
        let lines: u64 = values.iter().map(|(_, lines)| lines).sum();
        let once = values.iter().filter(|(_, lines)| *lines == 1).count() as u64;
        // All values are known, as those of states are: or else some would have been seen once.
        let closed = !identifiers && lines >= 6 * different && once * 8 <= different && different < 8;
        if closed {
            if !(entity && different >= 4) {
                score -= 2.0;
            }
        } else if different >= 4 && once * 2 >= different || different == 3 && once == 3 {
            score += 1.0;
        }
    }
    score
}
