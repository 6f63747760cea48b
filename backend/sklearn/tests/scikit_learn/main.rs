//! Comparisons with the real scikit-learn: what is fitted and written here, Python reads and checks.

#![expect(clippy::unwrap_used, reason = "a failure anywhere here is a failed test")]

mod forests;
mod pickles;
mod pins;
mod python;
mod scalers;
mod streams;
mod trees;
