//! An executor of the cluster that knows how to open tickets.

use super::{store::ParsedStore, ticket::STORE};
use crate::IntakeError;
use ballista_executor::executor_process::{ExecutorProcessConfig, start_executor_process};
use datafusion::execution::{object_store::ObjectStoreUrl, runtime_env::RuntimeEnvBuilder};
use std::{path::PathBuf, sync::Arc};

/// How to run an executor.
#[derive(Clone, Debug)]
pub struct ExecutorOptions {
    pub scheduler_host: String,
    pub scheduler_port: u16,
    /// The address to listen on.
    pub listen: String,
    /// The name that others reach this executor by; the address it connects from when absent.
    pub external_host: Option<String>,
    /// Where others fetch results.
    pub port: u16,
    /// Where the scheduler hands out tasks.
    pub grpc_port: u16,
    /// Tasks at a time.
    pub vcores: usize,
    /// Memory of all sorts together, beyond which they spill to disk; seven tenths of the machine's when absent.
    pub memory_bytes: Option<u64>,
    /// Parsed, sorted and spilled records.
    pub folder: PathBuf,
    /// Folders that files may be read from; anywhere when empty.
    pub roots: Vec<PathBuf>,
}

/// Runs until it is told to stop (SIGINT, SIGTERM or the scheduler).
///
/// # Errors
/// When the scheduler cannot be reached, a port is taken, or a folder cannot be used.
pub async fn run_executor(options: ExecutorOptions) -> Result<(), IntakeError> {
    let address = format!("{}:{}", options.scheduler_host, options.scheduler_port);
    let failed = |reason: String| IntakeError::Cluster { address: address.clone(), reason };
    let unusable = |path: &PathBuf, error| failed(format!("{} cannot be used: {error}", path.display()));
    std::fs::create_dir_all(&options.folder).map_err(|error| unusable(&options.folder, error))?;
    let roots = options.roots.iter();
    let roots = roots.map(|root| root.canonicalize().map_err(|error| unusable(root, error)));
    let store =
        Arc::new(ParsedStore { folder: options.folder.clone(), roots: roots.collect::<Result<_, _>>()? });
    let url = ObjectStoreUrl::parse(STORE).map_err(|error| failed(error.to_string()))?;
    let folder = options.folder.clone();
    let config = ExecutorProcessConfig {
        bind_host: options.listen,
        external_host: options.external_host,
        port: options.port,
        grpc_port: options.grpc_port,
        scheduler_host: options.scheduler_host,
        scheduler_port: options.scheduler_port,
        vcores: options.vcores,
        memory_pool_size: options.memory_bytes,
        work_dir: Some(options.folder.to_string_lossy().into_owned()),
        // What a client did not fetch within a week, the default, is looked for every hour.
        job_data_clean_up_interval_seconds: 3600,
        override_runtime_producer: Some(Arc::new(move |_| {
            let runtime = RuntimeEnvBuilder::new().with_temp_file_path(folder.clone()).build_arc()?;
            runtime.register_object_store(url.as_ref(), Arc::<ParsedStore>::clone(&store));
            Ok(runtime)
        })),
        ..ExecutorProcessConfig::default()
    };
    start_executor_process(Arc::new(config)).await.map_err(|error| failed(error.to_string()))
}
