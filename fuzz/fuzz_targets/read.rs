//! Bytes in any format: the readers of JSON, CSV and lines, compression and archives, detection, duplicates, rejects.
//! Whatever comes in, `read = parsed + rejected + duplicates`, and the same bytes give the same records.

#![no_main]

use chrono::DateTime;
use libfuzzer_sys::fuzz_target;
use object_store::{ObjectStoreExt, memory::InMemory, path::Path};
use std::sync::{Arc, LazyLock};
use tokio::runtime::{Builder, Runtime};
use trainyard_intake::{IntakeError, ReadOptions, Records, Source, read};
use trainyard_types::FormatSpecification;

static RUNTIME: LazyLock<Runtime> =
    LazyLock::new(|| Builder::new_current_thread().build().expect("a runtime"));

/// The first byte chooses how the others are read.
const PRESETS: [&str; 8] = ["auto", "json-export", "json-lines", "csv", "syslog", "hdfs", "logfmt", "text"];

fn records(bytes: &[u8], preset: &str) -> Result<Records, IntakeError> {
    RUNTIME.block_on(async {
        let (store, location) = (Arc::new(InMemory::new()), Path::from("a.log"));
        store.put(&location, bytes.to_vec().into()).await.expect("memory holds it");
        let source = Source { name: "a.log".into(), store, location, size: bytes.len() as u64 };
        let format = FormatSpecification {
            preset: preset.into(),
            max_rejected_share: 1.0,
            ..FormatSpecification::default()
        };
        let mut options = ReadOptions::new(DateTime::UNIX_EPOCH);
        options.limits.record_bytes = 4096;
        options.limits.content_bytes = 1 << 20;
        read(vec![source], &format, &options, Arc::new(())).await
    })
}

fuzz_target!(|bytes: &[u8]| {
    let Some((choice, bytes)) = bytes.split_first() else { return };
    let preset = PRESETS[usize::from(*choice) % PRESETS.len()];
    match (records(bytes, preset), records(bytes, preset)) {
        (Ok(first), Ok(second)) => {
            let counts = first.accounting;
            assert_eq!(counts.read, counts.parsed + counts.rejected + counts.duplicates);
            let [first, second] = [first, second].map(|records| {
                let batches = records.batches.iter().expect("they are in memory");
                batches.collect::<Result<Vec<_>, _>>().expect("they are in memory")
            });
            assert_eq!(first, second);
        }
        (Err(first), Err(second)) => assert_eq!(first.to_string(), second.to_string()),
        (first, second) => panic!("{:?} and {:?}", first.err(), second.err()),
    }
});
