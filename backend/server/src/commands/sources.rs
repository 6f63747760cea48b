//! Where the command line's logs lie: files of this machine, or addresses.

use anyhow::Context;
use object_store::local::LocalFileSystem;
use std::{path::Path, sync::Arc};
use trainyard_intake::{Limits, Located, Source, SourcePolicy, locate};

/// Files as they are, and what lies at addresses: who gives them allows them. Downloads are there as long as what is
/// returned.
pub(super) async fn locate_all(files: &[String]) -> anyhow::Result<Vec<Located>> {
    let mut located = Vec::new();
    for file in files {
        located.push(match file.contains("://") {
            false => Located::from(source(Path::new(file))?),
            true => {
                let policy = SourcePolicy::new(std::slice::from_ref(file))?;
                locate(file, &policy, Limits::default()).await?
            }
        });
    }
    Ok(located)
}

/// All files of what was located.
pub(super) fn sources(located: &[Located]) -> Vec<Source> {
    located.iter().flat_map(|located| located.sources.clone()).collect()
}

fn source(path: &Path) -> anyhow::Result<Source> {
    let path = path.canonicalize().with_context(|| path.display().to_string())?;
    let size = path.metadata()?.len();
    let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
    let location = object_store::path::Path::from_absolute_path(&path)?;
    Ok(Source { name, store: Arc::new(LocalFileSystem::new()), location, size })
}
