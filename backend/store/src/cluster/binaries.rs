//! Where Postgres' server programs are: Debian keeps them out of `PATH`, by version.

use super::ClusterError;
use std::path::{Path, PathBuf};

/// The folder with `initdb`, `pg_ctl` and `postgres`: the one named in `TRAINYARD_POSTGRES_BIN`,
/// else Debian's newest, else the one in `PATH`.
pub(super) fn find() -> Result<PathBuf, ClusterError> {
    let named = std::env::var_os("TRAINYARD_POSTGRES_BIN").map(PathBuf::from);
    let mut candidates: Vec<PathBuf> = named.into_iter().collect();
    candidates.extend(debian_folders());
    if let Some(path) = std::env::var_os("PATH") {
        candidates.extend(std::env::split_paths(&path));
    }
    candidates.into_iter().find(|folder| complete(folder)).ok_or(ClusterError::NoBinaries)
}

fn complete(folder: &Path) -> bool {
    ["initdb", "pg_ctl", "postgres"].iter().all(|program| folder.join(program).is_file())
}

/// `/usr/lib/postgresql/<version>/bin`, newest first.
fn debian_folders() -> Vec<PathBuf> {
    let mut versions: Vec<(u32, PathBuf)> = std::fs::read_dir("/usr/lib/postgresql")
        .into_iter()
        .flatten()
        .flatten()
        .filter_map(|entry| Some((entry.file_name().to_str()?.parse().ok()?, entry.path().join("bin"))))
        .collect();
    versions.sort_by_key(|(version, _)| std::cmp::Reverse(*version));
    versions.into_iter().map(|(_, path)| path).collect()
}
