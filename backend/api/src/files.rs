//! Sending stored files: strong `ETag`, `Repr-Digest` (RFC 9530), one byte range, `HEAD`, conditional requests.

use crate::problem::Problem;
use actix_web::web::Bytes;
use actix_web::{
    HttpRequest, HttpResponse,
    body::SizedStream,
    http::{
        Method, StatusCode,
        header::{
            self, ContentDisposition, DispositionParam, DispositionType, EntityTag, Header, IfNoneMatch,
            Range,
        },
    },
};
use base64::{Engine, engine::general_purpose::STANDARD};
use futures::stream;
use trainyard_blobs::{BlobError, Blobs};

/// A stored file and the name it is saved under.
pub(crate) struct Download<'a> {
    pub(crate) sha256: &'a str,
    pub(crate) size_bytes: u64,
    pub(crate) file_name: &'a str,
    pub(crate) media_type: &'static str,
}

/// Answers a request for a stored file.
pub(crate) async fn respond(
    blobs: &Blobs,
    request: &HttpRequest,
    download: Download<'_>,
) -> Result<HttpResponse, Problem> {
    let tag = EntityTag::new_strong(download.sha256.to_owned());
    let unchanged = match IfNoneMatch::parse(request) {
        Ok(IfNoneMatch::Any) => request.headers().contains_key(header::IF_NONE_MATCH),
        Ok(IfNoneMatch::Items(tags)) => tags.iter().any(|other| other.weak_eq(&tag)),
        Err(_) => false,
    };
    let mut response = HttpResponse::Ok();
    response
        .insert_header((header::ETAG, tag.to_string()))
        .insert_header((header::ACCEPT_RANGES, "bytes"))
        .insert_header((header::CACHE_CONTROL, "private, no-cache"));
    if unchanged {
        return Ok(response.status(StatusCode::NOT_MODIFIED).finish());
    }
    if let Ok(digest) = hex::decode(download.sha256) {
        response.insert_header(("Repr-Digest", format!("sha-256=:{}:", STANDARD.encode(digest))));
    }
    let disposition = ContentDisposition {
        disposition: DispositionType::Attachment,
        parameters: vec![DispositionParam::Filename(download.file_name.to_owned())],
    };
    response.insert_header(disposition).content_type(download.media_type);

    let size = download.size_bytes;
    let range = match request.headers().get(header::RANGE).map(|_| Range::parse(request)) {
        // Several ranges at once, or another unit: the whole file is a right answer too.
        Some(Ok(Range::Bytes(specs))) if specs.len() == 1 && range_applies(request, &tag) => {
            let range = specs[0].to_satisfiable_range(size);
            Some(range.ok_or_else(|| Problem::range_not_satisfiable(format!("the file has {size} bytes")))?)
        }
        _ => None,
    };
    let (range, length) = match range {
        Some((first, last)) => {
            response
                .status(StatusCode::PARTIAL_CONTENT)
                .insert_header((header::CONTENT_RANGE, format!("bytes {first}-{last}/{size}")));
            (Some(first..last + 1), last + 1 - first)
        }
        None => (None, size),
    };
    if request.method() == Method::HEAD {
        // The size alone: the body of an answer to HEAD is never sent.
        return Ok(response.body(SizedStream::new(length, stream::empty::<Result<Bytes, BlobError>>())));
    }
    let bytes = blobs.stream(download.sha256, range).await?;
    Ok(response.body(SizedStream::new(length, bytes)))
}

/// `If-Range`: a range counts only while the file is the one the client has a part of.
fn range_applies(request: &HttpRequest, tag: &EntityTag) -> bool {
    request
        .headers()
        .get(header::IF_RANGE)
        .is_none_or(|value| value.to_str().is_ok_and(|value| value == tag.to_string()))
}
