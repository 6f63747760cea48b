//! HTTP in front: JSON over `/api/v1`, described by OpenAPI, explored at `/swagger-ui/`, with the
//! single-page app on the same origin.
//!
//! This page is the table of contents. [`serve`] runs the service, [`openapi`] describes it.
//! It never runs training: it writes rows, and workers pick them up.

mod auth;
mod context;
mod fallback;
mod files;
mod gates;
mod idempotency;
mod input;
mod packaging;
mod problem;
mod resources;
mod scorer;
mod server;
mod spa;
mod state;

use actix_web::{App, dev::ServiceFactory, dev::ServiceRequest};
use resources::{
    algorithms, datasets, deployments, detect, events, formats, health, jobs, models, packages, predict,
    session, templates, tokens, uploads,
};
use utoipa::{
    Modify, OpenApi,
    openapi::security::{ApiKey, ApiKeyValue, HttpAuthScheme, HttpBuilder, SecurityScheme},
};
use utoipa_actix_web::{AppExt, UtoipaApp, scope};

pub use server::serve;
pub use state::{AppState, Limits};

/// Every route that the OpenAPI document describes.
fn routes<T>(app: App<T>) -> UtoipaApp<T>
where
    T: ServiceFactory<ServiceRequest, Config = (), Error = actix_web::Error, InitError = ()>,
{
    let api = scope::scope("/api/v1")
        .service(session::create_session)
        .service(session::delete_session)
        .service(session::get_me)
        .service(uploads::create_dataset)
        .service(detect::detect_format)
        .service(datasets::list_datasets)
        .service(datasets::get_dataset)
        .service(datasets::delete_dataset)
        .service(datasets::get_dataset_profile)
        .service(datasets::list_dataset_preview)
        .service(datasets::list_dataset_rejects)
        .service(datasets::get_dataset_content)
        .service(templates::list_dataset_templates)
        .service(algorithms::list_algorithms)
        .service(algorithms::list_feature_sets)
        .service(algorithms::list_targets)
        .service(formats::list_formats)
        .service(jobs::create_job)
        .service(jobs::list_jobs)
        .service(jobs::get_job)
        .service(jobs::delete_job)
        .service(jobs::cancel_job)
        .service(jobs::retry_job)
        .service(jobs::list_job_logs)
        .service(events::follow_job)
        .service(models::list_models)
        .service(deployments::rollback_model)
        .service(models::get_model)
        .service(models::update_model)
        .service(models::delete_model)
        .service(models::get_model_file)
        .service(deployments::deploy_model)
        .service(deployments::undeploy_model)
        .service(packages::get_model_package)
        .service(predict::predict_model)
        .service(deployments::list_deployments)
        .service(deployments::get_deployment)
        .service(tokens::list_tokens)
        .service(tokens::create_token)
        .service(tokens::delete_token);
    app.into_utoipa_app()
        .openapi(Document::openapi())
        .service(health::get_healthz)
        .service(health::get_readyz)
        .service(api)
}

/// The OpenAPI document of the service.
pub fn openapi() -> utoipa::openapi::OpenApi {
    let mut document = routes(App::new()).split_for_parts().1;
    Security.modify(&mut document);
    document
}

#[derive(OpenApi)]
#[openapi(
    info(
        title = "Trainyard",
        description = "Raw logs in, verified and deployable model packages out.\n\nErrors are RFC 9457 problem details \
            (`application/problem+json`): every operation may also answer 401 without a living token, 403 with too low \
            a role, and 5xx with a `request_id` that the server's log knows. Lists are keyset pages.",
    ),
    components(schemas(packages::PackageLayout)),
    security(("token" = []), ("session" = [])),
    tags(
        (name = "session", description = "Signing in, and who one is"),
        (name = "datasets", description = "Log files and what was found in them"),
        (name = "catalogue", description = "Algorithms, feature sets, formats and targets to choose from"),
        (name = "jobs", description = "Training runs"),
        (name = "models", description = "Trained, named, versioned results"),
        (name = "deployments", description = "Deploying, taking back, and the packages for production"),
        (name = "tokens", description = "Credentials"),
        (name = "health", description = "Alive and ready"),
    ),
)]
struct Document;

struct Security;

impl Modify for Security {
    fn modify(&self, document: &mut utoipa::openapi::OpenApi) {
        let components = document.components.get_or_insert_default();
        let bearer =
            HttpBuilder::new().scheme(HttpAuthScheme::Bearer).description(Some("A token, `ty_…`")).build();
        components.add_security_scheme("token", SecurityScheme::Http(bearer));
        let cookie =
            ApiKeyValue::with_description(auth::SESSION_COOKIE, "What a browser gets from `POST /session`");
        components.add_security_scheme("session", SecurityScheme::ApiKey(ApiKey::Cookie(cookie)));
    }
}
