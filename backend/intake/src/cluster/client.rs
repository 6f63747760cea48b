//! The plan as the cluster gets it, and what comes back.

use super::{
    ticket::{STORE, Ticket},
    trailer,
};
use crate::{
    IntakeError,
    options::Meter,
    plan::{self, Scan},
};
use ballista_core::{
    execution_plans::execute_physical_plan, extension::SessionConfigExt,
    serde::BallistaPhysicalExtensionCodec,
};
use datafusion::{
    arrow::{
        array::RecordBatch,
        compute::SortOptions,
        datatypes::{Schema, SchemaRef},
    },
    datasource::{
        listing::PartitionedFile,
        physical_plan::{ArrowSource, FileGroup, FileScanConfigBuilder},
        source::DataSourceExec,
    },
    error::DataFusionError,
    execution::{SendableRecordBatchStream, object_store::ObjectStoreUrl},
    physical_expr::{
        LexOrdering, PhysicalExpr, PhysicalSortExpr,
        expressions::{CaseExpr, Column, is_null},
    },
    physical_plan::{
        ExecutionPlan,
        sorts::{sort::SortExec, sort_preserving_merge::SortPreservingMergeExec},
        stream::RecordBatchStreamAdapter,
    },
    prelude::{SessionConfig, SessionContext},
};
use datafusion_proto::protobuf::PhysicalPlanNode;
use futures::{TryStreamExt, stream};
use std::sync::{Arc, atomic::Ordering};
use trainyard_types::FormatSpecification;
use url::Url;

/// Tasks that read, at most; each reads its files one after the other.
const TASKS: usize = 64;

/// Runs the plan on the cluster. The batches are those of [`plan::sorted`]. Files that no executor can see are read
/// in this process, and with them the dataset.
pub(crate) async fn sorted(
    scan: &Arc<Scan>,
    format: &FormatSpecification,
    address: &str,
) -> Result<SendableRecordBatchStream, IntakeError> {
    let failed = |reason: String| IntakeError::Cluster { address: address.to_owned(), reason };
    let url = scheduler(address).map_err(failed)?;
    let Some(tickets) = tickets(scan, format).await? else { return plan::sorted(scan).await };
    let schema =
        Arc::new(plan::parsed(scan).map_err(|error| scan.error(&error))?.schema().as_arrow().clone());
    let plan = plan(tickets, &schema).map_err(|error| failed(error.to_string()))?;
    let config = SessionConfig::new_with_ballista().with_ballista_job_name("trainyard: read a dataset");
    let session = SessionContext::new_with_config(config.clone()).session_id();
    let codec = BallistaPhysicalExtensionCodec::default();
    let ballista = config.ballista_config();
    let batches = execute_physical_plan::<PhysicalPlanNode>(url, &ballista, plan, &codec, session, config)
        .await
        .map_err(|error| {
            failed(format!("{error}; see that its scheduler and executors run, or unset TRAINYARD_BALLISTA"))
        })?;
    let arrivals = Arrivals {
        scan: Arc::clone(scan),
        address: address.to_owned(),
        ended: vec![false; scan.files.len()],
    };
    Ok(Box::pin(RecordBatchStreamAdapter::new(schema, arrivals.records(batches))))
}

/// `df://host:port` as the address of an HTTP service.
fn scheduler(address: &str) -> Result<String, String> {
    let wanted = "the address must be like df://scheduler.example.org:50050";
    let url = Url::parse(address).map_err(|error| format!("{wanted} ({error})"))?;
    match (url.scheme(), url.host_str()) {
        ("df", Some(host)) => Ok(format!("http://{host}:{}", url.port().unwrap_or(50050))),
        _ => Err(wanted.to_owned()),
    }
}

/// One ticket per file; nothing when a file is out of the executors' sight.
async fn tickets(
    scan: &Scan,
    format: &FormatSpecification,
) -> Result<Option<Vec<PartitionedFile>>, IntakeError> {
    let mut tickets = Vec::with_capacity(scan.files.len());
    for (index, file) in (0..).zip(&scan.files) {
        let storage = |cause| IntakeError::Storage { file: file.source.name.clone(), cause };
        let ticket = match &file.unpacked {
            None => Ticket::of(index, &file.source, format, &scan.options).await.map_err(storage)?,
            Some(_) => None,
        };
        let Some(ticket) = ticket else {
            let file = &file.source.name;
            tracing::warn!(file, "not in a shared folder: the dataset is read here and not on the cluster");
            return Ok(None);
        };
        let name = ticket.encode().map_err(|error| IntakeError::Engine(error.to_string()))?;
        tickets.push(PartitionedFile::new(name.to_string(), ticket.size));
    }
    Ok(Some(tickets))
}

fn plan(files: Vec<PartitionedFile>, schema: &SchemaRef) -> Result<Arc<dyn ExecutionPlan>, DataFusionError> {
    let mut groups = vec![FileGroup::default(); files.len().clamp(1, TASKS)];
    let tasks = groups.len();
    for (index, file) in files.into_iter().enumerate() {
        groups[index % tasks].push(file);
    }
    let source = Arc::new(ArrowSource::new_file_source(Arc::clone(schema)));
    let scan =
        FileScanConfigBuilder::new(ObjectStoreUrl::parse(STORE)?, source).with_file_groups(groups).build();
    let order = order(schema)?;
    let sort =
        SortExec::new(order.clone(), DataSourceExec::from_data_source(scan)).with_preserve_partitioning(true);
    Ok(Arc::new(SortPreservingMergeExec::new(order, Arc::new(sort))))
}

fn order(schema: &Schema) -> Result<LexOrdering, DataFusionError> {
    let options = SortOptions { descending: false, nulls_first: false };
    let column = |name| Ok(Arc::new(Column::new_with_schema(name, schema)?) as Arc<dyn PhysicalExpr>);
    let timeless = |name| {
        let without = is_null(column("timestamp")?)?;
        Ok(Arc::new(CaseExpr::try_new(None, vec![(without, column(name)?)], None)?) as Arc<dyn PhysicalExpr>)
    };
    let [time, others @ ..] = plan::ORDER;
    let columns = [Ok(column(time)?)].into_iter().chain(plan::PLACE.map(timeless)).chain(others.map(column));
    let columns = columns.collect::<Result<Vec<_>, DataFusionError>>()?;
    let columns = columns.into_iter().map(|column| PhysicalSortExpr::new(column, options));
    LexOrdering::new(columns).ok_or_else(|| DataFusionError::Internal("the order has no columns".to_owned()))
}

/// What is known of the files so far.
struct Arrivals {
    scan: Arc<Scan>,
    address: String,
    /// By index: whether the file's trailer has come.
    ended: Vec<bool>,
}

impl Arrivals {
    /// The records alone, as long as everything is in order.
    fn records(
        self,
        batches: SendableRecordBatchStream,
    ) -> impl stream::Stream<Item = Result<RecordBatch, DataFusionError>> + Send {
        stream::try_unfold((self, batches), |(mut arrivals, mut batches)| async move {
            let next = batches.try_next().await;
            let Some(batch) = next.map_err(|error| arrivals.failed(error.to_string()))? else {
                arrivals.complete()?;
                return Ok(None);
            };
            let (records, trailers) = trailer::split(batch)?;
            for (file, trailer) in trailers {
                arrivals.end(file as usize, trailer).await?;
            }
            Ok(Some((records, (arrivals, batches))))
        })
    }

    fn failed(&self, reason: String) -> DataFusionError {
        self.scan.fail(usize::MAX, IntakeError::Cluster { address: self.address.clone(), reason })
    }

    async fn end(&mut self, index: usize, trailer: trailer::Trailer) -> Result<(), DataFusionError> {
        let (Some(file), Some(ended)) = (self.scan.files.get(index), self.ended.get_mut(index)) else {
            return Err(self.failed(format!("it gave records of a file {index} that it was not asked for")));
        };
        *ended = true;
        if let Some(failure) = trailer.failure {
            return Err(self.scan.fail(index, self.explain(file, failure).await));
        }
        self.scan.framed.fetch_add(trailer.framed, Ordering::AcqRel);
        self.scan.content_bytes.fetch_add(trailer.content_bytes, Ordering::AcqRel);
        self.scan.meter.add(file.source.size);
        Ok(())
    }

    /// An executor could not read a file: this process reads it to say why. When it can, the executor is at fault.
    async fn explain(&self, file: &plan::File, failure: String) -> IntakeError {
        let meter = Arc::new(Meter::new(Arc::new(()), file.source.size));
        let alone = Arc::new(Scan::new(vec![file.clone()], self.scan.options.clone(), meter));
        let read = async {
            let mut batches = plan::parsed(&alone)?.execute_stream().await?;
            while batches.try_next().await?.is_some() {}
            Ok(())
        };
        match read.await {
            Err(error) => alone.error(&error),
            Ok(()) => IntakeError::Cluster {
                address: self.address.clone(),
                reason: format!(
                    "an executor failed where this process does not ({failure}); every executor must see {} under \
                     the same path",
                    file.source.name
                ),
            },
        }
    }

    fn complete(&self) -> Result<(), DataFusionError> {
        match self.ended.iter().position(|ended| !ended) {
            None => Ok(()),
            Some(file) => {
                let name = &self.scan.files[file].source.name;
                Err(self.failed(format!("the records of {name} did not come to their end")))
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::scheduler;

    #[test]
    fn a_scheduler_has_a_scheme_a_host_and_perhaps_a_port() {
        assert_eq!(scheduler("df://[::1]:7000").unwrap(), "http://[::1]:7000");
        assert_eq!(scheduler("df://scheduler").unwrap(), "http://scheduler:50050");
        for address in ["scheduler:50050", "http://scheduler:50050", "df://", ""] {
            assert!(scheduler(address).unwrap_err().contains("df://"), "{address}");
        }
    }
}
