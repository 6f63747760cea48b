//! What a value of a feature says, in words.

use crate::{Feature, surprise};

/// Why a value of a feature is odd, for a person who does not know the feature; `usual` is the median of the training
/// samples.
pub fn reason(feature: &Feature, value: f64, usual: f64) -> String {
    if let Some(text) = surprise::reason(&feature.name, value) {
        return text;
    }
    let description = feature.description.trim_end_matches('.');
    format!("{description}: {} (usually {})", number(value), number(usual))
}

/// A number with as many digits as are worth reading.
fn number(value: f64) -> String {
    if !value.is_finite() {
        return "missing".to_owned();
    }
    if value == value.trunc() && value.abs() < 1e15 {
        return format!("{value:.0}");
    }
    let digits = (3 - value.abs().log10().floor() as i32 - 1).clamp(0, 9) as usize;
    format!("{value:.digits$}")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::features;

    #[test]
    fn values_are_told_with_what_is_usual() {
        let mut feature = features()[0].clone();
        feature.name = "records".to_owned();
        feature.description = "How many records.".to_owned();
        assert_eq!(reason(&feature, 17.0, 2.5), "How many records: 17 (usually 2.50)");
        assert_eq!(number(0.012_345), "0.0123");
        assert_eq!(number(f64::NAN), "missing");
    }

    #[test]
    fn every_kind_of_surprise_has_words() {
        for feature in crate::surprise::features() {
            let text = reason(feature, 4.6, 0.0);
            assert!(!text.contains("usually") && text.len() > 20, "{text}");
        }
        let rare = crate::surprise::features().iter().find(|f| f.name == "template_rare").unwrap();
        assert_eq!(reason(rare, 4.6, 0.0), "a statement that is logged in about 1.0 % of the time");
    }
}
