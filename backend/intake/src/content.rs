//! What a file holds, as bytes to be framed, whatever it is stored as.

use crate::{
    IntakeError,
    input::{CHUNK, Input},
    options::{Limits, Meter},
    plan::File,
    rows::Rows,
};
use std::sync::Arc;
use trainyard_grammar::bytes::Transcoder;
use trainyard_types::grammar::Framing;

pub(crate) enum Content {
    Bytes(Input),
    /// Text in another encoding than UTF-8, and room for its bytes.
    Coded(Input, Transcoder, Vec<u8>),
    Rows(Box<Rows>),
}

impl Content {
    pub(crate) async fn open(file: &File, limits: Limits, meter: Arc<Meter>) -> Result<Self, IntakeError> {
        let grammar = file.reading.grammar();
        if grammar.framing == Framing::Rows {
            return Ok(Self::Rows(Box::new(Rows::open(&file.source, limits, Some(meter)).await?)));
        }
        let input = Input::open(&file.source, limits, Some(meter)).await?;
        let transcoder = Transcoder::new(grammar.encoding);
        Ok(match transcoder.is_plain() {
            true => Self::Bytes(input),
            false => Self::Coded(input, transcoder, Vec::new()),
        })
    }

    /// Appends some content to `buffer`; true at the end.
    pub(crate) async fn fill(&mut self, buffer: &mut Vec<u8>) -> Result<bool, IntakeError> {
        match self {
            Self::Bytes(input) => input.fill(buffer, CHUNK).await,
            Self::Coded(input, transcoder, coded) => {
                coded.clear();
                let end = input.fill(coded, CHUNK).await?;
                transcoder.push(coded, end, buffer);
                Ok(end)
            }
            Self::Rows(rows) => rows.fill(buffer).await,
        }
    }

    /// Bytes of content so far.
    pub(crate) fn bytes(&self) -> u64 {
        match self {
            Self::Bytes(input) | Self::Coded(input, ..) => input.content,
            Self::Rows(rows) => rows.content,
        }
    }
}
