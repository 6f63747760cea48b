//! A record as paths and values.

use std::borrow::Cow;

/// A value that can play a role.
#[derive(Clone, Debug, PartialEq)]
pub enum Value<'a> {
    Null,
    Text(Cow<'a, str>),
    Integer(i64),
    /// An integer beyond 63 bits.
    Unsigned(u64),
    Number(f64),
    Flag(bool),
    /// An array, as the JSON text it is.
    Nested(Cow<'a, str>),
}

/// Paths (keys with points between them) and values in the order they are written.
pub type Row<'a> = Vec<(Cow<'a, str>, Value<'a>)>;
