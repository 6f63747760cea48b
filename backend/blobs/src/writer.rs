//! Streaming a blob in: bytes go to a staged file while they are hashed; `finish` renames it to its digest.

use crate::{BlobError, BlobRef, Blobs};
use bytes::Bytes;
use object_store::{ObjectStoreExt, WriteMultipart, path::Path};
use sha2::{Digest, Sha256};

/// Parts that may be on their way to the store at once: bounds the memory of an upload.
const PARTS_IN_FLIGHT: usize = 4;

/// A blob being written. Dropped unfinished, it leaves at most a staged file, which a sweep removes.
pub struct BlobWriter {
    blobs: Blobs,
    staged: Path,
    upload: WriteMultipart,
    digest: Sha256,
    size_bytes: u64,
}

impl BlobWriter {
    pub(crate) async fn start(blobs: Blobs) -> Result<Self, BlobError> {
        let staged = Path::from(format!("staging/{}", uuid::Uuid::now_v7()));
        let upload = WriteMultipart::new(blobs.store.put_multipart(&staged).await?);
        Ok(Self { blobs, staged, upload, digest: Sha256::new(), size_bytes: 0 })
    }

    pub async fn write(&mut self, bytes: Bytes) -> Result<(), BlobError> {
        self.digest.update(&bytes);
        self.size_bytes += bytes.len() as u64;
        self.upload.wait_for_capacity(PARTS_IN_FLIGHT).await?;
        self.upload.put(bytes);
        Ok(())
    }

    pub fn size_bytes(&self) -> u64 {
        self.size_bytes
    }

    /// Completes the blob under its digest.
    pub async fn finish(self) -> Result<BlobRef, BlobError> {
        let sha256 = hex::encode(self.digest.finalize());
        self.upload.finish().await?;
        self.blobs.store.rename(&self.staged, &self.blobs.location(&sha256)).await?;
        Ok(BlobRef { sha256, size_bytes: self.size_bytes })
    }

    /// Gives the blob up and removes what was staged.
    pub async fn abandon(self) {
        if let Err(error) = self.upload.abort().await {
            tracing::warn!(%error, "a staged upload could not be removed; the next sweep does");
        }
    }
}
