//! Instants are compared with chrono's, or computed by hand.

use super::*;
use chrono::{DateTime, Utc};

pub(super) mod corpus;
mod decisions;
mod properties;

fn clock(offset: i32) -> Clock {
    Clock::new("2025-07-01T12:00:00Z".parse().unwrap(), offset)
}

fn instant(rfc3339: &str) -> i64 {
    rfc3339.parse::<DateTime<Utc>>().unwrap().timestamp_micros()
}

#[test]
fn every_known_form_is_read() {
    for (text, expected) in [
        ("2025-07-01T04:56:35", "2025-07-01T04:56:35Z"),
        ("2025-07-01T04:56:35Z", "2025-07-01T04:56:35Z"),
        ("2025-07-01 04:56:35,123", "2025-07-01T04:56:35.123Z"),
        ("2025-07-01T04:56:35.123456789+02:00", "2025-07-01T02:56:35.123456Z"),
        ("2025-07-01T04:56:35-0530", "2025-07-01T10:26:35Z"),
        ("2025-07-01T04:56:35+02", "2025-07-01T02:56:35Z"),
        ("2025-07-01 04:56:35 +0200", "2025-07-01T02:56:35Z"),
        ("2025-07-01 04:56:35 UTC", "2025-07-01T04:56:35Z"),
        ("2025/07/01 04:56", "2025-07-01T04:56:00Z"),
        ("2025-07-01", "2025-07-01T00:00:00Z"),
        ("2024-02-29T23:59:60Z", "2024-03-01T00:00:00Z"),
        // ISO 8601: the end of the day.
        ("2025-07-01T24:00:00", "2025-07-02T00:00:00Z"),
        ("1751345795", "2025-07-01T04:56:35Z"),
        ("1751345795.25", "2025-07-01T04:56:35.25Z"),
        ("1751345795123", "2025-07-01T04:56:35.123Z"),
        ("1751345795123456", "2025-07-01T04:56:35.123456Z"),
        ("1751345795123456789", "2025-07-01T04:56:35.123456Z"),
        ("Jul  1 09:00:55", "2025-07-01T09:00:55Z"),
        ("Jul 1 2019 09:00:55", "2019-07-01T09:00:55Z"),
        ("Sun Dec 04 04:47:44 2005", "2005-12-04T04:47:44Z"),
        ("Tue Jul  1 09:00:55.250000 2025", "2025-07-01T09:00:55.25Z"),
        ("10/Oct/2000:13:55:36 -0700", "2000-10-10T20:55:36Z"),
        ("[10/Oct/2000:13:55:36 +0000]", "2000-10-10T13:55:36Z"),
        ("081109 203530", "2008-11-09T20:35:30Z"),
        ("990101 000000", "1999-01-01T00:00:00Z"),
        ("2005-06-03-15.42.50.363779", "2005-06-03T15:42:50.363779Z"),
        ("1117838570", "2005-06-03T22:42:50Z"),
        ("17/06/09 20:10:40", "2017-06-09T20:10:40Z"),
        ("20171223-22:15:29:606", "2017-12-23T22:15:29.606Z"),
        ("20171224-1:2:35:7", "2017-12-24T01:02:35.007Z"),
        ("20250701T045635Z", "2025-07-01T04:56:35Z"),
        ("03-17 16:13:38.811", "2025-03-17T16:13:38.811Z"),
        ("10.30 16:49:06", "2024-10-30T16:49:06Z"),
        ("0701 04:56:35.25", "2025-07-01T04:56:35.25Z"),
        ("2025.07.01 04:56:35", "2025-07-01T04:56:35Z"),
        ("07/01/2025 16:56:35", "2025-07-01T16:56:35Z"),
        ("7/1/2025, 4:56:35 PM", "2025-07-01T16:56:35Z"),
        ("7/1/2025 12:56 AM", "2025-07-01T00:56:00Z"),
        ("31/12/2024 16:56:35", "2024-12-31T16:56:35Z"),
        ("01.07.2025 16:56:35,5", "2025-07-01T16:56:35.5Z"),
        ("01-Jul-2025 04:56:35", "2025-07-01T04:56:35Z"),
        ("1 Jul 2025 04:56:35 +0200", "2025-07-01T02:56:35Z"),
        ("Tue, 01 Jul 2025 04:56:35 GMT", "2025-07-01T04:56:35Z"),
    ] {
        assert_eq!(parse(text, &clock(0)), Some(instant(expected)), "{text}");
    }
}

#[test]
fn what_is_no_time_is_refused() {
    for text in [
        "",
        "tomorrow",
        "2025-02-29T00:00:00",
        "2025-13-01T00:00:00",
        "2025-07-01T24:00:01",
        "2025-07-01T04:56:35 or so",
        "2025-07-01T04:56:35+19:00",
        "Feb 30 01:02:03",
        "NaN",
        "-5",
        "1.2.3",
        "99999999999999999999999",
        "081309 203530",
        "13/13/2025 01:00:00",
        "7/1/2025 13:00 PM",
        "20171223-25:15:29:606",
        // 13 January by the rule that a number above 12 is no month; a pair needs one that is.
        "13-13 00:00:00",
    ] {
        assert_eq!(parse(text, &clock(0)), None, "{text}");
    }
    assert_eq!(epoch(f64::NAN), None);
    assert_eq!(epoch(-1.0), None);
}

#[test]
fn forms_know_themselves() {
    for (at, form) in Form::ALL.iter().enumerate() {
        assert_eq!(*form as usize, at);
        assert_eq!(form.kind().form, *form, "{}", form.name());
        assert_eq!(Form::from_name(form.name()), Some(*form));
    }
}

#[test]
fn the_offset_applies_only_to_times_without_one() {
    assert_eq!(parse("2025-07-01T04:56:35", &clock(120)), Some(instant("2025-07-01T02:56:35Z")));
    assert_eq!(parse("2025-07-01T04:56:35Z", &clock(120)), Some(instant("2025-07-01T04:56:35Z")));
    assert_eq!(parse("1751345795", &clock(120)), Some(instant("2025-07-01T04:56:35Z")));
}

#[test]
fn a_missing_year_is_the_latest_that_is_not_in_the_future() {
    assert_eq!(parse("Jul  2 11:59:59", &clock(0)), Some(instant("2025-07-02T11:59:59Z")));
    assert_eq!(parse("Jul  2 12:00:01", &clock(0)), Some(instant("2024-07-02T12:00:01Z")));
    assert_eq!(parse("Dec 31 23:59:59", &clock(0)), Some(instant("2024-12-31T23:59:59Z")));
    assert_eq!(parse("Feb 29 00:00:00", &clock(0)), Some(instant("2024-02-29T00:00:00Z")));
    let new_year = Clock::new("2024-12-31T23:30:00Z".parse().unwrap(), 60);
    assert_eq!(parse("Jan  1 00:30:00", &new_year), Some(instant("2024-12-31T23:30:00Z")));
}

#[test]
fn a_line_keeps_what_follows_its_time() {
    let clock = clock(0);
    assert_eq!(prefix(b"Jun 14 15:16:01 combo sshd", &clock), Some((instant("2025-06-14T15:16:01Z"), 15)));
    assert_eq!(prefix(b"2025-06-14 15:16:01 - INFO", &clock), Some((instant("2025-06-14T15:16:01Z"), 19)));
    assert_eq!(prefix(b"Tue Jul  1 09:00:55 2025 daemon.info", &clock).map(|p| p.1), Some(24));
    assert_eq!(prefix(b"081109 203530 147 INFO", &clock), None);
}

#[test]
fn a_zone_with_daylight_saving_has_gaps_and_doubles() {
    let berlin = clock(0).with_zone(chrono_tz::Europe::Berlin);
    for (text, expected) in [
        ("2024-01-01 12:00:00", "2024-01-01T11:00:00Z"),
        ("2024-07-01 12:00:00", "2024-07-01T10:00:00Z"),
        // 02:30 does not exist: it is 03:30 of summer time.
        ("2024-03-31 02:30:00", "2024-03-31T01:30:00Z"),
        // 02:30 exists twice: the earlier, of summer time.
        ("2024-10-27 02:30:00", "2024-10-27T00:30:00Z"),
        ("2024-07-01 12:00:00Z", "2024-07-01T12:00:00Z"),
        ("1719828000", "2024-07-01T10:00:00Z"),
    ] {
        assert_eq!(parse(text, &berlin), Some(instant(expected)), "{text}");
    }
}

#[test]
fn a_person_may_say_year_and_order() {
    assert_eq!(parse("Jul  1 10:00:00", &clock(0).with_year(2010)), Some(instant("2010-07-01T10:00:00Z")));
    let day_first = clock(0).with_day_first(true);
    assert_eq!(parse("05/01/2024 10:00", &day_first), Some(instant("2024-01-05T10:00:00Z")));
    assert_eq!(parse("05/31/2024 10:00", &day_first), Some(instant("2024-05-31T10:00:00Z")));
    assert_eq!(
        parse("05-01-2024 10:00", &clock(0).with_day_first(false)),
        Some(instant("2024-05-01T10:00:00Z"))
    );
}

#[test]
fn values_are_times_as_a_whole() {
    for (text, expected) in [
        ("\"2024-05-01T10:00:00Z\"", "2024-05-01T10:00:00Z"),
        ("[01/May/2024:10:00:00 +0000]", "2024-05-01T10:00:00Z"),
        ("1714557600", "2024-05-01T10:00:00Z"),
        ("1714557600000.5", "2024-05-01T10:00:00.0005Z"),
        ("1.7145576e9", "2024-05-01T10:00:00Z"),
        ("audit(1714557600.250:24287):", "2024-05-01T10:00:00.25Z"),
        ("20240501100000", "2024-05-01T10:00:00Z"),
        ("999999999", "2001-09-09T01:46:39Z"),
    ] {
        assert_eq!(value(text).and_then(|raw| clock(0).instant(&raw)), Some(instant(expected)), "{text}");
    }
    for text in ["", "12", "tomorrow", "2024-05-01 10:00:00 and more", "f(x)", "1e3", "123456789012"] {
        assert_eq!(value(text), None, "{text}");
    }
    assert_eq!(number(1_714_557_600.5), Some(Raw::from_micros(1_714_557_600_500_000)));
    assert_eq!(integer(1_714_557_600_123_456_789), Some(Raw::from_micros(1_714_557_600_123_456)));
    assert_eq!(number(f64::NAN), None);
    assert_eq!(number(5.0), None);
}

#[test]
fn scanning_finds_all_and_prefers_the_stronger() {
    let found = |text: &str| -> Vec<(usize, usize, &str)> {
        scan(text, 256).iter().map(|spot| (spot.start, spot.end, spot.raw.form().name())).collect()
    };
    assert_eq!(found("no time in here"), []);
    assert_eq!(found("mar mon 12 x"), []);
    assert_eq!(
        found("Jun 14 15:16:01 host app: 2005-06-14 15:16:01 x"),
        [(0, 15, "month-day"), (26, 45, "iso")]
    );
    assert_eq!(found("10:00:00 2024-05-01 11:00:00"), [(0, 8, "time"), (9, 28, "iso")]);
    assert_eq!(found("eth0 aa:10:00:00:bb:cc v1.2.3 10:00:00:aa:bb:cc"), []);
    assert_eq!(found("SET timestamp=1714557600;"), [(14, 24, "epoch")]);
    assert_eq!(scan("äöü 2024-05-01 10:00:00", 20), []);
    assert_eq!(scan("2024-05-01 10:00:00 é", 21).len(), 1);
}

#[test]
fn names_are_well_formed() {
    let names = names::names();
    assert_eq!(names.month("MÄRZ"), Some(3));
    assert_eq!(names.month("december"), Some(12));
    assert!(names.weekday("Mittwoch"));
    assert_eq!(names.zone(b"CEST"), Some(120));
    assert!(names_json().contains("\"weekdays\""));
}
