//! Several places at once: within a skeleton, the rarest words of a form are left out together. Forms that are then the same
//! are of one statement when the evidence opens every such place.

use super::{Form, Step, with_open};
use crate::{
    evidence::{context, openness},
    vocabulary::{Vocabulary, WILD},
};
use rustc_hash::FxHashMap;
use std::collections::BTreeMap;

/// Places left out at once, at most.
const PLACES: usize = 8;
/// Forms that are one statement, and values in each place; more of both when more than half of the words are left out.
const FORMS: usize = 4;
const VALUES: usize = 3;
const MANY_FORMS: usize = 16;
const MANY_VALUES: usize = 8;

/// Places that are left out, in order: how many, which, and the hash of the rest.
type Key = (usize, Vec<u16>, u64);

pub(super) fn open(live: &[Form], vocabulary: &Vocabulary) -> Option<Step> {
    let mut groups: FxHashMap<u64, Vec<usize>> = FxHashMap::default();
    for (number, form) in live.iter().enumerate() {
        groups.entry(vocabulary.skeleton(&form.tokens)).or_default().push(number);
    }
    let mut candidates: BTreeMap<Key, Vec<usize>> = BTreeMap::new();
    for same in groups.into_values().filter(|same| same.len() >= FORMS) {
        let mut support: FxHashMap<(usize, u32), usize> = FxHashMap::default();
        for number in &same {
            for (at, token) in words(&live[*number], vocabulary) {
                *support.entry((at, token)).or_default() += 1;
            }
        }
        for number in &same {
            left_out(*number, &live[*number], same.len(), &support, &mut candidates, vocabulary);
        }
    }
    let mut step = Step::default();
    for ((_, places, _), same) in candidates {
        let same: Vec<usize> = same.into_iter().filter(|number| !step.contains_key(number)).collect();
        if same.len() >= FORMS && are_one(live, &same, &places, vocabulary) {
            for number in same {
                step.insert(
                    number,
                    with_open(&live[number].tokens, places.iter().map(|at| usize::from(*at))),
                );
            }
        }
    }
    (!step.is_empty()).then_some(step)
}

fn words<'a>(form: &'a Form, vocabulary: &'a Vocabulary) -> impl Iterator<Item = (usize, u32)> + 'a {
    form.tokens.iter().copied().enumerate().filter(|(_, token)| vocabulary.token(*token).word)
}

/// Adds the form under what is left when its two, three and more rarest words are out.
fn left_out(
    number: usize,
    form: &Form,
    forms: usize,
    support: &FxHashMap<(usize, u32), usize>,
    candidates: &mut BTreeMap<Key, Vec<usize>>,
    vocabulary: &Vocabulary,
) {
    let mut places: Vec<(usize, usize)> = words(form, vocabulary)
        .filter(|(_, token)| *token != WILD)
        .map(|(at, token)| (support.get(&(at, token)).copied().unwrap_or_default(), at))
        .collect();
    places.sort_unstable();
    let mut rest = vocabulary.hash(&form.tokens);
    let most = (places.len() * 2 / 3).min(PLACES);
    for (out, (count, at)) in places.iter().enumerate().take(most) {
        rest = rest.wrapping_sub(vocabulary.mix(*at, form.tokens[*at]));
        // Those that are as rare go out together.
        if out == 0 || places.get(out + 1).is_some_and(|next| next.0 == *count) {
            continue;
        }
        if count * 4 > forms && *count > 3 {
            break;
        }
        let mut key: Vec<u16> = places[..=out].iter().map(|(_, at)| *at as u16).collect();
        key.sort_unstable();
        candidates.entry((key.len(), key, rest)).or_default().push(number);
    }
}

fn are_one(live: &[Form], same: &[usize], places: &[u16], vocabulary: &Vocabulary) -> bool {
    let first = &live[same[0]];
    let half = places.len() * 2 <= words(first, vocabulary).count();
    if !half && same.len() < MANY_FORMS {
        return false;
    }
    let least = if half { VALUES } else { MANY_VALUES };
    places.iter().all(|at| {
        let at = usize::from(*at);
        let mut lines: BTreeMap<u32, u64> = BTreeMap::new();
        for form in same.iter().map(|number| &live[*number]) {
            *lines.entry(form.tokens[at]).or_default() += form.lines;
        }
        let few = lines.len() < least || lines.len() * 50 < same.len() && lines.len() < 16;
        let values: Vec<(u32, u64)> = lines.into_iter().collect();
        !few && openness(&values, at == 0, context(&first.tokens[..at], vocabulary), vocabulary) > 0.0
    })
}
