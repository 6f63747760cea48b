//! What a stored pipeline promises: it reads back as itself, and damaged bytes are refused.

use super::*;
use crate::IsolationForest;
use crate::{IsolationForestParameters, random::RandomState};
use ndarray::Array2;
use proptest::prelude::*;
use std::sync::LazyLock;

fn samples() -> Array2<f64> {
    let mut random = RandomState::new(1);
    Array2::from_shape_simple_fn((500, 3), || 100.0 * random.next_double())
}

fn pipeline(parameters: IsolationForestParameters) -> Pipeline {
    let samples = samples();
    let scaler = crate::StandardScaler::fit(samples.view()).unwrap();
    let scaled = scaler.transform(samples.view()).unwrap();
    let forest = IsolationForest::fit(&parameters, scaled.view(), &()).unwrap();
    let contamination = 0.1;
    let offset = crate::threshold::offset(forest.score_samples(scaled.view()).unwrap().view(), contamination);
    Pipeline {
        feature_names: ["a", "b", "c"].map(String::from).to_vec(),
        imputer: None,
        scaler: Some(Scaler::Standard(scaler)),
        classes: Vec::new(),
        model: FittedModel::IsolationForest(forest),
        calibrator: None,
        threshold: -offset,
        contamination,
    }
}

static STORED: LazyLock<Vec<u8>> = LazyLock::new(|| {
    pipeline(IsolationForestParameters { n_estimators: 3, ..Default::default() }).to_bytes().unwrap()
});

#[test]
fn reads_back_as_itself() {
    use crate::isolation_forest::{MaxFeatures, MaxSamples};
    for parameters in [
        IsolationForestParameters::default(),
        IsolationForestParameters {
            bootstrap: true,
            max_samples: MaxSamples::Share(0.9),
            max_features: MaxFeatures::Count(1),
            ..Default::default()
        },
        IsolationForestParameters { max_samples: MaxSamples::Count(1), ..Default::default() },
    ] {
        let pipeline = pipeline(parameters);
        let read = Pipeline::from_bytes(&pipeline.to_bytes().unwrap()).unwrap();
        assert_eq!(read, pipeline);
        assert_eq!(read.score(samples().view()).unwrap(), pipeline.score(samples().view()).unwrap());
    }
}

#[test]
fn scores_raw_rows_as_the_model_scores_scaled_ones() {
    let pipeline = pipeline(IsolationForestParameters::default());
    let scaled = pipeline.scaler.as_ref().unwrap().transform(samples().view()).unwrap();
    let scores = pipeline.score(samples().view()).unwrap();
    assert_eq!(scores, -&pipeline.model.score(scaled.view()).unwrap().column(0));
    let flagged = pipeline.predict(samples().view()).unwrap();
    assert_eq!(flagged.iter().filter(|flag| **flag).count(), 50);
}

#[test]
fn foreign_and_truncated_bytes_are_refused() {
    let refused = |bytes: &[u8]| Pipeline::from_bytes(bytes).unwrap_err();
    assert!(matches!(refused(b""), StoredError::Foreign));
    assert!(matches!(refused(b"\x80\x04K\x01."), StoredError::Foreign));
    for end in 0..STORED.len() {
        refused(&STORED[..end]);
    }
    assert!(matches!(refused(&[STORED.as_slice(), b"x"].concat()), StoredError::Damaged(_)));
    let mut newer = STORED.clone();
    newer[MAGIC.len()] = FORMAT_VERSION + 1;
    assert!(matches!(refused(&newer), StoredError::Version(version) if version == FORMAT_VERSION + 1));
}

#[test]
fn inconsistent_parts_are_refused() {
    let changes: [fn(&mut Pipeline); 5] = [
        |pipeline| pipeline.feature_names.truncate(2),
        |pipeline| pipeline.threshold = f64::NAN,
        |pipeline| pipeline.contamination = 1.5,
        |pipeline| standard(pipeline).scale[0] = 0.0,
        |pipeline| standard(pipeline).mean.truncate(1),
    ];
    for change in changes {
        let mut pipeline = Pipeline::from_bytes(&STORED).unwrap();
        change(&mut pipeline);
        let bytes = pipeline.to_bytes().unwrap();
        assert!(matches!(Pipeline::from_bytes(&bytes), Err(StoredError::Damaged(_))));
    }
}

proptest! {
    #[test]
    fn no_bytes_at_all_make_it_panic(body in proptest::collection::vec(any::<u8>(), 0..200)) {
        let bytes = [MAGIC, &[FORMAT_VERSION], &body].concat();
        prop_assert!(Pipeline::from_bytes(&bytes).is_err());
    }

    /// Either the damage is found, or what is read can be scored with.
    #[test]
    fn damaged_bytes_never_make_it_panic(
        damage in proptest::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..4)
    ) {
        let mut bytes = STORED.clone();
        for (place, byte) in damage {
            let place = place.index(bytes.len());
            bytes[place] = byte;
        }
        if let Ok(pipeline) = Pipeline::from_bytes(&bytes) {
            let _scores = pipeline.score(samples().view());
        }
    }
}

fn standard(pipeline: &mut Pipeline) -> &mut crate::StandardScaler {
    match pipeline.scaler.as_mut().unwrap() {
        Scaler::Standard(scaler) => scaler,
        other => panic!("{other:?}"),
    }
}

/// What was stored before there were calibrators is read, and what has none is stored as before.
#[test]
fn nothing_is_stored_of_a_calibrator_that_is_not_there() {
    let has = |word: &[u8]| STORED.windows(word.len()).any(|part| part == word);
    assert!(has(b"scaler") && !has(b"calibrator"));
    assert_eq!(Pipeline::from_bytes(&STORED).unwrap().calibrator, None);
}

/// A detector has no probabilities, whatever bytes say.
#[test]
fn a_calibrated_detector_is_refused() {
    use crate::{CalibrationFolds, Calibrator, Curves, calibration::Sigmoid};
    let mut pipeline = pipeline(IsolationForestParameters { n_estimators: 3, ..Default::default() });
    let curves = Curves::Sigmoid(vec![Sigmoid { a: -1.0, b: 0.0 }]);
    pipeline.calibrator = Some(Calibrator { folds: CalibrationFolds::Contiguous(5), curves });
    let error = Pipeline::from_bytes(&pipeline.to_bytes().unwrap()).unwrap_err().to_string();
    assert!(error.contains("0 classes"), "{error}");
}
