//! The header of a group of lines: after time and level one field after the other is claimed, where the evidence carries
//! it; what is left is the message.

use super::{Row, level::Anchor};
use crate::{
    level,
    line::{
        apply::{self, Layout, Marks, between},
        classify::{self, Kind},
        shape::{self, Read},
        style,
        token::Tokens,
    },
};
use std::{
    borrow::Cow,
    collections::{BTreeMap, BTreeSet},
};
use trainyard_types::grammar::{
    Column, ColumnPlace, FieldRole, FieldShape, HeaderField, LevelKind, LevelStyle, LineLayout, Side,
};

/// Fields of a header, at most.
const STEPS: usize = 8;
/// Known hosts that are kept.
const HOSTS: usize = 64;

/// A field that could be next.
struct Claim {
    score: f64,
    shape: FieldShape,
    hits: BTreeMap<usize, Read>,
    values: Vec<String>,
}

/// The values of a column, by row.
struct Values<'a> {
    place: ColumnPlace,
    index: u32,
    values: BTreeMap<usize, &'a str>,
}

impl Values<'_> {
    fn kind(&self) -> Kind {
        let values: Vec<&str> = self.values.values().copied().collect();
        classify::column(&values)
    }
}

/// Finds the header of a group.
pub(crate) fn find(rows: &[Row<'_>], level: Option<&Anchor>, priority: bool, layout: &mut LineLayout) {
    layout.level = level.map(|level| level.place.clone());
    let Ok(reader) = Layout::new(&LineLayout { time: None, ..layout.clone() }) else { return };
    let marked: Vec<(Marks, Cow<'_, str>)> =
        rows.iter().map(|row| reader.marks(Cow::Borrowed(&row.text), row.time.clone())).collect();
    let mut search = Search {
        rows: marked.iter().map(|(_, text)| &**text).collect(),
        starts: marked.iter().map(|(marks, _)| marks.start.min(marks.cut.unwrap_or(usize::MAX))).collect(),
        live: (0..rows.len()).collect(),
        anchored: level.is_some() || rows.iter().any(|row| row.time.end > 0),
        priority,
        timed: rows.iter().any(|row| row.time.end > 0),
        leveled: level.is_some(),
        tagged: level.is_some_and(|level| level.place.style.kind == LevelKind::Letter),
        syslog: rows.iter().all(|row| row.text[row.time.clone()].starts_with(|c: char| c.is_alphabetic())),
        delimiter: None,
        process: false,
        host: false,
        fields: Vec::new(),
        columns: places(&marked),
        passed: false,
    };
    search.delimiter = search.delimiter(level.is_some());
    let total = rows.len();
    search.process =
        search.columns.iter().any(|column| column.values.len() * 2 > total && column.kind() == Kind::Logger);
    search.run();
    let request = search.fields.iter().any(|field| field.shape == FieldShape::Request);
    let front = level.is_some_and(|level| level.place.side == Side::Before);
    let named = search.fields.iter().any(|field| field.role == FieldRole::Process);
    let columns = std::mem::take(&mut search.columns);
    let before = rows.first().is_some_and(|row| row.time.start > 0);
    let pick = if named || request { None } else { pick(&columns, total, front || !before) };
    layout.header = search.fields;
    let mut names = BTreeSet::new();
    for (at, column) in columns.iter().enumerate() {
        let kind = column.kind();
        let role = match () {
            () if pick == Some(at) => FieldRole::Process,
            () if kind == Kind::Nothing || column.place == ColumnPlace::Level => continue,
            () => FieldRole::Attribute(unused(kind.name(), &mut names)),
        };
        match column.place {
            ColumnPlace::Header => layout.header[column.index as usize].role = role,
            place => layout.columns.push(Column { place, index: column.index, role }),
        }
    }
    if level.is_none() {
        let messages: Vec<&str> = rows
            .iter()
            .zip(&marked)
            .map(|(row, (marks, text))| {
                let read = Layout::new(layout).map(|reader| reader.header(&row.text, text, marks).message);
                &row.text[read.unwrap_or(0..0)]
            })
            .collect();
        layout.sparse = sparse(&messages);
    }
}

fn unused(name: &str, names: &mut BTreeSet<String>) -> String {
    let mut unused = name.to_owned();
    let mut number = 2;
    while !names.insert(unused.clone()) {
        unused = format!("{name}_{number}");
        number += 1;
    }
    unused
}

/// What stands before the time, and between it and the level, by place.
fn places<'a>(marked: &'a [(Marks, Cow<'_, str>)]) -> Vec<Values<'a>> {
    let mut columns: Vec<Values<'a>> = Vec::new();
    let mut add = |place: ColumnPlace, index: usize, row: usize, value: &'a str| {
        let known = columns.iter_mut().find(|c| c.place == place && c.index as usize == index);
        match known {
            Some(column) => drop(column.values.insert(row, value)),
            None => {
                columns.push(Values { place, index: index as u32, values: BTreeMap::from([(row, value)]) });
            }
        }
    };
    for (row, (marks, text)) in marked.iter().enumerate() {
        let ranges = [(ColumnPlace::Before, 0..marks.time.start), (ColumnPlace::Between, between(marks))];
        for (place, range) in ranges {
            let within = &text[..range.end];
            for (index, token) in Tokens::new(within, range.start).take(8).enumerate() {
                let level =
                    marks.level.as_ref().is_some_and(|(at, _)| (token.start..token.end).contains(&at.start));
                if !level {
                    add(place, index, row, token.of(within));
                }
            }
        }
        if let Some((level, _)) = &marks.level
            && level.len() > 2
            && let Some(name) = apply::beside_level(&text[level.clone()])
        {
            add(ColumnPlace::Level, 0, row, name);
        }
    }
    let rank = |column: &Values<'_>| match column.place {
        ColumnPlace::Before => 0,
        ColumnPlace::Between => 1,
        _ => 2,
    };
    columns.sort_by_key(|column| (rank(column), column.index));
    columns
}

/// The column that names the process: the best named one.
fn pick(columns: &[Values<'_>], total: usize, front: bool) -> Option<usize> {
    let fit = || columns.iter().enumerate().filter(|(_, c)| front || c.place != ColumnPlace::Before);
    let of = |kind: Kind| fit().filter(move |(_, column)| column.kind() == kind);
    let rank = |column: &Values<'_>| (column.values.len() * 2 > total, column.place != ColumnPlace::Before);
    let best = |best: Option<(usize, (bool, bool))>, (at, column): (usize, &Values<'_>)| match best {
        Some((_, known)) if known >= rank(column) => best,
        _ => Some((at, rank(column))),
    };
    let found = of(Kind::Logger).fold(None, best).or_else(|| of(Kind::Name).fold(None, best));
    found.map(|(at, _)| at)
}

/// Levels that only some messages begin with: the styles whose words mostly are levels.
fn sparse(messages: &[&str]) -> Vec<LevelStyle> {
    let mut styles: BTreeMap<style::Style<'_>, (usize, usize)> = BTreeMap::new();
    for message in messages {
        if let Some((found, word)) = style::sparse(message) {
            let (all, known) = styles.entry(found).or_default();
            *all += 1;
            *known += usize::from(level::word(word).is_some());
        }
    }
    let mostly = |(style, (all, known)): (style::Style<'_>, (usize, usize))| {
        let need = if style.left.is_empty() { 0.7 } else { 0.5 };
        (known > 0 && known as f64 >= need * all as f64).then(|| style.owned())
    };
    styles.into_iter().filter_map(mostly).collect()
}

/// Whether values could be names of hosts: constant, few, or with digits, points and hyphens.
fn like_hosts(values: &[&str]) -> bool {
    if matches!(classify::column(values), Kind::Number | Kind::Thread | Kind::Id) {
        return false;
    }
    let total = values.len() as f64;
    let distinct = values.iter().collect::<BTreeSet<_>>().len();
    let shaped = |value: &&&str| {
        value.bytes().next().is_some_and(|b| b.is_ascii_alphanumeric() || b == b'(')
            && value.bytes().all(|b| crate::line::token::is_word(b) || b".-:%/@()".contains(&b))
    };
    let marked = |value: &&&str| value.bytes().any(|b| b.is_ascii_digit() || b"._-".contains(&b));
    let shaped = values.iter().filter(shaped).count() as f64;
    let marked = values.iter().filter(marked).count() as f64;
    shaped >= 0.95 * total
        && (distinct == 1 || distinct as f64 <= f64::max(2.0, total / 8.0) || marked >= 0.6 * total)
}

struct Search<'a> {
    rows: Vec<&'a str>,
    /// Where what is left of each row begins.
    starts: Vec<usize>,
    /// The rows that had every field so far.
    live: Vec<usize>,
    anchored: bool,
    priority: bool,
    timed: bool,
    leveled: bool,
    /// The level is a letter, which stands before a name.
    tagged: bool,
    /// Times begin with a month's name.
    syslog: bool,
    delimiter: Option<&'static str>,
    process: bool,
    host: bool,
    fields: Vec<HeaderField>,
    columns: Vec<Values<'a>>,
    /// Whether the last step passed over anything.
    passed: bool,
}

impl<'a> Search<'a> {
    fn rest(&self, row: usize) -> &'a str {
        let text = self.rows[row];
        &text[self.starts[row].min(text.len())..]
    }

    fn share(&self, fits: impl Fn(&str) -> bool) -> f64 {
        let count = self.live.iter().filter(|row| fits(self.rest(**row))).count();
        count as f64 / self.live.len().max(1) as f64
    }

    /// The sign that separates columns.
    fn delimiter(&self, level: bool) -> Option<&'static str> {
        let bar = |rest: &str| {
            rest.trim_start_matches(|c: char| c.is_ascii_whitespace() || c == '-' || c == ':')
                .starts_with('|')
        };
        if self.share(bar) > 0.9 {
            return Some("|");
        }
        if self.share(|rest| rest.starts_with('\t')) > 0.9 {
            return Some("\t");
        }
        let colon = |row: &&usize| {
            let (text, start) = (self.rows[**row], self.starts[**row]);
            let near = |at: usize| {
                let bytes = text.as_bytes();
                at > 0
                    && bytes.get(at) == Some(&b':')
                    && bytes[at - 1].is_ascii_uppercase()
                    && bytes.get(at + 1).is_some_and(|b| b.is_ascii_alphabetic() || *b == b'_')
            };
            (start.saturating_sub(2)..=start).any(near)
        };
        let colons = self.live.iter().filter(colon).count();
        (level && colons as f64 > 0.9 * self.live.len() as f64).then_some(":")
    }

    fn run(&mut self) {
        let total = self.rows.len();
        for _ in 0..STEPS {
            if self.live.is_empty() {
                break;
            }
            let (glue, separators) = self.pass_over();
            let claims = self.claims();
            // Of equals the first counts.
            let best = claims.into_iter().fold(None, |best: Option<Claim>, next| match best {
                Some(best) if best.score >= next.score => Some(best),
                _ => Some(next),
            });
            let Some(claim) = best else {
                if glue || separators > 0 || self.passed {
                    self.push(glue, separators, FieldShape::Nothing, FieldRole::Nothing, Vec::new());
                }
                break;
            };
            if !self.take(claim, glue, separators) || self.live.len() as f64 <= 0.3 * total as f64 {
                break;
            }
        }
    }

    fn push(&mut self, glue: bool, separators: u32, shape: FieldShape, role: FieldRole, values: Vec<String>) {
        self.fields.push(HeaderField { glue, separators, shape, role, values });
    }

    /// Passes over what is glued to the last field, and over separators that nearly all rows have.
    fn pass_over(&mut self) -> (bool, u32) {
        let glued = self.share(|rest| !shape::glued(rest).is_empty());
        let glue = glued > 0.6;
        self.passed = glued > 0.0;
        let mut separators = 0;
        while separators < 3 {
            let has = |rest: &str| {
                let passed = apply::pass_over_signs(rest, glue, separators);
                shape::separator(&rest[passed..]).is_some()
            };
            if self.share(has) < 0.9 {
                break;
            }
            separators += 1;
        }
        for row in self.live.clone() {
            self.starts[row] += apply::pass_over(self.rest(row), glue, separators);
        }
        (glue, separators)
    }

    fn hits(&self, read: impl Fn(&str) -> Option<Read>) -> BTreeMap<usize, Read> {
        self.live.iter().filter_map(|row| Some((*row, read(self.rest(*row))?))).collect()
    }

    fn values<'h>(&'h self, hits: &'h BTreeMap<usize, Read>) -> Vec<&'a str> {
        hits.iter().map(|(row, read)| &self.rest(*row)[read.value.clone()]).collect()
    }

    /// The fields that enough of the rows could have next.
    fn claims(&self) -> Vec<Claim> {
        let count = self.live.len() as f64;
        let mut claims = Vec::new();
        let mut claim = |shape: FieldShape, need: f64, weight: f64, hits: BTreeMap<usize, Read>| {
            let cover = hits.len() as f64 / count;
            if !hits.is_empty() && cover >= need {
                claims.push(Claim { score: cover * weight, shape, hits, values: Vec::new() });
            }
        };
        if !self.anchored {
            claim(FieldShape::Uptime, 0.8, 1.0, self.hits(shape::uptime));
            let pid = |text: &str| {
                shape::name_pid(text).filter(|read| read.pid.is_some() && text[..read.end].ends_with(':'))
            };
            claim(FieldShape::NamePid, 0.8, 1.0, self.hits(pid));
            return claims;
        }
        if !self.process {
            // Where a name has been before, what some messages begin with is none.
            let named = self.columns.iter().any(|column| {
                column.place == ColumnPlace::Header
                    && column.kind() == Kind::Name
                    && column.values.len() >= self.live.len()
            });
            let colon = if named { 0.95 } else { 0.7 };
            claim(FieldShape::NamePid, 0.4, 1.2, self.hits(shape::name_pid));
            let bracket = |rest: &str| rest.split(' ').next().is_some_and(|word| word.contains('['));
            if self.live.iter().any(|row| bracket(self.rest(*row))) {
                claim(FieldShape::NamePid, 0.7, 1.1, self.hits(shape::name_pid_or_colon));
            }
            claim(FieldShape::NameColon, colon, 1.0, self.hits(shape::name_colon));
            claim(FieldShape::NameDash, 0.9, 0.95, self.hits(shape::name_dash));
            claim(FieldShape::NameBracket, 0.9, 1.1, self.hits(shape::name_bracket));
            let named = self.hits(shape::name_before_bracket);
            let mut first: BTreeMap<&str, usize> = BTreeMap::new();
            self.values(&named).into_iter().for_each(|value| *first.entry(value).or_default() += 1);
            if first.len() as f64 <= count / 2.0 {
                claim(FieldShape::NameBeforeBracket, 0.95, 0.9, named);
            }
            claim(FieldShape::Dotted, 0.9, 0.9, self.hits(shape::dotted));
        }
        claim(FieldShape::Bracket, 0.95, 0.92, self.hits(shape::bracketed));
        claim(FieldShape::Parenthesis, 0.9, 0.92, self.hits(shape::parenthesis));
        if let Some(key) = self.key().filter(|_| self.delimiter.is_none()) {
            claim(FieldShape::Key(key.to_owned()), 0.95, 0.9, self.hits(|text| shape::keyed(text, key)));
        }
        claim(FieldShape::Number, 0.95, 0.9, self.hits(shape::number));
        claim(FieldShape::Lead, 0.9, 1.25, self.hits(shape::lead));
        if let Some(sign) = self.delimiter {
            let cell = |text: &str| {
                shape::until(text, sign).filter(|read| shape::is_cell(&text[read.value.clone()]))
            };
            claim(FieldShape::Until(sign.to_owned()), 0.95, 1.1, self.hits(cell));
        }
        claim(FieldShape::Request, 0.8, 1.3, self.hits(shape::request));
        claims.retain(|claim| self.carried(claim) && self.leaves_a_message(claim));
        claims.extend(self.host());
        claims
    }

    /// The key that nearly all rows go on with, where no other pair follows.
    fn key(&self) -> Option<&'a str> {
        let mut keys: BTreeMap<&str, usize> = BTreeMap::new();
        for row in &self.live {
            if let Some(key) = shape::key_of(self.rest(*row)) {
                *keys.entry(key).or_default() += 1;
            }
        }
        let (key, most) = keys.into_iter().max_by_key(|(_, count)| *count)?;
        let pairs = |rest: &str| {
            rest.split_ascii_whitespace().nth(1).is_some_and(|word| {
                word.split_once('=')
                    .is_some_and(|(key, _)| !key.is_empty() && key.bytes().all(crate::line::token::is_word))
            })
        };
        (most as f64 >= 0.95 * self.live.len() as f64 && self.share(pairs) < 0.5).then_some(key)
    }

    /// A cell that ends most rows is their message.
    fn leaves_a_message(&self, claim: &Claim) -> bool {
        let rest = |row: &usize, read: &Read| self.rest(*row)[read.end..].trim().is_empty();
        let empty = claim.hits.iter().filter(|(row, read)| rest(row, read)).count();
        let cell =
            matches!(claim.shape, FieldShape::Bracket | FieldShape::Parenthesis | FieldShape::Until(_));
        !cell || 2 * empty <= claim.hits.len()
    }

    /// A bracket is a field only where more of a header follows, or its values are those of a field.
    fn carried(&self, claim: &Claim) -> bool {
        if claim.shape == FieldShape::NameColon {
            let values = self.values(&claim.hits);
            // `Failed: disk` in a line or two: a sentence's word, since nothing shows that it recurs.
            let words = |value: &&str| {
                let mut letters = value.chars();
                letters.next().is_some_and(char::is_uppercase) && letters.all(char::is_lowercase)
            };
            let sentence = self.rows.len() <= 2
                && !self.host
                && !self.tagged
                && !self.syslog
                && values.iter().all(words);
            let codes = values.iter().filter(|value| classify::is_code(value)).count();
            return 2 * codes < values.len() && !sentence;
        }
        if !matches!(claim.shape, FieldShape::Bracket | FieldShape::Parenthesis) {
            return true;
        }
        // `["new connection"] [conn=5]`: what is said.
        let quoted = |(row, read): (&usize, &Read)| self.rest(*row)[read.value.clone()].starts_with('"');
        if 2 * claim.hits.iter().filter(|hit| quoted(*hit)).count() > claim.hits.len() {
            return false;
        }
        let (hits, live) = (claim.hits.len() as f64, self.live.len() as f64);
        let follows =
            claim.hits.iter().filter(|(row, read)| shape::follows(&self.rest(**row)[read.end..])).count();
        let values = self.values(&claim.hits);
        let wrapped: Vec<String> = values.iter().map(|value| format!("[{value}]")).collect();
        let wrapped: Vec<&str> = wrapped.iter().map(String::as_str).collect();
        let kind = classify::column(&wrapped);
        let distinct = values.iter().collect::<BTreeSet<_>>().len() as f64;
        let few = match () {
            () if live >= 8.0 => f64::max(1.0, live / 3.0),
            () if claim.hits.len() == self.live.len() => 0.75 * live,
            () => 1.0,
        };
        follows as f64 > 0.8 * hits || !matches!(kind, Kind::Name | Kind::Other) || distinct <= few
    }

    fn host(&self) -> Option<Claim> {
        if self.process || self.host || !(self.timed || self.priority) {
            return None;
        }
        let both = self.hits(shape::host_before_process);
        let need = if self.priority { 0.3 } else { 0.6 };
        let values = self.values(&both);
        if both.is_empty() || (both.len() as f64) < need * self.live.len() as f64 || !like_hosts(&values) {
            return None;
        }
        // `Backup started: …` has no host: a word that only stands before another one is believed where it recurs, before
        // a number in brackets, or where syslog's own time or priority is.
        let marked = |value: &&&str| value.bytes().any(|b| b.is_ascii_digit() || b"._-".contains(&b));
        let numbered = |(row, read): (&usize, &Read)| {
            self.rest(*row)[read.end..].split_ascii_whitespace().next().is_some_and(|word| word.contains('['))
        };
        let strong = f64::max(
            values.iter().filter(marked).count() as f64,
            both.iter().filter(|hit| numbered(*hit)).count() as f64,
        );
        let recurs = values.len() >= 5 && !self.leveled;
        if !(self.priority || self.syslog || recurs || strong >= 0.5 * both.len() as f64) {
            return None;
        }
        let known: BTreeSet<&str> = values.into_iter().collect();
        let known: Vec<String> = known.into_iter().take(HOSTS).map(str::to_owned).collect();
        let hits = self.hits(|text| shape::read(&FieldShape::Host, &known, text));
        let score = 1.3 * both.len() as f64 / self.live.len() as f64;
        Some(Claim { score, shape: FieldShape::Host, hits, values: known })
    }

    /// Takes a field in; false when the header ends with it.
    fn take(&mut self, claim: Claim, glue: bool, separators: u32) -> bool {
        let Claim { shape, mut hits, values, .. } = claim;
        if shape == FieldShape::NamePid {
            for row in &self.live {
                if !hits.contains_key(row)
                    && let Some(read) = shape::read(&shape, &[], self.rest(*row))
                {
                    hits.insert(*row, read);
                }
            }
        }
        let role = match shape {
            FieldShape::Host => FieldRole::Host,
            FieldShape::NamePid
            | FieldShape::NameColon
            | FieldShape::NameDash
            | FieldShape::NameBracket
            | FieldShape::NameBeforeBracket
            | FieldShape::Dotted => FieldRole::Process,
            _ => FieldRole::Nothing,
        };
        self.host |= role == FieldRole::Host || role == FieldRole::Process;
        self.process |= role == FieldRole::Process;
        let ends = shape == FieldShape::Request;
        if role == FieldRole::Nothing && !ends {
            let column = Values {
                place: ColumnPlace::Header,
                index: self.fields.len() as u32,
                values: hits
                    .iter()
                    .map(|(row, read)| (*row, self.rest(*row)[read.value.clone()].trim()))
                    .collect(),
            };
            self.process |= column.kind() == Kind::Logger;
            self.columns.push(column);
        }
        self.push(glue, separators, shape, role, values);
        if ends {
            return false;
        }
        for (row, read) in &hits {
            self.starts[*row] += read.end;
        }
        self.live.retain(|row| hits.contains_key(row));
        true
    }
}
