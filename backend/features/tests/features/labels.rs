//! Labels: fields, files and patterns.

use crate::{records, records_of, run};
use std::path::PathBuf;
use trainyard_features::{Labels, fit, labels, reading, sampling, transform, validate_labels, without_label};
use trainyard_intake::Records;
use trainyard_types::{
    FeatureSetSpecification, FormatSpecification, LabelKind, LabelsSpecification, SampleSpecification,
};

const RECORD: SampleSpecification = SampleSpecification::Record {};

fn of(json: &str) -> LabelsSpecification {
    serde_json::from_str(json).unwrap()
}

fn found(records: &Records, sampling: &SampleSpecification, json: &str) -> Labels {
    labels(records, sampling, &of(json), None).unwrap()
}

fn shared(path: &str) -> Vec<u8> {
    std::fs::read(PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../../shared/data").join(path)).unwrap()
}

const BGL: &str = "\
- 1117838570 2005.06.03 R02-M1 2005-06-03-15.42.50.363779 R02-M1 RAS KERNEL INFO cache parity error corrected
KERNDTLB 1117838571 2005.06.03 R02-M1 2005-06-03-15.42.51.000000 R02-M1 RAS KERNEL FATAL data TLB error interrupt
- 1117842000 2005.06.03 R02-M1 2005-06-03-16.40.00.000000 R02-M1 RAS KERNEL INFO generating core
";

#[test]
fn a_tag_before_the_line_is_a_field_and_a_window_takes_any() {
    let records = run(records_of(BGL.as_bytes(), &FormatSpecification::default()));
    let tag = r#"{"kind": "field", "name": "label", "negative": ["-"]}"#;
    let lines = found(&records, &RECORD, tag);
    assert_eq!(lines.anomalous().unwrap(), [Some(false), Some(true), Some(false)]);
    let window = SampleSpecification::Window { seconds: 300, step_seconds: None, by: None };
    let windows = found(&records, &window, tag);
    assert_eq!(windows.anomalous().unwrap(), [Some(true), Some(false)]);
    assert_eq!((windows.report.kind, windows.report.weak), (LabelKind::Field, false));
    assert_eq!((windows.report.labelled, windows.report.positive), (2, Some(1)));
    let error = labels(&records, &RECORD, &of(r#"{"kind": "field", "name": "tag"}"#), None).unwrap_err();
    assert!(error.to_string().contains("`tag`") && error.to_string().contains("label, type"), "{error}");
}

#[test]
fn the_blocks_of_hdfs_have_their_published_labels() {
    let records = run(records_of(&shared("hdfs_2pct/HDFS_2pct.log.gz"), &FormatSpecification::default()));
    let sessions = sampling(&FeatureSetSpecification::preset("hdfs-session")).unwrap();
    let specification =
        of(r#"{"kind": "file", "key": "BlockId", "column": "Label", "positive": ["Anomaly"]}"#);
    let file = String::from_utf8(shared("hdfs_2pct/anomaly_label.csv")).unwrap();
    let with = |content: &str| labels(&records, &sessions, &specification, Some(content.as_bytes())).unwrap();
    let all = with(&file);
    assert_eq!(all.report.kind, LabelKind::File);
    assert_eq!((all.report.labelled, all.report.positive, all.report.unlabelled), (11_501, Some(350), 0));
    assert_eq!(all.report.unmatched_labels, 0);
    // Each of the lines of a file is about one block.
    let matrix = transform(
        &records,
        &fit(&records, &FeatureSetSpecification::preset("hdfs-session"), None).unwrap(),
        &|_| (),
    )
    .unwrap();
    let anomalies: std::collections::HashSet<&str> =
        file.lines().filter_map(|line| line.strip_suffix(",Anomaly")).collect();
    for (key, anomalous) in matrix.keys.iter().zip(all.anomalous().unwrap()) {
        assert_eq!(anomalous, Some(anomalies.contains(key.as_str())), "{key}");
    }
    // Without one block's line and with two of none: all of it is counted.
    let mut lines: Vec<&str> = file.lines().collect();
    lines.remove(1);
    lines.extend(["blk_1,Normal", "blk_2,Anomaly"]);
    let some = with(&lines.join("\r\n"));
    assert_eq!((some.report.unlabelled, some.report.unmatched_labels), (1, 2));
}

const LINES: &str = concat!(
    "{\"ts\":1751345791,\"msg\":\"link up\",\"state\":\"idle\",\"host\":\"a\"}\n",
    "{\"ts\":1751345792,\"msg\":\"link down\",\"state\":\"busy\",\"host\":\"a\"}\n",
    "{\"ts\":1751345793,\"msg\":\"fan failed\",\"state\":\"busy\",\"host\":\"b\"}\n",
    "{\"ts\":1751345794,\"msg\":\"fan ok\",\"host\":\"b\"}\n",
);

#[test]
fn without_positive_values_every_value_is_a_class_and_samples_that_disagree_have_none() {
    let specification = of(r#"{"kind": "field", "name": "state"}"#);
    let format = reading(&FormatSpecification::default(), Some(&RECORD), Some(&specification));
    let records = run(records_of(LINES.as_bytes(), &format));
    let found = |sampling| labels(&records, &sampling, &specification, None).unwrap();
    let lines = found(RECORD);
    assert_eq!(lines.classes, ["busy", "idle"]);
    assert_eq!(lines.class, [Some(1), Some(0), Some(0), None]);
    assert_eq!((lines.anomalous(), lines.report.positive), (None, None));
    let sessions = found(serde_json::from_str(r#"{"kind": "session", "key": {"field": "host"}}"#).unwrap());
    assert_eq!(sessions.class, [None, Some(0)]);
    assert_eq!((sessions.report.ambiguous, sessions.report.unlabelled), (1, 1));
    let both = r#"{"kind": "field", "name": "state", "positive": ["busy"], "negative": ["idle"]}"#;
    let both = labels(&records, &RECORD, &of(both), None).unwrap();
    assert_eq!(both.anomalous().unwrap(), [Some(false), Some(true), Some(true), None]);
}

#[test]
fn a_file_may_name_records_by_any_field() {
    let records = records(LINES);
    let specification = of(r#"{"kind": "file", "key": "host", "column": "bad", "positive": ["yes"]}"#);
    let file = "host;bad;note\nb;yes;\"it; failed\"\nc;yes;\n";
    let found = labels(&records, &RECORD, &specification, Some(file.as_bytes())).unwrap();
    assert_eq!(found.anomalous().unwrap(), [None, None, Some(true), Some(true)]);
    assert_eq!((found.report.unlabelled, found.report.unmatched_labels), (2, 1));
    let error = |content: Option<&[u8]>| labels(&records, &RECORD, &specification, content).unwrap_err();
    assert!(error(None).to_string().contains("none is given"));
    assert!(error(Some(b"host,verdict\na,yes\n")).to_string().contains("its columns are: host, verdict"));
    assert!(error(Some(b"host,bad\na\n")).to_string().contains("cannot be read as CSV"));
}

#[test]
fn patterns_are_weak_labels() {
    let records = records(LINES);
    let found = found(&records, &RECORD, r#"{"kind": "patterns", "patterns": ["(?i)FAILED", "down$"]}"#);
    assert_eq!(found.anomalous().unwrap(), [Some(false), Some(true), Some(true), Some(false)]);
    assert!(found.report.weak);
}

#[test]
fn the_label_is_no_feature_of_a_table() {
    let text = "load,verdict\n1,ok\n2,bad\n3,ok\n";
    let records = run(records_of(
        text.as_bytes(),
        &FormatSpecification { preset: "table".into(), ..FormatSpecification::default() },
    ));
    let verdict = of(r#"{"kind": "field", "name": "verdict", "positive": ["bad"]}"#);
    let specification = without_label(&FeatureSetSpecification::preset("table"), &verdict);
    assert_eq!(fit(&records, &specification, None).unwrap().features, ["load"]);
    let sampling = sampling(&specification).unwrap();
    assert_eq!(labels(&records, &sampling, &verdict, None).unwrap().report.positive, Some(1));
    let record = FeatureSetSpecification::default();
    assert_eq!(without_label(&record, &verdict), record);
}

#[test]
fn every_fault_of_a_specification_is_told() {
    let pointers = |json: &str| -> Vec<String> {
        validate_labels(&of(json)).into_iter().map(|error| error.pointer).collect()
    };
    assert_eq!(
        pointers(r#"{"kind": "file", "key": "", "column": "x", "positive": []}"#),
        ["/labels/key", "/labels/positive"]
    );
    assert_eq!(pointers(r#"{"kind": "patterns", "patterns": ["a", "("]}"#), ["/labels/patterns/1"]);
    assert_eq!(pointers(r#"{"kind": "field", "name": "x", "positive": []}"#), ["/labels/positive"]);
    assert!(pointers(r#"{"kind": "field", "name": "x"}"#).is_empty());
}
