//! Models whose logits are sums over features: linear ones and naive Bayes.

use super::graph::{Builder, Name, Setting};
use ndarray::ArrayView2;
use std::f64::consts::PI;
use trainyard_learn::{GaussianNb, LogisticRegression, Pca};

pub(super) fn logistic_regression(graph: &mut Builder, rows: &Name, model: &LogisticRegression) -> Name {
    let logits = logits(graph, rows, model);
    probabilities(graph, &logits, model.coefficients().nrows())
}

/// The log-likelihood of each row: half its squared distance from the mean, along the components and beside them.
pub(super) fn pca(graph: &mut Builder, rows: &Name, model: &Pca) -> Name {
    let mean = graph.row(&model.mean.to_vec());
    let centered = graph.op("Sub", &[rows, &mean]);
    let components = graph.matrix(model.components.view());
    let back = graph.matrix(model.components.t());
    let along = graph.op("MatMul", &[&centered, &back]);
    let squares = graph.op("Mul", &[&along, &along]);
    let steepness = graph.row(&model.explained_variance.mapv(|variance| -0.5 / variance).to_vec());
    let losses = graph.op("Mul", &[&squares, &steepness]);
    let mut loss = graph.sum(&losses, true);
    if let Some(noise) = model.noise_variance {
        let within = graph.op("MatMul", &[&along, &components]);
        let beside = graph.op("Sub", &[&centered, &within]);
        let squares = graph.op("Mul", &[&beside, &beside]);
        let distance = graph.sum(&squares, true);
        let steepness = graph.double(-0.5 / noise);
        let beside = graph.op("Mul", &[&distance, &steepness]);
        loss = graph.op("Add", &[&loss, &beside]);
    }
    let constant = graph.double(model.constant());
    graph.op("Add", &[&loss, &constant])
}

/// `decision_function`: of two classes one column.
pub(super) fn logits(graph: &mut Builder, rows: &Name, model: &LogisticRegression) -> Name {
    affine(graph, rows, model.coefficients(), model.intercepts())
}

/// Of each class the logarithm of its prior and of the density of each value.
pub(super) fn gaussian_nb(graph: &mut Builder, rows: &Name, model: &GaussianNb) -> Name {
    let variances = model.variances();
    let constants: Vec<f64> = model
        .class_priors()
        .iter()
        .zip(variances.rows())
        .map(|(prior, row)| {
            prior.ln() - row.iter().map(|variance| (2.0 * PI * variance).ln()).sum::<f64>() / 2.0
        })
        .collect();
    let (means, steepness) = (graph.matrix(model.means()), graph.matrix(variances.mapv(|v| -0.5 / v).view()));
    let rows = graph.unsqueeze(rows, 1);
    let differences = graph.op("Sub", &[&rows, &means]);
    let squares = graph.op("Mul", &[&differences, &differences]);
    let losses = graph.op("Mul", &[&squares, &steepness]);
    let losses = graph.sum(&losses, false);
    let constants = graph.row(&constants);
    let logits = graph.op("Add", &[&losses, &constants]);
    graph.op_with("Softmax", &[&logits], vec![("axis", Setting::Int(1))])
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
