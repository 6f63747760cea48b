//! `trainyard serve`: the whole service on one machine.

use crate::{
    logging,
    service::{Database, StopSignal, StorageArguments, WorkArguments},
};
use actix_web::web::Data;
use anyhow::Context;
use chrono::{TimeDelta, Utc};
use clap::Args;
use std::{
    net::{SocketAddr, TcpListener},
    path::PathBuf,
    process::ExitCode,
};
use tokio_util::sync::CancellationToken;
use trainyard_api::{AppState, Limits};
use trainyard_intake::SourcePolicy;
use trainyard_jobs::Worker;
use trainyard_store::{
    Store, notify,
    tokens::{self, NewToken, TokenKind},
};
use trainyard_types::Role;

/// How long the printed sign-in link works.
const LINK_HOURS: i64 = 24;

#[derive(Args)]
pub(crate) struct ServeArguments {
    #[command(flatten)]
    storage: StorageArguments,
    #[command(flatten)]
    work: WorkArguments,
    /// The address to listen on; port 0 takes a free one
    #[arg(long, default_value = "127.0.0.1:8080", env = "TRAINYARD_LISTEN")]
    listen: String,
    /// Leave the work to `trainyard worker`
    #[arg(long, env = "TRAINYARD_NO_WORKER")]
    no_worker: bool,
    /// The most bytes of one upload
    #[arg(long, default_value_t = Limits::default().upload_bytes, env = "TRAINYARD_UPLOAD_BYTES")]
    upload_bytes: u64,
    /// Where files may be fetched from: an s3://, gs://, az:// or https:// address or a folder, and all below it (may be
    /// given several times)
    #[arg(
        long = "allow-source",
        value_name = "ADDRESS",
        value_delimiter = ',',
        env = "TRAINYARD_ALLOW_SOURCES"
    )]
    allow_sources: Vec<String>,
    /// A secret that is accepted as an admin token, for compose files and pipelines
    #[arg(long, env = "TRAINYARD_ADMIN_TOKEN", hide_env_values = true, hide = true)]
    admin_token: Option<String>,
}

pub(crate) fn run(arguments: ServeArguments) -> anyhow::Result<ExitCode> {
    logging::start();
    tokio::runtime::Runtime::new()?.block_on(serve(arguments))
}

async fn serve(arguments: ServeArguments) -> anyhow::Result<ExitCode> {
    let stop = StopSignal::listen()?;
    let storage = &arguments.storage;
    storage.prepare()?;
    let _lock = storage.lock()?.with_context(|| {
        format!(
            "another trainyard serves the data folder {}; stop it, or choose another with --data",
            storage.data.display()
        )
    })?;
    let listener = TcpListener::bind(&arguments.listen)
        .with_context(|| format!("{} cannot be listened on", arguments.listen))?;
    let settings = arguments.work.settings(storage)?;
    let blobs = storage.open_blobs()?;
    let database = Database::open(storage, settings.slots + 12).await?;
    let result = run_service(&arguments, &database.store, blobs, settings, listener, stop).await;
    database.close().await?;
    result.map(|()| ExitCode::SUCCESS)
}

async fn run_service(
    arguments: &ServeArguments,
    store: &Store,
    blobs: trainyard_blobs::Blobs,
    settings: trainyard_jobs::WorkerSettings,
    listener: TcpListener,
    stop: StopSignal,
) -> anyhow::Result<()> {
    let address = listener.local_addr()?;
    if let Some(secret) = arguments.admin_token.as_deref().filter(|secret| !secret.is_empty()) {
        tokens::set_environment_token(&mut *store.connection().await?, secret).await?;
    }
    let stopping = CancellationToken::new();
    let news = notify::listen(store.clone(), stopping.clone().cancelled_owned());
    let sources = SourcePolicy::new(&arguments.allow_sources)?;
    let limits = Limits { upload_bytes: arguments.upload_bytes, sources, ..Limits::default() };
    let state = AppState::new(store.clone(), blobs.clone(), news.clone(), limits, stopping.clone());
    let server = trainyard_api::serve(Data::new(state), listener)?;
    let handle = server.handle();
    let server = tokio::spawn(server);
    let worker = (!arguments.no_worker)
        .then(|| tokio::spawn(Worker::new(store.clone(), blobs, settings, news, stopping.clone()).run()));

    let link = sign_in_link(store, address).await?;
    let announcement = Announcement::write(&arguments.storage.data, address)?;
    println!("Trainyard is ready at http://{}", reachable(address));
    println!("Sign in:  {link}");

    stop.requested().await;
    tracing::info!("stopping: no new work is taken up");
    announcement.remove();
    stopping.cancel();
    handle.stop(true).await;
    if let Some(worker) = worker {
        worker.await?;
    }
    server.await??;
    Ok(())
}

/// A link with an admin token of its own, which works for a day.
async fn sign_in_link(store: &Store, address: SocketAddr) -> anyhow::Result<String> {
    let secret = tokens::new_secret()?;
    let token = NewToken {
        name: "owner",
        role: Role::Admin,
        kind: TokenKind::SignInLink,
        parent: None,
        secret: &secret,
        expires_at: Some(Utc::now() + TimeDelta::hours(LINK_HOURS)),
        created_by: "start",
    };
    tokens::create(&mut *store.connection().await?, token).await?;
    Ok(format!("http://{}/sign-in#token={secret}", reachable(address)))
}

/// An address that a browser on this machine can open.
fn reachable(address: SocketAddr) -> SocketAddr {
    if address.ip().is_unspecified() { SocketAddr::from(([127, 0, 0, 1], address.port())) } else { address }
}

/// `server.json` in the data folder: where the running service listens.
struct Announcement(PathBuf);

impl Announcement {
    fn write(data: &std::path::Path, address: SocketAddr) -> anyhow::Result<Self> {
        let path = data.join("server.json");
        let unfinished = data.join("server.json.unfinished");
        let address = format!("http://{}", reachable(address));
        let text = serde_json::json!({"address": address, "process_id": std::process::id()}).to_string();
        std::fs::write(&unfinished, text)?;
        std::fs::rename(&unfinished, &path)?;
        Ok(Self(path))
    }

    fn remove(self) {
        // A stale file is harmless: the lock says whether a service runs.
        let _ = std::fs::remove_file(self.0);
    }
}
