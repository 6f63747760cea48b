//! Pickles are well formed down to single values, and broken models are never written.

use crate::python::run;
use ndarray::Array2;
use std::fs;
use tempfile::TempDir;
use trainyard_learn::{FittedModel, IsolationForest, IsolationForestParameters};
use trainyard_sklearn::{
    PickleError, Verdict, default_target, estimators,
    pickle::{self, Array, Dtype, Value},
};

/// Every kind of value, at the edges where the opcode changes; `pickles.py` has the same list in Python.
fn values() -> Value {
    let ints =
        [0, 1, 255, 256, 65_535, 65_536, 2_147_483_647, 2_147_483_648, 4_294_967_295, i64::MAX, -1, i64::MIN];
    let floats = [0.0, -0.0, 0.1, -2.5, f64::MAX, f64::MIN_POSITIVE];
    let texts = [String::new(), "é ✓".into(), "x".repeat(255), "x".repeat(256), "x".repeat(70_000)];
    let text = |text: &String| Value::from(text.as_str());
    // More strings than one byte can number, and each of them twice.
    let many: Vec<Value> = (0..600).map(|i| Value::Text(format!("text {}", i % 300))).collect();
    let zeros = Array { dtype: Dtype::UInt8, shape: vec![2, 35_000], data: vec![7; 70_000] };
    let flags = Array { dtype: Dtype::Bool, shape: vec![2], data: vec![1, 0] };
    let boosted = Array { dtype: Dtype::BoostedNode, shape: vec![3], data: (0..168).collect() };
    let twice = Value::List(vec![1.5.into()]).shared();
    let stated = Value::WithState {
        value: Box::new(Value::Call {
            module: "random",
            function: "Random",
            arguments: vec![Value::Int(0)],
            state: None,
        }),
        state: Box::new(Value::Tuple(vec![
            Value::Int(3),
            Value::Tuple((0..624_i64).chain([7]).map(Value::Int).collect()),
            Value::None,
        ])),
    };
    Value::Dict(vec![
        ("nothing", Value::None),
        ("flags", Value::List(vec![true.into(), false.into()])),
        ("ints", Value::List(ints.map(Value::Int).to_vec())),
        ("floats", Value::List(floats.map(Value::Float).to_vec())),
        ("texts", Value::List(texts.iter().map(text).collect())),
        (
            "tuples",
            Value::List((0..6).map(|n: i64| Value::Tuple((0..n).map(Value::Int).collect())).collect()),
        ),
        ("many", Value::List(many)),
        ("number", Value::float64(0.1)),
        ("empty array", Value::floats(&[])),
        ("arrays", Value::List(vec![Value::floats(&floats), Value::ints(ints), Value::Array(zeros)])),
        ("empty list", Value::List(vec![])),
        ("empty dict", Value::Dict(vec![])),
        ("big ints", Value::List(vec![Value::BigInt(u128::MAX), Value::BigInt(1 << 63)])),
        ("any keys", Value::Map(vec![(Value::Int(3), 0.5.into()), (Value::Tuple(vec![]), Value::None)])),
        ("classes", Value::List(vec![Value::Global { module: "numpy.random", name: "RandomState" }])),
        ("scalars", Value::List(vec![Value::scalar("uint64", Value::Int(7)), Value::int64(-7)])),
        ("dtypes", Value::List([Dtype::Float64, Dtype::Bool, Dtype::BoostedNode].map(Value::Dtype).to_vec())),
        ("records", Value::List(vec![Value::Array(flags), Value::Array(boosted)])),
        ("shared", Value::List(vec![twice.clone(), Value::List(vec![twice.clone()]), twice])),
        ("stated", stated),
    ])
}

#[test]
fn every_kind_of_value_is_read_back() {
    let folder = TempDir::new().unwrap();
    let path = folder.path().join("values.pickle");
    fs::write(&path, pickle::write(&values())).unwrap();
    let report = run("pickles.py", &[path.as_ref()]);
    assert!(report.contains("all values are equal"), "{report}");
}

#[test]
fn impossible_models_are_not_written() {
    let samples = Array2::from_shape_fn((20, 2), |(row, column)| (row * (column + 3)) as f64);
    let forest = IsolationForest::fit(&IsolationForestParameters::default(), samples.view(), &()).unwrap();
    let write = |contamination, offset| {
        let verdict = Verdict { contamination, offset };
        estimators::model(&FittedModel::IsolationForest(forest.clone()), verdict, default_target())
    };
    for contamination in [0.0, 0.6, -0.1] {
        assert_eq!(write(contamination, -0.5), Err(PickleError::Contamination(contamination)));
    }
    assert_eq!(write(0.1, f64::INFINITY), Err(PickleError::Offset(f64::INFINITY)));
    assert!(write(0.1, -0.5).is_ok());
}
