//! Runs the Python beside this file, and exchanges matrices with it as raw 64-bit floats in C order.

use ndarray::Array2;
use std::{
    env,
    ffi::OsStr,
    fs,
    path::{Path, PathBuf},
    process::Command,
};

/// The interpreter with the pins of `tests/python/requirements.txt`.
fn interpreter() -> PathBuf {
    if let Some(path) = env::var_os("TRAINYARD_PYTHON") {
        return path.into();
    }
    let home = env::var_os("HOME").map(PathBuf::from).unwrap_or_default();
    let path = home.join(".cache/trainyard/venv/bin/python");
    assert!(
        path.exists(),
        "no Python with scikit-learn at {}: `make test` prepares it, or set TRAINYARD_PYTHON",
        path.display()
    );
    path
}

/// The interpreter of an environment that `scripts/release-venvs` makes.
pub(crate) fn release(name: &str) -> PathBuf {
    let home = env::var_os("HOME").map(PathBuf::from).unwrap_or_default();
    let folder = env::var_os("TRAINYARD_RELEASES")
        .map_or_else(|| home.join(".cache/trainyard/releases"), PathBuf::from);
    let path = folder.join(name).join("bin/python");
    assert!(path.exists(), "{} is missing: `scripts/release-venvs {name}` makes it", path.display());
    path
}

/// Runs a script of this folder, warnings being errors; its output, and whether it succeeded.
pub(crate) fn try_run(script: &str, arguments: &[&OsStr]) -> (bool, String) {
    run_in(&interpreter(), script, arguments)
}

/// As [`try_run`], by another interpreter.
pub(crate) fn run_in(python: &Path, script: &str, arguments: &[&OsStr]) -> (bool, String) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/scikit_learn").join(script);
    let output = Command::new(python)
        .args(["-B", "-W", "error"])
        .arg(path)
        .args(arguments)
        .env("OMP_NUM_THREADS", "1")
        .output()
        .expect("the Python of the tests starts");
    let text = [output.stdout, output.stderr].concat();
    (output.status.success(), String::from_utf8_lossy(&text).into_owned())
}

/// As [`try_run`], for a script that must succeed.
pub(crate) fn run(script: &str, arguments: &[&OsStr]) -> String {
    let (success, text) = try_run(script, arguments);
    assert!(success, "{script} failed:\n{text}");
    text
}

pub(crate) fn read_matrix(path: &Path, columns: usize) -> Array2<f64> {
    let bytes = fs::read(path).unwrap();
    let (numbers, rest) = bytes.as_chunks::<8>();
    assert!(rest.is_empty());
    let values: Vec<f64> = numbers.iter().map(|number| f64::from_le_bytes(*number)).collect();
    Array2::from_shape_vec((values.len() / columns, columns), values).unwrap()
}

pub(crate) fn write_numbers<'a>(path: &Path, numbers: impl IntoIterator<Item = &'a f64>) {
    let bytes: Vec<u8> = numbers.into_iter().flat_map(|number| number.to_le_bytes()).collect();
    fs::write(path, bytes).unwrap();
}
