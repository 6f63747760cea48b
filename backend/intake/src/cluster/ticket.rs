//! What an executor is asked to read, as the name of a file in its store. Formats are detected again where the file is
//! read: detection depends on nothing but the file and what the ticket says.

use crate::{Limits, ReadOptions, Source};
use chrono::{DateTime, Utc};
use object_store::{
    GetOptions, GetResultPayload, Result,
    local::LocalFileSystem,
    path::{Path, PathPart},
};
use serde::{Deserialize, Serialize};
use std::{
    path::{Path as FilePath, PathBuf},
    sync::Arc,
};
use trainyard_types::FormatSpecification;

/// Where the store is to be found.
pub(super) const STORE: &str = "trainyard://parsed/";

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(super) struct Ticket {
    /// The file's index in the dataset.
    pub(super) index: u32,
    pub(super) name: String,
    pub(super) path: PathBuf,
    pub(super) size: u64,
    pub(super) format: FormatSpecification,
    pub(super) now: DateTime<Utc>,
    pub(super) limits: Limits,
}

impl Ticket {
    /// None when the file lies where only this process can read it.
    pub(super) async fn of(
        index: u32,
        source: &Source,
        format: &FormatSpecification,
        options: &ReadOptions,
    ) -> Result<Option<Self>> {
        let GetResultPayload::File(_, path) =
            source.store.get_opts(&source.location, GetOptions::default()).await?.payload
        else {
            return Ok(None);
        };
        Ok(Some(Self {
            index,
            name: source.name.clone(),
            path,
            size: source.size,
            format: format.clone(),
            now: options.now,
            limits: options.limits,
        }))
    }

    pub(super) fn encode(&self) -> serde_json::Result<Path> {
        Ok(Path::from(hex::encode(serde_json::to_vec(self)?)))
    }

    /// None when it is no ticket.
    pub(super) fn decode(location: &Path) -> Option<Self> {
        let mut parts = location.parts();
        let (part, None): (PathPart<'_>, _) = (parts.next()?, parts.next()) else { return None };
        serde_json::from_slice(&hex::decode(part.as_ref()).ok()?).ok()
    }

    /// What to read; `path` is [`Ticket::path`] without links.
    pub(super) fn source(&self, path: &FilePath) -> Result<Source> {
        Ok(Source {
            name: self.name.clone(),
            store: Arc::new(LocalFileSystem::new()),
            location: Path::from_absolute_path(path)?,
            size: self.size,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use object_store::{ObjectStoreExt, PutPayload, memory::InMemory};

    #[tokio::test]
    async fn a_ticket_names_a_shared_file_and_survives_its_encoding() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().canonicalize().unwrap().join("größe \"1\".log");
        std::fs::write(&path, "a line").unwrap();
        let source = Source {
            name: "größe.log".to_owned(),
            store: Arc::new(LocalFileSystem::new_with_prefix(folder.path()).unwrap()),
            location: Path::parse("größe \"1\".log").unwrap(),
            size: 6,
        };
        let options = ReadOptions::new("2025-07-01T00:00:00Z".parse().unwrap());
        let format = FormatSpecification { utc_offset_minutes: -90, ..FormatSpecification::default() };
        let ticket = Ticket::of(3, &source, &format, &options).await.unwrap().unwrap();
        assert_eq!(ticket.path, path);
        assert_eq!(Ticket::decode(&ticket.encode().unwrap()), Some(ticket.clone()));
        let opened = ticket.source(&path).unwrap();
        let content = opened.store.get(&opened.location).await.unwrap().bytes().await.unwrap();
        assert_eq!(&content[..], b"a line");
        assert_eq!(Ticket::decode(&Path::from("no/ticket")), None);
        assert_eq!(Ticket::decode(&Path::from("00ff")), None);
    }

    #[tokio::test]
    async fn what_lies_in_memory_gets_no_ticket() {
        let store = Arc::new(InMemory::new());
        store.put(&Path::from("a"), PutPayload::from("a line")).await.unwrap();
        let source = Source { name: "a".to_owned(), store, location: Path::from("a"), size: 6 };
        let options = ReadOptions::new("2025-07-01T00:00:00Z".parse().unwrap());
        let ticket = Ticket::of(0, &source, &FormatSpecification::default(), &options).await.unwrap();
        assert_eq!(ticket, None);
    }
}
