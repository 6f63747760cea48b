//! What a caller hands to intake: the files, the limits, and who wants to hear of progress.

use chrono::{DateTime, Utc};
use object_store::{ObjectStore, path::Path};
use serde::{Deserialize, Serialize};
use std::{
    path::PathBuf,
    sync::{
        Arc, Mutex,
        atomic::{AtomicU64, Ordering},
    },
    time::{Duration, Instant},
};

/// One stored log file; plain, or compressed with gzip, zstd, bzip2 or xz (told by its first bytes, any number of
/// members); or a ZIP or tar of such files.
#[derive(Clone, Debug)]
pub struct Source {
    /// The file's name as uploaded: what people recognise it by.
    pub name: String,
    pub store: Arc<dyn ObjectStore>,
    pub location: Path,
    /// Size as stored, in bytes.
    pub size: u64,
}

/// Bounds that keep hostile or broken input from taking the machine down.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Limits {
    /// The longest record, in bytes; a longer one is rejected without being held in memory.
    pub record_bytes: usize,
    /// The largest decompressed size of one file, in bytes.
    pub content_bytes: u64,
    /// How many times larger than the compressed file its content may be; applied to content beyond 16 MiB.
    pub compression_ratio: u64,
    /// The most files in one archive.
    pub archive_members: usize,
    /// The most columns of a table.
    pub columns: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            record_bytes: 1 << 20,
            content_bytes: 64 << 30,
            compression_ratio: 500,
            archive_members: 10_000,
            columns: 10_000,
        }
    }
}

/// How to read; [`ReadOptions::new`] has the defaults.
#[derive(Clone, Debug)]
pub struct ReadOptions {
    /// The present, for times written without a year: they lie at most one day after it.
    pub now: DateTime<Utc>,
    /// Where rejected records are written, one JSON object ([`trainyard_types::Reject`]) a line.
    pub rejects: Option<PathBuf>,
    pub limits: Limits,
    /// Bound of the memory in bytes in which records are sorted, beyond which that spills to disk; unbounded when
    /// absent. Records of usual length need some 16 MiB at least.
    pub memory_bytes: Option<usize>,
    /// Bytes of accepted records that stay in memory; more of them are on disk. Unbounded when absent.
    pub held_bytes: Option<usize>,
    /// The folder for spilled data; the system's temporary folder when absent.
    pub spill: Option<PathBuf>,
    /// The scheduler of a Ballista cluster that reads and sorts, as `df://host:port`; this process when absent.
    pub cluster: Option<String>,
}

impl ReadOptions {
    /// The defaults, with the cluster that `TRAINYARD_BALLISTA` names.
    pub fn new(now: DateTime<Utc>) -> Self {
        let cluster = std::env::var("TRAINYARD_BALLISTA").ok().filter(|address| !address.is_empty());
        Self {
            now,
            rejects: None,
            limits: Limits::default(),
            memory_bytes: None,
            held_bytes: None,
            spill: None,
            cluster,
        }
    }
}

/// Hears how far reading is.
pub trait Progress: Send + Sync {
    /// Stored (compressed) bytes read so far, of all files; at most some 20 calls a second.
    fn read(&self, bytes_read: u64, bytes_total: u64);
}

/// For callers that do not want to hear of progress.
impl Progress for () {
    fn read(&self, _: u64, _: u64) {}
}

/// Sums the bytes of all files and passes them on, thinned out.
pub(crate) struct Meter {
    progress: Arc<dyn Progress>,
    read: AtomicU64,
    total: u64,
    last: Mutex<Option<Instant>>,
}

impl Meter {
    pub(crate) fn new(progress: Arc<dyn Progress>, total: u64) -> Self {
        Self { progress, read: AtomicU64::new(0), total, last: Mutex::new(None) }
    }

    pub(crate) fn add(&self, bytes: u64) {
        let read = self.read.fetch_add(bytes, Ordering::Relaxed) + bytes;
        // Another partition is reporting: its number is as good as ours.
        let Ok(mut last) = self.last.try_lock() else { return };
        if last.is_none_or(|at| at.elapsed() >= Duration::from_millis(50)) {
            *last = Some(Instant::now());
            self.progress.read(read.min(self.total), self.total);
        }
    }

    pub(crate) fn restart(&self) {
        self.read.store(0, Ordering::Relaxed);
    }

    pub(crate) fn finish(&self) {
        self.progress.read(self.total, self.total);
    }
}
