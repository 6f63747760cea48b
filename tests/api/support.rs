//! Starts the real program on a folder and a database of its own, and hands out a [`Client`] per role.
//!
//! [`Setup`] says how, [`TestApp`] is the running service; dropped, it is stopped and everything it had is gone.

mod client;
mod data;
mod database;
mod process;
mod waiting;

pub(crate) use client::{Answer, Client, Event, Request, pointers};
pub(crate) use data::{example_logs, gzip, loghub, mcp_export, percent_encoded, specification, syslog_lines};
pub(crate) use process::{Running, send_signal};
pub(crate) use waiting::{PATIENCE, wait_until};

use database::Database;
use serde_json::{Value, json};
use std::{os::unix::fs::PermissionsExt, path::PathBuf, process::Command};

/// The program under test.
pub(crate) const PROGRAM: &str = env!("CARGO_BIN_EXE_trainyard");
const ADMIN_TOKEN: &str = "ty_the-admin-of-the-tests-0123456789";

/// How a service is started.
pub(crate) struct Setup {
    flags: Vec<String>,
    private_cluster: bool,
}

impl Setup {
    pub(crate) fn new() -> Self {
        Self { flags: Vec::new(), private_cluster: false }
    }

    /// A flag of `trainyard serve`, with its value if it has one.
    pub(crate) fn flag(mut self, words: &[&str]) -> Self {
        self.flags.extend(words.iter().map(|&word| word.to_owned()));
        self
    }

    /// Lets the service run a Postgres of its own.
    pub(crate) fn private_cluster(mut self) -> Self {
        self.private_cluster = true;
        self
    }

    /// Starts the service and waits until it is ready.
    pub(crate) fn start(self) -> TestApp {
        let folder = tempfile::Builder::new().prefix("trainyard-api.").tempdir().unwrap();
        // The user of a private cluster has to get in.
        std::fs::set_permissions(folder.path(), std::fs::Permissions::from_mode(0o755)).unwrap();
        let database = if self.private_cluster { None } else { Database::create() };
        let mut app = TestApp { process: None, clients: Vec::new(), flags: self.flags, database, folder };
        app.start();
        app
    }
}

/// A running service.
pub(crate) struct TestApp {
    process: Option<Running>,
    clients: Vec<Client>,
    flags: Vec<String>,
    // Dropped last: the service lets go of them first.
    database: Option<Database>,
    folder: tempfile::TempDir,
}

impl TestApp {
    /// A service with nothing special about it.
    pub(crate) fn start_default() -> Self {
        Setup::new().start()
    }

    /// `trainyard` with these words, on the same data and database.
    pub(crate) fn command(&self, words: &[&str]) -> Command {
        let mut command = Command::new(PROGRAM);
        command
            .args(words)
            .args(["--data".as_ref(), self.data().as_os_str()])
            .env_remove("DATABASE_URL")
            .env("RUST_BACKTRACE", "0");
        if let Some(database) = &self.database {
            command.env("DATABASE_URL", &database.url);
        }
        command
    }

    /// Starts the service again after it ended.
    pub(crate) fn start(&mut self) {
        let announcement = self.data().join("server.json");
        let _ = std::fs::remove_file(&announcement);
        let mut command = self.command(&["serve", "--listen", "127.0.0.1:0"]);
        command.args(&self.flags).env("TRAINYARD_ADMIN_TOKEN", ADMIN_TOKEN);
        let mut process = Running::start("serve", command, self.folder.path());
        let address = wait_until("the service is ready", PATIENCE, || {
            process.assert_alive();
            let text = std::fs::read_to_string(&announcement).ok()?;
            let value: Value = serde_json::from_str(&text).ok()?;
            Some(value["address"].as_str()?.to_owned())
        });
        self.process = Some(process);
        let admin = Client::new(&address, Some(ADMIN_TOKEN));
        self.clients = ["viewer", "trainer", "deployer"]
            .into_iter()
            .map(|role| {
                let answer =
                    admin.post("/tokens").json(&json!({"name": format!("the {role}"), "role": role})).send();
                admin.with_token(answer.expect(201).json()["secret"].as_str())
            })
            .collect();
        self.clients.push(admin);
    }

    /// Starts `trainyard worker` beside the service.
    pub(crate) fn worker(&self, flags: &[&str]) -> Running {
        let mut command = self.command(&["worker"]);
        command.args(flags);
        Running::start("worker", command, self.folder.path())
    }

    pub(crate) fn data(&self) -> PathBuf {
        self.folder.path().join("data")
    }

    pub(crate) fn has_database_url(&self) -> bool {
        self.database.is_some()
    }

    pub(crate) fn process(&mut self) -> &mut Running {
        self.process.as_mut().unwrap()
    }

    /// SIGTERM, then the end of the process; answers whether it ended well.
    pub(crate) fn stop(&mut self) -> bool {
        self.process.take().unwrap().terminate()
    }

    /// `kill -9`.
    pub(crate) fn kill(&mut self) {
        self.process.take().unwrap().kill();
    }

    pub(crate) fn viewer(&self) -> &Client {
        &self.clients[0]
    }

    pub(crate) fn trainer(&self) -> &Client {
        &self.clients[1]
    }

    pub(crate) fn deployer(&self) -> &Client {
        &self.clients[2]
    }

    pub(crate) fn admin(&self) -> &Client {
        &self.clients[3]
    }

    /// Somebody without a token.
    pub(crate) fn stranger(&self) -> Client {
        self.admin().with_token(None)
    }

    /// A client per role, the lowest role first.
    pub(crate) fn roles(&self) -> &[Client] {
        &self.clients
    }

    /// Uploads one file; the answer is the new dataset.
    pub(crate) fn upload(&self, file_name: &str, bytes: &[u8]) -> Value {
        self.trainer().post("/datasets").files(&[(file_name, bytes)]).send().expect(201).json()
    }

    /// The dataset once it is profiled.
    pub(crate) fn profiled(&self, dataset: &Value) -> Value {
        let path = format!("/datasets/{}", dataset["id"].as_str().unwrap());
        wait_until("the dataset is profiled", PATIENCE, || {
            let dataset = self.viewer().get(&path).send().expect(200).json();
            (dataset["status"] != "profiling").then_some(dataset)
        })
    }

    /// Starts a job; the answer is the new job.
    pub(crate) fn submit(&self, specification: &Value) -> Value {
        self.trainer().post("/jobs").json(specification).send().expect(202).json()
    }

    pub(crate) fn job(&self, job: &Value) -> Value {
        self.viewer().get(&format!("/jobs/{}", job["id"].as_str().unwrap())).send().expect(200).json()
    }

    /// The job once its status is one of these.
    pub(crate) fn job_in(&self, job: &Value, statuses: &[&str]) -> Value {
        wait_until(&format!("the job is {}", statuses.join(" or ")), PATIENCE, || {
            let job = self.job(job);
            statuses.iter().any(|status| job["status"] == **status).then_some(job)
        })
    }

    /// The job once it is finished.
    pub(crate) fn finished(&self, job: &Value) -> Value {
        self.job_in(job, &["completed", "failed", "cancelled"])
    }

    /// The job once it has completed; another end fails the test.
    pub(crate) fn completed(&self, job: &Value) -> Value {
        let job = self.finished(job);
        assert_eq!(job["status"], "completed", "{job:#}");
        job
    }

    /// Trains a model of this name on the example export, with so many trees; the answer is the model.
    pub(crate) fn model(&self, name: &str, n_estimators: u64) -> Value {
        let dataset = self.upload("export.json", &mcp_export());
        let mut wanted = specification(name, &dataset);
        wanted["algorithm"] =
            json!({"type": "isolation_forest", "n_estimators": n_estimators, "random_state": 42});
        let job = self.completed(&self.submit(&wanted));
        self.viewer().get(&format!("/models/{}", job["model_id"].as_str().unwrap())).send().expect(200).json()
    }
}

impl Drop for TestApp {
    fn drop(&mut self) {
        if let Some(process) = self.process.take() {
            process.terminate();
        }
    }
}
