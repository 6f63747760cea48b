//! The `k` smallest of a stream of distances.

use std::cmp::Ordering;

/// A reduced distance and the row at that distance.
pub(super) type Near = (f64, u32);

/// The smaller distance first; of equal ones the lower row.
pub(super) fn nearest_first(a: &Near, b: &Near) -> Ordering {
    a.0.total_cmp(&b.0).then(a.1.cmp(&b.1))
}

/// A heap of fixed size, the largest on top. It keeps what `heap_push` of scikit-learn's `utils/_heap.pyx` keeps:
/// of equal distances the earlier is never given up for a later one, and which of two equally large ones goes
/// first follows from where they stand.
pub(super) struct Heap {
    values: Vec<f64>,
    indices: Vec<u32>,
}

impl Heap {
    pub(super) fn new(size: usize) -> Self {
        Self { values: vec![f64::MAX; size], indices: vec![0; size] }
    }

    /// A distance below this one is kept.
    pub(super) fn limit(&self) -> f64 {
        self.values[0]
    }

    pub(super) fn push(&mut self, value: f64, index: u32) {
        if value >= self.values[0] {
            return;
        }
        let mut place = 0;
        loop {
            let (left, right) = (2 * place + 1, 2 * place + 2);
            let Some(&at_left) = self.values.get(left) else { break };
            let child = match self.values.get(right) {
                Some(&at_right) if at_right > at_left => right,
                _ => left,
            };
            if self.values[child] <= value {
                break;
            }
            self.values[place] = self.values[child];
            self.indices[place] = self.indices[child];
            place = child;
        }
        self.values[place] = value;
        self.indices[place] = index;
    }

    /// All that was kept, [`nearest_first`].
    pub(super) fn into_sorted(self) -> Vec<Near> {
        let mut sorted: Vec<Near> = self.values.into_iter().zip(self.indices).collect();
        sorted.sort_unstable_by(nearest_first);
        sorted
    }
}
