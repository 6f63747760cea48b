//! Times in any form: never a panic, and an offset moves a time by itself.

#![no_main]

use chrono::DateTime;
use libfuzzer_sys::fuzz_target;
use trainyard_intake::{Clock, parse_timestamp};

fuzz_target!(|text: &str| {
    let now = DateTime::UNIX_EPOCH;
    let time = |minutes| parse_timestamp(text, &Clock::new(now, minutes));
    let (utc, east) = (time(0), time(60));
    assert_eq!(utc.is_some(), east.is_some(), "the zone does not decide what a time is");
});
