//! Layouts of plain lines: the time that begins a record, groups of lines whose times have one shape, and a header for
//! each.

use super::{
    Row,
    anchor::{self, Candidate, Key},
    header, level,
};
use crate::{
    keyed,
    line::{
        apply::{self, around, tabs},
        shape,
    },
};
use std::{borrow::Cow, collections::BTreeMap};
use trainyard_types::grammar::{Delimiter, LineLayout, LineStart, Reader, TimePlace};

/// Layouts that are kept.
const LAYOUTS: usize = 12;
/// Signs that may separate columns.
const DELIMITERS: [&str; 6] = ["::", ";", ",", "#", "^", "~"];

/// What is known of lines before they are looked at.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Context {
    /// An envelope says the time of every line.
    pub(crate) timed: bool,
    /// Most lines came with a priority.
    pub(crate) priority: bool,
}

/// What was found in plain lines.
#[derive(Clone, Debug, Default)]
pub(crate) struct Lines {
    /// The layout of most lines first.
    pub(crate) layouts: Vec<LineLayout>,
}

/// Some of the lines, and the layouts that they become.
struct Group {
    members: Vec<usize>,
    rows: Vec<Row<'static>>,
    base: LineLayout,
}

impl Group {
    /// Where levels stand in some of the rows. The bracket that closes a block is none of a level's.
    fn level(&self, rows: &[usize]) -> Option<level::Anchor> {
        let row = |row: &usize| {
            let row = &self.rows[*row];
            let close = around(&row.text, &row.time, true).1.filter(|_| self.base.block);
            let mut row = row.borrowed();
            if let Some(close) = close {
                row.text.to_mut().replace_range(close..close + 1, " ");
            }
            row
        };
        let rows: Vec<Row<'_>> = rows.iter().map(row).collect();
        level::find(&rows)
    }
}

/// Finds the layouts of lines.
pub(crate) fn find(lines: &[&str], context: Context) -> Lines {
    let chosen = anchor::find(lines);
    let mut groups = grouped(lines, &chosen);
    let timed = chosen.iter().any(Option::is_some);
    let mut start = LineStart::default();
    if !timed {
        let (members, found) = strays(lines, context);
        start = found;
        if !members.is_empty() {
            groups.push(members);
        }
    }
    let mut layouts: Vec<(usize, LineLayout)> = Vec::new();
    let todo = groups.into_iter().map(|members| prepare(lines, &chosen, members));
    let mut todo: Vec<Group> = todo.collect();
    todo.reverse();
    while let Some(mut group) = todo.pop() {
        let all: Vec<usize> = (0..group.rows.len()).collect();
        let anchor = group.level(&all);
        if let Some(anchor) = &anchor
            && let Some((keep, rest)) = split(&group, anchor)
        {
            todo.push(part(&group, &rest));
            todo.push(part(&group, &keep));
            continue;
        }
        let mut layout = std::mem::take(&mut group.base);
        header::find(&group.rows, anchor.as_ref(), context.priority, &mut layout);
        if layout.object && layout.within.is_empty() {
            let tails = group.members.iter().filter_map(|row| Some(&lines[*row][object(lines[*row], 0)?..]));
            layout.within = vec![json(tails)];
        }
        match chosen[group.members[0]] {
            Some(_) => layouts.extend(placed(lines, &chosen, &group, &layout)),
            None => layouts.push((group.members.len(), LineLayout { start, ..layout })),
        }
    }
    // Of equals the one found first.
    layouts.sort_by_key(|(count, _)| std::cmp::Reverse(*count));
    layouts.truncate(LAYOUTS);
    let mut layouts: Vec<LineLayout> = layouts.into_iter().map(|(_, layout)| layout).collect();
    second_lines(lines, &chosen, &mut layouts);
    Lines { layouts }
}

/// Lines by the shape of their time.
fn grouped(lines: &[&str], chosen: &[Option<Candidate>]) -> Vec<Vec<usize>> {
    type Shape<'a> = (&'a Key, String);
    let times = || chosen.iter().enumerate().filter_map(|(row, time)| Some((row, time.as_ref()?)));
    let shaped: BTreeMap<usize, Shape<'_>> =
        times().map(|(row, time)| (row, (&time.key, folded(&lines[row][time.time.clone()])))).collect();
    let mut sizes: BTreeMap<&Shape<'_>, usize> = BTreeMap::new();
    let mut wide: BTreeMap<&Key, usize> = BTreeMap::new();
    for shape in shaped.values() {
        *sizes.entry(shape).or_default() += 1;
        *wide.entry(shape.0).or_default() += 1;
    }
    let mut common: Vec<(&Shape<'_>, usize)> = sizes.iter().map(|(shape, count)| (*shape, *count)).collect();
    common.sort_by_key(|(_, count)| std::cmp::Reverse(*count));
    let large = f64::max(3.0, 0.02 * shaped.len() as f64);
    let mut groups: Vec<(String, Vec<usize>)> = Vec::new();
    for (row, shape) in &shaped {
        let of_key = || common.iter().find(|(other, count)| other.0 == shape.0 && *count >= 3);
        let of_family =
            || common.iter().find(|(other, count)| other.0.family == shape.0.family && *count >= 3);
        let name = |shape: &Shape<'_>| format!("{:?} {}", shape.0, shape.1);
        let group = match () {
            () if sizes[shape] as f64 >= large => name(shape),
            () if wide[shape.0] >= 3 => {
                of_key().map_or_else(|| format!("{:?}", shape.0), |(shape, _)| name(shape))
            }
            () => of_family().map_or_else(|| shape.0.family.to_owned(), |(shape, _)| name(shape)),
        };
        match groups.iter_mut().find(|(known, _)| *known == group) {
            Some((_, members)) => members.push(*row),
            None => groups.push((group, vec![*row])),
        }
    }
    groups.into_iter().map(|(_, members)| members).collect()
}

/// A time with its digits and letters folded, without its fraction.
pub(super) fn folded(time: &str) -> String {
    let mut folded = String::new();
    let mut rest = time.chars().peekable();
    while let Some(sign) = rest.next() {
        let kind = match sign {
            '.' | ',' if rest.peek().is_some_and(char::is_ascii_digit) => {
                while rest.next_if(char::is_ascii_digit).is_some() {}
                continue;
            }
            sign if sign.is_ascii_digit() => '9',
            sign if sign.is_alphabetic() => 'a',
            sign if sign.is_whitespace() => ' ',
            sign => sign,
        };
        if !(matches!(kind, '9' | 'a' | ' ') && folded.ends_with(kind)) {
            folded.push(kind);
        }
    }
    folded
}

/// The lines that begin records where no line has a time, and how they are told.
fn strays(lines: &[&str], context: Context) -> (Vec<usize>, LineStart) {
    let all = || (0..lines.len()).filter(|row| !lines[*row].trim().is_empty());
    if context.timed {
        return (all().filter(|row| !apply::is_trace(lines[*row])).collect(), LineStart::UnlessTrace);
    }
    let solid: Vec<usize> = all()
        .filter(|row| !apply::looks_continued(lines[*row].as_bytes()) && !apply::is_continued(lines[*row]))
        .collect();
    let rows: Vec<Row<'_>> = solid.iter().map(|row| Row::of(lines[*row])).collect();
    // `[    0.000000] …`: what begins with the seconds since the start is a record, whether it has a level or not.
    let clocked = solid.iter().filter(|row| shape::uptime(lines[**row]).is_some()).count();
    let by_level = 10 * clocked < 9 * solid.len();
    match level::find(&rows) {
        Some(anchor) if by_level && anchor.cover >= 0.6 && solid.len() > 1 => {
            (anchor.hits.keys().map(|row| solid[*row]).collect(), LineStart::Level)
        }
        _ => (all().filter(|row| !apply::is_continued(lines[*row])).collect(), LineStart::UnlessContinued),
    }
}

/// The rows of a group, and what can be said of all of them: a block, columns, a JSON object at the end.
fn prepare(lines: &[&str], chosen: &[Option<Candidate>], members: Vec<usize>) -> Group {
    let mut base = LineLayout::default();
    let time = |row: usize| chosen[row].as_ref().map_or(0..0, |candidate| candidate.time.clone());
    let total = members.len() as f64;
    let timed = chosen[members[0]].is_some();
    let blocks = members.iter().filter(|row| around(lines[**row], &time(**row), true).1.is_some()).count();
    base.block = timed && blocks as f64 >= 0.9 * total;
    let end = |row: usize| around(lines[row], &time(row), false).0;
    let mut rows: Vec<Row<'static>> = members
        .iter()
        .map(|row| Row { text: Cow::Owned(lines[*row].to_owned()), time: time(*row), after: end(*row) })
        .collect();
    if timed {
        for sign in DELIMITERS {
            let follows = |row: &&usize| lines[**row][end(**row)..].trim_start().starts_with(sign);
            if (members.iter().filter(follows).count() as f64) < 0.9 * total {
                continue;
            }
            let count = |row: &usize| {
                let (line, time) = (lines[*row], time(*row));
                line[..time.start].matches(sign).count() + line[end(*row)..].matches(sign).count()
            };
            // In a single line only a level shows that it is columns, and what is further on may be the message's.
            let single = members.len() == 1;
            let level = |row: &usize| {
                let next = lines[*row][end(*row)..].trim_start().get(sign.len()..);
                next.is_some_and(|text| {
                    text.split(sign).next().is_some_and(|cell| crate::level::word(cell.trim()).is_some())
                })
            };
            if single && !members.iter().all(level) {
                continue;
            }
            let most = if single { 3 } else { usize::MAX };
            let least = members.iter().map(count).min().unwrap_or(0).min(most);
            if least >= 2 {
                base.delimiter = Some(Delimiter { sign: sign.to_owned(), count: least as u32 });
                for row in &mut rows {
                    row.text = Cow::Owned(tabs(&row.text, &row.time, sign, least));
                }
            }
            break;
        }
    }
    let objects = members.iter().filter(|row| object(lines[**row], end(**row)).is_some()).count();
    if timed && objects as f64 >= 0.8 * total {
        base.object = true;
        for (row, member) in rows.iter_mut().zip(&members) {
            if let Some(at) = object(lines[*member], end(*member)) {
                row.text = Cow::Owned(row.text[..at].to_owned());
            }
        }
    }
    let last = |row: &&Row<'static>| {
        row.time.start > 20
            && !row.text[row.time.end.min(row.text.len())..].contains(|c: char| c.is_ascii_alphanumeric())
    };
    if timed && rows.iter().filter(last).count() as f64 > 0.9 * total && !base.object {
        base.time =
            Some(TimePlace { forms: Vec::new(), before: 0, bracket: None, indented: false, trailing: true });
        rows.iter_mut().for_each(|row| (row.time, row.after) = (0..0, 0));
    }
    Group { members, rows, base }
}

/// Where a JSON object that ends the line and holds a message begins.
fn object(line: &str, from: usize) -> Option<usize> {
    let at = from + line.get(from..)?.find('{')?;
    let whole = line[at..].trim_end();
    if !whole.ends_with('}') {
        return None;
    }
    let row = keyed::json_row(whole).ok()?;
    let texts = row.iter().filter(|(_, value)| matches!(value, keyed::Value::Text(_)));
    texts.into_iter().any(|(path, _)| keyed::is_message_name(path)).then_some(at)
}

fn json<'a>(texts: impl Iterator<Item = &'a str>) -> Reader {
    let rows: Vec<keyed::Row<'_>> = texts.filter_map(|text| keyed::json_row(text.trim()).ok()).collect();
    Reader::Json(trainyard_types::grammar::Keyed { roles: keyed::find_roles(&rows), within: Vec::new() })
}

/// Rows that carry a level in another style than most do.
fn split(group: &Group, anchor: &level::Anchor) -> Option<(Vec<usize>, Vec<usize>)> {
    let rest: Vec<usize> = (0..group.rows.len()).filter(|row| !anchor.hits.contains_key(row)).collect();
    if (rest.len() as f64) < f64::max(3.0, 0.02 * group.rows.len() as f64) {
        return None;
    }
    let other =
        group.level(&rest).filter(|other| other.cover >= 0.8 && other.place.style != anchor.place.style)?;
    drop(other);
    Some((anchor.hits.keys().copied().collect(), rest))
}

fn part(group: &Group, rows: &[usize]) -> Group {
    Group {
        members: rows.iter().map(|row| group.members[*row]).collect(),
        rows: rows.iter().map(|row| group.rows[*row].clone()).collect(),
        base: group.base.clone(),
    }
}

/// The layout for each place where the group's times stand.
fn placed(
    lines: &[&str],
    chosen: &[Option<Candidate>],
    group: &Group,
    layout: &LineLayout,
) -> Vec<(usize, LineLayout)> {
    let trailing = layout.time.is_some();
    /// The forms there, and how many lines have one, indented ones among them.
    type Times<'t> = (BTreeMap<&'t str, usize>, usize, usize);
    type At = (u32, Option<char>);
    let mut places: BTreeMap<At, Times<'_>> = BTreeMap::new();
    for row in &group.members {
        let Some(candidate) = &chosen[*row] else { continue };
        let (forms, count, indented) =
            places.entry((candidate.key.before, candidate.key.bracket)).or_default();
        *forms.entry(candidate.form().name()).or_default() += 1;
        *count += 1;
        *indented += usize::from(lines[*row].starts_with(char::is_whitespace));
    }
    let layout_at = |((before, bracket), (forms, count, indented)): (At, Times<'_>)| {
        let mut forms: Vec<(&str, usize)> = forms.into_iter().collect();
        forms.sort_by_key(|(_, count)| std::cmp::Reverse(*count));
        let forms = forms.into_iter().map(|(form, _)| form.to_owned()).collect();
        let indented = indented as f64 >= 0.2 * count as f64 && indented > 0;
        let time = TimePlace { forms, before, bracket, indented, trailing };
        (count, LineLayout { time: Some(time), ..layout.clone() })
    };
    places.into_iter().map(layout_at).collect()
}

/// Levels at the beginning of records' second lines.
fn second_lines(lines: &[&str], chosen: &[Option<Candidate>], layouts: &mut [LineLayout]) {
    if layouts.iter().any(|layout| layout.level.is_some()) {
        return;
    }
    let begins: Vec<usize> = (0..lines.len()).filter(|row| chosen[*row].is_some()).collect();
    let second = |row: &usize| {
        let next = row + 1;
        let line = lines.get(next).filter(|line| chosen[next].is_none() && !line.trim().is_empty())?;
        Some(Row::of(line))
    };
    let rows: Vec<Row<'_>> = begins.iter().filter_map(second).collect();
    let few = if begins.len() == 1 { 1 } else { 2 };
    if rows.len() < few || (rows.len() as f64) < 0.6 * begins.len() as f64 {
        return;
    }
    if let Some(anchor) = level::find(&rows).filter(|anchor| anchor.place.index == Some(0)) {
        layouts.iter_mut().for_each(|layout| layout.second_line = Some(anchor.place.style.clone()));
    }
}
