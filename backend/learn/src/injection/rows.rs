//! Anomalies made of rows, where there are no records to stage incidents in.

use super::{Draw, DrawnKind};
use crate::{
    SplitRows, StandardScaler,
    clusters::{clusters, without_missing},
    random::RandomState,
    sums::mean_and_deviation,
};
use ndarray::{Array2, ArrayView2, Axis};
use std::collections::HashSet;

/// The most rows of each part that incidents are made among.
const MOST_ROWS: usize = 20_000;
/// The share of rows that belong to incidents, and the least of them.
const SHARE: f64 = 0.02;
const FEWEST: usize = 16;
/// Incidents, of unequal size.
const INCIDENTS: usize = 12;
/// Kinds of [`KINDS`] that rows are altered by; the last one alters none.
const ALTERING: usize = 4;
/// Rows that clusters are found among.
const CLUSTERED: usize = 2_000;
/// Rows per cluster, at least, and the least and the most clusters.
const PER_CLUSTER: usize = 8;
const CLUSTERS: (usize, usize) = (8, 16);
/// The share of the rows that a cluster has which can be made rare, from and to.
const RARE: (f64, f64) = (0.01, 0.15);
/// Test rows that they have, at least.
const FEWEST_RARE: usize = 6;
/// Clusters that are made rare, at most.
const MADE_RARE: usize = 2;
/// The share of them among the test rows, at most: no more than real anomalies may have.
const MOST_RARE: f64 = 0.08;

const KINDS: [DrawnKind; 5] = [
    DrawnKind {
        name: "extreme_value",
        description: "a feature lies half to two ranges outside the range of the training samples",
    },
    DrawnKind { name: "spike", description: "some features lie four to ten times as far from their means" },
    DrawnKind {
        name: "unusual_mix",
        description: "half of the features have values of other samples: each is usual, their combination is not",
    },
    DrawnKind {
        name: "lost_values",
        description: "some features fall to the least value that they ever have",
    },
    DrawnKind {
        name: "rare_kind",
        description: "samples of a kind that there is, most of which were taken away from the training samples",
    },
];

/// What happens to every row of an incident.
enum Incident {
    Extreme { column: usize, value: f64 },
    Spike { columns: Vec<u32>, factor: f64 },
    Mix { columns: Vec<u32>, values: Vec<f64> },
    Lost { columns: Vec<u32> },
}

impl Incident {
    fn draw(kind: usize, training: ArrayView2<'_, f64>, usual: &[Usual], random: &mut RandomState) -> Self {
        let columns = usual.len();
        let some = |share: usize, random: &mut RandomState| {
            let mut order = random.permutation(columns as u32).to_vec();
            order.truncate(columns.div_ceil(share));
            order
        };
        match kind {
            0 => {
                let column = varying(usual, random);
                let usual = &usual[column];
                let beyond = usual.range() * (0.5 + 1.5 * random.next_double());
                let is_low = random.below(2) == 0;
                let value = if is_low { usual.minimum - beyond } else { usual.maximum + beyond };
                Self::Extreme { column, value }
            }
            1 => Self::Spike { columns: some(4, random), factor: 4.0 + 6.0 * random.next_double() },
            2 => {
                let columns = some(2, random);
                let rows = training.nrows() as u32;
                let values =
                    columns.iter().map(|at| training[[random.below(rows) as usize, *at as usize]]).collect();
                Self::Mix { columns, values }
            }
            _ => Self::Lost { columns: some(4, random) },
        }
    }

    fn happens(&self, sample: &mut [f64], usual: &[Usual], random: &mut RandomState) {
        // No two instances are alike to the last digit.
        let near = |value: f64, usual: &Usual, random: &mut RandomState| {
            value + 0.05 * usual.deviation * (random.next_double() - 0.5)
        };
        match self {
            Self::Extreme { column, value } => sample[*column] = near(*value, &usual[*column], random),
            Self::Spike { columns, factor } => {
                for column in columns {
                    let (usual, value) = (&usual[*column as usize], &mut sample[*column as usize]);
                    let distance = *value - usual.mean;
                    // A value on the mean has no direction of its own: it goes up.
                    let distance = if distance == 0.0 { usual.deviation } else { distance };
                    *value = near(usual.mean + factor * distance, usual, random);
                }
            }
            Self::Mix { columns, values } => {
                for (column, value) in columns.iter().zip(values) {
                    sample[*column as usize] = *value;
                }
            }
            Self::Lost { columns } => {
                columns.iter().for_each(|column| sample[*column as usize] = usual[*column as usize].minimum);
            }
        }
    }
}

impl Draw {
    /// Makes anomalies of rows. Where rows are of several kinds, some kinds become anomalies: most of their rows are
    /// taken away from the training part, so that they are as rare there as real anomalies. That keeps what goes with
    /// what, as changing single values does not: a detector that looks best by those is none the better for real ones.
    /// Where there are no kinds, rows are altered, in addition to those there are.
    ///
    /// `rows` is the split of `samples`; missing values stay missing. Depends on the seed alone, not on threads.
    pub fn of_rows(
        samples: ArrayView2<'_, f64>,
        feature_names: &[String],
        rows: &SplitRows,
        seed: u32,
    ) -> Self {
        let thinned = |rows: &[usize]| -> Vec<usize> {
            rows.iter().copied().step_by(rows.len().div_ceil(MOST_ROWS).max(1)).collect()
        };
        let rows = SplitRows { training: thinned(&rows.training), test: thinned(&rows.test) };
        Self::rarefied(samples, feature_names, &rows, seed)
            .unwrap_or_else(|| Self::altered(samples, feature_names, &rows, seed))
    }

    /// With kinds of rows that are made rare; none where no kind is small enough to be, yet large enough to be seen.
    fn rarefied(
        samples: ArrayView2<'_, f64>,
        feature_names: &[String],
        rows: &SplitRows,
        seed: u32,
    ) -> Option<Self> {
        let mut random = RandomState::new(seed);
        let all: Vec<usize> = rows.training.iter().chain(&rows.test).copied().collect();
        let begin = rows.training.len();
        let values = without_missing(samples.select(Axis(0), &all).view());
        let learned: Vec<usize> = (0..all.len()).step_by(all.len().div_ceil(CLUSTERED).max(1)).collect();
        let scaler = StandardScaler::fit(values.select(Axis(0), &learned).view()).ok()?;
        let scaled = scaler.transform(values.view()).ok()?;
        let wanted = CLUSTERS.0 + random.below((CLUSTERS.1 - CLUSTERS.0) as u32) as usize;
        let k = wanted.min(learned.len() / PER_CLUSTER);
        let of = clusters(scaled.select(Axis(0), &learned).view(), scaled.view(), k, seed.into())?;
        let size = |of: &[u32], kind: u32| {
            of.iter().filter(|own| **own == kind).count() as f64 / of.len().max(1) as f64
        };
        // Of a kind that only one part has, nothing could be learned or judged.
        let fits = |kind: &u32| {
            [&of[..begin], &of[begin..]]
                .into_iter()
                .all(|part| (RARE.0..=RARE.1).contains(&size(part, *kind)))
        };
        let known: Vec<u32> = (0..k as u32).filter(fits).collect();
        let order = random.permutation(known.len() as u32).to_vec();
        let chosen: Vec<u32> = order.iter().take(MADE_RARE).map(|at| known[*at as usize]).collect();
        if of[begin..].iter().filter(|own| chosen.contains(own)).count() < FEWEST_RARE {
            return None;
        }
        let (mut kept, mut kinds) = (Vec::new(), Vec::new());
        let mut parts = [0..0, 0..0];
        for (at, (part, share)) in [(0..begin, SHARE), (begin..all.len(), MOST_RARE)].into_iter().enumerate()
        {
            let rare: Vec<usize> = part.clone().filter(|row| chosen.contains(&of[*row])).collect();
            let most = ((share * (part.len() - rare.len()) as f64) as usize).max(2);
            let order = random.permutation(rare.len() as u32).to_vec();
            let left: HashSet<usize> = order.iter().take(most).map(|at| rare[*at as usize]).collect();
            let first = kept.len();
            for row in part {
                let is_rare = chosen.contains(&of[row]);
                if !is_rare || left.contains(&row) {
                    kept.push(all[row]);
                    kinds.push(is_rare.then_some(ALTERING as u16));
                }
            }
            parts[at] = first..kept.len();
        }
        let [training, test] = parts;
        Some(Self {
            samples: samples.select(Axis(0), &kept),
            feature_names: feature_names.to_vec(),
            timestamps: None,
            rows: SplitRows { training: training.collect(), test: test.collect() },
            kinds,
            known: KINDS.to_vec(),
            one_unit: false,
            doubted: Vec::new(),
            seed,
        })
    }

    /// With altered rows, as many as [`SHARE`] says.
    fn altered(samples: ArrayView2<'_, f64>, feature_names: &[String], rows: &SplitRows, seed: u32) -> Self {
        let (training, test) = (&rows.training, &rows.test);
        let known = samples.select(Axis(0), training);
        let usual: Vec<Usual> = known.axis_iter(Axis(1)).map(|column| Usual::of(column.iter())).collect();
        let mut random = RandomState::new(seed);
        let mut incidents = Vec::new();
        if !training.is_empty() && !usual.is_empty() {
            let first = random.below(ALTERING as u32) as usize;
            for number in 0..INCIDENTS {
                let kind = (first + number) % ALTERING;
                incidents.push((kind, Incident::draw(kind, known.view(), &usual, &mut random)));
            }
        }
        let mut made = Self {
            samples: Array2::zeros((0, usual.len())),
            feature_names: feature_names.to_vec(),
            timestamps: None,
            rows: SplitRows { training: Vec::new(), test: Vec::new() },
            kinds: Vec::new(),
            known: KINDS.to_vec(),
            one_unit: false,
            doubted: Vec::new(),
            seed,
        };
        let mut values = Vec::new();
        for (part, is_test) in [(training, false), (test, true)] {
            let begin = made.kinds.len();
            for row in part {
                values.extend(samples.row(*row));
                made.kinds.push(None);
            }
            let count = ((SHARE * part.len() as f64) as usize).max(FEWEST.min(part.len()));
            for _ in 0..if incidents.is_empty() { 0 } else { count } {
                let (kind, incident) = &incidents[by_rank(incidents.len(), &mut random)];
                let mut sample = samples.row(part[random.below(part.len() as u32) as usize]).to_vec();
                incident.happens(&mut sample, &usual, &mut random);
                values.extend(sample);
                made.kinds.push(Some(*kind as u16));
            }
            let rows = (begin..made.kinds.len()).collect();
            if is_test { made.rows.test = rows } else { made.rows.training = rows }
        }
        if let Ok(all) = Array2::from_shape_vec((made.kinds.len(), usual.len()), values) {
            made.samples = all;
        }
        made
    }
}

/// A place, the first ones more often: by one over the rank.
fn by_rank(count: usize, random: &mut RandomState) -> usize {
    let whole: f64 = (1..=count).map(|rank| 1.0 / rank as f64).sum();
    let mut left = random.next_double() * whole;
    for at in 0..count {
        left -= 1.0 / (at + 1) as f64;
        if left <= 0.0 {
            return at;
        }
    }
    count - 1
}

/// A column with more than one value in the training samples, or any when there is none.
fn varying(usual: &[Usual], random: &mut RandomState) -> usize {
    let varying: Vec<usize> =
        (0..usual.len()).filter(|column| usual[*column].maximum > usual[*column].minimum).collect();
    if varying.is_empty() {
        random.below(usual.len() as u32) as usize
    } else {
        varying[random.below(varying.len() as u32) as usize]
    }
}

/// What is usual of a feature.
struct Usual {
    minimum: f64,
    maximum: f64,
    mean: f64,
    deviation: f64,
}

impl Usual {
    fn of<'a>(values: impl Iterator<Item = &'a f64>) -> Self {
        let known: Vec<f64> = values.copied().filter(|value| value.is_finite()).collect();
        let (mean, deviation) = mean_and_deviation(&known);
        let (mut minimum, mut maximum) = (mean, mean);
        for value in &known {
            minimum = value.min(minimum);
            maximum = value.max(maximum);
        }
        Self { minimum, maximum, mean, deviation }
    }

    fn range(&self) -> f64 {
        let range = self.maximum - self.minimum;
        if range > 0.0 { range } else { 1.0 }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn usual(rows: usize) -> Array2<f64> {
        let mut random = RandomState::new(3);
        Array2::from_shape_simple_fn((rows, 8), || random.next_double())
    }

    fn names(count: usize) -> Vec<String> {
        (0..count).map(|at| at.to_string()).collect()
    }

    fn halves(count: usize) -> SplitRows {
        SplitRows { training: (0..count / 2).collect(), test: (count / 2..count).collect() }
    }

    #[test]
    fn incidents_recur_in_both_parts_and_are_what_they_are_called() {
        let samples = usual(2000);
        let draw = Draw::altered(samples.view(), &names(8), &halves(2000), 7);
        assert_eq!((draw.incidents(&draw.rows.training), draw.incidents(&draw.rows.test)), (20, 20));
        assert_eq!(draw.samples.nrows(), 2040);
        for row in 0..draw.samples.nrows() {
            let sample = draw.samples.row(row);
            let outside = sample.iter().filter(|value| **value < -0.4 || **value > 1.4).count();
            match draw.kinds[row].map(|kind| draw.known[kind as usize].name) {
                None => assert_eq!(outside, 0),
                Some("extreme_value") => assert_eq!(outside, 1),
                Some("spike") => assert!(outside <= 2),
                Some("lost_values") => assert!(sample.iter().filter(|value| **value < 0.01).count() >= 2),
                Some(_) => assert_eq!(outside, 0),
            }
        }
        let other = Draw::altered(samples.view(), &names(8), &halves(2000), 8);
        assert_ne!(draw.samples, other.samples);
    }

    #[test]
    fn kinds_that_there_are_become_rare_in_training() {
        let mut random = RandomState::new(5);
        // Ten kinds, each about a point of its own.
        let samples = Array2::from_shape_fn((1000, 3), |(row, column)| {
            f64::from((row % 10) as u32 * 7 % (11 + column as u32)) * 10.0 + random.next_double()
        });
        let draw = Draw::of_rows(samples.view(), &names(3), &halves(1000), 3);
        let again = Draw::of_rows(samples.view(), &names(3), &halves(1000), 3);
        assert_eq!((&draw.samples, &draw.kinds), (&again.samples, &again.kinds));
        let (training, test) = (draw.incidents(&draw.rows.training), draw.incidents(&draw.rows.test));
        assert!((2..=10).contains(&training) && (10..=40).contains(&test), "{training} {test}");
        assert!(draw.rows.training.len() < 500 - 30 && draw.rows.test.len() <= 500);
        let known = |row: &usize| draw.kinds[*row].map(|kind| draw.known[kind as usize].name);
        assert!(draw.rows.test.iter().filter_map(known).all(|name| name == "rare_kind"));
        // What is an anomaly is a whole kind: no ordinary test row is near one.
        for row in draw.rows.test.iter().filter(|row| draw.kinds[**row].is_some()) {
            let near = |other: &&usize| {
                draw.kinds[**other].is_none()
                    && (&draw.samples.row(*row) - &draw.samples.row(**other))
                        .iter()
                        .all(|apart| apart.abs() < 2.0)
            };
            assert_eq!(draw.rows.test.iter().filter(near).count(), 0);
        }
    }

    #[test]
    fn what_only_the_test_part_has_is_not_made_rare() {
        let mut random = RandomState::new(9);
        // The last fifth is of two kinds that were never there before.
        let samples = Array2::from_shape_fn((1000, 3), |(row, _)| {
            let kind = if row < 800 { 0.0 } else { 50.0 * (1 + row % 2) as f64 };
            kind + random.next_double()
        });
        let rows = SplitRows { training: (0..800).collect(), test: (800..1000).collect() };
        for seed in 0..5 {
            let draw = Draw::of_rows(samples.view(), &names(3), &rows, seed);
            let anomalies = draw.incidents(&draw.rows.test);
            assert!(draw.rows.test.len() - anomalies >= 100 && anomalies >= 6, "{anomalies}");
        }
    }

    #[test]
    fn the_smallest_matrices_can_be_injected_into() {
        for (rows, columns) in [(1, 1), (2, 1), (1, 3), (0, 2)] {
            let samples = Array2::zeros((rows, columns));
            let draw = Draw::of_rows(samples.view(), &names(columns), &halves(rows), 1);
            assert_eq!(draw.kinds.len(), draw.samples.nrows());
            assert!(draw.samples.iter().all(|value| value.is_finite()));
        }
    }
}
