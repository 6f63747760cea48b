//! Ensembles of trees: one operator walks them all and adds up what their leaves stand for.

use super::{
    OnnxError,
    graph::{Builder, Element, Name, Setting},
};
use trainyard_learn::{IsolationForest, isolation_forest::average_path_length, tree::Node};

/// The depths of leaves add up; the score is 2 to the power of minus their mean over that of all samples.
pub(super) fn isolation_forest(
    graph: &mut Builder,
    rows: &Name,
    model: &IsolationForest,
) -> Result<Name, OnnxError> {
    let mut ensemble = Ensemble::new(1);
    for (i, tree) in model.trees().iter().enumerate() {
        tree.tree.check().map_err(|detail| OnnxError::Tree { tree: i, detail })?;
        let depths = tree.tree.node_depths();
        ensemble.push(
            &tree.tree.nodes,
            |feature| i64::from(tree.features[feature]),
            |id, weights| {
                let samples = tree.tree.nodes[id].n_node_samples as f64;
                weights.push((depths[id] as f64 - 1.0 + average_path_length(samples)) as f32);
            },
        );
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

/// The attributes of `TreeEnsembleRegressor`.
struct Ensemble {
    n_targets: usize,
    n_trees: i64,
    tree_ids: Vec<i64>,
    node_ids: Vec<i64>,
    features: Vec<i64>,
    thresholds: Vec<f32>,
    modes: Vec<&'static str>,
    true_ids: Vec<i64>,
    false_ids: Vec<i64>,
    target_tree_ids: Vec<i64>,
    target_node_ids: Vec<i64>,
    target_ids: Vec<i64>,
    target_weights: Vec<f32>,
}

impl Ensemble {
    fn new(n_targets: usize) -> Self {
        Self {
            n_targets,
            n_trees: 0,
            tree_ids: vec![],
            node_ids: vec![],
            features: vec![],
            thresholds: vec![],
            modes: vec![],
            true_ids: vec![],
            false_ids: vec![],
            target_tree_ids: vec![],
            target_node_ids: vec![],
            target_ids: vec![],
            target_weights: vec![],
        }
    }

    /// Adds a sound tree. `column` is that of a tree's feature; `leaf` appends the weights of a leaf, one per target.
    fn push(
        &mut self,
        nodes: &[Node],
        column: impl Fn(usize) -> i64,
        mut leaf: impl FnMut(usize, &mut Vec<f32>),
    ) {
        for (id, node) in nodes.iter().enumerate() {
            self.tree_ids.push(self.n_trees);
            self.node_ids.push(id as i64);
            if node.is_leaf() {
                self.branch("LEAF", 0, 0.0, [0, 0]);
                leaf(id, &mut self.target_weights);
                for target in 0..self.n_targets {
                    self.target_tree_ids.push(self.n_trees);
                    self.target_node_ids.push(id as i64);
                    self.target_ids.push(target as i64);
                }
            } else {
                let children = [node.left_child, node.right_child];
                self.branch(
                    "BRANCH_LEQ",
                    column(node.feature as usize),
                    round_down(node.threshold),
                    children,
                );
            }
        }
        self.n_trees += 1;
    }

    fn branch(&mut self, mode: &'static str, feature: i64, threshold: f32, [yes, no]: [i64; 2]) {
        self.modes.push(mode);
        self.features.push(feature);
        self.thresholds.push(threshold);
        self.true_ids.push(yes);
        self.false_ids.push(no);
    }

    /// The sums of the weights of the leaves that each row reaches: `n_samples` × `n_targets`, in double precision.
    /// Trees see their rows in single precision, as scikit-learn's do.
    fn add_to(self, graph: &mut Builder, rows: &Name) -> Name {
        let rows = graph.cast(rows, Element::Float);
        let sums = graph.learned(
            "TreeEnsembleRegressor",
            &rows,
            vec![
                ("aggregate_function", Setting::Text("SUM")),
                ("post_transform", Setting::Text("NONE")),
                ("n_targets", Setting::Int(self.n_targets as i64)),
                ("nodes_treeids", Setting::Ints(self.tree_ids)),
                ("nodes_nodeids", Setting::Ints(self.node_ids)),
                ("nodes_featureids", Setting::Ints(self.features)),
                ("nodes_values", Setting::Floats(self.thresholds)),
                ("nodes_modes", Setting::Texts(self.modes)),
                ("nodes_truenodeids", Setting::Ints(self.true_ids)),
                ("nodes_falsenodeids", Setting::Ints(self.false_ids)),
                ("target_treeids", Setting::Ints(self.target_tree_ids)),
                ("target_nodeids", Setting::Ints(self.target_node_ids)),
                ("target_ids", Setting::Ints(self.target_ids)),
                ("target_weights", Setting::Floats(self.target_weights)),
            ],
        );
        graph.cast(&sums, Element::Double)
    }
}

/// The largest single-precision number that is not above `threshold`: for single-precision values, comparing
/// with either gives the same answer, which the nearest one would not.
fn round_down(threshold: f64) -> f32 {
    let nearest = threshold as f32;
    if f64::from(nearest) > threshold { nearest.next_down() } else { nearest }
}
