//! Time since the previous record of a group. "Previous" is the latest strictly earlier record, so that records with
//! the same timestamp share one value, whatever their order.

/// Seconds since the previous record of the same group, at most `limit`, and `limit` without one. `timestamps` are
/// microseconds, ascending; `groups[i]` is the group of record `i`, below `group_count`.
pub(crate) fn gaps<'a>(
    timestamps: &'a [i64],
    groups: &'a [u32],
    group_count: usize,
    limit: f64,
) -> impl Iterator<Item = f64> + 'a {
    // Per group the two latest different timestamps.
    let mut latest: Vec<(Option<i64>, Option<i64>)> = vec![(None, None); group_count];
    timestamps.iter().zip(groups).map(move |(time, group)| {
        let (current, previous) = &mut latest[*group as usize];
        if *current != Some(*time) {
            *previous = *current;
            *current = Some(*time);
        }
        previous.map_or(limit, |previous| ((time - previous) as f64 / 1e6).min(limit))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ties_share_the_gap_to_the_record_before_them() {
        let seconds = [0, 0, 10, 10, 12, 5000];
        let times: Vec<i64> = seconds.iter().map(|s| s * 1_000_000).collect();
        let found: Vec<f64> = gaps(&times, &[0, 0, 0, 0, 1, 0], 2, 3600.0).collect();
        assert_eq!(found, [3600.0, 3600.0, 10.0, 10.0, 3600.0, 3600.0]);
    }
}
