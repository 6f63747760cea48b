//! What `serve`, `worker` and `token` share: the data folder, the database, the files.

use anyhow::Context;
use clap::Args;
use std::{
    fs::File,
    path::{Path, PathBuf},
    time::Duration,
};
use tokio::signal::unix::{Signal, SignalKind, signal};
use trainyard_blobs::Blobs;
use trainyard_jobs::WorkerSettings;
use trainyard_store::{Store, cluster::Cluster};

/// Where things are kept.
#[derive(Args, Clone, Debug)]
pub(crate) struct StorageArguments {
    /// The folder of everything that is kept: files, and the database unless DATABASE_URL is set
    #[arg(long = "data", value_name = "DIR", env = "TRAINYARD_DATA", default_value_os_t = default_data())]
    pub(crate) data: PathBuf,
    /// A Postgres database to use instead of a private one in the data folder
    #[arg(long, env = "DATABASE_URL", hide_env_values = true)]
    pub(crate) database_url: Option<String>,
}

fn default_data() -> PathBuf {
    let home = std::env::var_os("HOME").map(PathBuf::from);
    match home {
        Some(home) if home != Path::new("/root") => home.join(".local/share/trainyard"),
        _ => PathBuf::from("/var/lib/trainyard"),
    }
}

/// How work is done.
#[derive(Args, Clone, Debug)]
pub(crate) struct WorkArguments {
    /// Jobs that run at once
    #[arg(long, default_value_t = 1, env = "TRAINYARD_JOBS")]
    pub(crate) jobs: usize,
    /// The most memory one job may have, in MiB; three quarters of the machine's, when left out
    #[arg(long, env = "TRAINYARD_JOB_MEMORY_MB")]
    pub(crate) job_memory_mb: Option<u64>,
    /// Seconds a claim on a job lasts without renewal
    #[arg(long, default_value_t = 15.0, env = "TRAINYARD_LEASE_SECONDS")]
    pub(crate) lease_seconds: f64,
    /// Seconds that running jobs get when the process is told to stop; then they go back to the queue
    #[arg(long, default_value_t = 10.0, env = "TRAINYARD_DRAIN_SECONDS")]
    pub(crate) drain_seconds: f64,
}

impl StorageArguments {
    pub(crate) fn blobs_folder(&self) -> PathBuf {
        self.data.join("blobs")
    }

    pub(crate) fn open_blobs(&self) -> anyhow::Result<Blobs> {
        Ok(Blobs::open_folder(&self.blobs_folder())?)
    }

    /// Makes the data folder; as root others may enter it, since the database runs as another user.
    pub(crate) fn prepare(&self) -> anyhow::Result<()> {
        std::fs::create_dir_all(&self.data)
            .with_context(|| format!("the data folder {} cannot be made", self.data.display()))
    }

    /// The right to be the one service on this folder, for as long as the file is open.
    pub(crate) fn lock(&self) -> anyhow::Result<Option<File>> {
        let path = self.data.join("lock");
        let file = File::create(&path).with_context(|| path.display().to_string())?;
        Ok(file.try_lock().is_ok().then_some(file))
    }
}

impl WorkArguments {
    pub(crate) fn settings(&self, storage: &StorageArguments) -> anyhow::Result<WorkerSettings> {
        Ok(WorkerSettings {
            slots: self.jobs.max(1),
            lease: Duration::try_from_secs_f64(self.lease_seconds.max(1.0))?,
            memory_bytes: self
                .job_memory_mb
                .map(|mebibytes| mebibytes << 20)
                .or_else(three_quarters_of_memory),
            drain: Duration::try_from_secs_f64(self.drain_seconds.max(0.0))?,
            program: std::env::current_exe().context("the program's own path is unknown")?,
            blobs: storage.blobs_folder(),
            scratch: storage.data.join("scratch"),
        })
    }
}

fn three_quarters_of_memory() -> Option<u64> {
    let text = std::fs::read_to_string("/proc/meminfo").ok()?;
    let line = text.lines().find_map(|line| line.strip_prefix("MemTotal:"))?;
    let kibibytes: u64 = line.split_whitespace().next()?.parse().ok()?;
    Some(kibibytes * 1024 / 4 * 3)
}

/// The database, and the private cluster it is in.
pub(crate) struct Database {
    pub(crate) store: Store,
    cluster: Option<Cluster>,
}

impl Database {
    /// Opens the database: the one named, or a private one that is started here.
    pub(crate) async fn open(storage: &StorageArguments, connections: usize) -> anyhow::Result<Self> {
        if let Some(url) = &storage.database_url {
            return Ok(Self { store: Store::open(url, connections).await?, cluster: None });
        }
        let cluster = Cluster::start(&storage.data).await?;
        let opened = async {
            let url = cluster.ensure_database().await?;
            Ok::<_, anyhow::Error>(Store::open(&url, connections).await?)
        };
        match opened.await {
            Ok(store) => Ok(Self { store, cluster: Some(cluster) }),
            Err(error) => {
                cluster.stop().await?;
                Err(error)
            }
        }
    }

    /// Opens the database that a running service has open, or starts it.
    pub(crate) async fn borrow(storage: &StorageArguments) -> anyhow::Result<(Self, Option<File>)> {
        storage.prepare()?;
        let lock = storage.lock()?;
        if lock.is_none() && storage.database_url.is_none() {
            let url = Cluster::url_of(&storage.data)?;
            return Ok((Self { store: Store::open(&url, 1).await?, cluster: None }, None));
        }
        Ok((Self::open(storage, 1).await?, lock))
    }

    pub(crate) async fn close(self) -> anyhow::Result<()> {
        drop(self.store);
        if let Some(cluster) = self.cluster {
            cluster.stop().await?;
        }
        Ok(())
    }
}

/// Requests to stop, by SIGTERM or Ctrl-C, heard from when this is made: also one that comes during the start.
pub(crate) struct StopSignal {
    terminate: Signal,
    interrupt: Signal,
}

impl StopSignal {
    pub(crate) fn listen() -> anyhow::Result<Self> {
        Ok(Self { terminate: signal(SignalKind::terminate())?, interrupt: signal(SignalKind::interrupt())? })
    }

    async fn next(&mut self) {
        tokio::select! {
            _ = self.terminate.recv() => {}
            _ = self.interrupt.recv() => {}
        }
    }

    /// Returns when the process is asked to stop. Asked once more, the process ends at once.
    pub(crate) async fn requested(mut self) {
        self.next().await;
        tokio::spawn(async move {
            self.next().await;
            std::process::exit(130);
        });
    }
}
