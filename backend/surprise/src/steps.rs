//! Surprise of sessions: how unusual the steps of one are, beside those of others.
//!
//! A step is a record of a session, by its template. [`Steps::fit`] learns from training sessions which steps occur, how
//! often, together, after each other and how soon; [`Sessions::numbers`] gives six numbers of a session ([`STEP_NAMES`]).
//! All but the last are surprisals in nats, of the most surprising step; where several are looked at, chance makes one of
//! them odd, which is taken off.
//!
//! What is counted is in how many sessions something happens, so that one strange session is one, however long. Counts and
//! times fall in buckets that become wider, eight to an octave.

use crate::{CAP, SurpriseError};
use rustc_hash::{FxHashMap, FxHashSet};
use serde::{Deserialize, Serialize};

/// The version of the definitions.
pub const STEPS_VERSION: u32 = 1;
/// The six numbers, in their order.
pub const STEP_NAMES: [&str; 6] =
    ["step_rare", "step_missing", "step_count", "step_order", "step_late", "severity"];
/// Steps of a session that are looked at; of those after, that there are some.
pub const MOST_STEPS: usize = 1000;
/// Training sessions that are looked at.
pub const MOST_SESSIONS: usize = 20_000;
/// Steps that are looked at in pairs: the most common ones.
const IN_PAIRS: usize = 300;
/// What happens in fewer sessions tells nothing of what else happens there.
const FEWEST: u32 = 20;
/// Below this, what is missing is not expected.
const EXPECTED: f64 = 1.0;
/// The beginning and the end of a session, as steps beside others; a template is its place and one more.
const BOUND: u32 = 0;

/// A record of a session.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Step {
    /// The place of its template among those that were fitted; absent when it has none of them.
    pub template: Option<u32>,
    /// Microseconds since 1970 UTC.
    pub time: Option<i64>,
    /// The severity of RFC 5424.
    pub severity: Option<u8>,
}

/// What training sessions are like: plain JSON, in a fixed order, of bounded size.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Steps {
    pub version: u32,
    /// Sessions that were looked at.
    pub sessions: u32,
    /// Ascending by template.
    pub usual: Vec<Usual>,
    /// Of two steps in how many sessions both occur, where the second one is expected beside the first; beside
    /// 0, any session is meant, else the first is a template's place and one more, as the second is.
    pub together: Vec<[u32; 3]>,
    /// Of two steps in how many sessions the second one follows at once; 0 is a session's beginning and its end.
    pub next: Vec<[u32; 3]>,
}

/// A step's usual ways.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Usual {
    /// The place of its template.
    pub template: u32,
    /// Sessions that have it.
    pub sessions: u32,
    /// How often it occurs in these: buckets, and in how many sessions.
    pub counts: Vec<[u32; 2]>,
    /// How many milliseconds after the step before it at the most: buckets, and in how many sessions.
    pub waits: Vec<[u32; 2]>,
}

/// Small numbers are their own buckets, of larger ones eight make an octave.
fn bucket(value: u64) -> u32 {
    let shift = (64 - value.leading_zeros()).saturating_sub(4);
    shift * 8 + (value >> shift) as u32
}

/// What a session holds of each step.
#[derive(Default)]
struct Held {
    /// How often, and the longest wait for it in milliseconds.
    steps: FxHashMap<u32, (u64, Option<u64>)>,
    /// Which follow each other; those that are in no pairs are left out.
    next: FxHashSet<(u32, u32)>,
    unseen: bool,
    is_whole: bool,
    severity: f64,
}

impl Held {
    /// Of all steps, the levels; of the first [`MOST_STEPS`], all else. Of a session that goes on after these, the end is
    /// not known, and what is missing may be there.
    fn of(session: impl IntoIterator<Item = Step>) -> Self {
        let mut held = Self { severity: -1.0, is_whole: true, ..Self::default() };
        let (mut before, mut earlier): (Option<u32>, Option<i64>) = (Some(BOUND), None);
        for (number, step) in session.into_iter().enumerate() {
            let severity = match step.severity {
                Some(0..=2) => 2.0,
                Some(3) => 1.0,
                Some(4) => 0.0,
                _ => -1.0,
            };
            held.severity = held.severity.max(severity);
            if number >= MOST_STEPS {
                held.is_whole = false;
                continue;
            }
            let wait = step.time.zip(earlier).map(|(time, before)| (time - before).max(0) as u64 / 1000);
            earlier = step.time.or(earlier);
            let now = step.template.map(|template| template + 1);
            if let Some(template) = step.template {
                let (count, longest) = held.steps.entry(template).or_default();
                *count += 1;
                *longest = (*longest).max(wait);
            }
            held.unseen |= now.is_none();
            held.next.extend(before.zip(now));
            before = now;
        }
        let is_whole = held.is_whole;
        held.next.extend(before.filter(|_| is_whole).map(|before| (before, BOUND)));
        held
    }
}

/// Histograms that are still counted.
#[derive(Default)]
struct Counting {
    sessions: u32,
    counts: FxHashMap<u32, u32>,
    waits: FxHashMap<u32, u32>,
}

fn sorted(counts: FxHashMap<u32, u32>) -> Vec<[u32; 2]> {
    let mut counts: Vec<[u32; 2]> = counts.into_iter().map(|(bucket, count)| [bucket, count]).collect();
    counts.sort_unstable();
    counts
}

fn pairs(counts: FxHashMap<(u32, u32), u32>) -> Vec<[u32; 3]> {
    let mut counts: Vec<[u32; 3]> = counts.into_iter().map(|((a, b), count)| [a, b, count]).collect();
    counts.sort_unstable();
    counts
}

impl Steps {
    /// Learns what sessions are like from some, at most [`MOST_SESSIONS`] of them.
    pub fn fit(sessions: &[Vec<Step>]) -> Self {
        let sessions: Vec<Held> =
            sessions.iter().take(MOST_SESSIONS).map(|session| Held::of(session.iter().copied())).collect();
        let mut usual: FxHashMap<u32, Counting> = FxHashMap::default();
        for session in &sessions {
            for (template, (count, wait)) in &session.steps {
                let usual = usual.entry(*template).or_default();
                usual.sessions += 1;
                *usual.counts.entry(bucket(*count)).or_default() += 1;
                if let Some(wait) = wait {
                    *usual.waits.entry(bucket(*wait)).or_default() += 1;
                }
            }
        }
        let mut common: Vec<(u32, u32)> =
            usual.iter().map(|(template, usual)| (usual.sessions, *template)).collect();
        common.sort_unstable_by(|a, b| b.0.cmp(&a.0).then(a.1.cmp(&b.1)));
        common.truncate(IN_PAIRS);
        let common: FxHashSet<u32> = common.into_iter().map(|(_, template)| template + 1).collect();
        let (mut together, mut next) = (FxHashMap::default(), FxHashMap::default());
        for session in &sessions {
            let own = || session.steps.keys().map(|template| template + 1).filter(|at| common.contains(at));
            for second in own() {
                for first in own().filter(|first| *first != second).chain([BOUND]) {
                    *together.entry((first, second)).or_default() += 1;
                }
            }
            let known = |at: &u32| *at == BOUND || common.contains(at);
            for pair in session.next.iter().filter(|(a, b)| known(a) && known(b)) {
                *next.entry(*pair).or_default() += 1;
            }
        }
        let count = sessions.len() as u32;
        let of = |at: u32| if at == BOUND { count } else { usual[&(at - 1)].sessions };
        together.retain(|(first, _), both| of(*first) >= FEWEST && missing(of(*first), *both) > EXPECTED);
        let mut usual: Vec<Usual> = usual
            .into_iter()
            .map(|(template, counting)| Usual {
                template,
                sessions: counting.sessions,
                counts: sorted(counting.counts),
                waits: sorted(counting.waits),
            })
            .collect();
        usual.sort_unstable_by_key(|usual| usual.template);
        Self { version: STEPS_VERSION, sessions: count, usual, together: pairs(together), next: pairs(next) }
    }
}

/// How surprising it is that a step is missing where another one is.
fn missing(first: u32, both: u32) -> f64 {
    -((f64::from(first - both) + 0.5) / (f64::from(first) + 1.0)).ln()
}

/// −log of a share, where none counts as half of one.
fn surprise(part: u32, of: u32) -> f64 {
    -(f64::from(part).max(0.5) / f64::from(of)).ln()
}

/// Sums of a histogram up to each bucket.
struct Tail {
    buckets: Vec<u32>,
    /// One more than there are buckets.
    below: Vec<u32>,
}

impl Tail {
    fn of(histogram: &[[u32; 2]]) -> Self {
        let mut below = vec![0];
        histogram.iter().for_each(|[_, count]| below.push(below[below.len() - 1] + count));
        Self { buckets: histogram.iter().map(|[bucket, _]| *bucket).collect(), below }
    }

    fn all(&self) -> u32 {
        self.below[self.below.len() - 1]
    }

    /// How many are at most, and at least, this.
    fn around(&self, bucket: u32) -> (u32, u32) {
        let before = self.buckets.partition_point(|known| *known < bucket);
        let until = self.buckets.partition_point(|known| *known <= bucket);
        (self.below[until], self.all() - self.below[before])
    }
}

struct Known {
    sessions: u32,
    rare: f64,
    counts: Tail,
    waits: Tail,
    /// What is expected beside it, and how surprising it is that it is missing.
    expected: Vec<(u32, f64)>,
}

/// Tells the surprise of sessions.
pub struct Sessions {
    sessions: u32,
    known: FxHashMap<u32, Known>,
    /// What every session is expected to have.
    expected: Vec<(u32, f64)>,
    next: FxHashMap<(u32, u32), u32>,
    /// The steps that are looked at in pairs.
    common: FxHashSet<u32>,
    unseen: f64,
}

impl Sessions {
    /// # Errors
    /// When the steps are of another version.
    pub fn new(steps: &Steps) -> Result<Self, SurpriseError> {
        if steps.version != STEPS_VERSION {
            return Err(SurpriseError::Version(steps.version));
        }
        let mut by_sessions: Vec<u32> = steps.usual.iter().map(|usual| usual.sessions).collect();
        by_sessions.sort_unstable();
        // Sessions that have something no more common, by an upper bound.
        let tail = |sessions: u32| {
            let rarer = by_sessions.iter().take_while(|other| **other <= sessions);
            rarer.map(|other| u64::from(*other)).sum::<u64>().min(steps.sessions.into()) as u32
        };
        let tails: FxHashMap<u32, u32> = {
            let mut distinct = by_sessions.clone();
            distinct.dedup();
            distinct.into_iter().map(|sessions| (sessions, tail(sessions))).collect()
        };
        let mut known: FxHashMap<u32, Known> = steps
            .usual
            .iter()
            .map(|usual| {
                let known = Known {
                    sessions: usual.sessions,
                    rare: surprise(tails[&usual.sessions], steps.sessions),
                    counts: Tail::of(&usual.counts),
                    waits: Tail::of(&usual.waits),
                    expected: Vec::new(),
                };
                (usual.template.saturating_add(1), known)
            })
            .collect();
        let mut expected = Vec::new();
        for [first, second, both] in &steps.together {
            match known.get_mut(first) {
                Some(known) => known.expected.push((*second, missing(known.sessions.max(*both), *both))),
                None => expected.push((*second, missing(steps.sessions.max(*both), *both))),
            }
        }
        let next: FxHashMap<(u32, u32), u32> =
            steps.next.iter().map(|[first, second, count]| ((*first, *second), *count)).collect();
        let common = next.keys().flat_map(|(first, second)| [*first, *second]).collect();
        let unseen = surprise(tails.get(&1).copied().unwrap_or(0), steps.sessions.max(1));
        Ok(Self { sessions: steps.sessions, known, expected, next, common, unseen })
    }

    /// The six numbers of a session.
    pub fn numbers(&self, session: impl IntoIterator<Item = Step>) -> [f64; STEP_NAMES.len()] {
        let held = Held::of(session);
        let mut rare: f64 = if held.unseen { self.unseen } else { 0.0 };
        let (mut count, mut counted) = (0.0_f64, 0_u32);
        let (mut late, mut waited) = (0.0_f64, 0_u32);
        let mut missed: f64 = 0.0;
        let absent = |expected: &[(u32, f64)], missed: f64| {
            let absent = expected.iter().filter(|(at, _)| !held.steps.contains_key(&at.wrapping_sub(1)));
            absent.fold(missed, |most, (_, surprise)| most.max(*surprise))
        };
        missed = absent(&self.expected, missed);
        for (template, (times, wait)) in &held.steps {
            let Some(known) = self.known.get(&(template + 1)) else {
                rare = rare.max(self.unseen);
                continue;
            };
            rare = rare.max(known.rare);
            missed = absent(&known.expected, missed);
            if known.sessions >= FEWEST {
                counted += 1;
                let (at_most, at_least) = known.counts.around(bucket(*times));
                let tail = 2.0 * f64::from(at_most.min(at_least)).max(0.5);
                count = count.max(-(tail / f64::from(known.sessions)).ln());
            }
            if let Some(wait) = wait {
                waited += 1;
                if known.waits.all() >= FEWEST {
                    late = late.max(surprise(known.waits.around(bucket(*wait)).1, known.waits.all()));
                }
            }
        }
        let mut order: f64 = 0.0;
        let mut followed = 0_u32;
        for (first, second) in &held.next {
            let sessions = match first {
                &BOUND => self.sessions,
                first => self.known.get(first).map_or(0, |known| known.sessions),
            };
            if sessions >= FEWEST && self.common.contains(first) && self.common.contains(second) {
                followed += 1;
                let count = self.next.get(&(*first, *second)).copied().unwrap_or(0);
                order = order.max(surprise(count, sessions));
            }
        }
        let less = |most: f64, looked_at: u32| (most - f64::from(looked_at.max(1)).ln()).clamp(0.0, CAP);
        [
            rare.min(CAP),
            if held.is_whole { missed.min(CAP) } else { 0.0 },
            less(count, counted),
            less(order, followed),
            less(late, waited),
            held.severity,
        ]
    }
}

#[cfg(test)]
mod tests;
