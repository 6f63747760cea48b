//! Where the command line's logs lie: files of this machine, or addresses.

use anyhow::Context;
use object_store::local::LocalFileSystem;
use std::{
    fs::File,
    io::{Read, Write},
    path::Path,
    sync::{Arc, OnceLock},
};
use trainyard_intake::{Limits, Located, Source, SourcePolicy, locate};

/// Files as they are, and what lies at addresses: who gives them allows them. Downloads are there as long as what is
/// returned.
pub(super) async fn locate_all(files: &[String]) -> anyhow::Result<Vec<Located>> {
    let mut located = Vec::new();
    for file in files {
        located.push(match file.contains("://") {
            false if file == "-" => Located::from(standard_input()?),
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

/// What standard input holds: kept in a file, because it is read more than once.
fn standard_input() -> anyhow::Result<Source> {
    static KEPT: OnceLock<tempfile::NamedTempFile> = OnceLock::new();
    if KEPT.get().is_none() {
        let mut file = tempfile::NamedTempFile::new().context("standard input cannot be kept")?;
        std::io::copy(&mut std::io::stdin().lock(), &mut file).context("standard input")?;
        file.flush()?;
        let _ = KEPT.set(file);
    }
    let kept = KEPT.get().context("standard input")?;
    Ok(Source { name: "standard input".to_owned(), ..source(kept.path())? })
}

/// Bytes of a file that a format is found from.
const HEAD: u64 = 1 << 20;

/// The name and the beginning of a file, up to the end of a line.
pub(super) fn read_head(path: &Path) -> anyhow::Result<(String, Vec<u8>)> {
    let mut head = Vec::new();
    let name = if path == Path::new("-") {
        std::io::stdin().lock().take(HEAD).read_to_end(&mut head).context("standard input")?;
        "standard input".to_owned()
    } else {
        let file = File::open(path).with_context(|| path.display().to_string())?;
        file.take(HEAD).read_to_end(&mut head).with_context(|| path.display().to_string())?;
        path.file_name().unwrap_or_default().to_string_lossy().into_owned()
    };
    if head.len() as u64 == HEAD
        && let Some(end) = head.iter().rposition(|byte| *byte == b'\n')
    {
        head.truncate(end + 1);
    }
    Ok((name, head))
}
