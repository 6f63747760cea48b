//! What a source leaves out of its times, decided over a sample of them: the order of day and month, and the year.

use super::{
    Raw,
    clock::{Clock, KINDS, order_kind},
    raw::{Day, Third, century},
};
use chrono::{DateTime, Datelike, Utc};
use trainyard_types::grammar::{DateOrder, GrammarClock, NumberOrder};

/// Decides over the times of a source, in its order. `foreign` says that its levels are not English; `hints` are years
/// that further times in records without a year are of.
pub fn decide(raws: &[Raw], now: DateTime<Utc>, foreign: bool, hints: &[i32]) -> GrammarClock {
    let mut decided = GrammarClock::default();
    for (kind, name) in KINDS.into_iter().enumerate() {
        let rows: Vec<Row> =
            raws.iter().filter(|raw| order_kind(raw) == Some(kind)).filter_map(Row::of).collect();
        if let Some(order) = order(&rows, name, now, foreign) {
            decided.orders.push(DateOrder { separator: name.to_owned(), order });
        }
    }
    (decided.year, decided.rollover) = years(raws, &decided, now, hints);
    decided
}

/// Decides over the times of a source whose dates are ordered as `known` says: the latest year of those without one,
/// and the month and day from which on they are of the year before. Nothing where all say their years.
pub fn years(
    raws: &[Raw],
    known: &GrammarClock,
    now: DateTime<Utc>,
    hints: &[i32],
) -> (Option<i32>, Option<u32>) {
    let clock = Clock::new(now, 0).with(known);
    let open: Vec<(u32, u32)> =
        raws.iter().filter(|raw| !raw.has_year()).filter_map(|raw| clock.month_day(raw)).collect();
    if open.is_empty() {
        return (None, None);
    }
    year(&open, raws, &clock, now, hints)
}

/// Three numbers, or two.
#[derive(Clone, Copy)]
struct Row {
    first: u8,
    second: u8,
    year: Third,
}

impl Row {
    fn of(raw: &Raw) -> Option<Self> {
        let Day::Numbers { first, second, year, .. } = raw.day else { return None };
        Some(Self { first, second, year })
    }

    fn short(&self) -> Option<u8> {
        if let Third::Short(year) = self.year { Some(year) } else { None }
    }

    fn full_year(&self) -> i64 {
        match self.year {
            Third::Absent => 0,
            Third::Full(year) => i64::from(year),
            Third::Short(year) => i64::from(century(year)),
        }
    }
}

/// The order of one kind of dates.
fn order(rows: &[Row], name: &str, now: DateTime<Utc>, foreign: bool) -> Option<NumberOrder> {
    let head = rows.first()?;
    // Where neither number at the ends changes, points speak for the day.
    let open = rows.iter().all(|row| row.first <= 31 && row.short() == head.short());
    if is_year_first(rows, now) && !(open && name.starts_with('.')) {
        return Some(NumberOrder::YearFirst);
    }
    let days = rows.iter().filter(|row| row.first > 12).count();
    let months = rows.iter().filter(|row| row.second > 12 && row.first <= 12).count();
    let (forward, backward) = (roughness(rows, true), roughness(rows, false));
    let day_first = if days + months > 0 {
        days >= months
    } else if head.year == Third::Absent {
        // The custom of pairs; it is what is understood without a decision, too.
        return None;
    } else if forward != backward {
        forward < backward
    } else if foreign {
        true
    } else {
        name.starts_with(['.', '-'])
    };
    Some(if day_first { NumberOrder::DayFirst } else { NumberOrder::MonthFirst })
}

/// Whether the year comes first: three numbers of two digits, of which the first hardly changes and is no later year
/// than this one. The newest reading that is not in the future wins when both hold.
fn is_year_first(rows: &[Row], now: DateTime<Utc>) -> bool {
    let this_year = now.year();
    let Some(lasts) = rows.iter().map(Row::short).collect::<Option<Vec<u8>>>() else { return false };
    if rows.iter().any(|row| row.first > 31) {
        return rows.iter().all(|row| row.second <= 12);
    }
    let firsts: Vec<i32> = rows.iter().map(|row| i32::from(century(row.first))).collect();
    let (Some(first), Some(last)) = (firsts.iter().max(), rows.iter().map(Row::full_year).max()) else {
        return false;
    };
    let kinds = |values: &mut Vec<u8>| {
        values.sort_unstable();
        values.dedup();
        values.len()
    };
    let in_range =
        lasts.iter().all(|last| (1..=31).contains(last)) && rows.iter().all(|row| row.second <= 12);
    let first_kinds = kinds(&mut rows.iter().map(|row| row.first).collect());
    let last_kinds = kinds(&mut lasts.clone());
    in_range
        && first_kinds <= last_kinds
        && *first <= this_year
        && (first - 2000 > 12 || last_kinds > 1)
        && i64::from(*first) >= last
}

/// How far the days jump, read in one order: the right one makes a file go forward in small steps.
fn roughness(rows: &[Row], day_first: bool) -> i64 {
    let day = |row: &Row| {
        let (day, month) = if day_first { (row.first, row.second) } else { (row.second, row.first) };
        row.full_year() * 372 + i64::from(month) * 31 + i64::from(day)
    };
    rows.windows(2).map(|pair| (day(&pair[1]) - day(&pair[0])).abs()).sum()
}

/// The latest year, and the month and day from which on times are of the year before.
fn year(
    open: &[(u32, u32)],
    raws: &[Raw],
    clock: &Clock,
    now: DateTime<Utc>,
    hints: &[i32],
) -> (Option<i32>, Option<u32>) {
    let turned = turns(open);
    let rollover = threshold(open, &turned);
    let rolls = i32::from(rollover.is_some());
    let latest = (now + chrono::Duration::days(1)).timestamp_micros();
    let fits = |year: i32| {
        let clock = clock.with(&GrammarClock { year: Some(year), rollover, orders: Vec::new() });
        raws.iter()
            .filter(|raw| !raw.has_year() && raw.has_date())
            .all(|raw| clock.instant(raw).is_some_and(|instant| instant <= latest))
    };
    let newest = (now.year() - 59..=now.year() + 1).rev().find(|year| fits(*year));
    let hinted = most_common(hints).map(|hint| {
        // Where there are hints of both years, the later is the latest.
        let last = hints.iter().copied().max().unwrap_or(hint);
        if rolls == 1 && last == hint + 1 { last } else { hint + rolls }
    });
    (hinted.or(newest).or(Some(now.year())), rollover)
}

fn most_common(hints: &[i32]) -> Option<i32> {
    let count = |hint: i32| hints.iter().filter(|other| **other == hint).count();
    hints.iter().copied().max_by_key(|hint| (count(*hint), *hint))
}

/// Which times are after New Year: a fall by more than half a year is one, and a rise by as much takes it back.
fn turns(open: &[(u32, u32)]) -> Vec<bool> {
    let mut years = 0;
    let mut previous: Option<u32> = None;
    let mut offsets = Vec::with_capacity(open.len());
    for (month, day) in open {
        let stamp = month * 31 + day;
        match previous {
            Some(before) if before > stamp + 186 => years += 1,
            Some(before) if stamp > before + 186 && years > 0 => years -= 1,
            _ => {}
        }
        previous = Some(stamp);
        offsets.push(years);
    }
    let last = offsets.iter().copied().max().unwrap_or(0);
    offsets.into_iter().map(|offset| offset == last && last > 0).collect()
}

/// The month and day that tells times before New Year from those after it: in the middle between both, so that what is
/// not in the sample falls on its side as well.
fn threshold(open: &[(u32, u32)], after: &[bool]) -> Option<u32> {
    if !after.contains(&true) {
        return None;
    }
    let stamps = |of: bool| {
        open.iter()
            .zip(after)
            .filter(move |(_, after)| **after == of)
            .map(|((month, day), _)| month * 31 + day)
    };
    let (latest_after, earliest_before) = (stamps(true).max()?, stamps(false).min()?);
    let stamp = if latest_after < earliest_before {
        (latest_after + earliest_before).div_ceil(2)
    } else {
        // More than a year: what is wrong then is as little as possible.
        (32..=13 * 31).min_by_key(|stamp| {
            stamps(true).filter(|after| after >= stamp).count()
                + stamps(false).filter(|before| before < stamp).count()
        })?
    };
    let (month, day) = ((stamp - 1) / 31, (stamp - 1) % 31 + 1);
    Some(month * 100 + day)
}
