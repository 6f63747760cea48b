//! A fitted state, ready to be looked into.

use crate::{Number, State, hash, rhythm::quarter, state, windows::OF_VALUES};
use rustc_hash::FxHashMap;

const QUARTERS: usize = 96;
const HALVES: usize = 48;
/// On two of three other days is every day.
const MOST_DAYS: f64 = 1.5;
/// Of a rarity, so much is taken away by what comes every day at this time.
const EVERY_DAY: f64 = 0.75;
/// What something has that no slot of training time has.
const UNSEEN: f64 = 0.5;

pub(super) struct Known<'a> {
    slots: f64,
    days: u32,
    last: i64,
    template_at: FxHashMap<Option<u32>, usize>,
    templates: Vec<Template<'a>>,
    group_at: FxHashMap<u64, usize>,
    groups: Vec<Group>,
    /// Slots of all groups.
    family: Family,
    values: FxHashMap<u64, Value>,
    dropped: state::Dropped,
}

pub(super) struct Template<'a> {
    pub(super) key: Key,
    /// By how many words there are.
    shapes: Vec<Option<Shape<'a>>>,
}

pub(super) struct Group {
    pub(super) key: Key,
    family: Family,
    /// By how many words there are, per place.
    numbers: Vec<Vec<Option<Tail>>>,
}

pub(super) struct Key {
    slots: u32,
    /// Per quarter of an hour, the days that it occurs on.
    days: [u32; QUARTERS],
    /// Per half hour.
    usual: [[u32; 4]; HALVES],
}

/// How many slots some things have: ascending, with the sum so far.
#[derive(Default)]
struct Family(Vec<(u32, u64)>);

pub(super) struct Shape<'a> {
    pub(super) few: bool,
    pub(super) places: Vec<Place<'a>>,
}

pub(super) struct Place<'a> {
    pub(super) id: usize,
    pub(super) constant: Option<&'a str>,
    pub(super) number: Option<Tail>,
    /// Of values that are not known.
    unseen: Value,
    /// Whether some are.
    tells: bool,
}

/// How odd a value is, and its usual counts.
type Value = (f64, [u32; OF_VALUES]);

pub(super) struct Tail {
    pub(super) linear: [(f64, f64); 2],
    pub(super) logarithmic: [(f64, f64); 2],
    /// What so many numbers show by chance, in nats.
    pub(super) by_chance: f64,
}

impl<'a> Known<'a> {
    pub(super) fn of(state: &'a State) -> Self {
        let mut values = FxHashMap::default();
        let mut id = 0;
        let mut place = |place: &'a state::Place| {
            id += 1;
            for (word, state::Word(odd, usual)) in &place.words {
                let usual = std::array::from_fn(|at| if usual[at] > 0 { usual[at] } else { place.usual[at] });
                values.insert(hash::at_place(id, hash::of_text(word)), (*odd, usual));
            }
            Place {
                id,
                constant: place.constant.as_deref(),
                number: place.number.as_ref().map(Tail::of),
                unseen: (place.unseen, place.usual),
                tells: !place.words.is_empty(),
            }
        };
        let mut template = |template: &'a state::Template| {
            let mut shapes = Vec::new();
            for shape in &template.shapes {
                let places = shape.places.iter().map(&mut place).collect();
                *slot(&mut shapes, shape.places.len()) = Some(Shape { few: shape.few, places });
            }
            Template { key: Key::of(template.slots, &template.usual, &template.rhythm), shapes }
        };
        let group = |group: &state::Group| {
            let mut numbers: Vec<Vec<Option<Tail>>> = Vec::new();
            for known in &group.numbers {
                let tails = slot(&mut numbers, known.words.into());
                *slot(tails, known.place.into()) = Some(Tail::of(&known.number));
            }
            let key = Key::of(group.slots, &group.usual, &group.rhythm);
            Group { key, family: Family::of(group.family.clone()), numbers }
        };
        let templates = state.templates.iter().map(&mut template).collect();
        let key = |group: &state::Group| hash::of_group(&group.host, &group.process, group.severity);
        Self {
            slots: f64::from(state.slots.max(1)),
            days: state.days,
            last: state.last,
            template_at: state.templates.iter().map(|it| it.template).zip(0..).collect(),
            templates,
            group_at: state.groups.iter().map(key).zip(0..).collect(),
            groups: state.groups.iter().map(group).collect(),
            family: Family::of(state.groups.iter().map(|group| group.slots).collect()),
            values,
            dropped: state.dropped,
        }
    }

    /// Its place, or one beyond all.
    pub(super) fn template(&self, template: Option<u32>) -> usize {
        self.template_at.get(&template).copied().unwrap_or(usize::MAX)
    }

    /// Its place by its hash, or one beyond all.
    pub(super) fn group(&self, key: u64) -> usize {
        self.group_at.get(&key).copied().unwrap_or(usize::MAX)
    }

    /// How rare a template is among those of its group, and the group among all groups.
    pub(super) fn rare(&self, template: usize, group: usize, time: i64) -> (f64, f64) {
        let (template, group) = (self.templates.get(template), self.groups.get(group));
        let rare = |mass: u64| 0.0 - ((mass as f64).max(UNSEEN) / self.slots).min(1.0).ln();
        // What lies beyond a bound may be anything.
        let untold = group.is_none() && self.dropped.groups > 0;
        let of_template = if untold || template.is_none() && self.dropped.templates > 0 {
            0.0
        } else {
            let slots = template.map_or(0, |template| template.key.slots);
            let least = if self.dropped.members > 0 { u64::from(slots) } else { 0 };
            let mass = group.map_or(0, |group| group.family.up_to(slots));
            rare(mass.max(least)) * template.map_or(1.0, |template| self.seldom(&template.key, time))
        };
        let of_group = if untold {
            0.0
        } else {
            let mass = group.map_or(0, |group| self.family.up_to(group.key.slots));
            rare(mass) * group.map_or(1.0, |group| self.seldom(&group.key, time))
        };
        (of_template, of_group)
    }

    /// What is left of a rarity: less for what occurs at this time of the other days.
    fn seldom(&self, key: &Key, time: i64) -> f64 {
        if self.days < 2 {
            return 1.0;
        }
        // A training record has a day of its own.
        let own = u32::from(time <= self.last);
        let days = key.days[usize::from(quarter(time))].saturating_sub(own);
        let share = f64::from(days) / f64::from((self.days - own).max(1));
        1.0 - EVERY_DAY * (share * MOST_DAYS).min(1.0)
    }

    /// The usual counts of a template and a group at this time of the day.
    pub(super) fn usual(&self, template: usize, group: usize, time: i64) -> [[u32; 4]; 2] {
        let half = usize::from(quarter(time) / 2);
        let keys = [self.templates.get(template).map(|it| &it.key), self.groups.get(group).map(|it| &it.key)];
        keys.map(|key| key.map_or([0; 4], |key| key.usual[half]))
    }

    /// Which share of the slots of its group's templates a template has.
    pub(super) fn share(&self, template: usize, group: usize) -> f64 {
        match (self.templates.get(template), self.groups.get(group)) {
            (Some(template), Some(group)) if group.family.all() > 0 => {
                f64::from(template.key.slots) / group.family.all() as f64
            }
            _ => 1.0,
        }
    }

    pub(super) fn shape(&self, template: usize, words: usize) -> Option<&Shape<'a>> {
        self.templates.get(template)?.shapes.get(words)?.as_ref()
    }

    /// The numbers of all templates of a group.
    pub(super) fn numbers(&self, group: usize, words: usize) -> &[Option<Tail>] {
        self.groups.get(group).and_then(|group| group.numbers.get(words)).map_or(&[], Vec::as_slice)
    }

    pub(super) fn value(&self, place: &Place<'_>, key: u64) -> Value {
        if place.tells { self.values.get(&key).copied().unwrap_or(place.unseen) } else { place.unseen }
    }
}

impl Key {
    fn of(slots: u32, usual: &[u32; 4], rhythm: &state::Rhythm) -> Self {
        let mut days = [0; QUARTERS];
        for (from, to, on) in &rhythm.days {
            let run = days.iter_mut().take((*to).into()).skip((*from).into());
            run.for_each(|days| *days = *on);
        }
        let mut usual = [*usual; HALVES];
        for (half, counts) in &rhythm.usual {
            let Some(own) = usual.get_mut(usize::from(*half)) else { continue };
            *own = std::array::from_fn(|at| own[at].max(counts[at]));
        }
        Self { slots, days, usual }
    }
}

impl Family {
    fn of(mut slots: Vec<u32>) -> Self {
        slots.sort_unstable();
        let sum = |sum: &mut u64, slots: u32| {
            *sum += u64::from(slots);
            Some((slots, *sum))
        };
        Self(slots.into_iter().scan(0, sum).collect())
    }

    /// The slots of those that have at most so many.
    fn up_to(&self, slots: u32) -> u64 {
        let no_more = self.0.partition_point(|(own, _)| *own <= slots);
        no_more.checked_sub(1).and_then(|at| self.0.get(at)).map_or(0, |(_, sum)| *sum)
    }

    fn all(&self) -> u64 {
        self.0.last().map_or(0, |(_, sum)| *sum)
    }
}

impl Tail {
    fn of(number: &Number) -> Self {
        let by_chance = (number.count.clamp(10, 1_000_000) as f64).ln() - 5_f64.ln();
        Self { linear: number.linear, logarithmic: number.logarithmic, by_chance }
    }
}

/// The place in a list that grows as far as it must.
fn slot<T: Default>(list: &mut Vec<T>, at: usize) -> &mut T {
    if list.len() <= at {
        list.resize_with(at + 1, T::default);
    }
    &mut list[at]
}
