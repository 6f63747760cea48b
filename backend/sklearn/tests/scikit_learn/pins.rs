//! The newest target's pins are what these tests run on, so that every other test speaks for it.

use crate::python::run;
use std::ffi::OsStr;
use trainyard_sklearn::default_target;

#[test]
fn the_newest_target_is_what_the_tests_run_on() {
    let lines = default_target().requirement_lines();
    let lines: Vec<&OsStr> = lines.iter().map(OsStr::new).collect();
    let report = run("pins.py", &lines);
    assert!(report.contains("all pins are installed, and complete"), "{report}");
}
