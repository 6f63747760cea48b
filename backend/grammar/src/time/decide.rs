//! What the times of a source decide together: the order of numeric dates, and the year of times without one.

use super::{
    Clock, Raw,
    clock::{by_custom, key},
    raw::{Day, Third, century},
};
use chrono::{DateTime, Datelike, Utc};
use std::collections::BTreeMap;
use trainyard_types::grammar::{DateOrder, GrammarClock, NumberOrder};

/// Years that a log may be old.
const YEARS: i32 = 60;
/// More days than this within a file that goes backwards are a new year.
const HALF_A_YEAR: i64 = 186;

/// What the times of a source, in their order, decide. `foreign` says that its words are of a language that writes the
/// day first; `hints` are years that other times of the records say.
pub fn decide(raws: &[Raw], now: DateTime<Utc>, foreign: bool, hints: &[i32]) -> GrammarClock {
    let mut kinds: BTreeMap<String, Vec<&Raw>> = BTreeMap::new();
    for raw in raws {
        if let Some(key) = key(raw) {
            kinds.entry(key).or_default().push(raw);
        }
    }
    let orders = kinds
        .into_iter()
        .map(|(separator, raws)| DateOrder { separator, order: order(&raws, now, foreign) })
        .collect();
    let decided = GrammarClock { orders, ..GrammarClock::default() };
    let (year, rollover) = year(raws, &decided, now, hints).unzip();
    GrammarClock { year, rollover: rollover.flatten(), ..decided }
}

/// The order of dates of one kind.
fn order(raws: &[&Raw], now: DateTime<Utc>, foreign: bool) -> NumberOrder {
    let numbers: Vec<(i64, i64, Third)> = raws
        .iter()
        .filter_map(|raw| match raw.day {
            Day::Numbers { first, second, year, .. } => Some((i64::from(first), i64::from(second), year)),
            _ => None,
        })
        .collect();
    if year_first(&numbers, now) {
        return NumberOrder::YearFirst;
    }
    let day = numbers.iter().filter(|(a, ..)| *a > 12).count();
    let month = numbers.iter().filter(|(_, b, _)| *b > 12).count();
    let year = |year: &Third| match year {
        Third::Absent => 0,
        Third::Full(year) => i64::from(*year),
        Third::Short(short) => i64::from(century(*short)),
    };
    // The order that makes the source go forward in small steps.
    let roughness = |day_first: bool| {
        let stamp = |(a, b, third): &(i64, i64, Third)| {
            let (month, day) = if day_first { (*b, *a) } else { (*a, *b) };
            year(third) * 372 + month * 31 + day
        };
        numbers.windows(2).map(|pair| (stamp(&pair[1]) - stamp(&pair[0])).abs()).sum::<i64>()
    };
    let pair = numbers.iter().all(|(_, _, year)| *year == Third::Absent);
    let (as_day, as_month) = (roughness(true), roughness(false));
    let first = match () {
        () if day + month > 0 => day >= month,
        () if pair => false,
        () if as_day != as_month => as_day < as_month,
        () if foreign => true,
        () => raws.first().is_some_and(|raw| by_custom(raw)),
    };
    if first { NumberOrder::DayFirst } else { NumberOrder::MonthFirst }
}

/// Whether the first of three numbers of two digits is the year.
fn year_first(numbers: &[(i64, i64, Third)], now: DateTime<Utc>) -> bool {
    let thirds: Vec<i64> = numbers
        .iter()
        .filter_map(|(_, _, third)| if let Third::Short(short) = third { Some(i64::from(*short)) } else { None })
        .collect();
    if thirds.len() < numbers.len() || numbers.is_empty() {
        return false;
    }
    let distinct = |values: &mut Vec<i64>| {
        values.sort_unstable();
        values.dedup();
        values.len()
    };
    let mut firsts: Vec<i64> = numbers.iter().map(|(first, ..)| *first).collect();
    let latest = firsts.iter().copied().max().unwrap_or(0);
    let latest_third = thirds.iter().map(|short| i64::from(century(*short as u8))).max().unwrap_or(0);
    let (first_count, third_count) = (distinct(&mut firsts), distinct(&mut thirds.clone()));
    thirds.iter().all(|day| (1..=31).contains(day))
        && numbers.iter().all(|(_, month, _)| *month <= 12)
        && first_count <= third_count
        && latest <= i64::from(now.year() % 100)
        && (latest > 12 || third_count > 1)
        && 2000 + latest >= latest_third
}

/// The latest year of times without one, and the month and day from which on they are of the year before.
fn year(raws: &[Raw], decided: &GrammarClock, now: DateTime<Utc>, hints: &[i32]) -> Option<(i32, Option<u32>)> {
    let clock = Clock::new(now, 0).with(decided);
    let open: Vec<(&Raw, u32, u32)> = raws
        .iter()
        .filter(|raw| !raw.has_year() && raw.has_clock())
        .filter_map(|raw| clock.month_and_day(raw).map(|(month, day)| (raw, month, day)))
        .collect();
    let (_, first_month, first_day) = *open.first()?;
    let stamp = |month: u32, day: u32| i64::from(month) * 31 + i64::from(day);
    let mut rolled = false;
    let mut before = stamp(first_month, first_day);
    let mut earliest = (first_month, first_day);
    for (_, month, day) in &open {
        let next = stamp(*month, *day);
        if before - next > HALF_A_YEAR {
            rolled = true;
        } else if !rolled && (*month, *day) < earliest {
            earliest = (*month, *day);
        }
        before = next;
    }
    // From half a year before the file's beginning on, so that what comes a little out of order is of the right year.
    let rollover = rolled.then(|| {
        let months_before = (earliest.0 + 12 - 3) % 12;
        let last = open.last().map_or(1, |(_, month, _)| *month);
        let month = if months_before == 0 { 12 } else { months_before };
        // Not before what the new year has come to.
        if month > last && month <= earliest.0 { month * 100 + 1 } else { earliest.0 * 100 + earliest.1 }
    });
    if let Some(year) = most_common(hints) {
        return Some((year + i32::from(rolled), rollover));
    }
    let latest = (now + chrono::Duration::days(1)).timestamp_micros();
    let fits = |year: &i32| {
        let decided = GrammarClock { year: Some(*year), rollover, ..decided.clone() };
        let clock = Clock::new(now, 0).with(&decided);
        open.iter().all(|(raw, ..)| clock.instant(raw).is_some_and(|instant| instant <= latest))
    };
    let year = (now.year() - YEARS..=now.year() + 1).rev().find(fits)?;
    Some((year, rollover))
}

fn most_common(years: &[i32]) -> Option<i32> {
    let mut counts: BTreeMap<i32, usize> = BTreeMap::new();
    years.iter().for_each(|year| *counts.entry(*year).or_default() += 1);
    counts.into_iter().max_by_key(|(_, count)| *count).map(|(year, _)| year)
}
