//! Fitting: one pass over training records in the order of time, in room that does not grow with them.

use crate::{
    Dropped, Group, GroupNumber, Record, Shape, State, Template, VERSION,
    clock::{Clock, Extent, Slots},
    hash,
    numbers::{FEWEST, Numbers},
    peaks::{Few, Peaks},
    places::{Place, Training},
    rhythm::Rhythm,
    tokens::{MOST_TOKENS, number, tokens},
    windows::{Counter, Moment, of_values},
};
use rustc_hash::{FxHashMap, FxHashSet};
use std::collections::BTreeMap;

const GROUPS: usize = 1 << 12;
const TEMPLATES: usize = 1 << 14;
/// Shapes of all templates together, and of one.
const SHAPES: usize = 1 << 13;
const SHAPES_OF_TEMPLATE: usize = 32;
/// Templates of all groups together.
const MEMBERS: usize = 1 << 18;
/// Places whose numbers are kept.
const NUMBERS: usize = 1 << 12;

/// Learns what training records are like. The same records give the same [`State`].
pub struct Fit {
    clock: Clock,
    slots: Slots,
    training: Training,
    records: u64,
    templates: FxHashMap<Option<u32>, TemplateFit>,
    groups: FxHashMap<u64, GroupFit>,
    shapes: usize,
    members: usize,
    numbers: usize,
    dropped: Dropped,
}

/// What templates and groups have in common.
#[derive(Default)]
struct Key {
    slots: u32,
    last: Option<u32>,
    counter: Counter<4>,
    peaks: [Peaks; 4],
    rhythm: Rhythm,
}

#[derive(Default)]
struct TemplateFit {
    key: Key,
    shapes: BTreeMap<u8, ShapeFit>,
}

struct ShapeFit {
    seen: u64,
    places: Vec<Place>,
}

#[derive(Default)]
struct GroupFit {
    host: String,
    process: String,
    severity: Option<u8>,
    key: Key,
    members: FxHashSet<Option<u32>>,
    /// Records by how many words they have.
    seen: FxHashMap<u8, u64>,
    numbers: BTreeMap<(u8, u8), Numbers>,
}

impl Fit {
    /// For as many training records, of such times.
    pub fn new(extent: &Extent) -> Self {
        let slots = Slots::of(extent);
        Self {
            clock: Clock::new(slots.ordered),
            training: Training { few: Few::of(slots.count), recent: of_values(), kept: 0, forgotten: 0 },
            slots,
            records: 0,
            templates: FxHashMap::default(),
            groups: FxHashMap::default(),
            shapes: 0,
            members: 0,
            numbers: 0,
            dropped: Dropped::default(),
        }
    }

    /// Takes the next record.
    pub fn push(&mut self, record: &Record<'_>) {
        self.records += 1;
        let moment = self.clock.tell(record);
        let slot = self.slots.at(moment.time);
        let day = (self.slots.days() > 1).then(|| self.slots.day(moment.time));
        let mut room = [""; MOST_TOKENS];
        let words = tokens(record.message, &mut room);
        let found: Vec<Option<f64>> = words.iter().map(|word| number(word)).collect();
        self.add_to_group(record, &moment, slot, day, &found);
        self.add_to_template(record.template, &moment, slot, day, words, &found);
    }

    fn add_to_group(
        &mut self,
        record: &Record<'_>,
        moment: &Moment,
        slot: u32,
        day: Option<i64>,
        found: &[Option<f64>],
    ) {
        let (host, process) = (record.host.unwrap_or_default(), record.process.unwrap_or_default());
        let key = hash::of_group(host, process, record.severity);
        if self.groups.len() >= GROUPS && !self.groups.contains_key(&key) {
            self.dropped.groups += 1;
            return;
        }
        let group = self.groups.entry(key).or_insert_with(|| GroupFit {
            host: host.to_owned(),
            process: process.to_owned(),
            severity: record.severity,
            ..GroupFit::default()
        });
        group.key.add(slot, day, moment, self.training.few);
        if !group.members.contains(&record.template) {
            if self.members < MEMBERS {
                self.members += 1;
                group.members.insert(record.template);
            } else {
                self.dropped.members += 1;
            }
        }
        let words = found.len() as u8;
        *group.seen.entry(words).or_default() += 1;
        for (at, number) in (0_u8..).zip(found) {
            let Some(number) = number else { continue };
            if let Some(numbers) = group.numbers.get_mut(&(words, at)) {
                numbers.add(slot, *number);
            } else if self.numbers < NUMBERS {
                self.numbers += 1;
                group.numbers.entry((words, at)).or_default().add(slot, *number);
            } else {
                self.dropped.numbers += 1;
            }
        }
    }

    fn add_to_template(
        &mut self,
        template: Option<u32>,
        moment: &Moment,
        slot: u32,
        day: Option<i64>,
        words: &[&str],
        found: &[Option<f64>],
    ) {
        if self.templates.len() >= TEMPLATES && !self.templates.contains_key(&template) {
            self.dropped.templates += 1;
            return;
        }
        let template = self.templates.entry(template).or_default();
        template.key.add(slot, day, moment, self.training.few);
        let length = words.len() as u8;
        if !template.shapes.contains_key(&length) {
            if template.shapes.len() >= SHAPES_OF_TEMPLATE || self.shapes >= SHAPES {
                self.dropped.shapes += 1;
                return;
            }
            self.shapes += 1;
        }
        let shape = template.shapes.entry(length).or_insert_with(|| {
            let id = self.shapes * usize::from(u8::MAX);
            ShapeFit { seen: 0, places: (id..id + words.len()).map(Place::new).collect() }
        });
        shape.seen += 1;
        for ((place, word), number) in shape.places.iter_mut().zip(words).zip(found) {
            place.add(word, slot, moment, &mut self.training);
            let Some(number) = number else { continue };
            if place.numbers.is_none() && self.numbers >= NUMBERS {
                self.dropped.numbers += 1;
                continue;
            }
            self.numbers += usize::from(place.numbers.is_none());
            place.numbers.get_or_insert_default().add(slot, *number);
        }
    }

    /// What was learned.
    pub fn finish(self) -> State {
        let Self { slots, training, .. } = self;
        let (days, last, few) = (slots.days(), slots.day(slots.last), training.few);
        let slots_of: FxHashMap<Option<u32>, u32> =
            self.templates.iter().map(|(template, fit)| (*template, fit.key.slots)).collect();
        let mut groups: Vec<Group> = self
            .groups
            .into_values()
            .map(|fit| {
                let mut family: Vec<u32> =
                    fit.members.iter().filter_map(|template| slots_of.get(template).copied()).collect();
                family.sort_unstable();
                let numbers = fit.numbers.iter().filter_map(|((words, place), numbers)| {
                    let number = numbers.finish(fit.seen.get(words).copied().unwrap_or(0))?;
                    Some(GroupNumber { words: *words, place: *place, number })
                });
                let numbers = numbers.collect();
                let (slots, usual, rhythm) = fit.key.finish(days, last, few);
                let (host, process, severity) = (fit.host, fit.process, fit.severity);
                Group { host, process, severity, slots, usual, rhythm, family, numbers }
            })
            .collect();
        groups.sort_by(|a, b| (&a.host, &a.process, a.severity).cmp(&(&b.host, &b.process, b.severity)));
        let mut templates: Vec<Template> = self
            .templates
            .into_iter()
            .map(|(template, fit)| {
                let (slots, usual, rhythm) = fit.key.finish(days, last, few);
                let shape = |shape: ShapeFit| Shape {
                    few: shape.seen < FEWEST as u64,
                    places: shape
                        .places
                        .into_iter()
                        .map(|place| place.finish(slots, shape.seen, few))
                        .collect(),
                };
                let shapes = fit.shapes.into_values().map(shape).collect();
                Template { template, slots, usual, rhythm, shapes }
            })
            .collect();
        templates.sort_by_key(|template| template.template);
        State {
            version: VERSION,
            records: self.records,
            slots: slots.count,
            ordered: slots.ordered,
            days,
            last: slots.last,
            templates,
            groups,
            dropped: Dropped { values: training.forgotten, ..self.dropped },
        }
    }
}

impl Key {
    fn add(&mut self, slot: u32, day: Option<i64>, moment: &Moment, few: Few) {
        if self.last != Some(slot) {
            self.last = Some(slot);
            self.slots += 1;
        }
        let counts = self.counter.add(moment);
        for (peaks, count) in self.peaks.iter_mut().zip(counts) {
            peaks.add(slot, count, few);
        }
        if let Some(day) = day {
            self.rhythm.add(day, moment.time, counts);
        }
    }

    /// Its slots, its usual counts and what recurs every day.
    fn finish(self, days: u32, last: i64, few: Few) -> (u32, [u32; 4], crate::Rhythm) {
        let usual = self.peaks.map(|mut peaks| {
            peaks.close(few);
            peaks.usual(few)
        });
        (self.slots, usual, self.rhythm.finish(days, last, usual))
    }
}
