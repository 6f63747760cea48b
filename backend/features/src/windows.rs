//! Trailing windows by time: what happened in `(t - w, t]`, for the time `t` of every record. Records with the same
//! timestamp are in each other's windows, so that their order does not matter. Two ends move over the sorted records
//! and counts per value tell how many are distinct: linear in the number of records and addresses.

/// What the windows look at, record by record in time order.
pub(crate) struct Facts {
    /// Microseconds, ascending.
    pub(crate) timestamps: Vec<i64>,
    pub(crate) error: Vec<bool>,
    pub(crate) connection: Vec<bool>,
    pub(crate) disconnection: Vec<bool>,
    pub(crate) process: Values,
    pub(crate) mac: Values,
    pub(crate) ip: Values,
}

/// For every record some values, numbered from 0.
#[derive(Default)]
pub(crate) struct Values {
    /// Where record `i`'s values begin in `ids`; one more at the end.
    pub(crate) starts: Vec<usize>,
    pub(crate) ids: Vec<u32>,
    /// How many different values there are.
    pub(crate) count: usize,
}

impl Values {
    fn of(&self, record: usize) -> &[u32] {
        &self.ids[self.starts[record]..self.starts[record + 1]]
    }
}

/// Computes the eight features of [`crate::catalogue::PER_WINDOW`] for a window of `width` microseconds and hands
/// them to `store` with the record they belong to.
pub(crate) fn trailing(facts: &Facts, width: i64, mut store: impl FnMut(usize, [f64; 8])) {
    let times = &facts.timestamps;
    let (mut first, mut end) = (0, 0);
    let mut sums = [0i64; 4];
    let (mut macs, mut ips, mut processes) =
        (Distinct::new(facts.mac.count), Distinct::new(facts.ip.count), Distinct::new(facts.process.count));
    let flags = |record: usize| {
        [
            1,
            i64::from(facts.error[record]),
            i64::from(facts.connection[record]),
            i64::from(facts.disconnection[record]),
        ]
    };
    let mut values = [0.0; 8];
    for record in 0..times.len() {
        if record >= end {
            // A new timestamp: take in all records that have it, let go of all that are too old.
            while end < times.len() && times[end] == times[record] {
                sums.iter_mut().zip(flags(end)).for_each(|(sum, flag)| *sum += flag);
                macs.add(facts.mac.of(end));
                ips.add(facts.ip.of(end));
                processes.add(facts.process.of(end));
                end += 1;
            }
            while times[first] <= times[record].saturating_sub(width) {
                sums.iter_mut().zip(flags(first)).for_each(|(sum, flag)| *sum -= flag);
                macs.remove(facts.mac.of(first));
                ips.remove(facts.ip.of(first));
                processes.remove(facts.process.of(first));
                first += 1;
            }
            let [records, errors, connections, disconnections] = sums.map(|sum| sum as f64);
            values = [
                records,
                errors,
                connections,
                disconnections,
                macs.distinct as f64,
                ips.distinct as f64,
                processes.distinct as f64,
                errors / records,
            ];
        }
        store(record, values);
    }
}

/// How many different values are in the window.
struct Distinct {
    counts: Vec<u32>,
    distinct: usize,
}

impl Distinct {
    fn new(values: usize) -> Self {
        Self { counts: vec![0; values], distinct: 0 }
    }

    fn add(&mut self, ids: &[u32]) {
        for id in ids {
            let count = &mut self.counts[*id as usize];
            self.distinct += usize::from(*count == 0);
            *count += 1;
        }
    }

    fn remove(&mut self, ids: &[u32]) {
        for id in ids {
            let count = &mut self.counts[*id as usize];
            *count -= 1;
            self.distinct -= usize::from(*count == 0);
        }
    }
}
