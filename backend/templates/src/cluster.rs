//! From distinct masked messages to templates, to a fixpoint: first by strong evidence alone, so that weak evidence is weighed
//! over what strong evidence has joined. Whenever something changes, it begins again with the first step:
//!
//! 1. [`slots`]: forms that are equal but for one place open it when the evidence is enough;
//! 2. forms that differ in masked tokens only become one;
//! 3. values that are known from another statement after the same word open;
//! 4. [`signatures`]: what evidence has opened is open in the same surroundings elsewhere;
//! 5. [`absorb`]: what fits a template in its opened places is of it;
//! 6. [`several`]: several places open at once.
//!
//! Only sets are looked at, in an order of their own, so that the result does not depend on the order of the messages.

mod absorb;
mod places;
mod several;
mod signatures;
mod slots;

use crate::vocabulary::{Sequence, Vocabulary, WILD};
use rustc_hash::{FxHashMap, FxHashSet};
use std::collections::BTreeSet;

pub(crate) use places::Places;

/// Log-odds of strong evidence.
const STRONG: f64 = 2.0;
/// A word seen after so many different ones is one of the log's own, hardly a name.
const COMMON: usize = 5;

/// Positions of a message.
pub(crate) type Positions = BTreeSet<u16>;

/// What a template is besides its tokens.
#[derive(Clone, Debug, Default)]
pub(crate) struct Facts {
    /// The places that evidence has opened.
    pub(crate) opened: Positions,
    /// Places of plurals, and their singulars, which are also of this template.
    pub(crate) singulars: BTreeSet<(u16, u32)>,
}

/// A template under way, and the lines that have it.
#[derive(Clone, Debug)]
pub(crate) struct Form {
    pub(crate) tokens: Sequence,
    pub(crate) lines: u64,
    pub(crate) facts: Facts,
    /// Its place among all that ever were.
    number: usize,
}

/// What a step makes of some forms, by their place.
type Step = FxHashMap<usize, Sequence>;

/// The templates of some forms.
pub(crate) struct Clustered {
    /// In the order of their tokens.
    pub(crate) templates: Vec<Form>,
    /// Of each form its template's place.
    pub(crate) of: Vec<usize>,
}

/// Clusters forms, which are different and in order, by their lines.
pub(crate) fn cluster(forms: &[(Sequence, u64)], vocabulary: &Vocabulary) -> Clustered {
    let common = common(forms, vocabulary);
    let mut all = All::of(forms);
    let mut known = slots::Known::default();
    let mut bar = STRONG;
    loop {
        let mut slots = slots::Slots::of(&all.live, bar, &mut known, vocabulary);
        let step = slots
            .opened(&all.live)
            .or_else(|| slots.plurals(&all.live))
            .or_else(|| merge_masked(&all.live, vocabulary))
            .or_else(|| slots.familiar(&all.live, &known, vocabulary))
            .or_else(|| signatures::propagate(&all.live, &common, vocabulary))
            .or_else(|| absorb::absorb(&all.live, &common, vocabulary))
            .or_else(|| several::open(&all.live, vocabulary));
        match step {
            Some(step) => all.apply(&step, vocabulary),
            None if bar > 0.0 => bar = 0.0,
            None => return all.finish(),
        }
    }
}

/// Words that are seen after many others.
fn common(forms: &[(Sequence, u64)], vocabulary: &Vocabulary) -> FxHashSet<u32> {
    let mut after: FxHashMap<u32, Vec<u32>> = FxHashMap::default();
    for (form, _) in forms {
        let mut before = u32::MAX;
        for token in form.iter().filter(|token| vocabulary.token(**token).word) {
            let masked = vocabulary.token(*token).masked();
            if !masked {
                let seen = after.entry(*token).or_default();
                if seen.len() < COMMON && !seen.contains(&before) {
                    seen.push(before);
                }
            }
            before = if masked { WILD } else { *token };
        }
    }
    after.into_iter().filter(|(_, seen)| seen.len() >= COMMON).map(|(token, _)| token).collect()
}

/// All forms that ever were, and those that are.
struct All {
    numbers: FxHashMap<Sequence, usize>,
    tokens: Vec<Sequence>,
    /// What each has become.
    parent: Vec<usize>,
    /// In the order of their tokens.
    live: Vec<Form>,
    inputs: usize,
}

impl All {
    fn of(forms: &[(Sequence, u64)]) -> Self {
        let form = |(number, (tokens, lines)): (usize, &(Sequence, u64))| Form {
            tokens: tokens.clone(),
            lines: *lines,
            facts: Facts::default(),
            number,
        };
        Self {
            numbers: forms.iter().enumerate().map(|(number, form)| (form.0.clone(), number)).collect(),
            tokens: forms.iter().map(|form| form.0.clone()).collect(),
            parent: (0..forms.len()).collect(),
            live: forms.iter().enumerate().map(form).collect(),
            inputs: forms.len(),
        }
    }

    fn root(&self, mut number: usize) -> usize {
        while self.parent[number] != number {
            number = self.parent[number];
        }
        number
    }

    fn apply(&mut self, step: &Step, vocabulary: &Vocabulary) {
        let mut kept: Vec<Form> = Vec::with_capacity(self.live.len());
        let mut moved: Vec<(Form, usize)> = Vec::new();
        for (at, mut form) in std::mem::take(&mut self.live).into_iter().enumerate() {
            let Some(to) = step.get(&at).filter(|to| **to != form.tokens) else {
                kept.push(form);
                continue;
            };
            for (place, (from, to)) in form.tokens.iter().zip(to).enumerate() {
                if from != to && *to == WILD && !vocabulary.token(*from).masked() {
                    form.facts.opened.insert(place as u16);
                } else if from != to && *to != WILD {
                    form.facts.singulars.insert((place as u16, *from));
                }
            }
            let next = self.parent.len();
            let number = *self.numbers.entry(to.clone()).or_insert(next);
            if number == next {
                self.parent.push(next);
                self.tokens.push(to.clone());
            }
            moved.push((form, number));
        }
        for (form, number) in &moved {
            if form.number != *number {
                self.parent[form.number] = *number;
            }
        }
        let mut places: FxHashMap<usize, usize> =
            kept.iter().enumerate().map(|(at, form)| (form.number, at)).collect();
        for (mut form, number) in moved {
            let number = self.root(number);
            form.number = number;
            form.tokens.clone_from(&self.tokens[number]);
            match places.get(&number) {
                Some(at) => {
                    let same = &mut kept[*at];
                    same.lines += form.lines;
                    same.facts.opened.extend(form.facts.opened);
                    same.facts.singulars.extend(form.facts.singulars);
                }
                None => {
                    places.insert(number, kept.len());
                    kept.push(form);
                }
            }
        }
        kept.sort_by(|a, b| a.tokens.cmp(&b.tokens));
        self.live = kept;
    }

    fn finish(self) -> Clustered {
        let places: FxHashMap<usize, usize> =
            self.live.iter().enumerate().map(|(at, form)| (form.number, at)).collect();
        let of = (0..self.inputs).map(|number| places[&self.root(number)]).collect();
        Clustered { templates: self.live, of }
    }
}

/// Merges forms that differ in tokens with masked parts only.
fn merge_masked(live: &[Form], vocabulary: &Vocabulary) -> Option<Step> {
    let mut groups: FxHashMap<Sequence, Vec<usize>> = FxHashMap::default();
    for (at, form) in live.iter().enumerate() {
        let masked = |token: &u32| if vocabulary.token(*token).masked() { WILD } else { *token };
        groups.entry(form.tokens.iter().map(masked).collect()).or_default().push(at);
    }
    let mut step = Step::default();
    for same in groups.values().filter(|same| same.len() > 1) {
        let merged: Sequence = (0..live[same[0]].tokens.len())
            .map(|place| {
                let token = live[same[0]].tokens[place];
                if same.iter().all(|at| live[*at].tokens[place] == token) { token } else { WILD }
            })
            .collect();
        step.extend(same.iter().filter(|at| live[**at].tokens != merged).map(|at| (*at, merged.clone())));
    }
    (!step.is_empty()).then_some(step)
}

/// The form with these places left open.
fn with_open(tokens: &[u32], places: impl IntoIterator<Item = usize>) -> Sequence {
    let mut open: Sequence = tokens.into();
    places.into_iter().for_each(|at| open[at] = WILD);
    open
}
