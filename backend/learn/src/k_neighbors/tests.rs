//! What votes promise beside equality with scikit-learn, which the sklearn crate tests.

use super::*;
use ndarray::array;

fn fit(parameters: KNeighborsParameters, training: TrainingSet<'_>) -> Result<KNeighbors, FitError> {
    <KNeighbors as Estimator>::fit(&parameters, training, &())
}

#[test]
fn unusable_training_sets_are_told() {
    let samples = array![[0.0], [1.0], [2.0]];
    let error = |n_neighbors, training| {
        fit(KNeighborsParameters { n_neighbors, ..Default::default() }, training).unwrap_err()
    };
    let labelled = |of| TrainingSet::labelled(samples.view(), 2, of);
    assert_eq!(error(1, TrainingSet::unlabelled(samples.view())), FitError::NoClasses);
    assert_eq!(error(1, labelled(&[1, 1, 1])), FitError::OneClass { class: 1 });
    assert_eq!(error(1, labelled(&[1, 0])), FitError::Labels { samples: 3, labels: 2 });
    assert!(error(4, labelled(&[0, 1, 1])).to_string().contains("4 neighbours among 3 samples"));
    assert!(error(0, labelled(&[0, 1, 1])).to_string().starts_with("n_neighbors"));
}

#[test]
fn a_class_with_one_member_has_its_vote() {
    let samples = array![[0.0], [1.0], [5.0]];
    let training = TrainingSet::labelled(samples.view(), 2, &[0, 0, 1]);
    let parameters = KNeighborsParameters { n_neighbors: 3, ..Default::default() };
    let model = fit(parameters.clone(), training).unwrap();
    assert_eq!(model.score(array![[5.0]].view()).unwrap(), array![[2.0 / 3.0, 1.0 / 3.0]]);
    // At distance 0, it alone votes.
    let weighted = fit(KNeighborsParameters { weights: NeighborWeights::Distance, ..parameters }, training);
    assert_eq!(weighted.unwrap().score(array![[5.0]].view()).unwrap(), array![[0.0, 1.0]]);
}

#[test]
fn damaged_models_are_told() {
    let samples = array![[0.0], [1.0], [5.0]];
    let training = TrainingSet::labelled(samples.view(), 2, &[0, 0, 1]);
    let model = fit(KNeighborsParameters { n_neighbors: 2, ..Default::default() }, training).unwrap();
    assert_eq!(model.check(), Ok(()));
    let changes: [fn(&mut KNeighbors); 4] = [
        |model| model.parameters.n_neighbors = 4,
        |model| model.classes[0] = 2,
        |model| model.classes.truncate(2),
        |model| model.parameters.metric = Metric::Cosine,
    ];
    for change in changes {
        let mut damaged = model.clone();
        change(&mut damaged);
        assert!(damaged.check().is_err());
    }
}
