//! Gaussian naive Bayes equals scikit-learn's, and its pickles are the real thing.

use crate::classifiers::compare;

#[test]
fn naive_bayes_equals_that_of_scikit_learn() {
    compare("naive_bayes.py", "naive Bayes models are equal");
}
