//! Rows computed by hand.

use crate::{matrix, records, records_of, run, value};
use std::path::PathBuf;
use trainyard_types::FormatSpecification;

#[test]
fn a_row_by_hand() {
    let records = records(concat!(
        "{\"ts\":\"2025-07-01T09:58:00Z\",\"level\":\"info\",\"process\":\"sshd\",\"host\":\"gw\",\"msg\":\"up\"}\n",
        "{\"ts\":\"2025-07-01T10:00:00.500Z\",\"process\":\"hostapd\",\"host\":\"gw\",\"msg\":\"wlan0: AP-STA-CONNECTED aa:bb:cc:dd:ee:ff 10.0.0.1 http://a/\"}\n",
        "{\"ts\":\"2025-07-01T10:04:00Z\",\"level\":\"err\",\"process\":\"hostapd\",\"host\":\"gw\",\"msg\":\"late\"}\n",
    ));
    let matrix = matrix(&records);
    assert_eq!(matrix.values.dim(), (3, 61));
    let check = |row: usize, expected: &[(&str, f64)]| {
        for (name, expected) in expected {
            let found = value(&matrix, row, name);
            assert!((found - expected).abs() < 1e-12, "{name} of row {row}: {found} is not {expected}");
        }
    };
    check(
        1,
        &[
            ("hour_of_day", 10.0),
            ("day_of_week", 1.0),
            // 10:00:00.5 is 36000.5 of 86400 seconds.
            ("hour_sin", 0.49996851009718),
            ("is_weekend", 0.0),
            ("is_business_hours", 1.0),
            // "wlan0: AP-STA-CONNECTED aa:bb:cc:dd:ee:ff 10.0.0.1 http://a/": 6 + 1 + 16 + 1 + 17 + 1 + 8 + 1 + 9
            ("message_length", 60.0),
            ("word_count", 5.0),
            ("whitespace_count", 4.0),
            ("digit_count", 6.0),
            ("uppercase_count", 14.0),
            ("letter_count", 35.0),
            ("punctuation_count", 15.0),
            ("letter_ratio", 35.0 / 60.0),
            ("ip_count", 1.0),
            ("mac_count", 1.0),
            ("url_count", 1.0),
            ("number_count", 5.0),
            ("level_severity", 6.0),
            ("level_missing", 1.0),
            ("is_error", 0.0),
            ("is_connection", 1.0),
            ("is_disconnection", 0.0),
            ("process_frequency", 2.0 / 3.0),
            ("seconds_since_previous_same_process", 3600.0),
            ("seconds_since_previous_same_host", 120.5),
            ("last_5min_records", 2.0),
            ("last_5min_connections", 1.0),
            ("last_5min_distinct_macs", 1.0),
            ("last_5min_distinct_ips", 1.0),
            ("last_5min_distinct_processes", 2.0),
        ],
    );
    check(
        2,
        &[
            ("level_severity", 3.0),
            ("level_missing", 0.0),
            ("is_error", 1.0),
            ("seconds_since_previous_same_process", 239.5),
            // The first record is six minutes back.
            ("last_5min_records", 2.0),
            ("last_15min_records", 3.0),
            ("last_1h_errors", 1.0),
            ("last_1h_error_ratio", 1.0 / 3.0),
        ],
    );
}

#[test]
fn a_window_begins_after_its_width() {
    let line = |time: &str| format!("{{\"ts\":\"2025-07-01T{time}Z\",\"msg\":\"x\"}}\n");
    let matrix = matrix(&records(&(line("10:00:00") + &line("10:04:59.999999") + &line("10:05:00"))));
    assert_eq!(value(&matrix, 1, "last_5min_records"), 2.0);
    assert_eq!(value(&matrix, 2, "last_5min_records"), 2.0);
    assert_eq!(value(&matrix, 2, "last_15min_records"), 3.0);
}

#[test]
fn hours_are_those_of_the_logs_clock() {
    let format = FormatSpecification { utc_offset_minutes: 120, ..FormatSpecification::default() };
    let records = run(records_of(b"{\"ts\":\"2025-07-01T00:30:00\",\"msg\":\"x\"}", &format));
    let matrix = matrix(&records);
    assert_eq!(matrix.timestamps, [1_751_322_600_000_000]);
    assert_eq!(value(&matrix, 0, "hour_of_day"), 0.0);
    assert_eq!(value(&matrix, 0, "day_of_week"), 1.0);
}

#[test]
fn the_router_export() {
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR"))
        .join("../../../shared/data/mcp_export/export_20250701.json");
    let records = records(&std::fs::read_to_string(path).unwrap());
    let matrix = matrix(&records);
    assert_eq!(matrix.values.nrows(), 35);
    assert!(matrix.timestamps.is_sorted());
    assert!(matrix.values.iter().all(|value| value.is_finite()));
    for row in 0..35 {
        // Emergencies and errors only.
        assert_eq!(value(&matrix, row, "is_error"), 1.0);
        assert_eq!(value(&matrix, row, "level_missing"), 0.0);
        let share = value(&matrix, row, "process_frequency");
        assert!(share == 33.0 / 35.0 || share == 2.0 / 35.0);
    }
    // The two firmware checks of 2025-07-01T04:56:35 follow two of half a minute before.
    assert_eq!(value(&matrix, 34, "last_5min_records"), 4.0);
    assert_eq!(value(&matrix, 34, "seconds_since_previous_same_process"), 30.0);
    assert_eq!(value(&matrix, 33, "seconds_since_previous_same_process"), 30.0);
    assert_eq!(matrix.origins.of_sample(34).unwrap().0, "a.log");
}
