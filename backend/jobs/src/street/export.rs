//! From a fitted pipeline to files and to what is put on record about them.

use ndarray::Array1;
use serde::Serialize;
use sha2::{Digest, Sha256};
use trainyard_blobs::{BlobError, Blobs};
use trainyard_features::{FeatureSet, State, describe};
use trainyard_learn::{AlgorithmSpecification, FittedModel, Pipeline};
use trainyard_sklearn::target;
use trainyard_types::{Artifact, ModelArtifacts, ModelDetail, TrainingSpecification};

/// The files of a model and what they are.
pub(super) struct Exported {
    model: Vec<u8>,
    scaler: Option<Vec<u8>>,
    pipeline: Vec<u8>,
    feature_set: Vec<u8>,
    pub(super) parameters: serde_json::Value,
    pub(super) detail: ModelDetail,
}

pub(super) fn export(
    pipeline: &Pipeline,
    feature_set: &FeatureSet,
    specification: &TrainingSpecification,
    example_row: Vec<f64>,
    algorithm: &AlgorithmSpecification,
) -> Result<Exported, String> {
    let target = target::default_target();
    let FittedModel::IsolationForest(forest) = &pipeline.model;
    let model =
        trainyard_sklearn::isolation_forest(forest, pipeline.contamination, -pipeline.threshold, target)
            .map_err(|error| error.to_string())?;
    let scaler = pipeline.scaler.as_ref().map(|scaler| trainyard_sklearn::standard_scaler(scaler, target));
    check_score(pipeline, &example_row)?;
    let text = |error: serde_json::Error| error.to_string();
    let mut parameters = algorithm.parameters();
    if let Some(parameters) = parameters.as_object_mut() {
        parameters.insert("contamination".into(), pipeline.contamination.into());
    }
    let recipe =
        (&specification.algorithm, specification.scaler, specification.threshold, specification.evaluation);
    let detail = ModelDetail {
        model_type: pipeline.model.class_name().to_owned(),
        feature_names: pipeline.feature_names.clone(),
        feature_descriptions: descriptions(feature_set),
        scaler: specification.scaler,
        threshold: pipeline.threshold,
        contamination: pipeline.contamination,
        example_row,
        input_sha256: digest(&definition(feature_set)).map_err(text)?,
        recipe_sha256: digest(&recipe).map_err(text)?,
    };
    Ok(Exported {
        model,
        scaler,
        pipeline: pipeline.to_bytes().map_err(|error| error.to_string())?,
        feature_set: serde_json::to_vec_pretty(feature_set).map_err(text)?,
        parameters,
        detail,
    })
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

fn descriptions(set: &FeatureSet) -> Vec<String> {
    describe(set).into_iter().map(|feature| feature.description).collect()
}

fn digest(value: &impl Serialize) -> Result<String, serde_json::Error> {
    Ok(hex::encode(Sha256::digest(serde_json::to_vec(value)?)))
}

pub(super) async fn store(exported: &Exported, blobs: &Blobs) -> Result<ModelArtifacts, BlobError> {
    Ok(ModelArtifacts {
        model: put(blobs, &exported.model).await?,
        scaler: match &exported.scaler {
            Some(scaler) => Some(put(blobs, scaler).await?),
            None => None,
        },
        pipeline: put(blobs, &exported.pipeline).await?,
        feature_set: put(blobs, &exported.feature_set).await?,
    })
}

async fn put(blobs: &Blobs, bytes: &[u8]) -> Result<Artifact, BlobError> {
    let blob = blobs.put(bytes.to_vec()).await?;
    Ok(Artifact { sha256: blob.sha256, size_bytes: blob.size_bytes })
}
