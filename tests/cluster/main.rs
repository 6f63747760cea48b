//! Reading on a cluster: a stock scheduler in this process and two real executors give what one process gives.

#![expect(clippy::unwrap_used, clippy::print_stderr, reason = "a test fails by panicking, and says why")]

mod support;

use object_store::{ObjectStore, local::LocalFileSystem, path::Path as Location};
use std::{
    fs,
    path::{Path, PathBuf},
    process::{Command, Stdio},
    sync::Arc,
};
use support::{Cluster, block_on};
use trainyard_intake::{IntakeError, ReadOptions, Records, Source};
use trainyard_types::{Accounting, FeatureSetSpecification, FormatSpecification};

fn shared(file: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/data").join(file).canonicalize().unwrap()
}

fn source(path: &Path) -> Source {
    let store: Arc<dyn ObjectStore> =
        Arc::new(LocalFileSystem::new_with_prefix(path.parent().unwrap()).unwrap());
    let name = path.file_name().unwrap().to_str().unwrap().to_owned();
    Source { location: Location::from(name.as_str()), name, store, size: path.metadata().unwrap().len() }
}

/// Reads in process, or on a cluster; the rejects go to this file.
fn read(files: &[PathBuf], cluster: Option<&str>, rejects: &Path) -> Result<Records, IntakeError> {
    let options = ReadOptions {
        rejects: Some(rejects.to_owned()),
        cluster: cluster.map(str::to_owned),
        ..ReadOptions::new("2025-07-02T00:00:00Z".parse().unwrap())
    };
    let sources = files.iter().map(|path| source(path)).collect();
    block_on(trainyard_intake::read(sources, &FormatSpecification::default(), &options, Arc::new(())))
}

/// Reads both ways; everything must be equal. Returns the counts.
fn assert_equal_both_ways(files: &[PathBuf], cluster: &Cluster) -> Accounting {
    let folder = tempfile::tempdir().unwrap();
    let (here, there) = (folder.path().join("here.jsonl"), folder.path().join("there.jsonl"));
    let one = read(files, None, &here).unwrap();
    let two = read(files, Some(&cluster.address), &there).unwrap();
    assert_eq!(one.accounting, two.accounting);
    let counts = one.accounting;
    assert_eq!(one.formats, two.formats);
    assert_eq!(one.content_bytes, two.content_bytes);
    assert_eq!(one.first_reject, two.first_reject);
    assert_eq!(fs::read_to_string(here).unwrap(), fs::read_to_string(there).unwrap());

    // Records, windows and sessions.
    for preset in ["record", "syslog", "hdfs-session"] {
        let specification = FeatureSetSpecification::preset(preset);
        let (set, one) = trainyard_features::fit_transform(&one, &specification).unwrap();
        let (fitted_there, two) = trainyard_features::fit_transform(&two, &specification).unwrap();
        assert_eq!(serde_json::to_value(&set).unwrap(), serde_json::to_value(&fitted_there).unwrap());
        assert_eq!(one.names, two.names);
        assert_eq!(one.keys, two.keys);
        assert_eq!(one.incomplete, two.incomplete);
        assert_eq!(one.timestamps, two.timestamps);
        assert_eq!(one.origins, two.origins);
        assert_eq!(one.values.dim(), two.values.dim());
        // No message of a router names a block.
        assert_eq!(one.values.nrows() > 0, preset != "hdfs-session" || counts.parsed > 1000);
        for ((place, a), b) in one.values.indexed_iter().zip(&two.values) {
            assert_eq!(a.to_bits(), b.to_bits(), "{preset} {place:?}: {a} here, {b} there");
        }
    }
    counts
}

/// The real HDFS log in so many plain files; every file but the first repeats the last line of the one before, and
/// ends in a line that is no record.
fn hdfs_in_pieces(folder: &Path, pieces: usize) -> Vec<PathBuf> {
    let output = Command::new("gzip")
        .arg("-dc")
        .arg(shared("hdfs_2pct/HDFS_2pct.log.gz"))
        .stderr(Stdio::inherit())
        .output()
        .unwrap();
    assert!(output.status.success());
    let text = String::from_utf8(output.stdout).unwrap();
    let lines: Vec<&str> = text.lines().collect();
    let each = lines.len().div_ceil(pieces);
    (0..pieces)
        .map(|piece| {
            let path = folder.join(format!("hdfs-{piece}.log"));
            let from = (piece * each).saturating_sub(1);
            let mut text = lines[from..((piece + 1) * each).min(lines.len())].join("\n");
            text.push_str(&format!("\nneither a time nor a level in piece {piece}\n"));
            fs::write(&path, text).unwrap();
            path
        })
        .collect()
}

#[test]
fn a_cluster_gives_the_same_matrix_as_one_process() {
    let cluster = Cluster::start(&[&[], &[]]);
    let folder = tempfile::tempdir().unwrap();
    let counts = assert_equal_both_ways(&hdfs_in_pieces(folder.path(), 6), &cluster);
    assert!(counts.read > 200_000, "{counts:?}");
    assert_eq!(counts.rejected, 6);
    assert_eq!(counts.duplicates, 0, "real repeats are records");
    let parsed: Vec<usize> = cluster.executors.iter().map(|executor| executor.parsed()).collect();
    assert!(parsed.iter().all(|files| *files > 0), "{parsed:?}");
    assert_eq!(parsed.iter().sum::<usize>(), 6);
    // One compressed file, and one JSON document.
    assert_equal_both_ways(&[shared("hdfs_2pct/HDFS_2pct.log.gz")], &cluster);
    let counts = assert_equal_both_ways(&[shared("mcp_export/export_20250701.json")], &cluster);
    assert_eq!(counts.parsed, 35);
}

#[test]
fn the_command_line_is_told_of_the_cluster_by_its_environment() {
    let cluster = Cluster::start(&[&["--memory-mb", "64"]]);
    let folder = tempfile::tempdir().unwrap();
    let features = |address: &str| {
        let output = folder.path().join("matrix.npy");
        let done = Command::new(support::PROGRAM)
            .arg("features")
            .arg(shared("mcp_export/export_20250701.json"))
            .arg("--output")
            .arg(&output)
            .env("TRAINYARD_BALLISTA", address)
            .output()
            .unwrap();
        assert!(done.status.success(), "{}", String::from_utf8_lossy(&done.stderr));
        (fs::read(output).unwrap(), done.stdout)
    };
    assert_eq!(features(""), features(&cluster.address));
    assert_eq!(cluster.executors[0].parsed(), 1);
}

#[test]
fn an_executor_that_died_is_made_up_for_by_the_other() {
    let mut cluster = Cluster::start(&[&[], &[]]);
    cluster.executors[0].kill();
    let folder = tempfile::tempdir().unwrap();
    assert_equal_both_ways(&hdfs_in_pieces(folder.path(), 4), &cluster);
    assert_eq!(cluster.executors[1].parsed(), 4);
}

#[test]
fn what_is_wrong_with_a_file_is_said_in_the_same_words() {
    let cluster = Cluster::start(&[&[]]);
    let folder = tempfile::tempdir().unwrap();
    let rejects = folder.path().join("rejects.jsonl");
    let whole = fs::read(shared("hdfs_2pct/HDFS_2pct.log.gz")).unwrap();
    let cut = folder.path().join("cut.log.gz");
    fs::write(&cut, &whole[..whole.len() / 2]).unwrap();
    let files = [shared("mcp_export/export_20250701.json"), cut];
    let here = read(&files, None, &rejects).unwrap_err();
    let there = read(&files, Some(&cluster.address), &rejects).unwrap_err();
    assert_eq!(here.code(), "gzip-truncated");
    assert_eq!(here.to_string(), there.to_string());
}

#[test]
fn a_file_that_no_executor_sees_is_a_problem_that_names_it() {
    let elsewhere = tempfile::tempdir().unwrap();
    let cluster = Cluster::start(&[&["--root", elsewhere.path().to_str().unwrap()]]);
    let rejects = elsewhere.path().join("rejects.jsonl");
    let files = [shared("mcp_export/export_20250701.json")];
    let error = read(&files, Some(&cluster.address), &rejects).unwrap_err();
    assert_eq!(error.code(), "cluster");
    assert!(!error.is_data_fault());
    let message = error.to_string();
    assert!(message.contains("export_20250701.json") && message.contains("--root"), "{message}");
}

#[test]
fn a_scheduler_that_is_not_there_is_a_problem_that_names_it() {
    let folder = tempfile::tempdir().unwrap();
    let files = [shared("mcp_export/export_20250701.json")];
    for address in [format!("df://127.0.0.1:{}", support::free_port()), "scheduler".to_owned()] {
        let error = read(&files, Some(&address), &folder.path().join("rejects.jsonl")).unwrap_err();
        assert_eq!(error.code(), "cluster");
        assert!(error.to_string().contains(&address), "{error}");
    }
}
