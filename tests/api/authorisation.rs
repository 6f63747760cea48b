//! Default deny: every operation of the OpenAPI document, without a token, with too low a role, with a viewer's.

use crate::support::TestApp;
use serde_json::Value;

/// Who may do what, by operation; nothing is needed where the role is empty. Lowest role first.
const NEEDED: &[(&str, &[&str])] = &[
    ("", &["create_session", "get_healthz", "get_readyz"]),
    (
        "viewer",
        &[
            "delete_session",
            "detect_format",
            "follow_job",
            "get_dataset",
            "get_dataset_content",
            "get_dataset_profile",
            "get_deployment",
            "get_job",
            "get_me",
            "get_model",
            "get_model_file",
            "get_model_package",
            "list_algorithms",
            "list_dataset_preview",
            "list_dataset_rejects",
            "list_datasets",
            "list_deployments",
            "list_feature_sets",
            "list_job_logs",
            "list_dataset_templates",
            "list_jobs",
            "list_models",
            "list_targets",
            "list_formats",
            "predict_model",
        ],
    ),
    (
        "trainer",
        &[
            "cancel_job",
            "create_dataset",
            "create_job",
            "delete_dataset",
            "delete_job",
            "delete_model",
            "retry_job",
            "update_model",
        ],
    ),
    ("deployer", &["deploy_model", "rollback_model", "undeploy_model"]),
    ("admin", &["create_token", "delete_token", "list_tokens"]),
];

/// An operation with a made-up id in its path, and how many roles are too low for it; none for public ones.
struct Operation {
    id: String,
    method: String,
    path: String,
    too_low: Option<usize>,
}

fn operations(app: &TestApp) -> Vec<Operation> {
    let document = app.stranger().request_outside("GET", "/openapi.json").send().expect(200).json();
    let mut operations = Vec::new();
    for (path, item) in document["paths"].as_object().unwrap() {
        for (method, operation) in item.as_object().unwrap() {
            let id = operation["operationId"].as_str().unwrap();
            let level = NEEDED.iter().position(|(_, known)| known.contains(&id));
            let level = level.unwrap_or_else(|| panic!("say in this table who may do `{id}`"));
            let public =
                operation["security"].as_array().is_some_and(|ways| ways.contains(&serde_json::json!({})));
            assert_eq!(level == 0, public, "`{id}` is public in the document and here, or in neither");
            operations.push(Operation {
                id: id.to_owned(),
                method: method.to_uppercase(),
                path: fill(path),
                too_low: level.checked_sub(1),
            });
        }
    }
    assert!(operations.len() >= 35, "only {} operations are described", operations.len());
    operations
}

/// Puts an id of nothing where the path has a parameter.
fn fill(path: &str) -> String {
    let id = uuid::Uuid::now_v7().to_string();
    let segments = path.split('/').map(|segment| if segment.starts_with('{') { &*id } else { segment });
    segments.collect::<Vec<_>>().join("/")
}

#[test]
fn without_a_token_everything_but_the_public_is_refused() {
    let app = TestApp::start_default();
    for Operation { id, method, path, too_low } in operations(&app) {
        for stranger in [app.stranger(), app.admin().with_token(Some("ty_made-up"))] {
            let answer = stranger.request_outside(&method, &path).send();
            if too_low.is_none() {
                assert!(answer.status != 401 || id == "create_session", "{id}");
                continue;
            }
            assert!(answer.header("www-authenticate").starts_with("Bearer"), "{id}");
            answer.problem(401, "unauthenticated");
        }
    }
}

#[test]
fn every_role_may_do_what_is_its_own_and_no_more() {
    let app = TestApp::start_default();
    for Operation { id, method, path, too_low } in operations(&app) {
        // Signing out would end the token that the other operations need.
        let Some(level) = too_low.filter(|_| id != "delete_session") else { continue };
        for (role, client) in app.roles().iter().enumerate() {
            let answer = client.request_outside(&method, &path).send();
            if role < level {
                let problem = answer.problem(403, "forbidden");
                let needed = NEEDED[level + 1].0;
                assert!(problem["detail"].as_str().unwrap().contains(needed), "{id}: {problem}");
            } else {
                assert!(![401, 403].contains(&answer.status), "{id} as {role}: {}", answer.text());
                assert!(answer.status < 500, "{id}: {}", answer.text());
            }
        }
    }
}

#[test]
fn nothing_is_changed_by_who_may_not() {
    let app = TestApp::start_default();
    let dataset = app.upload("export.json", &crate::support::mcp_export());
    let path = format!("/datasets/{}", dataset["id"].as_str().unwrap());
    app.viewer().delete(&path).send().problem(403, "forbidden");
    app.stranger().delete(&path).send().problem(401, "unauthenticated");
    let seen: Value = app.viewer().get(&path).send().expect(200).json();
    assert_eq!(seen["id"], dataset["id"]);
}
