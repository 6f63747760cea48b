//! `corpus.json`: examples of every form, with what they say, which Python reads as well.

use super::super::*;
use super::{clock, instant};

/// What a raw time says, as the corpus writes it.
pub(in crate::time) fn fields(raw: &Raw) -> serde_json::Value {
    use raw::{Day, Half, Third, Zone};
    let mut fields = serde_json::Map::new();
    let mut add = |name: &str, value: serde_json::Value| fields.insert(name.to_owned(), value);
    match raw.day {
        Day::Absent => {}
        Day::Instant(micros) => {
            add("micros", micros.into());
        }
        Day::Date { year, month, day } => {
            if year != 0 {
                add("year", year.into());
            }
            add("month", month.into());
            add("day", day.into());
        }
        Day::Numbers { first, second, separator, year } => {
            add("first", first.into());
            add("second", second.into());
            if year != Third::Absent {
                add("separator", char::from(separator).to_string().into());
            }
            match year {
                Third::Absent => {}
                Third::Full(year) => drop(add("third", year.into())),
                Third::Short(year) => drop(add("third", year.into())),
            }
        }
        Day::Ordinal { year, day } => {
            add("year", year.into());
            add("yearday", day.into());
        }
        Day::Week { year, week, day } => {
            add("year", year.into());
            add("week", week.into());
            add("weekday", day.into());
        }
    }
    if raw.hour != raw::NO_CLOCK {
        for (name, value) in [("hour", raw.hour), ("minute", raw.minute), ("second_of_minute", raw.second)] {
            add(name, value.into());
        }
        add("micro", raw.micro.into());
    }
    match raw.half {
        Half::None => {}
        Half::Am => drop(add("half", "a".into())),
        Half::Pm => drop(add("half", "p".into())),
    }
    match raw.zone {
        Zone::Unknown => {}
        Zone::Offset(minutes) => drop(add("offset", minutes.into())),
        Zone::Region(zone) => drop(add("region", zone.name().into())),
    }
    fields.into()
}

#[derive(serde::Deserialize)]
struct Example {
    form: String,
    text: String,
    /// Where the time begins and ends, in bytes; the whole text when absent.
    #[serde(default)]
    at: usize,
    end: Option<usize>,
    fields: serde_json::Value,
    instant: Option<String>,
}

fn corpus() -> Vec<Example> {
    serde_json::from_str(include_str!("../corpus.json")).unwrap()
}

#[test]
fn the_corpus_is_read_and_found() {
    for example in corpus() {
        let text = &example.text;
        let form = Form::from_name(&example.form).unwrap();
        let end = example.end.unwrap_or(text.len());
        let (raw, read_to) = read_at(text, example.at, form).unwrap_or_else(|| panic!("{form:?} {text}"));
        assert_eq!(read_to, end, "{text}");
        assert_eq!(fields(&raw), example.fields, "{text}");
        assert_eq!(clock(0).instant(&raw), example.instant.as_deref().map(instant), "{text}");
        let spot = Spot { start: example.at, end, raw };
        assert!(scan(text, 256).contains(&spot), "{text}: {:?}", scan(text, 256));
        if example.at == 0 && end == text.len() {
            assert_eq!(value(text), Some(raw), "{text}");
        }
    }
}

#[test]
fn every_form_has_an_example_that_it_reads() {
    let examples = corpus();
    for form in Form::ALL {
        assert!(examples.iter().any(|example| example.form == form.name()), "{form:?}");
        let example = form.kind().example;
        assert_eq!(forms::read(example, 0, *form).map(|(_, end)| end), Some(example.len()), "{form:?}");
    }
    for form in forms() {
        assert!(!form.python.contains("{ZONE}") && !form.python.contains("{DAY}"), "{}", form.name);
    }
}
