//! The canonical order, duplicates, and the promise that nothing is lost.

use crate::{format, options, read_files, rows};
use proptest::prelude::*;
use std::future::Future;
use trainyard_types::{Accounting, FormatSpecification};

fn run<T>(future: impl Future<Output = T>) -> T {
    tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap().block_on(future)
}

#[tokio::test]
async fn duplicates_are_dropped_and_counted_unless_kept() {
    let element = |id: u32| format!(r#"{{"id":{id},"timestamp":"2025-07-01","message":"m","level":"info"}}"#);
    let text = [element(1), element(2), element(1), element(1)].join("\n");
    let files: [(&str, &[u8]); 2] = [("a.log", text.as_bytes()), ("b.log", text.as_bytes())];
    let records = read_files(&files, &format("auto"), &options()).await.unwrap();
    assert_eq!(records.accounting, Accounting { read: 8, parsed: 2, rejected: 0, duplicates: 6, outside: 0 });
    assert_eq!(rows(&records).iter().map(|row| row.record).collect::<Vec<_>>(), [1, 2]);
    let keep = FormatSpecification { drop_duplicates: false, ..format("auto") };
    let records = read_files(&files, &keep, &options()).await.unwrap();
    assert_eq!(records.accounting, Accounting { read: 8, parsed: 8, rejected: 0, duplicates: 0, outside: 0 });
}

#[tokio::test]
async fn duplicates_far_apart_are_found_among_many_records() {
    let mut lines: Vec<String> = (0..30_000)
        .map(|i| {
            format!(
                r#"{{"id":{i},"timestamp":"2025-06-{:02}T00:00:{:02}Z","message":"message {}"}}"#,
                1 + i % 28,
                i % 60,
                i % 700
            )
        })
        .collect();
    lines.extend_from_within(100..1100);
    let text = lines.join("\n");
    let records = read_files(&[("a.log", text.as_bytes())], &format("auto"), &options()).await.unwrap();
    assert_eq!(
        records.accounting,
        Accounting { read: 31_000, parsed: 30_000, rejected: 0, duplicates: 1000, outside: 0 }
    );
    let rows = rows(&records);
    assert!(rows.is_sorted_by_key(|row| row.timestamp));
}

#[tokio::test]
async fn equal_lines_of_one_file_are_records_and_a_file_that_is_there_twice_counts_once() {
    let text =
        "2025-06-01T00:00:01Z INFO down\n2025-06-01T00:00:01Z INFO down\n2025-06-01T00:00:02Z INFO up\n";
    let other = "2025-06-01T00:00:01Z INFO down\n2025-06-01T00:00:03Z INFO up\n";
    let files: [(&str, &[u8]); 3] = [("a", text.as_bytes()), ("b", other.as_bytes()), ("c", text.as_bytes())];
    let records = read_files(&files, &format("auto"), &options()).await.unwrap();
    assert_eq!(records.accounting, Accounting { read: 8, parsed: 5, rejected: 0, duplicates: 3, outside: 0 });
}

/// Lines that are often equal, often at the same time, and sometimes broken.
fn lines() -> impl Strategy<Value = Vec<String>> {
    let line = (0u32..4, 0u32..3, 0u32..10).prop_map(|(second, message, kind)| match kind {
        0 => "broken".to_owned(),
        1 => String::new(),
        _ => format!("2025-06-01T00:00:0{second}Z h p[{}]: m{message}", kind % 2),
    });
    proptest::collection::vec(line, 1..60)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 48, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn the_result_depends_on_neither_the_order_of_lines_nor_of_files(
        (lines, shuffled) in lines().prop_flat_map(|lines| (Just(lines.clone()), Just(lines).prop_shuffle())),
        at in 0usize..60,
    ) {
        let any = FormatSpecification { max_rejected_share: 1.0, drop_duplicates: false, ..format("syslog") };
        let one = lines.join("\n");
        let (left, right) = shuffled.split_at(at.min(shuffled.len()));
        let (left, right) = (left.join("\n"), right.join("\r\n"));
        let whole = run(read_files(&[("a", one.as_bytes())], &any, &options()));
        let parts = run(read_files(&[("z", left.as_bytes()), ("b", right.as_bytes())], &any, &options()));
        let (Ok(whole), Ok(parts)) = (whole, parts) else { return Ok(()) };
        prop_assert_eq!(whole.accounting, parts.accounting);
        let content = |records| {
            rows(records).into_iter().map(|r| (r.timestamp, r.host, r.process, r.pid, r.message)).collect::<Vec<_>>()
        };
        prop_assert_eq!(content(&whole), content(&parts));
    }

    #[test]
    fn whatever_the_bytes_nothing_panics_and_the_counts_add_up(
        bytes in proptest::collection::vec(any::<u8>(), 0..400),
        preset in proptest::sample::select(vec!["auto", "json-export", "json-lines", "csv", "syslog", "hdfs"]),
        text in "[\\[\\]{}\",:a-z0-9 \n\r\\\\;<>.-]{0,300}",
    ) {
        let any = FormatSpecification { max_rejected_share: 1.0, ..format(preset) };
        for content in [&bytes[..], text.as_bytes()] {
            if let Ok(records) = run(read_files(&[("a", content)], &any, &options())) {
                let Accounting { read, parsed, rejected, duplicates, .. } = records.accounting;
                prop_assert_eq!(read, parsed + rejected + duplicates);
                prop_assert_eq!(parsed, records.len() as u64);
            }
        }
    }
}
