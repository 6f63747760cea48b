//! Trees of any depth: siblings next to each other, level by level.

use super::{super::Tree, round_down};

/// Rows that are on their way through a tree at the same time.
const LANES: usize = 16;

#[derive(Clone, Debug)]
pub(crate) struct Deep {
    nodes: Vec<Node>,
    /// The place of the first node.
    pub(super) first: usize,
}

/// A sample with `value > threshold` goes to `next + 1`, any other to `next`; a leaf's next is the root.
#[derive(Clone, Copy, Debug)]
pub(super) struct Node {
    pub(super) threshold: f32,
    pub(super) feature: u32,
    pub(super) next: u32,
}

/// A row on its way.
#[derive(Clone, Copy, Default)]
struct Lane {
    row: usize,
    at: u32,
}

impl Deep {
    /// Lays a tree out, whose places begin with `first`; `place` is told the node, in its preorder, of each.
    pub(super) fn new(
        tree: &Tree,
        features: Option<&[u32]>,
        first: usize,
        mut place: impl FnMut(usize),
    ) -> Self {
        let mut nodes = Vec::with_capacity(tree.nodes.len());
        let mut order = Vec::with_capacity(tree.nodes.len());
        order.push(0);
        while let Some(&id) = order.get(nodes.len()) {
            place(id);
            let node = &tree.nodes[id];
            if node.right_child == 0 {
                nodes.push(Node { threshold: f32::INFINITY, feature: 0, next: 0 });
            } else {
                let next = order.len() as u32;
                order.extend([id + 1, node.right_child as usize]);
                let feature = features.map_or(node.feature, |features| features[node.feature as usize]);
                nodes.push(Node { threshold: round_down(node.threshold), feature, next });
            }
        }
        Self { nodes, first }
    }

    pub(super) fn len(&self) -> usize {
        self.nodes.len()
    }

    pub(super) fn bytes(&self) -> usize {
        size_of_val(self.nodes.as_slice())
    }

    pub(super) fn node(&self, at: usize) -> Node {
        self.nodes[at]
    }

    /// Tells `arrive` each row and the place of the leaf that it comes to. A row that has arrived makes room for the
    /// next one: their ways differ in length.
    pub(super) fn walk(&self, rows: &[f32], columns: usize, mut arrive: impl FnMut(usize, usize)) {
        let count = rows.len() / columns;
        let mut lanes = [Lane::default(); LANES];
        let mut entered = count.min(LANES);
        for (row, lane) in lanes.iter_mut().enumerate() {
            lane.row = row;
        }
        let mut active = entered;
        while active > 0 {
            let mut i = 0;
            while i < active {
                let Lane { row, at } = lanes[i];
                let node = self.nodes[at as usize];
                if node.next == 0 {
                    arrive(row, self.first + at as usize);
                    if entered < count {
                        lanes[i] = Lane { row: entered, at: 0 };
                        entered += 1;
                    } else {
                        active -= 1;
                        lanes[i] = lanes[active];
                        continue;
                    }
                } else {
                    let value = rows[row * columns + node.feature as usize];
                    lanes[i].at = node.next + u32::from(value > node.threshold);
                }
                i += 1;
            }
        }
    }
}
