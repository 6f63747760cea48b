//! Content-addressed files over `object_store`: a blob's name is the SHA-256 of its bytes.
//!
//! Invariants: a blob is complete or absent (bytes are staged, then renamed); a blob is never changed;
//! writing the same bytes twice is one blob. [`Blobs`] is the store, [`BlobWriter`] streams one in.

mod writer;

use bytes::Bytes;
use futures::{StreamExt, TryStreamExt, stream::BoxStream};
use object_store::{GetOptions, GetRange, ObjectStore, ObjectStoreExt, local::LocalFileSystem, path::Path};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use std::{collections::HashSet, ops::Range, sync::Arc, time::Duration};

pub use writer::BlobWriter;

/// The name and size of a stored blob.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct BlobRef {
    /// Lower-case hexadecimal.
    pub sha256: String,
    pub size_bytes: u64,
}

#[derive(Debug, thiserror::Error)]
pub enum BlobError {
    #[error("there is no space left where files are stored; free some and try again")]
    StorageFull,
    #[error("the stored file {0} is missing")]
    Missing(String),
    #[error("the file store failed: {0}")]
    Store(object_store::Error),
    #[error("the blob folder {path} cannot be used: {source}")]
    Open { path: String, source: std::io::Error },
}

impl From<object_store::Error> for BlobError {
    fn from(error: object_store::Error) -> Self {
        let mut cause: Option<&dyn std::error::Error> = Some(&error);
        while let Some(current) = cause {
            if let Some(io) = current.downcast_ref::<std::io::Error>()
                && matches!(io.kind(), std::io::ErrorKind::StorageFull | std::io::ErrorKind::QuotaExceeded)
            {
                return Self::StorageFull;
            }
            cause = current.source();
        }
        match error {
            object_store::Error::NotFound { path, .. } => Self::Missing(path),
            other => Self::Store(other),
        }
    }
}

/// A store of blobs.
#[derive(Clone)]
pub struct Blobs {
    store: Arc<dyn ObjectStore>,
}

impl Blobs {
    /// Opens a local folder, making it if it is missing.
    pub fn open_folder(folder: &std::path::Path) -> Result<Self, BlobError> {
        let failed = |source| BlobError::Open { path: folder.display().to_string(), source };
        std::fs::create_dir_all(folder).map_err(failed)?;
        Ok(Self { store: Arc::new(LocalFileSystem::new_with_prefix(folder)?) })
    }

    /// The store underneath, for readers that stream from it themselves.
    pub fn object_store(&self) -> Arc<dyn ObjectStore> {
        Arc::clone(&self.store)
    }

    /// Where the blob of this digest lies in [`Self::object_store`].
    pub fn location(&self, sha256: &str) -> Path {
        Path::from(format!("sha256/{}/{sha256}", sha256.get(..2).unwrap_or("")))
    }

    /// Stores bytes that are at hand.
    pub async fn put(&self, bytes: impl Into<Bytes>) -> Result<BlobRef, BlobError> {
        let bytes = bytes.into();
        let sha256 = hex::encode(Sha256::digest(&bytes));
        let size_bytes = bytes.len() as u64;
        self.store.put(&self.location(&sha256), bytes.into()).await?;
        Ok(BlobRef { sha256, size_bytes })
    }

    /// Starts a blob whose bytes arrive piece by piece.
    pub async fn writer(&self) -> Result<BlobWriter, BlobError> {
        BlobWriter::start(self.clone()).await
    }

    /// The whole blob in memory.
    pub async fn get(&self, sha256: &str) -> Result<Bytes, BlobError> {
        Ok(self.store.get(&self.location(sha256)).await?.bytes().await?)
    }

    /// The blob, or a byte range of it, as a stream.
    pub async fn stream(
        &self,
        sha256: &str,
        range: Option<Range<u64>>,
    ) -> Result<BoxStream<'static, Result<Bytes, BlobError>>, BlobError> {
        let options = GetOptions { range: range.map(GetRange::Bounded), ..Default::default() };
        let result = self.store.get_opts(&self.location(sha256), options).await?;
        Ok(result.into_stream().map_err(BlobError::from).boxed())
    }

    /// Deletes blobs and staged leftovers that nothing refers to and that are older than `minimum_age`;
    /// the age leaves alone what is being written now, before its reference is on record.
    /// Answers how many were deleted.
    pub async fn sweep(&self, referenced: &HashSet<String>, minimum_age: Duration) -> Result<u64, BlobError> {
        let mut listing = self.store.list(None);
        let mut deleted = 0;
        while let Some(object) = listing.try_next().await? {
            let name = object.location.filename().unwrap_or_default();
            let age = chrono::Utc::now().signed_duration_since(object.last_modified);
            if referenced.contains(name) || age.to_std().unwrap_or_default() < minimum_age {
                continue;
            }
            match self.store.delete(&object.location).await {
                Ok(()) => deleted += 1,
                Err(object_store::Error::NotFound { .. }) => {}
                Err(error) => return Err(error.into()),
            }
        }
        Ok(deleted)
    }

    /// Whether the store answers: lists at most one blob.
    pub async fn check(&self) -> Result<(), BlobError> {
        self.store.list(None).next().await.transpose()?;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn store() -> (tempfile::TempDir, Blobs) {
        let folder = tempfile::tempdir().unwrap();
        let blobs = Blobs::open_folder(folder.path()).unwrap();
        (folder, blobs)
    }

    /// SHA-256 of "abc", FIPS 180-4, appendix B.1.
    const ABC: &str = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";

    #[tokio::test]
    async fn a_blob_is_named_by_its_digest_however_it_is_written() {
        let (_folder, blobs) = store();
        let whole = blobs.put("abc").await.unwrap();
        let mut writer = blobs.writer().await.unwrap();
        for piece in ["a", "", "bc"] {
            writer.write(Bytes::from(piece)).await.unwrap();
        }
        let pieces = writer.finish().await.unwrap();
        assert_eq!(whole, pieces);
        assert_eq!(whole, BlobRef { sha256: ABC.into(), size_bytes: 3 });
        assert_eq!(blobs.get(ABC).await.unwrap(), "abc");
        let range: Vec<Bytes> = blobs.stream(ABC, Some(1..3)).await.unwrap().try_collect().await.unwrap();
        assert_eq!(range.concat(), b"bc");
    }

    #[tokio::test]
    async fn an_abandoned_writer_leaves_no_blob_and_no_file() {
        let (folder, blobs) = store();
        let mut writer = blobs.writer().await.unwrap();
        writer.write(Bytes::from(vec![7; 20 << 20])).await.unwrap();
        writer.abandon().await;
        let files =
            |path: std::path::PathBuf| std::fs::read_dir(path).map(|entries| entries.count()).unwrap_or(0);
        assert_eq!(files(folder.path().join("staging")), 0);
        assert_eq!(files(folder.path().join("sha256")), 0);
    }

    #[tokio::test]
    async fn a_sweep_spares_what_is_referenced_or_young() {
        let (_folder, blobs) = store();
        let kept = blobs.put("kept").await.unwrap();
        let orphan = blobs.put("orphan").await.unwrap();
        let referenced = HashSet::from([kept.sha256.clone()]);
        assert_eq!(blobs.sweep(&referenced, Duration::from_secs(3600)).await.unwrap(), 0);
        assert_eq!(blobs.sweep(&referenced, Duration::ZERO).await.unwrap(), 1);
        assert!(matches!(blobs.get(&orphan.sha256).await, Err(BlobError::Missing(_))));
        assert_eq!(blobs.get(&kept.sha256).await.unwrap(), "kept");
    }
}
