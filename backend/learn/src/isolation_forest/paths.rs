//! The forest laid out for scoring: small nodes, siblings next to each other, every tree walked by a
//! block of rows at a time.

use super::{IsolationTree, average_path_length};
use crate::{MatrixError, StandardScaler, matrix};
use ndarray::{Array1, ArrayView1, ArrayView2, Axis};
use rayon::prelude::*;

/// Rows that walk a tree side by side, so that the processor does not wait for one chain of loads.
const LANES: usize = 16;
/// Bytes of rows that are scored at a time; they stay in the first-level cache beside a tree.
const BLOCK_BYTES: usize = 32 * 1024;
/// Below this many rows, other threads cost more than they save.
const PARALLEL_ROWS: usize = 256;

#[derive(Clone, Debug)]
pub(super) struct Paths {
    /// All trees, one after the other.
    nodes: Vec<PathNode>,
    /// The path length that a leaf stands for; 0 for other nodes.
    lengths: Vec<f64>,
    trees: Vec<PathTree>,
    /// Trees × the average path length of a whole subsample.
    denominator: f64,
}

/// A sample with `value > threshold` goes to `next + 1`, any other to `next`. A leaf leads to itself.
#[derive(Clone, Copy, Debug)]
struct PathNode {
    threshold: f32,
    feature: u32,
    /// Counted from the first node of the tree.
    next: u32,
}

#[derive(Clone, Copy, Debug)]
struct PathTree {
    start: usize,
    end: usize,
    depth: usize,
}

impl Paths {
    pub(super) fn new(trees: &[IsolationTree], max_samples: u32) -> Self {
        let count = trees.iter().map(|tree| tree.tree.nodes.len()).sum();
        let mut paths = Self {
            nodes: Vec::with_capacity(count),
            lengths: Vec::with_capacity(count),
            trees: Vec::with_capacity(trees.len()),
            denominator: trees.len() as f64 * average_path_length(f64::from(max_samples)),
        };
        let mut order = Vec::new();
        for tree in trees {
            paths.push(tree, &mut order);
        }
        paths
    }

    /// Appends a tree, level by level; `order` is working memory.
    fn push(&mut self, tree: &IsolationTree, order: &mut Vec<usize>) {
        let start = self.nodes.len();
        let depths = tree.tree.node_depths();
        order.clear();
        order.push(0);
        let mut position = 0;
        while let Some(&id) = order.get(position) {
            let node = &tree.tree.nodes[id];
            if node.is_leaf() {
                self.nodes.push(PathNode { threshold: f32::INFINITY, feature: 0, next: position as u32 });
                // The order of operations of `_parallel_compute_tree_depths` in `ensemble/_iforest.py`.
                let length = depths[id] as f64 + average_path_length(node.n_node_samples as f64) - 1.0;
                self.lengths.push(length);
            } else {
                let next = order.len() as u32;
                order.extend([node.left_child as usize, node.right_child as usize]);
                let feature = tree.features[node.feature as usize];
                self.nodes.push(PathNode { threshold: round_down(node.threshold), feature, next });
                self.lengths.push(0.0);
            }
            position += 1;
        }
        self.trees.push(PathTree { start, end: self.nodes.len(), depth: tree.tree.max_depth });
    }

    /// The scores of `samples`, whose columns are those of the fit, scaled first if there is a scaler.
    pub(super) fn score(
        &self,
        samples: ArrayView2<'_, f64>,
        scaler: Option<&StandardScaler>,
    ) -> Result<Array1<f64>, MatrixError> {
        let (rows, columns) = samples.dim();
        let mut scores = vec![0.0; rows];
        let block = (BLOCK_BYTES / (4 * columns.max(1) * LANES)).clamp(1, 64) * LANES;
        let score_block = |buffer: &mut Vec<f32>, (i, scores): (usize, &mut [f64])| {
            let start = i * block;
            let block = samples.slice_axis(Axis(0), (start..start + scores.len()).into());
            self.score_block(block, scaler, buffer, scores)
        };
        let outcome = if rows < PARALLEL_ROWS {
            let mut buffer = Vec::new();
            scores.chunks_mut(block).enumerate().try_for_each(|part| score_block(&mut buffer, part))
        } else {
            let parts = scores.par_chunks_mut(block).enumerate();
            parts.map_init(Vec::new, score_block).try_for_each(|outcome| outcome)
        };
        match outcome {
            Ok(()) => Ok(Array1::from_vec(scores)),
            Err(Unusable) => Err(first_unusable(samples, scaler)),
        }
    }

    fn score_block(
        &self,
        samples: ArrayView2<'_, f64>,
        scaler: Option<&StandardScaler>,
        buffer: &mut Vec<f32>,
        scores: &mut [f64],
    ) -> Result<(), Unusable> {
        let width = samples.ncols();
        buffer.clear();
        for row in samples.rows() {
            push_row(row, scaler, buffer);
        }
        if !buffer.iter().fold(true, |fine, value| fine & value.is_finite()) {
            return Err(Unusable);
        }
        scores.fill(0.0);
        for tree in &self.trees {
            let nodes = &self.nodes[tree.start..tree.end];
            let lengths = &self.lengths[tree.start..tree.end];
            let full = scores.len() / LANES * LANES;
            let (many, rest) = scores.split_at_mut(full);
            let (many_rows, rest_rows) = buffer.split_at(full * width);
            for (sums, rows) in many.chunks_exact_mut(LANES).zip(many_rows.chunks_exact(LANES * width)) {
                walk::<LANES>(nodes, lengths, tree.depth, rows, width, sums);
            }
            for (sum, row) in rest.chunks_exact_mut(1).zip(rest_rows.chunks_exact(width)) {
                walk::<1>(nodes, lengths, tree.depth, row, width, sum);
            }
        }
        for score in scores {
            // A forest of single samples has no paths: every score is -0.5 by definition.
            let exponent = if self.denominator == 0.0 { 1.0 } else { *score / self.denominator };
            *score = -(-exponent).exp2();
        }
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

/// Adds to `sums` the lengths of the paths of `N` rows. Every row takes `depth` steps: in a leaf it stays.
fn walk<const N: usize>(
    nodes: &[PathNode],
    lengths: &[f64],
    depth: usize,
    rows: &[f32],
    width: usize,
    sums: &mut [f64],
) {
    let mut at = [0_u32; N];
    for _ in 0..depth {
        for (lane, at) in at.iter_mut().enumerate() {
            let node = nodes[*at as usize];
            let value = rows[lane * width + node.feature as usize];
            *at = node.next + u32::from(value > node.threshold);
        }
    }
    for (sum, at) in sums.iter_mut().zip(at) {
        *sum += lengths[at as usize];
    }
}

/// The largest single-precision number that is not above `threshold`: for single-precision values,
/// comparing with either gives the same answer.
fn round_down(threshold: f64) -> f32 {
    let nearest = threshold as f32;
    if f64::from(nearest) > threshold { nearest.next_down() } else { nearest }
}

#[cfg(test)]
mod tests {
    use super::*;

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
