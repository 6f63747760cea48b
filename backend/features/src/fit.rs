//! Fitting a feature set of windows or sessions: templates, their frequencies and named numbers of the training records.

use crate::{
    FeatureError, FeatureSet, Samples, State, aggregate,
    catalogue::features,
    events::default_patterns,
    numbers,
    set::{MAX_FEATURES, VERSION, fit_state},
    specification::select,
    table,
};
use rayon::prelude::*;
use std::collections::BTreeMap;
use trainyard_intake::{
    Columns, Records,
    templates::{Masked, Matcher, Templates},
};
use trainyard_types::{FeatureSetSpecification, SampleSpecification};

/// Samples that one core counts the templates of.
const AT_ONCE: usize = 4096;
/// The most named numbers that become features.
const FIELDS: usize = 16;

/// Of all records cut into samples, and masked.
pub(crate) fn fit(
    records: &Records,
    samples: &Samples,
    masked: &Masked,
    specification: &FeatureSetSpecification,
    sampling: &SampleSpecification,
    training_samples: Option<&[usize]>,
) -> Result<FeatureSet, FeatureError> {
    let all: Vec<usize> = (0..samples.len()).collect();
    let training = training_samples.unwrap_or(&all);
    let mut chosen = vec![false; records.len()];
    let known = || training.iter().filter(|sample| **sample < samples.len());
    known().flat_map(|sample| samples.records(*sample)).for_each(|at| chosen[*at as usize] = true);

    let (templates, state) =
        rayon::join(|| masked.mine(|record| chosen[record]), || fit_state(records, &chosen));

    let limits = specification.templates.unwrap_or_default();
    let columns: Vec<&str> = templates
        .templates
        .iter()
        .filter(|template| template.count >= limits.min_count)
        .take(limits.max)
        .map(|template| &*template.id)
        .collect();
    let window = matches!(sampling, SampleSpecification::Window { .. });
    let fields = if window { fields(records, &chosen)? } else { Vec::new() };
    let names = aggregate::names(window, &columns, &fields);
    let names = select(names, specification.features.as_deref()).map_err(FeatureError::UnknownFeature)?;
    let mut patterns = default_patterns();
    patterns.extend(specification.patterns.clone());
    let frequency = document_frequency(masked, samples, known(), &templates)?;
    if names.len() > MAX_FEATURES {
        return Err(FeatureError::TooManyFeatures { features: names.len(), limit: MAX_FEATURES });
    }
    let state = State {
        training_samples: known().count() as u64,
        document_frequency: frequency,
        templates: Some(templates),
        ..state?
    };
    Ok(FeatureSet {
        version: VERSION,
        sample: crate::samples::kind(sampling).to_owned(),
        features: names,
        utc_offset_minutes: records.utc_offset_minutes,
        patterns,
        windows: Vec::new(),
        gap_limit_seconds: 3600,
        sampling: Some(sampling.clone()),
        weight: limits.weight,
        format: None,
        state,
    })
}

/// In how many training samples each template occurs.
fn document_frequency<'a>(
    masked: &Masked,
    samples: &Samples,
    training: impl Iterator<Item = &'a usize>,
    templates: &Templates,
) -> Result<BTreeMap<String, u64>, FeatureError> {
    let found = masked.find(&Matcher::new(templates)?);
    let training: Vec<usize> = training.copied().collect();
    let count = |training: &[usize]| {
        let mut counts = vec![0u64; templates.templates.len()];
        // The sample that each template was counted in last.
        let mut last = vec![None; templates.templates.len()];
        for sample in training {
            for template in samples.records(*sample).iter().filter_map(|at| found.template(*at as usize)) {
                if last[template as usize].replace(*sample) != Some(*sample) {
                    counts[template as usize] += 1;
                }
            }
        }
        counts
    };
    let counts: Vec<Vec<u64>> = training.par_chunks(AT_ONCE).map(count).collect();
    let total = |at: usize| counts.iter().map(|counts| counts[at]).sum();
    let counts = templates.templates.iter().enumerate();
    Ok(counts.map(|(at, template)| (template.id.clone(), total(at))).collect())
}

/// The names of numbers in the most messages, in the order of the text.
fn fields(records: &Records, chosen: &[bool]) -> Result<Vec<String>, FeatureError> {
    let pattern = numbers::compile().map_err(|error| FeatureError::Pattern {
        feature: "field".into(),
        pattern: numbers::PATTERN.into(),
        reason: error.to_string(),
    })?;
    let mut counts = BTreeMap::<String, u64>::new();
    let mut offset = 0;
    for batch in &records.batches {
        let columns = Columns::of(batch)?;
        for row in (0..batch.num_rows()).filter(|row| chosen[offset + row]) {
            numbers::find(&pattern, columns.message.value(row), |name, _| {
                *counts.entry(name).or_default() += 1
            });
        }
        offset += batch.num_rows();
    }
    let mut names: Vec<(String, u64)> = counts.into_iter().collect();
    names.sort_by(|a, b| b.1.cmp(&a.1).then_with(|| a.0.cmp(&b.0)));
    let mut names: Vec<String> = names.into_iter().take(FIELDS).map(|(name, _)| name).collect();
    names.sort();
    Ok(names)
}

/// Every column of a fitted set: its definition, unit and kind.
pub fn describe(set: &FeatureSet) -> Vec<crate::Feature> {
    let texts = set.state.templates.iter().flat_map(|found| &found.templates);
    let texts = texts.map(|template| (&*template.id, &*template.text)).collect();
    set.features
        .iter()
        .map(|name| match features().iter().find(|feature| set.sampling.is_none() && feature.name == *name) {
            Some(feature) => feature.clone(),
            None => {
                table::describe(&set.state.columns, name).unwrap_or_else(|| aggregate::describe(name, &texts))
            }
        })
        .collect()
}
