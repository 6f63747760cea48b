//! From nine numbers to one, and from which one on a record is odd.

use crate::numbers::quantile;

/// The prior: e³ = 20 times rarer than usual.
const PRIOR: f64 = 3.0;
const LOWEST: f64 = 2.5;
const HIGHEST: f64 = 5.0;
const BINS: usize = 60;

/// Template or group rarity (the larger, less 1) + the largest burst + numbers far out + odd values + severity + ½ context.
pub fn score(surprise: &[f64; 9]) -> f64 {
    let [template_rare, group_rare, template_burst, group_burst, value_burst, far, odd, severity, context] =
        *surprise;
    let rare = (template_rare.max(group_rare) - 1.0).max(0.0);
    let burst = template_burst.max(group_burst).max(value_burst);
    rare + burst + far.max(0.0) + odd + severity + context * 0.5
}

/// From the shape of the training scores, the middle one of: where an exponential through the median and the 90th percentile
/// leaves one false alarm in a thousand; the least dense place of log(1 + score) between the bulk and what lies far out; and
/// 3 nats. Within 2.5 and 5.
pub fn threshold(scores: &[f64]) -> f64 {
    let finite = scores.iter().filter(|score| score.is_finite());
    let mut scores: Vec<f64> = finite.map(|score| score.max(0.0)).collect();
    scores.sort_by(f64::total_cmp);
    let (median, high) = (quantile(&scores, 0.5), quantile(&scores, 0.9));
    let exponential = median + (high - median) / 5_f64.ln() * 500_f64.ln();
    let logarithms: Vec<f64> = scores.iter().map(|score| score.ln_1p()).collect();
    let mut three = [exponential, least_dense(&logarithms).unwrap_or(PRIOR), PRIOR];
    three.sort_by(f64::total_cmp);
    three[1].clamp(LOWEST, HIGHEST)
}

/// Where the fewest ascending logarithms are, above their 85th percentile and below that of a score of 11.
fn least_dense(ascending: &[f64]) -> Option<f64> {
    let highest = ascending.last()?.max(1e-9);
    let edge = |at: usize| highest * at as f64 / BINS as f64;
    let mut counts = [0_u32; BINS];
    for logarithm in ascending {
        let mut bin = ((logarithm / highest * BINS as f64) as usize).min(BINS - 1);
        bin -= usize::from(bin > 0 && *logarithm < edge(bin));
        bin += usize::from(bin + 1 < BINS && *logarithm >= edge(bin + 1));
        counts[bin] += 1;
    }
    let density = |at: usize| counts[at.saturating_sub(2)..BINS.min(at + 3)].iter().sum::<u32>();
    let bulk = quantile(ascending, 0.85);
    (0..BINS)
        .filter(|at| edge(*at) >= bulk && edge(at + 1) < 12_f64.ln())
        .min_by_key(|at| density(*at))
        .map(|at| edge(at).exp_m1())
}
