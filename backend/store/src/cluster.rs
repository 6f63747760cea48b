//! A private Postgres cluster in the data folder, for a server without `DATABASE_URL`.
//!
//! Invariants: it listens on a unix socket in a folder only its owner can enter, never on TCP; it is made
//! completely or not at all; whoever holds [`Cluster`] stops it. After a crash of either side the next
//! start finds it as it is: running, and takes it over, or stopped, and Postgres recovers.
//!
//! Postgres refuses to run as root: for root its processes run as the system user `postgres`.

mod binaries;

use crate::StoreError;
use diesel_async::{AsyncConnection, AsyncPgConnection, RunQueryDsl};
use rustix::process::geteuid;
use sha2::{Digest, Sha256};
use std::{
    io::{self, Read, Write},
    os::unix::{
        ffi::OsStrExt,
        fs::{MetadataExt, PermissionsExt},
        net::UnixStream,
        process::CommandExt,
    },
    path::{Path, PathBuf},
    process::Command,
    time::{Duration, Instant},
};

/// A unix socket's path may have 107 bytes; the socket's own name takes up to 20.
const LONGEST_SOCKET_FOLDER: usize = 86;
const USER: &str = "trainyard";
/// How long a crashed predecessor's last processes may take to go.
const START_PATIENCE: Duration = Duration::from_secs(20);
/// How long a server that runs may take to answer.
const ANSWER_PATIENCE: Duration = Duration::from_secs(1);
/// `SSLRequest` of the protocol, which every server answers with one byte.
const SSL_REQUEST: [u8; 8] = [0, 0, 0, 8, 0x04, 0xd2, 0x16, 0x2f];

#[derive(Debug, thiserror::Error)]
pub enum ClusterError {
    #[error(
        "no Postgres server programs (initdb, pg_ctl) were found; install them with \
         `apt-get install postgresql`, or set DATABASE_URL to a database that runs elsewhere"
    )]
    NoBinaries,
    #[error(
        "Postgres does not run as root and the system user `postgres` is missing; create it with \
         `adduser --system --group postgres`, or start as another user"
    )]
    NoUser,
    #[error(
        "started as root, the database runs as the user `postgres`, who cannot enter {0}; \
         choose a data folder that others can reach, such as /var/lib/trainyard, or run `chmod o+x {0}`"
    )]
    Unreachable(PathBuf),
    #[error("the database in {folder} could not be {what}:\n{output}")]
    Command { what: &'static str, folder: PathBuf, output: String },
    #[error("{path}: {source}")]
    Io { path: PathBuf, source: io::Error },
    #[error(transparent)]
    Store(#[from] StoreError),
}

fn at(path: &Path) -> impl FnOnce(io::Error) -> ClusterError {
    move |source| ClusterError::Io { path: path.to_owned(), source }
}

/// A running private cluster.
#[derive(Debug)]
pub struct Cluster {
    binaries: PathBuf,
    data: PathBuf,
    socket: PathBuf,
    /// Who Postgres runs as, when that is not us.
    owner: Option<(u32, u32)>,
}

impl Cluster {
    /// Starts the cluster under `folder`, making it first where there is none.
    pub async fn start(folder: &Path) -> Result<Self, ClusterError> {
        let cluster = Self::at(folder)?;
        tokio::task::spawn_blocking(move || {
            cluster.initialise()?;
            cluster.run()?;
            Ok::<_, ClusterError>(cluster)
        })
        .await
        .map_err(|error| ClusterError::Io { path: folder.to_owned(), source: io::Error::other(error) })?
    }

    /// The address of the cluster under `folder`, which another process runs.
    pub fn url_of(folder: &Path) -> Result<String, ClusterError> {
        Ok(Self::at(folder)?.url("trainyard"))
    }

    fn at(folder: &Path) -> Result<Self, ClusterError> {
        std::fs::create_dir_all(folder).map_err(at(folder))?;
        let folder = folder.canonicalize().map_err(at(folder))?;
        let owner = if geteuid().is_root() { Some(postgres_user()?) } else { None };
        if owner.is_some() {
            reachable(&folder)?;
        }
        let mut socket = folder.join("socket");
        if socket.as_os_str().len() > LONGEST_SOCKET_FOLDER {
            let digest = Sha256::digest(folder.as_os_str().as_bytes());
            let name = hex::encode(&digest[..6]);
            socket = std::env::temp_dir().join(format!("trainyard-{name}"));
        }
        Ok(Self { binaries: binaries::find()?, data: folder.join("postgres"), socket, owner })
    }

    /// The address of a database of this cluster.
    pub fn url(&self, database: &str) -> String {
        let mut host = String::new();
        for byte in self.socket.as_os_str().as_bytes() {
            match byte {
                b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'.' | b'-' | b'_' => host.push(char::from(*byte)),
                other => host.push_str(&format!("%{other:02X}")),
            }
        }
        format!("postgresql://{USER}@{host}/{database}")
    }

    /// Stops the cluster: open transactions are rolled back, everything committed is on disk.
    pub async fn stop(self) -> Result<(), ClusterError> {
        tokio::task::spawn_blocking(move || {
            self.pg_ctl("stopped", &["stop", "-m", "fast", "-w", "-t", "60"]).map(|_| ())
        })
        .await
        .unwrap_or(Ok(()))
    }

    /// Creates the database of the service, where it is missing.
    pub async fn ensure_database(&self) -> Result<String, ClusterError> {
        let admin = self.url("postgres");
        let mut connection = AsyncPgConnection::establish(&admin)
            .await
            .map_err(|error| StoreError::Unreachable(error.to_string()))?;
        match diesel::sql_query("CREATE DATABASE trainyard").execute(&mut connection).await {
            Ok(_) => {}
            // 42P04: it is there already.
            Err(diesel::result::Error::DatabaseError(_, information))
                if information.message().contains("already exists") => {}
            Err(error) => return Err(StoreError::from(error).into()),
        }
        Ok(self.url("trainyard"))
    }

    fn initialise(&self) -> Result<(), ClusterError> {
        self.own_folder(&self.socket)?;
        if self.data.join("PG_VERSION").exists() {
            return Ok(());
        }
        // Made beside its place and renamed when complete: an interrupted start begins anew.
        let unfinished = self.data.with_extension("unfinished");
        if unfinished.exists() {
            std::fs::remove_dir_all(&unfinished).map_err(at(&unfinished))?;
        }
        self.own_folder(&unfinished)?;
        let mut initdb = self.command("initdb");
        initdb.arg("-D").arg(&unfinished).args([
            "--username",
            USER,
            "--auth=trust",
            "--encoding=UTF8",
            "--locale=C",
            "--no-instructions",
        ]);
        self.run_command("made", initdb)?;
        std::fs::rename(&unfinished, &self.data).map_err(at(&self.data))
    }

    fn run(&self) -> Result<(), ClusterError> {
        let began = Instant::now();
        // A killed predecessor counts as running until the system has taken its process away.
        while self.pg_ctl("asked", &["status"]).is_ok() {
            if self.accepts_connections() || began.elapsed() >= START_PATIENCE {
                return Ok(());
            }
            std::thread::sleep(Duration::from_millis(100));
        }
        let settings = self.data.join("postgresql.auto.conf");
        std::fs::write(&settings, self.settings()).map_err(at(&settings))?;
        self.give(&settings)?;
        let log = self.data.join("server.log").display().to_string();
        loop {
            match self.pg_ctl("started", &["start", "-w", "-t", "60", "-s", "-l", &log]) {
                // A killed predecessor's last processes hold its memory for a moment.
                Err(_) if began.elapsed() < START_PATIENCE && self.predecessor_lingers() => {
                    std::thread::sleep(Duration::from_millis(100));
                }
                Err(ClusterError::Command { what, folder, mut output }) => {
                    let log = std::fs::read_to_string(&log).unwrap_or_default();
                    let tail: Vec<&str> = log.lines().rev().take(10).collect();
                    output.extend(tail.iter().rev().map(|line| format!("\n{line}")));
                    return Err(ClusterError::Command { what, folder, output });
                }
                other => return other.map(|_| ()),
            }
        }
    }

    /// Whether somebody answers. To connect is not enough: a killed server's last processes hold its socket open.
    fn accepts_connections(&self) -> bool {
        let answer = || {
            let mut stream = UnixStream::connect(self.socket.join(".s.PGSQL.5432"))?;
            stream.set_read_timeout(Some(ANSWER_PATIENCE))?;
            stream.write_all(&SSL_REQUEST)?;
            stream.read_exact(&mut [0])
        };
        answer().is_ok()
    }

    fn predecessor_lingers(&self) -> bool {
        std::fs::read_to_string(self.data.join("server.log"))
            .is_ok_and(|log| log.lines().rev().take(5).any(|line| line.contains("still in use")))
    }

    fn settings(&self) -> String {
        let socket = self.socket.display().to_string().replace('\'', "''");
        format!(
            "# Written at every start.\n\
             listen_addresses = ''\n\
             unix_socket_directories = '{socket}'\n\
             unix_socket_permissions = 0700\n\
             max_connections = 64\n\
             shared_buffers = '64MB'\n\
             log_min_messages = 'warning'\n\
             timezone = 'UTC'\n"
        )
    }

    fn command(&self, program: &str) -> Command {
        let mut command = Command::new(self.binaries.join(program));
        // The working folder of root may be closed to the user of Postgres.
        command.current_dir("/").env("LC_ALL", "C").stdin(std::process::Stdio::null());
        if let Some((uid, gid)) = self.owner {
            command.uid(uid).gid(gid);
        }
        command
    }

    fn pg_ctl(&self, what: &'static str, arguments: &[&str]) -> Result<String, ClusterError> {
        let mut command = self.command("pg_ctl");
        command.arg("-D").arg(&self.data).args(arguments);
        self.run_command(what, command)
    }

    fn run_command(&self, what: &'static str, mut command: Command) -> Result<String, ClusterError> {
        // Output goes to a file: the server that `pg_ctl` leaves behind would keep a pipe open.
        let path = std::env::temp_dir().join(format!("trainyard-postgres-{}", uuid::Uuid::now_v7()));
        let file = std::fs::File::create(&path).map_err(at(&path))?;
        let copy = file.try_clone().map_err(at(&path))?;
        let status = command.stdout(file).stderr(copy).status();
        let output = std::fs::read_to_string(&path).unwrap_or_default();
        let _ = std::fs::remove_file(&path);
        let status = status.map_err(at(Path::new(command.get_program())))?;
        if status.success() {
            Ok(output)
        } else {
            Err(ClusterError::Command { what, folder: self.data.clone(), output: output.trim().to_owned() })
        }
    }

    /// A folder that only Postgres' user can enter.
    fn own_folder(&self, folder: &Path) -> Result<(), ClusterError> {
        std::fs::create_dir_all(folder).map_err(at(folder))?;
        std::fs::set_permissions(folder, std::fs::Permissions::from_mode(0o700)).map_err(at(folder))?;
        self.give(folder)
    }

    fn give(&self, path: &Path) -> Result<(), ClusterError> {
        let Some((uid, gid)) = self.owner else { return Ok(()) };
        std::os::unix::fs::chown(path, Some(uid), Some(gid)).map_err(at(path))
    }
}

/// Whether a user who is nobody in particular can get to this folder.
fn reachable(folder: &Path) -> Result<(), ClusterError> {
    for ancestor in folder.ancestors() {
        if ancestor.metadata().map_err(at(ancestor))?.mode() & 0o001 == 0 {
            return Err(ClusterError::Unreachable(ancestor.to_owned()));
        }
    }
    Ok(())
}

fn postgres_user() -> Result<(u32, u32), ClusterError> {
    let id = |flag| {
        let output = Command::new("id").args([flag, "postgres"]).output().ok()?;
        String::from_utf8(output.stdout).ok()?.trim().parse().ok()
    };
    id("-u").zip(id("-g")).ok_or(ClusterError::NoUser)
}
