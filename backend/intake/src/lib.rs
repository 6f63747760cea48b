//! Intake: log files in, Arrow record batches out. It frames bytes into records, parses them on all cores, drops and
//! counts duplicates, keeps every rejected record with its place and reason, and sorts what remains into a canonical
//! order. It knows neither HTTP nor SQL.
//!
//! - [`read`] gives [`Records`]; [`profile`] gives a summary of them; both find the format when asked to.
//! - [`IntakeError`] says why a dataset as a whole cannot be read.
//! - [`example_logs`] writes logs to try all this with.
//!
//! `read = parsed + rejected + duplicates`, always: a record is never lost in silence.

mod collect;
mod error;
mod example;
mod format;
mod framing;
mod input;
mod level;
mod options;
mod parse;
mod plan;
mod profile;
mod read;
mod records;
mod time;

pub use error::IntakeError;
pub use example::example_logs;
pub use format::{FileDetection, Preset, validate_format};
pub use level::{LEVELS, severity};
pub use options::{Limits, Progress, ReadOptions, Source};
pub use profile::profile;
pub use read::read;
pub use records::{Columns, Records, schema, text_at};
pub use time::{Clock, epoch as parse_epoch, parse as parse_timestamp};
