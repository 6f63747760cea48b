//! The nine numbers of one record after the other.

mod state;

use crate::{
    CAP, Record, State, SurpriseError, VERSION,
    clock::Clock,
    hash,
    numbers::logarithm,
    tokens::{MOST_TOKENS, number, tokens},
    windows::{Counter, Lately, Moment, OF_VALUES, of_groups, of_values, process},
};
use state::{Known, Tail};

/// More records than this many times the usual count, and one, are a burst.
const SLOPE: f64 = 2.0;
/// How surprising a record is that is remembered as context, in nats, and how long: its weight is 1/e after so many seconds.
const SURPRISING: f64 = 4.0;
const REMEMBERED: f64 = 300.0;

/// Tells how unusual records are, in the order of time.
pub struct Surprise<'a> {
    known: Known<'a>,
    clock: Clock,
    templates: Vec<Counter<4>>,
    groups: Vec<Counter<4>>,
    /// Of records without a known template, and of groups that are not known.
    of_none: Counter<4>,
    unknown: Lately<Counter<4>>,
    values: Lately<Counter<OF_VALUES>>,
    processes: Lately<Context>,
}

/// How many records of a process surprised lately, and when that was told.
#[derive(Clone, Copy, Debug, Default)]
struct Context {
    time: i64,
    records: f64,
}

/// The bound of −log P(at least `count` records | `mean`).
fn excess(count: u32, mean: f64) -> f64 {
    let count = f64::from(count);
    if count > mean { count * (count / mean).ln() - (count - mean) } else { 0.0 }
}

impl<'a> Surprise<'a> {
    /// # Errors
    /// When the state is of another version.
    pub fn new(state: &'a State) -> Result<Self, SurpriseError> {
        if state.version != VERSION {
            return Err(SurpriseError::Version(state.version));
        }
        Ok(Self {
            clock: Clock::new(state.ordered),
            templates: vec![Counter::default(); state.templates.len()],
            groups: vec![Counter::default(); state.groups.len()],
            of_none: Counter::default(),
            unknown: of_groups(),
            values: of_values(),
            processes: of_groups(),
            known: Known::of(state),
        })
    }

    /// The nine numbers of the next record, in the order of [`crate::NAMES`].
    pub fn push(&mut self, record: &Record<'_>) -> [f64; 9] {
        let moment = self.clock.tell(record);
        let (host, name) = (record.host.unwrap_or_default(), record.process.unwrap_or_default());
        let key = hash::of_group(host, name, record.severity);
        let (template, group) = (self.known.template(record.template), self.known.group(key));
        let of_template = self.templates.get_mut(template).unwrap_or(&mut self.of_none).add(&moment);
        let of_group = match self.groups.get_mut(group) {
            Some(counter) => counter.add(&moment),
            None => self.unknown.get(key, moment.time).add(&moment),
        };
        let (template_rare, group_rare) = self.known.rare(template, group, moment.time);
        let [usual, usual_of_group] = self.known.usual(template, group, moment.time);
        let share = self.known.share(template, group);
        let (mut template_burst, mut group_burst, mut up) = (0.0_f64, 0.0_f64, 0.0_f64);
        for at in 0..usual.len() {
            let (own, all) = (of_template[at].saturating_add(1), of_group[at].saturating_add(1));
            template_burst = template_burst.max(excess(own, SLOPE * f64::from(usual[at]) + 1.0));
            if at < OF_VALUES {
                up = up.max(excess(own, 0.5 * f64::from(usual[at]) + 0.5));
            }
            let burst = excess(all, SLOPE * f64::from(usual_of_group[at]) + 1.0);
            if burst > 0.0 {
                // As far as the share of the template has risen.
                let risen = (f64::from(own) / (f64::from(all) * share)).min(1.0);
                group_burst = group_burst.max(burst * (risen * risen));
            }
        }
        let mut room = [""; MOST_TOKENS];
        let words = tokens(record.message, &mut room);
        let (value_burst, number_far, value_odd) = self.words(template, group, words, &moment);
        let severity = match record.severity {
            Some(0..=2) => 2.0,
            Some(3) => 1.0,
            Some(4) => 0.0,
            _ => -1.0,
        };
        let own = template_rare.max(group_rare).max(template_burst).max(group_burst).max(value_burst);
        let context = self.processes.get(process(name), moment.time);
        let records = context.decayed(moment.time);
        *context = Context { time: moment.time, records: records + f64::from(u8::from(own > SURPRISING)) };
        let context = (2.0 * records.ln_1p()).min(up);
        [
            template_rare,
            group_rare,
            template_burst,
            group_burst,
            value_burst,
            number_far,
            value_odd,
            severity,
            context,
        ]
        .map(|surprise| surprise.min(CAP))
    }

    /// What the words say: the largest burst of a value, the number that is furthest out, the oddest value.
    fn words(&mut self, template: usize, group: usize, words: &[&str], moment: &Moment) -> (f64, f64, f64) {
        let (mut burst, mut far, mut odd) = (0.0_f64, 0.0_f64, 0.0_f64);
        let shape = self.known.shape(template, words.len());
        let few = shape.is_none_or(|shape| shape.few);
        let of_group = if few { self.known.numbers(group, words.len()) } else { &[] };
        self.values.turn(moment.time);
        for (at, word) in words.iter().enumerate() {
            let place = shape.and_then(|shape| shape.places.get(at));
            let own = place.filter(|_| !few).and_then(|place| place.number.as_ref());
            let tail = own.or_else(|| of_group.get(at)?.as_ref());
            if let Some(tail) = tail
                && let Some(number) = number(word)
            {
                far = far.max(tail.surprise(number));
            }
            let Some(place) = place else { continue };
            if place.constant == Some(*word) {
                continue;
            }
            let key = hash::at_place(place.id, hash::of_text(word));
            let (own_odd, usual) = self.known.value(place, key);
            odd = odd.max(own_odd);
            let counts = self.values.get(key, moment.time).add(moment);
            for (count, usual) in counts.into_iter().zip(usual) {
                burst = burst.max(excess(count.saturating_add(1), SLOPE * f64::from(usual) + 1.0));
            }
        }
        (burst, far, odd)
    }
}

impl Context {
    fn decayed(&self, now: i64) -> f64 {
        if self.records == 0.0 {
            return 0.0;
        }
        let seconds = now.saturating_sub(self.time).max(0) as f64 / 1e6;
        self.records * (-seconds / REMEMBERED).exp()
    }
}

impl Tail {
    /// On that of both scales that finds it less surprising; less than what so many numbers show by chance is nothing.
    fn surprise(&self, number: f64) -> f64 {
        let beyond = |number: f64, tails: &[(f64, f64); 2]| {
            let [(high, above), (low, below)] = *tails;
            ((number - high) / above).max((-number - low) / below)
        };
        let far = beyond(number, &self.linear).min(beyond(logarithm(number), &self.logarithmic));
        if far > 0.0 { (far - self.by_chance).max(0.0) } else { 0.0 }
    }
}
