//! Reading a dataset: detection, then the plan, then the verdict.

use crate::{
    FileDetection, IntakeError, Progress, ReadOptions, Records, Shares, Source,
    archive::{self, Unpacked},
    batches::Gatherer,
    cluster,
    collect::Collector,
    findings::{self, Facts},
    format::{self, Head, Wish},
    input::Input,
    options::Meter,
    plan::{self, File, Scan},
    rows::{self, Rows},
};
use datafusion::{arrow::array::RecordBatch, execution::SendableRecordBatchStream};
use futures::TryStreamExt;
use object_store::ObjectStoreExt;
use sha2::{Digest, Sha256};
use std::{
    pin::pin,
    sync::{Arc, atomic::Ordering},
};
use tempfile::TempDir;
use trainyard_types::{Accounting, Finding, FormatSpecification, Reject};

/// Decompressed bytes of a file's beginning that its grammar is found from.
const HEAD: usize = 256 << 10;
/// Bytes from the middle and from the end, each.
const LATER: u64 = 32 << 10;

/// Reads the files of a dataset.
///
/// Memory: what is needed to sort is bounded by [`ReadOptions::memory_bytes`]. Records that fit into that are sorted
/// there; of more, the sort spills to disk. The accepted records stay in memory up to [`ReadOptions::held_bytes`]; more
/// of them are on disk. Time is `O(n log n)` in the number of records.
///
/// # Errors
/// When a file cannot be read at all, when no record can be parsed, and when the share of rejected records is above
/// `format.max_rejected_share`. The rejects are written in the last two cases, too.
pub async fn read(
    sources: Vec<Source>,
    format: &FormatSpecification,
    options: &ReadOptions,
    progress: Arc<dyn Progress>,
) -> Result<Records, IntakeError> {
    let mut gatherer = Gatherer::new(options.held_bytes, options.spill.as_deref());
    let summary = read_each(sources, format, options, progress, |batch| gatherer.push(batch)).await?;
    Ok(Records {
        batches: gatherer.finish()?,
        accounting: summary.accounting,
        formats: summary.formats,
        shares: summary.shares,
        findings: summary.findings,
        content_bytes: summary.content_bytes,
        utc_offset_minutes: format.utc_offset_minutes,
        first_reject: summary.first_reject,
    })
}

/// Hands the accepted records to `accept`, batch by batch, in the order of the files and of the records in them.
/// Equal records are all kept, and memory is bounded, whatever the size of the files.
///
/// # Errors
/// Those of [`read`], and what `accept` returns: reading then ends there.
pub async fn scan(
    sources: Vec<Source>,
    format: &FormatSpecification,
    options: &ReadOptions,
    progress: Arc<dyn Progress>,
    mut accept: impl FnMut(RecordBatch) -> Result<(), IntakeError>,
) -> Result<Summary, IntakeError> {
    let (scan, formats) = open(sources, format, options, progress).await?;
    let mut collector = Collector::new(None, scan.names(), options.rejects.as_deref())?;
    let mut batches = pin!(plan::in_order(&scan));
    while let Some(batch) = batches.try_next().await.map_err(|error| scan.error(&error))? {
        if let Some(accepted) = collector.push(&batch)? {
            accept(accepted)?;
        }
    }
    conclude(&scan, collector, formats, format)
}

/// What is known of a dataset beside its records.
#[derive(Clone, Debug)]
pub struct Summary {
    pub accounting: Accounting,
    pub shares: Shares,
    /// One per file.
    pub formats: Vec<FileDetection>,
    /// What must be known of it.
    pub findings: Vec<Finding>,
    /// Decompressed size of all files, in bytes.
    pub content_bytes: u64,
    /// The first rejected record.
    pub first_reject: Option<Reject>,
}

/// As [`read`], but hands the accepted records to `accept`, batch by batch, in canonical order, so that memory is bounded
/// by [`ReadOptions::memory_bytes`].
///
/// # Errors
/// Those of [`read`], and what `accept` returns: reading then ends there.
pub async fn read_each(
    mut sources: Vec<Source>,
    format: &FormatSpecification,
    options: &ReadOptions,
    progress: Arc<dyn Progress>,
    mut accept: impl FnMut(RecordBatch) -> Result<(), IntakeError>,
) -> Result<Summary, IntakeError> {
    // The canonical order knows files by their index: it must come from the names.
    sources.sort_by(|a, b| a.name.cmp(&b.name));
    let (scan, formats) = open(sources, format, options, progress).await?;
    let copies = match format.drop_duplicates {
        true => Some(copies(&scan).await?),
        false => None,
    };
    let mut collector = Collector::new(copies, scan.names(), options.rejects.as_deref())?;
    if let Some(address) = &options.cluster {
        collect(&scan, cluster::sorted(&scan, format, address).await?, &mut collector, accept).await?;
        return conclude(&scan, collector, formats, format);
    }
    if let Some(sorted) = plan::in_memory(&scan).await? {
        sorted.collect(&mut collector, &mut accept)?;
        return conclude(&scan, collector, formats, format);
    }
    let scan = Arc::new(scan.again());
    collect(&scan, plan::sorted(&scan).await?, &mut collector, accept).await?;
    conclude(&scan, collector, formats, format)
}

/// Hands the accepted records of sorted ones to `accept`.
async fn collect(
    scan: &Scan,
    mut sorted: SendableRecordBatchStream,
    collector: &mut Collector,
    mut accept: impl FnMut(RecordBatch) -> Result<(), IntakeError>,
) -> Result<(), IntakeError> {
    while let Some(batch) = sorted.try_next().await.map_err(|error| scan.error(&error))? {
        if let Some(accepted) = collector.push(&batch)? {
            accept(accepted)?;
        }
    }
    Ok(())
}

/// Finds the files' formats.
async fn open(
    sources: Vec<Source>,
    format: &FormatSpecification,
    options: &ReadOptions,
    progress: Arc<dyn Progress>,
) -> Result<(Arc<Scan>, Vec<FileDetection>), IntakeError> {
    let names: Vec<String> = sources.iter().map(|source| source.name.clone()).collect();
    let (files, formats) = detect_all(sources, format, options).await?;
    let meter = Arc::new(Meter::new(progress, files.iter().map(|file| file.source.size).sum()));
    if files.is_empty() {
        return Err(IntakeError::EmptyFile { file: names.join(", ") });
    }
    Ok((Arc::new(Scan::new(files, options.clone(), meter)), formats))
}

/// Checks that nothing was lost, and judges.
fn conclude(
    scan: &Scan,
    mut collector: Collector,
    formats: Vec<FileDetection>,
    format: &FormatSpecification,
) -> Result<Summary, IntakeError> {
    collector.finish()?;
    scan.meter.finish();
    let counts: Vec<_> =
        scan.files.iter().map(|file| (file.source.name.as_str(), Arc::clone(&file.reading.counts))).collect();
    collector.accounting.outside =
        counts.iter().map(|(_, counts)| counts.outside.load(Ordering::Acquire)).sum();
    let accounting = collector.accounting;
    if scan.framed() != accounting.read {
        let lost = format!("{} records were found but {} came out", scan.framed(), accounting.read);
        return Err(IntakeError::Engine(lost));
    }
    judge(&accounting, collector.first_reject.as_ref(), format.max_rejected_share, &scan.names())?;
    tracing::debug!(
        records.read = accounting.read,
        records.rejected = accounting.rejected,
        records.duplicates = accounting.duplicates,
        "dataset read"
    );
    let findings = findings::of(&Facts {
        accounting: &accounting,
        shares: collector.shares,
        formats: &formats,
        counts,
        first_reject: collector.first_reject.as_ref(),
        zone: format.utc_offset_minutes != 0 || format.time_zone.is_some(),
        year: format.year.is_some(),
        order: format.day_first.is_some(),
    });
    Ok(Summary {
        accounting,
        shares: collector.shares,
        formats,
        findings,
        content_bytes: scan.content_bytes.load(Ordering::Acquire),
        first_reject: collector.first_reject,
    })
}

/// The files that have content, with their formats; and what was found of every file. The files of archives take the
/// place of these.
pub(crate) async fn detect_all(
    sources: Vec<Source>,
    format: &FormatSpecification,
    options: &ReadOptions,
) -> Result<(Vec<File>, Vec<FileDetection>), IntakeError> {
    let mut detector =
        Detector { wish: Wish::of(format, options.now)?, options, files: Vec::new(), formats: Vec::new() };
    for source in sources {
        if let Some(kind) = detector.detect(&source, None).await? {
            let Unpacked { members, folder } = archive::unpack(&source, kind, options).await?;
            for member in members {
                if detector.detect(&member, Some(&folder)).await?.is_some() {
                    let reason = "it is an archive in an archive; unpack one of them".to_owned();
                    let member =
                        member.name.strip_prefix(&source.name).unwrap_or(&member.name)[1..].to_owned();
                    return Err(IntakeError::ArchiveMember { file: source.name, member, reason });
                }
            }
        }
    }
    Ok((detector.files, detector.formats))
}

struct Detector<'a> {
    wish: Wish,
    options: &'a ReadOptions,
    files: Vec<File>,
    formats: Vec<FileDetection>,
}

impl Detector<'_> {
    /// Finds the format of a file, unless it is an archive.
    async fn detect(
        &mut self,
        source: &Source,
        unpacked: Option<&Arc<TempDir>>,
    ) -> Result<Option<archive::Kind>, IntakeError> {
        let limits = self.options.limits;
        let mut input = Input::open(source, limits, None).await?;
        let mut bytes = Vec::new();
        let mut whole = input.fill(&mut bytes, HEAD).await?;
        if let Some(kind) = archive::Kind::of(&bytes, input.compression) {
            return Ok(Some(kind));
        }
        let (found, detection) = if bytes.starts_with(rows::MAGIC) && input.compression.is_none() {
            let mut rows = Rows::open(source, limits, None).await?;
            bytes.clear();
            whole = rows.fill(&mut bytes).await?;
            let head = Head { file: &source.name, bytes: &bytes, whole, later: Vec::new() };
            format::detect_rows(&head, &rows, &self.wish)?
        } else {
            let later = match input.compression {
                None if !whole => later(source).await?,
                _ => Vec::new(),
            };
            let head = Head { file: &source.name, bytes: &bytes, whole, later };
            format::detect(&head, &self.wish, limits)?
        };
        self.formats.push(detection);
        self.files.extend(found.map(|reading| File {
            source: source.clone(),
            reading,
            unpacked: unpacked.cloned(),
        }));
        Ok(None)
    }
}

/// Which files hold the same bytes as one before them.
async fn copies(scan: &Scan) -> Result<Vec<bool>, IntakeError> {
    let mut seen: Vec<(u64, [u8; 32])> = Vec::new();
    let mut copies = Vec::with_capacity(scan.files.len());
    for (at, file) in scan.files.iter().enumerate() {
        let size = file.source.size;
        let twin = |(other, file): (usize, &File)| other != at && file.source.size == size;
        if size == 0 || !scan.files.iter().enumerate().any(twin) {
            copies.push(false);
            continue;
        }
        let mut digest = Sha256::new();
        let mut bytes = pin!(file.source.bytes().await?);
        let storage = |error: std::io::Error| IntakeError::Engine(error.to_string());
        while let Some(chunk) = bytes.try_next().await.map_err(storage)? {
            digest.update(&chunk);
        }
        let content = (size, digest.finalize().into());
        let copy = seen.contains(&content);
        copies.push(copy);
        if !copy {
            seen.push(content);
        }
    }
    Ok(copies)
}

/// Bytes from the middle and the end of a stored file.
async fn later(source: &Source) -> Result<Vec<Vec<u8>>, IntakeError> {
    let mut later = Vec::new();
    for start in [source.size / 2, source.size.saturating_sub(LATER)] {
        if start < HEAD as u64 {
            continue;
        }
        // UTF-16 has two bytes a character.
        let start = start - start % 2;
        let range = start..(start + LATER).min(source.size);
        let bytes = source.store.get_range(&source.location, range).await;
        let storage = |cause| IntakeError::Storage { file: source.name.clone(), cause };
        later.push(bytes.map_err(storage)?.to_vec());
    }
    Ok(later)
}

/// Whether what was read is a dataset.
fn judge(
    accounting: &Accounting,
    first: Option<&Reject>,
    allowed: f64,
    names: &[String],
) -> Result<(), IntakeError> {
    let Accounting { read, rejected, parsed, .. } = *accounting;
    match first {
        _ if read == 0 => Err(IntakeError::NoRecords { file: names.join(", ") }),
        Some(first) if parsed == 0 || rejected as f64 > allowed * read as f64 => {
            Err(IntakeError::TooManyRejects {
                rejected,
                read,
                allowed,
                file: first.file.clone(),
                line: first.line,
                record: first.record,
                reason: first.reason.clone(),
            })
        }
        _ => Ok(()),
    }
}
