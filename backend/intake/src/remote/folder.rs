//! Files below a folder of this machine. Links are followed to where they lead, and that must be allowed, too.

use super::{SourcePolicy, refused};
use crate::{IntakeError, Source, options::Limits};
use object_store::{local::LocalFileSystem, path::Path};
use std::{
    path::{Path as FilePath, PathBuf},
    sync::Arc,
};

/// Folders within folders; links that lead in a circle end here.
const DEPTH: usize = 32;

pub(super) fn files(
    address: &str,
    path: &FilePath,
    policy: &SourcePolicy,
    limits: Limits,
) -> Result<Vec<Source>, IntakeError> {
    let start = allowed(address, path, policy)?;
    let store = Arc::new(LocalFileSystem::new());
    let mut sources = Vec::new();
    let mut waiting = vec![(start.clone(), start.clone(), 0)];
    while let Some((shown, real, depth)) = waiting.pop() {
        let failed = |error: std::io::Error| refused(&shown.display().to_string(), error);
        let metadata = real.metadata().map_err(failed)?;
        if metadata.is_dir() {
            if depth > DEPTH {
                return Err(refused(address, format!("folders are nested deeper than {DEPTH} (the limit)")));
            }
            for entry in real.read_dir().map_err(failed)? {
                let entry = entry.map_err(failed)?;
                let shown = shown.join(entry.file_name());
                let real = allowed(&shown.display().to_string(), &entry.path(), policy)?;
                waiting.push((shown, real, depth + 1));
            }
        } else if metadata.is_file() {
            if sources.len() >= limits.archive_members {
                let (file, limit) = (address.to_owned(), limits.archive_members);
                return Err(IntakeError::ArchiveMembers { file, limit });
            }
            let below = shown.strip_prefix(&start).unwrap_or(&shown);
            let name = if below.as_os_str().is_empty() { shown.file_name() } else { Some(below.as_os_str()) };
            let name = name.unwrap_or_default().to_string_lossy().into_owned();
            let location = Path::from_absolute_path(&real).map_err(|error| refused(address, error))?;
            sources.push(Source { name, store: store.clone(), location, size: metadata.len() });
        }
    }
    sources.sort_by(|a, b| a.name.cmp(&b.name));
    Ok(sources)
}

/// Where the path leads, if that is below an allowed folder.
fn allowed(shown: &str, path: &FilePath, policy: &SourcePolicy) -> Result<PathBuf, IntakeError> {
    let outside = || refused(shown, "it is not below an allowed folder");
    // Whether something is there is not told of what is outside.
    let real = path.canonicalize().map_err(|_| outside())?;
    if policy.folders.iter().any(|folder| real.starts_with(folder)) { Ok(real) } else { Err(outside()) }
}
