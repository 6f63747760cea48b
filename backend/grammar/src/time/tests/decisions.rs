//! What is decided over a sample.

use super::super::*;
use super::clock;
use chrono::{DateTime, Utc};
use trainyard_types::grammar::{DateOrder, GrammarClock, NumberOrder};

fn raws(texts: &[&str]) -> Vec<Raw> {
    texts.iter().map(|text| value(text).unwrap_or_else(|| panic!("{text}"))).collect()
}

fn now() -> DateTime<Utc> {
    "2025-07-01T12:00:00Z".parse().unwrap()
}

fn decided(texts: &[&str]) -> GrammarClock {
    decide(&raws(texts), now(), false, &[])
}

fn order(separator: &str, order: NumberOrder) -> Vec<DateOrder> {
    vec![DateOrder { separator: separator.to_owned(), order }]
}

fn instants(texts: &[&str], decided: &GrammarClock) -> Vec<String> {
    let clock = clock(0).with(decided);
    let show = |raw: &Raw| {
        let instant = DateTime::from_timestamp_micros(clock.instant(raw).unwrap()).unwrap();
        instant.format("%Y-%m-%d").to_string()
    };
    raws(texts).iter().map(show).collect()
}

#[test]
fn a_number_above_twelve_decides_for_all() {
    let texts = ["05/01/2024 10:00:00", "13/01/2024 10:00:00"];
    let decided = decided(&texts);
    assert_eq!(decided.orders, order("/", NumberOrder::DayFirst));
    assert_eq!(instants(&texts, &decided), ["2024-01-05", "2024-01-13"]);
    let months = decide(&raws(&["05-01-2024 10:00:00", "05-13-2024 10:00:00"]), now(), false, &[]);
    assert_eq!(months.orders, order("-", NumberOrder::MonthFirst));
}

#[test]
fn else_the_order_without_jumps_does() {
    assert_eq!(
        decided(&["11/02/2024 1:00", "12/02/2024 1:00", "01/03/2024 1:00"]).orders,
        order("/", NumberOrder::DayFirst)
    );
    assert_eq!(
        decided(&["02.11.2024 1:00", "02.12.2024 1:00", "03.01.2024 1:00"]).orders,
        order(".", NumberOrder::MonthFirst)
    );
}

#[test]
fn else_the_language_and_else_the_custom_does() {
    let slashes = raws(&["05/05/2024 10:00:00"]);
    assert_eq!(decide(&slashes, now(), false, &[]).orders, order("/", NumberOrder::MonthFirst));
    assert_eq!(decide(&slashes, now(), true, &[]).orders, order("/", NumberOrder::DayFirst));
    assert_eq!(decided(&["05.05.2024 10:00:00"]).orders, order(".", NumberOrder::DayFirst));
    assert_eq!(decided(&["5/5/2024 10:00:00 AM"]).orders, order("/ 12h", NumberOrder::MonthFirst));
}

#[test]
fn twelve_hours_and_twenty_four_are_decided_apart() {
    let decided = decided(&["13/05/2024 10:00:00", "05/13/2024 10:00:00 PM"]);
    let expected = [order("/", NumberOrder::DayFirst), order("/ 12h", NumberOrder::MonthFirst)].concat();
    assert_eq!(decided.orders, expected);
}

#[test]
fn a_year_of_two_digits_may_come_first() {
    let texts = ["17/06/09 20:10:40", "17/06/10 20:10:40"];
    let decided = decided(&texts);
    assert_eq!(decided.orders, order("/", NumberOrder::YearFirst));
    assert_eq!(instants(&texts, &decided), ["2017-06-09", "2017-06-10"]);
    assert_eq!(super::decisions::decided(&["05/31/24 1:00:00"]).orders, order("/", NumberOrder::MonthFirst));
    assert_eq!(super::decisions::decided(&["99/12/31 1:00:00"]).orders, order("/", NumberOrder::YearFirst));
}

#[test]
fn pairs_are_month_and_day_unless_a_number_speaks_against_it() {
    assert_eq!(decided(&["03-04 10:00:00"]).orders, vec![]);
    assert_eq!(decided(&["03-04 10:00:00", "13-04 10:00:00"]).orders, order("mm-dd", NumberOrder::DayFirst));
}

#[test]
fn the_year_is_the_newest_that_puts_nothing_after_tomorrow() {
    assert_eq!(decided(&["Jul  1 10:00:00"]).year, Some(2025));
    assert_eq!(decided(&["Jul  1 10:00:00", "Jul  3 10:00:00"]).year, Some(2024));
    assert_eq!(decided(&["Jul  1 10:00:00", "Jul  3 10:00:00"]).rollover, None);
    assert_eq!(decided(&["Feb 29 10:00:00"]).year, Some(2024));
    assert_eq!(decided(&["2024-05-01 10:00:00"]).year, None);
    assert_eq!(decided(&[]), GrammarClock::default());
}

#[test]
fn a_new_year_is_told_by_month_and_day() {
    let texts =
        ["Nov 27 10:00:00", "Dec 31 23:59:59", "Jan  1 00:00:01", "Dec 31 23:59:59", "Jan  2 10:00:00"];
    let decided = decided(&texts);
    assert_eq!(decided.year, Some(2025));
    assert_eq!(
        instants(&texts, &decided),
        ["2024-11-27", "2024-12-31", "2025-01-01", "2024-12-31", "2025-01-02"]
    );
    // What is not in the sample falls on its side as well.
    assert_eq!(instants(&["Nov 20 10:00:00", "Feb 10 10:00:00"], &decided), ["2024-11-20", "2025-02-10"]);
}

#[test]
fn another_time_in_the_records_tells_the_year() {
    let times = raws(&["Jun 14 15:16:01"]);
    assert_eq!(decide(&times, now(), false, &[2005, 2005, 2024]).year, Some(2005));
    let turned = raws(&["Dec 31 15:16:01", "Jan  1 15:16:01"]);
    assert_eq!(decide(&turned, now(), false, &[2005, 2005]).year, Some(2006));
    assert_eq!(decide(&turned, now(), false, &[2005, 2005, 2006]).year, Some(2006));
}
