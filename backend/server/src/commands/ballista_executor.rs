//! `trainyard ballista-executor`: one machine of a Ballista cluster that reads datasets.

use crate::logging;
use anyhow::Context;
use clap::Args;
use std::{
    net::{IpAddr, Ipv4Addr, TcpListener},
    path::PathBuf,
    process::ExitCode,
};
use trainyard_intake::ExecutorOptions;

#[derive(Args)]
pub(crate) struct BallistaExecutorArguments {
    /// The scheduler, as HOST:PORT
    #[arg(long, value_name = "HOST:PORT", value_parser = host_and_port)]
    scheduler: (String, u16),
    /// The address to listen on
    #[arg(long, value_name = "ADDRESS", default_value_t = IpAddr::V4(Ipv4Addr::LOCALHOST))]
    listen: IpAddr,
    /// The name that clients and other executors reach this one by; what the scheduler sees, when left out
    #[arg(long, value_name = "HOST")]
    external_host: Option<String>,
    /// Where results are fetched; 0 takes any free port
    #[arg(long, default_value_t = 50051)]
    port: u16,
    /// Where the scheduler hands out tasks; 0 takes any free port
    #[arg(long, default_value_t = 50052)]
    grpc_port: u16,
    /// Tasks at a time; as many as there are cores, when left out
    #[arg(long)]
    vcores: Option<usize>,
    /// Memory for sorting, in MiB, beyond which records are spilled; most of the machine's, when left out
    #[arg(long)]
    memory_mb: Option<u64>,
    /// The folder for parsed and sorted records; one of its own below the system's temporary folder, when left out
    #[arg(long, value_name = "DIR")]
    work_dir: Option<PathBuf>,
    /// Read only files below this folder (may be given several times); any file, when left out
    #[arg(long = "root", value_name = "DIR")]
    roots: Vec<PathBuf>,
}

pub(crate) fn run(arguments: BallistaExecutorArguments) -> anyhow::Result<ExitCode> {
    logging::start();
    let BallistaExecutorArguments { scheduler, listen, external_host, vcores, work_dir, roots, .. } =
        arguments;
    let port = free_port(listen, arguments.port)?;
    let cores = || std::thread::available_parallelism().map_or(1, |cores| cores.get());
    let options = ExecutorOptions {
        scheduler_host: scheduler.0,
        scheduler_port: scheduler.1,
        listen: listen.to_string(),
        external_host,
        port,
        grpc_port: free_port(listen, arguments.grpc_port)?,
        vcores: vcores.unwrap_or_else(cores).max(1),
        memory_bytes: arguments.memory_mb.map(|mebibytes| mebibytes << 20),
        folder: work_dir.unwrap_or_else(|| {
            std::env::temp_dir().join(format!("trainyard-executor-{}", std::process::id()))
        }),
        roots,
    };
    tokio::runtime::Runtime::new()?.block_on(trainyard_intake::run_executor(options))?;
    Ok(ExitCode::SUCCESS)
}

fn host_and_port(text: &str) -> Result<(String, u16), String> {
    let parts = text.rsplit_once(':').and_then(|(host, port)| Some((host.to_owned(), port.parse().ok()?)));
    parts.filter(|(host, _)| !host.is_empty()).ok_or_else(|| "it must be like scheduler:50050".to_owned())
}

/// This port, or one that is free now.
fn free_port(listen: IpAddr, port: u16) -> anyhow::Result<u16> {
    if port != 0 {
        return Ok(port);
    }
    let listener = TcpListener::bind((listen, 0)).with_context(|| format!("no port is free on {listen}"))?;
    Ok(listener.local_addr()?.port())
}
