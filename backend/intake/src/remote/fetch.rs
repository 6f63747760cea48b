//! One file over HTTPS, to a temporary file. Every redirection is held against the policy like the first address.

use super::{SourcePolicy, network::PublicOnly, refused};
use crate::{IntakeError, Source, options::Limits};
use object_store::{local::LocalFileSystem, path::Path};
use reqwest::{Client, Response, header::LOCATION, redirect};
use std::{sync::Arc, time::Duration};
use tempfile::TempDir;
use tokio::io::AsyncWriteExt;
use url::Url;

const REDIRECTIONS: usize = 5;
const CONNECT: Duration = Duration::from_secs(10);
/// How long a server may say nothing.
const SILENCE: Duration = Duration::from_secs(60);

pub(super) async fn download(
    url: &Url,
    policy: &SourcePolicy,
    limits: Limits,
) -> Result<(Source, Arc<TempDir>), IntakeError> {
    let mut response = follow(url, policy).await?;
    let spill = |error: std::io::Error| IntakeError::Spill(error.to_string());
    let folder = Arc::new(tempfile::Builder::new().prefix("trainyard-source-").tempdir().map_err(spill)?);
    let path = folder.path().join("0");
    let mut file = tokio::fs::File::create_new(&path).await.map_err(spill)?;
    let mut size = 0;
    let failed =
        |error: reqwest::Error| refused(url.as_str(), format!("it cannot be fetched: {}", told(&error)));
    while let Some(chunk) = response.chunk().await.map_err(failed)? {
        size += chunk.len() as u64;
        if size > limits.content_bytes {
            return Err(IntakeError::ContentTooLarge { file: url.to_string(), limit: limits.content_bytes });
        }
        file.write_all(&chunk).await.map_err(spill)?;
    }
    file.flush().await.map_err(spill)?;
    let location = Path::from_absolute_path(&path).map_err(|error| IntakeError::Spill(error.to_string()))?;
    let last = url.path_segments().and_then(|mut parts| parts.rfind(|part| !part.is_empty()));
    let name = last.or(url.host_str()).unwrap_or("download").to_owned();
    Ok((Source { name, store: Arc::new(LocalFileSystem::new()), location, size }, folder))
}

/// The answer at the end of the redirections.
async fn follow(url: &Url, policy: &SourcePolicy) -> Result<Response, IntakeError> {
    let failed = |url: &Url, error: reqwest::Error| {
        refused(url.as_str(), format!("it cannot be fetched: {}", told(&error)))
    };
    let client = client(policy).map_err(|error| failed(url, error))?;
    let mut next = url.clone();
    for _ in 0..=REDIRECTIONS {
        policy.check(&next)?;
        if next.scheme() != "https" && !policy.loopback {
            return Err(refused(next.as_str(), "only https:// is fetched"));
        }
        let response = client.get(next.clone()).send().await.map_err(|error| failed(&next, error))?;
        let status = response.status();
        if status.is_success() {
            return Ok(response);
        }
        let location = response.headers().get(LOCATION).and_then(|value| value.to_str().ok());
        next = match location {
            Some(location) if status.is_redirection() => {
                next.join(location).map_err(|error| refused(location, error))?
            }
            _ => return Err(refused(next.as_str(), format!("the server answered {status}"))),
        };
    }
    Err(refused(url.as_str(), format!("it redirects more than {REDIRECTIONS} times (the limit)")))
}

fn client(policy: &SourcePolicy) -> reqwest::Result<Client> {
    let builder = Client::builder()
        .redirect(redirect::Policy::none())
        .no_proxy()
        .connect_timeout(CONNECT)
        .read_timeout(SILENCE)
        .user_agent("trainyard");
    if policy.loopback { builder.build() } else { builder.dns_resolver(Arc::new(PublicOnly)).build() }
}

/// The innermost cause, which is the one that tells something.
fn told(error: &reqwest::Error) -> String {
    let mut cause: &dyn std::error::Error = error;
    while let Some(source) = cause.source() {
        cause = source;
    }
    cause.to_string()
}
