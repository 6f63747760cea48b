//! Nothing panics, and finding agrees with reading.

use super::super::*;
use super::clock;
use chrono::{DateTime, Utc};
use proptest::prelude::*;

const PIECES: &[&str] = &[
    "2024",
    "24",
    "05",
    "1",
    "31",
    "10:00:00",
    "10:00",
    "100000",
    "20240501",
    ".123",
    ",5",
    ":123",
    "-",
    "/",
    " ",
    ".",
    ":",
    "T",
    "Z",
    "+0200",
    " +02:00",
    " UTC",
    "[UTC]",
    " Europe/Berlin",
    "May",
    "märz",
    "Wed, ",
    "mar",
    " PM",
    "I0501",
    "@400000003b4a39c23294b13c",
    "1714557600",
    "年",
    "é",
    "\u{202f}",
    "\t",
    "(CET)",
    "x",
    "|",
    ",",
    "de ",
];

fn held(text: &str) -> Result<(), TestCaseError> {
    let spots = scan(text, 256);
    for pair in spots.windows(2) {
        prop_assert!(pair[0].end <= pair[1].start);
    }
    for spot in spots {
        prop_assert_eq!(read_at(text, spot.start, spot.raw.form()), Some((spot.raw, spot.end)));
        prop_assert!(text.is_char_boundary(spot.end));
        clock(0).instant(&spot.raw);
    }
    for place in 0..=text.len() {
        for form in Form::ALL {
            read_at(text, place, *form);
        }
    }
    let _ = (value(text), parse(text, &clock(0)), prefix(text.as_bytes(), &clock(0)));
    Ok(())
}

proptest! {
    #[test]
    fn any_text_is_scanned_and_read_alike(text in "\\PC{0,60}") {
        held(&text)?;
    }

    #[test]
    fn pieces_of_times_are_scanned_and_read_alike(
        pieces in prop::collection::vec(prop::sample::select(PIECES), 0..9),
    ) {
        held(&pieces.concat())?;
    }

    #[test]
    fn decisions_make_instants(days in prop::collection::vec((1u8..13, 1u8..29, 0u8..24), 1..40)) {
        let texts: Vec<String> =
            days.iter().map(|(m, d, h)| format!("{m:02}-{d:02} {h:02}:00:00")).collect();
        let raws: Vec<Raw> = texts.iter().filter_map(|text| value(text)).collect();
        let now: DateTime<Utc> = "2025-07-01T12:00:00Z".parse().unwrap();
        let clock = Clock::new(now, 0).with(&decide(&raws, now, false, &[]));
        for raw in raws {
            prop_assert!(clock.instant(&raw).unwrap() <= now.timestamp_micros() + 86_400_000_000);
        }
    }
}
