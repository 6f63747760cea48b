//! How the nearest normal sample is described to people and forms.

use super::{METRICS, Metric};
use crate::Algorithm;
use serde_json::json;

pub(super) fn describe() -> Algorithm {
    Algorithm {
        id: "nearest_normal",
        title: "Nearest normal sample",
        description: "Scores a sample by its distance to the nearest sample known to be normal. Where samples \
                      have classes, it learns from the first one alone; otherwise every sample counts as normal. \
                      Strong where normal behaviour repeats itself, as in counts of event templates.",
        task: "anomaly",
        parameters: json!({
            "$schema": "https://json-schema.org/draft/2020-12/schema",
            "title": "Nearest normal sample",
            "type": "object",
            "additionalProperties": false,
            "x-order": ["metric"],
            "properties": {"metric": Metric::property(&METRICS, Metric::Cosine)}
        }),
    }
}
