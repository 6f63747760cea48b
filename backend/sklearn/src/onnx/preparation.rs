//! From raw rows to what the model sees: missing values replaced, columns scaled.

use super::graph::{Builder, Name};
use trainyard_learn::{Pipeline, Scaler};

/// `rows` in double precision, prepared as `pipeline` does it.
pub(super) fn prepared(graph: &mut Builder, mut rows: Name, pipeline: &Pipeline) -> Name {
    if let Some(imputer) = &pipeline.imputer {
        let missing = graph.op("IsNaN", &[&rows]);
        let statistics = graph.row(&imputer.statistics);
        rows = graph.op("Where", &[&missing, &statistics, &rows]);
    }
    match &pipeline.scaler {
        None => rows,
        Some(Scaler::Standard(scaler)) => scaled(graph, ("Sub", &scaler.mean), ("Div", &scaler.scale), &rows),
        Some(Scaler::MinMax(scaler)) => scaled(graph, ("Mul", &scaler.scale), ("Add", &scaler.offset), &rows),
        Some(Scaler::Robust(scaler)) => scaled(graph, ("Sub", &scaler.median), ("Div", &scaler.scale), &rows),
        Some(Scaler::Log1p(scaler)) => {
            let ones = graph.row(&vec![1.0; scaler.n_features()]);
            let above = graph.op("Add", &[&rows, &ones]);
            let logarithms = graph.op("Log", &[&above]);
            let standard = &scaler.standard;
            scaled(graph, ("Sub", &standard.mean), ("Div", &standard.scale), &logarithms)
        }
    }
}

/// Two operations on every column, each with a number of its own.
fn scaled(
    graph: &mut Builder,
    first: (&'static str, &[f64]),
    second: (&'static str, &[f64]),
    rows: &Name,
) -> Name {
    let mut result = rows.clone();
    for (operator, numbers) in [first, second] {
        let numbers = graph.row(numbers);
        result = graph.op(operator, &[&result, &numbers]);
    }
    result
}
