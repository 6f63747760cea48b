//! Scoring feature rows natively, with the scores that the package's Python gives.

use crate::{
    auth::Viewer,
    input::Body,
    problem::{Problem, ProblemBody},
    resources::models::load,
    state::AppState,
};
use actix_web::{post, web};
use ndarray::Array2;
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, HashMap};
use trainyard_types::FieldError;
use utoipa::ToSchema;

const MOST_ROWS: usize = 10_000;
/// How many faults are named before the rest is only counted.
const MOST_ERRORS: usize = 100;

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct PredictRequest {
    /// 1 to 10,000 rows; each maps every feature name of the model to a finite number.
    #[schema(value_type = Vec<BTreeMap<String, f64>>)]
    pub(crate) rows: Vec<BTreeMap<String, serde_json::Value>>,
}

/// One score and one verdict per row.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Prediction {
    /// 1 for an anomaly, else 0.
    pub(crate) predictions: Vec<u8>,
    /// Higher is more anomalous.
    pub(crate) scores: Vec<f64>,
    /// `score > threshold` means anomaly.
    pub(crate) threshold: f64,
    pub(crate) anomaly_count: usize,
    pub(crate) total_samples: usize,
}

/// Score feature rows
///
/// With the model as it was trained; no deployment is needed.
#[utoipa::path(
    tag = "models",
    operation_id = "predict_model",
    params(("id" = String, Path, description = "An id, `name@version`, `name@deployed` or `name@latest`")),
    request_body = PredictRequest,
    responses((status = 200, description = "Scores", body = Prediction),
        (status = 404, description = "No such model", body = ProblemBody, content_type = "application/problem+json"),
        (status = 422, description = "Missing, unknown or non-numeric features", body = ProblemBody, content_type = "application/problem+json"))
)]
#[post("/models/{id}/predict")]
pub(crate) async fn predict_model(
    _viewer: Viewer,
    state: web::Data<AppState>,
    id: web::Path<String>,
    body: Body<PredictRequest>,
) -> Result<web::Json<Prediction>, Problem> {
    let model = load(&mut *state.connection().await?, &id).await?;
    let matrix = read_rows(&body.value.rows, &model.detail.0.feature_names)?;
    let pipeline = state.scorer.pipeline(&state.blobs, &model.artifacts.0.pipeline.sha256).await?;
    let threshold = pipeline.threshold;
    let scores = web::block(move || pipeline.score(matrix.view()))
        .await
        .map_err(Problem::internal)?
        .map_err(|error| Problem::invalid_field("/rows", error.to_string()))?
        .to_vec();
    let predictions: Vec<u8> = scores.iter().map(|score| u8::from(*score > threshold)).collect();
    Ok(web::Json(Prediction {
        anomaly_count: predictions.iter().filter(|flag| **flag == 1).count(),
        total_samples: scores.len(),
        predictions,
        scores,
        threshold,
    }))
}

fn read_rows(rows: &[BTreeMap<String, serde_json::Value>], names: &[String]) -> Result<Array2<f64>, Problem> {
    if !(1..=MOST_ROWS).contains(&rows.len()) {
        return Err(Problem::invalid_field("/rows", format!("must hold 1 to {MOST_ROWS} rows")));
    }
    let columns: HashMap<&str, usize> =
        names.iter().enumerate().map(|(at, name)| (name.as_str(), at)).collect();
    let mut matrix = Array2::from_elem((rows.len(), names.len()), f64::NAN);
    let mut errors = Vec::new();
    for (index, row) in rows.iter().enumerate() {
        for (name, value) in row {
            let pointer = || format!("/rows/{index}/{}", name.replace('~', "~0").replace('/', "~1"));
            match (columns.get(name.as_str()), value.as_f64()) {
                (None, _) => errors.push(FieldError::new(pointer(), "is not a feature of this model")),
                (Some(_), None) => errors.push(FieldError::new(pointer(), "must be a finite number")),
                (Some(column), Some(number)) => matrix[[index, *column]] = number,
            }
        }
        for name in names.iter().filter(|name| !row.contains_key(*name)) {
            errors.push(FieldError::new(format!("/rows/{index}/{name}"), "is missing"));
        }
        if errors.len() > MOST_ERRORS {
            errors.truncate(MOST_ERRORS);
            break;
        }
    }
    if errors.is_empty() { Ok(matrix) } else { Err(Problem::invalid(errors)) }
}
