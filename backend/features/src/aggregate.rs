//! Features of windows and sessions: what many records have in common. Every column is known by its name alone.
//!
//! Sums run over a sample's records in canonical order. Gaps are the seconds between neighbouring records that have
//! a time. Standard deviations are those of the population: √(Σ (x - mean)² / n), the mean computed first.

use crate::{
    FeatureError, FeatureSet,
    catalogue::{EVENTS, Feature, Kind},
    facts::{Facts, Record, UNSEEN},
    samples::Samples,
    surprise,
};
use rayon::prelude::*;
use std::collections::HashMap;
use trainyard_intake::LEVELS;
use trainyard_surprise::{STEP_NAMES, Sessions};
use trainyard_types::Weight;

const PLAIN: [(&str, &str, &str, Kind); 14] = [
    ("length", "Records of the sample", "records", Kind::Count),
    ("duration_seconds", "Seconds from the first to the last record", "s", Kind::Number),
    ("distinct_templates", "Different templates, unseen messages counting as none", "templates", Kind::Count),
    ("unseen_count", "Records whose message has none of the fitted templates", "records", Kind::Count),
    ("unseen_ratio", "unseen_count / length", "", Kind::Ratio),
    ("gap_mean_seconds", "Mean of the gaps between neighbouring records; 0 without one", "s", Kind::Number),
    ("gap_std_seconds", "Standard deviation of the gaps; 0 without one", "s", Kind::Number),
    ("gap_max_seconds", "The longest gap; 0 without one", "s", Kind::Number),
    ("level_missing_count", "Records without a known level", "records", Kind::Count),
    ("level_missing_ratio", "level_missing_count / length", "", Kind::Ratio),
    ("distinct_processes", "Different processes, none counting as one", "processes", Kind::Count),
    ("distinct_hosts", "Different hosts, none counting as one", "hosts", Kind::Count),
    (
        "distinct_macs",
        "Different MAC addresses, as found by the record feature mac_count",
        "addresses",
        Kind::Count,
    ),
    (
        "distinct_ips",
        "Different IP addresses, as found by the record feature ip_count",
        "addresses",
        Kind::Count,
    ),
];
/// Those of [`PLAIN`] that sessions have, too.
const OF_SESSIONS: usize = 9;
const STATISTICS: [&str; 5] = ["count", "mean", "std", "min", "max"];

/// The names of all features: `fields` are the named numbers, `templates` the ids that are columns.
pub(crate) fn names(window: bool, templates: &[&str], fields: &[String]) -> Vec<String> {
    let plain = if window { &PLAIN[..] } else { &PLAIN[..OF_SESSIONS] };
    let mut names: Vec<String> = plain.iter().map(|plain| plain.0.to_owned()).collect();
    let measures: &[&str] = if window { &["count", "ratio"] } else { &["count"] };
    for measure in measures {
        names.extend(LEVELS.iter().map(|level| format!("level_{level}_{measure}")));
    }
    if window {
        for measure in measures {
            names.extend(EVENTS.iter().map(|event| format!("{event}_{measure}")));
        }
    }
    names.extend(templates.iter().map(|id| format!("template_{id}")));
    if window {
        names.extend(templates.iter().map(|id| format!("template_{id}_ratio")));
        names
            .extend(fields.iter().flat_map(|f| STATISTICS.map(|statistic| format!("field_{f}_{statistic}"))));
    }
    names
}

#[derive(Clone, Copy, Debug, PartialEq)]
enum Column {
    Plain(usize),
    Level(usize, bool),
    Event(usize, bool),
    /// And what a count is multiplied by.
    Template(usize, Weight, f64),
    TemplateRatio(usize),
    Field(usize, usize),
    /// One of the six numbers by surprise.
    Step(usize),
}

/// What the columns' names mean.
pub(crate) struct Layout {
    columns: Vec<Column>,
    /// Names of the numbers that are columns.
    pub(crate) fields: HashMap<String, usize>,
    pub(crate) templates: usize,
    /// What sessions are compared with, where they are told by surprise.
    steps: Option<Sessions>,
}

impl Layout {
    pub(crate) fn of(set: &FeatureSet) -> Result<Self, FeatureError> {
        let templates = set.state.templates.as_ref().map_or(&[][..], |found| &found.templates);
        let ids: HashMap<&str, usize> =
            templates.iter().enumerate().map(|(at, template)| (&*template.id, at)).collect();
        let mut fields = HashMap::new();
        let mut columns = Vec::with_capacity(set.features.len());
        for name in &set.features {
            let column = column(name, &ids, &mut fields, set);
            columns.push(column.ok_or_else(|| FeatureError::UnknownFeature(name.clone()))?);
        }
        let steps = set.state.steps.as_ref().map(Sessions::new).transpose();
        let steps = steps.map_err(|error| surprise::version(&error))?;
        Ok(Self { columns, fields, templates: templates.len(), steps })
    }

    /// Whether addresses, events, hosts, processes or named numbers are looked at.
    pub(crate) fn looks_closely(&self) -> bool {
        self.columns.iter().any(|column| match column {
            Column::Plain(at) => *at > OF_SESSIONS,
            Column::Event(..) | Column::Field(..) => true,
            _ => false,
        })
    }
}

fn column(
    name: &str,
    ids: &HashMap<&str, usize>,
    fields: &mut HashMap<String, usize>,
    set: &FeatureSet,
) -> Option<Column> {
    if set.state.steps.is_some() {
        return STEP_NAMES.iter().position(|known| *known == name).map(Column::Step);
    }
    if let Some(at) = PLAIN.iter().position(|plain| plain.0 == name) {
        return Some(Column::Plain(at));
    }
    if let Some(id) = name.strip_prefix("template_") {
        if let Some(id) = id.strip_suffix("_ratio") {
            return ids.get(id).map(|at| Column::TemplateRatio(*at));
        }
        let documents = set.state.document_frequency.get(id).copied().unwrap_or(0);
        let idf = ((1.0 + set.state.training_samples as f64) / (1.0 + documents as f64)).ln() + 1.0;
        return ids.get(id).map(|at| Column::Template(*at, set.weight, idf));
    }
    if let Some(rest) = name.strip_prefix("field_") {
        let (field, statistic) = rest.rsplit_once('_')?;
        let statistic = STATISTICS.iter().position(|known| *known == statistic)?;
        let next = fields.len();
        return Some(Column::Field(*fields.entry(field.to_owned()).or_insert(next), statistic));
    }
    let (base, measure) = name.rsplit_once('_')?;
    let ratio = match measure {
        "count" => false,
        "ratio" => true,
        _ => return None,
    };
    if let Some(level) = base.strip_prefix("level_") {
        return LEVELS.iter().position(|known| *known == level).map(|at| Column::Level(at, ratio));
    }
    EVENTS.iter().position(|known| *known == base).map(|at| Column::Event(at, ratio))
}

/// Computes all samples into `values`, row by row.
pub(crate) fn compute(layout: &Layout, facts: &Facts<'_>, samples: &Samples, values: &mut [f64]) {
    let width = layout.columns.len().max(1);
    values.par_chunks_mut(width).enumerate().for_each_init(
        || vec![0u32; layout.templates],
        |counts, (sample, row)| {
            let members = samples.records(sample);
            for (value, column) in row.iter_mut().zip(Sample::new(members, facts, layout, counts).row(layout))
            {
                *value = column;
            }
            for at in members {
                if let Some(count) = counts.get_mut(facts.records[*at as usize].template as usize) {
                    *count = 0;
                }
            }
        },
    );
}

struct Sample<'a> {
    templates: &'a [u32],
    length: f64,
    plain: [f64; PLAIN.len()],
    levels: [u32; LEVELS.len()],
    events: [u32; EVENTS.len()],
    fields: Vec<[f64; 5]>,
    steps: [f64; STEP_NAMES.len()],
}

impl<'a> Sample<'a> {
    fn new(members: &[u32], facts: &Facts<'_>, layout: &Layout, templates: &'a mut [u32]) -> Self {
        let own = || members.iter().map(|at| &facts.records[*at as usize]);
        let details = || members.iter().filter_map(|at| facts.details.get(*at as usize));
        let (mut levels, mut events) = ([0; LEVELS.len()], [0; EVENTS.len()]);
        let (mut unseen, mut missing, mut different) = (0u32, 0u32, 0u32);
        for record in own() {
            if record.template == UNSEEN {
                unseen += 1;
            } else {
                let count = &mut templates[record.template as usize];
                different += u32::from(*count == 0);
                *count += 1;
            }
            match levels.get_mut(usize::from(record.level)) {
                Some(count) => *count += 1,
                None => missing += 1,
            }
        }
        for details in details() {
            for (event, count) in events.iter_mut().enumerate() {
                *count += u32::from(details.events >> event & 1);
            }
        }
        let length = members.len() as f64;
        let times: Vec<i64> = own().filter_map(Record::time).collect();
        let gaps: Vec<f64> = times.windows(2).map(|pair| (pair[1] - pair[0]) as f64 / 1e6).collect();
        let [_, gap_mean, gap_std, _, gap_max] = statistics(&gaps);
        let duration =
            times.first().zip(times.last()).map_or(0.0, |(first, last)| (last - first) as f64 / 1e6);
        let mut numbers = vec![Vec::new(); layout.fields.len()];
        details()
            .flat_map(|record| &record.numbers)
            .for_each(|(field, number)| numbers[*field as usize].push(*number));
        let plain = [
            length,
            duration,
            different.into(),
            unseen.into(),
            f64::from(unseen) / length,
            gap_mean,
            gap_std,
            gap_max,
            missing.into(),
            f64::from(missing) / length,
            distinct(details().map(|record| record.process)),
            distinct(details().map(|record| record.host)),
            distinct(details().flat_map(|record| record.macs.iter().copied())),
            distinct(details().flat_map(|record| record.ips.iter().copied())),
        ];
        let fields = numbers.iter().map(|numbers| statistics(numbers)).collect();
        let steps =
            layout.steps.as_ref().map(|steps| steps.numbers(own().map(Record::step))).unwrap_or_default();
        Self { templates, length, plain, levels, events, fields, steps }
    }

    fn row<'b>(&'b self, layout: &'b Layout) -> impl Iterator<Item = f64> + 'b {
        let share = |count: u32, ratio| if ratio { f64::from(count) / self.length } else { count.into() };
        layout.columns.iter().map(move |column| match *column {
            Column::Plain(at) => self.plain[at],
            Column::Level(at, ratio) => share(self.levels[at], ratio),
            Column::Event(at, ratio) => share(self.events[at], ratio),
            Column::TemplateRatio(at) => share(self.templates[at], true),
            Column::Template(at, weight, idf) => {
                let count = f64::from(self.templates[at]);
                match weight {
                    Weight::Raw => count,
                    Weight::Binary => count.min(1.0),
                    Weight::Log1p => count.ln_1p(),
                    Weight::TfIdf => count * idf,
                }
            }
            Column::Field(at, statistic) => self.fields[at][statistic],
            Column::Step(at) => self.steps[at],
        })
    }
}

fn distinct<T: Ord>(values: impl Iterator<Item = T>) -> f64 {
    let mut values: Vec<T> = values.collect();
    values.sort_unstable();
    values.dedup();
    values.len() as f64
}

/// Count, mean, standard deviation, minimum and maximum; all 0 without values.
fn statistics(values: &[f64]) -> [f64; 5] {
    let count = values.len() as f64;
    if values.is_empty() {
        return [0.0; 5];
    }
    let mean = values.iter().sum::<f64>() / count;
    let variance = values.iter().map(|value| (value - mean) * (value - mean)).sum::<f64>() / count;
    let least = values.iter().copied().fold(f64::INFINITY, f64::min);
    let most = values.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    [count, mean, variance.sqrt(), least, most]
}

/// What a column of a window or session is.
pub(crate) fn describe(name: &str, texts: &HashMap<&str, &str>) -> Feature {
    let feature = |description: String, unit: &str, kind| Feature {
        name: name.to_owned(),
        description,
        unit: unit.to_owned(),
        kind,
    };
    if let Some((_, text, unit, kind)) = PLAIN.iter().find(|plain| plain.0 == name) {
        return feature((*text).to_owned(), unit, *kind);
    }
    let (base, measure) = name.rsplit_once('_').unwrap_or((name, ""));
    if let Some(id) = name.strip_prefix("template_") {
        let (id, ratio) = id.strip_suffix("_ratio").map_or((id, false), |id| (id, true));
        let text = texts.get(id).copied().unwrap_or_default();
        return match ratio {
            true => feature(format!("Share of the records with the template: {text}"), "", Kind::Ratio),
            false => feature(format!("Weighted count of the template: {text}"), "", Kind::Number),
        };
    }
    if let Some(field) = base.strip_prefix("field_") {
        let text = format!("{measure} of the numbers named {field} in messages; 0 without one");
        return feature(text, "", if measure == "count" { Kind::Count } else { Kind::Number });
    }
    match measure {
        "ratio" => feature(format!("{base}_count / length"), "", Kind::Ratio),
        _ => feature(format!("Records with {base}"), "records", Kind::Count),
    }
}
