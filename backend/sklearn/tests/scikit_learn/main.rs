//! Comparisons with the real scikit-learn: what is fitted and written here, Python reads and checks.

#![expect(clippy::unwrap_used, reason = "a failure anywhere here is a failed test")]

mod boosting;
mod boundaries;
mod calibrations;
mod classifiers;
mod every_model;
mod forests;
mod hdfs;
mod judging;
mod logistic_regressions;
mod naive_bayes;
mod neighbors;
mod onnx;
mod pickles;
mod pins;
mod preprocessing;
mod python;
mod releases;
mod scalers;
mod streams;
mod trees;
