//! Bad input: each gets its own message, which says what is wrong and where.

use crate::{format, options, read_files, read_text, rejects, rows, sources};
use std::sync::Arc;
use trainyard_intake::{ReadOptions, profile, validate_format};
use trainyard_types::{Accounting, FindingKind, FormatSpecification, Reject};

async fn failure(bytes: &[u8]) -> (&'static str, String) {
    let error = read_files(&[("a.log", bytes)], &format("auto"), &options()).await.unwrap_err();
    assert!(error.is_data_fault());
    (error.code(), error.to_string())
}

fn gzip(bytes: &[u8]) -> Vec<u8> {
    use tokio::io::AsyncReadExt;
    let mut encoder = async_compression::tokio::bufread::GzipEncoder::new(bytes);
    let mut out = Vec::new();
    futures::executor::block_on(encoder.read_to_end(&mut out)).unwrap();
    out
}

const LINE: &str = "Jun 14 15:16:01 combo x[1]: hello\n";

#[tokio::test]
async fn whole_files_that_cannot_be_read() {
    let element = r#"{"timestamp":"2025-07-01","message":"m"}"#;
    let cut = format!("[{}\n{{\"timesta", format!("{element},\n").repeat(16));
    for (bytes, code, message) in [
        (b"".to_vec(), "empty-file", "a.log is empty"),
        (b" \r\n\n".to_vec(), "empty-file", "a.log is empty"),
        (
            br#"{"export_metadata":{"total_records":0},"data":[]}"#.to_vec(),
            "no-records",
            "a.log holds no records",
        ),
        (b"[]".to_vec(), "no-records", "a.log holds no records"),
        (
            br#"{"export_metadata":{},"data":[{"message":[1}]}"#.to_vec(),
            "json-broken",
            "`}` stands where `]`",
        ),
        (cut.into_bytes(), "json-cut-off", "record 17 (line 18) is cut off"),
        (
            format!("[{element},{element}").into_bytes(),
            "json-broken",
            "the file ends before the array is closed",
        ),
        ((0..=255).collect(), "binary-file", "a.log is not text"),
        (b"PK\x03\x04rest".to_vec(), "archive-broken", "the archive cannot be read"),
        (
            gzip(LINE.repeat(5000).as_bytes())[..60].to_vec(),
            "gzip-truncated",
            "the gzip stream ends too early",
        ),
        (
            b"\x1f\x8b\x08\0\0\0\0\0\0\x03\x07no deflate block is of type three".to_vec(),
            "gzip-corrupt",
            "the gzip stream is corrupt",
        ),
    ] {
        let (found, text) = failure(&bytes).await;
        assert_eq!(found, code, "{text}");
        assert!(text.contains(message), "{text}");
    }
}

#[tokio::test]
async fn what_is_no_table_is_refused_where_one_was_asked_for() {
    for kind in ["csv", "table"] {
        let error = read_files(&[("a.csv", LINE.as_bytes())], &format(kind), &options()).await.unwrap_err();
        assert_eq!(error.code(), "other-kind");
        assert!(error.to_string().contains("it begins with `Jun 14 15:16:01"), "{error}");
    }
    // Without a time and a message it is a table of numbers.
    let table = read_files(&[("a.csv", b"a,b\n1,2\nnan,inf\n")], &format("csv"), &options()).await.unwrap();
    assert_eq!((table.len(), table.accounting.outside), (2, 1));
}

#[tokio::test]
async fn a_corrupt_gzip_says_how_far_it_was_good() {
    let mut bytes = gzip(LINE.repeat(5000).as_bytes());
    let checksum = bytes.len() - 6;
    bytes[checksum] ^= 1;
    let (code, text) = failure(&bytes).await;
    assert_eq!(code, "gzip-corrupt", "{text}");
    assert!(text.contains("170000 decompressed bytes"), "{text}");
}

#[tokio::test]
async fn gzip_of_several_members_is_one_file() {
    let bytes = [gzip(LINE.as_bytes()), gzip(LINE.replace("hello", "again").as_bytes())].concat();
    let records = read_files(&[("a.log.gz", &bytes)], &format("auto"), &options()).await.unwrap();
    assert_eq!(records.len(), 2);
}

#[tokio::test]
async fn single_bad_records_are_rejected_with_place_and_reason() {
    let good = r#"{"timestamp":"2025-07-01","message":"m"}"#;
    let lines = [
        good,
        r#"{"timestamp":"tomorrow","message":"m"}"#,
        "",
        r#"{"timestamp":"2025-07-01","message":null}"#,
        r#"{"timestamp":"2025-07-01"}"#,
        r#"{"timestamp":"2025-07-01","message":"#,
        r#"{"timestamp":"2025-07-01","message":"a\u0000b"}"#,
        "plain text",
    ];
    let text = lines.join("\n");
    let all = FormatSpecification { max_rejected_share: 1.0, ..format("json-lines") };
    let (result, rejected) = rejects(text.as_bytes(), &all).await;
    let records = result.unwrap();
    // A field that cannot be read is absent, and no record for that is lost; a line that is no object continues one.
    assert_eq!(records.accounting, Accounting { read: 6, parsed: 5, rejected: 1, duplicates: 0, outside: 0 });
    let mut messages: Vec<String> = rows(&records).into_iter().map(|row| row.message).collect();
    messages.sort();
    assert_eq!(messages, ["ab\nplain text", "m", "m", lines[3], lines[4]]);
    let found: Vec<(u64, u64, &str)> = rejected.iter().map(|r| (r.line, r.record, &*r.reason)).collect();
    assert_eq!(found, [(6, 5, "invalid JSON at line 6, column 36: EOF while parsing a value")]);
    assert_eq!(rejected[0].excerpt, lines[5]);
    assert_eq!(rejected[0].file, "a.log");
}

#[tokio::test]
async fn a_malformed_element_costs_one_record_of_an_intact_array() {
    let text =
        "[{\"ts\":\"2025-07-01\",\"msg\":\"a\"},\n{\"ts\":12:30},\n{\"ts\":\"2025-07-01\",\"msg\":\"b\"}, 5]";
    let (result, rejected) = rejects(text.as_bytes(), &format("auto")).await;
    assert_eq!(
        result.unwrap().accounting,
        Accounting { read: 4, parsed: 2, rejected: 2, duplicates: 0, outside: 0 }
    );
    assert_eq!(rejected.iter().map(|reject| reject.line).collect::<Vec<_>>(), [2, 3]);
}

#[tokio::test]
async fn lines_in_another_encoding_are_read_and_said() {
    let bytes = [
        &b"Jun 14 15:16:01 combo sshd[1]: caf\xe9\n"[..],
        "Jun 14 15:16:02 combo sshd[1]: café\n".as_bytes(),
    ];
    let records = read_files(&[("a.log", &bytes.concat())], &format("auto"), &options()).await.unwrap();
    assert!(rows(&records).iter().all(|row| row.message == "café"), "{:?}", rows(&records));
    let said = records.findings.iter().find(|finding| finding.kind == FindingKind::OtherEncoding).unwrap();
    assert_eq!((said.records, said.file.as_deref()), (1, Some("a.log")));
    let wide: Vec<u8> = "\u{feff}2025-06-01 10:00:01 INFO café\n2025-06-01 10:00:02 WARN x\n"
        .encode_utf16()
        .flat_map(u16::to_le_bytes)
        .collect();
    let records = read_files(&[("a.log", &wide)], &format("auto"), &options()).await.unwrap();
    assert_eq!(
        (rows(&records)[0].message.as_str(), rows(&records)[0].level.as_deref()),
        ("café", Some("info"))
    );
}

#[tokio::test]
async fn the_allowed_share_of_rejects_decides() {
    let text = format!("{LINE}no time here\nno time there\n{LINE}");
    let allow =
        |share| FormatSpecification { max_rejected_share: share, drop_duplicates: false, ..format("syslog") };
    assert!(rejects(text.as_bytes(), &allow(0.5)).await.0.is_ok());
    let error = rejects(text.as_bytes(), &allow(0.49)).await.0.unwrap_err();
    assert_eq!(
        error.to_string(),
        "2 of 4 records were rejected (allowed share: 0.49); the first: a.log line 2, record 2: the \
         line does not begin with a syslog timestamp: `no time here`"
    );
}

#[tokio::test]
async fn csv_with_the_wrong_number_of_fields_or_without_numbers() {
    let text = "time,message\n2025-07-01,a\n2025-07-01,b,c\nNaN,d\ninf,e\n2025-07-01,\"f\n";
    let all = FormatSpecification { max_rejected_share: 1.0, ..format("auto") };
    let (result, rejected) = rejects(text.as_bytes(), &all).await;
    let records = result.unwrap();
    // A time that is none is absent, and a cell too many belongs to the message.
    assert_eq!(records.accounting, Accounting { read: 5, parsed: 4, rejected: 1, duplicates: 0, outside: 1 });
    let reasons: Vec<&str> = rejected.iter().map(|reject: &Reject| &*reject.reason).collect();
    assert!(reasons[0].contains("not closed"), "{reasons:?}");
}

#[tokio::test]
async fn a_million_columns_are_refused() {
    // The first header is longer than what detection looks at.
    for columns in [1_000_000, 20_000] {
        let header: Vec<String> = (0..columns).map(|n| format!("c{n}")).collect();
        let (code, text) =
            failure(format!("time,message,{}\n2025-07-01,a\n", header.join(",")).as_bytes()).await;
        assert_eq!(code, "too-many-columns", "{text}");
        assert!(text.contains("columns, more than 10000 (the limit)"), "{text}");
    }
}

#[tokio::test]
async fn a_clock_that_jumps_back_reorders_records_and_loses_none() {
    let text: String = [50, 10, 50, 5, 59]
        .iter()
        .enumerate()
        .map(|(n, second)| format!("Jun 14 15:16:{second:02} combo x[1]: hello {n}\n"))
        .collect();
    let found = rows(&read_text(&text).await.unwrap());
    let order: Vec<u64> = found.iter().map(|row| row.record).collect();
    assert_eq!(order, [4, 2, 1, 3, 5]);
}

#[tokio::test]
async fn line_endings_of_all_kinds_and_nul_bytes() {
    let line = |n: usize| format!("Jun 14 15:16:0{n} combo x[1]: hello");
    let text = format!("{}\r\n{}\n\r\n\n{}\0\n{}", line(1), line(2), line(3), line(4));
    let some = FormatSpecification { max_rejected_share: 0.5, ..format("syslog") };
    // The first bytes decide whether a file is text: the NUL stands behind them.
    let padding = (0..8000).map(|n| format!("Jun 13 10:00:00 combo x[1]: padding {n}\n")).collect::<String>();
    let (result, rejected) = rejects(format!("{padding}{text}").as_bytes(), &some).await;
    let records = result.unwrap();
    assert_eq!(
        records.accounting,
        Accounting { read: 8004, parsed: 8004, rejected: 0, duplicates: 0, outside: 0 }
    );
    let messages: Vec<String> = rows(&records)[8000..].iter().map(|row| row.message.clone()).collect();
    assert_eq!(messages, ["hello", "hello", "hello", "hello"]);
    assert!(rejected.is_empty());
    let nuls = records.findings.iter().find(|finding| finding.kind == FindingKind::Nuls).unwrap();
    assert_eq!(nuls.records, 1);
}

#[tokio::test]
async fn lone_surrogates_in_json_are_replaced() {
    let text = [
        r#"{"ts":"2025-07-01","msg":"a \ud83d\ude00 pair"}"#,
        r#"{"ts":"2025-07-01","msg":"a lone \ud83d one"}"#,
        r#"{"ts":"2025-07-01","msg":"a lone \ude00 one"}"#,
    ]
    .join("\n");
    let all = FormatSpecification { max_rejected_share: 1.0, ..format("auto") };
    let (result, rejected) = rejects(text.as_bytes(), &all).await;
    let messages: Vec<String> = rows(&result.unwrap()).into_iter().map(|row| row.message).collect();
    assert!(rejected.is_empty(), "{rejected:?}");
    assert_eq!(messages, ["a lone \u{fffd} one", "a lone \u{fffd} one", "a 😀 pair"]);
}

#[tokio::test]
async fn one_record_is_a_dataset() {
    let records =
        read_text("Jun 14 15:16:01 combo sshd(pam_unix)[19939]: check pass; user unknown\n").await.unwrap();
    assert_eq!(rows(&records)[0].message, "check pass; user unknown");
}

#[tokio::test]
async fn an_empty_file_among_others_is_no_fault() {
    let files: [(&str, &[u8]); 2] = [("a.log", b""), ("b.log", LINE.as_bytes())];
    let records = read_files(&files, &format("auto"), &options()).await.unwrap();
    assert_eq!(records.len(), 1);
    assert_eq!(records.formats[0].format, None);
}

#[tokio::test]
async fn a_missing_file_is_not_the_datas_fault() {
    let mut files = sources(&[("a.log", LINE.as_bytes())]).await;
    files[0].location = "files/none".into();
    let error = profile(files, &format("auto"), &options(), Arc::new(())).await.unwrap_err();
    assert_eq!((error.code(), error.is_data_fault()), ("storage", false));
}

#[tokio::test]
async fn rejects_that_cannot_be_written_fail_the_reading() {
    let options = ReadOptions { rejects: Some("/nonexistent/folder/rejects.jsonl".into()), ..options() };
    let error = read_files(&[("a.log", LINE.as_bytes())], &format("auto"), &options).await.unwrap_err();
    assert_eq!(error.code(), "write-rejects");
}

#[test]
fn every_invalid_field_of_a_format_is_named() {
    assert_eq!(validate_format(&FormatSpecification::default()), []);
    let bad = FormatSpecification {
        preset: "xml".into(),
        utc_offset_minutes: 1081,
        max_rejected_share: f64::NAN,
        ..FormatSpecification::default()
    };
    let pointers: Vec<String> = validate_format(&bad).into_iter().map(|error| error.pointer).collect();
    assert_eq!(pointers, ["/format/preset", "/format/utc_offset_minutes", "/format/max_rejected_share"]);
}
