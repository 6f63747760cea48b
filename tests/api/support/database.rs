//! A database of a test's own, in the Postgres that `scripts/with-postgres` runs.

use std::process::Command;

pub(super) struct Database {
    socket: String,
    name: String,
    pub(super) url: String,
}

impl Database {
    /// A new, empty database; none when no Postgres was started for the tests, so that the service
    /// runs one of its own.
    pub(super) fn create() -> Option<Self> {
        let socket = std::env::var("TRAINYARD_TEST_POSTGRES").ok()?;
        let name = format!("api_{}", uuid::Uuid::now_v7().simple());
        let url = format!("postgresql://trainyard@{}/{name}", socket.replace('/', "%2F"));
        let database = Self { socket, name, url };
        assert!(database.run("createdb", &[]), "the database {} could not be made", database.name);
        Some(database)
    }

    fn run(&self, program: &str, flags: &[&str]) -> bool {
        let mut command = Command::new(program);
        command.args(["--host", &self.socket, "--username", "trainyard"]).args(flags).arg(&self.name);
        command.current_dir("/").status().unwrap().success()
    }
}

impl Drop for Database {
    fn drop(&mut self) {
        self.run("dropdb", &["--force", "--if-exists"]);
    }
}
