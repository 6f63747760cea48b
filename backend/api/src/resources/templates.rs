//! The templates of a dataset: what its messages say, with their variable parts masked.

use crate::{
    auth::Viewer,
    problem::{Problem, ProblemBody},
    resources::datasets::load,
    state::AppState,
};
use actix_web::{get, web};
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use trainyard_intake::templates::Templates;
use trainyard_types::DatasetId;
use utoipa::{IntoParams, ToSchema};

/// Templates in an answer, at most.
const LIMIT: usize = 1000;

/// In which order templates come.
#[derive(Clone, Copy, Debug, Default, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum TemplateOrder {
    /// Most frequent first.
    #[default]
    Frequent,
    /// Rarest first.
    Rare,
}

#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct TemplateQuery {
    #[serde(default)]
    #[param(inline)]
    order: TemplateOrder,
    /// Only templates whose text has this in it; case does not matter.
    #[serde(default)]
    q: Option<String>,
    /// How many to leave out from the start.
    #[serde(default)]
    offset: Option<usize>,
    /// How many, at most 1000; 100 when left out.
    #[serde(default)]
    limit: Option<usize>,
}

/// A message with its variable parts masked.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Template {
    /// A hash of the text.
    id: String,
    #[schema(example = "Receiving block <*> src: <*> dest: <*>")]
    text: String,
    /// Records with this template.
    count: u64,
    first_seen: Option<DateTime<Utc>>,
    last_seen: Option<DateTime<Utc>>,
    /// Up to three messages.
    examples: Vec<String>,
}

/// Templates of a dataset.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct TemplateList {
    items: Vec<Template>,
    /// How many there are in all, of those asked for.
    total: u64,
}

/// List a dataset's templates
///
/// Mined from the messages of all parsed records when the dataset was profiled.
#[utoipa::path(
    tag = "datasets",
    operation_id = "list_dataset_templates",
    params(("id" = DatasetId, Path, description = "The dataset"), TemplateQuery),
    responses((status = 200, description = "Templates", body = TemplateList),
        (status = 404, description = "No such dataset", body = ProblemBody, content_type = "application/problem+json"),
        (status = 409, description = "Not profiled yet, or invalid", body = ProblemBody, content_type = "application/problem+json"))
)]
#[get("/datasets/{id}/templates")]
pub(crate) async fn list_dataset_templates(
    _viewer: Viewer,
    state: web::Data<AppState>,
    id: web::Path<DatasetId>,
    query: web::Query<TemplateQuery>,
) -> Result<web::Json<TemplateList>, Problem> {
    let row = load(&mut *state.connection().await?, *id).await?;
    let Some(sha256) = row.templates_sha256 else {
        return Err(Problem::conflict(match row.error {
            Some(error) => format!("this dataset is invalid: {}", error.0.detail),
            None if row.profile.is_some() => {
                "this dataset was profiled before templates were mined; upload it again".to_owned()
            }
            None => "this dataset is still being profiled; ask again in a moment".to_owned(),
        }));
    };
    let bytes = state.blobs.get(&sha256).await?;
    let mut templates = serde_json::from_slice::<Templates>(&bytes).map_err(Problem::internal)?.templates;
    if let Some(wanted) = query.q.as_deref().map(str::to_lowercase) {
        templates.retain(|template| template.text.to_lowercase().contains(&wanted));
    }
    if matches!(query.order, TemplateOrder::Rare) {
        templates.reverse();
    }
    let total = templates.len() as u64;
    let items = templates
        .into_iter()
        .skip(query.offset.unwrap_or(0))
        .take(query.limit.unwrap_or(100).min(LIMIT))
        .map(|template| Template {
            id: template.id,
            text: template.text,
            count: template.count,
            first_seen: template.first_seen,
            last_seen: template.last_seen,
            examples: template.examples,
        })
        .collect();
    Ok(web::Json(TemplateList { items, total }))
}
