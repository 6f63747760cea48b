//! ZIP: its directory is at its end, so that it is read from a file on this machine. Every entry of the directory is a
//! member, also where two have one name.

use super::{Unpacker, blocking, broken};
use crate::{IntakeError, Source, input::local_file};
use flate2::bufread::DeflateDecoder;
use rawzip::{CompressionMethod, Error, RECOMMENDED_BUFFER_SIZE, ZipArchive};
use std::io::{BufReader, Read};

pub(super) async fn unpack(source: &Source, mut unpacker: Unpacker) -> Result<Vec<Source>, IntakeError> {
    let file = local_file(source).await?;
    blocking(move || {
        let name = unpacker.archive.clone();
        let damaged = |error: Error| broken(&name, error);
        let mut buffer = vec![0; RECOMMENDED_BUFFER_SIZE];
        let archive = ZipArchive::from_file(file, &mut buffer).map_err(damaged)?;
        let (expected, mut found) = (archive.entries_hint(), 0);
        let mut entries = archive.entries(&mut buffer);
        while let Some(entry) = entries.next_entry().map_err(damaged)? {
            found += 1;
            let path = String::from_utf8_lossy(entry.file_path().as_bytes()).into_owned();
            if entry.flags().is_encrypted() {
                return Err(broken(&name, "it is encrypted; decrypt it before uploading"));
            }
            if entry.mode().is_symlink() {
                return Err(unpacker.refuse(&path, "it is a link; put in what it points to"));
            }
            if !unpacker.wanted(&path)? || entry.is_dir() {
                continue;
            }
            let member = archive.get_entry(entry.wayfinder()).map_err(damaged)?;
            let stored = BufReader::new(member.reader());
            let content: Box<dyn Read> = match entry.compression_method() {
                CompressionMethod::STORE => Box::new(stored),
                CompressionMethod::DEFLATE => Box::new(DeflateDecoder::new(stored)),
                _ => {
                    return Err(broken(
                        &name,
                        "a file in it is compressed in an unusual way; use deflate or gzip",
                    ));
                }
            };
            let mut checked = member.verifying_reader(content);
            unpacker.take(&path, &mut checked, |error| broken(&name, format!("`{path}`: {error}")))?;
        }
        if found != expected {
            return Err(broken(&name, format!("it holds {found} files and says {expected}")));
        }
        Ok(unpacker.members)
    })
    .await
}
