//! Matching: which template a message has, by exact look-ups. Nothing is learned.
//!
//! A template has patterns: sequences of tokens, of which each wildcard takes any one word or masked token. Of several that
//! fit, the one with the fewest wildcards is taken; of those, the one whose wildcards come first.

use crate::{
    TemplateError, Templates, VERSION, hash,
    mask::{WILDCARD, mask},
    numbered,
    tokens::{is_word, tokens},
};
use rustc_hash::{FxHashMap, FxHashSet};
use std::collections::BTreeMap;

/// Masked messages that are remembered.
const KNOWN: usize = 4096;

/// Room that matching works in, kept between the messages that one matcher looks at.
#[derive(Debug, Default)]
pub struct Scratch {
    masked: String,
    /// What was found for masked messages.
    known: FxHashMap<Box<str>, Option<usize>>,
}

/// Frozen templates, ready to be found.
#[derive(Debug)]
pub struct Matcher {
    numbered: FxHashSet<String>,
    patterns: Patterns,
}

impl Matcher {
    /// # Errors
    /// When the templates are of another version, or two of them have the same pattern.
    pub fn new(templates: &Templates) -> Result<Self, TemplateError> {
        if templates.version != VERSION {
            return Err(TemplateError::Version(templates.version));
        }
        let all = templates.templates.iter().enumerate();
        let patterns = all.flat_map(|(index, template)| {
            template.patterns.iter().map(move |tokens| (tokens.as_slice(), index))
        });
        let patterns = Patterns::of(patterns).map_err(TemplateError::Twice)?;
        Ok(Self { numbered: templates.numbered.iter().cloned().collect(), patterns })
    }

    /// The index of the message's template; nothing when it is unseen.
    pub fn find(&self, message: &str, scratch: &mut Scratch) -> Option<usize> {
        scratch.masked.clear();
        mask(message, &mut scratch.masked);
        if let Some(known) = scratch.known.get(scratch.masked.as_str()) {
            return *known;
        }
        let found = self.find_masked(&scratch.masked);
        if scratch.known.len() >= KNOWN {
            scratch.known.clear();
        }
        scratch.known.insert(scratch.masked.as_str().into(), found);
        found
    }

    /// As [`Matcher::find`], of a message that [`mask`](crate::mask) has masked.
    pub fn find_masked(&self, masked: &str) -> Option<usize> {
        self.patterns.find(&tokens(&numbered::mask(masked, &self.numbered)))
    }

    /// As [`Matcher::find`], of a message that is cut.
    pub(crate) fn find_tokens(&self, tokens: &[&str]) -> Option<usize> {
        self.patterns.find(tokens)
    }
}

/// Patterns by their skeleton: the message with every word left open.
#[derive(Debug, Default)]
pub(crate) struct Patterns {
    skeletons: FxHashMap<u64, Vec<Open>>,
}

/// Patterns that are open at the same places.
#[derive(Debug)]
struct Open {
    places: Box<[u16]>,
    /// By the hash of their tokens.
    patterns: FxHashMap<u64, Pattern>,
}

/// By how many places are open and which, by the hash of all.
type ByPlaces = BTreeMap<(usize, Vec<u16>), FxHashMap<u64, Pattern>>;

#[derive(Debug)]
struct Pattern {
    tokens: Box<[Box<str>]>,
    index: usize,
}

impl Patterns {
    /// Of tokens and what to find by them.
    ///
    /// # Errors
    /// The text of a pattern that is there twice.
    pub(crate) fn of<'a, T: AsRef<str> + 'a>(
        patterns: impl Iterator<Item = (&'a [T], usize)>,
    ) -> Result<Self, String> {
        let mut skeletons: FxHashMap<u64, ByPlaces> = FxHashMap::default();
        for (tokens, index) in patterns {
            let tokens: Vec<&str> = tokens.iter().map(AsRef::as_ref).collect();
            let places: Vec<u16> =
                tokens.iter().zip(0..).filter(|(token, _)| **token == WILDCARD).map(|(_, at)| at).collect();
            let (skeleton, whole) = hashes(&tokens);
            let open = skeletons.entry(skeleton).or_default().entry((places.len(), places)).or_default();
            let pattern = Pattern { tokens: tokens.iter().map(|token| (*token).into()).collect(), index };
            if open.insert(whole, pattern).is_some() {
                return Err(tokens.concat());
            }
        }
        let sorted = |by: ByPlaces| {
            by.into_iter().map(|((_, places), patterns)| Open { places: places.into(), patterns }).collect()
        };
        Ok(Self { skeletons: skeletons.into_iter().map(|(skeleton, by)| (skeleton, sorted(by))).collect() })
    }

    pub(crate) fn find(&self, tokens: &[&str]) -> Option<usize> {
        let (skeleton, whole) = hashes(tokens);
        self.skeletons.get(&skeleton)?.iter().find_map(|open| {
            let hash = open.places.iter().fold(whole, |sum, at| {
                let at = usize::from(*at);
                let token = tokens.get(at).map_or(0, |token| hash::of_text(token));
                sum.wrapping_sub(hash::at_place(at, token)).wrapping_add(hash::at_place(at, wild()))
            });
            open.patterns.get(&hash).filter(|pattern| pattern.fits(tokens)).map(|pattern| pattern.index)
        })
    }
}

impl Pattern {
    /// Hashes may be the same by chance.
    fn fits(&self, tokens: &[&str]) -> bool {
        self.tokens.len() == tokens.len()
            && self
                .tokens
                .iter()
                .zip(tokens)
                .all(|(own, token)| **own == **token || **own == *WILDCARD && is_word(token))
    }
}

fn wild() -> u64 {
    hash::of_text(WILDCARD)
}

/// The hash of the skeleton, and that of all tokens.
fn hashes(tokens: &[&str]) -> (u64, u64) {
    let start = hash::mixed(tokens.len() as u64);
    tokens.iter().enumerate().fold((start, start), |(skeleton, whole), (at, token)| {
        let whole_part = hash::at_place(at, hash::of_text(token));
        let part = if is_word(token) { hash::at_place(at, wild()) } else { whole_part };
        (skeleton.wrapping_add(part), whole.wrapping_add(whole_part))
    })
}
