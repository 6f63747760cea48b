//! Pipelines as ONNX models, for runtimes without Python.
//!
//! The graph takes raw rows, `X`: float32, `n_samples` (at least 1) × `n_features`, missing values as NaN where the pipeline
//! replaces them. It gives
//! - `scores`, float32: of an anomaly detector one column, higher is more anomalous; of a classifier a column per
//!   class (`predict_proba`), or what [`Output::Decision`] says;
//! - `label`, int64: of an anomaly detector 1 for an anomaly; of a classifier the number of the class.
//!
//! The names of features and classes (as JSON lists) and the threshold are in the metadata.
//!
//! Preparation and arithmetic are in double precision, as they are everywhere else, so that for rows which are exact in
//! float32 a graph differs from the pipeline by no more than the rounding of its float32 results: 1e-6 of a score.
//! Operators are those of ONNX opset 17 and ai.onnx.ml 3, which onnxruntime 1.12 and newer runs. Not every
//! algorithm has a graph.

mod calibration;
mod graph;
mod linear;
mod message;
mod neighbors;
mod preparation;
mod trees;

use graph::{Builder, Element, Name, Setting};
use prost::Message;
use std::slice;
use thiserror::Error;
use trainyard_learn::{FittedModel, Output, Pipeline};

/// Of ONNX itself and of its machine learning domain.
const OPSETS: [(&str, i64); 2] = [("", 17), ("ai.onnx.ml", 3)];
/// The version of the file format that goes with them.
const IR_VERSION: i64 = 8;

/// Why a model cannot be written as a graph.
#[derive(Clone, Debug, PartialEq, Error)]
pub enum OnnxError {
    #[error("tree {tree} is broken: {detail}")]
    Tree { tree: usize, detail: String },
}

/// The ONNX model of `pipeline`; None when its algorithm has no graph.
///
/// # Errors
/// A model that is not sound.
pub fn export(pipeline: &Pipeline) -> Option<Result<Vec<u8>, OnnxError>> {
    let mut graph = Builder::default();
    let input = graph.input("X", Element::Float, pipeline.model.n_features());
    let rows = graph.cast(&input, Element::Double);
    let rows = preparation::prepared(&mut graph, rows, pipeline);
    let found = match &pipeline.calibrator {
        None => scores(&mut graph, &rows, &pipeline.model)?,
        Some(calibrator) => responses(&mut graph, &rows, &pipeline.model)?
            .map(|responses| calibration::probabilities(&mut graph, &responses, calibrator)),
    };
    let scores = match found {
        Ok(scores) => scores,
        Err(error) => return Some(Err(error)),
    };
    let (scores, columns, label) = verdict(&mut graph, scores, pipeline);
    let scores = graph.cast(&scores, Element::Float);
    graph.output("label", Element::Int64, None, label);
    graph.output("scores", Element::Float, Some(columns), scores);
    Some(Ok(model(pipeline, graph).encode_to_vec()))
}

/// The columns of [`FittedModel::score`], in double precision.
fn scores(graph: &mut Builder, rows: &Name, model: &FittedModel) -> Option<Result<Name, OnnxError>> {
    match model {
        FittedModel::DecisionTree(model) => Some(trees::votes(graph, rows, slice::from_ref(model.tree()))),
        FittedModel::ExtraTrees(model) => Some(trees::votes(graph, rows, model.trees())),
        FittedModel::RandomForest(model) => Some(trees::votes(graph, rows, model.trees())),
        FittedModel::EllipticEnvelope(_) | FittedModel::OneClassSvm(_) | FittedModel::Svc(_) => None,
        FittedModel::GaussianNb(model) => Some(Ok(linear::gaussian_nb(graph, rows, model))),
        FittedModel::HistGradientBoosting(model) => Some(trees::hist_gradient_boosting(graph, rows, model)),
        FittedModel::IsolationForest(model) => Some(trees::isolation_forest(graph, rows, model)),
        FittedModel::KNeighbors(model) => Some(Ok(neighbors::k_neighbors(graph, rows, model))),
        FittedModel::LocalOutlierFactor(model) => {
            Some(Ok(neighbors::local_outlier_factor(graph, rows, model)))
        }
        FittedModel::LogisticRegression(model) => Some(Ok(linear::logistic_regression(graph, rows, model))),
        FittedModel::NearestNormal(model) => Some(Ok(neighbors::nearest_normal(graph, rows, model))),
        FittedModel::Pca(model) => Some(Ok(linear::pca(graph, rows, model))),
    }
}

/// The columns of [`FittedModel::response`], in double precision.
fn responses(graph: &mut Builder, rows: &Name, model: &FittedModel) -> Option<Result<Name, OnnxError>> {
    match model {
        FittedModel::HistGradientBoosting(model) => Some(trees::sums(graph, rows, model)),
        FittedModel::LogisticRegression(model) => Some(Ok(linear::logits(graph, rows, model))),
        _ if model.n_classes() == 2 => {
            let scores = scores(graph, rows, model)?;
            Some(scores.map(|scores| calibration::column(graph, &scores, 1)))
        }
        _ => scores(graph, rows, model),
    }
}

/// The scores as they are given out, how many columns they have, and the label of each row.
fn verdict(graph: &mut Builder, scores: Name, pipeline: &Pipeline) -> (Name, usize, Name) {
    let classes = pipeline.model.n_classes();
    let (scores, columns, limit) = match (pipeline.output(), classes) {
        (Output::Abnormality, _) => (graph.op("Neg", &[&scores]), 1, pipeline.threshold),
        (Output::Decision, 2) => (scores, 1, 0.0),
        _ => {
            let label = graph.op_with(
                "ArgMax",
                &[&scores],
                vec![("axis", Setting::Int(1)), ("keepdims", Setting::Int(0))],
            );
            return (scores, classes, label);
        }
    };
    let limit = graph.double(limit);
    let above = graph.op("Greater", &[&scores, &limit]);
    let above = graph.cast(&above, Element::Int64);
    let flat = graph.ints(&[1], &[-1]);
    let label = graph.op("Reshape", &[&above, &flat]);
    (scores, columns, label)
}

fn model(pipeline: &Pipeline, graph: Builder) -> message::Model {
    let property = |key: &str, value: String| message::Property { key: key.into(), value };
    let operator_set =
        |(domain, version): (&str, i64)| message::OperatorSet { domain: domain.into(), version };
    let description = "Raw feature values in, scores and labels out.";
    message::Model {
        ir_version: IR_VERSION,
        producer_name: "trainyard".into(),
        graph: Some(graph.finish(&pipeline.model.algorithm(), description)),
        opset_import: OPSETS.map(operator_set).to_vec(),
        metadata_props: vec![
            property("algorithm", pipeline.model.algorithm()),
            property("feature_names", serde_json::json!(pipeline.feature_names).to_string()),
            property("classes", serde_json::json!(pipeline.classes).to_string()),
            property("threshold", pipeline.threshold.to_string()),
        ],
    }
}
