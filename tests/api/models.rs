//! `/models` and `/deployments`: what was trained, described, deployed, taken back, and asked for scores.

mod deploy;
mod describe;
mod package;
mod predict;

use serde_json::Value;

/// The path of a model, or of something below it.
fn path(model: &Value, below: &str) -> String {
    format!("/models/{}{below}", model["id"].as_str().unwrap())
}
