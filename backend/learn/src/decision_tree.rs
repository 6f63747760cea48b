//! Decision trees for classification (Breiman, Friedman, Olshen and Stone, 1984), equal to
//! `sklearn.tree.DecisionTreeClassifier` of scikit-learn 1.9 node for node.

mod describe;

use crate::{
    Algorithm, Contributions, Estimator, FitError, MatrixError, Output, Progress, TrainingSet, matrix,
    tree::{
        Amount, ClassWeight, Criterion, FeatureAmount, Growth, GrowthData, GrowthParameters, SampleWeights,
        StoredTree, Tree, Voting, Watch, balanced,
    },
};
use ndarray::{Array2, ArrayView1, ArrayView2};
use serde::{Deserialize, Deserializer, Serialize, Serializer, de::Error};

/// scikit-learn's names and defaults, but for `random_state`, which is always a number.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct DecisionTreeParameters {
    pub criterion: Criterion,
    /// Levels below the root; as many as it takes when absent.
    pub max_depth: Option<u32>,
    /// Nodes of fewer samples are leaves.
    pub min_samples_split: Amount,
    /// No leaf has fewer samples.
    pub min_samples_leaf: Amount,
    /// Features looked at per split; all when absent.
    pub max_features: Option<FeatureAmount>,
    /// A split must lessen the impurity by so much.
    pub min_impurity_decrease: f64,
    /// [`ClassWeight::Balanced`] or nothing.
    pub class_weight: Option<ClassWeight>,
    pub random_state: u32,
}

impl Default for DecisionTreeParameters {
    fn default() -> Self {
        Self {
            criterion: Criterion::Gini,
            max_depth: None,
            min_samples_split: Amount::Count(2),
            min_samples_leaf: Amount::Count(1),
            max_features: None,
            min_impurity_decrease: 0.0,
            class_weight: None,
            random_state: 42,
        }
    }
}

impl DecisionTreeParameters {
    fn resolve(&self, rows: usize, columns: usize) -> Result<Growth, FitError> {
        if self.class_weight == Some(ClassWeight::BalancedSubsample) {
            let detail = "a single tree draws no subsample: use `balanced`".into();
            return Err(FitError::Parameter { name: "class_weight", detail });
        }
        let parameters = GrowthParameters {
            criterion: self.criterion,
            max_depth: self.max_depth,
            min_samples_split: self.min_samples_split,
            min_samples_leaf: self.min_samples_leaf,
            max_features: self.max_features,
            min_impurity_decrease: self.min_impurity_decrease,
        };
        parameters.resolve(rows, columns)
    }
}

/// A fitted decision tree.
#[derive(Clone, Debug, PartialEq)]
pub struct DecisionTree {
    parameters: DecisionTreeParameters,
    n_samples: u32,
    /// Features looked at per split.
    max_features: usize,
    voting: Voting,
}

impl DecisionTree {
    pub fn tree(&self) -> &Tree {
        &self.voting.trees()[0]
    }

    pub fn n_classes(&self) -> usize {
        self.tree().n_values()
    }

    /// Features looked at per split: scikit-learn's `max_features_`.
    pub fn max_features(&self) -> usize {
        self.max_features
    }
}

impl Estimator for DecisionTree {
    type Parameters = DecisionTreeParameters;
    const CLASS_NAME: &'static str = "DecisionTreeClassifier";
    const OUTPUT: Output = Output::Probabilities;

    fn describe() -> Algorithm {
        describe::describe()
    }

    fn fit(
        parameters: &DecisionTreeParameters,
        training: TrainingSet<'_>,
        progress: &dyn Progress,
    ) -> Result<Self, FitError> {
        matrix::check_samples(training.samples)?;
        let (rows, columns) = training.samples.dim();
        let growth = parameters.resolve(rows, columns)?;
        let classes = training.known_classes()?;
        let mut weights =
            training.known_weights()?.map_or_else(|| vec![1.0; rows], |weights| weights.to_vec());
        if parameters.class_weight.is_some() {
            let of_class = balanced(classes, |_| 1.0);
            for (weight, class) in weights.iter_mut().zip(classes.of) {
                *weight *= of_class[*class as usize];
            }
        }
        let weights = SampleWeights::new(weights, classes.count);
        let whole = matches!(weights, SampleWeights::Whole(_));
        let data = GrowthData::new(training.samples, whole, false, progress)?;
        let mut watch = Watch::new(progress);
        watch.reports = true;
        let tree = growth.grow(&data, classes, &weights, parameters.random_state, &mut watch)?;
        progress.report(1.0);
        Ok(Self {
            parameters: parameters.clone(),
            n_samples: rows as u32,
            max_features: growth.max_features,
            voting: Voting::new(vec![tree]),
        })
    }

    /// Nodes as they are grown and as they are walked, the matrix in ranks, and the samples in several orders.
    fn memory_bytes(parameters: &DecisionTreeParameters, rows: usize, columns: usize, classes: usize) -> u64 {
        let Ok(growth) = parameters.resolve(rows.max(1), columns.max(1)) else { return 0 };
        let rows = rows as u64;
        growth.most_nodes(rows) * (56 + 8 * classes as u64) + rows * columns as u64 * 8 + rows * 48
    }

    fn parameters(&self) -> &DecisionTreeParameters {
        &self.parameters
    }

    fn n_features(&self) -> usize {
        self.tree().n_features()
    }

    fn n_classes(&self) -> usize {
        self.n_classes()
    }

    fn score(&self, samples: ArrayView2<'_, f64>) -> Result<Array2<f64>, MatrixError> {
        self.voting.score(samples)
    }

    fn contributions(&self, row: ArrayView1<'_, f64>, column: usize) -> Option<Contributions> {
        self.voting.contributions(row, column)
    }

    /// Reading rebuilds and checks the tree.
    fn check(&self) -> Result<(), String> {
        Ok(())
    }
}

#[derive(Serialize, Deserialize)]
struct Stored {
    parameters: DecisionTreeParameters,
    n_samples: u32,
    n_features: usize,
    n_classes: usize,
    tree: StoredTree,
}

impl Serialize for DecisionTree {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        Stored {
            parameters: self.parameters.clone(),
            n_samples: self.n_samples,
            n_features: self.tree().n_features(),
            n_classes: self.n_classes(),
            tree: StoredTree::new(self.tree()),
        }
        .serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for DecisionTree {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let Stored { parameters, n_samples, n_features, n_classes, tree } =
            Stored::deserialize(deserializer)?;
        let growth = parameters.resolve(n_samples as usize, n_features).map_err(D::Error::custom)?;
        let voting = Voting::restore(vec![tree], n_features, n_classes).map_err(D::Error::custom)?;
        Ok(Self { parameters, n_samples, max_features: growth.max_features, voting })
    }
}
