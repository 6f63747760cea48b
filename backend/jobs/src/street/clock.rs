//! Stages, their shares of the whole and their durations.

use crate::task::Reporter;
use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::Instant,
};
use trainyard_types::{Stage, StageSeconds};

/// Where each stage begins, as a share of the whole job: measured on large datasets.
const BEGINS: [(Stage, f64); 6] = [
    (Stage::Reading, 0.0),
    (Stage::Parsing, 0.4),
    (Stage::Features, 0.5),
    (Stage::Training, 0.7),
    (Stage::Evaluating, 0.9),
    (Stage::Exporting, 0.95),
];

/// The share of the whole job at `fraction` of a stage.
fn overall(stage: Stage, fraction: f64) -> f64 {
    let at = BEGINS.iter().position(|(known, _)| *known == stage).unwrap_or_default();
    let (begin, end) = (BEGINS[at].1, BEGINS.get(at + 1).map_or(1.0, |next| next.1));
    begin + (end - begin) * fraction.clamp(0.0, 1.0)
}

/// Knows which stage it is, and tells.
pub(crate) struct StageClock {
    reporter: Arc<Reporter>,
    began: Instant,
    stage: Option<(Stage, Instant)>,
    parsing: Arc<std::sync::Mutex<Option<Instant>>>,
    done: Vec<StageSeconds>,
}

impl StageClock {
    pub(crate) fn new(reporter: Arc<Reporter>) -> Self {
        Self { reporter, began: Instant::now(), stage: None, parsing: Arc::default(), done: Vec::new() }
    }

    pub(crate) fn enter(&mut self, stage: Stage) {
        self.leave();
        self.stage = Some((stage, Instant::now()));
        self.reporter.progress(stage, overall(stage, 0.0));
    }

    fn leave(&mut self) {
        let Some((stage, since)) = self.stage.take() else { return };
        let now = Instant::now();
        let parsing = self.parsing.lock().map(|mut at| at.take()).unwrap_or_default();
        // Bytes are parsed as they are read; parsing alone begins when the last byte is in.
        let until = parsing.unwrap_or(now);
        self.done.push(StageSeconds { stage, seconds: (until - since).as_secs_f64() });
        if let Some(at) = parsing {
            self.done.push(StageSeconds { stage: Stage::Parsing, seconds: (now - at).as_secs_f64() });
        }
    }

    /// Watches the reading of files; the parsing stage begins when all bytes are read.
    pub(crate) fn reading(&self) -> Reading {
        Reading {
            reporter: Arc::clone(&self.reporter),
            parsing: Arc::clone(&self.parsing),
            complete: AtomicBool::new(false),
        }
    }

    /// The duration of the whole and of each stage, in seconds.
    pub(crate) fn finish(mut self) -> (f64, Vec<StageSeconds>) {
        self.leave();
        (self.began.elapsed().as_secs_f64(), self.done)
    }

    pub(crate) fn fraction(&self, fraction: f64) {
        if let Some((stage, _)) = self.stage {
            self.reporter.progress(stage, overall(stage, fraction));
        }
    }
}

impl trainyard_learn::Progress for StageClock {
    fn report(&self, fraction: f64) {
        self.fraction(fraction);
    }

    /// A child that is no longer wanted is killed.
    fn cancelled(&self) -> bool {
        false
    }
}

/// See [`StageClock::reading`].
pub(crate) struct Reading {
    reporter: Arc<Reporter>,
    parsing: Arc<std::sync::Mutex<Option<Instant>>>,
    complete: AtomicBool,
}

impl trainyard_intake::Progress for Reading {
    fn read(&self, bytes_read: u64, bytes_total: u64) {
        if bytes_read < bytes_total {
            let fraction = bytes_read as f64 / bytes_total as f64;
            self.reporter.progress(Stage::Reading, overall(Stage::Reading, fraction));
        } else if !self.complete.swap(true, Ordering::Relaxed) {
            if let Ok(mut at) = self.parsing.lock() {
                *at = Some(Instant::now());
            }
            self.reporter.progress(Stage::Parsing, overall(Stage::Parsing, 0.0));
        }
    }
}

/// The largest resident set of this process so far; 0 where the system does not tell.
pub(crate) fn peak_memory_bytes() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let kibibytes: Option<u64> = status
        .lines()
        .find_map(|line| line.strip_prefix("VmHWM:"))
        .and_then(|rest| rest.split_whitespace().next()?.parse().ok());
    kibibytes.unwrap_or_default() * 1024
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn progress_never_falls_from_stage_to_stage() {
        let points: Vec<f64> =
            Stage::ALL.iter().flat_map(|stage| [overall(*stage, 0.0), overall(*stage, 1.0)]).collect();
        assert!(points.is_sorted());
        assert_eq!((points[0], points[points.len() - 1]), (0.0, 1.0));
    }
}
