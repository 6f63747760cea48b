//! A pattern or regular expression of somebody's own, and lines read with it.

#![no_main]

use libfuzzer_sys::fuzz_target;
use trainyard_intake::{propose, validate_format};
use trainyard_types::FormatSpecification;

fuzz_target!(|input: (bool, &str, &str)| {
    let (regex, pattern, lines) = input;
    let said = Some(pattern.to_owned());
    let format = if regex {
        FormatSpecification { preset: "regex".into(), regex: said, ..FormatSpecification::default() }
    } else {
        FormatSpecification { preset: "pattern".into(), pattern: said, ..FormatSpecification::default() }
    };
    if validate_format(&format).is_empty() {
        let _ = propose("pasted", lines.as_bytes(), &format, chrono::DateTime::UNIX_EPOCH);
    }
});
