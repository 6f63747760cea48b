//! Real logs, compared with the ground truth published with them.

use crate::{Row, data, format, options, read_files, read_text, rows, sources};
use std::{collections::HashMap, sync::Arc};
use trainyard_intake::{ReadOptions, profile};
use trainyard_types::{Accounting, Count, FormatSpecification};

/// The structured form of a loghub sample: one map per line.
fn truth(system: &str) -> Vec<HashMap<String, String>> {
    let text =
        String::from_utf8(data(&format!("loghub_2k/{system}/{system}_2k.log_structured.csv"))).unwrap();
    let mut lines = text.lines().map(|line| {
        let (mut fields, mut quoted) = (vec![String::new()], false);
        for c in line.chars() {
            match c {
                '"' => quoted = !quoted,
                ',' if !quoted => fields.push(String::new()),
                c => fields.last_mut().unwrap().push(c),
            }
        }
        fields
    });
    let names = lines.next().unwrap();
    lines.map(|fields| names.iter().cloned().zip(fields).collect()).collect()
}

async fn sample(system: &str) -> (String, Vec<Row>) {
    let bytes = data(&format!("loghub_2k/{system}/{system}_2k.log"));
    let whole = FormatSpecification { drop_duplicates: false, ..format("auto") };
    let records = read_files(&[("sample.log", &bytes)], &whole, &options()).await.unwrap();
    assert_eq!(
        records.accounting,
        Accounting { read: 2000, parsed: 2000, rejected: 0, duplicates: 0, outside: 0 },
        "{system}"
    );
    let mut rows = rows(&records);
    rows.sort_by_key(|row| row.record);
    (records.formats[0].format.clone().unwrap().preset, rows)
}

#[tokio::test]
async fn syslog_samples_are_cut_as_loghub_cuts_them() {
    // The columns that hold host, process and pid go by other names in every sample; OpenSSH's lacks the process.
    for (system, host, process, pid) in [
        ("Linux", "Level", Some("Component"), "PID"),
        ("OpenSSH", "Component", None, "Pid"),
        ("Mac", "User", Some("Component"), "PID"),
    ] {
        let (preset, rows) = sample(system).await;
        assert_eq!(preset, "syslog", "{system}");
        let mut different = Vec::new();
        for (row, truth) in rows.iter().zip(truth(system)) {
            let known = |name: &str| truth.get(name).map(String::as_str).filter(|text| !text.is_empty());
            let component = process.map_or(Some("sshd"), known);
            let same = row.process.as_deref().map(str::trim) == component.map(str::trim)
                && row.pid.as_deref() == known(pid)
                && row.host.as_deref() == known(host)
                // Quotes are lost in the truth's own CSV reading above.
                && row.message.replace('"', "").trim() == truth["Content"].trim();
            if !same {
                different.push((row.clone(), truth["Content"].clone()));
            }
        }
        assert!(
            different.is_empty(),
            "{system}: {} lines differ, such as {:#?}",
            different.len(),
            &different[0]
        );
    }
}

#[tokio::test]
async fn the_hdfs_sample_is_cut_as_loghub_cuts_it() {
    let (preset, rows) = sample("HDFS").await;
    assert_eq!(preset, "hdfs");
    for (row, truth) in rows.iter().zip(truth("HDFS")) {
        assert_eq!(row.process.as_deref(), Some(&*truth["Component"]));
        assert_eq!(row.pid.as_deref(), Some(&*truth["Pid"]));
        assert_eq!(row.level.as_deref(), Some(if truth["Level"] == "WARN" { "warning" } else { "info" }));
        assert_eq!(row.message.trim(), truth["Content"].trim());
    }
    // 081109 203615 of the first line.
    assert_eq!(rows[0].timestamp, 1_226_262_975_000_000);
}

#[tokio::test]
async fn the_whole_compressed_hdfs_file_is_read() {
    let bytes = data("hdfs_2pct/HDFS_2pct.log.gz");
    let whole = FormatSpecification { drop_duplicates: false, ..format("auto") };
    let records = read_files(&[("HDFS_2pct.log.gz", &bytes)], &whole, &options()).await.unwrap();
    assert_eq!(
        records.accounting,
        Accounting { read: 222_579, parsed: 222_579, rejected: 0, duplicates: 0, outside: 0 }
    );
    assert_eq!(records.content_bytes, 31_210_055);
    assert_eq!(records.len(), 222_579);
}

#[tokio::test]
async fn the_router_export_is_profiled() {
    let bytes = data("mcp_export/export_20250701.json");
    let files = sources(&[("export_20250701.json", &bytes)]).await;
    let (profile, _) = profile(files, &format("auto"), &options(), Arc::new(())).await.unwrap();
    assert_eq!((profile.format.preset.as_str(), profile.format.confidence), ("json-export", 1.0));
    assert_eq!(profile.records, Accounting { read: 35, parsed: 35, rejected: 0, duplicates: 0, outside: 0 });
    assert_eq!(profile.content_bytes, bytes.len() as u64);
    assert_eq!(profile.levels, [("emergency".to_owned(), 33), ("error".to_owned(), 2)].into());
    let count = |value: &str, count| Count { value: value.into(), count };
    assert_eq!(profile.processes, [count("WATCHDOG", 33), count("crond", 2)]);
    assert_eq!(profile.hosts, [count("RT-AX3000-4040-62971F1-C", 35)]);
    assert_eq!(profile.last_timestamp, Some("2025-07-01T04:56:35Z".parse().unwrap()));
    assert!(
        profile.columns.contains(&"raw_message".to_owned())
            && !profile.columns.contains(&"message".to_owned())
    );
    assert_eq!(profile.preview.len(), 20);
    assert!(profile.preview.is_sorted_by_key(|record| record.timestamp));
    let first = profile.preview.first().unwrap();
    assert_eq!(first.timestamp, profile.first_timestamp);
}

#[tokio::test]
async fn one_event_in_every_format_is_the_same_record() {
    let now = ReadOptions::new("2008-12-01T00:00:00Z".parse().unwrap());
    let mut seen = Vec::new();
    for (preset, text) in [
        (
            "json-export",
            r#"{"export_metadata":{},"data":[{"timestamp":"2008-11-09T20:35:30","level":"INFO","process":"a.b","pid":7,"message":"hi: there"}]}"#,
        ),
        ("json-lines", r#"{"ts":1226262930,"severity":"info","logger":"a.b","pid":"7","msg":"hi: there"}"#),
        (
            "json-lines",
            r#"[{"@timestamp":"2008-11-09T21:35:30+01:00","level":"I","program":"a.b","pid":7,"log":"hi: there"}]"#,
        ),
        ("csv", "time;level;process;pid;message\r\n2008-11-09 20:35:30;6;a.b;7;\"hi: there\"\r\n"),
        ("syslog", "<30>Nov  9 20:35:30 a.b[7]: hi: there\n"),
        ("syslog", "<30>1 2008-11-09T20:35:30Z - a.b 7 - - hi: there\n"),
        ("hdfs", "081109 203530 7 INFO a.b: hi: there"),
    ] {
        for requested in ["auto", preset] {
            let records = read_files(&[("x", text.as_bytes())], &format(requested), &now).await.unwrap();
            let detected = records.formats[0].format.clone().unwrap();
            // A host is what RFC 3164 has in the place of a tag.
            assert_eq!((detected.preset.as_str(), detected.confidence), (preset, 1.0), "{text}");
            let row = rows(&records).remove(0);
            seen.push(row);
        }
    }
    assert_eq!(seen[0].timestamp, 1_226_262_930_000_000);
    assert_eq!(seen[0].message, "hi: there");
    assert!(seen.iter().all(|row| row == &seen[0]), "{seen:#?}");
}

#[tokio::test]
async fn lines_in_mixed_forms_and_offsets_are_read_each_for_itself() {
    let records = read_text(concat!(
        "{\"ts\":\"2025-07-01T10:00:00+02:00\",\"msg\":\"b\"}\n",
        "{\"time\":1751356800000,\"message\":\"a\"}\n\n",
        "{\"timestamp\":\"2025-07-01 08:00:00.000001\",\"log\":\"c\",\"level\":\"odd\"}",
    ))
    .await
    .unwrap();
    let found: Vec<_> =
        rows(&records).into_iter().map(|row| (row.timestamp, row.message, row.level)).collect();
    let base = 1_751_356_800_000_000;
    assert_eq!(found, [(base, "a".into(), None), (base, "b".into(), None), (base + 1, "c".into(), None)]);
}

#[tokio::test]
async fn example_logs_are_reproducible_syslog() {
    let make = |seed| {
        let mut bytes = Vec::new();
        trainyard_intake::example_logs(3000, seed, &mut bytes).unwrap();
        bytes
    };
    assert_eq!(make(1), make(1));
    assert_ne!(make(1), make(2));
    let records = read_files(&[("x.log", &make(1))], &format("auto"), &options()).await.unwrap();
    assert_eq!((records.accounting.read, records.accounting.rejected), (3000, 0));
    assert_eq!(records.formats[0].format.clone().unwrap().preset, "syslog");
}
