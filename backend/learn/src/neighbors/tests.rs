//! Blocks and screening change nothing: the neighbours are those that looking at every distance finds.

use super::*;
use crate::random::RandomState;

const METRICS: [Metric; 3] = [Metric::Cosine, Metric::Euclidean, Metric::Manhattan];

/// A few values, so that distances tie, beside large ones, so that products round badly.
fn rows(count: usize, seed: u32) -> Array2<f64> {
    let mut random = RandomState::new(seed);
    Array2::from_shape_fn((count, 11), |(_, column)| {
        let value = f64::from(random.below(3));
        if column == 0 { value + 1e7 } else { value }
    })
}

/// No two distances are alike.
fn scattered(count: usize, seed: u32) -> Array2<f64> {
    let mut random = RandomState::new(seed);
    Array2::from_shape_fn((count, 11), |_| random.next_double())
}

fn every_distance(metric: Metric, references: &References, query: ArrayView1<'_, f64>, k: usize) -> Vec<f64> {
    let query = metric.prepare(query.insert_axis(Axis(0))).into_owned();
    let rows = metric.prepare(references.rows()).into_owned();
    let mut all: Vec<f64> =
        rows.rows().into_iter().map(|row| metric.reduced(slice(query.row(0)), slice(row))).collect();
    all.sort_unstable_by(f64::total_cmp);
    all.into_iter().take(k).map(|reduced| metric.distance(reduced)).collect()
}

/// Many queries at a time find what each finds alone, by looking at every distance.
fn assert_nearest(rows: &Array2<f64>, queries: &Array2<f64>, k: usize) {
    for metric in METRICS {
        let references = References::new(metric, rows.clone());
        let nearest = references.score(queries.view(), k).unwrap();
        for (row, query) in queries.rows().into_iter().enumerate() {
            let expected = every_distance(metric, &references, query, k);
            assert_eq!(nearest.distances.row(row).to_vec(), expected, "{metric:?}");
            let alone = references.score(query.insert_axis(Axis(0)), k).unwrap();
            assert_eq!(alone.distances.row(0), nearest.distances.row(row));
            assert_eq!(alone.indices.row(0), nearest.indices.row(row));
        }
    }
}

#[test]
fn blocks_find_the_nearest_of_all() {
    let (scattered, queries) = (scattered(900, 1), scattered(150, 2));
    for k in [1, 21, 900] {
        assert_nearest(&scattered, &queries, k);
    }
}

#[test]
fn blocks_find_the_nearest_of_all_where_many_are_as_near() {
    for k in [1, 7] {
        assert_nearest(&rows(600, 1), &rows(150, 2), k);
    }
    let alike = Array2::from_elem((600, 11), 0.5);
    assert_nearest(&alike, &alike, 5);
}

/// Half of the queries have one nearest row, the others have many: each is found in its way.
#[test]
fn ties_of_some_queries_change_nothing_for_others() {
    let rows = ndarray::concatenate![Axis(0), scattered(300, 1), Array2::zeros((300, 11))];
    let queries = ndarray::concatenate![Axis(0), Array2::zeros((20, 11)), scattered(180, 2)];
    assert_nearest(&rows, &queries, 3);
}

#[test]
fn equal_rows_are_at_distance_zero() {
    let rows = rows(300, 3);
    for metric in METRICS {
        let references = References::new(metric, rows.clone());
        let nearest = references.score(rows.view(), 1).unwrap();
        assert!(nearest.distances.iter().all(|distance| *distance == 0.0), "{metric:?}");
    }
}

#[test]
fn any_layout_and_number_of_threads_give_the_same() {
    let (rows, queries) = (rows(500, 4), rows(200, 5));
    let columns_first = queries.t().as_standard_layout().into_owned();
    for metric in METRICS {
        let references = References::new(metric, rows.clone());
        let run = |threads, queries: ArrayView2<'_, f64>| {
            let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
            let nearest = pool.install(|| references.score(queries, 5)).unwrap();
            (nearest.distances, nearest.indices)
        };
        let alone = run(1, queries.view());
        assert_eq!(run(3, queries.view()), alone);
        assert_eq!(run(2, columns_first.t()), alone);
    }
}
