//! Scanning: the records in the order of the files, in whatever the files are compressed with.

use crate::{format, options, sources};
use async_compression::tokio::bufread::{BzEncoder, GzipEncoder, XzEncoder, ZstdEncoder};
use std::{path::PathBuf, sync::Arc};
use tokio::io::{AsyncRead, AsyncReadExt};
use trainyard_intake::{Columns, IntakeError, ReadOptions, Summary, scan};
use trainyard_types::{Accounting, FormatSpecification};

fn linux() -> Vec<u8> {
    let path =
        PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../../shared/data/loghub_2k/Linux/Linux_2k.log");
    std::fs::read(path).unwrap()
}

type Places = Vec<(String, u64, String)>;

async fn scanned(
    files: &[(&str, &[u8])],
    format: &FormatSpecification,
    options: &ReadOptions,
) -> Result<(Summary, Places), IntakeError> {
    let mut places = Vec::new();
    let summary = scan(sources(files).await, format, options, Arc::new(()), |batch| {
        let columns = Columns::of(&batch)?;
        places.extend((0..batch.num_rows()).map(|row| {
            let message = columns.message.value(row).to_owned();
            (columns.file.value(row).to_owned(), columns.line.value(row), message)
        }));
        Ok(())
    })
    .await?;
    Ok((summary, places))
}

#[tokio::test]
async fn records_come_in_the_order_of_the_files_as_given_and_repeat() {
    let first: String = (0..60_000).map(|i| format!("Jun 14 15:16:01 combo x[1]: n {}\n", i % 7)).collect();
    let second = "Jun 13 15:16:01 combo x[1]: earlier\n";
    let files = [("b.log", first.as_bytes()), ("a.log", second.as_bytes())];
    let (summary, places) = scanned(&files, &format("auto"), &options()).await.unwrap();
    assert_eq!(
        summary.accounting,
        Accounting { read: 60_001, parsed: 60_001, rejected: 0, duplicates: 0, outside: 0 }
    );
    for (at, (file, line, message)) in places[..60_000].iter().enumerate() {
        assert_eq!((file.as_str(), *line, message), ("b.log", at as u64 + 1, &format!("n {}", at % 7)));
    }
    assert_eq!(places[60_000], ("a.log".into(), 1, "earlier".into()));
}

#[tokio::test]
async fn rejects_keep_their_place_and_stop_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let options = ReadOptions { rejects: Some(folder.path().join("r.jsonl")), ..options() };
    let text = b"Jun 14 15:16:01 combo x[1]: one\nno time\nJun 14 15:16:01 combo x[1]: two\n";
    let (summary, places) = scanned(&[("a.log", text)], &format("syslog"), &options).await.unwrap();
    assert_eq!(summary.accounting, Accounting { read: 3, parsed: 2, rejected: 1, duplicates: 0, outside: 0 });
    assert_eq!(summary.first_reject.unwrap().line, 2);
    assert_eq!(places.iter().map(|place| place.1).collect::<Vec<_>>(), [1, 3]);
    assert_eq!(std::fs::read_to_string(folder.path().join("r.jsonl")).unwrap().lines().count(), 1);
}

#[tokio::test]
async fn what_the_caller_refuses_ends_the_scan() {
    let text = linux();
    let files = sources(&[("a.log", &text)]).await;
    let full = |_| Err(IntakeError::WriteTable(std::io::Error::other("disk full")));
    let error = scan(files, &format("auto"), &options(), Arc::new(()), full).await.unwrap_err();
    assert_eq!(error.code(), "write-table");
}

async fn packed(mut encoder: impl AsyncRead + Unpin) -> Vec<u8> {
    let mut bytes = Vec::new();
    encoder.read_to_end(&mut bytes).await.unwrap();
    bytes
}

async fn every_compression(text: &[u8]) -> [(&'static str, Vec<u8>); 4] {
    [
        ("gzip", packed(GzipEncoder::new(text)).await),
        ("zstd", packed(ZstdEncoder::new(text)).await),
        ("bzip2", packed(BzEncoder::new(text)).await),
        ("xz", packed(XzEncoder::new(text)).await),
    ]
}

#[tokio::test]
async fn every_compression_reads_as_the_plain_file_does() {
    let text = linux();
    let (plain, places) = scanned(&[("a.log", &text)], &format("auto"), &options()).await.unwrap();
    assert_eq!(plain.accounting.read, 2000);
    for (name, bytes) in every_compression(&text).await {
        let twice = [&bytes[..], &bytes[..]].concat();
        let (once, same) = scanned(&[("a.log", &bytes)], &format("auto"), &options()).await.unwrap();
        assert_eq!((once.accounting, once.content_bytes), (plain.accounting, plain.content_bytes), "{name}");
        assert_eq!(same, places, "{name}");
        let (members, _) = scanned(&[("a.log", &twice)], &format("auto"), &options()).await.unwrap();
        assert_eq!(members.content_bytes, 2 * plain.content_bytes, "{name}: several members");
    }
}

#[tokio::test]
async fn a_cut_stream_is_named_with_its_compression() {
    for (name, bytes) in every_compression(&linux()).await {
        let cut = &bytes[..bytes.len() - bytes.len() / 3];
        let error = scanned(&[("a.log", cut)], &format("auto"), &options()).await.unwrap_err();
        assert_eq!(error.code(), format!("{name}-truncated"), "{error}");
        assert!(error.to_string().contains(&format!("the {name} stream ends too early")), "{error}");
    }
}

#[tokio::test]
async fn a_bomb_of_any_compression_is_refused() {
    let zeros = vec![b'\n'; 40 << 20];
    for (name, bytes) in every_compression(&zeros).await {
        let error = scanned(&[("a.log", &bytes)], &format("syslog"), &options()).await.unwrap_err();
        assert_eq!(error.code(), "compression-ratio", "{name}: {error}");
    }
}
