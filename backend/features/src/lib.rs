//! Features: records to a matrix, one row per sample. The definitions are plain enough to be computed elsewhere in a
//! few lines, to the last bit where they are counts and to 1e-9 where they are not.
//!
//! - [`features`] is the catalogue: every feature with its definition, unit and kind.
//! - [`fit`] makes a [`FeatureSet`]: the self-contained contract between training and production.
//! - [`transform`] applies it to records and gives a [`FeatureMatrix`]; [`fit_transform`] does both at once, and a
//!   [`Transformer`] takes records one batch after the other, when they are too many for the memory.
//! - [`labels`] says what the samples are, where a field, a file or patterns tell; [`without_label`] keeps the label out
//!   of the features.
//!
//! The matrix does not depend on the order in which the records were written or uploaded.

mod aggregate;
mod calendar;
mod catalogue;
mod error;
mod events;
mod facts;
mod fit;
mod gaps;
mod key_pattern;
mod labels;
mod matrix;
mod members;
mod message;
mod numbers;
mod pieces;
mod presets;
mod record;
mod samples;
mod set;
mod specification;
mod stream;
mod surprise;
mod table;
mod transform;
mod windows;
mod words;

pub use catalogue::{Feature, Kind, features};
pub use error::FeatureError;
pub use fit::{describe, fit, sample_count};
pub use labels::{Labels, labels, validate_labels, without_label};
pub use matrix::{FeatureMatrix, MatrixFormat, MatrixWriter, Origins, SampleWriter};
pub use members::{Members, members};
pub use presets::{FeatureSetPreset, Suits, presets, suits};
pub use set::{FeatureSet, State, Window};
pub use specification::{found, reading, sampling, schema, validate_feature_set};
pub use stream::{Transformer, transform_each};
pub use table::{TableColumn, TableValues};
pub use transform::{fit_transform, transform};
pub use words::reason;
