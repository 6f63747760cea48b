//! Grammars: how the records of a source are built. One is found from evidence over a sample, or written by a person;
//! after that it is only applied: bytes to text, text to records, records to fields.
//!
//! - [`find`] finds the grammar of a sample; [`presets`] are those of known makers.
//! - [`Applied`] reads records by a grammar, and says which lines begin them; [`framing::Framer`] cuts bytes into records.
//! - [`time::Clock`] says how times are understood; [`level`] what words and numbers are levels.
//!
//! It knows neither files nor tables: a text goes in, fields come out.

pub mod bytes;
mod document;
mod draft;
mod envelope;
mod expression;
mod find;
pub mod framing;
pub mod keyed;
pub mod level;
mod line;
mod native;
mod presets;
mod read;
pub mod time;

pub use draft::Draft;
pub use expression::translate;
pub use find::{Found, Sample, Scores, find, find_best, records, years};
pub use presets::{Preset, TEXT, of_expressions, preset, presets};
pub use read::{Applied, EXCERPT_CHARACTERS, Fields, GrammarError, excerpt};
