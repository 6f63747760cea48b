//! Grammars: how the records of a source are built. One is found from evidence over a sample, or written by a person;
//! after that it is only applied: bytes to text, text to records, records to fields.
//!
//! It knows neither files nor tables: a text goes in, fields come out.

mod draft;
pub mod keyed;
pub mod level;
pub mod time;

pub use draft::Draft;
