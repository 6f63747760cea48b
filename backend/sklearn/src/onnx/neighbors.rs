//! Neighbours: every row is compared with every training row.

use super::graph::{Builder, Name, Setting};
use ndarray::{Array2, ArrayView2, Axis};
use trainyard_learn::{
    Estimator, KNeighbors, LocalOutlierFactor, Metric, NearestNormal, k_neighbors::NeighborWeights,
};

/// Two directions nearer than this are the same one.
const SAME_DIRECTION: f64 = 1e-12;
/// What keeps densities finite.
const LEAST_REACH: f64 = 1e-10;

pub(super) fn nearest_normal(graph: &mut Builder, rows: &Name, model: &NearestNormal) -> Name {
    let k = model.n_neighbors();
    let (mut distances, _) = nearest(graph, rows, model.samples(), model.parameters().metric, k);
    if k > 1 {
        // They are in the order of the products, which is that of the distances but for rounding.
        let settings = vec![("axes", Setting::Ints(vec![1])), ("keepdims", Setting::Int(1))];
        distances = graph.op_with("ReduceMax", &[&distances], settings);
    }
    graph.op("Neg", &[&distances])
}

pub(super) fn local_outlier_factor(graph: &mut Builder, rows: &Name, model: &LocalOutlierFactor) -> Name {
    let k = model.parameters().n_neighbors as usize;
    let (distances, indices) = nearest(graph, rows, model.samples(), Metric::Euclidean, k);
    let radii: Vec<f64> = model.distances().rows().into_iter().map(|row| row[k - 1]).collect();
    let radii = graph.doubles(&[radii.len()], &radii);
    let densities = model.densities().to_vec();
    let densities = graph.doubles(&[densities.len()], &densities);
    let radii = graph.op("Gather", &[&radii, &indices]);
    let reaches = graph.op("Max", &[&distances, &radii]);
    let reach = mean(graph, &reaches);
    let least = graph.double(LEAST_REACH);
    let reach = graph.op("Add", &[&reach, &least]);
    let densities = graph.op("Gather", &[&densities, &indices]);
    let density = mean(graph, &densities);
    let factor = graph.op("Mul", &[&density, &reach]);
    graph.op("Neg", &[&factor])
}

pub(super) fn k_neighbors(graph: &mut Builder, rows: &Name, model: &KNeighbors) -> Name {
    let parameters = model.parameters();
    let k = parameters.n_neighbors as usize;
    let (distances, indices) = nearest(graph, rows, model.samples(), parameters.metric, k);
    let mut classes = Array2::zeros((model.classes().len(), model.n_classes()));
    for (row, class) in model.classes().iter().enumerate() {
        classes[[row, *class as usize]] = 1.0;
    }
    let classes = graph.matrix(classes.view());
    let mut votes = graph.op("Gather", &[&classes, &indices]);
    if parameters.weights == NeighborWeights::Distance {
        let weights = inverse(graph, &distances);
        let weights = graph.unsqueeze(&weights, 2);
        votes = graph.op("Mul", &[&votes, &weights]);
    }
    let over_neighbors = graph.ints(&[1], &[1]);
    let votes = graph.op_with("ReduceSum", &[&votes, &over_neighbors], vec![("keepdims", Setting::Int(0))]);
    let all = graph.sum(&votes, true);
    graph.op("Div", &[&votes, &all])
}

/// 1 over each distance; in a row with distances of 0, 1 for these and 0 for the others.
fn inverse(graph: &mut Builder, distances: &Name) -> Name {
    let (zero, one) = (graph.double(0.0), graph.double(1.0));
    let equal = graph.op("Equal", &[distances, &zero]);
    let divisors = graph.op("Where", &[&equal, &one, distances]);
    let inverse = graph.op("Div", &[&one, &divisors]);
    let equal = graph.op("Where", &[&equal, &one, &zero]);
    let any = graph.sum(&equal, true);
    let any = graph.op("Greater", &[&any, &zero]);
    graph.op("Where", &[&any, &equal, &inverse])
}

/// The distances of each of `rows` to its `k` nearest of `references`, and which these are.
fn nearest(
    graph: &mut Builder,
    rows: &Name,
    references: ArrayView2<'_, f64>,
    metric: Metric,
    k: usize,
) -> (Name, Name) {
    match metric {
        Metric::Cosine => {
            let units = unit_rows(references);
            let distances = cosine_distances(graph, rows, units.view());
            graph.smallest(&distances, k)
        }
        Metric::Manhattan => {
            let references = graph.matrix(references);
            let rows = graph.unsqueeze(rows, 1);
            let differences = graph.op("Sub", &[&rows, &references]);
            let differences = graph.op("Abs", &[&differences]);
            let distances = graph.sum(&differences, false);
            graph.smallest(&distances, k)
        }
        Metric::Euclidean => euclidean(graph, rows, references, k),
    }
}

/// A matrix product finds the neighbours; their distances come from the differences, without its rounding.
fn euclidean(graph: &mut Builder, rows: &Name, references: ArrayView2<'_, f64>, k: usize) -> (Name, Name) {
    let squares: Vec<f64> = references.rows().into_iter().map(|row| row.dot(&row)).collect();
    let squares = graph.row(&squares);
    let doubled = graph.matrix((&references.t() * -2.0).view());
    let products = graph.op("MatMul", &[rows, &doubled]);
    let order = graph.op("Add", &[&products, &squares]);
    let (_, indices) = graph.smallest(&order, k);
    let references = graph.matrix(references);
    let neighbors = graph.op("Gather", &[&references, &indices]);
    let rows = graph.unsqueeze(rows, 1);
    let differences = graph.op("Sub", &[&rows, &neighbors]);
    let squares = graph.op("Mul", &[&differences, &differences]);
    let squares = graph.sum(&squares, false);
    (graph.op("Sqrt", &[&squares]), indices)
}

/// 1 - cos of the angles between `rows` and `units`, of which a row of zeros is at distance 1 from everything.
fn cosine_distances(graph: &mut Builder, rows: &Name, units: ArrayView2<'_, f64>) -> Name {
    let (zero, one, two) = (graph.double(0.0), graph.double(1.0), graph.double(2.0));
    let squares = graph.op("Mul", &[rows, rows]);
    let squares = graph.sum(&squares, true);
    let lengths = graph.op("Sqrt", &[&squares]);
    let none = graph.op("Equal", &[&lengths, &zero]);
    let lengths = graph.op("Where", &[&none, &one, &lengths]);
    let rows = graph.op("Div", &[rows, &lengths]);
    let units = graph.matrix(units.t());
    let cosines = graph.op("MatMul", &[&rows, &units]);
    let distances = graph.op("Sub", &[&one, &cosines]);
    let distances = graph.op("Clip", &[&distances, &zero, &two]);
    let limit = graph.double(SAME_DIRECTION);
    let same = graph.op("Less", &[&distances, &limit]);
    graph.op("Where", &[&same, &zero, &distances])
}

fn unit_rows(rows: ArrayView2<'_, f64>) -> Array2<f64> {
    let mut units = rows.to_owned();
    for mut row in units.axis_iter_mut(Axis(0)) {
        let length = row.dot(&row).sqrt();
        if length > 0.0 {
            row /= length;
        }
    }
    units
}

/// Of each row, as a column.
fn mean(graph: &mut Builder, values: &Name) -> Name {
    graph.op_with(
        "ReduceMean",
        &[values],
        vec![("axes", Setting::Ints(vec![1])), ("keepdims", Setting::Int(1))],
    )
}
