//! What always holds: a sample's features depend on its own records and on earlier ones, never on later ones, on how
//! the input was cut into files, or on its order.

use crate::run;
use object_store::{ObjectStore, ObjectStoreExt, PutPayload, memory::InMemory, path::Path};
use proptest::prelude::*;
use std::{collections::HashMap, sync::Arc};
use trainyard_features::{
    FeatureMatrix, FeatureSet, Transformer, fit, fit_transform, labels, sample_count, sampling, transform,
};
use trainyard_intake::{Batches, ReadOptions, Records, Source, read};
use trainyard_types::{FeatureSetSpecification, FormatSpecification, LabelsSpecification};

const SETS: [&str; 9] = [
    r#"{"preset": "record"}"#,
    r#"{"preset": "surprise"}"#,
    r#"{"preset": "surprise", "sample": {"kind": "session", "key": {"field": "process"}}}"#,
    r#"{"preset": "surprise-window", "sample": {"kind": "window", "seconds": 90, "step_seconds": 30, "by": "host"}}"#,
    r#"{"preset": "syslog"}"#,
    r#"{"preset": "syslog", "sample": {"kind": "window", "seconds": 90, "step_seconds": 30, "by": "host"},
        "templates": {"weight": "tf-idf", "max": 2}}"#,
    r#"{"preset": "hdfs-session", "templates": {"weight": "log1p"}}"#,
    r#"{"preset": "record", "sample": {"kind": "session", "key": {"field": "process"}, "idle_seconds": 60}}"#,
    r#"{"preset": "table", "sample": {"kind": "row", "columns": ["host", "process", "message"]}}"#,
];

const LABELS: [&str; 4] = [
    r#"{"kind": "field", "name": "host"}"#,
    r#"{"kind": "field", "name": "level", "positive": ["error"]}"#,
    r#"{"kind": "file", "key": "process", "column": "label", "positive": ["yes"]}"#,
    r#"{"kind": "patterns", "patterns": ["open"]}"#,
];

/// Reads lines from as many files as there are parts.
fn records(parts: &[Vec<String>]) -> Records {
    held(parts, None)
}

/// More than so many bytes of records are on disk.
fn held(parts: &[Vec<String>], held_bytes: Option<usize>) -> Records {
    let store: Arc<dyn ObjectStore> = Arc::new(InMemory::new());
    let format = FormatSpecification { drop_duplicates: false, ..FormatSpecification::default() };
    run(async {
        let mut sources = Vec::new();
        for (at, lines) in parts.iter().enumerate().filter(|(_, lines)| !lines.is_empty()) {
            let bytes = lines.concat().into_bytes();
            let location = Path::from(format!("{at}"));
            let size = bytes.len() as u64;
            store.put(&location, PutPayload::from(bytes)).await.unwrap();
            sources.push(Source { name: format!("{at}.log"), store: Arc::clone(&store), location, size });
        }
        let now = "2025-07-02T00:00:00Z".parse().unwrap();
        let options = ReadOptions { held_bytes, ..ReadOptions::new(now) };
        read(sources, &format, &options, Arc::new(())).await.unwrap()
    })
}

fn matrix(records: &Records, set: &FeatureSet) -> FeatureMatrix {
    transform(records, set, &|_| ()).unwrap()
}

/// Lines of JSON with few different values, so that ties, repetitions and shared keys are common.
fn lines() -> impl Strategy<Value = Vec<(u32, String)>> {
    lines_every(1)
}

/// Their times are multiples of so many seconds.
fn lines_every(seconds: u32) -> impl Strategy<Value = Vec<(u32, String)>> {
    let line = (0..400u32, 0..3u8, 0..3u8, 0..4u8, 0..3u8, 0..50u8).prop_map(move |(time, host, level, key, what, n)| {
        let message = match what {
            0 => format!("open blk_{key} from 10.0.0.{n} size={n}"),
            1 => format!("moved blk_{key} to blk_{} after {n} ms, error", key + 1),
            _ => "nothing of note".to_owned(),
        };
        let level = ["info", "error", ""][usize::from(level)];
        let text = format!(
            "{{\"ts\":{},\"level\":\"{level}\",\"host\":\"h{host}\",\"process\":\"p{}\",\"msg\":\"{message}\"}}\n",
            1_750_000_000 + time * seconds,
            n % 2
        );
        (time, text)
    });
    prop::collection::vec(line, 2..60)
}

/// The rows of all pieces: values, keys, times, places and whether they are cut off; and the counts of records.
type Rows = (Vec<Vec<u64>>, Vec<String>, Vec<i64>, Vec<(String, u64)>, Vec<bool>, [u64; 2]);

fn rows(pieces: &[FeatureMatrix]) -> Rows {
    let mut all = Rows::default();
    for piece in pieces {
        all.0.extend(piece.values.rows().into_iter().map(|row| row.iter().map(|v| v.to_bits()).collect()));
        all.1.extend(piece.keys.clone());
        all.2.extend(&piece.timestamps);
        let places = (0..piece.values.nrows()).map(|row| piece.origins.of_sample(row).unwrap());
        all.3.extend(places.map(|(file, line)| (file.to_owned(), line)));
        all.4.extend(&piece.incomplete);
        all.5[0] += piece.records_without_key;
        all.5[1] += piece.unseen_records;
    }
    all
}

/// Whether the window of 90 seconds with this key gets no record after the second `end`.
fn ends_before(key: &str, end: u32) -> bool {
    let start: u32 = key.split(' ').next().unwrap().parse().unwrap();
    start + 90 <= 1_750_000_000 + end + 1
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    #[test]
    fn records_that_come_in_parts_give_the_same_rows(
        lines in prop_oneof![lines(), lines_every(60)],
        part in 1..20usize,
        at_once in 1..40usize,
    ) {
        let records = records(&[lines.into_iter().map(|line| line.1).collect()]);
        for json in SETS {
            let specification: FeatureSetSpecification = serde_json::from_str(json).unwrap();
            let set = fit(&records, &specification, None).unwrap();
            let mut transformer = Transformer::new(&set).unwrap().at_once(at_once);
            let mut pieces = Vec::new();
            for batch in records.batches.iter().unwrap().map(Result::unwrap) {
                for begin in (0..batch.num_rows()).step_by(part) {
                    let length = part.min(batch.num_rows() - begin);
                    pieces.extend(transformer.push(batch.slice(begin, length)).unwrap());
                }
            }
            pieces.push(transformer.finish().unwrap());
            prop_assert_eq!(rows(&pieces), rows(&[matrix(&records, &set)]), "{}", json);
        }
    }

    #[test]
    fn records_on_disk_are_those_in_memory(lines in prop_oneof![lines(), lines_every(60)], training in any::<[bool; 60]>()) {
        let lines = [lines.into_iter().map(|line| line.1).collect()];
        let (memory, disk) = (records(&lines), held(&lines, Some(0)));
        prop_assert!(matches!(disk.batches, Batches::OnDisk(_)));
        for json in SETS {
            let specification: FeatureSetSpecification = serde_json::from_str(json).unwrap();
            let count = sample_count(&memory, &specification).unwrap();
            prop_assert_eq!(sample_count(&disk, &specification).unwrap(), count);
            let rows: Vec<usize> = (0..count.min(60)).filter(|row| training[*row]).collect();
            for rows in [None, Some(&*rows)] {
                let set = match (fit(&memory, &specification, rows), fit(&disk, &specification, rows)) {
                    (Ok(set), Ok(same)) => {
                        prop_assert_eq!(&set, &same, "{}", json);
                        set
                    }
                    // Rows of a table that has no training rows.
                    (Err(error), Err(same)) => {
                        prop_assert_eq!(error.to_string(), same.to_string());
                        continue;
                    }
                    (one, other) => return Err(TestCaseError::fail(format!("{one:?} and {other:?}"))),
                };
                prop_assert_eq!(matrix(&disk, &set), matrix(&memory, &set), "{}", json);
            }
            let (set, values) = fit_transform(&disk, &specification).unwrap();
            prop_assert_eq!((&set, &values), (&fit(&memory, &specification, None).unwrap(), &matrix(&memory, &set)));
            let sampling = sampling(&specification).unwrap();
            for json in LABELS {
                let asked: LabelsSpecification = serde_json::from_str(json).unwrap();
                let file = Some(&b"process,label\nblk_1,yes\np0,yes\np1,no\n"[..]);
                let [of_disk, of_memory] = [&disk, &memory].map(|records| {
                    labels(records, &sampling, &asked, file).map_err(|error| error.to_string())
                });
                prop_assert_eq!(&of_disk, &of_memory);
                prop_assert!(of_memory.is_ok_and(|labels| labels.class.len() == count) || json.contains("level"));
            }
        }
    }

    #[test]
    fn the_matrix_knows_neither_order_nor_files(lines in lines(), places in prop::collection::vec(0..1000usize, 60)) {
        let texts: Vec<String> = lines.iter().map(|line| line.1.clone()).collect();
        let mut shuffled: Vec<(usize, String)> = places.iter().copied().zip(texts.clone()).collect();
        shuffled.sort();
        let mut parts = vec![Vec::new(), Vec::new(), Vec::new()];
        shuffled.into_iter().for_each(|(place, text)| parts[place % 3].push(text));
        let (whole, cut) = (records(&[texts]), records(&parts));
        for json in SETS {
            let specification: FeatureSetSpecification = serde_json::from_str(json).unwrap();
            let set = fit(&whole, &specification, None).unwrap();
            prop_assert_eq!(&fit(&cut, &specification, None).unwrap(), &set);
            let (a, b) = (matrix(&whole, &set), matrix(&cut, &set));
            prop_assert_eq!((a.values, a.keys, a.incomplete), (b.values, b.keys, b.incomplete));
        }
    }

    #[test]
    fn later_records_change_no_sample_that_they_are_not_in(lines in lines(), end in 0..400u32) {
        let early: Vec<String> = lines.iter().filter(|line| line.0 <= end).map(|line| line.1.clone()).collect();
        prop_assume!(!early.is_empty());
        let all = records(&[lines.iter().map(|line| line.1.clone()).collect()]);
        let part = records(&[early]);
        for json in SETS {
            let specification: FeatureSetSpecification = serde_json::from_str(json).unwrap();
            let set = fit(&all, &specification, None).unwrap();
            let (whole, cut) = (matrix(&all, &set), matrix(&part, &set));
            let length = set.features.iter().position(|name| name == "length");
            let places: HashMap<&String, usize> = whole.keys.iter().zip(0..).collect();
            for row in 0..cut.values.nrows() {
                let at = match cut.keys.get(row) {
                    None => row,
                    Some(key) => places[key],
                };
                // A sample that got further records is another one.
                let is_same = match length {
                    Some(length) => cut.values[[row, length]] == whole.values[[at, length]],
                    // Of a session by its steps nothing tells how many records it got.
                    None if set.state.steps.is_some() => false,
                    None => cut.keys.get(row).is_none_or(|key| ends_before(key, end)),
                };
                if is_same {
                    prop_assert_eq!(cut.values.row(row), whole.values.row(at), "{}", json);
                }
            }
        }
    }
}

#[test]
fn records_without_their_history_are_marked() {
    let line = |seconds: u32| format!("{{\"ts\":{},\"msg\":\"x\"}}\n", 1_750_000_000 + seconds);
    let records = records(&[[0, 299, 300, 3599, 3600].map(line).to_vec()]);
    let marked = |json: &str| {
        let set = fit(&records, &serde_json::from_str(json).unwrap(), None).unwrap();
        matrix(&records, &set).incomplete
    };
    assert_eq!(marked(r#"{"features": ["last_5min_*"]}"#), [true, true, false, false, false]);
    assert_eq!(marked("{}"), [true, true, true, true, false]);
    assert_eq!(marked(r#"{"features": ["word_count"]}"#), [false; 5]);
}

#[test]
fn sessions_that_may_go_on_are_marked() {
    let line =
        |seconds: u32, key: u8| format!("{{\"ts\":{},\"msg\":\"blk_{key}\"}}\n", 1_750_000_000 + seconds);
    let records = records(&[vec![line(0, 1), line(10, 2), line(50, 1), line(100, 3)]]);
    let json = r#"{"sample": {"kind": "session", "key": {"regex": "blk_[0-9]"}, "idle_seconds": 60}}"#;
    let set = fit(&records, &serde_json::from_str(json).unwrap(), None).unwrap();
    let found = matrix(&records, &set);
    assert_eq!(found.keys, ["blk_1", "blk_2", "blk_3"]);
    assert_eq!(found.incomplete, [true, false, true]);
}

#[test]
fn every_feature_of_every_kind_has_a_description() {
    let line =
        "{\"ts\":1750000000,\"msg\":\"open blk_1 size=3\",\"host\":\"a\",\"process\":\"p\",\"level\":\"info\"}\n".to_owned();
    let records = records(&[vec![line]]);
    for json in SETS {
        let set = fit(&records, &serde_json::from_str(json).unwrap(), None).unwrap();
        let described = trainyard_features::describe(&set);
        assert_eq!(
            described.iter().map(|feature| &feature.name).collect::<Vec<_>>(),
            set.features.iter().collect::<Vec<_>>()
        );
        for feature in described {
            assert!(feature.description.len() > 8, "{feature:?}");
        }
    }
}

#[test]
fn records_without_a_time_keep_their_order_and_stand_alone() {
    let lines =
        [vec!["z plain line\n".to_owned(), "another line of text\n".to_owned(), "middle error\n".to_owned()]];
    let found = |records: &Records| {
        let set = fit(records, &FeatureSetSpecification::default(), None).unwrap();
        matrix(records, &set)
    };
    let read = records(&lines);
    let rows = found(&read);
    let column = |name: &str| -> Vec<f64> {
        let at = rows.names.iter().position(|known| known == name).unwrap();
        rows.values.column(at).to_vec()
    };
    let order: Vec<u64> = (0..3).map(|row| rows.origins.of_sample(row).unwrap().1).collect();
    assert_eq!(order, [1, 2, 3]);
    assert_eq!(column("message_length"), [12.0, 20.0, 12.0]);
    assert_eq!((column("hour_cos"), column("last_1h_records")), (vec![0.0; 3], vec![1.0; 3]));
    assert_eq!(column("last_1h_errors"), [0.0, 0.0, 1.0]);
    assert_eq!(column("seconds_since_previous_same_process"), [3600.0; 3]);
    assert_eq!(rows.incomplete, [false; 3]);
    assert_eq!(found(&held(&lines, Some(0))).values, rows.values);
}
