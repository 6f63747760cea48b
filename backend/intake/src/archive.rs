//! Archives: the files in a ZIP or a tar (which may itself be compressed) as sources of their own.
//!
//! They are unpacked into a temporary folder that is gone with the last of them. Their names there are numbers: the
//! names in the archive are only told to people. What is no ordinary file (a link, a device, a name that leads out of the
//! archive) is refused rather than passed over: nothing is lost in silence.

mod tar;
mod zip;

use crate::{
    IntakeError, ReadOptions, Source,
    input::{Compression, RATIO_FREE},
    options::Limits,
};
use object_store::{local::LocalFileSystem, path::Path};
use std::{
    collections::HashMap,
    fs::File,
    io::{self, Read, Write},
    sync::Arc,
};
use tempfile::TempDir;

/// Bytes copied at a time.
const CHUNK: usize = 64 << 10;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    Zip,
    Tar,
}

impl Kind {
    /// What the beginning of a file's content says: a ZIP has to be stored as it is, a tar may be compressed.
    pub(crate) fn of(head: &[u8], compression: Option<Compression>) -> Option<Self> {
        let zip = head.starts_with(b"PK\x03\x04") || head.starts_with(b"PK\x05\x06");
        match zip {
            true => compression.is_none().then_some(Self::Zip),
            false => (head.get(257..262) == Some(b"ustar")).then_some(Self::Tar),
        }
    }
}

/// The files of an archive, by name.
pub(crate) struct Unpacked {
    pub(crate) members: Vec<Source>,
    /// Must be kept as long as the members are read.
    pub(crate) folder: Arc<TempDir>,
}

pub(crate) async fn unpack(
    source: &Source,
    kind: Kind,
    options: &ReadOptions,
) -> Result<Unpacked, IntakeError> {
    let builder = || tempfile::Builder::new();
    let folder = match &options.spill {
        Some(spill) => builder().prefix("archive-").tempdir_in(spill),
        None => builder().prefix("trainyard-archive-").tempdir(),
    };
    let folder = Arc::new(folder.map_err(|error| IntakeError::Spill(error.to_string()))?);
    let unpacker = Unpacker::new(source, Arc::clone(&folder), options.limits);
    let mut members = match kind {
        Kind::Zip => zip::unpack(source, unpacker).await?,
        Kind::Tar => tar::unpack(source, unpacker).await?,
    };
    members.sort_by(|a, b| a.name.cmp(&b.name));
    match members.is_empty() {
        true => Err(broken(&source.name, "it holds no files")),
        false => Ok(Unpacked { members, folder }),
    }
}

fn broken(file: &str, reason: impl ToString) -> IntakeError {
    IntakeError::ArchiveBroken { file: file.to_owned(), reason: reason.to_string() }
}

/// Takes the members of one archive, within its limits.
struct Unpacker {
    archive: String,
    stored: u64,
    limits: Limits,
    folder: Arc<TempDir>,
    store: Arc<LocalFileSystem>,
    content: u64,
    /// How many members have a name.
    names: HashMap<String, usize>,
    members: Vec<Source>,
}

impl Unpacker {
    fn new(source: &Source, folder: Arc<TempDir>, limits: Limits) -> Self {
        Self {
            archive: source.name.clone(),
            stored: source.size,
            limits,
            folder,
            store: Arc::new(LocalFileSystem::new()),
            content: 0,
            names: HashMap::new(),
            members: Vec::new(),
        }
    }

    fn refuse(&self, member: &str, reason: &str) -> IntakeError {
        IntakeError::ArchiveMember {
            file: self.archive.clone(),
            member: trainyard_grammar::excerpt(member.as_bytes(), 200),
            reason: reason.to_owned(),
        }
    }

    /// Whether a member's name can be told to people; false for what archivers leave of their own.
    fn wanted(&self, name: &str) -> Result<bool, IntakeError> {
        let leads_out = name.starts_with(['/', '\\'])
            || name.split(['/', '\\']).any(|part| part == "..")
            || name.as_bytes().get(1) == Some(&b':');
        if leads_out {
            return Err(self.refuse(name, "its name leads out of the archive"));
        }
        if name.is_empty() || name.contains('\0') {
            return Err(self.refuse(name, "it has no proper name"));
        }
        let own = name.split('/').any(|part| part == "__MACOSX" || part == ".DS_Store");
        Ok(!own)
    }

    /// Takes a member in; `damaged` tells what is wrong when it cannot be read.
    fn take(
        &mut self,
        name: &str,
        content: &mut dyn Read,
        damaged: impl Fn(io::Error) -> IntakeError,
    ) -> Result<(), IntakeError> {
        if self.members.len() >= self.limits.archive_members {
            let (file, limit) = (self.archive.clone(), self.limits.archive_members);
            return Err(IntakeError::ArchiveMembers { file, limit });
        }
        let spill = |error: io::Error| IntakeError::Spill(error.to_string());
        let path = self.folder.path().join(self.members.len().to_string());
        let mut file = File::create_new(&path).map_err(spill)?;
        let (mut chunk, mut size) = (vec![0; CHUNK], 0);
        loop {
            let read = content.read(&mut chunk).map_err(&damaged)?;
            if read == 0 {
                break;
            }
            size += read as u64;
            self.spend(read as u64)?;
            file.write_all(&chunk[..read]).map_err(spill)?;
        }
        let location =
            Path::from_absolute_path(&path).map_err(|error| IntakeError::Spill(error.to_string()))?;
        let name = self.name_of(name);
        self.members.push(Source { name, store: self.store.clone(), location, size });
        Ok(())
    }

    /// A member's name for people; a further one of the same name is told apart by its number.
    fn name_of(&mut self, name: &str) -> String {
        let same = self.names.entry(name.to_owned()).or_default();
        *same += 1;
        match same {
            1 => format!("{}/{name}", self.archive),
            number => format!("{}/{name} ({number})", self.archive),
        }
    }

    fn spend(&mut self, bytes: u64) -> Result<(), IntakeError> {
        self.content += bytes;
        let file = || self.archive.clone();
        if self.content > self.limits.content_bytes {
            return Err(IntakeError::ContentTooLarge { file: file(), limit: self.limits.content_bytes });
        }
        let allowed = self.stored.saturating_mul(self.limits.compression_ratio).max(RATIO_FREE);
        if self.content > allowed {
            let limit = self.limits.compression_ratio;
            return Err(IntakeError::CompressionRatio { file: file(), limit });
        }
        Ok(())
    }
}

/// Runs what reads and writes files beside the asynchronous work.
async fn blocking<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, IntakeError> + Send + 'static,
) -> Result<T, IntakeError> {
    let lost = |error: tokio::task::JoinError| IntakeError::Engine(error.to_string());
    tokio::task::spawn_blocking(work).await.map_err(lost)?
}
