//! A process of the service: started, ended in several ways, its children found.

use super::{PATIENCE, wait_until};
use rustix::process::{Pid, Signal, kill_process};
use std::{
    fs::File,
    path::{Path, PathBuf},
    process::{Child, Command, ExitStatus, Stdio},
};

pub(crate) struct Running {
    child: Child,
    stdout: PathBuf,
    stderr: PathBuf,
    ended: Option<ExitStatus>,
}

impl Running {
    /// Starts it with its output in files of this folder.
    pub(super) fn start(label: &str, mut command: Command, folder: &Path) -> Self {
        let number = uuid::Uuid::now_v7().simple();
        let stdout = folder.join(format!("{label}-{number}.out"));
        let stderr = folder.join(format!("{label}-{number}.err"));
        command
            .stdin(Stdio::null())
            .stdout(File::create(&stdout).unwrap())
            .stderr(File::create(&stderr).unwrap());
        Self { child: command.spawn().unwrap(), stdout, stderr, ended: None }
    }

    pub(crate) fn id(&self) -> u32 {
        self.child.id()
    }

    /// What it has printed so far.
    pub(crate) fn printed(&self) -> String {
        std::fs::read_to_string(&self.stdout).unwrap()
    }

    /// What it has logged so far.
    pub(crate) fn logged(&self) -> String {
        std::fs::read_to_string(&self.stderr).unwrap()
    }

    pub(crate) fn assert_alive(&mut self) {
        if let Some(status) = self.child.try_wait().unwrap() {
            self.ended = Some(status);
            panic!("the process ended ({status}): {}", self.logged());
        }
    }

    /// SIGTERM, then its end; answers whether it ended well.
    pub(crate) fn terminate(mut self) -> bool {
        if self.ended.is_none() {
            send_signal(self.child.id(), Signal::TERM);
        }
        self.wait().success()
    }

    /// Waits for its end.
    pub(crate) fn wait(&mut self) -> ExitStatus {
        if let Some(status) = self.ended {
            return status;
        }
        let status = wait_until("the process ends", PATIENCE, || self.child.try_wait().unwrap());
        self.ended = Some(status);
        status
    }

    /// `kill -9`.
    pub(crate) fn kill(mut self) {
        self.child.kill().unwrap();
        self.ended = Some(self.child.wait().unwrap());
    }

    /// The processes it started that run a task now.
    pub(crate) fn tasks(&self) -> Vec<u32> {
        let children = format!("/proc/{0}/task", self.id());
        let threads = std::fs::read_dir(children).map(|entries| entries.flatten().collect::<Vec<_>>());
        threads
            .unwrap_or_default()
            .iter()
            .filter_map(|thread| std::fs::read_to_string(thread.path().join("children")).ok())
            .flat_map(|text| text.split_whitespace().filter_map(|id| id.parse().ok()).collect::<Vec<u32>>())
            .filter(|id| {
                std::fs::read_to_string(format!("/proc/{id}/cmdline"))
                    .is_ok_and(|line| line.contains("run-task"))
            })
            .collect()
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        if self.ended.is_none() && self.child.try_wait().is_ok_and(|status| status.is_none()) {
            let _ = self.child.kill();
            let _ = self.child.wait();
        }
        if std::thread::panicking() {
            let log = std::fs::read_to_string(&self.stderr).unwrap_or_default();
            let lines: Vec<&str> = log.lines().collect();
            eprintln!("the process logged at last:\n{}", lines[lines.len().saturating_sub(8)..].join("\n"));
        }
    }
}

/// Sends a signal to any process.
pub(crate) fn send_signal(id: u32, signal: Signal) {
    let id = Pid::from_raw(i32::try_from(id).unwrap()).unwrap();
    // A process that has just ended is past caring.
    let _ = kill_process(id, signal);
}
