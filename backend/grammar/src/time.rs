//! Times: every written form that logs commonly use, found in a text ([`scan`]), read at a known place ([`read_at`])
//! or as a whole ([`value`]); what a source leaves out of them, decided over a sample ([`decide`]); and the instants
//! that follow ([`Clock`]). Instants are microseconds since 1970-01-01T00:00:00Z; finer digits are cut off.
//!
//! A form ([`Form`]) is what is written; it is read by hand, byte by byte, and finding is built on reading, so that both
//! agree. A [`Raw`] time says no more than the text does: `01/05/2024` has an order only under a clock.

mod clock;
mod cursor;
mod decide;
mod fast;
mod forms;
mod names;
mod parts;
mod raw;
mod scan;
mod whole;

pub use clock::Clock;
pub use decide::{decide, years};
pub use forms::{Form, FormDescription, forms};
pub use names::names_json;
pub use raw::Raw;
pub use scan::{Spot, read_at, scan};
pub use whole::{compact, epoch, epoch_integer, integer, number, parse, prefix, value, written};

#[cfg(test)]
mod tests;
