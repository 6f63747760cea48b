//! A dataset's profile: what is in it, at a glance. Memory is bounded by the number of distinct levels, processes and
//! hosts, not by the number of records.

mod rate;
mod suggest;

use crate::{
    Columns, FileDetection, IntakeError, Progress, ReadOptions, Source,
    read::{Summary, read_each},
    records::text_at,
    templates::{Miner, Template, Templates},
};
use chrono::{DateTime, Utc};
use datafusion::arrow::array::{Array, RecordBatch, StringViewArray};
use rate::RateTally;
use std::{
    collections::{BTreeMap, BTreeSet, HashMap},
    sync::Arc,
};
use suggest::SuggestTally;
use trainyard_types::{
    Count, DatasetProfile, FormatDetection, FormatSpecification, Grammar, PreviewRecord, TemplateCount,
    TemplateSummary,
};

/// Records in the preview.
const PREVIEW: usize = 20;
/// Values in a list of the most frequent.
const MOST_FREQUENT: usize = 20;
/// Columns listed.
const COLUMNS: usize = 200;

/// Grammars listed.
const GRAMMARS: usize = 20;
/// Templates listed at either end.
const TEMPLATES: usize = 20;

/// Reads a dataset and summarises it; all its templates come beside the summary. Errors are those of [`crate::read`].
pub async fn profile(
    sources: Vec<Source>,
    format: &FormatSpecification,
    options: &ReadOptions,
    progress: Arc<dyn Progress>,
) -> Result<(DatasetProfile, Templates), IntakeError> {
    let mut tally = Tally::default();
    let summary = read_each(sources, format, options, progress, |batch| tally.add(&batch)).await?;
    Ok(tally.profile(summary))
}

#[derive(Default)]
struct Tally {
    first: Option<i64>,
    last: Option<i64>,
    levels: HashMap<String, u64>,
    processes: HashMap<String, u64>,
    hosts: HashMap<String, u64>,
    preview: Vec<PreviewRecord>,
    rate: RateTally,
    suggest: SuggestTally,
    miner: Miner,
}

impl Tally {
    fn add(&mut self, batch: &RecordBatch) -> Result<(), IntakeError> {
        let columns = Columns::of(batch)?;
        for row in 0..batch.num_rows() {
            let time = columns.timestamp.is_valid(row).then(|| columns.timestamp.value(row));
            if let Some(time) = time {
                // Batches come in time order.
                self.first.get_or_insert(time);
                self.last = Some(time);
                self.rate.add(time);
            }
            let message = columns.message.value(row);
            self.suggest.add(time, message);
            self.miner.add(message, time);
        }
        count(&mut self.levels, columns.level, Some("unknown"));
        count(&mut self.processes, columns.process, None);
        count(&mut self.hosts, columns.host, None);
        for row in 0..batch.num_rows().min(PREVIEW - self.preview.len()) {
            let text = |column: &StringViewArray| text_at(column, row).map(str::to_owned);
            self.preview.push(PreviewRecord {
                file: columns.file.value(row).to_owned(),
                line: columns.line.value(row),
                timestamp: columns.timestamp.is_valid(row).then(|| instant(columns.timestamp.value(row))),
                host: text(columns.host),
                level: text(columns.level),
                process: text(columns.process),
                pid: text(columns.pid),
                message: columns.message.value(row).to_owned(),
                attributes: text_at(columns.attributes, row).and_then(|json| serde_json::from_str(json).ok()),
            });
        }
        Ok(())
    }

    fn profile(self, summary: Summary) -> (DatasetProfile, Templates) {
        let format = overall(&summary.formats);
        let templates = self.miner.finish();
        let listed = |template: &Template| TemplateCount {
            id: template.id.clone(),
            text: template.text.clone(),
            count: template.count,
        };
        let all = &templates.templates;
        let profile = DatasetProfile {
            rate: self.rate.finish(),
            suggestion: Some(self.suggest.finish(&format.preset)),
            templates: TemplateSummary {
                total: all.len() as u64,
                top: all.iter().take(TEMPLATES).map(listed).collect(),
                rare: all.iter().rev().take(TEMPLATES).map(listed).collect(),
            },
            format,
            records: summary.accounting,
            content_bytes: summary.content_bytes,
            findings: summary.findings,
            grammars: grammars(&summary.formats),
            first_timestamp: self.first.map(instant),
            last_timestamp: self.last.map(instant),
            levels: self.levels.into_iter().collect(),
            processes: most_frequent(self.processes),
            hosts: most_frequent(self.hosts),
            columns: summary
                .formats
                .into_iter()
                .flat_map(|file| file.columns)
                .collect::<BTreeSet<_>>()
                .into_iter()
                .take(COLUMNS)
                .collect(),
            preview: self.preview,
        };
        (profile, templates)
    }
}

/// The different grammars of files.
fn grammars(files: &[FileDetection]) -> Vec<Grammar> {
    let mut grammars: Vec<Grammar> = Vec::new();
    for grammar in files.iter().filter_map(|file| file.grammar.as_deref()) {
        if grammars.len() < GRAMMARS && !grammars.contains(grammar) {
            grammars.push(grammar.clone());
        }
    }
    grammars
}

fn instant(micros: i64) -> DateTime<Utc> {
    DateTime::from_timestamp_micros(micros).unwrap_or_default()
}

fn count(counts: &mut HashMap<String, u64>, column: &StringViewArray, absent: Option<&str>) {
    for row in 0..column.len() {
        let Some(value) = text_at(column, row).or(absent) else { continue };
        match counts.get_mut(value) {
            Some(count) => *count += 1,
            None => {
                counts.insert(value.to_owned(), 1);
            }
        }
    }
}

/// The most frequent values first, equals by name.
fn most_frequent(counts: HashMap<String, u64>) -> Vec<Count> {
    let mut counts: Vec<Count> = counts.into_iter().map(|(value, count)| Count { value, count }).collect();
    counts.sort_by(|a, b| b.count.cmp(&a.count).then_with(|| a.value.cmp(&b.value)));
    counts.truncate(MOST_FREQUENT);
    counts
}

/// The format of the most sampled records, and the share of all sampled records that their files' formats parse.
fn overall(files: &[FileDetection]) -> FormatDetection {
    let mut sampled: BTreeMap<&str, u64> = BTreeMap::new();
    let (mut parsed, mut total) = (0.0, 0);
    let alternatives =
        files.iter().find_map(|f| f.format.as_ref()).map_or(Vec::new(), |f| f.alternatives.clone());
    for file in files {
        if let Some(format) = &file.format {
            *sampled.entry(&format.preset).or_default() += file.sampled.max(1);
            parsed += format.confidence * file.sampled as f64;
            total += file.sampled;
        }
    }
    let preset = sampled.into_iter().max_by_key(|(_, count)| *count).map(|(preset, _)| preset.to_owned());
    let layout = files
        .iter()
        .filter_map(|file| file.format.as_ref())
        .find(|format| Some(&format.preset) == preset.as_ref())
        .map_or(String::new(), |format| format.layout.clone());
    FormatDetection {
        preset: preset.unwrap_or_default(),
        layout,
        confidence: parsed / total.max(1) as f64,
        alternatives,
    }
}
