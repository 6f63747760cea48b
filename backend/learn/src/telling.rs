//! Which features tell a kind of incident from ordinary samples.

use crate::{Draw, sums::mean_and_deviation};
use ndarray::Axis;
use std::collections::BTreeMap;

/// Features that are named.
const MOST: usize = 3;
/// A feature tells a kind if the kind's mean is so many standard deviations of the ordinary samples away from theirs.
const TELLS: f64 = 1.0;
/// How far a mean is at most: what never varies would be infinitely far.
const FURTHEST: f64 = 1000.0;

/// Per kind, as a place in [`Draw::known`], the features by which its samples stand out from the ordinary ones, those that
/// tell most first: by the distance of the means in standard deviations, on average over the draws.
pub(crate) fn telling(draws: &[Draw]) -> BTreeMap<u16, Vec<String>> {
    let mut found: BTreeMap<u16, BTreeMap<&str, f64>> = BTreeMap::new();
    for draw in draws {
        let (mut ordinary, mut of_kinds) = (Vec::new(), BTreeMap::<u16, Vec<usize>>::new());
        let rows = draw.rows.test.iter().zip(draw.test_kinds()).zip(draw.judged());
        for ((row, kind), _) in rows.filter(|(_, judged)| *judged) {
            match kind {
                Some(kind) => of_kinds.entry(kind).or_default().push(*row),
                None => ordinary.push(*row),
            }
        }
        for (name, column) in draw.feature_names.iter().zip(draw.samples.axis_iter(Axis(1))) {
            let values = |rows: &[usize]| rows.iter().map(|row| column[*row]).collect::<Vec<f64>>();
            let (mean, deviation) = mean_and_deviation(&values(&ordinary));
            for (kind, rows) in &of_kinds {
                let distance = (mean_and_deviation(&values(rows)).0 - mean).abs();
                let distance = if distance == 0.0 { 0.0 } else { (distance / deviation).min(FURTHEST) };
                *found.entry(*kind).or_default().entry(name).or_default() += distance / draws.len() as f64;
            }
        }
    }
    let most = |features: BTreeMap<&str, f64>| {
        let mut features: Vec<(&str, f64)> =
            features.into_iter().filter(|(_, distance)| *distance >= TELLS).collect();
        features.sort_by(|a, b| b.1.total_cmp(&a.1));
        features.into_iter().take(MOST).map(|(name, _)| name.to_owned()).collect()
    };
    found.into_iter().map(|(kind, features)| (kind, most(features))).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::SplitRows;
    use ndarray::Array2;

    #[test]
    fn what_stands_out_of_a_kind_is_named_and_nothing_else() {
        let mut samples = Array2::from_shape_fn((100, 3), |(row, column)| ((row * (column + 3)) % 7) as f64);
        let mut kinds = vec![None; 100];
        for row in 90..100 {
            kinds[row] = Some(u16::from(row >= 95));
            samples[[row, if row >= 95 { 2 } else { 1 }]] = 50.0;
        }
        let draw = Draw {
            samples,
            feature_names: ["a", "b", "c"].map(str::to_owned).to_vec(),
            timestamps: None,
            rows: SplitRows { training: (0..50).collect(), test: (50..100).collect() },
            kinds,
            known: Vec::new(),
            one_unit: false,
            doubted: Vec::new(),
            seed: 1,
        };
        let found = telling(&[draw]);
        assert_eq!(found, BTreeMap::from([(0, vec!["b".to_owned()]), (1, vec!["c".to_owned()])]));
    }
}
