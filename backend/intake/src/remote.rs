//! Logs that lie elsewhere, as sources: objects (`s3://`, `gs://`, `az://`), files behind `https://`, and folders of this
//! machine. Nothing is reached but what the allow-list names, and no address of a private network, whatever a name
//! resolves to and wherever a redirection leads.
//!
//! Stores of objects take their credentials and endpoints from the environment, under the names of their own tools
//! (`AWS_ACCESS_KEY_ID`, `GOOGLE_APPLICATION_CREDENTIALS`, `AZURE_STORAGE_ACCOUNT_NAME`, …).

mod fetch;
mod folder;
mod network;

use crate::{IntakeError, Source, options::Limits};
use futures::TryStreamExt;
use object_store::{
    ObjectMeta, ObjectStore, ObjectStoreExt, aws::AmazonS3Builder, azure::MicrosoftAzureBuilder,
    gcp::GoogleCloudStorageBuilder, path::Path,
};
use std::{path::PathBuf, sync::Arc};
use tempfile::TempDir;
use url::Url;

/// Where logs may be fetched from.
#[derive(Clone, Debug, Default)]
pub struct SourcePolicy {
    addresses: Vec<Url>,
    folders: Vec<PathBuf>,
    /// Tests serve on the loopback interface, without TLS.
    loopback: bool,
}

impl SourcePolicy {
    /// What lies at or below these: `https://logs.example.org/exports`, `s3://bucket/prefix`, `/srv/logs`.
    ///
    /// # Errors
    /// When an entry is neither an address of a known kind nor a folder that is there.
    pub fn new(allowed: &[String]) -> Result<Self, IntakeError> {
        let mut policy = Self::default();
        for entry in allowed {
            match Place::of(entry)? {
                Place::Address(url) => policy.addresses.push(url),
                Place::Folder(path) => {
                    let real = path.canonicalize().map_err(|error| refused(entry, error))?;
                    policy.folders.push(real);
                }
            }
        }
        Ok(policy)
    }

    /// Whether the address may be reached.
    fn check(&self, url: &Url) -> Result<(), IntakeError> {
        let shown = url.as_str();
        if !url.username().is_empty() || url.password().is_some() {
            return Err(refused(shown, "an address must not hold credentials"));
        }
        if !self.addresses.iter().any(|allowed| covers(allowed, url)) {
            return Err(refused(shown, "it is not on the list of allowed sources"));
        }
        if matches!(url.scheme(), "https" | "http") && !self.loopback {
            network::check_literal(url).map_err(|reason| refused(shown, reason))?;
        }
        Ok(())
    }
}

/// Whether `url` is `allowed` or lies below it.
fn covers(allowed: &Url, url: &Url) -> bool {
    let same_place = allowed.scheme() == url.scheme()
        && allowed.host_str() == url.host_str()
        && allowed.port_or_known_default() == url.port_or_known_default();
    let prefix = allowed.path().trim_end_matches('/');
    let below = url.path().strip_prefix(prefix);
    same_place && below.is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}

enum Place {
    Address(Url),
    Folder(PathBuf),
}

impl Place {
    fn of(text: &str) -> Result<Self, IntakeError> {
        if text.starts_with('/') {
            return Ok(Self::Folder(PathBuf::from(text)));
        }
        let url = Url::parse(text).map_err(|error| refused(text, error))?;
        match url.scheme() {
            "file" => {
                let path =
                    url.to_file_path().map_err(|()| refused(text, "it names no folder of this machine"))?;
                Ok(Self::Folder(path))
            }
            "s3" | "gs" | "az" | "https" | "http" if url.host_str().is_some() => Ok(Self::Address(url)),
            _ => Err(refused(text, "a source begins with s3://, gs://, az://, https:// or /")),
        }
    }
}

fn refused(source: &str, reason: impl ToString) -> IntakeError {
    IntakeError::SourceRefused { source_address: source.to_owned(), reason: reason.to_string() }
}

/// Sources that can be read as long as this is kept.
#[derive(Clone, Debug)]
pub struct Located {
    /// By name.
    pub sources: Vec<Source>,
    /// Where a file was downloaded to.
    _folder: Option<Arc<TempDir>>,
}

impl From<Source> for Located {
    fn from(source: Source) -> Self {
        Self { sources: vec![source], _folder: None }
    }
}

/// Finds what lies at an address. One that ends with `/`, or a folder, stands for all files below it.
///
/// # Errors
/// When the policy does not allow it, when nothing is there, and when it cannot be reached.
pub async fn locate(address: &str, policy: &SourcePolicy, limits: Limits) -> Result<Located, IntakeError> {
    let place = Place::of(address)?;
    let located = match &place {
        Place::Folder(path) => {
            Located { sources: folder::files(address, path, policy, limits)?, _folder: None }
        }
        Place::Address(url) => {
            policy.check(url)?;
            match url.scheme() {
                "https" | "http" => {
                    let (source, folder) = fetch::download(url, policy, limits).await?;
                    Located { sources: vec![source], _folder: Some(folder) }
                }
                _ => Located { sources: objects(url, limits).await?, _folder: None },
            }
        }
    };
    match located.sources.is_empty() {
        true => Err(refused(address, "nothing is there")),
        false => Ok(located),
    }
}

/// The object, or all objects below a prefix.
async fn objects(url: &Url, limits: Limits) -> Result<Vec<Source>, IntakeError> {
    let failed = |cause: object_store::Error| IntakeError::Storage { file: url.to_string(), cause };
    let store = bucket(url).map_err(failed)?;
    let path = Path::from_url_path(url.path()).map_err(|error| refused(url.as_str(), error))?;
    let found: Vec<ObjectMeta> = match url.path().ends_with('/') || url.path().is_empty() {
        false => vec![store.head(&path).await.map_err(failed)?],
        true => {
            let most = limits.archive_members;
            let listed = store.list(Some(&path)).try_filter(|object| std::future::ready(object.size > 0));
            let found: Vec<ObjectMeta> =
                futures::StreamExt::take(listed, most + 1).try_collect().await.map_err(failed)?;
            if found.len() > most {
                return Err(IntakeError::ArchiveMembers { file: url.to_string(), limit: most });
            }
            found
        }
    };
    let source = |object: ObjectMeta| {
        let below = object.location.as_ref().strip_prefix(path.as_ref()).unwrap_or_default();
        let name = match below.trim_start_matches('/') {
            "" => object.location.filename().unwrap_or_default().to_owned(),
            below => below.to_owned(),
        };
        Source { name, store: Arc::clone(&store), location: object.location, size: object.size }
    };
    let mut sources: Vec<Source> = found.into_iter().map(source).collect();
    sources.sort_by(|a, b| a.name.cmp(&b.name));
    Ok(sources)
}

fn bucket(url: &Url) -> Result<Arc<dyn ObjectStore>, object_store::Error> {
    let name = url.host_str().unwrap_or_default();
    Ok(match url.scheme() {
        "s3" => Arc::new(AmazonS3Builder::from_env().with_bucket_name(name).build()?),
        "gs" => Arc::new(GoogleCloudStorageBuilder::from_env().with_bucket_name(name).build()?),
        _ => Arc::new(MicrosoftAzureBuilder::from_env().with_container_name(name).build()?),
    })
}

#[cfg(test)]
mod tests;
