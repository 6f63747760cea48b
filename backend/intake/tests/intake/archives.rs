//! Files in archives are files; what is no ordinary file in them is refused.

use crate::{data, format, options, read_files, rows};
use std::io::{Cursor, Write};
use tokio::io::AsyncReadExt;
use trainyard_intake::{IntakeError, Limits, ReadOptions};
use trainyard_types::{Accounting, FormatSpecification};
use zip::{CompressionMethod, ZipWriter, write::SimpleFileOptions};

fn line(n: usize) -> String {
    format!("Jun 14 15:16:{n:02} combo sshd[{n}]: check pass; user unknown\n")
}

fn zipped(files: &[(&str, &[u8])]) -> Vec<u8> {
    let mut archive = ZipWriter::new(Cursor::new(Vec::new()));
    let deflate = SimpleFileOptions::default().compression_method(CompressionMethod::Deflated);
    for (name, bytes) in files {
        archive.start_file(*name, deflate).unwrap();
        archive.write_all(bytes).unwrap();
    }
    archive.finish().unwrap().into_inner()
}

fn tarred(files: &[(&str, &[u8])]) -> Vec<u8> {
    let mut archive = tar::Builder::new(Vec::new());
    for (name, bytes) in files {
        let mut header = tar::Header::new_ustar();
        // As hostile archives are made: `set_path` would refuse.
        header.as_old_mut().name[..name.len()].copy_from_slice(name.as_bytes());
        header.set_size(bytes.len() as u64);
        header.set_cksum();
        archive.append(&header, *bytes).unwrap();
    }
    archive.into_inner().unwrap()
}

fn linked(kind: tar::EntryType) -> Vec<u8> {
    let mut archive = tar::Builder::new(Vec::new());
    let mut header = tar::Header::new_gnu();
    header.set_entry_type(kind);
    header.set_size(0);
    archive.append_link(&mut header, "a.log", "/etc/passwd").unwrap();
    archive.into_inner().unwrap()
}

async fn compressed(bytes: &[u8], kind: &str) -> Vec<u8> {
    use async_compression::tokio::bufread::{BzEncoder, GzipEncoder, XzEncoder, ZstdEncoder};
    let mut out = Vec::new();
    match kind {
        "gz" => GzipEncoder::new(bytes).read_to_end(&mut out).await,
        "zst" => ZstdEncoder::new(bytes).read_to_end(&mut out).await,
        "bz2" => BzEncoder::new(bytes).read_to_end(&mut out).await,
        _ => XzEncoder::new(bytes).read_to_end(&mut out).await,
    }
    .unwrap();
    out
}

async fn read(name: &str, bytes: &[u8]) -> Result<trainyard_intake::Records, IntakeError> {
    read_files(&[(name, bytes)], &format("auto"), &options()).await
}

#[tokio::test]
async fn the_files_of_an_archive_are_read_each_in_its_own_format() {
    let json = br#"{"ts":"2025-06-14T15:16:09Z","msg":"from json"}"#;
    let plain = line(1);
    let gzipped = compressed(line(3).as_bytes(), "gz").await;
    let files: [(&str, &[u8]); 5] = [
        ("logs/b.log", plain.as_bytes()),
        ("logs/a.json", json),
        ("logs/c.log.gz", &gzipped),
        ("__MACOSX/logs/._b.log", b"\0\x05\x16\x07"),
        ("logs/empty.log", b""),
    ];
    let (zip, tar) = (zipped(&files), tarred(&files));
    let mut archives = vec![("a.zip", zip), ("a.tar", tar.clone())];
    for kind in ["gz", "zst", "bz2", "xz"] {
        archives.push(("a.tar", compressed(&tar, kind).await));
    }
    for (name, bytes) in archives {
        let records = read(name, &bytes).await.unwrap();
        assert_eq!(
            records.accounting,
            Accounting { read: 3, parsed: 3, rejected: 0, duplicates: 0, outside: 0 }
        );
        let files: Vec<&str> = records.formats.iter().map(|found| &*found.file).collect();
        let expected = ["logs/a.json", "logs/b.log", "logs/c.log.gz", "logs/empty.log"];
        assert_eq!(files, expected.map(|file| format!("{name}/{file}")));
        let messages: Vec<String> = rows(&records).into_iter().map(|row| row.message).collect();
        assert_eq!(messages, ["check pass; user unknown", "check pass; user unknown", "from json"]);
    }
}

#[tokio::test]
async fn whatever_compresses_a_file_its_records_are_the_same() {
    let bytes = data("loghub_2k/Linux/Linux_2k.log");
    let plain = rows(&read("a.log", &bytes).await.unwrap());
    for kind in ["gz", "zst", "bz2", "xz"] {
        let compressed = compressed(&bytes, kind).await;
        assert_eq!(rows(&read("a.log", &compressed).await.unwrap()), plain, "{kind}");
        let error = read("a.log", &compressed[..compressed.len() / 2]).await.unwrap_err();
        assert!(error.code().ends_with("-truncated") || error.code().ends_with("-corrupt"), "{error}");
    }
}

#[tokio::test]
async fn members_of_one_name_are_all_read() {
    let mut zip = Vec::new();
    let mut archive = rawzip::ZipArchiveWriter::new(&mut zip);
    for text in [line(1), format!("{}{}", line(2), line(3)), line(4)] {
        let (mut entry, config) = archive.new_file("a.log").start().unwrap();
        let mut writer = config.wrap(&mut entry);
        writer.write_all(text.as_bytes()).unwrap();
        let (_, descriptor) = writer.finish().unwrap();
        entry.finish(descriptor).unwrap();
    }
    archive.finish().unwrap();
    let (one, two) = (line(1), format!("{}{}", line(2), line(3)));
    let tar = tarred(&[("a.log", one.as_bytes()), ("a.log", two.as_bytes()), ("a.log", line(4).as_bytes())]);
    for (name, bytes) in [("a.zip", zip), ("a.tar", tar)] {
        let records = read(name, &bytes).await.unwrap();
        assert_eq!(records.len(), 4, "{name}");
        let names = records.formats.iter().map(|format| &*format.file).collect::<Vec<_>>();
        assert_eq!(
            names,
            [format!("{name}/a.log"), format!("{name}/a.log (2)"), format!("{name}/a.log (3)")]
        );
    }
}

#[tokio::test]
async fn what_is_no_ordinary_file_is_refused_by_name() {
    let text = line(1);
    let inner = zipped(&[("a.log", text.as_bytes())]);
    let mut link = ZipWriter::new(Cursor::new(Vec::new()));
    link.add_symlink("a.log", "/etc/passwd", SimpleFileOptions::default()).unwrap();
    let zip_link = link.finish().unwrap().into_inner();
    let up = "../../etc/cron.d/job";
    for (bytes, code, reason) in [
        (
            zipped(&[(up, text.as_bytes())]),
            "archive-member",
            "../../etc/cron.d/job` in the archive is refused",
        ),
        (tarred(&[(up, text.as_bytes())]), "archive-member", "its name leads out of the archive"),
        (tarred(&[("/etc/a.log", text.as_bytes())]), "archive-member", "its name leads out of the archive"),
        (zipped(&[(r"c:\a.log", text.as_bytes())]), "archive-member", "its name leads out of the archive"),
        (linked(tar::EntryType::Symlink), "archive-member", "it is a link"),
        (linked(tar::EntryType::Link), "archive-member", "it is a link"),
        (linked(tar::EntryType::Fifo), "archive-member", "it is no ordinary file"),
        (zip_link, "archive-member", "it is a link"),
        (
            zipped(&[("b.zip", &inner)]),
            "archive-member",
            "`b.zip` in the archive is refused: it is an archive",
        ),
        (zipped(&[]), "archive-broken", "it holds no files"),
        (inner[..inner.len() - 30].to_vec(), "archive-broken", "the archive cannot be read"),
        (
            tarred(&[("a.log", &[b'x'; 2000])])[..1000].to_vec(),
            "archive-broken",
            "the archive cannot be read",
        ),
    ] {
        let error = read("a.bin", &bytes).await.unwrap_err();
        assert_eq!(error.code(), code, "{error}");
        assert!(error.to_string().contains(reason), "{error}");
        assert!(error.is_data_fault());
    }
}

#[tokio::test]
async fn bombs_end_at_a_limit_that_is_named() {
    // 64 MiB of nothing in 64 KiB, as one file and as many.
    let zeros = vec![b' '; 64 << 20];
    let many: Vec<(String, Vec<u8>)> = (0..30).map(|n| (format!("{n}.log"), line(n).into_bytes())).collect();
    let many: Vec<(&str, &[u8])> = many.iter().map(|(name, bytes)| (&**name, &**bytes)).collect();
    let few = Limits { archive_members: 20, ..Limits::default() };
    let small = Limits { content_bytes: 1 << 20, ..Limits::default() };
    let bomb = zipped(&[("a.log", &zeros)]);
    let tar_bomb = compressed(&tarred(&[("a.log", &zeros)]), "zst").await;
    for (bytes, limits, message) in [
        (&bomb, Limits::default(), "more than 500 times the size of the compressed file (the limit)"),
        (&tar_bomb, Limits::default(), "more than 500 times the size of the compressed file (the limit)"),
        (&bomb, small, "more than 1048576 bytes of content (the limit after decompression)"),
        (&zipped(&many), few, "the archive holds more than 20 files (the limit)"),
        (&tarred(&many), few, "the archive holds more than 20 files (the limit)"),
    ] {
        let spill = tempfile::tempdir().unwrap();
        let options = ReadOptions { limits, spill: Some(spill.path().to_owned()), ..options() };
        let error = read_files(&[("a.bin", bytes)], &format("auto"), &options).await.unwrap_err();
        assert!(error.to_string().contains(message), "{error}");
        assert_eq!(spill.path().read_dir().unwrap().count(), 0, "what was unpacked is gone");
    }
}

#[tokio::test]
async fn a_rejected_line_is_found_again_in_its_archive() {
    let bytes = zipped(&[("a.log", format!("{}no time\n", line(1)).as_bytes())]);
    let all = FormatSpecification { max_rejected_share: 1.0, ..format("syslog") };
    let records = read_files(&[("x.zip", &bytes)], &all, &options()).await.unwrap();
    let reject = records.first_reject.unwrap();
    assert_eq!((&*reject.file, reject.line), ("x.zip/a.log", 2));
}
