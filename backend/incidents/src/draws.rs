//! Staged records as samples to judge by.

use crate::{IncidentError, Kind, Scene, Staged};
use trainyard_intake::Records;
use trainyard_learn::{DRAWS, Draw, DrawnKind, SplitRows, likeliest_finds, partition};
use trainyard_types::{EvaluationSpecification, FeatureSetSpecification, Split};

/// Where nothing is held back, this share of the last samples is judged on.
const TEST_FRACTION: f64 = 0.2;
/// Fewer samples do not tell how well they tell.
const FEWEST_SAMPLES: usize = 250;

/// Draws of incidents, each with features that are fitted to its own training part. None where records are too few, or
/// have no course of events.
///
/// # Errors
/// When features cannot be computed.
pub fn draws(
    records: &Records,
    asked: &FeatureSetSpecification,
    evaluation: EvaluationSpecification,
) -> Result<Vec<Draw>, IncidentError> {
    some(records, asked, evaluation, DRAWS)
}

/// How well samples that are made so tell incidents: the mean average precision with which the detector that
/// [`auto`](trainyard_learn::auto) tries first finds them, over `count` draws. None where nothing could be staged or
/// fitted.
///
/// # Errors
/// As [`draws`].
pub fn tell(
    records: &Records,
    asked: &FeatureSetSpecification,
    count: u32,
) -> Result<Option<f64>, IncidentError> {
    let mut draws = some(records, asked, EvaluationSpecification::default(), count)?;
    draws.retain(|draw| draw.kinds.len() >= FEWEST_SAMPLES);
    let found: Vec<f64> = draws.iter_mut().filter_map(likeliest_finds).collect();
    Ok((!found.is_empty()).then(|| found.iter().sum::<f64>() / found.len() as f64))
}

fn some(
    records: &Records,
    asked: &FeatureSetSpecification,
    evaluation: EvaluationSpecification,
    count: u32,
) -> Result<Vec<Draw>, IncidentError> {
    let Some(sampling) = trainyard_features::sampling(asked) else { return Ok(Vec::new()) };
    let Some(scene) = Scene::of(records, &sampling)? else { return Ok(Vec::new()) };
    let mut draws = Vec::new();
    for number in 0..count {
        let seed = evaluation.seed.wrapping_add(number);
        let fraction = if evaluation.split == Split::None { TEST_FRACTION } else { evaluation.test_fraction };
        let Some(staged) = scene.stage(fraction, seed.into())? else { continue };
        let draw =
            draw(&staged, asked, EvaluationSpecification { test_fraction: fraction, ..evaluation }, seed)?;
        // What cannot be told from nothing, judges nothing.
        if draw.incidents(&draw.rows.test) > 0 && draw.rows.training.len() > 1 {
            draws.push(draw);
        }
    }
    Ok(draws)
}

fn draw(
    staged: &Staged,
    asked: &FeatureSetSpecification,
    evaluation: EvaluationSpecification,
    seed: u32,
) -> Result<Draw, IncidentError> {
    let split = if evaluation.split == Split::Shuffled { Split::Shuffled } else { Split::Time };
    let (training, test) =
        partition(staged.kinds.len(), None, None, split, evaluation.test_fraction, evaluation.seed);
    let set = trainyard_features::fit(&staged.records, asked, Some(&training))?;
    let matrix = trainyard_features::transform(&staged.records, &set, &|_| {})?;
    let place = |kind: &Kind| Kind::ALL.iter().position(|known| known == kind).map(|at| at as u16);
    Ok(Draw {
        kinds: staged.kinds.iter().map(|kind| kind.as_ref().and_then(place)).collect(),
        known: Kind::ALL
            .iter()
            .map(|kind| DrawnKind { name: kind.name(), description: kind.description() })
            .collect(),
        samples: matrix.values,
        feature_names: matrix.names,
        timestamps: Some(matrix.timestamps),
        rows: SplitRows { training, test },
        one_unit: set.is_in_one_unit(),
        doubted: Vec::new(),
        seed,
    })
}
