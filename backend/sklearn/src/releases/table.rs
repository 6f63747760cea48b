//! The changes of pickled attributes from scikit-learn 1.3 to the newest release.

/// A change of one attribute.
pub(super) struct Change {
    pub(super) classes: &'static [&'static str],
    pub(super) attribute: &'static str,
    /// The 1.x release that brought today's form.
    pub(super) since: u32,
    /// What there was before it.
    pub(super) before: Before,
}

#[derive(Clone, Copy)]
pub(super) enum Before {
    /// Nothing of this name.
    Absent,
    None,
    Flag(bool),
    Text(&'static str),
    /// A whole number, as a `numpy.int64`, where there is a `numpy.float64` now.
    Int64,
    /// An array of floats, where there is one of objects now.
    Floats,
    /// The same tuple without this text.
    Without(&'static str),
    /// The object that another attribute holds.
    SameAs(&'static str),
}

use Before::{Absent, Flag, Floats, Int64, SameAs, Text, Without};

const FORESTS: &[&str] = &["RandomForestClassifier", "ExtraTreesClassifier"];
const ENSEMBLES: &[&str] = &["RandomForestClassifier", "ExtraTreesClassifier", "IsolationForest"];
const TREES: &[&str] = &[
    "DecisionTreeClassifier",
    "ExtraTreeClassifier",
    "ExtraTreeRegressor",
    "RandomForestClassifier",
    "ExtraTreesClassifier",
];
const MACHINES: &[&str] = &["SVC", "OneClassSVM"];
const LOSSES: &[&str] = &["HalfBinomialLoss", "HalfMultinomialLoss"];
const BOOSTING: &[&str] = &["HistGradientBoostingClassifier"];

const fn change(
    classes: &'static [&'static str],
    attribute: &'static str,
    since: u32,
    before: Before,
) -> Change {
    Change { classes, attribute, since, before }
}

/// Of one attribute, the latest change first.
pub(super) static CHANGES: &[Change] = &[
    change(&["StandardScaler"], "n_samples_seen_", 8, Int64),
    change(&["SimpleImputer"], "_fill_dtype", 8, Absent),
    change(&["SimpleImputer"], "statistics_", 8, Floats),
    change(&["Pipeline"], "transform_input", 6, Absent),
    change(&["IsolationForest"], "_sample_weight", 8, Absent),
    change(&["IsolationForest"], "estimator", 5, SameAs("estimator_")),
    change(ENSEMBLES, "base_estimator", 4, Text("deprecated")),
    change(FORESTS, "_sample_weight", 9, Absent),
    change(FORESTS, "_n_samples", 4, Absent),
    change(FORESTS, "_n_samples_bootstrap", 4, Absent),
    change(FORESTS, "estimator_params", 4, Without("monotonic_cst")),
    change(TREES, "monotonic_cst", 4, Absent),
    change(BOOSTING, "_label_encoder", 7, Absent),
    change(BOOSTING, "categorical_features", 6, Text("warn")),
    change(BOOSTING, "categorical_features", 4, Before::None),
    change(BOOSTING, "max_features", 4, Absent),
    change(BOOSTING, "_preprocessor", 4, Absent),
    change(BOOSTING, "_is_categorical_remapped", 4, Absent),
    change(BOOSTING, "_feature_subsample_rng", 4, Absent),
    change(LOSSES, "xp", 9, Absent),
    change(LOSSES, "device", 9, Absent),
    change(LOSSES, "class_indexing_offsets", 9, Absent),
    change(LOSSES, "y_true_int", 9, Absent),
    change(LOSSES, "y_true_one_hot", 9, Absent),
    change(&["CalibratedClassifierCV"], "base_estimator", 4, Text("deprecated")),
    change(&["LogisticRegression"], "penalty", 8, Text("l2")),
    change(&["LogisticRegression"], "l1_ratio", 8, Before::None),
    change(&["LogisticRegression"], "multi_class", 8, Text("deprecated")),
    change(&["LogisticRegression"], "multi_class", 5, Text("auto")),
    change(MACHINES, "_effective_probability", 9, Absent),
    change(&["SVC"], "probability", 9, Flag(false)),
];
