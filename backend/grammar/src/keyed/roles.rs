//! Which path plays which role: the name and what stands there, together.

mod column;
mod given;
mod settle;
#[cfg(test)]
mod tests;

pub use given::{ROLES, with_fields};
pub use settle::{holds_lines, settle_table};

use super::{
    apply::MORE,
    names::{Named, Part, known, norm, other_halves, shy, texts_only, words_only},
    row::Row,
};
use crate::level::scale_of;
use column::{Column, columns};
use std::collections::BTreeSet;
use trainyard_types::grammar::{Roles, Scale, TimePath};

/// Records that are looked at, at most.
const ROWS: usize = 2000;
/// Paths of a role, at most.
const PATHS: usize = 4;

/// Finds the roles of paths in a sample of records. A path is a time when 80 % of its values are, numbers only under a
/// known name; a level when 80 % of its values are in the vocabulary, or whole numbers on one scale; a message by its
/// name, or when it is prose. Messages have to cover half of the records.
pub fn find_roles(rows: &[Row<'_>]) -> Roles {
    let rows = &rows[..rows.len().min(ROWS)];
    let columns = columns(rows);
    let mut roles = Roles { time: times(&columns), ..Roles::default() };
    (roles.level, roles.scale) = levels(&columns);
    let timed = |path: &str| roles.time.iter().any(|time| names_path(time, path));
    roles.message =
        messages(&columns, rows.len(), |path| timed(path) || roles.level.iter().any(|p| p == path));
    let taken =
        |path: &str| timed(path) || roles.level.iter().chain(&roles.message).any(|other| other == path);
    let process = named(&columns, Part::Process, |column, _| !taken(column.path) && column.is_name());
    let host = named(&columns, Part::Host, |column, _| {
        !taken(column.path) && column.is_name() && column.spaced == 0.0
    });
    roles.pid = named(&columns, Part::Pid, |column, named| named.trusted && column.whole > 0.8);
    roles.process = process;
    // `process` is a number where `processName` is the name.
    if roles.pid.is_empty() {
        roles.pid = columns
            .iter()
            .filter(|column| matches!(&*norm(column.path), "process") && column.whole > 0.8)
            .map(|column| column.path.to_owned())
            .collect();
        roles.process.retain(|path| !roles.pid.contains(path));
    }
    roles.host = host.into_iter().filter(|path| roles.process.first() != Some(path)).collect();
    roles.id = named(&columns, Part::Id, |column, named| {
        named.trusted
            && (column.text > 0.5 || column.whole > 0.9)
            && !(texts_only(column.path) && column.whole > 0.5)
    });
    roles
}

fn names_path(time: &TimePath, path: &str) -> bool {
    match time {
        TimePath::One(one) => one == path,
        TimePath::Two(two) => two.iter().any(|one| one == path),
    }
}

/// Paths by their score, best first.
fn ranked(mut scored: Vec<(f64, String)>) -> Vec<String> {
    scored.sort_by(|a, b| b.0.total_cmp(&a.0));
    scored.truncate(PATHS);
    scored.into_iter().map(|(_, path)| path).collect()
}

/// The paths under a role's names that a condition holds for.
fn named(columns: &[Column<'_>], part: Part, fits: impl Fn(&Column<'_>, Named) -> bool) -> Vec<String> {
    let scored = columns.iter().filter_map(|column| {
        let named = known(part, column.path).filter(|named| fits(column, *named))?;
        let doubt = if named.trusted { 0.0 } else { 0.5 };
        Some((0.7 * column.cover + named.weight - doubt, column.path.to_owned()))
    });
    ranked(scored.collect())
}

fn times(columns: &[Column<'_>]) -> Vec<TimePath> {
    let (mut scored, mut nameless) = (Vec::new(), Vec::new());
    for column in columns.iter().filter(|column| column.full >= 0.8) {
        let score = column.full + column.cover - 0.05 * column.depth();
        match known(Part::Time, column.path) {
            Some(named) if named.trusted || column.number < 0.5 => {
                let plain = if column.number < 0.5 { 0.05 } else { 0.0 };
                scored.push((score + named.weight + plain, column.path.to_owned()));
            }
            _ if column.number < 0.5 => nameless.push((score, column.path.to_owned())),
            _ => {}
        }
    }
    // What covers more is better only where the name's is not another time of the record.
    let named = !scored.is_empty();
    let found = ranked(if named { scored } else { nameless });
    if !found.is_empty() {
        let mut paths = Vec::new();
        for path in found {
            let others = other_halves(&path);
            let other =
                columns.iter().find(|column| others.contains(&norm(column.path)) && column.whole > 0.8);
            paths.extend(other.map(|other| TimePath::Two([path.clone(), other.path.to_owned()])));
            paths.push(TimePath::One(path));
        }
        return paths;
    }
    // The date in one column and the time of day in another; what is only one of them is better than nothing.
    let best = |share: fn(&Column<'_>) -> f64| {
        let fits = columns.iter().filter(|column| share(column) >= 0.8);
        let name = |column: &Column<'_>| known(Part::Time, column.path).map_or(0.0, |named| named.weight);
        fits.max_by(|a, b| (name(a) + a.cover).total_cmp(&(name(b) + b.cover)).then(b.order.cmp(&a.order)))
    };
    let alone = |column: &&Column<'_>| known(Part::Time, column.path).is_some_and(|named| named.trusted);
    match (best(|column| column.date), best(|column| column.clock)) {
        (Some(date), Some(clock)) => vec![TimePath::Two([date.path.to_owned(), clock.path.to_owned()])],
        (date, clock) => date
            .or(clock)
            .filter(alone)
            .map(|column| TimePath::One(column.path.to_owned()))
            .into_iter()
            .collect(),
    }
}

fn levels(columns: &[Column<'_>]) -> (Vec<String>, Option<Scale>) {
    let keys: BTreeSet<String> = columns
        .iter()
        .flat_map(|column| {
            let last = column.path.rfind('.').map_or(column.path, |at| &column.path[at + 1..]);
            [norm(column.path), norm(last)]
        })
        .collect();
    let mut scored: Vec<(f64, String, Option<Scale>)> = Vec::new();
    for column in columns {
        let named = known(Part::Level, column.path);
        let depth = 0.05 * column.depth();
        let name = named.map_or(0.0, |named| named.weight - if named.trusted { 0.0 } else { 0.3 });
        let score = 0.5 * column.cover + name - depth;
        let shy = shy(column.path) || named.is_none();
        if column.levels >= 0.8
            && (!shy || (column.strong > 0.0 && column.distinct > 1))
            && (named.is_some() || (column.cover > 0.6 && column.strong >= 0.5))
        {
            scored.push((score + column.levels, column.path.to_owned(), None));
        } else if named.is_some_and(|named| named.trusted)
            && !words_only(column.path)
            && column.whole >= 0.9
            && let Some(scale) = scale_of(&column.integers, &keys)
        {
            scored.push((score + 0.8, column.path.to_owned(), Some(scale)));
        }
    }
    scored.sort_by(|a, b| b.0.total_cmp(&a.0));
    // Numbers are read on one scale; paths on another one are left out.
    let scale = scored.iter().find_map(|(_, _, scale)| *scale);
    let fits = scored.into_iter().filter(|(_, _, own)| own.is_none() || *own == scale);
    (fits.take(PATHS).map(|(_, path, _)| path).collect(), scale)
}

fn messages(columns: &[Column<'_>], rows: usize, taken: impl Fn(&str) -> bool) -> Vec<String> {
    let (mut scored, mut nameless) = (Vec::new(), Vec::new());
    for column in columns.iter().filter(|column| !taken(column.path) && column.path != MORE) {
        let prose = column.words >= 3.0 && column.variety > 0.3;
        match known(Part::Message, column.path) {
            // What is all text but never more than a number or a time is no message by its name.
            Some(named) if column.text > 0.5 && column.full < 0.5 && column.number < 0.8 => {
                let doubt = match (named.trusted, prose) {
                    (true, _) => 0.0,
                    (false, true) => 0.4,
                    (false, false) => continue,
                };
                let words = column.words.min(4.0) / 20.0;
                let score = 1.0 + 0.5 * column.cover + named.weight + words - 0.05 * column.depth() - doubt;
                scored.push((score, column.path.to_owned()));
            }
            None if prose && column.cover >= 0.5 && column.full < 0.5 => {
                let score = 0.5 + column.words.min(10.0) / 20.0;
                nameless.push((score, column.path.to_owned()));
            }
            _ => {}
        }
    }
    scored.extend(nameless);
    let found = ranked(scored);
    let cover = |paths: &[String]| {
        let listed = columns.iter().filter(|column| paths.iter().any(|path| path == column.path));
        let rows_with: BTreeSet<usize> = listed.flat_map(|column| column.rows.iter().copied()).collect();
        rows_with.len()
    };
    if 2 * cover(&found) < rows { Vec::new() } else { found }
}
