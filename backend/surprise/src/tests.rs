//! What each of the nine numbers is, on logs of this page: a record a minute, so that 800 of them are 40 slots.

use super::*;

const MINUTE: i64 = 60_000_000;
const DAY: i64 = 1440 * MINUTE;
/// A day after the first of 800 records.
const LATER: i64 = DAY;

fn record(time: i64, template: u32, message: &str) -> Record<'_> {
    Record {
        time: Some(time),
        severity: Some(6),
        process: Some("p"),
        template: Some(template),
        message,
        host: None,
    }
}

fn fitted<'a>(records: impl Iterator<Item = Record<'a>> + Clone) -> State {
    let mut extent = Extent::default();
    records.clone().for_each(|record| extent.add(record.time));
    let mut fit = Fit::new(&extent);
    records.for_each(|record| fit.push(&record));
    fit.finish()
}

/// 800 records of template 0, of which one in the middle is of template 1.
fn minutes(messages: &[String]) -> State {
    fitted((0..800).map(|at| {
        let template = u32::from(at == 410);
        record(at as i64 * MINUTE, template, &messages[at % messages.len()])
    }))
}

fn texts<T: std::fmt::Display>(before: &str, values: impl Iterator<Item = T>, after: &str) -> Vec<String> {
    values.map(|value| format!("{before}{value}{after}")).collect()
}

#[track_caller]
fn close(found: f64, expected: f64) {
    assert!((found - expected).abs() < 1e-9, "{found} is not {expected}");
}

#[test]
fn rarity_is_the_share_of_slots_of_what_is_no_more_common() {
    let state = minutes(&["up".into()]);
    assert_eq!((state.slots, state.days, state.ordered), (40, 1, false));
    let mut surprise = Surprise::new(&state).unwrap();
    let rare = |of: [f64; 9]| (of[0], of[1]);
    assert_eq!(rare(surprise.push(&record(LATER, 0, "up"))), (0.0, 0.0));
    assert_eq!(rare(surprise.push(&record(LATER, 1, "up"))), (40_f64.ln(), 0.0));
    assert_eq!(rare(surprise.push(&record(LATER, 2, "up"))), (80_f64.ln(), 0.0));
    let other = Record { process: Some("q"), ..record(LATER, 0, "up") };
    assert_eq!(rare(surprise.push(&other)), (80_f64.ln(), 80_f64.ln()));
}

#[test]
fn what_comes_every_day_at_this_time_is_less_rare() {
    let quarter_hours = (0..400).map(|at| (at * 15 * MINUTE, 0));
    let nightly = (0..4).map(|day| (day * DAY + 180 * MINUTE + 1, 1));
    let mut all: Vec<(i64, u32)> = quarter_hours.chain(nightly).collect();
    all.sort_unstable();
    let state = fitted(all.iter().map(|(time, template)| record(*time, *template, "up")));
    assert_eq!((state.slots, state.days), (40, 5));
    let mut surprise = Surprise::new(&state).unwrap();
    let of_four = 10_f64.ln();
    // On four of five other days.
    close(surprise.push(&record(5 * DAY + 200 * MINUTE, 1, "up"))[0], 0.25 * of_four);
    close(surprise.push(&record(5 * DAY + 720 * MINUTE, 1, "up"))[0], of_four);
    // There is no other day.
    let of_a_day = minutes(&["up".into()]);
    let mut surprise = Surprise::new(&of_a_day).unwrap();
    close(surprise.push(&record(2 * DAY + 410 * MINUTE, 1, "up"))[0], 40_f64.ln());
}

#[test]
fn a_burst_is_more_than_twice_what_is_usual() {
    let state = minutes(&["up".into()]);
    assert_eq!(state.templates[0].usual, [1, 5, 15, 60]);
    let mut surprise = Surprise::new(&state).unwrap();
    let bursts: Vec<f64> = (0..6).map(|_| surprise.push(&record(LATER, 0, "up"))[2]).collect();
    assert_eq!(bursts[..3], [0.0; 3]);
    close(bursts[5], 6.0 * 2_f64.ln() - 3.0);
    // An hour later nothing is left of it in the windows of minutes.
    assert_eq!(surprise.push(&record(LATER + 60 * MINUTE, 0, "up"))[2], 0.0);
}

#[test]
fn a_burst_of_a_group_counts_as_far_as_the_share_of_the_template_rose() {
    let both = (0..800).flat_map(|at| [0, 1].map(|template| record(at * MINUTE, template, "up")));
    let state = fitted(both);
    assert_eq!(state.groups[0].usual[0], 3);
    let mut surprise = Surprise::new(&state).unwrap();
    let burst = |all: f64| all * (all / 7.0).ln() - (all - 7.0);
    for _ in 0..7 {
        assert_eq!(surprise.push(&record(LATER, 0, "up"))[3], 0.0);
    }
    close(surprise.push(&record(LATER, 0, "up"))[3], burst(8.0));
    let risen = 1.0 / (9.0 * 0.5);
    close(surprise.push(&record(LATER, 1, "up"))[3], burst(9.0) * risen * risen);
}

#[test]
fn a_value_that_does_not_recur_within_minutes_bursts_when_it_does() {
    let state = minutes(&texts("user u", 0..40, " in"));
    let mut surprise = Surprise::new(&state).unwrap();
    for (user, template) in [("user u3 in", 0), ("user u99 in", 0)] {
        let bursts: Vec<f64> = (0..5).map(|_| surprise.push(&record(LATER, template, user))[4]).collect();
        assert_eq!(bursts[0], 0.0);
        close(bursts[4], 5.0 * 5_f64.ln() - 4.0);
    }
    // What each message has is no value.
    let constant = minutes(&["up".into()]);
    let mut surprise = Surprise::new(&constant).unwrap();
    assert!((0..9).all(|_| surprise.push(&record(LATER, 0, "up"))[4] == 0.0));
}

#[test]
fn a_number_is_far_out_beyond_an_exponential_tail() {
    let state = minutes(&texts("took ", 1..=100, " ms"));
    let mut surprise = Surprise::new(&state).unwrap();
    // Of the numbers from 1 to 100, eight times each, template 1 has one of 11.
    let number = state.templates[0].shapes[0].places[1].number.unwrap();
    close(number.linear[0].0, 80.4);
    close(number.linear[0].1, (80.4 - 51.0) / 2.5_f64.ln());
    assert_eq!(surprise.push(&record(LATER, 0, "took 100 ms"))[5], 0.0);
    let beyond = |median: f64, part: f64, count: f64| {
        let begin = 81_f64.ln() + part * (82_f64.ln() - 81_f64.ln());
        (10_001_f64.ln() - begin) / ((begin - median) / 2.5_f64.ln()) - (count / 5.0).ln()
    };
    close(surprise.push(&record(LATER, 0, "took 10000 ms"))[5], beyond(52_f64.ln(), 0.4, 799.0));
    // Template 1 is too rare for a tail of its own and has that of its group.
    let median = (51_f64.ln() + 52_f64.ln()) / 2.0;
    close(surprise.push(&record(LATER, 1, "took 10000 ms"))[5], beyond(median, 0.2, 800.0));
}

#[test]
fn a_value_is_odd_where_hardly_any_is_new() {
    let state = minutes(&["is on".into(), "is off".into()]);
    let mut surprise = Surprise::new(&state).unwrap();
    assert_eq!(surprise.push(&record(LATER, 0, "is off"))[6], 0.0);
    // 40 slots have the one, and 41 the other, with the last moment.
    close(surprise.push(&record(LATER, 0, "is blue"))[6], -(0.5_f64 / 82.0).ln() - 3.0);
    let open = minutes(&texts("is ", 0..800, ""));
    assert_eq!(Surprise::new(&open).unwrap().push(&record(LATER, 0, "is blue"))[6], 0.0);
}

#[test]
fn severity_is_an_offset() {
    let state = minutes(&["up".into()]);
    let mut surprise = Surprise::new(&state).unwrap();
    let of = |severity| Record { severity, ..record(LATER, 0, "up") };
    let all = [Some(0), Some(2), Some(3), Some(4), Some(5), Some(7), Some(200), None];
    assert_eq!(
        all.map(|severity| surprise.push(&of(severity))[7]),
        [2.0, 2.0, 1.0, 0.0, -1.0, -1.0, -1.0, -1.0]
    );
}

#[test]
fn context_is_what_surprised_in_the_process_lately() {
    let state = minutes(&["up".into()]);
    let mut surprise = Surprise::new(&state).unwrap();
    let of = |seconds: i64| Record { process: Some("q"), ..record(LATER + seconds * 1_000_000, 7, "new") };
    assert_eq!(surprise.push(&of(0))[8], 0.0);
    // One record, which is as far as the statement is up: two records where a half is usual.
    close(surprise.push(&of(0))[8], 2.0 * 4_f64.ln() - 1.5);
    let left = 2.0 * (-1_f64).exp();
    close(surprise.push(&of(300))[8], 2.0 * left.ln_1p());
}

#[test]
fn without_times_the_order_is_the_clock() {
    let of = |template| Record { time: None, ..record(0, template, "up") };
    let state = fitted((0..800).map(|at| of(u32::from(at % 100 == 0))));
    assert_eq!((state.slots, state.ordered), (40, true));
    // Six records a minute.
    assert_eq!(state.groups[0].usual, [6, 30, 90, 360]);
    let mut surprise = Surprise::new(&state).unwrap();
    assert!((0..100).all(|_| surprise.push(&of(0))[2] == 0.0));
    // A time is not looked at then.
    assert_eq!(surprise.push(&record(LATER, 0, "up"))[2], 0.0);
}

#[test]
fn what_does_not_fit_is_said() {
    let messages = texts("session ", 0..5000, " of 2");
    let state = fitted((0..5000).map(|at| record(at as i64 * MINUTE / 10, 0, &messages[at])));
    assert!(state.dropped.values > 3900, "{:?}", state.dropped);
    assert!(serde_json::to_string(&state).unwrap().len() < 2000);
}

#[test]
fn the_threshold_is_the_middle_of_three() {
    assert_eq!(threshold(&[]), 3.0);
    assert_eq!(threshold(&[0.0; 100]), 2.5);
    assert_eq!(threshold(&[f64::NAN, f64::INFINITY]), 3.0);
    assert_eq!(threshold(&[9.0; 100]), 3.0);
    assert_eq!(score(&[3.0, 4.0, 1.0, 2.0, 0.5, 0.25, 0.5, -1.0, 1.0]), 3.0 + 2.0 + 0.25 + 0.5 - 1.0 + 0.5);
    assert_eq!(score(&[0.5, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, -1.0, 0.0]), -1.0);
}
