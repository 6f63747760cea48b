//! Incidents in the course of time: bursts, odd values, silence.

use crate::{
    Kind,
    log::Log,
    rewrite::{Added, Change, Edits},
    statements::{alike, filled, number, unseen},
};
use rustc_hash::FxHashMap;

const SECOND: i64 = 1_000_000;
/// How often each incident happens: few often, most seldom; what happens once is new when it is judged.
const TIMES: [usize; 9] = [5, 4, 3, 3, 2, 2, 1, 1, 1];
/// The share of records that belong to incidents, and the least and most of them.
const SHARE: f64 = 0.015;
const FEWEST: f64 = 60.0;
const MOST: f64 = 1500.0;
/// The share of windows in which something happens, and the least and most of them.
const SHARE_OF_WINDOWS: f64 = 0.05;
const FEWEST_WINDOWS: f64 = 8.0;
const MOST_WINDOWS: f64 = 60.0;
/// The share of records that one burst has, at most.
const SHARE_OF_BURST: f64 = 0.02;
/// Records of a statement by which its words are judged.
const LOOKED_AT: usize = 300;

/// How large incidents are.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Extent {
    /// How often something happens.
    occurrences: usize,
    /// The records of one, from and to.
    records: (f64, f64),
    /// Its seconds, from and to.
    seconds: (f64, f64),
    /// Whether samples are spans of time, in which silence can be heard.
    is_of_spans: bool,
}

impl Extent {
    pub(crate) fn of_records(log: &Log) -> Self {
        let all = (SHARE * log.len() as f64).clamp(FEWEST.min(0.1 * log.len() as f64), MOST);
        let occurrences = (all / 4.0).clamp(4.0, TIMES.iter().sum::<usize>() as f64);
        let each = all / occurrences;
        let longest = (log.span() as f64 / SECOND as f64 / 40.0).clamp(10.0, 600.0);
        Self {
            occurrences: occurrences as usize,
            records: ((each / 3.0).max(1.0), (each * 3.0).max(3.0)),
            seconds: (longest / 60.0, longest),
            is_of_spans: false,
        }
    }

    pub(crate) fn of_windows(log: &Log, seconds: u32) -> Self {
        let width = i64::from(seconds) * SECOND;
        let mut windows: Vec<i64> = log.clock.iter().map(|time| time.div_euclid(width)).collect();
        windows.dedup();
        let occurrences = (SHARE_OF_WINDOWS * windows.len() as f64).clamp(FEWEST_WINDOWS, MOST_WINDOWS);
        let each = log.len() as f64 / windows.len().max(1) as f64;
        let seconds = f64::from(seconds);
        Self {
            occurrences: occurrences as usize,
            records: ((0.1 * each).max(3.0), each.max(12.0)),
            seconds: (0.1 * seconds, seconds),
            is_of_spans: true,
        }
    }
}

/// What an incident is, whenever it happens.
enum Form {
    Statement { text: &'static str, like: u32 },
    Copies { statement: usize },
    Renamed { statement: usize, host: Option<String>, process: Option<String> },
    Far { place: Place, factor: f64 },
    Named { place: Place, word: String },
    Silence { process: usize },
}

/// A word of a statement.
#[derive(Clone, Copy, Debug)]
struct Place {
    statement: usize,
    word: usize,
    /// The largest number there.
    largest: f64,
}

/// Words of statements that vary: numbers, and others.
struct Places {
    numbers: Vec<Place>,
    names: Vec<Place>,
}

impl Places {
    fn of(log: &Log) -> Self {
        let mut places = Self { numbers: Vec::new(), names: Vec::new() };
        for (statement, records) in log.of_statement.iter().enumerate().filter(|(_, all)| all.len() >= 15) {
            let step = records.len().div_ceil(LOOKED_AT);
            let messages: Vec<Vec<&str>> = records
                .iter()
                .step_by(step)
                .filter_map(|record| Some(log.texts(*record)?.message.split(' ').take(40).collect()))
                .collect();
            let words = messages.iter().map(Vec::len).min().unwrap_or_default();
            for word in 0..words {
                let mut counts: FxHashMap<&str, u32> = FxHashMap::default();
                messages.iter().for_each(|words| *counts.entry(words[word]).or_default() += 1);
                let numbers: Vec<f64> =
                    messages.iter().filter_map(|words| Some(number(words[word])?.1)).collect();
                let place = |largest| Place { statement, word, largest };
                if numbers.len() * 10 >= messages.len() * 9 {
                    if counts.len() >= 8 {
                        places.numbers.push(place(numbers.iter().copied().fold(0.0, f64::max)));
                    }
                } else if numbers.is_empty() && (3..=messages.len() / 2).contains(&counts.len()) {
                    places.names.push(place(0.0));
                }
            }
        }
        places
    }
}

/// What happens in a log. The last records, as a share, see every incident at least once.
pub(crate) fn edits(log: &Log, extent: &Extent, test_fraction: f64, random: &mut fastrand::Rng) -> Edits {
    let mut edits = Edits::default();
    let places = Places::of(log);
    let mut kinds: Vec<Kind> = Kind::OF_TIME.to_vec();
    random.shuffle(&mut kinds);
    let forms: Vec<(Kind, Form)> = kinds
        .into_iter()
        .filter(|kind| extent.is_of_spans || *kind != Kind::Silence)
        .filter_map(|kind| Some((kind, form(log, &places, kind, extent, random)?)))
        .collect();
    let mut left = extent.occurrences.max(forms.len().min(4));
    let test = ((1.0 - test_fraction.clamp(0.05, 0.9)) * log.len() as f64) as usize;
    for ((kind, form), times) in forms.iter().zip(TIMES) {
        for number in 0..times.min(left.div_ceil(2)) {
            let (from, to) = match number {
                0 => (test, log.len()),
                1 => (0, test),
                _ => (0, log.len()),
            };
            // Not at the edges, where histories begin and windows are cut off.
            let edge = (to - from) / 20;
            let at = random.usize(from + edge..(to - edge).max(from + edge + 1)).min(log.len() - 1);
            happens(log, &mut edits, *kind, form, &Occurrence::draw(log.clock[at], extent, random), random);
            left -= 1;
        }
        if left == 0 {
            break;
        }
    }
    edits
}

/// The form of an incident; nothing where the log has nothing for it to happen to.
fn form(log: &Log, places: &Places, kind: Kind, extent: &Extent, random: &mut fastrand::Rng) -> Option<Form> {
    let any = |random: &mut fastrand::Rng| random.u32(..log.len() as u32);
    let statement = |random: &mut fastrand::Rng, fits: &dyn Fn(usize) -> bool| {
        let known: Vec<usize> =
            (0..log.of_statement.len()).filter(|at| fits(log.of_statement[*at].len())).collect();
        (!known.is_empty()).then(|| known[random.usize(..known.len())])
    };
    let ordinary = (log.len() / 200).clamp(5, 50);
    Some(match kind {
        Kind::NewStatement => Form::Statement { text: unseen(random), like: any(random) },
        Kind::RareBurst => {
            // Of the rarest third, none of which is common.
            let mut counts: Vec<usize> = log
                .of_statement
                .iter()
                .map(Vec::len)
                .filter(|count| (1..=log.len() / 100).contains(count))
                .collect();
            counts.sort_unstable();
            let rare = *counts.get(counts.len() / 3)?;
            Form::Copies { statement: statement(random, &|count| (1..=rare).contains(&count))? }
        }
        Kind::RateBurst => {
            // Where the busiest time is a great part of the log, more of it would be no incident among others.
            let duration = (extent.seconds.1 * SECOND as f64) as i64;
            let known: Vec<usize> = (0..log.of_statement.len())
                .filter(|at| log.of_statement[*at].len() >= ordinary)
                .filter(|at| {
                    3.0 * busiest(log, *at, duration) as f64 <= (SHARE_OF_BURST * log.len() as f64).max(12.0)
                })
                .collect();
            Form::Copies { statement: *known.get(random.usize(..known.len().max(1)))? }
        }
        Kind::Drift | Kind::Errors => {
            Form::Copies { statement: statement(random, &|count| count >= ordinary)? }
        }
        Kind::NewProcess => {
            let statement = statement(random, &|count| count >= ordinary)?;
            let texts = log.texts(log.of_statement[statement][0])?;
            let host = texts.host.filter(|_| texts.process.is_none() || random.bool());
            let process = texts.process.filter(|_| host.is_none());
            let other = |name: &str, random: &mut fastrand::Rng| format!("{}x", alike(name, random));
            let host = host.map(|host| other(host, random));
            let process = process.map(|process| other(process, random));
            if host.is_none() && process.is_none() {
                return None;
            }
            Form::Renamed { statement, host, process }
        }
        Kind::FarValue => {
            let place = *places.numbers.get(random.usize(..places.numbers.len().max(1)))?;
            Form::Far { place, factor: 5.0 * 40_f64.powf(random.f64()) }
        }
        Kind::NewValue => {
            let place = *places.names.get(random.usize(..places.names.len().max(1)))?;
            let like = log.texts(log.of_statement[place.statement][0])?;
            Form::Named { place, word: alike(like.message.split(' ').nth(place.word)?, random) }
        }
        Kind::Silence => {
            let longest = (extent.seconds.1 * SECOND as f64) as i64;
            let steady = |records: &Vec<u32>| {
                records.len() >= 50
                    && records.windows(2).filter(|pair| gap(log, pair) > longest / 2).count() * 20
                        < records.len()
            };
            let known: Vec<usize> =
                (0..log.of_process.len()).filter(|at| steady(&log.of_process[*at])).collect();
            Form::Silence { process: *known.get(random.usize(..known.len().max(1)))? }
        }
        _ => return None,
    })
}

fn gap(log: &Log, pair: &[u32]) -> i64 {
    log.clock[pair[1] as usize] - log.clock[pair[0] as usize]
}

/// When an incident happens once, and how large.
struct Occurrence {
    begin: i64,
    duration: i64,
    records: usize,
}

impl Occurrence {
    fn draw(begin: i64, extent: &Extent, random: &mut fastrand::Rng) -> Self {
        let mut between = |(from, to): (f64, f64)| from * (to / from).powf(random.f64());
        Self {
            begin,
            duration: ((between(extent.seconds) * SECOND as f64) as i64).max(SECOND),
            records: between(extent.records).round().max(1.0) as usize,
        }
    }

    fn instant(&self, random: &mut fastrand::Rng) -> i64 {
        self.begin + random.i64(0..self.duration)
    }
}

fn happens(
    log: &Log,
    edits: &mut Edits,
    kind: Kind,
    form: &Form,
    occurrence: &Occurrence,
    random: &mut fastrand::Rng,
) {
    let mut add =
        |from: u32, clock: i64, change: Change| edits.added.push(Added { clock, from, change, kind });
    let one_of = |statement: usize, random: &mut fastrand::Rng| {
        let records = &log.of_statement[statement];
        records[random.usize(..records.len())]
    };
    match form {
        Form::Statement { text, like } => {
            let level = log.has_levels.then_some("error");
            for _ in 0..occurrence.records.min(40) {
                let message = Some(filled(text, random));
                add(*like, occurrence.instant(random), Change { message, level, ..Change::default() });
            }
        }
        Form::Copies { statement } if kind == Kind::Errors => {
            let level = log.has_levels.then_some("error");
            for _ in 0..occurrence.records {
                let from = one_of(*statement, random);
                let message = log.texts(from).map(|texts| format!("{}: failed", texts.message));
                add(from, occurrence.instant(random), Change { message, level, ..Change::default() });
            }
        }
        Form::Copies { statement } => {
            let slow = Occurrence { begin: occurrence.begin, duration: occurrence.duration * 3, records: 0 };
            let (span, records) = match kind {
                Kind::Drift => (&slow, occurrence.records * 2),
                Kind::RateBurst => {
                    let busiest = busiest(log, *statement, occurrence.duration);
                    (occurrence, (busiest as f64 * (2.0 + 3.0 * random.f64())) as usize)
                }
                _ => (occurrence, occurrence.records),
            };
            for _ in 0..records.clamp(1, most_of_burst(log)) {
                // Later is likelier where it drifts.
                let share = if kind == Kind::Drift { random.f64().sqrt() } else { random.f64() };
                let clock = span.begin + (share * span.duration as f64) as i64;
                add(one_of(*statement, random), clock, Change::default());
            }
        }
        Form::Renamed { statement, host, process } => {
            for _ in 0..occurrence.records {
                let change = Change { host: host.clone(), process: process.clone(), ..Change::default() };
                add(one_of(*statement, random), occurrence.instant(random), change);
            }
        }
        Form::Named { place, word } => {
            for _ in 0..occurrence.records {
                let from = one_of(place.statement, random);
                let message = log.texts(from).map(|texts| with_word(texts.message, place.word, word));
                add(from, occurrence.instant(random), Change { message, ..Change::default() });
            }
        }
        Form::Far { place, factor } => {
            let records = &log.of_statement[place.statement];
            let first = records.partition_point(|record| log.clock[*record as usize] < occurrence.begin);
            let count = occurrence.records.div_ceil(4);
            for record in records.iter().skip(first.min(records.len().saturating_sub(count))).take(count) {
                if edits.touches(*record) {
                    continue;
                }
                let jitter = 1.0 + random.f64();
                let far = |message: &str| {
                    with_number(message, place.word, place.largest.max(1.0) * factor * jitter)
                };
                let message = log.texts(*record).map(|texts| far(texts.message));
                edits.changed.insert(*record, Change { message, ..Change::default() });
                edits.marked.insert(*record, kind);
            }
        }
        Form::Silence { process } => {
            let (begin, end) = (occurrence.begin, occurrence.begin + occurrence.duration.max(SECOND) * 2);
            let silent = |record: &&u32| (begin..end).contains(&log.clock[**record as usize]);
            let removed: Vec<u32> = log.of_process[*process]
                .iter()
                .filter(silent)
                .copied()
                .filter(|at| !edits.touches(*at))
                .collect();
            for record in log.at(begin)..log.at(end) {
                if removed.binary_search(&(record as u32)).is_err() {
                    edits.marked.entry(record as u32).or_insert(kind);
                }
            }
            edits.removed.extend(removed);
        }
    }
}

/// The most records of a burst.
fn most_of_burst(log: &Log) -> usize {
    ((SHARE_OF_BURST * log.len() as f64) as usize).clamp(12, 400)
}

/// The most records of a statement within a span of time.
fn busiest(log: &Log, statement: usize, duration: i64) -> usize {
    let records = &log.of_statement[statement];
    let (mut from, mut most) = (0, 0);
    for to in 0..records.len() {
        while log.clock[records[to] as usize] - log.clock[records[from] as usize] > duration {
            from += 1;
        }
        most = most.max(to - from + 1);
    }
    most
}

fn with_word(message: &str, at: usize, word: &str) -> String {
    let words = message.split(' ').enumerate();
    words.map(|(place, own)| if place == at { word } else { own }).collect::<Vec<_>>().join(" ")
}

fn with_number(message: &str, at: usize, value: f64) -> String {
    let Some(word) = message.split(' ').nth(at) else { return message.to_owned() };
    let Some((range, _)) = number(word) else { return message.to_owned() };
    let text = if word[range.clone()].contains('.') { format!("{value:.3}") } else { format!("{value:.0}") };
    with_word(message, at, &format!("{}{text}{}", &word[..range.start], &word[range.end..]))
}
