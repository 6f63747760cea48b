//! What a model finds, with the lines that it finds it in.

use super::samples::{LabelledSamples, UsedMatrix};
use std::collections::HashMap;
use trainyard_features::{Feature, FeatureError, FeatureSet, Members};
use trainyard_intake::{Batches, Columns, Records};
use trainyard_learn::{Trained, shown, statistics};
use trainyard_types::{AnomalousSample, NormalKind, Reason, SampleSpecification, Shown, ShownSample};

/// Samples that are shown, those they are chosen from, and how many of them may say the same.
const MOST_ANOMALOUS: usize = 20;
const CANDIDATES: usize = 300;
const ALIKE: usize = 3;
/// Messages of a sample, and the characters of each.
const MESSAGES: usize = 5;
const CHARACTERS: usize = 300;
/// Records that are held while a model is trained only to show their messages: no more than so many bytes of logs.
const HELD_BYTES: u64 = 256 << 20;

/// The records, as far as their messages may be shown later.
pub(super) fn held(records: Records) -> Option<Batches> {
    let is_small = records.content_bytes <= HELD_BYTES || matches!(records.batches, Batches::OnDisk(_));
    is_small.then_some(records.batches)
}

/// Samples with their records.
pub(super) struct Gallery<'a> {
    pub(super) batches: Option<Batches>,
    pub(super) set: &'a FeatureSet,
    pub(super) sampling: Option<&'a SampleSpecification>,
    pub(super) samples: &'a LabelledSamples,
    pub(super) matrix: &'a UsedMatrix,
}

impl Gallery<'_> {
    /// The most anomalous samples, and the kinds of ordinary ones.
    pub(super) fn of(&self, trained: &Trained) -> Result<Shown, FeatureError> {
        let values = self.matrix.values.view();
        let odd = shown::most_anomalous(trained, values, CANDIDATES);
        let kinds = shown::kinds_of_normal(trained, values);
        let rows: Vec<usize> =
            odd.iter().map(|odd| odd.row).chain(kinds.iter().map(|kind| kind.row)).collect();
        let mut pictures = self.pictures(&rows)?;
        let of_kinds = pictures.split_off(odd.len());
        let usual = statistics::medians(self.matrix.rows(&trained.rows.training).view());
        let features = trainyard_features::describe(self.set);
        let reason = |row: usize, (column, share): (usize, f64)| -> Option<Reason> {
            let feature: &Feature = features.get(column)?;
            let (value, usual) = (self.matrix.values[[row, column]], *usual.get(column)?);
            let text = trainyard_features::reason(feature, value, usual);
            Some(Reason { feature: feature.name.clone(), text, value, usual, share })
        };
        let mut seen: HashMap<String, usize> = HashMap::new();
        let most_anomalous = odd
            .into_iter()
            .zip(pictures)
            .filter(|(_, sample)| {
                // A burst would else fill all the room there is.
                let times = seen.entry(shape(sample)).or_default();
                *times += 1;
                *times <= ALIKE
            })
            .take(MOST_ANOMALOUS)
            .map(|(odd, sample)| AnomalousSample {
                sample,
                score: odd.score,
                flagged: trained.pipeline.is_anomaly(odd.score),
                held_out: odd.held_out,
                reasons: odd.reasons.into_iter().filter_map(|part| reason(odd.row, part)).collect(),
            })
            .collect();
        let kinds_of_normal = kinds
            .into_iter()
            .zip(of_kinds)
            .map(|(kind, example)| NormalKind { share: kind.share, example })
            .collect();
        Ok(Shown { most_anomalous, kinds_of_normal })
    }

    /// The samples of some rows of the matrix, with their first messages.
    fn pictures(&self, rows: &[usize]) -> Result<Vec<ShownSample>, FeatureError> {
        let samples: Vec<usize> = self.samples.original(rows).into_owned();
        let members = self.members()?;
        let records = |sample: usize| -> Vec<u32> {
            match &members {
                Some(members) => members.records(sample).to_vec(),
                None if self.matrix.keys.is_empty() => vec![sample as u32],
                None => Vec::new(),
            }
        };
        let wanted: Vec<u32> = samples.iter().flat_map(|sample| first(&records(*sample))).collect();
        let texts = self.messages(wanted)?;
        let picture = |(row, sample): (&usize, &usize)| {
            let (file, line) = self.matrix.origins.of_sample(*sample).unwrap_or_default();
            let own = records(*sample);
            ShownSample {
                timestamp: self.matrix.timestamps.get(*row).and_then(|time| rfc3339(*time)),
                key: self.matrix.keys.get(*sample).cloned(),
                file: file.to_owned(),
                line,
                records: own.len().max(1) as u64,
                messages: first(&own).iter().filter_map(|record| texts.get(record).cloned()).collect(),
            }
        };
        Ok(rows.iter().zip(&samples).map(picture).collect())
    }

    /// The records of each window or session, where they are in memory.
    fn members(&self) -> Result<Option<Members>, FeatureError> {
        match (&self.batches, self.sampling) {
            (
                Some(Batches::InMemory(batches)),
                Some(sampling @ (SampleSpecification::Window { .. } | SampleSpecification::Session { .. })),
            ) => trainyard_features::members(batches, sampling).map(Some),
            _ => Ok(None),
        }
    }

    /// The messages of some records, by their places.
    fn messages(&self, mut wanted: Vec<u32>) -> Result<HashMap<u32, String>, FeatureError> {
        wanted.sort_unstable();
        wanted.dedup();
        let (mut found, mut begin) = (HashMap::new(), 0);
        for batch in
            self.batches.iter().map(Batches::iter).collect::<Result<Vec<_>, _>>()?.into_iter().flatten()
        {
            let batch = batch?;
            let columns = Columns::of(&batch)?;
            let end = begin + batch.num_rows();
            let from = wanted.partition_point(|record| (*record as usize) < begin);
            let to = wanted.partition_point(|record| (*record as usize) < end);
            for record in &wanted[from..to] {
                found.insert(*record, excerpt(columns.message.value(*record as usize - begin)));
            }
            begin = end;
        }
        Ok(found)
    }
}

fn first(records: &[u32]) -> Vec<u32> {
    records.iter().take(MESSAGES).copied().collect()
}

/// What a sample says, its digits aside; of those that say nothing, which it is.
fn shape(sample: &ShownSample) -> String {
    match sample.messages.first() {
        Some(message) => {
            let kept = message.chars().map(|c| if c.is_ascii_digit() { '0' } else { c });
            kept.collect::<String>().split("0").filter(|part| !part.is_empty()).collect::<Vec<_>>().join("0")
        }
        None => format!("{}:{}", sample.file, sample.line),
    }
}

fn excerpt(message: &str) -> String {
    let mut characters = message.chars();
    let text: String = characters.by_ref().take(CHARACTERS).collect();
    if characters.next().is_some() { format!("{text}…") } else { text }
}

/// Of microseconds since 1970 UTC; nothing of 0, which stands for no time.
fn rfc3339(micros: i64) -> Option<String> {
    let time = chrono::DateTime::from_timestamp_micros(micros).filter(|_| micros != 0)?;
    Some(time.to_rfc3339_opts(chrono::SecondsFormat::AutoSi, true))
}
