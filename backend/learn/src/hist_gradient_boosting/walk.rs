//! Boosted trees laid out for scoring: small nodes, siblings next to each other, every tree walked by several rows
//! side by side.

use super::tree::BoostedTree;

/// Rows that walk a tree side by side, so that the processor does not wait for one chain of loads.
const SIDE_BY_SIDE: usize = 8;

#[derive(Clone, Debug, Default)]
pub(super) struct Walk {
    nodes: Vec<WalkNode>,
    /// What a leaf adds; 0 for other nodes.
    values: Vec<f64>,
    trees: Vec<WalkTree>,
}

/// A value above the threshold leads to `next + 1`, any other to `next`. A leaf leads to itself.
#[derive(Clone, Copy, Debug)]
struct WalkNode {
    threshold: f64,
    feature: u32,
    /// From the first node of the tree; the topmost bit says that missing values go right.
    next: u32,
}

const MISSING_RIGHT: u32 = 1 << 31;

#[derive(Clone, Copy, Debug)]
struct WalkTree {
    start: usize,
    depth: u32,
}

impl Walk {
    /// The trees must have been checked.
    pub(super) fn new<'a>(trees: impl Iterator<Item = &'a BoostedTree>) -> Self {
        let mut walk = Self::default();
        for tree in trees {
            walk.push(tree);
        }
        walk
    }

    fn push(&mut self, tree: &BoostedTree) {
        let depth = tree.nodes.iter().map(|node| node.depth).max().unwrap_or(0);
        self.trees.push(WalkTree { start: self.nodes.len(), depth });
        let mut order = vec![0];
        let mut position = 0;
        while let Some(node) = order.get(position).and_then(|id| tree.nodes.get(*id as usize)) {
            if node.is_leaf() {
                self.nodes.push(WalkNode { threshold: f64::INFINITY, feature: 0, next: position as u32 });
                self.values.push(node.value);
            } else {
                let next = order.len() as u32 | if node.missing_go_to_left { 0 } else { MISSING_RIGHT };
                order.extend([node.left, node.right]);
                self.nodes.push(WalkNode { threshold: node.threshold, feature: node.feature, next });
                self.values.push(0.0);
            }
            position += 1;
        }
    }

    /// Adds to `sums[row × outputs + output]` what the trees add; tree `i` belongs to output `i % outputs`. `rows`
    /// are rows of `width` values, one after the other.
    pub(super) fn add(&self, rows: &[f64], width: usize, outputs: usize, sums: &mut [f64]) {
        for (i, tree) in self.trees.iter().enumerate() {
            let mut many = rows.chunks_exact(SIDE_BY_SIDE * width);
            let mut many_sums = sums.chunks_exact_mut(SIDE_BY_SIDE * outputs);
            for (rows, sums) in many.by_ref().zip(many_sums.by_ref()) {
                self.add_tree::<SIDE_BY_SIDE>(tree, rows, width, &mut sums[i % outputs..], outputs);
            }
            let rest = many.remainder().chunks_exact(width);
            for (row, sums) in rest.zip(many_sums.into_remainder().chunks_exact_mut(outputs)) {
                self.add_tree::<1>(tree, row, width, &mut sums[i % outputs..], outputs);
            }
        }
    }

    /// Adds what a tree adds to every `stride`th of `sums`, for `N` rows.
    fn add_tree<const N: usize>(
        &self,
        tree: &WalkTree,
        rows: &[f64],
        width: usize,
        sums: &mut [f64],
        stride: usize,
    ) {
        let nodes = &self.nodes[tree.start..];
        let values = &self.values[tree.start..];
        let mut at = [0_u32; N];
        for _ in 0..tree.depth {
            for (lane, at) in at.iter_mut().enumerate() {
                let node = nodes[*at as usize];
                let value = rows[lane * width + node.feature as usize];
                let missing = value.is_nan() & (node.next & MISSING_RIGHT != 0);
                *at = (node.next & !MISSING_RIGHT) + u32::from((value > node.threshold) | missing);
            }
        }
        for (sum, at) in sums.iter_mut().step_by(stride).zip(at) {
            *sum += values[at as usize];
        }
    }
}
