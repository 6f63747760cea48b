//! From a model on record to its stored packages.

use crate::{problem::Problem, state::AppState};
use actix_web::web;
use chrono::{DateTime, Utc};
use std::sync::Arc;
use trainyard_blobs::BlobRef;
use trainyard_learn::Pipeline;
use trainyard_package::{FeatureDescription, Layout, PackageError, PackageInput, RuntimeTarget};
use trainyard_sklearn::{PickleError, Verdict, estimators, target::Target};
use trainyard_store::{
    Connection,
    datasets::{self, Dataset},
    deployments::DeployedPackages,
    models::Model,
};
use trainyard_types::Artifact;

/// Builds and stores both layouts of a model's package.
pub(crate) async fn build(
    connection: &mut Connection,
    state: &AppState,
    model: &Model,
    target: &Target,
    deployed_at: DateTime<Utc>,
    deployed_by: &str,
) -> Result<DeployedPackages, Problem> {
    let dataset = datasets::find_even_deleted(connection, model.dataset_id)
        .await?
        .ok_or_else(|| Problem::internal(format!("model {} has no dataset on record", model.id)))?;
    let artifacts = &model.artifacts.0;
    let pipeline = state.scorer.pipeline(&state.blobs, &artifacts.pipeline.sha256).await?;
    let feature_set = state.blobs.get(&artifacts.feature_set.sha256).await?;
    let onnx = match &artifacts.onnx {
        Some(onnx) => Some(state.blobs.get(&onnx.sha256).await?),
        None => None,
    };
    let facts = Facts {
        model: model.clone(),
        dataset,
        target: *target,
        deployed_at,
        deployed_by: deployed_by.to_owned(),
        pipeline,
        stored_pipeline: state.blobs.get(&artifacts.pipeline.sha256).await?.to_vec(),
        feature_set: feature_set.to_vec(),
        onnx: onnx.map(|onnx| onnx.to_vec()),
    };
    // Large forests take a while to write and to compress.
    let (folder, flat) =
        web::block(move || facts.packages()).await.map_err(Problem::internal)?.map_err(Problem::internal)?;
    Ok(DeployedPackages {
        folder: artifact(state.blobs.put(folder).await?),
        flat: artifact(state.blobs.put(flat).await?),
    })
}

/// What a package is made from.
struct Facts {
    model: Model,
    dataset: Dataset,
    target: Target,
    deployed_at: DateTime<Utc>,
    deployed_by: String,
    pipeline: Arc<Pipeline>,
    stored_pipeline: Vec<u8>,
    feature_set: Vec<u8>,
    onnx: Option<Vec<u8>>,
}

#[derive(Debug, thiserror::Error)]
enum BuildError {
    #[error(transparent)]
    Pickle(#[from] PickleError),
    #[error(transparent)]
    Package(#[from] PackageError),
}

impl Facts {
    /// Both layouts. The pickles are written anew, for the target that was chosen.
    fn packages(&self) -> Result<(Vec<u8>, Vec<u8>), BuildError> {
        let Self { model, dataset, target, pipeline, .. } = self;
        let detail = &model.detail.0;
        let verdict = Verdict::of(pipeline);
        let model_joblib = estimators::final_estimator(pipeline, verdict, target)?;
        let scaler_joblib =
            estimators::preprocessing(pipeline.imputer.as_ref(), pipeline.scaler.as_ref(), target);
        let features: Vec<FeatureDescription> = detail
            .feature_names
            .iter()
            .zip(&detail.feature_descriptions)
            .map(|(name, description)| FeatureDescription::new(name, description))
            .collect();
        let files: Vec<String> = dataset.files.0.iter().map(|file| file.name.clone()).collect();
        let requirements = target.requirement_lines();
        let input = PackageInput {
            model_name: &model.name,
            version: &model.version,
            model_id: model.id,
            job_id: model.job_id,
            model_type: &detail.model_type,
            description: model.description.as_deref(),
            created_at: model.created_at,
            created_by: &model.created_by,
            deployed_at: self.deployed_at,
            deployed_by: &self.deployed_by,
            dataset_name: &dataset.name,
            dataset_sha256: &dataset.sha256,
            export_files: &files,
            export_file_size: u64::try_from(dataset.size_bytes).unwrap_or_default(),
            features: &features,
            feature_set: &self.feature_set,
            example_row: &detail.example_row,
            reference_row: &detail.reference_row,
            output: detail.output,
            classes: &detail.classes,
            missing_values: detail.missing_values,
            model_parameters: &model.parameters,
            statistics: &model.statistics.0,
            evaluation: &model.metrics.0,
            contamination: detail.contamination,
            calibration: detail.calibration,
            target: RuntimeTarget {
                id: target.id,
                scikit_learn: target.scikit_learn,
                python: target.python,
                requirements: &requirements,
            },
            model_joblib: &model_joblib,
            pipeline: &self.stored_pipeline,
            model_onnx: self.onnx.as_deref(),
            scaler_joblib: scaler_joblib.as_deref(),
            server_version: env!("CARGO_PKG_VERSION"),
        };
        let build = |layout| trainyard_package::build(&input, layout);
        Ok((build(Layout::Folder)?, build(Layout::Flat)?))
    }
}

fn artifact(blob: BlobRef) -> Artifact {
    Artifact { sha256: blob.sha256, size_bytes: blob.size_bytes }
}
