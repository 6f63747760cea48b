//! Stored bytes to content: reading, decompression, and the limits on how much a file may become.

use crate::{
    IntakeError, Source,
    options::{Limits, Meter},
};
use async_compression::tokio::bufread::{BzDecoder, GzipDecoder, XzDecoder, ZstdDecoder};
use bytes::Bytes;
use futures::{Stream, StreamExt, TryStreamExt, stream};
use object_store::{GetOptions, GetResultPayload, ObjectStore};
use std::{
    io::{self, Read, Seek, Write},
    pin::Pin,
    sync::Arc,
};
use tokio::io::{AsyncBufRead, AsyncRead, AsyncReadExt};
use tokio_util::io::StreamReader;

/// Bytes that are read and scanned at a time.
pub(crate) const CHUNK: usize = 1 << 20;
/// The first bytes that tell how a file is compressed, at most.
const MAGIC_BYTES: usize = 6;
/// Content that no compression ratio is asked of: small files of one repeated line compress very well.
pub(crate) const RATIO_FREE: u64 = 16 << 20;

type ByteStream = Pin<Box<dyn Stream<Item = io::Result<Bytes>> + Send>>;

/// How a file is compressed, told by its first bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Compression {
    Gzip,
    Zstd,
    Bzip2,
    Xz,
}

impl Compression {
    /// First bytes that tell it.
    const MAGIC: [(&'static [u8], Self); 4] = [
        (&[0x1f, 0x8b], Self::Gzip),
        (&[0x28, 0xb5, 0x2f, 0xfd], Self::Zstd),
        (b"BZh", Self::Bzip2),
        (&[0xfd, b'7', b'z', b'X', b'Z', 0], Self::Xz),
    ];

    fn of(head: &[u8]) -> Option<Self> {
        Self::MAGIC.iter().find(|(magic, _)| head.starts_with(magic)).map(|(_, kind)| *kind)
    }

    /// The name people know it by.
    pub fn name(self) -> &'static str {
        match self {
            Self::Gzip => "gzip",
            Self::Zstd => "zstd",
            Self::Bzip2 => "bzip2",
            Self::Xz => "xz",
        }
    }

    /// A reader of the content; several members or frames one after the other are one content.
    fn decoder(self, stored: impl AsyncBufRead + Send + 'static) -> Pin<Box<dyn AsyncRead + Send>> {
        macro_rules! decoder {
            ($decoder:expr) => {{
                let mut decoder = $decoder;
                decoder.multiple_members(true);
                Box::pin(decoder)
            }};
        }
        match self {
            Self::Gzip => decoder!(GzipDecoder::new(stored)),
            Self::Zstd => decoder!(ZstdDecoder::new(stored)),
            Self::Bzip2 => decoder!(BzDecoder::new(stored)),
            Self::Xz => decoder!(XzDecoder::with_mem_limit(stored, XZ_MEMORY)),
        }
    }
}

/// The largest dictionary that an xz stream may ask for, in bytes: that of `xz -9`, and some.
const XZ_MEMORY: u64 = 128 << 20;

enum Reader {
    Stream(Pin<Box<dyn AsyncRead + Send>>),
    /// An uncompressed file of this machine: a portion of it is here sooner than another thread would be awake.
    File(std::fs::File, Option<Arc<Meter>>),
}

/// A file's content, decompressed.
pub(crate) struct Input {
    reader: Reader,
    name: String,
    stored: u64,
    pub(crate) compression: Option<Compression>,
    limits: Limits,
    /// Content bytes handed out so far.
    pub(crate) content: u64,
}

impl Input {
    /// Opens a file; `meter` hears of every stored byte read.
    pub(crate) async fn open(
        source: &Source,
        limits: Limits,
        meter: Option<Arc<Meter>>,
    ) -> Result<Self, IntakeError> {
        let storage = |cause| IntakeError::Storage { file: source.name.clone(), cause };
        let new = |reader, compression| {
            let (name, stored) = (source.name.clone(), source.size);
            Self { reader, name, stored, compression, limits, content: 0 }
        };
        let payload = payload(source).await.map_err(storage)?;
        if let GetResultPayload::File(file, _) = &payload
            && file_head(file).map_err(|error| storage(store_error(error)))?.is_none()
            && let GetResultPayload::File(file, _) = payload
        {
            return Ok(new(Reader::File(file, meter), None));
        }
        let mut stream = portions(payload);
        // Stores may portion bytes as they like: the magic number may come in pieces.
        let mut head = Vec::new();
        while head.len() < MAGIC_BYTES
            && let Some(chunk) = stream.next().await
        {
            head.extend_from_slice(&chunk.map_err(|error| storage(store_error(error)))?);
        }
        let head = Bytes::from(head);
        let compression = Compression::of(&head);
        let metered = stream::iter([Ok(head)]).chain(stream).inspect_ok(move |chunk| {
            if let Some(meter) = &meter {
                meter.add(chunk.len() as u64);
            }
        });
        let plain = StreamReader::new(metered);
        let reader = match compression {
            Some(compression) => compression.decoder(plain),
            None => Box::pin(plain),
        };
        Ok(new(Reader::Stream(reader), compression))
    }

    /// Appends content to `buffer` until `wanted` bytes were added or the file ends; true at the end.
    pub(crate) async fn fill(&mut self, buffer: &mut Vec<u8>, wanted: usize) -> Result<bool, IntakeError> {
        let target = buffer.len() + wanted;
        buffer.reserve(wanted);
        while buffer.len() < target {
            let room = target - buffer.len();
            let read = self.reader.read(buffer, room).await.map_err(|error| self.failure(error))?;
            if read == 0 {
                return Ok(true);
            }
            self.content += read as u64;
            if self.content > self.limits.content_bytes {
                return Err(IntakeError::ContentTooLarge {
                    file: self.name.clone(),
                    limit: self.limits.content_bytes,
                });
            }
            let allowed = self.stored.saturating_mul(self.limits.compression_ratio).max(RATIO_FREE);
            if self.compression.is_some() && self.content > allowed {
                return Err(IntakeError::CompressionRatio {
                    file: self.name.clone(),
                    limit: self.limits.compression_ratio,
                });
            }
        }
        Ok(false)
    }

    fn failure(&self, error: io::Error) -> IntakeError {
        let (file, decompressed) = (self.name.clone(), self.content);
        let Some(compression) = self.compression else {
            return IntakeError::Storage { file, cause: store_error(error) };
        };
        if error.get_ref().is_some_and(|inner| inner.is::<object_store::Error>()) {
            IntakeError::Storage { file, cause: store_error(error) }
        } else if error.kind() == io::ErrorKind::UnexpectedEof {
            IntakeError::Truncated { file, compression, decompressed }
        } else {
            IntakeError::Corrupt { file, compression, decompressed, reason: error.to_string() }
        }
    }
}

/// The object store's error within an I/O error.
fn store_error(error: io::Error) -> object_store::Error {
    match error.downcast::<object_store::Error>() {
        Ok(error) => error,
        Err(error) => object_store::Error::Generic { store: "intake", source: error.into() },
    }
}

impl Reader {
    /// Appends at most `room` bytes; none at the end.
    async fn read(&mut self, buffer: &mut Vec<u8>, room: usize) -> io::Result<usize> {
        match self {
            Self::Stream(reader) => reader.take(room as u64).read_buf(buffer).await,
            Self::File(file, meter) => {
                let read = io::Read::read_to_end(&mut io::Read::take(file, room as u64), buffer);
                if let (Some(meter), Ok(read)) = (meter, &read) {
                    meter.add(*read as u64);
                }
                read
            }
        }
    }
}

/// How a file is compressed; it is left at its beginning.
fn file_head(mut file: &std::fs::File) -> io::Result<Option<Compression>> {
    let mut head = Vec::with_capacity(MAGIC_BYTES);
    file.take(MAGIC_BYTES as u64).read_to_end(&mut head)?;
    file.rewind()?;
    Ok(Compression::of(&head))
}

async fn payload(source: &Source) -> Result<GetResultPayload, object_store::Error> {
    Ok(source.store.get_opts(&source.location, GetOptions::default()).await?.payload)
}

fn portions(payload: GetResultPayload) -> ByteStream {
    match payload {
        // The store's own stream of a local file comes in 8 KiB portions, each from another thread.
        GetResultPayload::File(file, _) => Box::pin(stream::try_unfold(file, |mut file| async move {
            let read = tokio::task::spawn_blocking(move || {
                let mut chunk = Vec::with_capacity(CHUNK);
                io::Read::read_to_end(&mut io::Read::take(&mut file, CHUNK as u64), &mut chunk)?;
                io::Result::Ok((chunk, file))
            });
            let (chunk, file) = read.await.map_err(io::Error::other)??;
            Ok((!chunk.is_empty()).then(|| (Bytes::from(chunk), file)))
        })),
        GetResultPayload::Stream(stream) => Box::pin(stream.map_err(io::Error::other)),
    }
}

impl Source {
    /// The file's bytes as they are stored.
    ///
    /// # Errors
    /// When it is not there; the stream's own are of reading it.
    pub async fn bytes(&self) -> Result<impl Stream<Item = io::Result<Bytes>> + Send + use<>, IntakeError> {
        let storage = |cause| IntakeError::Storage { file: self.name.clone(), cause };
        Ok(portions(payload(self).await.map_err(storage)?))
    }
}

/// A stored file as one of this machine, for formats that are read from the end; copied when it is not one already.
pub(crate) async fn local_file(source: &Source) -> Result<std::fs::File, IntakeError> {
    let storage = |cause| IntakeError::Storage { file: source.name.clone(), cause };
    let spill = |error: io::Error| IntakeError::Spill(error.to_string());
    match payload(source).await.map_err(storage)? {
        GetResultPayload::File(file, _) => Ok(file),
        GetResultPayload::Stream(mut stream) => {
            let mut file = tempfile::tempfile().map_err(spill)?;
            while let Some(chunk) = stream.try_next().await.map_err(storage)? {
                file.write_all(&chunk).map_err(spill)?;
            }
            file.rewind().map_err(spill)?;
            Ok(file)
        }
    }
}
