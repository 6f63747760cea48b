//! What training records are like: plain JSON, in a fixed order, of bounded size.

use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// What [`crate::Fit`] learned. Counts of slots are how many slots of training time something occurs in; *usual* counts are
/// of records in the last 1, 5, 15 and 60 minutes.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct State {
    /// The version of the definitions.
    pub version: u32,
    /// Training records.
    pub records: u64,
    /// Slots that training time was cut into.
    pub slots: u32,
    /// Whether the order of the records is the clock, since none has a time.
    pub ordered: bool,
    /// Days that the training records span; 1 when there is no other day to compare with.
    pub days: u32,
    /// The last training time, in microseconds since 1970 UTC.
    pub last: i64,
    /// Ascending.
    pub templates: Vec<Template>,
    /// Ascending by host, process and severity.
    pub groups: Vec<Group>,
    pub dropped: Dropped,
}

/// What a bound left out.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Dropped {
    /// Records whose group, template or number of words is beyond the bound.
    pub groups: u64,
    pub templates: u64,
    pub shapes: u64,
    /// Templates of groups, and places of numbers, each counted per record.
    pub members: u64,
    pub numbers: u64,
    /// Values that were forgotten, the rarest ones.
    pub values: u64,
}

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Template {
    /// Its place among the fitted templates; absent for all records without one.
    pub template: Option<u32>,
    pub slots: u32,
    pub usual: [u32; 4],
    #[serde(default, skip_serializing_if = "Rhythm::is_none")]
    pub rhythm: Rhythm,
    /// Ascending by how many words they have.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub shapes: Vec<Shape>,
}

/// Records of the same host, process and severity; absent texts are empty.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Group {
    pub host: String,
    pub process: String,
    pub severity: Option<u8>,
    pub slots: u32,
    pub usual: [u32; 4],
    #[serde(default, skip_serializing_if = "Rhythm::is_none")]
    pub rhythm: Rhythm,
    /// The slots of each of its templates, ascending.
    pub family: Vec<u32>,
    /// Numbers of all its templates together, for templates that are too rare to have their own.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub numbers: Vec<GroupNumber>,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct GroupNumber {
    pub words: u8,
    pub place: u8,
    pub number: Number,
}

/// What recurs at the same time of the day.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Rhythm {
    /// Quarters of an hour, from which to before which, and on how many days it occurs within half an hour of them.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub days: Vec<(u8, u8, u32)>,
    /// Half hours, and the counts that are usual then, where they are larger than the usual ones.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub usual: Vec<(u8, [u32; 4])>,
}

impl Rhythm {
    fn is_none(&self) -> bool {
        *self == Self::default()
    }
}

/// The messages of a template that have as many words.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Shape {
    /// So few that the numbers of the group are looked at instead.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub few: bool,
    /// A place for each word.
    pub places: Vec<Place>,
}

/// Where a word stands.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Place {
    /// The only word that was ever seen here.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub constant: Option<String>,
    /// How odd a word is that was not seen here.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub unseen: f64,
    /// The usual counts of rare words.
    #[serde(default, skip_serializing_if = "are_zero")]
    pub usual: [u32; 3],
    /// Words that are told apart from unseen ones, or that are not rare.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub words: BTreeMap<String, Word>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub number: Option<Number>,
}

/// How odd it is, and its own usual counts, each 0 when it is rare.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Word(pub f64, pub [u32; 3]);

/// The upper tail and the lower one, mirrored: where it begins, and its scale.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Number {
    /// Numbers that were seen.
    pub count: u64,
    pub linear: [(f64, f64); 2],
    /// Of sign(x) · log(1 + |x|).
    pub logarithmic: [(f64, f64); 2],
}

fn is_zero(number: &f64) -> bool {
    *number == 0.0
}

fn are_zero(counts: &[u32; 3]) -> bool {
    *counts == [0; 3]
}
