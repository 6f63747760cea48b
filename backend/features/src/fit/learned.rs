//! What is learned from the records of windows or sessions: templates, their frequencies and named numbers.

use crate::{
    FeatureError, FeatureSet, State, aggregate,
    events::default_patterns,
    numbers,
    pieces::{Members, Piece, each_piece},
    samples::Samples,
    set::{MAX_FEATURES, NO_PROCESS, VERSION},
    specification::select,
};
use datafusion::arrow::array::{Array, RecordBatch};
use rayon::prelude::*;
use regex::bytes::Regex;
use rustc_hash::{FxHashMap, FxHashSet};
use std::collections::BTreeMap;
use trainyard_intake::{
    Batches, Columns, IntakeError, LEVELS,
    templates::{Found, Masked, Matcher, Tally, Templates},
    text_at,
};
use trainyard_surprise::{MOST_SESSIONS, MOST_STEPS, STEP_NAMES, Step, Steps};
use trainyard_types::{FeatureSetSpecification, SampleSpecification};

/// Samples that one core counts the templates of.
const AT_ONCE: usize = 4096;
/// The most named numbers that become features.
const FIELDS: usize = 16;

/// What the records of the training samples say.
pub(crate) struct Learned {
    templates: Templates,
    processes: Processes,
    fields: Vec<String>,
    training_samples: u64,
    /// In how many of these each template occurs.
    document_frequency: Vec<u64>,
    /// The steps of some of them, where sessions are told by surprise.
    steps: Option<Steps>,
}

impl Learned {
    pub(crate) fn into_set(
        self,
        specification: &FeatureSetSpecification,
        sampling: &SampleSpecification,
        utc_offset_minutes: i32,
    ) -> Result<FeatureSet, FeatureError> {
        let Self { templates, processes, fields, training_samples, document_frequency, steps } = self;
        let limits = specification.templates.unwrap_or_default();
        let columns: Vec<&str> = templates
            .templates
            .iter()
            .filter(|template| template.count >= limits.min_count)
            .take(limits.max)
            .map(|template| &*template.id)
            .collect();
        let names = match steps {
            Some(_) => STEP_NAMES.map(str::to_owned).to_vec(),
            None => aggregate::names(is_window(sampling), &columns, &fields),
        };
        let names = select(names, specification.features.as_deref()).map_err(FeatureError::UnknownFeature)?;
        if names.len() > MAX_FEATURES {
            return Err(FeatureError::TooManyFeatures { features: names.len(), limit: MAX_FEATURES });
        }
        let mut patterns = default_patterns();
        patterns.extend(specification.patterns.clone());
        let ids = templates.templates.iter().map(|template| template.id.clone());
        let state = State {
            training_samples,
            document_frequency: ids.zip(document_frequency).collect(),
            templates: Some(templates),
            steps,
            ..processes.into_state()
        };
        Ok(FeatureSet {
            version: VERSION,
            sample: crate::samples::kind(sampling).to_owned(),
            features: names,
            utc_offset_minutes,
            patterns,
            windows: Vec::new(),
            gap_limit_seconds: 3600,
            sampling: Some(sampling.clone()),
            weight: limits.weight,
            format: None,
            state,
        })
    }
}

fn is_window(sampling: &SampleSpecification) -> bool {
    matches!(sampling, SampleSpecification::Window { .. })
}

/// Of all records in memory, cut into samples, and masked.
pub(crate) fn learn(
    batches: &[RecordBatch],
    samples: &Samples,
    masked: &Masked,
    sampling: &SampleSpecification,
    training_samples: Option<&[usize]>,
    by_steps: bool,
) -> Result<Learned, FeatureError> {
    let mut training: Vec<usize> = match training_samples {
        Some(rows) => rows.iter().copied().filter(|row| *row < samples.len()).collect(),
        None => (0..samples.len()).collect(),
    };
    training.sort_unstable();
    training.dedup();
    let mut chosen = vec![false; batches.iter().map(RecordBatch::num_rows).sum()];
    let members = training.iter().flat_map(|sample| samples.records(*sample));
    members.for_each(|at| chosen[*at as usize] = true);

    let columns = batches.iter().map(Columns::of).collect::<Result<Vec<_>, _>>()?;
    let mut processes = Processes::default();
    let (templates, ()) =
        rayon::join(|| masked.mine(|record| chosen[record]), || processes.add(parts(&columns, &chosen)));
    let mut numbers = Numbers::of(sampling)?;
    parts(&columns, &chosen).into_iter().for_each(|(columns, chosen)| numbers.add(&columns, chosen));
    let found = masked.find(&Matcher::new(&templates).map_err(IntakeError::from)?);
    let steps = by_steps.then(|| steps(&columns, samples, &spread(&training), &found));
    Ok(Learned {
        document_frequency: document_frequency(&found, samples, &training, &templates),
        steps,
        templates,
        processes,
        fields: numbers.most_frequent(),
        training_samples: training.len() as u64,
    })
}

/// The same of records that are gone through piece by piece, twice.
pub(super) fn learn_in_pieces(
    batches: &Batches,
    sampling: &SampleSpecification,
    training_samples: Option<&[usize]>,
    at_once: Option<usize>,
    by_steps: bool,
) -> Result<Learned, FeatureError> {
    let training: Option<FxHashSet<usize>> =
        training_samples.map(|samples| samples.iter().copied().collect());
    let trains = |sample: u32| training.as_ref().is_none_or(|training| training.contains(&(sample as usize)));

    let mut tally = Tally::default();
    let mut processes = Processes::default();
    let mut numbers = Numbers::of(sampling)?;
    // Whether the records that come again were taken in.
    let mut taken: Vec<bool> = Vec::new();
    let samples = each_piece(batches, sampling, at_once, |piece: &Piece, members: &Members| {
        let mut chosen = vec![false; piece.records()];
        for (sample, record) in &members.pairs {
            chosen[*record as usize] |= trains(*sample);
        }
        let mut ever = chosen.clone();
        for (at, taken) in taken.iter().enumerate() {
            chosen[at] &= !taken;
            ever[at] |= taken;
        }
        taken = ever[piece.again.clone()].to_vec();
        tally.add(&Masked::of(&piece.batches)?, |record| chosen[record]);
        let columns = piece.columns()?;
        processes.add(parts(&columns, &chosen));
        parts(&columns, &chosen).into_iter().for_each(|(columns, chosen)| numbers.add(&columns, chosen));
        Ok(())
    })?;

    let templates = tally.mine();
    let matcher = Matcher::new(&templates).map_err(IntakeError::from)?;
    let mut document_frequency = vec![0; templates.templates.len()];
    let mut counted: FxHashSet<(u32, u32)> = FxHashSet::default();
    let mut sessions = by_steps.then(|| {
        let chosen: Vec<usize> = (0..samples.len()).filter(|sample| trains(*sample as u32)).collect();
        spread(&chosen)
            .into_iter()
            .map(|sample| (sample as u32, Vec::new()))
            .collect::<BTreeMap<u32, Vec<Step>>>()
    });
    each_piece(batches, sampling, at_once, |piece, members| {
        let masked = Masked::of(&piece.batches)?;
        let found = masked.find(&matcher);
        for (sample, record) in members.pairs.iter().filter(|pair| trains(pair.0)) {
            if let Some(template) = found.template(*record as usize)
                && counted.insert((*sample, template))
            {
                document_frequency[template as usize] += 1;
            }
        }
        if let Some(sessions) = &mut sessions {
            let steps = all_steps(&piece.columns()?, &found);
            for (sample, record) in &members.pairs {
                let session = sessions.get_mut(sample).filter(|session| session.len() <= MOST_STEPS);
                if let Some(session) = session {
                    session.push(steps[*record as usize]);
                }
            }
        }
        if members.whole {
            counted.clear();
        }
        Ok(())
    })?;
    let training_samples = match &training {
        Some(training) => training.iter().filter(|sample| **sample < samples.len()).count(),
        None => samples.len(),
    };
    Ok(Learned {
        templates,
        processes,
        fields: numbers.most_frequent(),
        training_samples: training_samples as u64,
        document_frequency,
        steps: sessions.map(|sessions| Steps::fit(&sessions.into_values().collect::<Vec<_>>())),
    })
}

/// As many of the training samples as steps are learned from, from all over.
fn spread(training: &[usize]) -> Vec<usize> {
    let count = training.len().min(MOST_SESSIONS);
    (0..count).map(|at| training[at * training.len() / count]).collect()
}

/// Every record as a step of its session.
fn all_steps(columns: &[Columns<'_>], found: &Found<'_>) -> Vec<Step> {
    let mut steps = Vec::new();
    for batch in columns {
        for row in 0..batch.message.len() {
            let level = text_at(batch.level, row);
            steps.push(Step {
                template: found.template(steps.len()),
                time: batch.timestamp.is_valid(row).then(|| batch.timestamp.value(row)),
                severity: level
                    .and_then(|level| LEVELS.iter().position(|known| *known == level))
                    .map(|at| at as u8),
            });
        }
    }
    steps
}

fn steps(columns: &[Columns<'_>], samples: &Samples, sessions: &[usize], found: &Found<'_>) -> Steps {
    let steps = all_steps(columns, found);
    let session = |sample: &usize| -> Vec<Step> {
        samples.records(*sample).iter().take(MOST_STEPS + 1).map(|at| steps[*at as usize]).collect()
    };
    Steps::fit(&sessions.iter().map(session).collect::<Vec<_>>())
}

/// In how many training samples each template occurs.
fn document_frequency(
    found: &Found<'_>,
    samples: &Samples,
    training: &[usize],
    templates: &Templates,
) -> Vec<u64> {
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
    (0..templates.templates.len()).map(|at| counts.iter().map(|counts| counts[at]).sum()).collect()
}

/// Each batch with its part of what is said of every record.
pub(crate) fn parts<'a, 'b>(
    columns: &'b [Columns<'a>],
    chosen: &'b [bool],
) -> Vec<(Columns<'a>, &'b [bool])> {
    let mut rest = chosen;
    let part = |columns: &Columns<'a>| {
        let (own, after) = rest.split_at(columns.message.len());
        rest = after;
        (*columns, own)
    };
    columns.iter().map(part).collect()
}

/// How often each process occurs.
#[derive(Default)]
pub(crate) struct Processes(FxHashMap<String, u64>);

impl Processes {
    /// Takes in the chosen records of some batches, on all cores.
    pub(crate) fn add<'a, 'b>(
        &mut self,
        batches: impl IntoParallelIterator<Item = (Columns<'a>, &'b [bool])>,
    ) {
        let count = |(columns, chosen): (Columns<'a>, &[bool])| process_counts(&columns, chosen);
        let found: Vec<Vec<(&str, u64)>> = batches.into_par_iter().map(count).collect();
        for (process, count) in found.into_iter().flatten() {
            match self.0.get_mut(process) {
                Some(known) => *known += count,
                None => drop(self.0.insert(process.to_owned(), count)),
            }
        }
    }

    /// The share of each.
    pub(crate) fn into_state(self) -> State {
        let total: u64 = self.0.values().sum();
        let share = |(name, count)| (name, count as f64 / total as f64);
        let process_frequency = self.0.into_iter().map(share).collect();
        State { training_records: total, process_frequency, ..State::default() }
    }
}

/// The processes of a batch's chosen records, some of them several times.
fn process_counts<'a>(columns: &Columns<'a>, chosen: &[bool]) -> Vec<(&'a str, u64)> {
    // Equal views are equal texts: few texts have more than one.
    let mut counts: FxHashMap<Option<u128>, (&str, u64)> = FxHashMap::default();
    let process = columns.process;
    for (row, _) in chosen.iter().enumerate().filter(|(_, chosen)| **chosen) {
        let view = process.is_valid(row).then(|| process.views()[row]);
        let name = || (text_at(process, row).unwrap_or(NO_PROCESS), 0);
        counts.entry(view).or_insert_with(name).1 += 1;
    }
    counts.into_values().collect()
}

/// How many messages have a number of each name; of sessions, nobody asks.
struct Numbers {
    pattern: Option<Regex>,
    counts: BTreeMap<String, u64>,
}

impl Numbers {
    fn of(sampling: &SampleSpecification) -> Result<Self, FeatureError> {
        let pattern = is_window(sampling).then(numbers::compile).transpose();
        let pattern = pattern.map_err(|error| FeatureError::Pattern {
            feature: "field".into(),
            pattern: numbers::PATTERN.into(),
            reason: error.to_string(),
        })?;
        Ok(Self { pattern, counts: BTreeMap::new() })
    }

    fn add(&mut self, columns: &Columns<'_>, chosen: &[bool]) {
        let Some(pattern) = &self.pattern else { return };
        for (row, _) in chosen.iter().enumerate().filter(|(_, chosen)| **chosen) {
            numbers::find(pattern, columns.message.value(row), |name, _| {
                *self.counts.entry(name).or_default() += 1
            });
        }
    }

    /// The names in the most messages, in the order of the text.
    fn most_frequent(self) -> Vec<String> {
        let mut names: Vec<(String, u64)> = self.counts.into_iter().collect();
        names.sort_by(|a, b| b.1.cmp(&a.1).then_with(|| a.0.cmp(&b.0)));
        let mut names: Vec<String> = names.into_iter().take(FIELDS).map(|(name, _)| name).collect();
        names.sort();
        names
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        pieces::tests::{parts, samplings, some_records},
        transform::cut_and_mask,
    };
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn pieces_teach_what_the_whole_teaches(
            whole in some_records(),
            rows in 1..20usize,
            at_once in 1..40usize,
            chosen in any::<Option<[bool; 16]>>(),
        ) {
            // Some of them are of no sample, and all are there twice.
            let all = (0..16).chain((0..16).rev());
            let training = chosen.map(|chosen| all.filter(|at| chosen[*at]).collect::<Vec<usize>>());
            for (sampling, by_steps) in samplings().into_iter().flat_map(|sampling| {
                let session = matches!(sampling, SampleSpecification::Session { .. });
                [Some((sampling.clone(), false)), session.then_some((sampling, true))].into_iter().flatten()
            }) {
                let asked = FeatureSetSpecification::preset("syslog");
                let (samples, masked) = cut_and_mask(std::slice::from_ref(&whole), &sampling).unwrap();
                let all = [whole.clone()];
                let learned = learn(&all, &samples, &masked, &sampling, training.as_deref(), by_steps).unwrap();
                let batches = parts(&whole, rows);
                let same = learn_in_pieces(&batches, &sampling, training.as_deref(), Some(at_once), by_steps).unwrap();
                let set = |learned: Learned| learned.into_set(&asked, &sampling, 0).unwrap();
                prop_assert_eq!(set(same), set(learned));
            }
        }
    }
}
