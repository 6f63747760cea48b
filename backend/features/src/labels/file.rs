//! A label file: CSV (RFC 4180) with a header, `,`, `;` or tab between fields.

use crate::FeatureError;
use rustc_hash::FxHashMap;

/// The rows of a label file by key.
pub(super) struct LabelFile {
    /// Whether any row of the key is an anomaly, how many rows it has, and whether a sample was looked up by it.
    rows: FxHashMap<String, (bool, u64, bool)>,
}

impl LabelFile {
    pub(super) fn read(
        content: &[u8],
        key: &str,
        column: &str,
        positive: &[String],
    ) -> Result<Self, FeatureError> {
        let content = content.strip_prefix("\u{feff}".as_bytes()).unwrap_or(content);
        let broken = |error: csv::Error| FeatureError::LabelFile { reason: error.to_string() };
        let mut reader =
            csv::ReaderBuilder::new().delimiter(delimiter(content)).trim(csv::Trim::All).from_reader(content);
        let names = reader.headers().map_err(broken)?.clone();
        let place = |name: &str| {
            names.iter().position(|known| known == name).ok_or_else(|| FeatureError::LabelColumn {
                name: name.to_owned(),
                known: names.iter().take(50).map(str::to_owned).collect(),
            })
        };
        let (key, column) = (place(key)?, place(column)?);
        let mut rows = FxHashMap::<String, (bool, u64, bool)>::default();
        for record in reader.records() {
            let record = record.map_err(broken)?;
            let value = record.get(column).unwrap_or_default();
            if value.is_empty() {
                continue;
            }
            let row = rows.entry(record.get(key).unwrap_or_default().to_owned()).or_default();
            row.0 |= positive.iter().any(|known| known == value);
            row.1 += 1;
        }
        Ok(Self { rows })
    }

    /// The class of a key, 1 for an anomaly.
    pub(super) fn of(&mut self, key: &str) -> Option<u32> {
        let row = self.rows.get_mut(key)?;
        row.2 = true;
        Some(u32::from(row.0))
    }

    /// Rows whose key was never asked for.
    pub(super) fn unmatched(&self) -> u64 {
        self.rows.values().filter(|row| !row.2).map(|row| row.1).sum()
    }
}

/// What stands most often in the first line.
fn delimiter(content: &[u8]) -> u8 {
    let line = content.split(|byte| *byte == b'\n').next().unwrap_or_default();
    let count = |delimiter: u8| memchr::memchr_iter(delimiter, line).count();
    [b'\t', b';', b','].into_iter().max_by_key(|delimiter| count(*delimiter)).unwrap_or(b',')
}
