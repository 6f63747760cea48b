//! What a terminal shows while a command works; nothing where there is none.

use indicatif::{ProgressBar, ProgressStyle};
use std::{sync::Arc, time::Duration};
use trainyard_intake::Progress;

/// How much of the files was read.
pub(super) struct Bar(ProgressBar);

impl Bar {
    pub(super) fn new(what: &'static str) -> Arc<Self> {
        let bar = ProgressBar::new(0).with_message(what);
        if let Ok(style) = ProgressStyle::with_template("{msg:9} {wide_bar} {bytes}/{total_bytes} {eta}") {
            bar.set_style(style);
        }
        Arc::new(Self(bar))
    }
}

impl Progress for Bar {
    fn read(&self, bytes_read: u64, bytes_total: u64) {
        self.0.set_length(bytes_total);
        self.0.set_position(bytes_read);
    }
}

impl Drop for Bar {
    fn drop(&mut self) {
        self.0.finish_and_clear();
    }
}

/// That something is done which nobody knows the end of, and for how long.
pub(super) struct Spinner(ProgressBar);

impl Spinner {
    pub(super) fn new(what: &'static str) -> Self {
        let spinner = ProgressBar::new_spinner().with_message(what);
        if let Ok(style) = ProgressStyle::with_template("{msg:9} {spinner} {elapsed}") {
            spinner.set_style(style);
        }
        spinner.enable_steady_tick(Duration::from_millis(100));
        Self(spinner)
    }
}

impl Drop for Spinner {
    fn drop(&mut self) {
        self.0.finish_and_clear();
    }
}
