//! The trees of a boosted model and their stored form.

use serde::{Deserialize, Serialize};

/// A tree as scikit-learn's `TreePredictor` has it: nodes in preorder, the root first.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(try_from = "Columns", into = "Columns")]
pub struct BoostedTree {
    pub nodes: Vec<BoostedNode>,
}

/// A node; the fields of `PREDICTOR_RECORD_DTYPE` (`ensemble/_hist_gradient_boosting/common.pyx`).
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct BoostedNode {
    /// Of a leaf, what it adds; of another node, what it would add as a leaf before it is multiplied with the learning
    /// rate.
    pub value: f64,
    /// Samples that reached it.
    pub count: u32,
    /// The column that it looks at; 0 for a leaf.
    pub feature: u32,
    /// Values up to it go left, infinity being "all that are there"; 0 for a leaf.
    pub threshold: f64,
    /// The bin that the threshold is the upper end of.
    pub bin: u8,
    pub missing_go_to_left: bool,
    /// The child's number; 0 for a leaf.
    pub left: u32,
    pub right: u32,
    /// What splitting it gains, or would; -1 where that is unknown or nothing.
    pub gain: f64,
    pub depth: u32,
}

impl BoostedNode {
    pub fn is_leaf(&self) -> bool {
        self.left == 0
    }

    /// The number of the child to which a value leads.
    pub(super) fn child(&self, value: f64) -> u32 {
        let left = if value.is_nan() { self.missing_go_to_left } else { value <= self.threshold };
        if left { self.left } else { self.right }
    }
}

impl BoostedTree {
    /// Checks that the nodes form one tree in preorder over columns below `n_features`.
    pub fn check(&self, n_features: usize) -> Result<(), String> {
        // Right children that are still to come, with their depth.
        let mut pending = vec![(0_u32, 0_u32)];
        for (i, node) in (0_u32..).zip(&self.nodes) {
            let Some((expected, depth)) = pending.pop() else {
                return Err(format!("node {i} is nobody's child"));
            };
            if expected != i || node.depth != depth || !node.value.is_finite() || node.gain.is_nan() {
                return Err(format!("node {i} is out of place, or its value is no number"));
            }
            if node.is_leaf() {
                continue;
            }
            if node.left != i + 1
                || node.right <= node.left
                || node.feature as usize >= n_features
                || node.threshold.is_nan()
            {
                return Err(format!("node {i} leads nowhere"));
            }
            pending.push((node.right, depth + 1));
            pending.push((node.left, depth + 1));
        }
        if pending.is_empty() { Ok(()) } else { Err("nodes are missing".into()) }
    }
}

/// The nodes column by column, without what follows from their order.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Columns {
    value: Vec<f64>,
    count: Vec<u32>,
    gain: Vec<f64>,
    /// 0 for a leaf.
    right: Vec<u32>,
    /// Of nodes that are no leaves, as the rest.
    feature: Vec<u32>,
    threshold: Vec<f64>,
    bin: Vec<u8>,
    missing_go_to_left: Vec<bool>,
}

impl From<BoostedTree> for Columns {
    fn from(tree: BoostedTree) -> Self {
        let nodes = &tree.nodes;
        let inner = || nodes.iter().filter(|node| !node.is_leaf());
        Self {
            value: nodes.iter().map(|node| node.value).collect(),
            count: nodes.iter().map(|node| node.count).collect(),
            gain: nodes.iter().map(|node| node.gain).collect(),
            right: nodes.iter().map(|node| node.right).collect(),
            feature: inner().map(|node| node.feature).collect(),
            threshold: inner().map(|node| node.threshold).collect(),
            bin: inner().map(|node| node.bin).collect(),
            missing_go_to_left: inner().map(|node| node.missing_go_to_left).collect(),
        }
    }
}

impl TryFrom<Columns> for BoostedTree {
    type Error = String;

    fn try_from(columns: Columns) -> Result<Self, String> {
        let count = columns.right.len();
        let inner = columns.right.iter().filter(|right| **right != 0).count();
        let splits = [
            columns.feature.len(),
            columns.threshold.len(),
            columns.bin.len(),
            columns.missing_go_to_left.len(),
        ];
        if [columns.value.len(), columns.count.len(), columns.gain.len()] != [count; 3]
            || splits != [inner; 4]
        {
            return Err("columns of different lengths".into());
        }
        let mut nodes = Vec::with_capacity(count);
        let mut pending = Vec::new();
        let (mut depth, mut split) = (0, 0);
        for (i, &right) in columns.right.iter().enumerate() {
            let mut node = BoostedNode {
                value: columns.value[i],
                count: columns.count[i],
                gain: columns.gain[i],
                depth,
                ..Default::default()
            };
            if right == 0 {
                depth = pending.pop().unwrap_or(0);
            } else {
                node.left = i as u32 + 1;
                node.right = right;
                node.feature = columns.feature[split];
                node.threshold = columns.threshold[split];
                node.bin = columns.bin[split];
                node.missing_go_to_left = columns.missing_go_to_left[split];
                split += 1;
                depth += 1;
                pending.push(depth);
            }
            nodes.push(node);
        }
        Ok(Self { nodes })
    }
}
