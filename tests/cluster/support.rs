//! A scheduler in this process, and executors as processes of their own, on loopback.

use ballista_scheduler::{
    cluster::BallistaCluster, config::SchedulerConfig, scheduler_process::start_server,
};
use std::{
    fs::{self, File},
    net::{Ipv4Addr, SocketAddr, TcpListener},
    process::{Child, Command, Stdio},
    sync::{Arc, LazyLock},
    time::{Duration, Instant},
};
use tempfile::TempDir;
use tokio::runtime::Runtime;

/// The program under test.
pub(crate) const PROGRAM: &str = env!("CARGO_BIN_EXE_trainyard");
/// Long enough for a loaded machine; a test that passes does not take it.
const PATIENCE: Duration = Duration::from_secs(90);
const BETWEEN_LOOKS: Duration = Duration::from_millis(15);

static RUNTIME: LazyLock<Runtime> = LazyLock::new(|| Runtime::new().unwrap());

pub(crate) fn block_on<T>(future: impl Future<Output = T>) -> T {
    let limited = RUNTIME.block_on(async { tokio::time::timeout(PATIENCE, future).await });
    limited.unwrap_or_else(|_| panic!("waited {PATIENCE:?} in vain for the cluster"))
}

pub(crate) fn free_port() -> u16 {
    TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap().local_addr().unwrap().port()
}

pub(crate) struct Cluster {
    /// As `TRAINYARD_BALLISTA` has it.
    pub(crate) address: String,
    pub(crate) executors: Vec<Executor>,
}

impl Cluster {
    /// A scheduler as it comes, and an executor with one core for each of these lists of flags.
    pub(crate) fn start(executors: &[&[&str]]) -> Self {
        let port = free_port();
        let config = SchedulerConfig {
            external_host: "127.0.0.1".to_owned(),
            bind_port: port,
            min_ready_executors: executors.len(),
            ..SchedulerConfig::default()
        };
        let scheduler = async move {
            let cluster = BallistaCluster::new_from_config(&config).await?;
            start_server(cluster, SocketAddr::from((Ipv4Addr::LOCALHOST, port)), Arc::new(config)).await
        };
        RUNTIME.spawn(scheduler);
        wait_until("the scheduler answers", || {
            ureq::get(format!("http://127.0.0.1:{port}/healthz")).call().is_ok()
        });
        let mut executors: Vec<Executor> =
            executors.iter().map(|flags| Executor::start(port, flags)).collect();
        wait_until("the executors are registered", || {
            executors.iter_mut().for_each(Executor::assert_alive);
            ureq::get(format!("http://127.0.0.1:{port}/readyz")).call().is_ok()
        });
        Self { address: format!("df://127.0.0.1:{port}"), executors }
    }
}

pub(crate) struct Executor {
    child: Child,
    folder: TempDir,
}

impl Executor {
    fn start(scheduler: u16, flags: &[&str]) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let child = Command::new(PROGRAM)
            .args(["ballista-executor", "--scheduler", &format!("127.0.0.1:{scheduler}")])
            .args(["--port", "0", "--grpc-port", "0", "--vcores", "1"])
            .arg("--work-dir")
            .arg(folder.path().join("work"))
            .args(flags)
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(File::create(folder.path().join("log")).unwrap())
            .spawn()
            .unwrap();
        Self { child, folder }
    }

    fn assert_alive(&mut self) {
        if let Some(status) = self.child.try_wait().unwrap() {
            panic!("an executor ended ({status}): {}", self.logged());
        }
    }

    fn logged(&self) -> String {
        fs::read_to_string(self.folder.path().join("log")).unwrap_or_default()
    }

    /// Files that it has parsed.
    pub(crate) fn parsed(&self) -> usize {
        self.logged().matches("parsed for the cluster").count()
    }

    /// `kill -9`.
    pub(crate) fn kill(&mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }
}

impl Drop for Executor {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
        if std::thread::panicking() {
            let log = self.logged();
            let lines: Vec<&str> = log.lines().collect();
            eprintln!("an executor logged at last:\n{}", lines[lines.len().saturating_sub(8)..].join("\n"));
        }
    }
}

fn wait_until(what: &str, mut look: impl FnMut() -> bool) {
    let began = Instant::now();
    while !look() {
        assert!(began.elapsed() < PATIENCE, "waited {PATIENCE:?} in vain until {what}");
        std::thread::park_timeout(BETWEEN_LOOKS);
    }
}
