//! Trees of few levels, as isolation forests have them, filled up to a heap: the children of node `i` are `2i` and
//! `2i + 1`, and every row takes the same number of steps, without a look at whether it has arrived.

use super::deep::Deep;

/// Levels below the root, at most.
pub(super) const DEPTH: usize = 8;
/// Steps for which every node is compared.
const FIRST_STEPS: usize = 3;
/// Rows that walk side by side.
pub(super) const LANES: usize = 16;
/// A heap's nodes, from 1 on.
const NODES: usize = 1 << DEPTH;

#[derive(Clone, Debug)]
pub(crate) struct Shallow {
    nodes: Box<[Node; NODES]>,
    /// The place of the node that each way to the bottom ends at.
    places: Box<[u16; NODES]>,
    first: usize,
}

/// A sample with `value > threshold` goes to the right; both by their [`key`].
#[derive(Clone, Copy, Debug)]
struct Node {
    threshold: i32,
    feature: u32,
}

/// Rows in groups whose values stand side by side, column by column; then the rows that are left, one by one.
pub(super) struct Tiles {
    tiles: Vec<[i32; LANES]>,
    rest: Vec<[i32; 1]>,
    columns: usize,
}

impl Tiles {
    pub(super) fn new(rows: &[f32], columns: usize) -> Self {
        let full = rows.len() / (LANES * columns) * (LANES * columns);
        let mut tiles = vec![[0; LANES]; full / LANES];
        let groups = rows[..full].chunks_exact(LANES * columns);
        for (tile, group) in tiles.chunks_exact_mut(columns).zip(groups) {
            for (lane, row) in group.chunks_exact(columns).enumerate() {
                for (values, value) in tile.iter_mut().zip(row) {
                    values[lane] = key(*value);
                }
            }
        }
        Self { tiles, rest: rows[full..].iter().map(|value| [key(*value)]).collect(), columns }
    }
}

impl Shallow {
    /// Fills a tree of at most [`DEPTH`] levels up.
    pub(super) fn new(deep: &Deep) -> Self {
        let leaf = Node { threshold: i32::MAX, feature: 0 };
        let (mut nodes, mut places) = (Box::new([leaf; NODES]), Box::new([0; NODES]));
        let mut at = vec![0; 2 * NODES];
        for i in 1..NODES {
            let node = deep.node(at[i]);
            // Nothing is above a leaf's threshold.
            let left = if node.next == 0 { at[i] } else { node.next as usize };
            nodes[i] = Node { threshold: key(node.threshold), feature: node.feature };
            at[2 * i] = left;
            at[2 * i + 1] = left + usize::from(node.next != 0);
        }
        for (place, at) in places.iter_mut().zip(&at[NODES..]) {
            *place = *at as u16;
        }
        Self { nodes, places, first: deep.first }
    }

    /// Tells `arrive` each row and the place of the leaf that it comes to. All rows take a step before any takes the
    /// next: none waits for its own last one.
    pub(super) fn walk(&self, rows: &Tiles, mut arrive: impl FnMut(usize, usize)) {
        let tiles = || rows.tiles.chunks_exact(rows.columns);
        let mut at: Vec<[u32; LANES]> = tiles().map(|tile| self.first_steps(tile)).collect();
        for _ in FIRST_STEPS..DEPTH {
            for (tile, at) in tiles().zip(&mut at) {
                self.step(tile, at);
            }
        }
        let mut row = 0;
        for at in at.as_flattened() {
            arrive(row, self.place(*at));
            row += 1;
        }
        for tile in rows.rest.chunks_exact(rows.columns) {
            let mut at = [1];
            (0..DEPTH).for_each(|_| self.step(tile, &mut at));
            arrive(row, self.place(at[0]));
            row += 1;
        }
    }

    fn step<const N: usize>(&self, tile: &[[i32; N]], at: &mut [u32; N]) {
        for (lane, at) in at.iter_mut().enumerate() {
            let node = self.nodes[*at as usize % NODES];
            let value = tile[node.feature as usize][lane];
            *at = 2 * *at + u32::from(value > node.threshold);
        }
    }

    fn place(&self, at: u32) -> usize {
        self.first + usize::from(self.places[at as usize % NODES])
    }

    /// The first steps, at which nodes are few: all of them are compared, and what is of no concern to a row is
    /// masked out.
    fn first_steps(&self, tile: &[[i32; LANES]]) -> [u32; LANES] {
        let right = |node: usize| {
            let node = self.nodes[node];
            tile[node.feature as usize].map(|value| -i32::from(value > node.threshold))
        };
        let choose = |which: [i32; LANES], left: [i32; LANES], right: [i32; LANES]| -> [i32; LANES] {
            std::array::from_fn(|i| left[i] ^ (which[i] & (left[i] ^ right[i])))
        };
        let first = right(1);
        let second = choose(first, right(2), right(3));
        let third = choose(first, choose(second, right(4), right(5)), choose(second, right(6), right(7)));
        std::array::from_fn(|i| (8 - 4 * first[i] - 2 * second[i] - third[i]) as u32)
    }
}

/// Integers that are in the order of the numbers, since these are compared faster; both zeros are one.
fn key(value: f32) -> i32 {
    let bits = (value + 0.0).to_bits() as i32;
    bits ^ ((bits >> 31) as u32 >> 1) as i32
}
