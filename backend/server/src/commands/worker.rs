//! `trainyard worker`: more hands for a service, on this machine or another.

use crate::{
    logging,
    service::{Database, StopSignal, StorageArguments, WorkArguments},
};
use clap::Args;
use std::process::ExitCode;
use tokio_util::sync::CancellationToken;
use trainyard_jobs::Worker;
use trainyard_store::notify;

#[derive(Args)]
pub(crate) struct WorkerArguments {
    #[command(flatten)]
    storage: StorageArguments,
    #[command(flatten)]
    work: WorkArguments,
}

pub(crate) fn run(arguments: WorkerArguments) -> anyhow::Result<ExitCode> {
    logging::start();
    tokio::runtime::Runtime::new()?.block_on(work(arguments))
}

async fn work(arguments: WorkerArguments) -> anyhow::Result<ExitCode> {
    let stop = StopSignal::listen()?;
    let WorkerArguments { storage, work } = arguments;
    anyhow::ensure!(
        storage.database_url.is_some(),
        "a worker shares the database of a service: set DATABASE_URL (a service without it runs a worker itself)"
    );
    storage.prepare()?;
    let settings = work.settings(&storage)?;
    let database = Database::open(&storage, settings.slots + 3).await?;
    let stopping = CancellationToken::new();
    let news = notify::listen(database.store.clone(), stopping.clone().cancelled_owned());
    let worker = Worker::new(database.store.clone(), storage.open_blobs()?, settings, news, stopping.clone());
    let running = tokio::spawn(worker.run());
    tracing::info!("worker ready");
    stop.requested().await;
    stopping.cancel();
    running.await?;
    database.close().await?;
    Ok(ExitCode::SUCCESS)
}
