//! The rows that may be among the nearest of a query, told by their products alone.

/// What is compared at once.
pub(super) const LANES: usize = 8;

/// Rows with the smallest products seen so far. A heap would be kept in order at every one of them; a list is cut now
/// and then, and distances are computed for what is left at the end.
pub(super) struct Shortlist {
    k: usize,
    /// Twice as far as a product may be off.
    room: f64,
    /// Products and rows; the first `count` are kept.
    kept: Vec<(f32, u32)>,
    count: usize,
    /// A row whose product is not below is farther than `k` others.
    limit: f32,
}

impl Shortlist {
    /// For the `k` nearest, where products are off by `error` at most.
    pub(super) fn new(k: usize, error: f64) -> Self {
        let kept = vec![(0.0, 0); 2 * k + 2 * LANES];
        Self { k, room: 2.0 * error, kept, count: 0, limit: f32::INFINITY }
    }

    /// Takes in the products with rows `start` and following.
    pub(super) fn extend(&mut self, start: usize, products: &[f32]) {
        let (chunks, rest) = products.as_chunks::<LANES>();
        let mut first = start as u32;
        for chunk in chunks {
            if any_below(chunk, self.limit) {
                self.take(first, chunk);
            }
            first += LANES as u32;
        }
        self.take(first, rest);
    }

    /// Takes in the products of no more than [`LANES`] rows.
    fn take(&mut self, first: u32, products: &[f32]) {
        if self.count + LANES > self.kept.len() {
            self.cut();
            // As many as are near, there must be room for others.
            self.kept.resize(self.kept.len().max(2 * self.count + LANES), (0.0, 0));
        }
        // Without a branch: all are written, and those that are not near are written over.
        let mut count = self.count;
        for (row, product) in (first..).zip(products) {
            if let Some(place) = self.kept.get_mut(count) {
                *place = (*product, row);
            }
            count += usize::from(*product < self.limit);
        }
        self.count = count;
    }

    /// What is left: all the `k` nearest, and all rows as near as the last of them.
    pub(super) fn into_rows(mut self) -> impl Iterator<Item = u32> {
        self.cut();
        self.kept.truncate(self.count);
        self.kept.into_iter().map(|(_, row)| row)
    }

    fn cut(&mut self) {
        let kept = &mut self.kept[..self.count];
        if kept.len() < self.k {
            return;
        }
        let (_, last, others) = kept.select_nth_unstable_by(self.k - 1, |a, b| a.0.total_cmp(&b.0));
        self.limit = ((f64::from(last.0) + self.room) as f32).next_up();
        // Of the others, those that are as near but for rounding come to the front.
        let mut near = 0;
        for at in 0..others.len() {
            if others[at].0 < self.limit {
                others.swap(at, near);
                near += 1;
            }
        }
        self.count = self.k + near;
    }
}

/// Whether a number is below the limit, without a branch for each, which takes a few vector instructions.
#[inline]
pub(super) fn any_below<const N: usize>(numbers: &[f32; N], limit: f32) -> bool {
    numbers.iter().fold(0_u32, |found, number| found | u32::from(*number < limit)) != 0
}
