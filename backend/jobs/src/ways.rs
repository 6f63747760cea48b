//! Which way of making samples tells most: incidents are staged in a dataset's records, and looked for in each.

use crate::{
    protocol::Task,
    task::{read_options, sources},
};
use std::sync::Arc;
use trainyard_blobs::Blobs;
use trainyard_types::{
    DatasetProfile, FeatureSetSpecification, FormatSpecification, KeySpecification, SampleSpecification,
    SampleSuggestion, SampleWay, TemplatesSpecification,
};

/// Of more records no comparison is made: whoever uploads them waits for it.
const MOST_RECORDS: u64 = 1_000_000;
/// As of more bytes of content.
const MOST_BYTES: u64 = 128 << 20;
/// So many of the last records are compared by.
const LAST: usize = 30_000;
/// How often incidents are drawn: the difference of two ways is that of the same ones, mostly.
const DRAWS: u32 = 2;

/// Fills in what each way of the suggestion finds. What cannot be tried stays empty.
pub(crate) async fn compare(
    profile: &mut DatasetProfile,
    task: &Task,
    format: &FormatSpecification,
    blobs: &Blobs,
) {
    let Some(suggestion) = &mut profile.suggestion else { return };
    if profile.records.parsed > MOST_RECORDS
        || profile.content_bytes > MOST_BYTES
        || suggestion.ways.iter().all(|way| way.too_few)
    {
        return;
    }
    let options = trainyard_intake::ReadOptions { rejects: None, ..read_options(task) };
    let read = trainyard_intake::read(sources(task, blobs), format, &options, Arc::new(()));
    let Ok(mut records) = read.await else { return };
    let Some(last) = records.batches.last(LAST) else { return };
    records.batches = last;
    let asked: Vec<_> = suggestion.ways.iter().map(|way| specification(suggestion, way)).collect();
    for (way, asked) in suggestion.ways.iter_mut().zip(asked).filter(|(way, _)| !way.too_few) {
        way.average_precision =
            asked.and_then(|asked| trainyard_incidents::tell(&records, &asked, DRAWS).ok().flatten());
    }
}

/// What a job would be asked for; none of sessions whose key is not known.
fn specification(suggestion: &SampleSuggestion, way: &SampleWay) -> Option<FeatureSetSpecification> {
    let sample = match way.sample_kind.as_str() {
        "session" => {
            let key = KeySpecification::Regex(suggestion.session_key.as_ref()?.regex.clone());
            Some(SampleSpecification::Session { key, idle_seconds: None })
        }
        _ => None,
    };
    let templates =
        way.weight.map(|weight| TemplatesSpecification { weight, ..TemplatesSpecification::default() });
    Some(FeatureSetSpecification { sample, templates, ..FeatureSetSpecification::preset(&*way.preset) })
}
