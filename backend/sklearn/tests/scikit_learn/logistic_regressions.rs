//! Logistic regressions reach scikit-learn's optimum, and their pickles are the real thing.

use crate::classifiers::compare;

#[test]
fn logistic_regressions_reach_the_optimum_of_scikit_learn() {
    compare("logistic_regressions.py", "logistic regressions are equal");
}
