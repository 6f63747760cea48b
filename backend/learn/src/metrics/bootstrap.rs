//! 95 % intervals by the bootstrap (Efron and Tibshirani, 1993, percentile intervals): samples are drawn with
//! replacement within each class, so that every resample has as many of each as there are.

use super::numbers::{Numbers, Prepared};
use crate::{random::RandomState, statistics::percentile};
use rayon::prelude::*;
use std::collections::BTreeMap;
use trainyard_types::Interval;

/// Draws of samples that intervals may cost altogether: well under a second, so that nobody who cancels waits.
const MOST_DRAWS: usize = 30_000_000;

/// The resamples that are made of so many samples: fewer than asked for when there are very many samples.
pub(super) fn affordable(resamples: u32, samples: usize) -> u32 {
    resamples.min((MOST_DRAWS / samples.max(1)).max(100) as u32)
}

/// The interval of each metric that was measured in every resample.
pub(super) fn intervals(prepared: &Prepared<'_>, resamples: u32, seed: u32) -> BTreeMap<String, Interval> {
    let truth = prepared.judged.truth;
    if resamples == 0 || truth.is_empty() {
        return BTreeMap::new();
    }
    let mut rows_of: Vec<Vec<u32>> = vec![Vec::new(); prepared.judged.classes.len()];
    for (sample, class) in truth.iter().enumerate() {
        rows_of[*class as usize].push(sample as u32);
    }
    let mut random = RandomState::new(seed);
    let seeds: Vec<u32> = (0..resamples).map(|_| random.next_u32()).collect();
    let drawn: Vec<Numbers> = seeds
        .par_iter()
        .map_init(
            || vec![0; truth.len()],
            |weights, seed| {
                draw(&rows_of, *seed, weights);
                prepared.numbers(Some(weights))
            },
        )
        .collect();
    let interval = |(index, name): (usize, &&str)| {
        let mut values: Vec<f64> = drawn.iter().map_while(|numbers| numbers.values()[index]).collect();
        values.sort_unstable_by(f64::total_cmp);
        (values.len() == drawn.len()).then(|| {
            let (low, high) = (percentile(&values, 2.5), percentile(&values, 97.5));
            ((*name).to_owned(), Interval { low, high })
        })
    };
    Numbers::NAMES.iter().enumerate().filter_map(interval).collect()
}

/// How often each sample is drawn.
fn draw(rows_of: &[Vec<u32>], seed: u32, weights: &mut [u32]) {
    weights.fill(0);
    let mut random = RandomState::new(seed);
    for rows in rows_of {
        for _ in rows {
            // Multiplying instead of rejecting: the bias is below count / 2^32.
            let place = (u64::from(random.next_u32()) * rows.len() as u64) >> 32;
            weights[rows[place as usize] as usize] += 1;
        }
    }
}
