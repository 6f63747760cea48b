//! What can be wrong with a dataset as a whole. A single bad record is a [`trainyard_types::Reject`] instead.
//! Every message says what is wrong, where, and what to do about it.

use crate::input::Compression;
use thiserror::Error;

/// Characters of what an object store says, at most.
const BRIEF_CHARACTERS: usize = 300;

/// Why a dataset cannot be read as logs.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum IntakeError {
    #[error("{file} is empty: upload a file that holds log records")]
    EmptyFile { file: String },
    #[error("{file} holds no records: its array is empty; export again with records in the chosen range")]
    NoRecords { file: String },
    #[error(
        "{file}: record {record} (line {line}) is cut off: the file ends inside it; upload the whole file"
    )]
    JsonCutOff { file: String, record: u64, line: u64 },
    #[error("{file}: the JSON document is broken at record {record} (line {line}): {reason}")]
    JsonBroken { file: String, record: u64, line: u64, reason: String },
    #[error("{file} is not text: {reason}")]
    BinaryFile { file: String, reason: String },
    #[error(
        "{file}: the {} stream ends too early, after {decompressed} decompressed bytes; upload the whole file",
        compression.name()
    )]
    Truncated { file: String, compression: Compression, decompressed: u64 },
    #[error(
        "{file}: the {} stream is corrupt after {decompressed} decompressed bytes ({reason}); compress and upload \
         it again",
        compression.name()
    )]
    Corrupt { file: String, compression: Compression, decompressed: u64, reason: String },
    #[error("{file} is not `{kind}`; it begins with `{excerpt}`: choose `auto`")]
    OtherKind { file: String, kind: &'static str, excerpt: String },
    #[error("the format is invalid at {pointer}: {detail}")]
    InvalidFormat { pointer: String, detail: String },
    #[error("{file}: more than {limit} bytes of content (the limit after decompression); split the dataset")]
    ContentTooLarge { file: String, limit: u64 },
    #[error("{file}: the archive holds more than {limit} files (the limit); split it")]
    ArchiveMembers { file: String, limit: usize },
    #[error("{file}: `{member}` in the archive is refused: {reason}")]
    ArchiveMember { file: String, member: String, reason: String },
    #[error("{file}: the archive cannot be read: {reason}")]
    ArchiveBroken { file: String, reason: String },
    #[error(
        "{file}: the table has {columns} columns, more than {limit} (the limit); leave out what is not needed"
    )]
    TooManyColumns { file: String, columns: usize, limit: usize },
    #[error("{source_address} is refused as a source: {reason}")]
    SourceRefused { source_address: String, reason: String },
    #[error("{file}: the Parquet file cannot be read: {reason}")]
    Parquet { file: String, reason: String },
    #[error(
        "{file}: the content is more than {limit} times the size of the compressed file (the limit); upload it \
         decompressed"
    )]
    CompressionRatio { file: String, limit: u64 },
    #[error(
        "{rejected} of {read} records were rejected (allowed share: {allowed}); the first: {file} line \
         {line}, record {record}: {reason}"
    )]
    TooManyRejects {
        rejected: u64,
        read: u64,
        allowed: f64,
        file: String,
        line: u64,
        record: u64,
        reason: String,
    },
    #[error("`{preset}` is no format preset; known: auto, {known}")]
    UnknownPreset { preset: String, known: String },
    #[error("sorting the records needs more memory than the limit of {limit} bytes: {reason}")]
    OutOfMemory { limit: usize, reason: String },
    #[error("the records cannot be kept on disk: {0}; free space in the folder for temporary files")]
    Spill(String),
    #[error("{file}: the stored content cannot be read: {}", brief(cause))]
    Storage { file: String, cause: object_store::Error },
    #[error("the rejected records cannot be written: {0}")]
    WriteRejects(std::io::Error),
    #[error("the records cannot be written as a table: {0}")]
    WriteTable(std::io::Error),
    #[error("the templates cannot be used: {0}")]
    Templates(#[from] trainyard_templates::TemplateError),
    #[error("the records cannot be read on the cluster at {address}: {reason}")]
    Cluster { address: String, reason: String },
    /// A defect of this crate or its engine, never of the data.
    #[error("the records cannot be processed: {0}")]
    Engine(String),
}

impl IntakeError {
    /// A stable name of the kind of error, in kebab-case.
    pub fn code(&self) -> &'static str {
        match self {
            Self::EmptyFile { .. } => "empty-file",
            Self::NoRecords { .. } => "no-records",
            Self::JsonCutOff { .. } => "json-cut-off",
            Self::JsonBroken { .. } => "json-broken",
            Self::BinaryFile { .. } => "binary-file",
            Self::Truncated { compression, .. } => match compression {
                Compression::Gzip => "gzip-truncated",
                Compression::Zstd => "zstd-truncated",
                Compression::Bzip2 => "bzip2-truncated",
                Compression::Xz => "xz-truncated",
            },
            Self::Corrupt { compression, .. } => match compression {
                Compression::Gzip => "gzip-corrupt",
                Compression::Zstd => "zstd-corrupt",
                Compression::Bzip2 => "bzip2-corrupt",
                Compression::Xz => "xz-corrupt",
            },
            Self::OtherKind { .. } => "other-kind",
            Self::ContentTooLarge { .. } => "content-too-large",
            Self::CompressionRatio { .. } => "compression-ratio",
            Self::ArchiveMembers { .. } => "archive-members",
            Self::ArchiveMember { .. } => "archive-member",
            Self::ArchiveBroken { .. } => "archive-broken",
            Self::TooManyColumns { .. } => "too-many-columns",
            Self::SourceRefused { .. } => "source-refused",
            Self::Parquet { .. } => "parquet",
            Self::TooManyRejects { .. } => "too-many-rejects",
            Self::UnknownPreset { .. } => "unknown-preset",
            Self::InvalidFormat { .. } => "invalid-format",
            Self::OutOfMemory { .. } => "out-of-memory",
            Self::Spill(_) => "spill",
            Self::Storage { .. } => "storage",
            Self::WriteRejects(_) => "write-rejects",
            Self::WriteTable(_) => "write-table",
            Self::Templates(_) => "templates",
            Self::Cluster { .. } => "cluster",
            Self::Engine(_) => "engine",
        }
    }

    /// Whether the data is at fault, so that trying again with the same data cannot help.
    pub fn is_data_fault(&self) -> bool {
        !matches!(
            self,
            Self::OutOfMemory { .. }
                | Self::Spill(_)
                | Self::Storage { .. }
                | Self::WriteRejects(_)
                | Self::WriteTable(_)
                | Self::Cluster { .. }
                | Self::Engine(_)
        )
    }
}

/// What an object store says, without the page that its server answered with.
fn brief(error: &object_store::Error) -> String {
    if matches!(error, object_store::Error::NotFound { .. }) {
        return "nothing is there".to_owned();
    }
    let text = error.to_string();
    let line = text.split(['<', '\n']).next().unwrap_or_default();
    line.trim_end_matches([':', ' ']).chars().take(BRIEF_CHARACTERS).collect()
}
