//! The chi-squared distribution, as `scipy.stats.chi2` gives it to about 1e-14.

/// The share of a chi-squared variable with `degrees` of freedom that is below `value`: the regularised lower
/// incomplete gamma function (Abramowitz and Stegun 6.5.29 and 6.5.31).
pub(crate) fn cdf(value: f64, degrees: usize) -> f64 {
    let (a, x) = (degrees as f64 / 2.0, value / 2.0);
    if x <= 0.0 {
        return 0.0;
    }
    if x.is_infinite() {
        return 1.0;
    }
    let front = (a * x.ln() - x - ln_gamma(degrees)).exp();
    if x < a + 1.0 {
        let mut term = 1.0 / a;
        let mut sum = term;
        let mut n = a;
        while term > sum * 1e-17 {
            n += 1.0;
            term *= x / n;
            sum += term;
        }
        return front * sum;
    }
    // The continued fraction of the upper part, by Lentz's method.
    let mut b = x + 1.0 - a;
    let mut c = f64::MAX;
    let mut d = 1.0 / b;
    let mut fraction = d;
    for i in 1..10_000 {
        let i = f64::from(i);
        let numerator = -i * (i - a);
        b += 2.0;
        d = 1.0 / (numerator * d + b);
        c = b + numerator / c;
        let step = c * d;
        fraction *= step;
        if (step - 1.0).abs() < 1e-16 {
            break;
        }
    }
    1.0 - front * fraction
}

/// The value below which the share `share` in [0, 1] lies.
pub(crate) fn quantile(share: f64, degrees: usize) -> f64 {
    if share >= 1.0 {
        return f64::INFINITY;
    }
    let (mut low, mut high) = (0.0, degrees as f64 + 1.0);
    while cdf(high, degrees) < share {
        high *= 2.0;
    }
    loop {
        let middle = 0.5 * (low + high);
        if middle <= low || middle >= high {
            return middle;
        }
        if cdf(middle, degrees) < share { low = middle } else { high = middle }
    }
}

/// ln Γ(degrees / 2), from Γ(1) or Γ(1/2) upwards.
fn ln_gamma(degrees: usize) -> f64 {
    let (start, first) =
        if degrees.is_multiple_of(2) { (2, 0.0) } else { (1, 0.5 * std::f64::consts::PI.ln()) };
    first + (start..degrees).step_by(2).map(|twice| (twice as f64 / 2.0).ln()).sum::<f64>()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// scipy 1.17.1: `chi2.cdf(value, degrees)` and `chi2.ppf(share, degrees)`.
    #[test]
    fn shares_and_quantiles_are_those_of_scipy() {
        for (value, degrees, share) in SCIPY_CDF {
            assert!(
                (cdf(value, degrees) - share).abs() < 1e-14,
                "{value} {degrees}: {}",
                cdf(value, degrees)
            );
        }
        for (share, degrees, value) in SCIPY_PPF {
            let found = quantile(share, degrees);
            assert!((found / value - 1.0).abs() < 1e-13, "{share} {degrees}: {found}");
        }
        assert_eq!((cdf(f64::INFINITY, 3), cdf(0.0, 3), quantile(1.0, 3)), (1.0, 0.0, f64::INFINITY));
    }

    const SCIPY_CDF: [(f64, usize, f64); 7] = [
        (0.1, 1, 0.24817036595415076),
        (3.0, 1, 0.9167354833364496),
        (2.5, 2, 0.7134952031398099),
        (7.0, 4, 0.8641117745995668),
        (60.0, 40, 0.9781265315586091),
        (20.0, 40, 0.0034543419758568334),
        (400.0, 301, 0.9998871555993921),
    ];
    const SCIPY_PPF: [(f64, usize, f64); 6] = [
        (0.975, 1, 5.023886187314888),
        (0.5, 2, 1.386294361119891),
        (0.975, 3, 9.348403604496148),
        (0.51, 42, 41.56329321960341),
        (0.975, 300, 349.87446882991526),
        (0.9, 7, 12.017036623780532),
    ];
}
