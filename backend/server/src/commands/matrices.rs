//! The features of logs under a fitted set: all at once when the records are few, else piece by piece, in bounded
//! memory.

use super::parse::Bar;
use chrono::Utc;
use trainyard_features::{FeatureMatrix, FeatureSet, Transformer, transform};
use trainyard_intake::{IntakeError, ReadOptions, Records, Source, read_each};
use trainyard_types::{Accounting, FormatSpecification};

/// Records that are looked at all together, at most: that is quicker.
const FEW: usize = 1 << 20;
/// Bytes in which records are sorted.
const SORT_BYTES: usize = 256 << 20;

/// Reads logs and hands the rows of their samples to `accept`, in the order of the samples.
pub(super) async fn matrices(
    sources: Vec<Source>,
    format: &FormatSpecification,
    set: &FeatureSet,
    mut accept: impl FnMut(FeatureMatrix) -> anyhow::Result<()>,
) -> anyhow::Result<Accounting> {
    let options = ReadOptions { memory_bytes: Some(SORT_BYTES), ..ReadOptions::new(Utc::now()) };
    let (mut few, mut rows) = (Vec::new(), 0);
    let mut many: Option<Transformer<'_>> = None;
    let mut failure = None;
    let read = read_each(sources, format, &options, Bar::new("reading"), |batch| {
        rows += batch.num_rows();
        few.push(batch);
        if rows <= FEW {
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
    let last = match many {
        Some(transformer) => transformer.finish()?,
        None => {
            let records = Records {
                batches: few,
                accounting: summary.accounting,
                formats: summary.formats,
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
