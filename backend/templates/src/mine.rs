//! From a sample of masked messages to templates, in rounds: some are clustered, all are matched, and what fits nothing is the
//! next round's.

use crate::{
    cluster::{Clustered, Facts, Form, Positions, cluster},
    mask::{EMPTY, WILDCARD},
    matcher::Patterns,
    miner::Seen,
    numbered,
    optional::variants,
    sample::{Add, of_tokens},
    tokens::tokens,
    vocabulary::{Sequence, Vocabulary, WILD},
};
use rustc_hash::{FxHashMap, FxHashSet};
use std::collections::{BTreeMap, BTreeSet};

/// Messages that are clustered at once, and those of one stratum.
const CLUSTERED: usize = 60_000;
const STRATUM: usize = 512;
const ROUNDS: usize = 3;
/// So many messages of a stratum that nothing joins are free text.
const FREE: usize = 256;
/// Singulars of a template that are also tried together.
const SINGULARS: usize = 3;

/// The templates of a sample.
pub(crate) struct Mined {
    /// Words with a digit that is a value.
    pub(crate) numbered: Vec<String>,
    /// Text, patterns and messages.
    pub(crate) templates: Vec<(String, Vec<Vec<String>>, Seen)>,
    /// Messages that fit none.
    pub(crate) unfit: u64,
}

/// A message as it is mined: its tokens, their texts and its stratum.
struct Message<'a> {
    sequence: Sequence,
    tokens: Vec<&'a str>,
    lines: u64,
    stratum: u64,
    hash: u64,
}

pub(crate) fn mine(texts: BTreeMap<Box<str>, Seen>) -> Mined {
    let numbered = numbered::numbered(texts.keys().map(AsRef::as_ref));
    let digits: FxHashSet<String> = numbered.iter().cloned().collect();
    let texts: Vec<(std::borrow::Cow<'_, str>, &Seen)> =
        texts.iter().map(|(text, seen)| (numbered::mask(text, &digits), seen)).collect();
    let cut: Vec<Vec<&str>> = texts.iter().map(|(text, _)| tokens(text)).collect();
    let vocabulary = Vocabulary::of(cut.iter().map(Vec::as_slice));
    let mut different: BTreeMap<Sequence, usize> = BTreeMap::new();
    let mut messages: Vec<Message<'_>> = Vec::new();
    let mut seen: Vec<Seen> = Vec::new();
    for (tokens, (_, of_text)) in cut.into_iter().zip(&texts) {
        let sequence = vocabulary.sequence(&tokens);
        if let Some(known) = different.get(&sequence) {
            messages[*known].lines += of_text.lines();
            seen[*known].add((*of_text).clone());
            continue;
        }
        different.insert(sequence.clone(), messages.len());
        let (stratum, hash) = (of_tokens(&tokens), vocabulary.hash(&sequence));
        messages.push(Message { sequence, tokens, lines: of_text.lines(), stratum, hash });
        seen.push((*of_text).clone());
    }
    let templates = rounds(&messages, &vocabulary);
    let (templates, unfit) = counted(&templates, &messages, seen, &vocabulary);
    Mined { numbered, templates, unfit }
}

/// The templates of all rounds, in the order of their tokens.
fn rounds(messages: &[Message<'_>], vocabulary: &Vocabulary) -> Vec<(Sequence, Facts)> {
    let mut templates: BTreeMap<Sequence, Facts> = BTreeMap::new();
    let mut todo: Vec<usize> = (0..messages.len()).collect();
    for _ in 0..ROUNDS {
        if todo.is_empty() {
            break;
        }
        let sample = sample(&todo, messages);
        let mut forms: Vec<(usize, (Sequence, u64))> =
            sample.iter().map(|at| (*at, (messages[*at].sequence.clone(), messages[*at].lines))).collect();
        forms.sort();
        forms.sort_by(|a, b| a.1.cmp(&b.1));
        let (places, forms): (Vec<usize>, Vec<(Sequence, u64)>) = forms.into_iter().unzip();
        let mut clustered = cluster(&forms, vocabulary);
        free_text(&mut clustered, &places, messages);
        for at in clustered.of.iter().collect::<BTreeSet<_>>() {
            let Form { tokens, facts, .. } = &clustered.templates[*at];
            let known = templates.entry(tokens.clone()).or_default();
            known.opened.extend(&facts.opened);
            known.singulars.extend(&facts.singulars);
        }
        if sample.len() == todo.len() {
            break;
        }
        let sampled: FxHashSet<usize> = sample.into_iter().collect();
        let texts: Vec<Vec<&str>> =
            templates.keys().map(|tokens| vocabulary.texts(tokens).collect()).collect();
        // No two are equal, so that this cannot fail.
        let patterns = Patterns::of(texts.iter().map(|tokens| (tokens.as_slice(), 0))).unwrap_or_default();
        todo.retain(|at| !sampled.contains(at) && patterns.find(&messages[*at].tokens).is_none());
    }
    templates.into_iter().collect()
}

/// Of each stratum those with the lowest hashes, as many as the largest power of two that keeps all within the bound.
fn sample(todo: &[usize], messages: &[Message<'_>]) -> Vec<usize> {
    let mut strata: BTreeMap<u64, Vec<usize>> = BTreeMap::new();
    for at in todo {
        strata.entry(messages[*at].stratum).or_default().push(*at);
    }
    let mut cap = STRATUM;
    while cap > 1 && strata.values().map(|same| same.len().min(cap)).sum::<usize>() > CLUSTERED {
        cap /= 2;
    }
    let lowest = |mut same: Vec<usize>| {
        same.sort_unstable_by_key(|at| (messages[*at].hash, *at));
        same.truncate(cap);
        same
    };
    // When one each is too many, strata of high hashes wait for the next round.
    strata.into_values().flat_map(lowest).take(CLUSTERED).collect()
}

/// Of a stratum where hundreds of messages are left alone, what is left alone becomes one.
fn free_text(clustered: &mut Clustered, places: &[usize], messages: &[Message<'_>]) {
    let mut sizes = vec![0_usize; clustered.templates.len()];
    clustered.of.iter().for_each(|at| sizes[*at] += 1);
    let mut strata: BTreeMap<u64, Vec<usize>> = BTreeMap::new();
    for (form, place) in places.iter().enumerate() {
        strata.entry(messages[*place].stratum).or_default().push(form);
    }
    for kept in strata.into_values() {
        let alone: Vec<usize> = kept.iter().copied().filter(|form| sizes[clustered.of[*form]] == 1).collect();
        if alone.len() < FREE || alone.len() * 2 < kept.len() {
            continue;
        }
        let mut merged = clustered.templates[clustered.of[alone[0]]].tokens.clone();
        for form in &alone {
            for (own, other) in merged.iter_mut().zip(&clustered.templates[clustered.of[*form]].tokens) {
                if own != other {
                    *own = WILD;
                }
            }
        }
        let opened: Positions =
            merged.iter().zip(0..).filter(|(token, _)| **token == WILD).map(|(_, at)| at).collect();
        let first = clustered.of[alone[0]];
        clustered.templates[first].tokens = merged;
        clustered.templates[first].facts = Facts { opened, ..Facts::default() };
        alone.iter().for_each(|form| clustered.of[*form] = first);
    }
}

type Texts = Vec<(String, Vec<Vec<String>>, Seen)>;

/// Templates by their text, with the patterns that messages have and with what is known of these: both agree about every
/// message, since they are matched. And the messages that fit none.
fn counted(
    templates: &[(Sequence, Facts)],
    messages: &[Message<'_>],
    seen: Vec<Seen>,
    vocabulary: &Vocabulary,
) -> (Texts, u64) {
    let variants = variants(templates, vocabulary);
    let mut patterns: BTreeMap<Sequence, usize> =
        templates.iter().zip(&variants).map(|((tokens, _), of)| (tokens.clone(), *of)).collect();
    for ((tokens, facts), of) in templates.iter().zip(&variants) {
        for variant in singulars(tokens, facts, vocabulary) {
            patterns.entry(variant).or_insert(*of);
        }
    }
    let patterns: Vec<(Vec<&str>, usize)> =
        patterns.iter().map(|(tokens, of)| (vocabulary.texts(tokens).collect(), *of)).collect();
    // No two are equal, so that this cannot fail.
    let matcher = Patterns::of(patterns.iter().enumerate().map(|(at, (tokens, _))| (tokens.as_slice(), at)));
    let matcher = matcher.unwrap_or_default();
    let mut found: FxHashMap<usize, Seen> = FxHashMap::default();
    let mut unfit = 0;
    for (message, seen) in messages.iter().zip(seen) {
        match matcher.find(&message.tokens) {
            Some(at) => found.entry(at).or_default().add(seen),
            None => unfit += seen.lines(),
        }
    }
    let mut texts: BTreeMap<String, (Vec<Vec<String>>, Seen)> = BTreeMap::new();
    for (at, (tokens, of)) in patterns.iter().enumerate() {
        let Some(seen) = found.remove(&at) else { continue };
        let of_text = texts.entry(text(&templates[*of].0, vocabulary)).or_default();
        of_text.0.push(tokens.iter().map(|token| (*token).to_owned()).collect());
        of_text.1.add(seen);
    }
    (texts.into_iter().map(|(text, (patterns, seen))| (text, patterns, seen)).collect(), unfit)
}

/// The template with singulars where it has plurals.
fn singulars(tokens: &Sequence, facts: &Facts, vocabulary: &Vocabulary) -> Vec<Sequence> {
    let mut variants: Vec<Sequence> = vec![tokens.clone()];
    let still = |(at, one): &&(u16, u32)| {
        let plural = &vocabulary.token(tokens[usize::from(*at)]).text;
        plural.strip_suffix('s') == Some(&*vocabulary.token(*one).text)
    };
    for (at, one) in facts.singulars.iter().filter(still).take(SINGULARS) {
        let with: Vec<Sequence> = variants
            .iter()
            .map(|tokens| {
                let mut tokens = tokens.clone();
                tokens[usize::from(*at)] = *one;
                tokens
            })
            .collect();
        variants.extend(with);
    }
    variants
}

/// The text of a template: values in a row are shown once, empty ones not at all.
fn text(tokens: &[u32], vocabulary: &Vocabulary) -> String {
    let whole: String = vocabulary.texts(tokens).filter(|token| *token != EMPTY).collect();
    let mut out = String::with_capacity(whole.len());
    let mut rest = whole.as_str();
    while let Some(at) = rest.find(WILDCARD) {
        let end = at + WILDCARD.len();
        out.push_str(&rest[..end]);
        rest = &rest[end..];
        while let Some(more) = [" <*>", ", <*>"].iter().find_map(|more| rest.strip_prefix(more)) {
            rest = more;
        }
    }
    out + rest
}
