//! Leftovers of crashes: scratch folders of attempts that nobody runs, blobs that nothing refers to.

use super::Worker;
use std::time::Duration;
use trainyard_store::{StoreError, idempotency, references};

/// A blob is stored before the row that refers to it: what is younger may still get its row.
const BLOB_AGE: Duration = Duration::from_secs(24 * 3600);

impl Worker {
    /// Removes what earlier processes left behind. Failures are logged: the next sweep tries again.
    pub(super) async fn sweep(&self) {
        if let Err(error) = self.sweep_scratch().await {
            tracing::warn!(%error, "scratch folders could not be swept");
        }
        match self.sweep_blobs().await {
            Ok(0) => {}
            Ok(count) => tracing::info!(count, "unreferenced files removed"),
            Err(error) => tracing::warn!(%error, "files could not be swept"),
        }
    }

    /// Removes the scratch folders of attempts that do not run any more.
    async fn sweep_scratch(&self) -> Result<(), StoreError> {
        let Ok(mut entries) = tokio::fs::read_dir(&self.settings.scratch).await else { return Ok(()) };
        let mut connection = self.store.connection().await?;
        while let Ok(Some(entry)) = entries.next_entry().await {
            let name = entry.file_name().to_string_lossy().into_owned();
            let Some((work, attempt)) = name.rsplit_once('-') else { continue };
            if references::attempt_runs(&mut connection, work, attempt.parse().unwrap_or(0)).await? {
                continue;
            }
            if let Err(error) = tokio::fs::remove_dir_all(entry.path()).await {
                tracing::warn!(%error, folder = name, "a scratch folder could not be removed");
            }
        }
        Ok(())
    }

    async fn sweep_blobs(&self) -> Result<u64, Box<dyn std::error::Error + Send + Sync>> {
        let mut connection = self.store.connection().await?;
        idempotency::forget_old(&mut connection).await?;
        let referenced = references::blobs(&mut connection).await?;
        drop(connection);
        Ok(self.blobs.sweep(&referenced, BLOB_AGE).await?)
    }
}
