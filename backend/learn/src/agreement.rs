//! How far chance decides what is flagged: the same recipe is fitted again from other seeds, each model flags its
//! own share, and the sets of flagged samples are compared (Jaccard, 1901).

use crate::{FitError, Pipeline, Progress, Recipe, progress::Silent, recipe, threshold::offset};
use ndarray::{Array1, ArrayView2};
use rayon::prelude::*;
use std::collections::HashSet;
use trainyard_types::Agreement;

/// Models beside the judged one.
const OTHERS: u32 = 2;

/// What is fitted to and what is flagged among.
#[derive(Clone, Copy, Debug)]
pub struct Samples<'a> {
    pub training: ArrayView2<'a, f64>,
    pub classes: Option<(&'a [String], &'a [u32])>,
    pub scored: ArrayView2<'a, f64>,
}

/// Compares `pipeline` with models of the same recipe from the next seeds. None when the recipe has no seed.
///
/// # Errors
/// As the fits.
pub fn agreement(
    recipe: &Recipe,
    pipeline: &Pipeline,
    samples: Samples<'_>,
    progress: &dyn Progress,
) -> Result<Option<Agreement>, FitError> {
    let seed = recipe.algorithm.random_state();
    let seeds: Vec<u32> = (0..=OTHERS).map(|i| seed.wrapping_add(i)).collect();
    if recipe.algorithm.with_random_state(seed).is_none() {
        return Ok(None);
    }
    let flagged = |scores: Array1<f64>, threshold: f64| -> HashSet<usize> {
        (0..scores.len()).filter(|row| scores[*row] > threshold).collect()
    };
    let own = flagged(pipeline.score(samples.scored)?, pipeline.threshold);
    let others: Vec<HashSet<usize>> = seeds[1..]
        .par_iter()
        .filter_map(|seed| recipe.algorithm.with_random_state(*seed))
        .map(|algorithm| {
            let recipe = Recipe { algorithm, ..recipe.clone() };
            let training = recipe::Samples {
                values: samples.training,
                feature_names: &pipeline.feature_names,
                classes: samples.classes,
                groups: None,
            };
            let other = recipe.fit(training, &Silent(progress))?;
            let threshold = -offset((-other.scores).view(), pipeline.contamination);
            Ok(flagged(other.pipeline.score(samples.scored)?, threshold))
        })
        .collect::<Result<_, FitError>>()?;
    progress.report(1.0);
    let sets: Vec<&HashSet<usize>> = std::iter::once(&own).chain(&others).collect();
    let mut jaccard = Vec::new();
    for (i, first) in sets.iter().enumerate() {
        for second in &sets[i + 1..] {
            let (common, all) = (first.intersection(second).count(), first.union(second).count());
            // Two models that flag nothing agree.
            jaccard.push(if all == 0 { 1.0 } else { common as f64 / all as f64 });
        }
    }
    Ok(Some(Agreement {
        mean_jaccard: jaccard.iter().sum::<f64>() / jaccard.len() as f64,
        minimum_jaccard: jaccard.iter().copied().fold(1.0, f64::min),
        samples: samples.scored.nrows() as u64,
        seeds,
    }))
}
