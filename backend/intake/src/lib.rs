//! Intake: log files in, Arrow record batches out. It frames bytes into records, parses them on all cores, drops and
//! counts duplicates, keeps every rejected record with its place and reason, and sorts what remains into a canonical
//! order. It knows neither HTTP nor SQL.
//!
//! - [`read`] gives [`Records`]; [`profile`] gives a summary of them; both find the format when asked to.
//! - [`templates`] are what messages say, with their variable parts masked.
//! - [`locate`] finds files in stores of objects, behind HTTPS and in folders, as far as a [`SourcePolicy`] allows it.
//! - [`scan`] hands the records on in the order of the files, in bounded memory; [`Export`] writes them as a table.
//! - [`IntakeError`] says why a dataset as a whole cannot be read.
//! - [`example_logs`] writes logs to try all this with.
//!
//! `read = parsed + rejected + duplicates`, always: a record is never lost in silence.

mod archive;
mod batches;
mod cluster;
mod collect;
mod content;
mod error;
mod example;
mod export;
mod file_names;
mod findings;
mod format;
mod input;
mod options;
mod parsed_batch;
mod plan;
mod profile;
mod propose;
mod read;
mod records;
mod remote;
mod rows;
pub mod templates;

pub use trainyard_templates::ascii;

pub use batches::{Batches, Footprint};
#[cfg(feature = "cluster")]
pub use cluster::{ExecutorOptions, run_executor};
pub use error::IntakeError;
pub use example::example_logs;
pub use export::{Export, TableFormat};
pub use findings::Shares;
pub use format::{FileDetection, KnownFormat, OpenTimes, known_formats, validate_format};
pub use input::Compression;
pub use options::{Limits, Progress, ReadOptions, Source};
pub use profile::profile;
pub use propose::{Proposal, propose};
pub use read::{Summary, read, read_each, scan};
pub use records::{Columns, Records, Starts, schema, text_at};
pub use remote::{Located, SourcePolicy, locate};
pub use trainyard_grammar::{
    Preset,
    keyed::ROLES,
    level::{LEVELS, LevelNames, names as level_names, scales as level_scales, severity},
    presets,
    time::{Clock, FormDescription, epoch as parse_epoch, forms as time_forms, parse as parse_timestamp},
};
