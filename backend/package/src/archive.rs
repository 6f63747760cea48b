//! Writes the files of a package as a ZIP whose bytes depend on nothing but its arguments.

use crate::PackageError;
use std::io::{Cursor, Write};
use zip::{CompressionMethod, DateTime, System, ZipWriter, write::SimpleFileOptions};

/// Where the files lie inside the ZIP.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Layout {
    /// In `model_<version>_deployment/`, so that unpacking makes one folder.
    #[default]
    Folder,
    /// At the root.
    Flat,
}

/// One file of a package.
pub(crate) struct Entry {
    pub(crate) name: &'static str,
    pub(crate) content: Vec<u8>,
    mode: u32,
}

impl Entry {
    pub(crate) fn data(name: &'static str, content: Vec<u8>) -> Self {
        Self { name, content, mode: 0o644 }
    }

    pub(crate) fn script(name: &'static str, source: &str) -> Self {
        Self { name, content: source.as_bytes().to_vec(), mode: 0o755 }
    }
}

/// Deflate's usual trade of size for time; part of what makes the bytes reproducible.
const DEFLATE_LEVEL: i64 = 6;

/// The ZIP of `entries`, in their order, every one with the time `modified`.
pub(crate) fn write(
    entries: &[Entry],
    layout: Layout,
    folder: &str,
    modified: DateTime,
) -> Result<Vec<u8>, PackageError> {
    let size = entries.iter().map(|entry| entry.content.len()).sum::<usize>() / 2 + 4096;
    let mut zip = ZipWriter::new(Cursor::new(Vec::with_capacity(size)));
    for entry in entries {
        let options = SimpleFileOptions::default()
            .compression_method(CompressionMethod::Deflated)
            .compression_level(Some(DEFLATE_LEVEL))
            .last_modified_time(modified)
            .unix_permissions(entry.mode)
            .system(System::Unix);
        match layout {
            Layout::Folder => zip.start_file(format!("{folder}/{}", entry.name), options)?,
            Layout::Flat => zip.start_file(entry.name, options)?,
        }
        zip.write_all(&entry.content).map_err(zip::result::ZipError::from)?;
    }
    Ok(zip.finish()?.into_inner())
}
