//! Where an instant lies in the day and the week, on the clock of the logs.

use std::f64::consts::TAU;

const DAY: i64 = 86_400_000_000;

/// The eight calendar features in catalogue order, of an instant in microseconds since 1970 UTC.
pub(crate) fn calendar(timestamp: i64, utc_offset_minutes: i32) -> [f64; 8] {
    let local = timestamp + i64::from(utc_offset_minutes) * 60_000_000;
    let in_day = local.rem_euclid(DAY);
    // 1970-01-01 was a Thursday.
    let weekday = (local.div_euclid(DAY) + 3).rem_euclid(7);
    let hour = in_day / 3_600_000_000;
    let day_angle = TAU * (in_day as f64 / 1e6) / 86_400.0;
    let week_angle = TAU * weekday as f64 / 7.0;
    let weekend = weekday >= 5;
    let business = !weekend && (9..17).contains(&hour);
    [
        hour as f64,
        weekday as f64,
        day_angle.sin(),
        day_angle.cos(),
        week_angle.sin(),
        week_angle.cos(),
        f64::from(u8::from(weekend)),
        f64::from(u8::from(business)),
    ]
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str, offset: i32) -> [f64; 8] {
        calendar(text.parse::<chrono::DateTime<chrono::Utc>>().unwrap().timestamp_micros(), offset)
    }

    fn close(found: [f64; 8], expected: [f64; 8]) {
        assert!(
            found.iter().zip(expected).all(|(a, b)| (a - b).abs() < 1e-12),
            "{found:?} is not {expected:?}"
        );
    }

    #[test]
    fn hours_and_weekdays() {
        let (s2, c2) = ((TAU * 2.0 / 7.0).sin(), (TAU * 2.0 / 7.0).cos());
        // A Wednesday, six in the morning: a quarter of the day's circle.
        close(at("2025-07-02T06:00:00Z", 0), [6.0, 2.0, 1.0, 0.0, s2, c2, 0.0, 0.0]);
        assert_eq!(at("2025-07-02T09:00:00Z", 0)[7], 1.0);
        assert_eq!(at("2025-07-02T16:59:59.999999Z", 0)[7], 1.0);
        assert_eq!(at("2025-07-02T17:00:00Z", 0)[7], 0.0);
        assert_eq!(at("2025-07-05T12:00:00Z", 0)[6..], [1.0, 0.0]);
        // Before 1970, and across midnight by the offset.
        assert_eq!(at("1969-12-31T23:00:00Z", 0)[..2], [23.0, 2.0]);
        assert_eq!(at("2025-07-06T23:30:00Z", 60)[..2], [0.0, 0.0]);
    }
}
