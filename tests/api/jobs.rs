//! `/jobs`: training runs, from the queue to their end, whatever happens on the way.

mod cancel;
mod defaults;
mod failures;
mod follow;
mod idempotency;
mod workers;

use crate::support::{TestApp, example_logs, specification};
use serde_json::{Value, json};

/// Records whose training takes many seconds: long enough to interfere with.
const MANY: usize = 60_000;

/// A dataset and a specification that keep a worker busy.
fn long_job(app: &TestApp) -> Value {
    let dataset = app.upload("many.json", &example_logs(MANY));
    let mut wanted = specification("long", &dataset);
    wanted["algorithm"] =
        json!({"type": "isolation_forest", "n_estimators": 400, "max_samples": MANY, "random_state": 1});
    // More trees are refused beforehand on a machine of 8 GB. Judging would fit them many times over.
    wanted["evaluation"] = json!({"split": "none"});
    wanted
}
