//! Windows and gaps against a quadratic rescan of all records, and independence of the order of the lines.

use crate::{matrix, records_of, run, value};
use proptest::prelude::*;
use std::collections::BTreeSet;
use trainyard_features::FeatureMatrix;
use trainyard_intake::Records;
use trainyard_types::FormatSpecification;

/// A message with what is in it: error, connection, disconnection, MAC addresses, IP addresses.
type Known = (&'static str, bool, bool, bool, &'static [&'static str], &'static [&'static str]);

const MESSAGES: [Known; 6] = [
    ("quiet", false, false, false, &[], &[]),
    ("AP-STA-CONNECTED aa:bb:cc:dd:ee:01", false, true, false, &["1"], &[]),
    ("AP-STA-DISCONNECTED AA:BB:CC:DD:EE:01 and aa:bb:cc:dd:ee:02", false, false, true, &["1", "2"], &[]),
    ("failed: 10.0.0.1, 10.0.0.2 and fe80::1", true, false, false, &[], &["v1", "v2", "f1"]),
    ("connected to 10.0.0.1 and 10.0.0.1", false, true, false, &[], &["v1"]),
    ("error: connected, disconnected aa-bb-cc-dd-ee-02", true, true, true, &["2"], &[]),
];

#[derive(Clone, Debug)]
struct Line {
    seconds: u32,
    message: usize,
    process: Option<u8>,
    host: u8,
}

impl Line {
    fn json(&self) -> String {
        let process = self.process.map_or(String::new(), |p| format!(",\"process\":\"p{p}\""));
        let (message, host, time) = (MESSAGES[self.message].0, self.host, 1_750_000_000 + self.seconds);
        format!("{{\"ts\":{time},\"host\":\"h{host}\"{process},\"msg\":\"{message}\"}}")
    }
}

fn lines() -> impl Strategy<Value = Vec<Line>> {
    // Some close together, some at the edges of the windows, some far apart.
    let seconds = prop_oneof![0u32..20, (0u32..30).prop_map(|i| i * 150), 0u32..9000];
    let line = (seconds, 0..MESSAGES.len(), proptest::option::of(0u8..3), 0u8..2)
        .prop_map(|(seconds, message, process, host)| Line { seconds, message, process, host });
    proptest::collection::vec(line, 1..60)
}

fn read(lines: &[Line]) -> Records {
    let text: Vec<String> = lines.iter().map(Line::json).collect();
    let keep = FormatSpecification { drop_duplicates: false, ..FormatSpecification::default() };
    run(records_of(text.join("\n").as_bytes(), &keep))
}

/// The line of each row, by its origin.
fn rescan(lines: &[Line], matrix: &FeatureMatrix) -> Result<(), TestCaseError> {
    for row in 0..matrix.values.nrows() {
        let own = &lines[matrix.origins.line[row] as usize - 1];
        for (window, width) in [("5min", 300), ("15min", 900), ("1h", 3600)] {
            let inside: Vec<&Line> = lines
                .iter()
                .filter(|line| line.seconds <= own.seconds && line.seconds + width > own.seconds)
                .collect();
            let known = |line: &&Line| MESSAGES[line.message];
            let count =
                |flag: &dyn Fn(Known) -> bool| inside.iter().map(known).filter(|k| flag(*k)).count() as f64;
            let distinct = |list: &dyn Fn(Known) -> &'static [&'static str]| {
                inside.iter().map(known).flat_map(list).collect::<BTreeSet<_>>().len() as f64
            };
            let processes = inside.iter().map(|line| line.process).collect::<BTreeSet<_>>().len() as f64;
            let records = inside.len() as f64;
            for (name, expected) in [
                ("records", records),
                ("errors", count(&|k| k.1)),
                ("connections", count(&|k| k.2)),
                ("disconnections", count(&|k| k.3)),
                ("distinct_macs", distinct(&|k| k.4)),
                ("distinct_ips", distinct(&|k| k.5)),
                ("distinct_processes", processes),
                ("error_ratio", count(&|k| k.1) / records),
            ] {
                let name = format!("last_{window}_{name}");
                prop_assert_eq!(value(matrix, row, &name), expected, "{} of row {}", name, row);
            }
        }
        let gap = |same: &dyn Fn(&&Line) -> bool| {
            let earlier =
                lines.iter().filter(same).map(|line| line.seconds).filter(|s| *s < own.seconds).max();
            earlier.map_or(3600.0, |earlier| f64::from(own.seconds - earlier).min(3600.0))
        };
        let process = gap(&|line| line.process == own.process);
        let host = gap(&|line| line.host == own.host);
        prop_assert_eq!(value(matrix, row, "seconds_since_previous_same_process"), process);
        prop_assert_eq!(value(matrix, row, "seconds_since_previous_same_host"), host);
    }
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn windows_and_gaps_equal_a_rescan_whatever_the_order(
        (lines, shuffled) in lines().prop_flat_map(|lines| (Just(lines.clone()), Just(lines).prop_shuffle())),
    ) {
        let first = matrix(&read(&lines));
        rescan(&lines, &first)?;
        let second = matrix(&read(&shuffled));
        prop_assert_eq!(&first.timestamps, &second.timestamps);
        prop_assert_eq!(&first.values, &second.values);
    }
}
