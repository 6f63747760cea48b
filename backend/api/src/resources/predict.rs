//! Scoring feature rows, or raw log lines, natively, with the scores that the package's Python gives.

use crate::{
    auth::Viewer,
    input::Body,
    problem::{Problem, ProblemBody},
    resources::models::load,
    state::AppState,
};
use actix_web::{post, web};
use chrono::{DateTime, Utc};
use ndarray::Array2;
use object_store::{ObjectStore, ObjectStoreExt, PutPayload, memory::InMemory, path::Path};
use serde::{Deserialize, Serialize};
use std::{
    collections::{BTreeMap, HashMap},
    sync::Arc,
};
use trainyard_features::{FeatureMatrix, FeatureSet, reading, transform};
use trainyard_intake::{ReadOptions, Source};
use trainyard_learn::Pipeline;
use trainyard_types::{Accounting, FieldError, FormatSpecification};
use utoipa::ToSchema;

const MOST_ROWS: usize = 10_000;
const MOST_LINES: usize = 100_000;
/// How many faults are named before the rest is only counted.
const MOST_ERRORS: usize = 100;

/// Either `rows` or `lines`.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct PredictRequest {
    /// 1 to 10,000 rows; each maps every feature name of the model to a finite number, or to null where the model
    /// fills missing values in.
    #[serde(default)]
    #[schema(value_type = Option<Vec<BTreeMap<String, f64>>>)]
    pub(crate) rows: Option<Vec<BTreeMap<String, serde_json::Value>>>,
    /// 1 to 100,000 raw log lines, in the format that the model was trained on. A row looks back at the records
    /// before it: give the lines of the last hour, not single ones.
    #[serde(default)]
    pub(crate) lines: Option<Vec<String>>,
    /// With each row, this many of the features that add most to its score.
    #[serde(default)]
    #[schema(maximum = 100)]
    pub(crate) explain: usize,
}

/// One score and one verdict per row.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Prediction {
    /// 1 for an anomaly, else 0; of more than two classes the number of the class.
    pub(crate) predictions: Vec<u32>,
    /// Higher is more anomalous; of more than two classes how sure the model is.
    pub(crate) scores: Vec<f64>,
    /// A classifier's class per row.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) labels: Option<Vec<String>>,
    /// `score > threshold` means anomaly.
    pub(crate) threshold: f64,
    pub(crate) anomaly_count: usize,
    pub(crate) total_samples: usize,
    /// Of raw lines: what each row is made from.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) samples: Option<Vec<PredictedSample>>,
    /// Of raw lines: what became of them.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) records: Option<Accounting>,
    /// Per row the features that add most to its score, the strongest first; where `explain` asks for them and the
    /// model knows them.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) contributions: Option<Vec<Vec<Contribution>>>,
}

/// The records that a row is made from.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct PredictedSample {
    /// Of its first record.
    pub(crate) timestamp: Option<DateTime<Utc>>,
    /// Its first line, from 1.
    pub(crate) line: u64,
    /// Of a window or session, what tells it apart.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) key: Option<String>,
    /// Whether the lines cut it off.
    pub(crate) incomplete: bool,
}

#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Contribution {
    pub(crate) feature: String,
    /// What it means.
    pub(crate) description: String,
    /// As the row has it; null where it is missing.
    pub(crate) value: Option<f64>,
    /// What it adds to the score, or takes from it.
    pub(crate) contribution: f64,
}

/// Score feature rows or log lines
///
/// With the model as it was trained; no deployment is needed.
#[utoipa::path(
    tag = "models",
    operation_id = "predict_model",
    params(("id" = String, Path, description = "An id, `name@version`, `name@deployed` or `name@latest`")),
    request_body = PredictRequest,
    responses((status = 200, description = "Scores", body = Prediction),
        (status = 404, description = "No such model", body = ProblemBody, content_type = "application/problem+json"),
        (status = 422, description = "Missing, unknown or non-numeric features, or lines that cannot be read", body = ProblemBody, content_type = "application/problem+json"))
)]
#[post("/models/{id}/predict")]
pub(crate) async fn predict_model(
    _viewer: Viewer,
    state: web::Data<AppState>,
    id: web::Path<String>,
    body: Body<PredictRequest>,
) -> Result<web::Json<Prediction>, Problem> {
    let model = load(&mut *state.connection().await?, &id).await?;
    let pipeline = state.scorer.pipeline(&state.blobs, &model.artifacts.0.pipeline.sha256).await?;
    let explain = body.value.explain.min(100);
    let texts = model.detail.0.feature_descriptions.clone();
    match (body.value.rows, body.value.lines) {
        (Some(rows), None) => {
            let matrix = read_rows(&rows, &model.detail.0.feature_names, model.detail.0.missing_values)?;
            let predicted = web::block(move || predict(&pipeline, &matrix, &texts, explain));
            Ok(web::Json(predicted.await.map_err(Problem::internal)??))
        }
        (None, Some(lines)) => {
            let set = state.blobs.get(&model.artifacts.0.feature_set.sha256).await?;
            let set: FeatureSet = serde_json::from_slice(&set).map_err(Problem::internal)?;
            let (matrix, records) = read_lines(lines, set).await?;
            let predicted = web::block(move || {
                let mut prediction = predict(&pipeline, &matrix.values, &texts, explain)?;
                prediction.samples = Some(samples(&matrix));
                prediction.records = Some(records);
                Ok::<_, Problem>(prediction)
            });
            Ok(web::Json(predicted.await.map_err(Problem::internal)??))
        }
        _ => Err(Problem::invalid_field("", "give either `rows` or `lines`")),
    }
}

/// `texts` says what each feature means.
fn predict(
    pipeline: &Pipeline,
    matrix: &Array2<f64>,
    texts: &[String],
    explain: usize,
) -> Result<Prediction, Problem> {
    let outputs = pipeline
        .outputs(matrix.view())
        .map_err(|error| Problem::invalid_field("/rows", error.to_string()))?;
    let scores = pipeline.reduce(outputs.view()).to_vec();
    let predictions: Vec<u32> = if pipeline.classes.len() > 2 {
        pipeline.predicted_classes(outputs.view())
    } else {
        scores.iter().map(|score| u32::from(pipeline.is_anomaly(*score))).collect()
    };
    let label = |class: &u32| pipeline.classes[*class as usize].clone();
    let contributions = (explain > 0).then(|| {
        matrix
            .rows()
            .into_iter()
            .map(|row| strongest(pipeline, row, texts, explain))
            .collect::<Option<Vec<_>>>()
    });
    Ok(Prediction {
        anomaly_count: predictions.iter().filter(|class| **class != 0).count(),
        total_samples: scores.len(),
        labels: (!pipeline.classes.is_empty()).then(|| predictions.iter().map(label).collect()),
        predictions,
        scores,
        threshold: pipeline.threshold,
        samples: None,
        records: None,
        contributions: contributions.flatten(),
    })
}

fn strongest(
    pipeline: &Pipeline,
    row: ndarray::ArrayView1<'_, f64>,
    texts: &[String],
    count: usize,
) -> Option<Vec<Contribution>> {
    let shares = pipeline.contributions(row)?.features;
    let mut order: Vec<usize> = (0..shares.len()).collect();
    order.sort_by(|a, b| shares[*b].total_cmp(&shares[*a]));
    let contribution = |at: usize| Contribution {
        feature: pipeline.feature_names[at].clone(),
        description: texts.get(at).cloned().unwrap_or_default(),
        value: Some(row[at]).filter(|value| !value.is_nan()),
        contribution: shares[at],
    };
    Some(order.into_iter().take(count).map(contribution).collect())
}

/// Raw lines as a matrix: as a file that is read for training.
async fn read_lines(lines: Vec<String>, set: FeatureSet) -> Result<(FeatureMatrix, Accounting), Problem> {
    if !(1..=MOST_LINES).contains(&lines.len()) {
        return Err(Problem::invalid_field("/lines", format!("must hold 1 to {MOST_LINES} lines")));
    }
    let plain =
        FormatSpecification { utc_offset_minutes: set.utc_offset_minutes, ..FormatSpecification::default() };
    let format = reading(&set.format.clone().unwrap_or(plain), set.sampling.as_ref(), None);
    let bytes = lines.join("\n").into_bytes();
    let (size, location) = (bytes.len() as u64, Path::from("lines"));
    let store: Arc<dyn ObjectStore> = Arc::new(InMemory::new());
    store.put(&location, PutPayload::from(bytes)).await.map_err(Problem::internal)?;
    let source = Source { name: "lines".into(), store, location, size };
    let refused = |error: String| Problem::invalid_field("/lines", error);
    let records = trainyard_intake::read(vec![source], &format, &ReadOptions::new(Utc::now()), Arc::new(()))
        .await
        .map_err(|error| refused(error.to_string()))?;
    let accounting = records.accounting;
    if records.is_empty() {
        let reason = records.first_reject.map(|reject| reject.reason).unwrap_or_default();
        return Err(refused(format!("no line can be read: {reason}")));
    }
    let matrix = web::block(move || transform(&records, &set, &|_| {}))
        .await
        .map_err(Problem::internal)?
        .map_err(|error| refused(error.to_string()))?;
    Ok((matrix, accounting))
}

fn samples(matrix: &FeatureMatrix) -> Vec<PredictedSample> {
    let sample = |row: usize| PredictedSample {
        timestamp: matrix.timestamps.get(row).and_then(|micros| DateTime::from_timestamp_micros(*micros)),
        line: matrix.origins.line.get(row).copied().unwrap_or_default(),
        key: matrix.keys.get(row).cloned(),
        incomplete: matrix.incomplete.get(row).copied().unwrap_or_default(),
    };
    (0..matrix.values.nrows()).map(sample).collect()
}

fn read_rows(
    rows: &[BTreeMap<String, serde_json::Value>],
    names: &[String],
    missing_values: bool,
) -> Result<Array2<f64>, Problem> {
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
                (Some(_), None) if missing_values && value.is_null() => {}
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
