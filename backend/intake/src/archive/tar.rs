//! tar: read from the front, as a stream of whatever decompression gives.

use super::{Unpacker, blocking, broken};
use crate::{
    IntakeError, Source,
    input::{CHUNK, Input},
};
use std::{
    cell::RefCell,
    io::{self, Read},
};
use tokio::runtime::Handle;

pub(super) async fn unpack(source: &Source, mut unpacker: Unpacker) -> Result<Vec<Source>, IntakeError> {
    let input = Input::open(source, unpacker.limits, None).await?;
    let runtime = Handle::current();
    blocking(move || {
        let failure = RefCell::new(None);
        let name = unpacker.archive.clone();
        let content = Content { input, buffer: Vec::new(), at: 0, ended: false, runtime, failure: &failure };
        // The reader's own error says more than what becomes of it on its way through the archive.
        let damaged = |error: io::Error| match failure.take() {
            Some(failure) => failure,
            None => broken(&name, error),
        };
        let mut archive = tar::Archive::new(content);
        for member in archive.entries().map_err(damaged)? {
            let mut member = member.map_err(damaged)?;
            let path = String::from_utf8_lossy(&member.path_bytes()).into_owned();
            let kind = member.header().entry_type();
            if kind.is_pax_global_extensions() || !unpacker.wanted(&path)? || kind.is_dir() {
                continue;
            }
            if kind.is_symlink() || kind.is_hard_link() {
                return Err(unpacker.refuse(&path, "it is a link; put in what it points to"));
            }
            if !(kind.is_file() || kind.is_contiguous() || kind.is_gnu_sparse()) {
                return Err(unpacker.refuse(&path, "it is no ordinary file"));
            }
            unpacker.take(&path, &mut member, damaged)?;
        }
        Ok(unpacker.members)
    })
    .await
}

/// Decompressed content for a reader that blocks.
struct Content<'a> {
    input: Input,
    buffer: Vec<u8>,
    /// What was taken of it.
    at: usize,
    ended: bool,
    runtime: Handle,
    failure: &'a RefCell<Option<IntakeError>>,
}

impl Read for Content<'_> {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        if self.at == self.buffer.len() && !self.ended {
            self.buffer.clear();
            self.at = 0;
            let filled = self.runtime.block_on(self.input.fill(&mut self.buffer, CHUNK));
            self.ended = filled.map_err(|error| {
                let text = error.to_string();
                self.failure.replace(Some(error));
                io::Error::other(text)
            })?;
        }
        let read = (&self.buffer[self.at..]).read(out)?;
        self.at += read;
        Ok(read)
    }
}
