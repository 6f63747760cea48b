//! Ensembles of trees: one operator walks them all and adds up what their leaves stand for.

use super::{
    OnnxError,
    graph::{Builder, Element, Name, Setting},
    linear::probabilities,
};
use trainyard_learn::{
    Estimator, HistGradientBoosting, IsolationForest,
    hist_gradient_boosting::BoostedNode,
    isolation_forest::average_path_length,
    tree::{Node, Tree},
};

/// The depths of leaves add up; the score is 2 to the power of minus their mean over that of all samples.
pub(super) fn isolation_forest(
    graph: &mut Builder,
    rows: &Name,
    model: &IsolationForest,
) -> Result<Name, OnnxError> {
    let mut ensemble = Ensemble::new(Element::Float, 1);
    for (i, tree) in model.trees().iter().enumerate() {
        tree.tree.check().map_err(|detail| OnnxError::Tree { tree: i, detail })?;
        let depths = tree.tree.node_depths();
        let length = |id: usize, node: &Node| {
            depths[id] as f64 - 1.0 + average_path_length(node.n_node_samples as f64)
        };
        let column = |feature: usize| tree.features[feature].into();
        ensemble.push(tree.tree.nodes().enumerate().map(|(id, node)| match node.is_leaf() {
            true => Place::Leaf(vec![(0, length(id, &node))]),
            false => split(&node, column),
        }));
    }
    let lengths = ensemble.add_to(graph, rows);
    let expected = model.trees().len() as f64 * average_path_length(model.max_samples() as f64);
    // A forest of single samples has no paths: every score is -0.5 by definition.
    let (factor, constant) = if expected == 0.0 { (0.0, -1.0) } else { (-1.0 / expected, 0.0) };
    let (factor, constant, two) = (graph.double(factor), graph.double(constant), graph.double(2.0));
    let exponents = graph.op("Mul", &[&lengths, &factor]);
    let exponents = graph.op("Add", &[&exponents, &constant]);
    let scores = graph.op("Pow", &[&two, &exponents]);
    Ok(graph.op("Neg", &[&scores]))
}

/// Classes by the mean of the shares in the leaves of `trees`, of which there is at least one.
pub(super) fn votes(graph: &mut Builder, rows: &Name, trees: &[Tree]) -> Result<Name, OnnxError> {
    let n_classes = trees.first().map_or(0, Tree::n_values);
    let mut ensemble = Ensemble::new(Element::Float, n_classes);
    for (i, tree) in trees.iter().enumerate() {
        tree.check().map_err(|detail| OnnxError::Tree { tree: i, detail })?;
        let shares = tree.values().chunks_exact(n_classes.max(1));
        ensemble.push(tree.nodes().zip(shares).map(|(node, shares)| match node.is_leaf() {
            true => {
                let parts = shares.iter().map(|share| share / trees.len() as f64).enumerate();
                Place::Leaf(parts.filter(|(_, part)| *part != 0.0).collect())
            }
            false => split(&node, |feature| feature as i64),
        }));
    }
    Ok(ensemble.add_to(graph, rows))
}

/// A node of scikit-learn's layout that is no leaf; `column` is that of a tree's feature.
fn split(node: &Node, column: impl Fn(usize) -> i64) -> Place {
    Place::Split {
        feature: column(node.feature as usize),
        threshold: node.threshold,
        children: [node.left_child, node.right_child],
        missing_go_left: node.missing_go_to_left != 0,
    }
}

/// The leaves' values add up to log-odds. These trees compare in double precision.
pub(super) fn hist_gradient_boosting(
    graph: &mut Builder,
    rows: &Name,
    model: &HistGradientBoosting,
) -> Result<Name, OnnxError> {
    let logits = sums(graph, rows, model)?;
    Ok(probabilities(graph, &logits, model.baseline().len()))
}

/// `decision_function`: the values of the leaves added up, of two classes one column.
pub(super) fn sums(
    graph: &mut Builder,
    rows: &Name,
    model: &HistGradientBoosting,
) -> Result<Name, OnnxError> {
    let outputs = model.baseline().len();
    let mut ensemble = Ensemble::new(Element::Double, outputs);
    for (i, tree) in model.iterations().iter().flatten().enumerate() {
        tree.check(model.n_features()).map_err(|detail| OnnxError::Tree { tree: i, detail })?;
        let node = |node: &BoostedNode| match node.is_leaf() {
            true => Place::Leaf(vec![(i % outputs, node.value)]),
            false => Place::Split {
                feature: node.feature.into(),
                threshold: node.threshold,
                children: [node.left.into(), node.right.into()],
                missing_go_left: node.missing_go_to_left,
            },
        };
        ensemble.push(tree.nodes.iter().map(node));
    }
    let sums = ensemble.add_to(graph, rows);
    let baseline = graph.row(model.baseline());
    Ok(graph.op("Add", &[&sums, &baseline]))
}

/// A node of a tree, as the operator sees it.
enum Place {
    /// What it adds, and to which target.
    Leaf(Vec<(usize, f64)>),
    Split {
        feature: i64,
        threshold: f64,
        /// Where values up to the threshold go, and others.
        children: [i64; 2],
        missing_go_left: bool,
    },
}

/// The attributes of `TreeEnsembleRegressor`.
struct Ensemble {
    /// In which precision values are compared, and leaves kept.
    element: Element,
    n_targets: usize,
    n_trees: i64,
    tree_ids: Vec<i64>,
    node_ids: Vec<i64>,
    features: Vec<i64>,
    thresholds: Vec<f64>,
    modes: Vec<&'static str>,
    true_ids: Vec<i64>,
    false_ids: Vec<i64>,
    missing_true: Vec<i64>,
    target_tree_ids: Vec<i64>,
    target_node_ids: Vec<i64>,
    target_ids: Vec<i64>,
    target_weights: Vec<f64>,
}

impl Ensemble {
    fn new(element: Element, n_targets: usize) -> Self {
        Self {
            element,
            n_targets,
            n_trees: 0,
            tree_ids: vec![],
            node_ids: vec![],
            features: vec![],
            thresholds: vec![],
            modes: vec![],
            true_ids: vec![],
            false_ids: vec![],
            missing_true: vec![],
            target_tree_ids: vec![],
            target_node_ids: vec![],
            target_ids: vec![],
            target_weights: vec![],
        }
    }

    /// Adds a sound tree, whose children are numbered as they come.
    fn push(&mut self, places: impl Iterator<Item = Place>) {
        for (id, place) in (0..).zip(places) {
            self.tree_ids.push(self.n_trees);
            self.node_ids.push(id);
            match place {
                Place::Leaf(weights) => {
                    self.branch("LEAF", 0, 0.0, [0, 0], false);
                    for (target, weight) in weights {
                        self.target_tree_ids.push(self.n_trees);
                        self.target_node_ids.push(id);
                        self.target_ids.push(target as i64);
                        self.target_weights.push(weight);
                    }
                }
                Place::Split { feature, threshold, children, missing_go_left } => {
                    self.branch("BRANCH_LEQ", feature, threshold, children, missing_go_left);
                }
            }
        }
        self.n_trees += 1;
    }

    fn branch(
        &mut self,
        mode: &'static str,
        feature: i64,
        threshold: f64,
        [yes, no]: [i64; 2],
        missing: bool,
    ) {
        self.modes.push(mode);
        self.features.push(feature);
        self.thresholds.push(threshold);
        self.true_ids.push(yes);
        self.false_ids.push(no);
        self.missing_true.push(missing.into());
    }

    /// The sums of the weights of the leaves that each row reaches: `n_samples` × `n_targets`, in double precision,
    /// though the operator gives them in single.
    fn add_to(self, graph: &mut Builder, rows: &Name) -> Name {
        let rows = graph.cast(rows, self.element);
        let (thresholds, weights) = if self.element == Element::Double {
            (
                ("nodes_values_as_tensor", Setting::Doubles(self.thresholds)),
                ("target_weights_as_tensor", Setting::Doubles(self.target_weights)),
            )
        } else {
            let thresholds = self.thresholds.into_iter().map(round_down).collect();
            let weights = self.target_weights.into_iter().map(|weight| weight as f32).collect();
            (("nodes_values", Setting::Floats(thresholds)), ("target_weights", Setting::Floats(weights)))
        };
        let settings = vec![
            ("aggregate_function", Setting::Text("SUM")),
            ("post_transform", Setting::Text("NONE")),
            ("n_targets", Setting::Int(self.n_targets as i64)),
            ("nodes_treeids", Setting::Ints(self.tree_ids)),
            ("nodes_nodeids", Setting::Ints(self.node_ids)),
            ("nodes_featureids", Setting::Ints(self.features)),
            thresholds,
            ("nodes_modes", Setting::Texts(self.modes)),
            ("nodes_truenodeids", Setting::Ints(self.true_ids)),
            ("nodes_falsenodeids", Setting::Ints(self.false_ids)),
            ("nodes_missing_value_tracks_true", Setting::Ints(self.missing_true)),
            ("target_treeids", Setting::Ints(self.target_tree_ids)),
            ("target_nodeids", Setting::Ints(self.target_node_ids)),
            ("target_ids", Setting::Ints(self.target_ids)),
            weights,
        ];
        let sums = graph.learned("TreeEnsembleRegressor", &rows, settings);
        graph.cast(&sums, Element::Double)
    }
}

/// The largest single-precision number that is not above `threshold`: for single-precision values, comparing
/// with either gives the same answer, which the nearest one would not.
fn round_down(threshold: f64) -> f32 {
    let nearest = threshold as f32;
    if f64::from(nearest) > threshold { nearest.next_down() } else { nearest }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rounded_thresholds_decide_the_same() {
        for threshold in [0.1, -0.1, 1e-300, -1e-300, 1.0, 16_777_217.0, -16_777_217.0, 0.3_f32.into()] {
            let rounded = round_down(threshold);
            let nearest = threshold as f32;
            for value in [nearest, nearest.next_up(), nearest.next_down(), 0.0, -0.0, f32::MAX, f32::MIN] {
                assert_eq!(value <= rounded, f64::from(value) <= threshold, "{value} against {threshold}");
            }
        }
    }
}
