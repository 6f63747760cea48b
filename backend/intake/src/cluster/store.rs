//! The object store `trainyard://parsed/` of an executor: opening a ticket parses the file that it names.

use super::{ticket::Ticket, trailer::Trailer};
use crate::{
    IntakeError, ReadOptions,
    options::Meter,
    plan::{self, Scan},
    read,
};
use async_trait::async_trait;
use datafusion::{
    arrow::{
        array::{RecordBatch, UInt32Array},
        ipc::writer::FileWriter,
    },
    error::DataFusionError,
};
use futures::{
    StreamExt, TryStreamExt,
    stream::{self, BoxStream},
};
use object_store::{
    Attributes, CopyOptions, Error, GetOptions, GetResult, GetResultPayload, ListResult, MultipartUpload,
    ObjectMeta, ObjectStore, ObjectStoreExt, PutMultipartOptions, PutOptions, PutPayload, PutResult,
    Result as Stored, path::Path,
};
use std::{
    fmt,
    fs::File,
    io::{BufWriter, Seek},
    path::PathBuf,
    sync::{Arc, atomic::Ordering},
};

/// Read-only; every ticket is a file.
#[derive(Debug)]
pub(super) struct ParsedStore {
    /// Where parsed records wait to be sorted, in files that have no name and so end with the process.
    pub(super) folder: PathBuf,
    /// Folders that files may be read from; anywhere when empty.
    pub(super) roots: Vec<PathBuf>,
}

impl ParsedStore {
    /// The file's records and their trailer as an Arrow file.
    async fn parse(&self, ticket: &Ticket) -> Result<File, DataFusionError> {
        let options = ReadOptions {
            limits: ticket.limits,
            spill: Some(self.folder.clone()),
            cluster: None,
            ..ReadOptions::new(ticket.now)
        };
        let (files, mut failure) = match self.open(ticket, &options).await {
            Ok(files) => (files, None),
            Err(error) => (Vec::new(), Some(error.to_string())),
        };
        let scan = Arc::new(Scan::new(files, options, Arc::new(Meter::new(Arc::new(()), ticket.size))));
        let mut batches = plan::parsed(&scan)?.execute_stream().await?;
        let schema = batches.schema();
        let file = tempfile::tempfile_in(&self.folder)?;
        let mut writer = FileWriter::try_new(BufWriter::new(file), &schema)?;
        while failure.is_none() {
            match batches.try_next().await {
                Ok(Some(batch)) => writer.write(&numbered(&batch, ticket.index)?)?,
                Ok(None) => break,
                Err(error) => failure = Some(scan.error(&error).to_string()),
            }
        }
        let content_bytes = scan.content_bytes.load(Ordering::Acquire);
        let trailer = Trailer { framed: scan.framed(), content_bytes, failure };
        writer.write(&trailer.row(ticket.index, &schema)?)?;
        let buffer = writer.into_inner()?;
        let mut file = buffer.into_inner().map_err(|error| DataFusionError::from(error.into_error()))?;
        file.rewind()?;
        Ok(file)
    }

    /// The file with its format.
    async fn open(&self, ticket: &Ticket, options: &ReadOptions) -> Result<Vec<plan::File>, IntakeError> {
        let storage = |cause| IntakeError::Storage { file: ticket.name.clone(), cause };
        let path = ticket.path.canonicalize().map_err(|source| {
            let path = ticket.path.display().to_string();
            storage(Error::NotFound { path, source: source.into() })
        })?;
        if !self.roots.is_empty() && !self.roots.iter().any(|root| path.starts_with(root)) {
            let path = path.display().to_string();
            let source = "it lies below none of the folders that this executor reads from (--root)".into();
            return Err(storage(Error::PermissionDenied { path, source }));
        }
        let source = ticket.source(&path).map_err(storage)?;
        let here = source.store.head(&source.location).await.map_err(storage)?.size;
        if here != ticket.size {
            let source =
                format!("it has {here} bytes here and {} where it was asked for", ticket.size).into();
            return Err(storage(Error::Generic { store: "trainyard", source }));
        }
        Ok(read::detect_all(vec![source], &ticket.format, options).await?.0)
    }
}

/// The file's index here is 0; in the dataset it is this.
fn numbered(batch: &RecordBatch, index: u32) -> Result<RecordBatch, DataFusionError> {
    let mut columns = batch.columns().to_vec();
    let place = batch.schema().index_of("file")?;
    columns[place] = Arc::new(UInt32Array::from_value(index, batch.num_rows()));
    Ok(RecordBatch::try_new(batch.schema(), columns)?)
}

impl fmt::Display for ParsedStore {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("ParsedStore")
    }
}

/// Only whole tickets can be read.
fn refused<T>(operation: &'static str) -> Stored<T> {
    Err(Error::NotSupported { source: format!("parsed records cannot be used by `{operation}`").into() })
}

#[async_trait]
impl ObjectStore for ParsedStore {
    async fn get_opts(&self, location: &Path, options: GetOptions) -> Stored<GetResult> {
        if options.range.is_some() || options.head {
            return refused("get in parts");
        }
        let failed =
            |source: Box<dyn std::error::Error + Send + Sync>| Error::Generic { store: "trainyard", source };
        let ticket = Ticket::decode(location).ok_or_else(|| failed("the name is no ticket".into()))?;
        let file = self.parse(&ticket).await.map_err(|error| failed(error.into()))?;
        let size = file.metadata().map_err(|error| failed(error.into()))?.len();
        tracing::info!(file = ticket.name, bytes = size, "parsed for the cluster");
        Ok(GetResult {
            payload: GetResultPayload::File(file, ticket.path),
            meta: ObjectMeta {
                location: location.clone(),
                last_modified: ticket.now,
                size,
                e_tag: None,
                version: None,
            },
            range: 0..size,
            attributes: Attributes::default(),
        })
    }

    async fn put_opts(&self, _: &Path, _: PutPayload, _: PutOptions) -> Stored<PutResult> {
        refused("put")
    }

    async fn put_multipart_opts(&self, _: &Path, _: PutMultipartOptions) -> Stored<Box<dyn MultipartUpload>> {
        refused("put")
    }

    fn delete_stream(&self, _: BoxStream<'static, Stored<Path>>) -> BoxStream<'static, Stored<Path>> {
        stream::once(async { refused("delete") }).boxed()
    }

    fn list(&self, _: Option<&Path>) -> BoxStream<'static, Stored<ObjectMeta>> {
        stream::once(async { refused("list") }).boxed()
    }

    async fn list_with_delimiter(&self, _: Option<&Path>) -> Stored<ListResult> {
        refused("list")
    }

    async fn copy_opts(&self, _: &Path, _: &Path, _: CopyOptions) -> Stored<()> {
        refused("copy")
    }
}

#[cfg(test)]
mod tests {
    use super::{super::trailer::split, *};
    use crate::Limits;
    use datafusion::arrow::ipc::reader::FileReader;
    use std::path::Path as FilePath;
    use trainyard_types::FormatSpecification;

    /// What the store gives of the real export when it is asked for a file of this size.
    async fn export(size: Option<u64>) -> (usize, Vec<(u32, Trailer)>) {
        let shared = FilePath::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/data");
        let path = shared.join("mcp_export/export_20250701.json");
        let ticket = Ticket {
            index: 4,
            name: "export.json".to_owned(),
            size: size.unwrap_or(path.metadata().unwrap().len()),
            path,
            format: FormatSpecification::default(),
            now: "2025-07-02T00:00:00Z".parse().unwrap(),
            limits: Limits::default(),
        };
        let folder = tempfile::tempdir().unwrap();
        let store = ParsedStore { folder: folder.path().to_owned(), roots: Vec::new() };
        let got = store.get(&ticket.encode().unwrap()).await.unwrap();
        let GetResultPayload::File(file, _) = got.payload else { panic!("no file") };
        let parts: Vec<_> =
            FileReader::try_new(file, None).unwrap().map(|batch| split(batch.unwrap()).unwrap()).collect();
        let records = parts.iter().map(|(records, _)| records.num_rows()).sum();
        (records, parts.into_iter().flat_map(|(_, trailers)| trailers).collect())
    }

    #[tokio::test]
    async fn a_ticket_opens_to_its_records_and_a_trailer() {
        let (records, trailers) = export(None).await;
        let [(4, trailer)] = &trailers[..] else { panic!("{trailers:?}") };
        assert_eq!((records, trailer.framed), (35, 35));
        assert_eq!(trailer.failure, None);
    }

    #[tokio::test]
    async fn another_file_under_the_same_path_is_a_failure() {
        let (records, trailers) = export(Some(17)).await;
        let [(4, trailer)] = &trailers[..] else { panic!("{trailers:?}") };
        assert_eq!((records, trailer.framed), (0, 0));
        assert!(trailer.failure.as_ref().unwrap().contains("17"), "{trailer:?}");
    }
}
