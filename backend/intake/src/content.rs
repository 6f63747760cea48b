//! What a file holds, as bytes to be framed, whatever it is stored as.

use crate::{
    IntakeError,
    format::{FileFormat, Framing},
    input::{CHUNK, Input},
    options::{Limits, Meter},
    plan::File,
    rows::Rows,
};
use std::sync::Arc;

pub(crate) enum Content {
    Bytes(Input),
    Rows(Box<Rows>),
}

impl Content {
    pub(crate) async fn open(file: &File, limits: Limits, meter: Arc<Meter>) -> Result<Self, IntakeError> {
        let FileFormat { framing, .. } = &file.format;
        Ok(match framing {
            Framing::Rows { .. } => {
                Self::Rows(Box::new(Rows::open(&file.source, limits, Some(meter)).await?))
            }
            _ => Self::Bytes(Input::open(&file.source, limits, Some(meter)).await?),
        })
    }

    /// Appends some content to `buffer`; true at the end.
    pub(crate) async fn fill(&mut self, buffer: &mut Vec<u8>) -> Result<bool, IntakeError> {
        match self {
            Self::Bytes(input) => input.fill(buffer, CHUNK).await,
            Self::Rows(rows) => rows.fill(buffer).await,
        }
    }

    /// Bytes of content so far.
    pub(crate) fn bytes(&self) -> u64 {
        match self {
            Self::Bytes(input) => input.content,
            Self::Rows(rows) => rows.content,
        }
    }
}
