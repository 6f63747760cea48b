//! One CSV record to fields: RFC 4180, with `,`, `;` or tab between fields. The header names the columns.

use super::{Fields, attributes::object, unknown_timestamp};
use crate::{
    format::{ROLES, Role, Wanted, role},
    level,
    time::{self, Clock},
};
use std::borrow::Cow;

/// What the first record of the file says about the others.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct CsvHeader {
    pub(crate) delimiter: u8,
    /// Names as written, trimmed.
    pub(crate) names: Vec<String>,
    /// The column of each [`Role`].
    columns: [Option<usize>; ROLES],
    /// The columns that are kept as attributes, with their names there.
    attributes: Vec<(String, usize)>,
    /// Nothing is a message and every column an attribute.
    table: bool,
}

impl CsvHeader {
    /// Reads the header; the delimiter is the candidate that it holds most often outside quotes (`,` when none).
    pub(crate) fn read(text: &str) -> Self {
        let delimiter = [b',', b';', b'\t']
            .into_iter()
            .rev()
            .max_by_key(|delimiter| split(text, *delimiter).map_or(0, |fields| fields.len()))
            .unwrap_or(b',');
        let names: Vec<String> =
            split(text, delimiter).unwrap_or_default().iter().map(|name| name.trim().to_owned()).collect();
        let mut best: [Option<(usize, usize)>; ROLES] = [None; ROLES];
        for (column, name) in names.iter().enumerate() {
            if let Some((role, rank)) = role(name) {
                let slot = &mut best[role as usize];
                if slot.is_none_or(|(known, _)| rank < known) {
                    *slot = Some((rank, column));
                }
            }
        }
        let columns = best.map(|slot| slot.map(|(_, column)| column));
        Self { delimiter, names, columns, attributes: Vec::new(), table: false }
    }

    /// The header with the columns that a specification asks for.
    pub(crate) fn with(mut self, wanted: &Wanted) -> Self {
        let column = |name: &str| self.names.iter().position(|known| known == name);
        for (role, name) in &wanted.roles {
            self.columns[*role as usize] = column(name);
        }
        let listed = wanted.attributes.iter();
        self.attributes = listed.filter_map(|(name, path)| Some((name.clone(), column(path)?))).collect();
        if wanted.all {
            let known = |at: &usize| {
                self.columns.contains(&Some(*at)) || self.attributes.iter().any(|(_, c)| c == at)
            };
            let others: Vec<usize> = (0..self.names.len()).filter(|at| !known(at)).collect();
            self.attributes.extend(others.into_iter().map(|at| (self.names[at].clone(), at)));
        }
        self
    }

    /// The header of a table.
    pub(crate) fn table(mut self) -> Self {
        self.attributes = self.names.iter().cloned().zip(0..).collect();
        self.table = true;
        self
    }

    pub(crate) fn has(&self, role: Role) -> bool {
        self.columns[role as usize].is_some()
    }

    /// Columns without a role.
    pub(crate) fn others(&self) -> impl Iterator<Item = &String> {
        self.names
            .iter()
            .enumerate()
            .filter(|(at, _)| !self.columns.contains(&Some(*at)))
            .map(|(_, name)| name)
    }
}

pub(crate) fn parse<'a>(text: &'a str, header: &CsvHeader, clock: &Clock) -> Result<Fields<'a>, String> {
    let mut fields = split(text, header.delimiter)?;
    if fields.len() != header.names.len() {
        return Err(format!("{} fields, where the header has {}", fields.len(), header.names.len()));
    }
    let kept = header.attributes.iter().filter(|(_, at)| !fields[*at].is_empty());
    let attributes = object(kept.map(|(name, at)| (name.as_str(), &*fields[*at])));
    let mut take = |role: Role| {
        let field = std::mem::take(&mut fields[header.columns[role as usize]?]);
        (!field.is_empty()).then_some(field)
    };
    let timestamp = match take(Role::Timestamp) {
        // What is no time is an attribute of the table all the same.
        Some(stamp) if header.table => time::parse(&stamp, clock),
        Some(stamp) => Some(time::parse(&stamp, clock).ok_or_else(|| unknown_timestamp(&stamp))?),
        None if header.table => None,
        None => return Err("timestamp is missing".into()),
    };
    // CSV cannot tell an empty text from none; a message that is not there is as little as an empty one.
    let message = match take(Role::Message) {
        _ if header.table => Cow::Borrowed(""),
        Some(message) => message,
        None => return Err("message is missing".into()),
    };
    Ok(Fields {
        timestamp,
        host: take(Role::Host),
        severity: take(Role::Level).and_then(|text| level::severity(&text)),
        process: take(Role::Process),
        pid: take(Role::Pid),
        message,
        attributes,
        id: take(Role::Id),
    })
}

/// The fields of one record, unquoted.
fn split(text: &str, delimiter: u8) -> Result<Vec<Cow<'_, str>>, String> {
    let bytes = text.as_bytes();
    let mut fields = Vec::new();
    let mut at = 0;
    loop {
        let (field, next) = if bytes.get(at) == Some(&b'"') {
            quoted(text, at, delimiter)?
        } else {
            let end = memchr::memchr(delimiter, &bytes[at..]).map_or(bytes.len(), |found| at + found);
            (Cow::Borrowed(&text[at..end]), end)
        };
        fields.push(field);
        if next == bytes.len() {
            return Ok(fields);
        }
        at = next + 1;
    }
}

/// A quoted field and the offset of the delimiter after it.
fn quoted(text: &str, start: usize, delimiter: u8) -> Result<(Cow<'_, str>, usize), String> {
    let bytes = text.as_bytes();
    let mut at = start + 1;
    let mut doubled = false;
    loop {
        let Some(found) = memchr::memchr(b'"', &bytes[at..]) else {
            return Err(format!(
                "the quoted field at column {} is not closed",
                text[..start].chars().count() + 1
            ));
        };
        at += found + 1;
        match bytes.get(at) {
            Some(b'"') => {
                doubled = true;
                at += 1;
            }
            None => break,
            Some(byte) if *byte == delimiter => break,
            Some(_) => {
                let column = text[..at].chars().count() + 1;
                return Err(format!("text follows a closing quote at column {column}"));
            }
        }
    }
    let inner = &text[start + 1..at - 1];
    Ok((if doubled { inner.replace("\"\"", "\"").into() } else { inner.into() }, at))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read<'a>(header: &str, text: &'a str) -> Result<Fields<'a>, String> {
        let clock = Clock::new("2025-07-01T12:00:00Z".parse().unwrap(), 0);
        parse(text, &CsvHeader::read(header), &clock)
    }

    #[test]
    fn quotes_delimiters_and_aliases() {
        for (header, text) in [
            ("Time,LEVEL,msg,x", "2025-07-01,warn,\"a, \"\"b\"\"\nc\",1"),
            ("x;level;Message;ts", ";WARNING;\"a, \"\"b\"\"\nc\";2025-07-01"),
            ("@timestamp\tseverity\t\"log\"", "1751328000\t4\ta, \"b\"\nc"),
        ] {
            let fields = read(header, text).unwrap();
            assert_eq!(
                (fields.timestamp, fields.severity, &*fields.message),
                (Some(1_751_328_000_000_000), Some(4), "a, \"b\"\nc"),
                "{header}"
            );
        }
    }

    #[test]
    fn reasons_name_the_fault() {
        for (text, reason) in [
            ("2025-07-01,a,b", "3 fields, where the header has 2"),
            ("2025-07-01", "1 fields, where the header has 2"),
            ("nan,a", "timestamp `nan` is in no known form"),
            (",a", "timestamp is missing"),
            ("2025-07-01,", "message is missing"),
            ("2025-07-01,\"a", "the quoted field at column 12 is not closed"),
            ("2025-07-01,\"a\"b", "text follows a closing quote at column 15"),
        ] {
            assert_eq!(read("time,message", text).unwrap_err(), reason, "{text}");
        }
    }
}
