//! `simultaneous_sort` with three-way partitions of `sklearn/utils/_sorting.pyx`: where equal values end up is part of
//! the result, since sums run in the order of the samples.

/// Below this, insertion sort.
const SMALL: usize = 16;

/// Sorts `values`, and `samples` with them.
pub(super) fn sort(values: &mut [f32], samples: &mut [u32]) {
    if let Some(log) = values.len().checked_ilog2() {
        introsort(values, samples, 2 * log);
    }
}

fn introsort(mut values: &mut [f32], mut samples: &mut [u32], mut depth: u32) {
    while values.len() >= SMALL {
        if depth == 0 {
            return heapsort(values, samples);
        }
        depth -= 1;
        let pivot = median(values[0], values[values.len() / 2], values[values.len() - 1]);
        let (mut at, mut left, mut right) = (0, 0, values.len());
        while at < right {
            if values[at] < pivot {
                swap(values, samples, at, left);
                at += 1;
                left += 1;
            } else if values[at] > pivot {
                right -= 1;
                swap(values, samples, at, right);
            } else {
                at += 1;
            }
        }
        introsort(&mut values[..left], &mut samples[..left], depth);
        values = &mut values[right..];
        samples = &mut samples[right..];
    }
    insertion_sort(values, samples);
}

fn median(a: f32, b: f32, c: f32) -> f32 {
    if a < b {
        if b < c {
            b
        } else if a < c {
            c
        } else {
            a
        }
    } else if b < c {
        if a < c { a } else { c }
    } else {
        b
    }
}

fn swap(values: &mut [f32], samples: &mut [u32], i: usize, j: usize) {
    values.swap(i, j);
    samples.swap(i, j);
}

fn insertion_sort(values: &mut [f32], samples: &mut [u32]) {
    for i in 1..values.len() {
        let (value, sample) = (values[i], samples[i]);
        let mut at = i;
        while at > 0 && values[at - 1] > value {
            values[at] = values[at - 1];
            samples[at] = samples[at - 1];
            at -= 1;
        }
        values[at] = value;
        samples[at] = sample;
    }
}

fn heapsort(values: &mut [f32], samples: &mut [u32]) {
    let count = values.len();
    for start in (0..=(count - 2) / 2).rev() {
        sift_down(values, samples, start, count);
    }
    for end in (1..count).rev() {
        swap(values, samples, 0, end);
        sift_down(values, samples, 0, end);
    }
}

fn sift_down(values: &mut [f32], samples: &mut [u32], start: usize, end: usize) {
    let mut root = start;
    loop {
        let child = 2 * root + 1;
        let mut largest = root;
        if child < end && values[largest] < values[child] {
            largest = child;
        }
        if child + 1 < end && values[largest] < values[child + 1] {
            largest = child + 1;
        }
        if largest == root {
            return;
        }
        swap(values, samples, root, largest);
        root = largest;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn values_ascend_and_samples_go_with_them(
            original in prop_oneof![
                prop::collection::vec(-1e3_f32..1e3, 0..300),
                prop::collection::vec((0_u8..5).prop_map(f32::from), 0..300),
            ],
            by_heap in any::<bool>(),
        ) {
            let mut values = original.clone();
            let mut samples: Vec<u32> = (0..original.len() as u32).collect();
            if by_heap && values.len() > 1 {
                heapsort(&mut values, &mut samples);
            } else {
                sort(&mut values, &mut samples);
            }
            prop_assert!(values.is_sorted());
            let found: Vec<f32> = samples.iter().map(|sample| original[*sample as usize]).collect();
            prop_assert_eq!(&found, &values);
            samples.sort_unstable();
            prop_assert!(samples.iter().copied().eq(0..original.len() as u32));
        }
    }
}
