//! Forms that fit a template in its opened places are of it. A stray line would cost a whole statement: so this is generous,
//! but common words are taken in only when they are rare there, and words that say something when they are very rare.

use super::{Form, Places, Step};
use crate::vocabulary::{Vocabulary, WILD};
use rustc_hash::FxHashSet;

/// How many times rarer than the template a form with a common word is, and one with a state.
const COMMON: u64 = 20;
const STATE: u64 = 200;

pub(super) fn absorb(live: &[Form], common: &FxHashSet<u32>, vocabulary: &Vocabulary) -> Option<Step> {
    let mut known = Places::default();
    for (number, form) in live.iter().enumerate().filter(|(_, form)| !form.facts.opened.is_empty()) {
        known.add(&form.tokens, &form.facts.opened, number, vocabulary);
    }
    let mut step = Step::default();
    for (number, form) in live.iter().enumerate() {
        let token = |at: &u16| form.tokens[usize::from(*at)];
        let found = known.find(&form.tokens, vocabulary, |places, template| {
            let times = if places.iter().any(|at| vocabulary.token(token(at)).says()) {
                STATE
            } else if places.iter().any(|at| common.contains(&token(at))) {
                COMMON
            } else {
                0
            };
            template != number
                && places.iter().any(|at| token(at) != WILD)
                && form.lines.saturating_mul(times) <= live[template].lines
        });
        if let Some(template) = found {
            step.insert(number, live[template].tokens.clone());
        }
    }
    (!step.is_empty()).then_some(step)
}
