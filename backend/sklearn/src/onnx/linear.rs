//! Linear models: a matrix product, and what makes probabilities of it.

use super::graph::{Builder, Name, Setting};
use ndarray::ArrayView2;
use trainyard_learn::LogisticRegression;

pub(super) fn logistic_regression(graph: &mut Builder, rows: &Name, model: &LogisticRegression) -> Name {
    let logits = affine(graph, rows, model.coefficients(), model.intercepts());
    probabilities(graph, &logits, model.coefficients().nrows())
}

/// `rows` · `coefficients`ᵀ + `intercepts`.
fn affine(graph: &mut Builder, rows: &Name, coefficients: ArrayView2<'_, f64>, intercepts: &[f64]) -> Name {
    let coefficients = graph.matrix(coefficients.t());
    let intercepts = graph.row(intercepts);
    let products = graph.op("MatMul", &[rows, &coefficients]);
    graph.op("Add", &[&products, &intercepts])
}

/// Of one column of log-odds the probabilities of both classes, of more columns those of each.
pub(super) fn probabilities(graph: &mut Builder, logits: &Name, columns: usize) -> Name {
    if columns > 1 {
        return graph.op_with("Softmax", &[logits], vec![("axis", Setting::Int(1))]);
    }
    let second = graph.op("Sigmoid", &[logits]);
    let one = graph.double(1.0);
    let first = graph.op("Sub", &[&one, &second]);
    graph.op_with("Concat", &[&first, &second], vec![("axis", Setting::Int(1))])
}
