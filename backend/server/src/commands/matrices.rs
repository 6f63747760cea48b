//! The features of logs, under a fitted set or one to fit: all at once when the records are few, else piece by piece, in
//! bounded memory.

use super::{
    format::say,
    progress::{Bar, Spinner},
};
use chrono::Utc;
use trainyard_features::{
    FeatureMatrix, FeatureSet, Transformer, fit, fit_transform, transform, transform_each,
};
use trainyard_intake::{Batches, Footprint, IntakeError, ReadOptions, Records, Source, read, read_each};
use trainyard_types::{Accounting, FeatureSetSpecification, FormatSpecification, Grammar};

/// Records that are looked at all together, at most: that is quicker.
const FEW: usize = 1 << 20;
/// Bytes that these take, at most.
const FEW_BYTES: usize = 1 << 30;
/// Bytes in which records are sorted.
const SORT_BYTES: usize = 256 << 20;
/// Bytes of records that a set is fitted to in memory, at most: more of them go to disk.
const HELD_BYTES: usize = 256 << 20;

/// Reads logs, fits a feature set to them, and hands the rows of their samples to `accept`, in the order of the samples.
pub(super) async fn fitted_matrices(
    sources: Vec<Source>,
    format: &FormatSpecification,
    specification: &FeatureSetSpecification,
    accept: impl FnMut(&FeatureSet, FeatureMatrix) -> anyhow::Result<()>,
) -> anyhow::Result<(FeatureSet, Accounting, Vec<Grammar>)> {
    fitted_matrices_of(sources, format, specification, HELD_BYTES, accept).await
}

async fn fitted_matrices_of(
    sources: Vec<Source>,
    format: &FormatSpecification,
    specification: &FeatureSetSpecification,
    held_bytes: usize,
    mut accept: impl FnMut(&FeatureSet, FeatureMatrix) -> anyhow::Result<()>,
) -> anyhow::Result<(FeatureSet, Accounting, Vec<Grammar>)> {
    let options = ReadOptions {
        memory_bytes: Some(SORT_BYTES),
        held_bytes: Some(held_bytes),
        ..ReadOptions::new(Utc::now())
    };
    let records = read(sources, format, &options, Bar::new("reading")).await?;
    let (counts, grammars) = (records.accounting, records.grammars());
    say(&records.formats, &counts, records.shares, &records.findings);
    let set = if let Batches::InMemory(_) = records.batches {
        let (set, matrix) = fit_transform(&records, specification)?;
        // While the matrix is written: to give memory back takes time, too.
        std::thread::spawn(move || drop(records));
        accept(&set, matrix)?;
        set
    } else {
        let fitting = Spinner::new("fitting");
        let set = fit(&records, specification, None)?;
        drop(fitting);
        let _writing = Spinner::new("writing");
        transform_each(&records.batches, &set, |matrix| accept(&set, matrix))?;
        set
    };
    Ok((set, counts, grammars))
}

/// Reads logs and hands the rows of their samples to `accept`, in the order of the samples.
pub(super) async fn matrices(
    sources: Vec<Source>,
    format: &FormatSpecification,
    set: &FeatureSet,
    accept: impl FnMut(FeatureMatrix) -> anyhow::Result<()>,
) -> anyhow::Result<Accounting> {
    matrices_of(sources, format, set, FEW, accept).await
}

async fn matrices_of(
    sources: Vec<Source>,
    format: &FormatSpecification,
    set: &FeatureSet,
    few_records: usize,
    mut accept: impl FnMut(FeatureMatrix) -> anyhow::Result<()>,
) -> anyhow::Result<Accounting> {
    let options = ReadOptions { memory_bytes: Some(SORT_BYTES), ..ReadOptions::new(Utc::now()) };
    let (mut few, mut rows, mut footprint) = (Vec::new(), 0, Footprint::default());
    let mut many: Option<Transformer<'_>> = None;
    let mut failure = None;
    let read = read_each(sources, format, &options, Bar::new("reading"), |batch| {
        rows += batch.num_rows();
        footprint.add(&batch);
        few.push(batch);
        if rows <= few_records && footprint.bytes <= FEW_BYTES {
            return Ok(());
        }
        let mut push = || -> anyhow::Result<()> {
            let transformer = match &mut many {
                Some(transformer) => transformer,
                None => many.insert(Transformer::new(set)?),
            };
            for batch in few.drain(..) {
                transformer.push(batch)?.map_or(Ok(()), &mut accept)?;
            }
            Ok(())
        };
        push().map_err(|error| {
            failure = Some(error);
            IntakeError::Engine("reading was stopped".into())
        })
    });
    let summary = match (read.await, failure) {
        (_, Some(error)) => return Err(error),
        (summary, None) => summary?,
    };
    say(&summary.formats, &summary.accounting, summary.shares, &summary.findings);
    let last = match many {
        Some(transformer) => transformer.finish()?,
        None => {
            let records = Records {
                batches: few.into(),
                accounting: summary.accounting,
                formats: summary.formats,
                shares: summary.shares,
                findings: summary.findings,
                content_bytes: summary.content_bytes,
                utc_offset_minutes: format.utc_offset_minutes,
                first_reject: summary.first_reject,
            };
            let matrix = transform(&records, set, &|_| {})?;
            // While the matrix is written: to give memory back takes time, too.
            std::thread::spawn(move || drop(records));
            matrix
        }
    };
    accept(last)?;
    Ok(summary.accounting)
}

#[cfg(test)]
mod tests {
    use super::{super::sources, *};
    use std::fmt::Write;

    #[test]
    fn many_records_give_the_rows_of_few() {
        let mut text = String::new();
        for line in 0..9000 {
            let time = format!("{:02}{:02}{:02}", line / 3600, line / 60 % 60, line % 60);
            writeln!(text, "081109 {time} 1 INFO dfs.A: got blk_{} of {line}", line % 7).unwrap();
        }
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("hdfs.log");
        std::fs::write(&path, text).unwrap();
        let runtime = tokio::runtime::Runtime::new().unwrap();
        let located = runtime.block_on(sources::locate_all(&[path.display().to_string()])).unwrap();
        let format = FormatSpecification::default();
        let read = |set: &FeatureSet, few| {
            let (mut values, mut rows) = (Vec::new(), 0);
            let read = matrices_of(sources::sources(&located), &format, set, few, |matrix| {
                values.extend(matrix.values.iter().map(|value| value.to_bits()));
                rows += matrix.values.nrows();
                Ok(())
            });
            (runtime.block_on(read).unwrap(), rows, values)
        };
        let options = ReadOptions::new(Utc::now());
        let read_all = trainyard_intake::read(sources::sources(&located), &format, &options, Bar::new(""));
        let records = runtime.block_on(read_all).unwrap();
        for (preset, rows) in [("record", 9000), ("hdfs-session", 7)] {
            let asked = trainyard_types::FeatureSetSpecification::preset(preset);
            let set = trainyard_features::fit(&records, &asked, None).unwrap();
            let few = read(&set, usize::MAX);
            assert_eq!((few.0.parsed, few.1), (9000, rows));
            assert_eq!(read(&set, 10), few);
            for held_bytes in [0, usize::MAX] {
                let (mut values, mut rows) = (Vec::new(), 0);
                let sources = sources::sources(&located);
                let fitted = fitted_matrices_of(sources, &format, &asked, held_bytes, |_, matrix| {
                    values.extend(matrix.values.iter().map(|value| value.to_bits()));
                    rows += matrix.values.nrows();
                    Ok(())
                });
                let (same, counts, _) = runtime.block_on(fitted).unwrap();
                assert_eq!(same, set);
                assert_eq!((counts, rows, values), few);
            }
        }
    }

    #[test]
    fn what_accept_says_is_what_is_told() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.log");
        std::fs::write(&path, "081109 000000 1 INFO a: b\n081109 000001 1 INFO a: c\n").unwrap();
        let runtime = tokio::runtime::Runtime::new().unwrap();
        let located = runtime.block_on(sources::locate_all(&[path.display().to_string()])).unwrap();
        let set = FeatureSet { version: 99, ..fitted() };
        for few in [0, 10] {
            let format = FormatSpecification::default();
            let read = matrices_of(sources::sources(&located), &format, &set, few, |_| Ok(()));
            let error = runtime.block_on(read).unwrap_err().to_string();
            assert!(error.contains("99"), "{error}");
        }
    }

    fn fitted() -> FeatureSet {
        serde_json::from_value(serde_json::json!({
            "version": 1, "sample": "record", "features": [], "utc_offset_minutes": 0, "patterns": {},
            "windows": [], "gap_limit_seconds": 3600, "state": {"training_records": 0, "process_frequency": {}}
        }))
        .unwrap()
    }
}
