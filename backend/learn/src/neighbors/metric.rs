//! Distances between rows.

use super::contiguous;
use ndarray::{ArrayView2, CowArray, Ix2};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

/// Two directions nearer than this are the same one: so far off is what rounding makes of 1 - cos.
const SAME_DIRECTION: f64 = 1e-12;

/// How far apart two rows are.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Metric {
    /// 1 - cos of the angle between the rows, in [0, 2]. A row of zeros has no direction: it is at distance 1
    /// from every row, another row of zeros included, as in `sklearn.metrics.pairwise.cosine_distances`.
    Cosine,
    Euclidean,
    /// The sum of the absolute differences.
    Manhattan,
}

impl Metric {
    /// What scikit-learn calls it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Cosine => "cosine",
            Self::Euclidean => "euclidean",
            Self::Manhattan => "manhattan",
        }
    }

    /// A schema's property that offers `metrics`.
    pub(crate) fn property(metrics: &[Self], default: Self) -> Value {
        let choices = metrics.iter().map(|metric| {
            let title = match metric {
                Self::Cosine => "cosine (the angle between two samples, whatever their size)",
                Self::Euclidean => "euclidean (the straight line)",
                Self::Manhattan => "manhattan (the sum of the differences)",
            };
            json!({"title": title, "const": metric.name()})
        });
        json!({
            "title": "Distance",
            "description": "How the distance between two samples is measured.",
            "default": default.name(),
            "oneOf": choices.collect::<Vec<_>>()
        })
    }

    /// Whether rows change before they are compared.
    pub(super) fn prepares(self) -> bool {
        self == Self::Cosine
    }

    /// The rows as they are compared, in standard layout.
    pub(super) fn prepare(self, rows: ArrayView2<'_, f64>) -> CowArray<'_, f64, Ix2> {
        if !self.prepares() {
            return match rows.is_standard_layout() {
                true => CowArray::from(rows),
                false => CowArray::from(rows.as_standard_layout().into_owned()),
            };
        }
        let mut values = contiguous(rows).into_owned();
        for row in values.chunks_exact_mut(rows.ncols().max(1)) {
            let length = dot(row, row).sqrt();
            if length > 0.0 {
                row.iter_mut().for_each(|value| *value /= length);
            }
        }
        let units = ndarray::Array2::from_shape_vec(rows.dim(), values);
        CowArray::from(units.unwrap_or_default())
    }

    /// A number that orders distances between prepared rows: the square of the euclidean one.
    pub(super) fn reduced(self, a: &[f64], b: &[f64]) -> f64 {
        match self {
            Self::Cosine => {
                let distance = (1.0 - dot(a, b)).clamp(0.0, 2.0);
                if distance < SAME_DIRECTION { 0.0 } else { distance }
            }
            Self::Euclidean => sum(a, b, |x, y| (x - y) * (x - y)),
            Self::Manhattan => sum(a, b, |x, y| (x - y).abs()),
        }
    }

    /// The distance that [`Self::reduced`] stands for.
    pub(super) fn distance(self, reduced: f64) -> f64 {
        if self == Self::Euclidean { reduced.sqrt() } else { reduced }
    }

    pub(super) fn shares(self, a: &[f64], b: &[f64]) -> Vec<f64> {
        let distance = self.distance(self.reduced(a, b));
        let pairs = a.iter().zip(b);
        if distance == 0.0 {
            return vec![0.0; a.len()];
        }
        match self {
            // |a - b|² = 2 - 2ab between directions; without one of them, the other's whole length is the distance.
            Self::Cosine => {
                let both = [a, b].iter().all(|row| row.iter().any(|value| *value != 0.0));
                let factor = if both { 0.5 } else { 1.0 };
                pairs.map(|(x, y)| factor * (x - y) * (x - y)).collect()
            }
            Self::Euclidean => pairs.map(|(x, y)| (x - y) * (x - y) / distance).collect(),
            Self::Manhattan => pairs.map(|(x, y)| (x - y).abs()).collect(),
        }
    }
}

pub(crate) fn dot(a: &[f64], b: &[f64]) -> f64 {
    sum(a, b, |x, y| x * y)
}

/// The sum of `term` over two rows of the same length, in an order that depends on the length alone.
fn sum(a: &[f64], b: &[f64], term: impl Fn(f64, f64) -> f64) -> f64 {
    let (eights, rest) = a.as_chunks::<8>();
    let (other_eights, other_rest) = b.as_chunks::<8>();
    let mut sums = [0.0; 8];
    for (x, y) in eights.iter().zip(other_eights) {
        for lane in 0..8 {
            sums[lane] += term(x[lane], y[lane]);
        }
    }
    let [a, b, c, d, e, f, g, h] = sums;
    let sum = ((a + e) + (b + f)) + ((c + g) + (d + h));
    rest.iter().zip(other_rest).fold(sum, |sum, (x, y)| sum + term(*x, *y))
}
