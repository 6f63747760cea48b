//! Limits hold, say so, and progress is told.

use crate::{format, options, read_files, rejects, rows, sources};
use std::sync::{Arc, Mutex};
use trainyard_intake::{Limits, Progress, ReadOptions, read};
use trainyard_types::Accounting;

const LINE: &str = "Jun 14 15:16:01 combo x[1]: hello\n";

fn limited(limits: Limits) -> ReadOptions {
    ReadOptions { limits, ..options() }
}

#[tokio::test]
async fn a_line_of_ten_megabytes_is_rejected_by_name() {
    let text = format!(
        "{LINE}Jun 14 15:16:02 combo x[1]: {}\nJun 14 15:16:03 combo x[1]: after\n",
        "a".repeat(10_000_000)
    );
    let (result, rejected) = rejects(text.as_bytes(), &format("auto")).await;
    let records = result.unwrap();
    assert_eq!(records.accounting, Accounting { read: 3, parsed: 2, rejected: 1, duplicates: 0, outside: 0 });
    assert_eq!(rows(&records)[1].message, "after");
    assert_eq!(rejected[0].reason, "the record is longer than the limit of 1048576 bytes");
    assert_eq!((rejected[0].line, rejected[0].record, rejected[0].excerpt.len()), (2, 2, 200));
}

#[tokio::test]
async fn a_file_of_nothing_but_a_long_line_says_so() {
    let text = format!("Jun 14 15:16:01 combo x[1]: {}\n", "a".repeat(10_000_000));
    let error = rejects(text.as_bytes(), &format("auto")).await.0.unwrap_err();
    assert_eq!(error.code(), "too-many-rejects");
    assert!(error.to_string().contains("longer than the limit of 1048576 bytes"), "{error}");
}

#[tokio::test]
async fn content_beyond_the_limit_is_refused() {
    let options = limited(Limits { content_bytes: 1000, ..Limits::default() });
    let text = LINE.repeat(100);
    let error = read_files(&[("a.log", text.as_bytes())], &format("auto"), &options).await.unwrap_err();
    assert_eq!(error.code(), "content-too-large");
    assert!(error.to_string().contains("more than 1000 bytes"), "{error}");
}

#[tokio::test]
async fn a_gzip_bomb_is_refused() {
    use tokio::io::AsyncReadExt;
    let content = vec![b'\n'; 40 << 20];
    let mut bytes = Vec::new();
    async_compression::tokio::bufread::GzipEncoder::new(&content[..]).read_to_end(&mut bytes).await.unwrap();
    let error = read_files(&[("a.log.gz", &bytes)], &format("syslog"), &options()).await.unwrap_err();
    assert_eq!(error.code(), "compression-ratio", "{error}");
    assert!(error.to_string().contains("more than 500 times"), "{error}");
}

fn many(records: usize) -> String {
    (0..records)
        .map(|i| format!("2025-06-01T00:{:02}:{:02}Z h p[{i}]: {:0>200}\n", i * 7 % 60, i * 13 % 60, i))
        .collect()
}

#[tokio::test]
async fn sorting_spills_to_disk_within_its_memory() {
    let text = many(60_000);
    let expected = read_files(&[("a.log", text.as_bytes())], &format("auto"), &options()).await.unwrap();
    let folder = tempfile::tempdir().unwrap();
    let options =
        ReadOptions { memory_bytes: Some(24 << 20), spill: Some(folder.path().to_owned()), ..options() };
    let records = read_files(&[("a.log", text.as_bytes())], &format("auto"), &options).await.unwrap();
    assert_eq!(records.accounting, expected.accounting);
    assert_eq!(rows(&records), rows(&expected));

    // The same with nowhere to spill to: it was necessary.
    let nowhere = ReadOptions { spill: Some(folder.path().join("none")), ..options };
    std::fs::write(folder.path().join("none"), b"a file, not a folder").unwrap();
    let error = read_files(&[("a.log", text.as_bytes())], &format("auto"), &nowhere).await.unwrap_err();
    assert_eq!((error.code(), error.is_data_fault()), ("spill", false), "{error}");
}

/// So many processes at few times, some records twice, some without a pid.
fn of_processes(processes: usize) -> String {
    (0..90_000)
        .map(|i| {
            let process = i * 7919 % processes;
            let pid = if i % 3 == 0 { String::new() } else { format!("[{}]", i % 5) };
            format!("2025-06-01T00:00:{:02}Z h{} p{process}{pid}: {:0>200}\n", i % 3, i % 2, i % 40)
        })
        .collect()
}

/// A log in the order of its times, seven records with each: some of them are equal, and some lines are no records.
fn in_time(step: usize) -> String {
    let line = |i: usize| match i % 2000 {
        1999 => format!("not a record {}\n", i % 3),
        at => {
            let millis = (i - at % 7) * step;
            let (minute, second) = (millis / 60_000, millis / 1000 % 60);
            let time = format!("{:02}:{:02}:{second:02}.{:03}", minute / 60, minute % 60, millis % 1000);
            let (pid, message) = if at % 700 < 7 { (1, 1) } else { (i % 3, i % 4) };
            format!("2025-06-01T{time}Z h p[{pid}]: {message:0>200}\n")
        }
    };
    (0..90_000).map(line).collect()
}

#[tokio::test]
async fn the_order_is_the_same_in_memory_and_on_disk() {
    let timeless = || (0..120_000).map(|i| format!("{:0>200} of nothing\n", i * 7919 % 50_021)).collect();
    let texts: [(&str, String, String); 4] = [
        ("auto", of_processes(200), of_processes(200)),
        ("auto", of_processes(30_000), of_processes(30_000)),
        ("auto", in_time(2), in_time(3)),
        ("text", timeless(), timeless()),
    ];
    let folder = tempfile::tempdir().unwrap();
    let rejects = [folder.path().join("in-memory.jsonl"), folder.path().join("on-disk.jsonl")];
    for (preset, first, second) in texts {
        let files = [("a.log", first.as_bytes()), ("b.log", &second.as_bytes()[..second.len() / 2])];
        let options = ReadOptions { rejects: Some(rejects[0].clone()), ..options() };
        let expected = read_files(&files, &format(preset), &options).await.unwrap();
        let options =
            ReadOptions { memory_bytes: Some(24 << 20), rejects: Some(rejects[1].clone()), ..options };
        let records = read_files(&files, &format(preset), &options).await.unwrap();
        assert_eq!(records.accounting, expected.accounting);
        assert_eq!(rows(&records), rows(&expected));
        let [expected, found] = rejects.each_ref().map(|path| std::fs::read_to_string(path).unwrap());
        assert!(found == expected, "the rejects differ");
        assert_eq!(found.lines().count() as u64, records.accounting.rejected);
    }
}

#[tokio::test]
async fn memory_that_does_not_do_is_named() {
    let text = many(20_000);
    let options = ReadOptions { memory_bytes: Some(100_000), ..options() };
    let error = read_files(&[("a.log", text.as_bytes())], &format("auto"), &options).await.unwrap_err();
    assert_eq!((error.code(), error.is_data_fault()), ("out-of-memory", false), "{error}");
    assert!(error.to_string().contains("limit of 100000 bytes"), "{error}");
}

#[derive(Default)]
struct Heard(Mutex<Vec<(u64, u64)>>);

impl Progress for Heard {
    fn read(&self, bytes_read: u64, bytes_total: u64) {
        self.0.lock().unwrap().push((bytes_read, bytes_total));
    }
}

#[tokio::test]
async fn progress_ends_with_everything_read() {
    let text = many(20_000);
    let heard = Arc::new(Heard::default());
    read(sources(&[("a.log", text.as_bytes())]).await, &format("auto"), &options(), heard.clone())
        .await
        .unwrap();
    let total = text.len() as u64;
    let heard = heard.0.lock().unwrap();
    assert_eq!(heard.last(), Some(&(total, total)));
    assert!(heard.iter().all(|(read, of)| read <= of && *of == total));
}
