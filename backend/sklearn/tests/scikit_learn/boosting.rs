//! Boosted trees equal scikit-learn's, and their pickles are the real thing.

use crate::classifiers::compare;

#[test]
fn boosted_trees_equal_those_of_scikit_learn() {
    compare("boosting.py", "boosted models are equal");
}
