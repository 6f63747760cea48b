//! Fitted pipelines at hand: loading one takes longer than scoring a row with it.

use crate::problem::Problem;
use std::{
    collections::VecDeque,
    sync::{Arc, Mutex, PoisonError},
};
use trainyard_blobs::Blobs;
use trainyard_learn::Pipeline;

/// How many pipelines are kept.
const KEPT: usize = 8;

/// The pipelines used last, the latest first. A pipeline never changes: its key is its digest.
#[derive(Default)]
pub(crate) struct Scorer {
    recent: Mutex<VecDeque<(String, Arc<Pipeline>)>>,
}

impl Scorer {
    pub(crate) async fn pipeline(&self, blobs: &Blobs, sha256: &str) -> Result<Arc<Pipeline>, Problem> {
        if let Some(found) = self.take(sha256) {
            return Ok(found);
        }
        let bytes = blobs.get(sha256).await?;
        let pipeline = Arc::new(Pipeline::from_bytes(&bytes).map_err(Problem::internal)?);
        let mut recent = self.recent.lock().unwrap_or_else(PoisonError::into_inner);
        recent.push_front((sha256.to_owned(), Arc::clone(&pipeline)));
        recent.truncate(KEPT);
        Ok(pipeline)
    }

    fn take(&self, sha256: &str) -> Option<Arc<Pipeline>> {
        let mut recent = self.recent.lock().unwrap_or_else(PoisonError::into_inner);
        let at = recent.iter().position(|(key, _)| key == sha256)?;
        let entry = recent.remove(at)?;
        let pipeline = Arc::clone(&entry.1);
        recent.push_front(entry);
        Some(pipeline)
    }
}
