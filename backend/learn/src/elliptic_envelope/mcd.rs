//! The subset of samples whose covariance has the least determinant: FastMCD (Rousseeuw and Van Driessen, 1999),
//! step by step as `sklearn/covariance/_robust_covariance.py` takes them, with its random stream.

use crate::{
    FitError, Progress,
    random::RandomState,
    symmetric::{log_determinant, pseudo_inverse},
};
use ndarray::{Array1, Array2, ArrayView1, ArrayView2, Axis};
use rayon::prelude::*;

/// An estimate from a subset of samples.
#[derive(Clone, Debug)]
pub(super) struct Candidate {
    pub(super) location: Array1<f64>,
    pub(super) covariance: Array2<f64>,
    pub(super) log_determinant: f64,
    /// Row numbers of the subset.
    pub(super) support: Vec<usize>,
    /// The squared distance of every sample from the location.
    pub(super) distances: Vec<f64>,
}

/// Where a search begins.
enum Start {
    Rows(Vec<usize>),
    Estimate { location: Array1<f64>, covariance: Array2<f64> },
}

/// The best subset of `n_support` of the samples, of two columns or more.
pub(super) fn fast_mcd(
    samples: ArrayView2<'_, f64>,
    n_support: usize,
    random: &mut RandomState,
    progress: &dyn Progress,
) -> Result<Candidate, FitError> {
    let n_samples = samples.nrows();
    let drawn = |count: usize, take: usize, random: &mut RandomState| -> Vec<usize> {
        let all = random.permutation(count as u32);
        all.into_iter().take(take).map(|row| row as usize).collect()
    };
    let trials = |rows: usize, support: usize, count: usize, random: &mut RandomState| -> Vec<Start> {
        (0..count).map(|_| Start::Rows(drawn(rows, support, random))).collect()
    };
    if n_samples <= 500 {
        let starts = trials(n_samples, n_support, 30, random);
        let best = select(samples, n_support, starts, 10, 2, progress)?;
        progress.report(0.5);
        return first(select(samples, n_support, estimates(best), 1, 30, progress)?);
    }
    let share = n_support as f64 / n_samples as f64;
    let n_subsets = n_samples / 300;
    let subset_size = n_samples / n_subsets;
    let subset_support = (subset_size as f64 * share).ceil() as usize;
    let n_trials = (500 / n_subsets).max(10);
    let shuffled = drawn(n_samples, n_samples, random);
    let mut pool = Vec::new();
    for (i, rows) in shuffled.chunks_exact(subset_size).take(n_subsets).enumerate() {
        let subset = samples.select(Axis(0), rows);
        let starts = trials(subset_size, subset_support, n_trials, random);
        pool.extend(select(subset.view(), subset_support, starts, 10, 2, progress)?);
        progress.report(0.3 * (i + 1) as f64 / n_subsets as f64);
    }
    let merged_size = n_samples.min(1500);
    let merged_support = (merged_size as f64 * share).ceil() as usize;
    let merged = drawn(n_samples, merged_size, random);
    let keep = if n_samples > 1500 { 10 } else { 1 };
    let best =
        select(samples.select(Axis(0), &merged).view(), merged_support, estimates(pool), keep, 30, progress)?;
    progress.report(0.8);
    if n_samples >= 1500 {
        return first(select(samples, n_support, estimates(best), 1, 30, progress)?);
    }
    let mut best = first(best)?;
    let mut distances = vec![0.0; n_samples];
    for (row, distance) in merged.iter().zip(&best.distances) {
        distances[*row] = *distance;
    }
    best.distances = distances;
    best.support.iter_mut().for_each(|row| *row = merged[*row]);
    Ok(best)
}

fn estimates(candidates: Vec<Candidate>) -> Vec<Start> {
    candidates
        .into_iter()
        .map(|Candidate { location, covariance, .. }| Start::Estimate { location, covariance })
        .collect()
}

fn first(candidates: Vec<Candidate>) -> Result<Candidate, FitError> {
    candidates
        .into_iter()
        .next()
        .ok_or_else(|| FitError::Impossible("no subset of samples to choose from".into()))
}

/// Improves every start and keeps the `keep` of least determinant, the least first.
fn select(
    samples: ArrayView2<'_, f64>,
    n_support: usize,
    starts: Vec<Start>,
    keep: usize,
    steps: usize,
    progress: &dyn Progress,
) -> Result<Vec<Candidate>, FitError> {
    let improve = |start| concentrate(samples, n_support, start, steps, progress);
    let mut all: Vec<Candidate> = starts.into_par_iter().map(improve).collect::<Result<_, _>>()?;
    all.sort_by(|a, b| a.log_determinant.total_cmp(&b.log_determinant));
    all.truncate(keep);
    Ok(all)
}

/// The C-step: again and again the samples nearest to the estimate make the next one, up to `steps` times, until
/// the determinant falls no more.
fn concentrate(
    samples: ArrayView2<'_, f64>,
    n_support: usize,
    start: Start,
    steps: usize,
    progress: &dyn Progress,
) -> Result<Candidate, FitError> {
    let mut distances = vec![f64::INFINITY; samples.nrows()];
    let mut support = match start {
        Start::Rows(rows) => rows,
        Start::Estimate { location, covariance } => {
            distances = squared_distances(samples, location.view(), pseudo_inverse(covariance.view()).view());
            nearest(&distances, n_support)
        }
    };
    let (mut location, mut covariance) = moments(samples, &support);
    let mut determinant = log_determinant(covariance.view());
    let mut precision = None;
    let mut previous_determinant = f64::INFINITY;
    let mut previous = None;
    let mut left = steps;
    while determinant < previous_determinant && left > 0 && determinant.is_finite() {
        if progress.cancelled() {
            return Err(FitError::Cancelled);
        }
        let chooser = pseudo_inverse(covariance.view());
        let before = squared_distances(samples, location.view(), chooser.view());
        precision = Some(chooser);
        previous = Some((location, covariance, std::mem::take(&mut support)));
        previous_determinant = determinant;
        support = nearest(&before, n_support);
        (location, covariance) = moments(samples, &support);
        determinant = log_determinant(covariance.view());
        distances = before;
        left -= 1;
    }
    let close = (determinant - previous_determinant).abs() <= 1e-8 + 1e-5 * previous_determinant.abs();
    if let Some((location, covariance, support)) = previous
        && determinant > previous_determinant
        && !close
        && left > 0
    {
        let log_determinant = previous_determinant;
        return Ok(Candidate { location, covariance, log_determinant, support, distances });
    }
    // From the new location, by the precision that chose it.
    let precision = precision.unwrap_or_else(|| pseudo_inverse(covariance.view()));
    let distances = squared_distances(samples, location.view(), precision.view());
    Ok(Candidate { location, covariance, log_determinant: determinant, support, distances })
}

/// The rows of the `count` least distances.
fn nearest(distances: &[f64], count: usize) -> Vec<usize> {
    let mut rows: Vec<usize> = (0..distances.len()).collect();
    if count < rows.len() {
        rows.select_nth_unstable_by(count, |a, b| distances[*a].total_cmp(&distances[*b]).then(a.cmp(b)));
        rows.truncate(count);
    }
    rows.sort_unstable();
    rows
}

/// Mean and covariance of some rows, divided by their number.
pub(super) fn moments(samples: ArrayView2<'_, f64>, rows: &[usize]) -> (Array1<f64>, Array2<f64>) {
    let mut chosen = samples.select(Axis(0), rows);
    let location = chosen.mean_axis(Axis(0)).unwrap_or_else(|| Array1::zeros(samples.ncols()));
    chosen -= &location;
    let covariance = second_moment(chosen.view());
    (location, covariance)
}

/// XᵀX / n, exactly symmetric.
pub(super) fn second_moment(rows: ArrayView2<'_, f64>) -> Array2<f64> {
    let product = rows.t().dot(&rows) / rows.nrows() as f64;
    (&product + &product.t()) / 2.0
}

/// (x - location)ᵀ × precision × (x - location) of each row.
pub(super) fn squared_distances(
    samples: ArrayView2<'_, f64>,
    location: ArrayView1<'_, f64>,
    precision: ArrayView2<'_, f64>,
) -> Vec<f64> {
    let of = |rows: ArrayView2<'_, f64>| {
        let centered = &rows - &location;
        let products = centered.dot(&precision);
        let pairs = centered.rows().into_iter().zip(products.rows());
        pairs.map(|(row, product)| row.dot(&product)).collect::<Vec<f64>>()
    };
    samples.axis_chunks_iter(Axis(0), 4096).flat_map(of).collect()
}
