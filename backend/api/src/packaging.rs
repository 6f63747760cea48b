//! From a model on record to its stored packages.

use crate::{problem::Problem, state::AppState};
use chrono::{DateTime, Utc};
use trainyard_blobs::BlobRef;
use trainyard_package::{FeatureDescription, Layout, PackageInput, RuntimeTarget};
use trainyard_sklearn::target::Target;
use trainyard_store::{Connection, datasets, deployments::DeployedPackages, models::Model};
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
    let model_joblib = state.blobs.get(&artifacts.model.sha256).await?;
    let scaler_joblib = match &artifacts.scaler {
        Some(scaler) => Some(state.blobs.get(&scaler.sha256).await?),
        None => None,
    };
    let feature_set = state.blobs.get(&artifacts.feature_set.sha256).await?;
    let detail = &model.detail.0;
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
        deployed_at,
        deployed_by,
        dataset_name: &dataset.name,
        dataset_sha256: &dataset.sha256,
        export_files: &files,
        export_file_size: u64::try_from(dataset.size_bytes).unwrap_or_default(),
        features: &features,
        feature_set: &feature_set,
        example_row: &detail.example_row,
        model_parameters: &model.parameters,
        statistics: &model.statistics.0,
        evaluation: &model.metrics.0,
        contamination: detail.contamination,
        target: RuntimeTarget {
            id: target.id,
            scikit_learn: target.scikit_learn,
            python: target.python,
            requirements: &requirements,
        },
        model_joblib: &model_joblib,
        scaler_joblib: scaler_joblib.as_deref(),
        server_version: env!("CARGO_PKG_VERSION"),
    };
    let folder = trainyard_package::build(&input, Layout::Folder).map_err(Problem::internal)?;
    let flat = trainyard_package::build(&input, Layout::Flat).map_err(Problem::internal)?;
    Ok(DeployedPackages {
        folder: artifact(state.blobs.put(folder).await?),
        flat: artifact(state.blobs.put(flat).await?),
    })
}

fn artifact(blob: BlobRef) -> Artifact {
    Artifact { sha256: blob.sha256, size_bytes: blob.size_bytes }
}
