//! ZIP: its directory is at its end, so that it is read from a file on this machine.

use super::{Unpacker, blocking, broken};
use crate::{IntakeError, Source, input::local_file};
use zip::{ZipArchive, result::ZipError};

pub(super) async fn unpack(source: &Source, mut unpacker: Unpacker) -> Result<Vec<Source>, IntakeError> {
    let file = local_file(source).await?;
    blocking(move || {
        let name = unpacker.archive.clone();
        let damaged = |error: ZipError| match error {
            ZipError::CompressionMethodNotSupported(_) => {
                broken(&name, "a file in it is compressed in an unusual way; use deflate or gzip")
            }
            error => broken(&name, error),
        };
        let mut archive = ZipArchive::new(file).map_err(damaged)?;
        for index in 0..archive.len() {
            let mut member = match archive.by_index(index) {
                Err(ZipError::UnsupportedArchive(reason)) if reason == ZipError::PASSWORD_REQUIRED => {
                    return Err(broken(&name, "it is encrypted; decrypt it before uploading"));
                }
                member => member.map_err(damaged)?,
            };
            let path = member.name().map_err(damaged)?.into_owned();
            if member.is_symlink() {
                return Err(unpacker.refuse(&path, "it is a link; put in what it points to"));
            }
            if unpacker.wanted(&path)? && !member.is_dir() {
                unpacker.take(&path, &mut member, |error| broken(&name, format!("`{path}`: {error}")))?;
            }
        }
        Ok(unpacker.members)
    })
    .await
}
