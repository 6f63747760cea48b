//! From a fitted pipeline to files and to what is put on record about them.

use ndarray::Array1;
use serde::Serialize;
use sha2::{Digest, Sha256};
use trainyard_blobs::{BlobError, Blobs};
use trainyard_features::{FeatureSet, State, describe};
use trainyard_learn::{Output, Pipeline, Trained};
use trainyard_sklearn::{Verdict, estimators, onnx, target};
use trainyard_types::{Artifact, ModelArtifacts, ModelDetail, ModelOutput, TrainingSpecification};

/// Rows of the training data, in the order of the features.
pub(super) struct Rows {
    pub(super) example: Vec<f64>,
    /// The median of each feature.
    pub(super) reference: Vec<f64>,
}

/// The files of a model and what they are.
pub(super) struct Exported {
    model: Vec<u8>,
    scaler: Option<Vec<u8>>,
    onnx: Option<Vec<u8>>,
    pipeline: Vec<u8>,
    feature_set: Vec<u8>,
    pub(super) parameters: serde_json::Value,
    pub(super) detail: ModelDetail,
}

pub(super) fn export(
    trained: &Trained,
    feature_set: &FeatureSet,
    specification: &TrainingSpecification,
    rows: Rows,
) -> Result<Exported, String> {
    let Trained { pipeline, recipe, .. } = trained;
    let target = target::default_target();
    let verdict = Verdict::of(pipeline);
    let model = estimators::final_estimator(pipeline, verdict, target).map_err(|error| error.to_string())?;
    let scaler = estimators::preprocessing(pipeline.imputer.as_ref(), pipeline.scaler.as_ref(), target);
    let onnx = onnx::export(pipeline).transpose().map_err(|error| error.to_string())?;
    check_score(pipeline, &rows.example)?;
    let text = |error: serde_json::Error| error.to_string();
    let mut parameters = recipe.algorithm.parameters();
    if let (Some(parameters), Output::Abnormality) = (parameters.as_object_mut(), pipeline.model.output()) {
        parameters.insert("contamination".into(), pipeline.contamination.into());
    }
    // What was searched for counts as asked for: another search that ends with the same recipe is the same.
    let recipe_of = (
        &recipe.algorithm,
        recipe.scaler,
        recipe.missing,
        specification.threshold,
        specification.evaluation,
        &specification.labels,
    );
    let detail = ModelDetail {
        model_type: pipeline.class_name().to_owned(),
        feature_names: pipeline.feature_names.clone(),
        feature_descriptions: descriptions(feature_set),
        scaler: recipe.scaler,
        calibration: recipe.calibration,
        threshold: pipeline.threshold,
        contamination: pipeline.contamination,
        example_row: rows.example,
        reference_row: rows.reference,
        output: output(pipeline),
        classes: pipeline.classes.clone(),
        missing_values: pipeline.imputer.is_some(),
        input_sha256: digest(&definition(feature_set)).map_err(text)?,
        recipe_sha256: match recipe.calibration {
            None => digest(&recipe_of),
            Some(calibration) => digest(&(recipe_of, calibration)),
        }
        .map_err(text)?,
    };
    Ok(Exported {
        model,
        scaler,
        onnx,
        pipeline: pipeline.to_bytes().map_err(|error| error.to_string())?,
        feature_set: serde_json::to_vec_pretty(feature_set).map_err(text)?,
        parameters,
        detail,
    })
}

fn output(pipeline: &Pipeline) -> ModelOutput {
    match pipeline.output() {
        Output::Abnormality if pipeline.model.class_name() == "NearestNeighbors" => ModelOutput::Distance,
        Output::Abnormality => ModelOutput::Abnormality,
        Output::Probabilities => ModelOutput::Probability,
        Output::Decision => ModelOutput::Decision,
    }
}

/// A model whose score of a row it was trained on is no number would be of no use to anyone.
fn check_score(pipeline: &Pipeline, row: &[f64]) -> Result<(), String> {
    let row = Array1::from(row.to_vec()).insert_axis(ndarray::Axis(0));
    let score = pipeline.score(row.view()).map_err(|error| error.to_string())?;
    if score.iter().all(|score| score.is_finite()) {
        Ok(())
    } else {
        Err(format!("a training row's score is {score}"))
    }
}

/// What production must send: the feature set without what it learned.
fn definition(set: &FeatureSet) -> FeatureSet {
    FeatureSet { state: State::default(), ..set.clone() }
}

pub(super) fn descriptions(set: &FeatureSet) -> Vec<String> {
    describe(set).into_iter().map(|feature| feature.description).collect()
}

fn digest(value: &impl Serialize) -> Result<String, serde_json::Error> {
    Ok(hex::encode(Sha256::digest(serde_json::to_vec(value)?)))
}

pub(super) async fn store(exported: &Exported, blobs: &Blobs) -> Result<ModelArtifacts, BlobError> {
    Ok(ModelArtifacts {
        model: put(blobs, &exported.model).await?,
        scaler: put_if_any(blobs, exported.scaler.as_deref()).await?,
        onnx: put_if_any(blobs, exported.onnx.as_deref()).await?,
        pipeline: put(blobs, &exported.pipeline).await?,
        feature_set: put(blobs, &exported.feature_set).await?,
    })
}

async fn put_if_any(blobs: &Blobs, bytes: Option<&[u8]>) -> Result<Option<Artifact>, BlobError> {
    match bytes {
        Some(bytes) => put(blobs, bytes).await.map(Some),
        None => Ok(None),
    }
}

async fn put(blobs: &Blobs, bytes: &[u8]) -> Result<Artifact, BlobError> {
    let blob = blobs.put(bytes.to_vec()).await?;
    Ok(Artifact { sha256: blob.sha256, size_bytes: blob.size_bytes })
}
