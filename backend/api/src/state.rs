//! What the handlers share.

use crate::scorer::Scorer;
use std::time::Duration;
use tokio::sync::broadcast;
use tokio_util::sync::CancellationToken;
use trainyard_blobs::Blobs;
use trainyard_intake::SourcePolicy;
use trainyard_store::{Connection, Store, notify::News};

use crate::problem::Problem;

/// Limits of what a client may send. Each is named, with its value, in the problem it causes.
#[derive(Clone, Debug)]
pub struct Limits {
    /// Bytes of one upload, all its files together.
    pub upload_bytes: u64,
    /// Bytes of a JSON body.
    pub json_bytes: usize,
    /// Files in one upload.
    pub upload_files: usize,
    /// Where the service may fetch files from.
    pub sources: SourcePolicy,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            upload_bytes: 20 << 30,
            json_bytes: 4 << 20,
            upload_files: 1000,
            sources: SourcePolicy::default(),
        }
    }
}

/// The service behind the handlers.
pub struct AppState {
    pub store: Store,
    pub blobs: Blobs,
    pub news: broadcast::Sender<News>,
    pub limits: Limits,
    /// Cancelled when the server stops: ends streams that would go on for ever.
    pub stopping: CancellationToken,
    pub(crate) scorer: Scorer,
}

/// How often an event stream looks by itself, should a notification be lost.
pub(crate) const POLL: Duration = Duration::from_secs(2);

impl AppState {
    pub fn new(
        store: Store,
        blobs: Blobs,
        news: broadcast::Sender<News>,
        limits: Limits,
        stopping: CancellationToken,
    ) -> Self {
        Self { store, blobs, news, limits, stopping, scorer: Scorer::default() }
    }

    pub(crate) async fn connection(
        &self,
    ) -> Result<impl std::ops::DerefMut<Target = Connection> + use<>, Problem> {
        Ok(self.store.connection().await?)
    }
}
