//! The feature set as a contract: JSON, fitted state, refusals; and the matrix as a file.

use crate::{matrix, records, value, written};
use ndarray::{Array2, Axis, concatenate};
use ndarray_npy::ReadNpyExt;
use trainyard_features::{FeatureSet, MatrixFormat, features, fit, transform, validate_feature_set};
use trainyard_types::FeatureSetSpecification;

const LOGS: &str = concat!(
    "{\"ts\":1750000000,\"process\":\"a\",\"msg\":\"m\"}\n",
    "{\"ts\":1750000001,\"process\":\"a\",\"msg\":\"m\"}\n",
    "{\"ts\":1750000002,\"process\":\"b\",\"msg\":\"m\"}\n",
    "{\"ts\":1750000003,\"msg\":\"0.1 héé\"}\n",
);

#[test]
fn frequencies_are_those_of_the_training_rows() {
    let records = records(LOGS);
    let set = fit(&records, &FeatureSetSpecification::default(), Some(&[0, 1, 3])).unwrap();
    assert_eq!(set.state.training_records, 3);
    let matrix = transform(&records, &set, &|_| ()).unwrap();
    let found: Vec<f64> = (0..4).map(|row| value(&matrix, row, "process_frequency")).collect();
    assert_eq!(found, [2.0 / 3.0, 2.0 / 3.0, 0.0, 1.0 / 3.0]);
}

#[test]
fn the_set_survives_json_and_gives_the_same_matrix() {
    let records = records(LOGS);
    let set = fit(&records, &FeatureSetSpecification::default(), None).unwrap();
    let read: FeatureSet = serde_json::from_str(&serde_json::to_string(&set).unwrap()).unwrap();
    assert_eq!(read, set);
    assert_eq!(transform(&records, &read, &|_| ()).unwrap(), matrix(&records));
    let names: Vec<&String> = features().iter().map(|feature| &feature.name).collect();
    assert_eq!(set.features.iter().collect::<Vec<_>>(), names);
}

#[test]
fn the_set_says_which_columns_and_in_which_order() {
    let records = records(LOGS);
    let mut set = fit(&records, &FeatureSetSpecification::default(), None).unwrap();
    let all = matrix(&records);
    set.features = ["last_1h_records", "word_count", "is_error"].map(str::to_owned).to_vec();
    let some = transform(&records, &set, &|_| ()).unwrap();
    assert_eq!(some.values.dim(), (4, 3));
    for row in 0..4 {
        for name in &set.features {
            assert_eq!(value(&some, row, name), value(&all, row, name));
        }
    }
}

#[test]
fn what_cannot_be_computed_is_refused() {
    let records = records(LOGS);
    let set = fit(&records, &FeatureSetSpecification::default(), None).unwrap();
    let refusal = |change: &dyn Fn(&mut FeatureSet)| {
        let mut changed = set.clone();
        change(&mut changed);
        transform(&records, &changed, &|_| ()).unwrap_err().to_string()
    };
    assert_eq!(
        refusal(&|set| set.version = 9),
        "the feature set has version 9; this program computes version 1"
    );
    assert_eq!(refusal(&|set| set.features.push("mood".into())), "`mood` is no feature");
    assert_eq!(
        refusal(&|set| set.windows.truncate(1)),
        "the feature set has no windows that `last_15min_connections` could be computed from"
    );
    assert!(
        refusal(&|set| set.patterns.entry("is_error".into()).or_default().push("(".into()))
            .contains("invalid")
    );
    let unknown = FeatureSetSpecification::preset("mood");
    assert_eq!(validate_feature_set(&unknown)[0].pointer, "/feature_set/preset");
    assert_eq!(validate_feature_set(&FeatureSetSpecification::default()), []);
    assert!(fit(&records, &unknown, None).is_err());
}

#[test]
fn the_matrix_is_written_losslessly() {
    let matrix = matrix(&records(LOGS));
    // Twice, as of two pieces.
    let npy = written(&[&matrix, &matrix], MatrixFormat::Npy);
    let twice = concatenate(Axis(0), &[matrix.values.view(), matrix.values.view()]).unwrap();
    assert_eq!(Array2::<f64>::read_npy(&npy[..]).unwrap(), twice);
    let parquet = written(&[&matrix, &matrix], MatrixFormat::Parquet);
    assert_eq!((&parquet[..4], &parquet[parquet.len() - 4..]), (&b"PAR1"[..], &b"PAR1"[..]));
    let csv = String::from_utf8(written(&[&matrix], MatrixFormat::Csv)).unwrap();
    let mut lines = csv.lines();
    assert_eq!(lines.next().unwrap().split(',').collect::<Vec<_>>(), matrix.names);
    let values: Vec<f64> = lines.flat_map(|line| line.split(',')).map(|text| text.parse().unwrap()).collect();
    assert_eq!(values, matrix.values.into_raw_vec_and_offset().0);
}

#[test]
fn progress_ends_at_one() {
    let records = records(LOGS);
    let set = fit(&records, &FeatureSetSpecification::default(), None).unwrap();
    let heard = std::sync::Mutex::new(Vec::new());
    transform(&records, &set, &|share| heard.lock().unwrap().push(share)).unwrap();
    let heard = heard.into_inner().unwrap();
    assert!(heard.is_sorted());
    assert_eq!(heard.last(), Some(&1.0));
}
