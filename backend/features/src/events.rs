//! Event flags: patterns that are looked for in every message, all at once.
//!
//! A pattern is a regular expression in the common subset of Rust's `regex` and Python's `re`, matched anywhere in
//! the message, with ASCII meaning of case, `\b`, `\w`, `\d` and `\s` (Python: `re.IGNORECASE | re.ASCII`).

use crate::{FeatureError, catalogue::EVENTS};
use regex::bytes::{RegexBuilder, RegexSet, RegexSetBuilder};
use std::collections::BTreeMap;

/// The patterns of a new feature set, per feature.
pub(crate) fn default_patterns() -> BTreeMap<String, Vec<String>> {
    let lists: [&[&str]; EVENTS.len()] = [
        &[
            r"\berrors?\b",
            r"\bfail(ed|ure|ures|s|ing)?\b",
            r"\bfatal\b",
            r"\bpanic\b",
            r"\bcrash(ed|es|ing)?\b",
            r"exception",
            r"\bdenied\b",
            r"\brefused\b",
            r"\bunreachable\b",
            r"\bsegfault\b",
            r"\babort(ed|ing)?\b",
            r"\bcorrupt(ed|ion)?\b",
        ],
        &[
            r"\bconnected\b",
            r"\bassociated\b",
            r"\bconnection (from|established|accepted|opened)\b",
            r"\bsession opened\b",
            r"\baccepted (password|publickey|connection)\b",
            r"\bdhcpack\b",
            r"\blink (is )?up\b",
        ],
        &[
            r"\bdisconnect(ed|ing|ion|s)?\b",
            r"\bdisassociated\b",
            r"\bdeauth(enticated|entication|enticating)?\b",
            r"\bconnection (closed|reset|lost|terminated|timed out)\b",
            r"\bsession closed\b",
            r"\blogged out\b",
            r"\blink (is )?down\b",
        ],
        &[
            r"\bauth(enticated|entication|enticating|orized|orization)?\b",
            r"\blog(in|on)\b",
            r"\blogged in\b",
            r"\bpasswords?\b",
            r"\bpublickey\b",
            r"\binvalid user\b",
            r"\bnonexistent user\b",
        ],
        &[
            r"\bauthentication fail(ed|ure|ures)\b",
            r"\bfailed (password|login|publickey)\b",
            r"\blogin (failed|incorrect)\b",
            r"\bbad password\b",
            r"\binvalid user\b",
            r"\bnonexistent user\b",
            r"\bexit before auth\b",
            r"\bbreak-in attempt\b",
        ],
        &[r"\btimed?[ -]?out\b", r"\bdid not (respond|acknowledge)\b"],
        &[
            r"\b(re)?boot(ed|ing)?\b",
            r"\brestart(ed|ing|s)?\b",
            r"\bstart(ed|ing|up)\b",
            r"\bshut(ting)? ?down\b",
        ],
    ];
    let own = |list: &[&str]| list.iter().map(|pattern| (*pattern).to_owned()).collect();
    EVENTS.iter().zip(lists).map(|(name, list)| ((*name).to_owned(), own(list))).collect()
}

/// Compiled patterns.
pub(crate) struct Events {
    patterns: RegexSet,
    /// The place in [`EVENTS`] of each pattern.
    event: Vec<usize>,
}

impl Events {
    pub(crate) fn compile(patterns: &BTreeMap<String, Vec<String>>) -> Result<Self, FeatureError> {
        let (mut all, mut event) = (Vec::new(), Vec::new());
        for (feature, list) in patterns {
            let place = EVENTS
                .iter()
                .position(|name| name == feature)
                .ok_or_else(|| FeatureError::UnknownFeature(feature.clone()))?;
            for pattern in list {
                RegexBuilder::new(pattern).unicode(false).build().map_err(|error| FeatureError::Pattern {
                    feature: feature.clone(),
                    pattern: pattern.clone(),
                    reason: error.to_string(),
                })?;
                all.push(pattern);
                event.push(place);
            }
        }
        let patterns =
            RegexSetBuilder::new(all).unicode(false).case_insensitive(true).build().map_err(|error| {
                FeatureError::Pattern {
                    feature: "all".into(),
                    pattern: String::new(),
                    reason: error.to_string(),
                }
            })?;
        Ok(Self { patterns, event })
    }

    /// Which of [`EVENTS`] occur in a message.
    pub(crate) fn find(&self, message: &str) -> [bool; EVENTS.len()] {
        let mut found = [false; EVENTS.len()];
        for pattern in &self.patterns.matches(message.as_bytes()) {
            found[self.event[pattern]] = true;
        }
        found
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn events_are_told_apart() {
        let events = Events::compile(&default_patterns()).unwrap();
        let names = |message: &str| -> Vec<&str> {
            let found = events.find(message);
            EVENTS.iter().zip(found).filter(|(_, found)| *found).map(|(name, _)| *name).collect()
        };
        assert_eq!(names("wlan0: AP-STA-CONNECTED aa:bb:cc:dd:ee:ff"), ["is_connection"]);
        assert_eq!(names("wlan0: AP-STA-DISCONNECTED aa:bb:cc:dd:ee:ff"), ["is_disconnection"]);
        assert_eq!(
            names("FAILED LOGIN from 10.0.1.2 port 22"),
            ["is_error", "is_authentication", "is_authentication_failure"]
        );
        assert_eq!(names("Got exception while serving blk_1"), ["is_error"]);
        assert_eq!(names("connect timed out, restarting"), ["is_timeout", "is_restart"]);
        assert_eq!(names("all quiet"), Vec::<&str>::new());
    }

    #[test]
    fn an_invalid_pattern_is_named() {
        let patterns = [("is_error".to_owned(), vec!["(".to_owned()])].into();
        let error = Events::compile(&patterns).err().unwrap().to_string();
        assert!(error.starts_with("the pattern `(` of `is_error` is invalid"), "{error}");
    }
}
