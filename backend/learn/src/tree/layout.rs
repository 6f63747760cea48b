//! Trees laid out for scoring: small nodes, every tree walked by a block of rows at a time, many rows side by side, so
//! that the processor does not wait for one chain of loads.

mod deep;
mod shallow;

use super::Tree;
use crate::{MatrixError, StandardScaler, matrix};
use deep::Deep;
use ndarray::{Array2, ArrayView1, ArrayView2, Axis};
use rayon::prelude::*;
use shallow::Shallow;

/// Bytes of rows that are scored at a time, at least; they stay in the first-level cache beside a small tree.
const BLOCK_BYTES: usize = 32 * 1024;
/// Below this many rows, other threads cost more than they save.
const PARALLEL_ROWS: usize = 256;
/// How many times as large as the largest tree a block is.
const TREE_SHARE: usize = 4;
/// Blocks that each thread has at least, so that all end at about the same time.
const BLOCKS_PER_THREAD: usize = 4;

/// Trees as rows walk through them.
#[derive(Clone, Debug)]
pub(crate) enum Layout {
    /// Trees of few levels, all of them.
    Shallow(Vec<Shallow>),
    Deep(Vec<Deep>),
}

/// What leaves stand for, and what becomes of their sum.
pub(crate) trait Leaves: Sync {
    /// Numbers per row.
    fn width(&self) -> usize;

    /// Adds to `sums` what the node `place` (of the layout) of a tree stands for.
    fn add(&self, tree: usize, place: usize, sums: &mut [f64]);

    /// Makes the scores of the sums of many rows.
    fn finish(&self, sums: &mut [f64]);
}

impl Layout {
    /// Lays trees out, each with the matrix columns that it sees, or `None` for all. `place` is told the tree and the
    /// node, in its preorder, of each place of the layout.
    pub(crate) fn new<'a>(
        trees: impl ExactSizeIterator<Item = (&'a Tree, Option<&'a [u32]>)> + Clone,
        mut place: impl FnMut(usize, usize),
    ) -> Self {
        let mut first = 0;
        let deep = trees.clone().enumerate().map(|(i, (tree, features))| {
            let deep = Deep::new(tree, features, first, |node| place(i, node));
            first += deep.len();
            deep
        });
        match trees.clone().all(|(tree, _)| tree.max_depth <= shallow::DEPTH) {
            true => Self::Shallow(deep.map(|deep| Shallow::new(&deep)).collect()),
            false => Self::Deep(deep.collect()),
        }
    }

    /// The scores of `samples` (rows × [`Leaves::width`]), whose columns are those of the fit, scaled first if there is a
    /// scaler.
    ///
    /// # Errors
    /// A value that is not finite in single precision.
    pub(crate) fn score(
        &self,
        samples: ArrayView2<'_, f64>,
        scaler: Option<&StandardScaler>,
        leaves: &impl Leaves,
    ) -> Result<Array2<f64>, MatrixError> {
        let (rows, columns) = samples.dim();
        let width = leaves.width();
        let mut scores = Array2::zeros((rows, width));
        let block = self.block_rows(rows, columns);
        let score_block = |buffer: &mut Vec<f32>, (i, scores): (usize, &mut [f64])| {
            let start = i * block;
            let block = samples.slice_axis(Axis(0), (start..start + scores.len() / width).into());
            self.score_block(block, scaler, leaves, buffer, scores)
        };
        let Some(all) = scores.as_slice_mut() else { return Ok(scores) };
        let outcome = if rows < PARALLEL_ROWS {
            let mut buffer = Vec::new();
            all.chunks_mut(block * width).enumerate().try_for_each(|part| score_block(&mut buffer, part))
        } else {
            let parts = all.par_chunks_mut(block * width).enumerate();
            parts.map_init(Vec::new, score_block).try_for_each(|outcome| outcome)
        };
        match outcome {
            Ok(()) => Ok(scores),
            Err(Unusable) => Err(first_unusable(samples, scaler)),
        }
    }

    /// Rows that are scored at a time: the larger the trees, the more of them must go through one before the next
    /// takes its place in the cache.
    fn block_rows(&self, rows: usize, columns: usize) -> usize {
        let largest = match self {
            Self::Shallow(_) => 0,
            Self::Deep(trees) => trees.iter().map(Deep::bytes).max().unwrap_or(0),
        };
        let wanted = BLOCK_BYTES.max(TREE_SHARE * largest) / (4 * columns.max(1));
        let most = rows / (BLOCKS_PER_THREAD * rayon::current_num_threads());
        wanted.min(most.max(BLOCK_BYTES / (4 * columns.max(1)))).next_multiple_of(shallow::LANES)
    }

    fn score_block(
        &self,
        samples: ArrayView2<'_, f64>,
        scaler: Option<&StandardScaler>,
        leaves: &impl Leaves,
        buffer: &mut Vec<f32>,
        scores: &mut [f64],
    ) -> Result<(), Unusable> {
        let width = leaves.width();
        buffer.clear();
        for row in samples.rows() {
            push_row(row, scaler, buffer);
        }
        if !buffer.iter().fold(true, |fine, value| fine & value.is_finite()) {
            return Err(Unusable);
        }
        let add = |tree, row: usize, place, scores: &mut [f64]| {
            leaves.add(tree, place, &mut scores[row * width..][..width]);
        };
        match self {
            Self::Shallow(trees) => {
                let tiles = shallow::Tiles::new(buffer, samples.ncols());
                for (i, tree) in trees.iter().enumerate() {
                    tree.walk(&tiles, |row, place| add(i, row, place, scores));
                }
            }
            Self::Deep(trees) => {
                for (i, tree) in trees.iter().enumerate() {
                    tree.walk(buffer, samples.ncols(), |row, place| add(i, row, place, scores));
                }
            }
        }
        leaves.finish(scores);
        Ok(())
    }
}

/// A row has a value that is not finite in single precision.
struct Unusable;

fn first_unusable(samples: ArrayView2<'_, f64>, scaler: Option<&StandardScaler>) -> MatrixError {
    for (row, values) in samples.rows().into_iter().enumerate() {
        let scaled = |column, value| scaler.map_or(value, |scaler| scaler.scaled(column, value));
        if let Err(error) = matrix::check_row(row, values, scaled) {
            return error;
        }
    }
    MatrixError::Empty { rows: samples.nrows(), columns: samples.ncols() }
}

fn push_row(row: ArrayView1<'_, f64>, scaler: Option<&StandardScaler>, buffer: &mut Vec<f32>) {
    match (scaler, row.as_slice()) {
        (None, Some(values)) => buffer.extend(values.iter().map(|value| *value as f32)),
        (None, None) => buffer.extend(row.iter().map(|value| *value as f32)),
        (Some(scaler), _) => {
            let parameters = scaler.mean.iter().zip(&scaler.scale);
            buffer.extend(
                row.iter().zip(parameters).map(|(value, (mean, scale))| ((value - mean) / scale) as f32),
            );
        }
    }
}

/// The largest single-precision number that is not above `threshold`: for single-precision values,
/// comparing with either gives the same answer.
pub(crate) fn round_down(threshold: f64) -> f32 {
    let nearest = threshold as f32;
    if f64::from(nearest) > threshold { nearest.next_down() } else { nearest }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{IsolationForest, IsolationForestParameters, random::RandomState};

    #[test]
    fn rows_come_to_the_same_leaves_by_both_ways() {
        let mut random = RandomState::new(3);
        // Few values, zeros of both signs among them, so that values are often equal to thresholds nearly.
        let samples = Array2::from_shape_simple_fn((301, 3), || {
            let value = f64::from(random.below(9)) - 4.0;
            if value == 0.0 && random.below(2) == 0 { -0.0 } else { value / 3.0 }
        });
        let forest =
            IsolationForest::fit(&IsolationForestParameters::default(), samples.view(), &()).unwrap();
        let rows: Vec<f32> = samples.iter().map(|value| *value as f32).collect();
        let mut reached = std::collections::BTreeSet::new();
        for tree in forest.trees() {
            let deep = Deep::new(&tree.tree, None, 7, |_| ());
            let (mut slow, mut fast) = (vec![0; 301], vec![0; 301]);
            deep.walk(&rows, 3, |row, place| slow[row] = place);
            Shallow::new(&deep).walk(&shallow::Tiles::new(&rows, 3), |row, place| fast[row] = place);
            assert_eq!(slow, fast);
            reached.extend(slow);
        }
        assert!(reached.len() > 100, "{}", reached.len());
    }

    #[test]
    fn rounded_thresholds_decide_the_same() {
        for threshold in
            [0.1, -0.1, 1e-300, -1e-300, 1.0, 16_777_217.0, -16_777_217.0, 1e300, -1e300, 0.3_f32.into()]
        {
            let rounded = round_down(threshold);
            let nearest = (threshold as f32).clamp(f32::MIN, f32::MAX);
            for value in [nearest, nearest.next_up(), nearest.next_down(), 0.0, -0.0, f32::MAX, f32::MIN] {
                assert_eq!(value > rounded, f64::from(value) > threshold, "{value} against {threshold}");
            }
        }
    }
}
