//! Trees laid out for scoring: small nodes, siblings next to each other, every tree walked by a block of rows at a
//! time.

use super::Tree;
use crate::{MatrixError, StandardScaler, matrix};
use ndarray::{Array2, ArrayView1, ArrayView2, Axis};
use rayon::prelude::*;

/// Rows that walk a tree side by side, so that the processor does not wait for one chain of loads.
const LANES: usize = 16;
/// Steps between two looks at whether every row has reached its leaf.
const STEPS: usize = 8;
/// Bytes of rows that are scored at a time; they stay in the first-level cache beside a tree.
const BLOCK_BYTES: usize = 32 * 1024;
/// Below this many rows, other threads cost more than they save.
const PARALLEL_ROWS: usize = 256;

/// Trees as rows walk through them.
#[derive(Clone, Debug)]
pub(crate) struct Layout {
    /// All trees, one after the other, each level by level.
    nodes: Vec<LayoutNode>,
    trees: Vec<LayoutTree>,
}

/// A sample with `value > threshold` goes to `next + 1`, any other to `next`. A leaf leads to itself.
#[derive(Clone, Copy, Debug)]
struct LayoutNode {
    threshold: f32,
    feature: u32,
    /// Counted from the first node of the tree.
    next: u32,
}

#[derive(Clone, Copy, Debug)]
struct LayoutTree {
    start: usize,
    end: usize,
    depth: usize,
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
        let count = trees.clone().map(|(tree, _)| tree.nodes.len()).sum();
        let mut layout = Self { nodes: Vec::with_capacity(count), trees: Vec::with_capacity(trees.len()) };
        let mut order = Vec::new();
        for (i, (tree, features)) in trees.enumerate() {
            layout.push(tree, features, &mut order);
            order.iter().for_each(|id| place(i, *id));
        }
        layout
    }

    /// Appends a tree, level by level; leaves the nodes in that order in `order`.
    fn push(&mut self, tree: &Tree, features: Option<&[u32]>, order: &mut Vec<usize>) {
        let start = self.nodes.len();
        order.clear();
        order.push(0);
        let mut position = 0;
        while let Some(&id) = order.get(position) {
            let node = &tree.nodes[id];
            if node.right_child == 0 {
                self.nodes.push(LayoutNode { threshold: f32::INFINITY, feature: 0, next: position as u32 });
            } else {
                let next = order.len() as u32;
                order.extend([id + 1, node.right_child as usize]);
                let feature = features.map_or(node.feature, |features| features[node.feature as usize]);
                self.nodes.push(LayoutNode { threshold: round_down(node.threshold), feature, next });
            }
            position += 1;
        }
        self.trees.push(LayoutTree { start, end: self.nodes.len(), depth: tree.max_depth });
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
        let block = (BLOCK_BYTES / (4 * columns.max(1) * LANES)).clamp(1, 64) * LANES;
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

    fn score_block(
        &self,
        samples: ArrayView2<'_, f64>,
        scaler: Option<&StandardScaler>,
        leaves: &impl Leaves,
        buffer: &mut Vec<f32>,
        scores: &mut [f64],
    ) -> Result<(), Unusable> {
        let (columns, width) = (samples.ncols(), leaves.width());
        buffer.clear();
        for row in samples.rows() {
            push_row(row, scaler, buffer);
        }
        if !buffer.iter().fold(true, |fine, value| fine & value.is_finite()) {
            return Err(Unusable);
        }
        let full = samples.nrows() / LANES * LANES;
        let (many, rest) = scores.split_at_mut(full * width);
        let (many_rows, rest_rows) = buffer.split_at(full * columns);
        for (i, tree) in self.trees.iter().enumerate() {
            let nodes = &self.nodes[tree.start..tree.end];
            let parts = many.chunks_exact_mut(LANES * width).zip(many_rows.chunks_exact(LANES * columns));
            for (sums, rows) in parts {
                let places = walk::<LANES>(nodes, tree.depth, rows, columns);
                for (sums, place) in sums.chunks_exact_mut(width).zip(places) {
                    leaves.add(i, tree.start + place as usize, sums);
                }
            }
            for (sums, row) in rest.chunks_exact_mut(width).zip(rest_rows.chunks_exact(columns)) {
                let [place] = walk::<1>(nodes, tree.depth, row, columns);
                leaves.add(i, tree.start + place as usize, sums);
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

/// The leaves of `N` rows in a tree of this depth. Rows step together: in a leaf one stays.
fn walk<const N: usize>(nodes: &[LayoutNode], depth: usize, rows: &[f32], columns: usize) -> [u32; N] {
    let mut at = [0_u32; N];
    let mut left = depth;
    loop {
        for _ in 0..left.min(STEPS) {
            for (lane, at) in at.iter_mut().enumerate() {
                let node = nodes[*at as usize];
                let value = rows[lane * columns + node.feature as usize];
                *at = node.next + u32::from(value > node.threshold);
            }
        }
        if left <= STEPS || at.iter().all(|at| nodes[*at as usize].next == *at) {
            return at;
        }
        left -= STEPS;
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
