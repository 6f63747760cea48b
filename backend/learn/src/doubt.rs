//! Samples that nobody should be judged by: those without a staged incident that may well be real anomalies.
//!
//! The samples that incidents are staged among are called normal, though nobody knows it. Some are real anomalies, and a
//! detector that finds those would be blamed for it. So a panel of plain detectors looks at them first, and what most of
//! its members find odd is neither normal nor an incident: it is left out.

use crate::{FitError, Progress, Recipe, injection::Draw, parse_algorithm, train::fit};
use serde_json::{Value, json};
use trainyard_types::{MissingSpecification, ScalerSpecification};

/// The share of ordinary samples that a member of the panel finds odd.
const SHARE: f64 = 0.05;
/// The most samples that a member compares with.
const MOST: u32 = 1000;

/// The members: each looks at the samples in another way.
fn panel(rows: usize, missing: MissingSpecification) -> Vec<Recipe> {
    let near = |metric: &str| -> Value {
        let neighbours = (rows / 10).clamp(1, 50);
        json!({"type": "nearest_normal", "metric": metric, "n_neighbors": neighbours, "max_samples": MOST})
    };
    [
        (json!({"type": "isolation_forest"}), ScalerSpecification::None),
        (near("manhattan"), ScalerSpecification::None),
        (near("euclidean"), ScalerSpecification::Standard),
    ]
    .into_iter()
    .filter_map(|(algorithm, scaler)| {
        let algorithm = parse_algorithm(&algorithm, "").ok()?;
        Some(Recipe { missing, scaler, algorithm, calibration: None })
    })
    .collect()
}

/// Per test sample of a draw whether it is left out.
///
/// # Errors
/// Cancellation; a member that cannot be fitted has no say.
pub(crate) fn doubted(
    draw: &Draw,
    missing: MissingSpecification,
    progress: &dyn Progress,
) -> Result<Vec<bool>, FitError> {
    let data = draw.data();
    let test = &draw.rows.test;
    let ordinary: Vec<usize> = (0..test.len()).filter(|at| draw.kinds[test[*at]].is_none()).collect();
    let few = (ordinary.len() as f64 * SHARE).ceil() as usize;
    let mut votes = vec![0; test.len()];
    let mut members = 0;
    for recipe in panel(draw.rows.training.len(), missing) {
        let scores = match fit(&data, &recipe, &draw.rows.training, progress) {
            Ok(fitted) => fitted.pipeline.score(data.rows(test).view()),
            Err(FitError::Cancelled) => return Err(FitError::Cancelled),
            Err(_) => continue,
        };
        let Ok(scores) = scores else { continue };
        members += 1;
        let mut order = ordinary.clone();
        order.sort_by(|a, b| scores[*b].total_cmp(&scores[*a]));
        // Of equal scores all or none.
        let bound = order.get(few).map_or(f64::NEG_INFINITY, |at| scores[*at]);
        for at in order.into_iter().take(few).filter(|at| scores[*at] > bound) {
            votes[at] += 1;
        }
    }
    Ok(votes.into_iter().map(|found| 2 * found > members).collect())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{SplitRows, random::RandomState};
    use ndarray::Array2;

    /// Of a hundred held-out samples, one is far out and is no incident; another one, as far out, is.
    #[test]
    fn what_most_find_odd_is_left_out_unless_it_was_staged() {
        let mut random = RandomState::new(5);
        let mut samples = Array2::from_shape_simple_fn((300, 3), || random.next_double());
        samples.row_mut(230).fill(9.0);
        samples.row_mut(260).fill(9.0);
        let mut kinds = vec![None; 300];
        kinds[260] = Some(0);
        let draw = Draw {
            samples,
            feature_names: ["a", "b", "c"].map(str::to_owned).to_vec(),
            timestamps: None,
            rows: SplitRows { training: (0..200).collect(), test: (200..300).collect() },
            kinds,
            known: Vec::new(),
            one_unit: false,
            doubted: Vec::new(),
            seed: 1,
        };
        let found = doubted(&draw, MissingSpecification::Refuse, &()).unwrap();
        assert!(found[30] && !found[60]);
        assert!(found.iter().filter(|found| **found).count() <= 5);
    }
}
