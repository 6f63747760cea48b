//! A child process seen from its worker: started, followed, ended.

use crate::protocol::{Message, Task};
use std::{
    os::unix::process::ExitStatusExt,
    path::Path,
    process::{ExitStatus, Stdio},
};
use tokio::{
    io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader, Lines},
    process::{Child as Process, ChildStdin, ChildStdout, Command},
    task::JoinHandle,
};
use trainyard_types::Failure;

/// How much of a child's standard error is kept: its end, which says why it died.
const ERROR_TAIL: usize = 8 << 10;

/// What a process says that is denied memory: Rust, the C library, the system's error, a thread without a stack.
const OUT_OF_MEMORY: [&str; 4] =
    ["memory allocation of", "out of memory", "Cannot allocate memory", "failed to spawn thread"];

/// A running child. Dropped, it is killed.
pub(crate) struct Child {
    process: Process,
    /// Held open: its end tells the child that the worker is gone.
    _stdin: ChildStdin,
    messages: Lines<BufReader<ChildStdout>>,
    errors: JoinHandle<String>,
    memory_bytes: Option<u64>,
}

impl Child {
    /// Starts `program run-task` and hands it its task.
    pub(crate) async fn start(program: &Path, task: &Task) -> std::io::Result<Self> {
        let mut process = Command::new(program)
            .arg("run-task")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .env_remove("DATABASE_URL")
            .env_remove("TRAINYARD_ADMIN_TOKEN")
            // Ctrl-C in a terminal is for the server, which decides what becomes of its children.
            .process_group(0)
            .kill_on_drop(true)
            .spawn()?;
        let missing = || std::io::Error::other("a pipe is missing");
        let mut stdin = process.stdin.take().ok_or_else(missing)?;
        let stdout = process.stdout.take().ok_or_else(missing)?;
        let stderr = process.stderr.take().ok_or_else(missing)?;
        let mut line = serde_json::to_vec(task)?;
        line.push(b'\n');
        stdin.write_all(&line).await?;
        stdin.flush().await?;
        Ok(Self {
            process,
            _stdin: stdin,
            messages: BufReader::new(stdout).lines(),
            errors: tokio::spawn(tail(stderr)),
            memory_bytes: task.memory_bytes,
        })
    }

    /// The next message; nothing when the child has ended.
    pub(crate) async fn message(&mut self) -> Option<Message> {
        let line = self.messages.next_line().await.ok().flatten()?;
        serde_json::from_str(&line).ok()
    }

    /// Ends the child at once.
    pub(crate) async fn kill(mut self) {
        if let Err(error) = self.process.kill().await {
            tracing::warn!(%error, "a child process could not be killed");
        }
    }

    /// Why a child ended without a result.
    pub(crate) async fn post_mortem(mut self) -> Failure {
        let status = self.process.wait().await;
        let errors = self.errors.await.unwrap_or_default();
        match status {
            Ok(status) => explain(status, &errors, self.memory_bytes),
            Err(error) => Failure::new("job-crashed", format!("the job's process was lost: {error}")),
        }
    }
}

/// In words, for the person whose job it was.
fn explain(status: ExitStatus, errors: &str, memory_bytes: Option<u64>) -> Failure {
    if OUT_OF_MEMORY.iter().any(|words| errors.contains(words)) {
        let limit = memory_bytes.map_or_else(
            || "the machine has".to_owned(),
            |bytes| format!("its limit of {} MiB", bytes >> 20),
        );
        return Failure::new(
            "out-of-memory",
            format!(
                "the job needs more memory than {limit}; train on less data, or raise the server's --job-memory-mb"
            ),
        );
    }
    let what = match (status.signal(), status.code()) {
        (Some(9), _) => {
            "was killed (signal 9): by the system for want of memory, or by an operator".to_owned()
        }
        (Some(signal), _) => format!("was ended by signal {signal}"),
        (None, Some(101)) => "panicked, which is a defect of this program".to_owned(),
        (None, code) => format!("ended with code {code:?} and without a result"),
    };
    let last = errors.lines().rev().find(|line| !line.trim().is_empty() && !line.starts_with("note:"));
    let said = last.map(|line| format!("; its last words: {line}")).unwrap_or_default();
    Failure::new(
        "job-crashed",
        format!("the job's process {what}{said}; retry the job, and report it if it happens again"),
    )
}

/// The end of a stream.
async fn tail(mut stream: impl tokio::io::AsyncRead + Unpin) -> String {
    let mut kept = Vec::new();
    let mut buffer = [0; 4096];
    while let Ok(count @ 1..) = stream.read(&mut buffer).await {
        kept.extend_from_slice(&buffer[..count]);
        let surplus = kept.len().saturating_sub(ERROR_TAIL);
        kept.drain(..surplus);
    }
    String::from_utf8_lossy(&kept).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whatever_is_denied_memory_says_so() {
        let aborted = ExitStatus::from_raw(6);
        for errors in [
            "memory allocation of 1048576 bytes failed",
            "Fatal glibc error: failed to register TLS destructor: out of memory",
            "called `Result::unwrap()`: Os { code: 12, kind: OutOfMemory, message: \"Cannot allocate memory\" }",
            "failed to spawn thread: Os { code: 11, message: \"Resource temporarily unavailable\" }",
        ] {
            let failure = explain(aborted, errors, Some(64 << 20));
            assert_eq!(failure.code, "out-of-memory");
            assert!(failure.detail.contains("64 MiB"), "{}", failure.detail);
        }
    }

    #[test]
    fn a_crash_carries_the_last_words() {
        let failure = explain(
            ExitStatus::from_raw(101 << 8),
            "thread 'main' panicked\nno such column\nnote: run\n",
            None,
        );
        assert_eq!(failure.code, "job-crashed");
        assert!(
            failure.detail.contains("panicked") && failure.detail.contains("no such column"),
            "{}",
            failure.detail
        );
        assert!(explain(ExitStatus::from_raw(9), "", None).detail.contains("killed"));
    }
}
