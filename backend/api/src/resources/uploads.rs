//! Uploading a dataset: files of any size in bounded memory, hashed while they are stored.

use crate::{
    auth::Trainer,
    idempotency::{self, Created, Idempotent},
    input::Body,
    problem::{Problem, ProblemBody},
    resources::{datasets::Dataset, detect::read_format},
    state::AppState,
};
use actix_multipart::Multipart;
use actix_web::{FromRequest, HttpRequest, http::header, post, web, web::Bytes};
use futures::{Stream, StreamExt, TryStreamExt};
use serde::Deserialize;
use sha2::{Digest, Sha256};
use trainyard_intake::{self as intake, IntakeError};
use trainyard_store::{Transactional, datasets, datasets::NewDataset, notify};
use trainyard_types::{DatasetFile, DatasetId};
use utoipa::{IntoParams, ToSchema};

#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct UploadQuery {
    /// The dataset's name; the first file's, when left out.
    #[serde(default)]
    #[param(example = "router-july")]
    name: Option<String>,
    /// The file's name, when the body is its raw bytes.
    #[serde(default)]
    #[param(example = "router.log")]
    filename: Option<String>,
    /// How the files are to be read, as JSON: a job's `format`. Found out when left out; `POST /datasets/detect` tries it.
    #[serde(default)]
    #[param(example = r#"{"preset": "pattern", "pattern": "<timestamp> <level> <message>"}"#)]
    format: Option<String>,
}

/// A multipart form with one or more parts called `file`.
#[derive(ToSchema)]
#[expect(dead_code, reason = "only its shape is used, in the OpenAPI document")]
pub(crate) struct UploadForm {
    #[schema(value_type = Vec<String>, format = Binary)]
    file: Vec<Vec<u8>>,
}

/// Files that the service fetches.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Sources {
    /// Files at `s3://`, `gs://`, `az://` or `https://`, or below a folder of the server's, as far as the server's settings
    /// allow them. One that ends with `/` stands for all files below it.
    #[schema(example = json!(["s3://logs/router/2025-07/"]), min_items = 1)]
    sources: Vec<String>,
}

/// Upload log files
///
/// As `multipart/form-data` with one or more parts called `file`, as raw bytes with `?filename=`, or as JSON that says where
/// the service is to fetch them.
/// Answers once the bytes are stored; their profile follows as the dataset's own status,
/// `profiling` to `ready` or `invalid`. Files may be compressed with gzip, Zstandard, bzip2 or xz,
/// and be ZIP or tar archives of files.
#[utoipa::path(
    tag = "datasets",
    operation_id = "create_dataset",
    params(UploadQuery, ("Idempotency-Key" = Option<String>, Header, description = "The same key and content get the first answer again")),
    request_body(description = "Log files", content((UploadForm = "multipart/form-data"), (Vec<u8> = "application/octet-stream"), (Sources = "application/json"))),
    responses((status = 201, description = "Stored", body = Dataset, headers(("Location" = String))),
        (status = 413, description = "Too large", body = ProblemBody, content_type = "application/problem+json"),
        (status = 422, description = "No file, or an empty one", body = ProblemBody, content_type = "application/problem+json"),
        (status = 507, description = "Storage full", body = ProblemBody, content_type = "application/problem+json"))
)]
#[post("/datasets")]
pub(crate) async fn create_dataset(
    trainer: Trainer,
    state: web::Data<AppState>,
    query: web::Query<UploadQuery>,
    request: HttpRequest,
    payload: web::Payload,
) -> Result<Created, Problem> {
    let format = query.format.as_deref().map(read_format).transpose()?;
    let content_type =
        request.headers().get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or("");
    let mut upload = Upload { state: &state, files: Vec::new(), remaining: state.limits.upload_bytes };
    if content_type.starts_with("multipart/form-data") {
        let mut payload = payload.into_inner();
        let form = Multipart::from_request(&request, &mut payload)
            .await
            .map_err(|error| Problem::bad_request(format!("the multipart body cannot be read: {error}")))?;
        upload.take_form(form).await?;
    } else if content_type.starts_with("application/json") && query.filename.is_none() {
        let mut payload = payload.into_inner();
        let said = Body::<Sources>::from_request(&request, &mut payload).await?.value;
        upload.fetch(&said.sources).await?;
    } else {
        let name = query.filename.as_deref().filter(|name| !name.trim().is_empty()).ok_or_else(|| {
            Problem::unsupported_media_type(
                "send multipart/form-data with parts called `file`, raw bytes with `?filename=`, or JSON with `sources`",
            )
        })?;
        let bytes = payload.map_err(|error| Problem::bad_request(format!("the upload broke off: {error}")));
        upload.take_file(name, bytes).await?;
    }
    let files = upload.files;
    let Some(first) = files.first() else {
        return Err(Problem::invalid_field("/file", "no file was sent; add one or more parts called `file`"));
    };
    let name = match query.name.as_deref().map(str::trim).filter(|name| !name.is_empty()) {
        Some(name) if name.chars().count() > 200 => {
            return Err(Problem::invalid_field("/name", "may have at most 200 characters"));
        }
        Some(name) => name.to_owned(),
        None => first.name.clone(),
    };
    let sha256 = digest(&files);
    let size_bytes = files.iter().map(|file| file.size_bytes).sum();
    let mut connection = state.connection().await?;
    let said = query.format.as_deref().unwrap_or_default();
    let payload_sha256 = idempotency::digest([sha256.as_bytes(), name.as_bytes(), said.as_bytes()]);
    let idempotent = Idempotent::of(&request, &trainer.0, "create_dataset", payload_sha256)?;
    connection
        .transaction(async |connection| {
            if let Some(answer) = idempotent.earlier(connection).await? {
                return Ok(answer);
            }
            let id = DatasetId::new();
            let dataset = NewDataset {
                id,
                name: &name,
                files,
                size_bytes,
                sha256: &sha256,
                format,
                created_by: trainer.0.name(),
            };
            let dataset: Dataset = datasets::create(connection, dataset).await?.into();
            let detail =
                serde_json::json!({"name": dataset.name, "sha256": dataset.sha256, "size_bytes": size_bytes});
            trainer.0.audit(connection, "create", "dataset", id, detail).await?;
            notify::work(connection).await?;
            idempotent.answer(connection, 201, id.0, format!("/api/v1/datasets/{id}"), &dataset).await
        })
        .await
}

/// SHA-256 of the lines `<sha256>  <name>`, as `sha256sum` prints them.
fn digest(files: &[DatasetFile]) -> String {
    let mut digest = Sha256::new();
    for file in files {
        digest.update(format!("{}  {}\n", file.sha256, file.name));
    }
    hex::encode(digest.finalize())
}

struct Upload<'a> {
    state: &'a AppState,
    files: Vec<DatasetFile>,
    remaining: u64,
}

impl Upload<'_> {
    async fn take_form(&mut self, mut form: Multipart) -> Result<(), Problem> {
        while let Some(field) = form.next().await {
            let field = field.map_err(|error| {
                Problem::bad_request(format!("the multipart body cannot be read: {error}"))
            })?;
            let name = field.name().unwrap_or_default().to_owned();
            if name != "file" {
                return Err(Problem::invalid_field(
                    format!("/{name}"),
                    "is unknown; parts are called `file`",
                ));
            }
            let file_name = field
                .content_disposition()
                .and_then(|disposition| disposition.get_filename())
                .unwrap_or("file")
                .to_owned();
            let bytes = field.map_err(|error| Problem::bad_request(format!("the upload broke off: {error}")));
            self.take_file(&file_name, bytes).await?;
        }
        Ok(())
    }

    /// Fetches what lies at the addresses.
    async fn fetch(&mut self, addresses: &[String]) -> Result<(), Problem> {
        let files = intake::Limits { content_bytes: self.remaining, ..intake::Limits::default() };
        for (at, address) in addresses.iter().enumerate() {
            let invalid =
                |error: IntakeError| Problem::invalid_field(format!("/sources/{at}"), error.to_string());
            let located =
                intake::locate(address, &self.state.limits.sources, files).await.map_err(invalid)?;
            for source in &located.sources {
                let bytes = source.bytes().await.map_err(invalid)?;
                let broken = |error| Problem::bad_request(format!("{address} broke off: {error}"));
                self.take_file(&source.name.replace('/', "_"), bytes.map_err(broken)).await?;
            }
        }
        Ok(())
    }

    async fn take_file(
        &mut self,
        name: &str,
        bytes: impl Stream<Item = Result<Bytes, Problem>>,
    ) -> Result<(), Problem> {
        let limit = self.state.limits.upload_files;
        if self.files.len() >= limit {
            return Err(Problem::too_large(format!("an upload may hold {limit} files")));
        }
        // A name is only a label here; a path in it is a habit of some clients.
        let name = name.rsplit(['/', '\\']).next().unwrap_or(name).trim();
        let name: String = name.chars().filter(|c| !c.is_control()).take(200).collect();
        let name = if name.is_empty() { "file".to_owned() } else { name };
        if self.files.iter().any(|file| file.name == name) {
            return Err(Problem::invalid_field(
                "/file",
                format!("two files are called `{name}`; rename one"),
            ));
        }
        let mut writer = self.state.blobs.writer().await?;
        let mut bytes = std::pin::pin!(bytes);
        while let Some(chunk) = bytes.next().await {
            let outcome = match chunk {
                Ok(chunk) => match self.remaining.checked_sub(chunk.len() as u64) {
                    Some(remaining) => {
                        self.remaining = remaining;
                        writer.write(chunk).await.map_err(Problem::from)
                    }
                    None => {
                        let limit = self.state.limits.upload_bytes;
                        Err(Problem::too_large(format!("an upload may have {limit} bytes")))
                    }
                },
                Err(problem) => Err(problem),
            };
            if let Err(problem) = outcome {
                writer.abandon().await;
                return Err(problem);
            }
        }
        if writer.size_bytes() == 0 {
            writer.abandon().await;
            return Err(Problem::invalid_field(
                "/file",
                format!("`{name}` is empty: it holds no log records"),
            ));
        }
        let blob = writer.finish().await?;
        self.files.push(DatasetFile { name, size_bytes: blob.size_bytes, sha256: blob.sha256 });
        Ok(())
    }
}
