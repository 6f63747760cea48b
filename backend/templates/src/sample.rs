//! A bounded sample of masked messages that no order changes. They are kept by stratum: those with as many tokens, the same
//! signs, and one of sixteen kinds of first words. Each stratum keeps the messages with the lowest hashes, as many as the
//! largest power of two that keeps all together within the bound; when one each is too many, strata of high hashes are left out.
//! So what is kept follows from the set of messages alone,
//! and how often each kept one occurs is exact.

use crate::{
    hash,
    tokens::{is_word, tokens},
};
use rustc_hash::FxHashMap;
use std::collections::BTreeMap;

/// Something that is known of a message and that more of the same adds to.
pub(crate) trait Add {
    fn add(&mut self, other: Self);
    fn lines(&self) -> u64;
}

type Stratum<T> = BTreeMap<u64, (Box<str>, T)>;

/// Masked messages, and what is known of each.
#[derive(Clone, Debug)]
pub(crate) struct Sample<T> {
    strata: FxHashMap<u64, Stratum<T>>,
    bound: usize,
    /// Messages of a stratum.
    cap: usize,
    /// The highest hash of a stratum that is kept.
    highest: u64,
    size: usize,
    /// Lines of messages that are not kept.
    dropped: u64,
}

impl<T: Add> Sample<T> {
    pub(crate) fn new(bound: usize, cap: usize) -> Self {
        Self { strata: FxHashMap::default(), bound, cap, highest: u64::MAX, size: 0, dropped: 0 }
    }

    pub(crate) fn add(&mut self, masked: &str, facts: T) {
        self.insert(stratum(masked), hash::of_text(masked), masked, facts);
        self.shrink();
    }

    fn insert(&mut self, stratum: u64, hash: u64, masked: &str, facts: T) {
        if stratum > self.highest {
            self.dropped += facts.lines();
            return;
        }
        let kept = self.strata.entry(stratum).or_default();
        if let Some((known, of_known)) = kept.get_mut(&hash) {
            // Two messages hardly ever have one hash; then the first of them stays.
            if **known == *masked {
                of_known.add(facts);
            } else if **known < *masked {
                self.dropped += facts.lines();
            } else {
                self.dropped += of_known.lines();
                (*known, *of_known) = (masked.into(), facts);
            }
            return;
        }
        if kept.len() >= self.cap {
            let last = kept.last_key_value().map(|(hash, _)| *hash);
            if last.is_none_or(|last| last < hash) {
                self.dropped += facts.lines();
                return;
            }
            if let Some((_, (_, out))) = kept.pop_last() {
                self.dropped += out.lines();
                self.size -= 1;
            }
        }
        kept.insert(hash, (masked.into(), facts));
        self.size += 1;
    }

    fn shrink(&mut self) {
        while self.size > self.bound {
            if self.cap > 1 {
                self.cap /= 2;
            } else {
                self.highest /= 2;
            }
            self.cut();
        }
    }

    /// Leaves out what the cap and the highest hash leave out.
    fn cut(&mut self) {
        for (stratum, kept) in &mut self.strata {
            let cap = if *stratum > self.highest { 0 } else { self.cap };
            while kept.len() > cap {
                if let Some((_, (_, out))) = kept.pop_last() {
                    self.dropped += out.lines();
                    self.size -= 1;
                }
            }
        }
        self.strata.retain(|_, kept| !kept.is_empty());
    }

    /// Takes in what another sample of the same bound has kept.
    pub(crate) fn merge(&mut self, other: Self) {
        self.dropped += other.dropped;
        self.cap = self.cap.min(other.cap);
        self.highest = self.highest.min(other.highest);
        self.cut();
        for (stratum, kept) in other.strata {
            for (hash, (masked, facts)) in kept {
                self.insert(stratum, hash, &masked, facts);
            }
        }
        self.shrink();
    }

    /// Lines of messages that are not kept.
    pub(crate) fn dropped(&self) -> u64 {
        self.dropped
    }

    /// Messages of a stratum, at most.
    pub(crate) fn cap(&self) -> usize {
        self.cap
    }

    pub(crate) fn len(&self) -> usize {
        self.size
    }

    /// The messages that are kept, in the order of their texts.
    pub(crate) fn into_texts(self) -> BTreeMap<Box<str>, T> {
        self.strata.into_values().flat_map(BTreeMap::into_values).collect()
    }
}

/// Which stratum a masked message belongs to.
pub(crate) fn stratum(masked: &str) -> u64 {
    of_tokens(&tokens(masked))
}

pub(crate) fn of_tokens(tokens: &[&str]) -> u64 {
    let first = tokens.iter().find(|token| **token != " ").map_or(0, |token| hash::of_text(token) & 15);
    let start = hash::mixed(tokens.len() as u64 * 16 + first);
    tokens
        .iter()
        .fold(start, |sum, token| hash::mixed(sum ^ if is_word(token) { 0 } else { hash::of_text(token) }))
}
