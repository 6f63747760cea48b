//! Slots: forms that are equal but for one place. A hash that is a sum over the places takes each of them out in one step.

use super::{Form, Step, with_open};
use crate::{
    evidence::{Context, context, expects, openness},
    vocabulary::{Vocabulary, WILD},
};
use rustc_hash::{FxHashMap, FxHashSet};

/// Values of opened places by what comes before them.
pub(super) type Known = FxHashMap<Context, FxHashSet<u32>>;

/// How much evidence for an open place is enough once all its values are known elsewhere.
const FAMILIAR: f64 = -1.5;

/// A form and a place in it.
#[derive(Clone, Copy)]
struct Entry {
    slot: u64,
    form: u32,
    at: u16,
}

/// A slot that the evidence alone does not open.
struct Weak {
    entries: Vec<(u32, u16)>,
    context: Option<Context>,
    score: f64,
}

/// What the slots of some forms come to.
#[derive(Default)]
pub(super) struct Slots {
    /// Places to open, by form.
    chosen: FxHashMap<usize, Vec<usize>>,
    weak: Vec<Weak>,
    /// Singulars and plurals behind a value: the form, the place and the plural.
    plurals: Vec<(u32, u16, u32)>,
}

impl Slots {
    /// Looks at all slots; what opens by more than `bar` is remembered in `known`.
    pub(super) fn of(live: &[Form], bar: f64, known: &mut Known, vocabulary: &Vocabulary) -> Self {
        let mut entries: Vec<Entry> = Vec::with_capacity(live.len() * 8);
        for (number, form) in live.iter().enumerate() {
            let whole = vocabulary.hash(&form.tokens);
            for (at, token) in form.tokens.iter().enumerate() {
                if vocabulary.token(*token).word {
                    // The place itself is a part of the slot.
                    let slot = whole.wrapping_sub(vocabulary.mix(at, *token)).wrapping_add(at as u64);
                    entries.push(Entry { slot, form: number as u32, at: at as u16 });
                }
            }
        }
        entries.sort_unstable_by_key(|entry| (entry.slot, entry.form));
        let mut slots = Self::default();
        let mut values: Vec<(u32, u64)> = Vec::new();
        for same in entries.chunk_by(|a, b| a.slot == b.slot).filter(|same| same.len() > 1) {
            let token = |entry: &Entry| live[entry.form as usize].tokens[usize::from(entry.at)];
            values.clear();
            values.extend(same.iter().map(|entry| (token(entry), live[entry.form as usize].lines)));
            let (form, at) = (&live[same[0].form as usize].tokens, usize::from(same[0].at));
            if let [(a, _), (b, _)] = values[..]
                && at > 1
                && form[at - 2] == WILD
                && let Some(singular) = singular(a, b, vocabulary)
            {
                let (entry, plural) = if singular == a { (same[0], b) } else { (same[1], a) };
                slots.plurals.push((entry.form, entry.at, plural));
                continue;
            }
            let context = context(&form[..at], vocabulary);
            let score = openness(&values, at == 0, context, vocabulary);
            if score > bar {
                if values.len() >= 4
                    && let Some(context) = context
                {
                    known
                        .entry(context)
                        .or_default()
                        .extend(values.iter().map(|(token, _)| token).filter(|t| **t != WILD));
                }
                slots.choose(same.iter().copied());
                continue;
            }
            let masked = |entry: &&Entry| vocabulary.token(token(entry)).masked();
            if same.iter().filter(masked).count() > 1 {
                slots.choose(same.iter().filter(masked).copied());
            } else {
                let entries = same.iter().map(|entry| (entry.form, entry.at)).collect();
                slots.weak.push(Weak { entries, context, score });
            }
        }
        slots
    }

    fn choose(&mut self, entries: impl Iterator<Item = Entry>) {
        for entry in entries {
            self.chosen.entry(entry.form as usize).or_default().push(usize::from(entry.at));
        }
    }

    /// The forms with their chosen places open.
    pub(super) fn opened(&mut self, live: &[Form]) -> Option<Step> {
        let mut step = Step::default();
        for (form, places) in std::mem::take(&mut self.chosen) {
            let open = with_open(&live[form].tokens, places);
            if open != live[form].tokens {
                step.insert(form, open);
            }
        }
        (!step.is_empty()).then_some(step)
    }

    /// Singulars become their plurals.
    pub(super) fn plurals(&self, live: &[Form]) -> Option<Step> {
        let mut step = Step::default();
        for (form, at, plural) in &self.plurals {
            let form = *form as usize;
            step.entry(form).or_insert_with(|| {
                let mut tokens = live[form].tokens.clone();
                tokens[usize::from(*at)] = *plural;
                tokens
            });
        }
        (!step.is_empty()).then_some(step)
    }

    /// Opens what has only values that are known from elsewhere.
    pub(super) fn familiar(&mut self, live: &[Form], known: &Known, vocabulary: &Vocabulary) -> Option<Step> {
        for weak in std::mem::take(&mut self.weak) {
            let (entity, outcome) = expects(weak.context, vocabulary);
            let Some(known) = weak.context.and_then(|context| known.get(&context)) else { continue };
            let familiar = |(form, at): &(u32, u16)| {
                let token = live[*form as usize].tokens[usize::from(*at)];
                known.contains(&token) && !vocabulary.token(token).says()
            };
            let enough = (entity || weak.score > FAMILIAR) && !outcome && weak.entries[0].1 > 0;
            if enough && weak.entries.iter().all(familiar) {
                self.choose(weak.entries.into_iter().map(|(form, at)| Entry { slot: 0, form, at }));
            }
        }
        self.opened(live)
    }
}

/// Which of the two is the singular of the other.
fn singular(a: u32, b: u32, vocabulary: &Vocabulary) -> Option<u32> {
    let is = |one: u32, many: u32| {
        vocabulary.token(many).text.strip_suffix('s').is_some_and(|stem| *stem == *vocabulary.token(one).text)
    };
    if is(a, b) { Some(a) } else { is(b, a).then_some(b) }
}
