//! Comparisons with the real scikit-learn: what is fitted and written here, Python reads and checks.

#![expect(clippy::unwrap_used, reason = "a failure anywhere here is a failed test")]

mod boosting;
mod classifiers;
mod every_model;
mod boundaries;
mod forests;
mod logistic_regressions;
mod naive_bayes;
mod hdfs;
mod neighbors;
mod judging;
mod onnx;
mod pickles;
mod pins;
mod preprocessing;
mod python;
mod releases;
mod scalers;
mod streams;
mod trees;
