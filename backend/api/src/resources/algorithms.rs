//! What can be chosen: algorithms, feature sets and targets. The SPA draws its forms from these.

use crate::auth::Viewer;
use actix_web::{get, web};
use serde::Serialize;
use trainyard_features::FeatureSetPreset;
use trainyard_learn::{
    algorithms::{Algorithm, algorithms},
    auto,
};
use trainyard_sklearn::target;
use utoipa::ToSchema;

/// Everything there is of its kind; short enough for one page.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Catalogue<T> {
    pub(crate) items: Vec<T>,
}

/// The feature sets that can be named, and the schema of a specification.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct FeatureSets {
    pub(crate) items: Vec<FeatureSetPreset>,
    /// JSON Schema (draft 2020-12) of `feature_set` in a training specification.
    #[schema(value_type = Object)]
    pub(crate) schema: serde_json::Value,
}

/// A Python runtime that a package can be built for.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Target {
    #[schema(example = "scikit-learn-1.9.1")]
    pub(crate) id: &'static str,
    pub(crate) title: &'static str,
    #[schema(example = "1.9.1")]
    pub(crate) scikit_learn: &'static str,
    /// Python versions it runs on.
    #[schema(example = ">=3.11")]
    pub(crate) python: &'static str,
    /// The pins of the package's `requirements.txt`.
    pub(crate) requirements: Vec<String>,
}

/// List algorithms
///
/// Each with the JSON Schema of its parameters.
#[utoipa::path(
    tag = "catalogue",
    operation_id = "list_algorithms",
    responses((status = 200, description = "All algorithms", body = Catalogue<Algorithm>))
)]
#[get("/algorithms")]
pub(crate) async fn list_algorithms(_viewer: Viewer) -> web::Json<Catalogue<Algorithm>> {
    web::Json(Catalogue {
        items: std::iter::once(auto::description()).chain(algorithms().iter().cloned()).collect(),
    })
}

/// List feature sets
///
/// Each with its features: name, description, unit and kind.
#[utoipa::path(
    tag = "catalogue",
    operation_id = "list_feature_sets",
    responses((status = 200, description = "All feature sets", body = FeatureSets))
)]
#[get("/feature-sets")]
pub(crate) async fn list_feature_sets(_viewer: Viewer) -> web::Json<FeatureSets> {
    web::Json(FeatureSets { items: trainyard_features::presets(), schema: trainyard_features::schema() })
}

/// List targets
///
/// The Python runtimes that a package can be built for, the default first.
#[utoipa::path(
    tag = "catalogue",
    operation_id = "list_targets",
    responses((status = 200, description = "All targets", body = Catalogue<Target>))
)]
#[get("/targets")]
pub(crate) async fn list_targets(_viewer: Viewer) -> web::Json<Catalogue<Target>> {
    let items = target::targets()
        .iter()
        .map(|target| Target {
            id: target.id,
            title: target.title,
            scikit_learn: target.scikit_learn,
            python: target.python,
            requirements: target.requirement_lines(),
        })
        .collect();
    web::Json(Catalogue { items })
}
