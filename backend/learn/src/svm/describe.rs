//! How the parameters that machines share are described to people and forms.

use serde_json::{Map, Value, json};

/// The properties of a schema, after a machine's own ones. `sigmoid` and the others are offered alike.
pub(crate) fn properties(own: Value) -> Value {
    let mut all = match own {
        Value::Object(own) => own,
        _ => Map::new(),
    };
    if let Value::Object(shared) = shared() {
        all.extend(shared);
    }
    Value::Object(all)
}

fn shared() -> Value {
    json!({
        "kernel": {
            "title": "Kernel",
            "description": "What stands for the product of two samples, and so what shape a boundary can have.",
            "default": "rbf",
            "oneOf": [
                {"title": "rbf (bumps around samples)", "const": "rbf"},
                {"title": "linear (a plane)", "const": "linear"},
                {"title": "poly (a polynomial)", "const": "poly"},
                {"title": "sigmoid", "const": "sigmoid"}
            ]
        },
        "gamma": {
            "title": "Gamma",
            "description": "How far the influence of one sample reaches: the larger, the less far.",
            "default": "scale",
            "oneOf": [
                {"title": "\"scale\" (by the variance of the features)", "const": "scale"},
                {"title": "\"auto\" (by the number of features)", "const": "auto"},
                {"title": "a number above 0", "type": "number", "exclusiveMinimum": 0}
            ]
        },
        "degree": {
            "title": "Degree",
            "description": "The degree of the polynomial kernel.",
            "type": "integer", "minimum": 0, "maximum": 100, "default": 3
        },
        "coef0": {
            "title": "Constant term",
            "description": "What the polynomial and the sigmoid kernel add to the product.",
            "type": "number", "default": 0.0
        },
        "tol": {
            "title": "Tolerance",
            "description": "How far from the optimum the fit may stop. Smaller takes longer.",
            "type": "number", "minimum": 1e-12, "maximum": 1.0, "default": 1e-3
        },
        "shrinking": {
            "title": "Shrinking",
            "description": "Whether samples that are sure to stay as they are, are left out of sight for a while.",
            "type": "boolean", "default": true
        },
        "cache_size": {
            "title": "Cache",
            "description": "Megabytes of memory for the kernel matrix; the fit is slower when it needs more.",
            "type": "integer", "minimum": 1, "maximum": 1_000_000, "default": 200
        }
    })
}
