//! Templates by where they are open: to look up what fits one of them there.

use super::Positions;
use crate::vocabulary::{Vocabulary, WILD};
use rustc_hash::FxHashMap;
use std::collections::BTreeMap;

/// By how many places are open and which, by the hash of all.
type ByPlaces = BTreeMap<(usize, Vec<u16>), FxHashMap<u64, usize>>;

/// Templates by their skeleton, by their opened places (fewest first), by their hash.
#[derive(Default)]
pub(crate) struct Places {
    by: FxHashMap<u64, ByPlaces>,
}

impl Places {
    pub(crate) fn add(&mut self, tokens: &[u32], opened: &Positions, number: usize, vocabulary: &Vocabulary) {
        let places: Vec<u16> = opened.iter().copied().collect();
        let same = self
            .by
            .entry(vocabulary.skeleton(tokens))
            .or_default()
            .entry((places.len(), places))
            .or_default();
        same.insert(vocabulary.hash(tokens), number);
    }

    /// The first template that is `tokens` but for its opened places, and that `fits` says yes to.
    pub(crate) fn find(
        &self,
        tokens: &[u32],
        vocabulary: &Vocabulary,
        mut fits: impl FnMut(&[u16], usize) -> bool,
    ) -> Option<usize> {
        let by = self.by.get(&vocabulary.skeleton(tokens))?;
        let whole = vocabulary.hash(tokens);
        by.iter().find_map(|((_, places), templates)| {
            let open = places.iter().fold(whole, |sum, at| {
                let at = usize::from(*at);
                sum.wrapping_sub(vocabulary.mix(at, tokens[at])).wrapping_add(vocabulary.mix(at, WILD))
            });
            templates.get(&open).copied().filter(|number| fits(places, *number))
        })
    }
}
