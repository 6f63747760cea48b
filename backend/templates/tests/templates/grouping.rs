//! How well messages are grouped.

use std::collections::HashMap;
use trainyard_templates::{Matcher, Miner, Scratch, Templates};

pub(crate) fn mined<S: AsRef<str>>(messages: &[S]) -> Templates {
    let mut miner = Miner::new();
    messages.iter().for_each(|message| miner.add(message.as_ref(), None));
    miner.finish()
}

/// The template of each message.
pub(crate) fn found<S: AsRef<str>>(templates: &Templates, messages: &[S]) -> Vec<Option<usize>> {
    let matcher = Matcher::new(templates).unwrap();
    let mut scratch = Scratch::default();
    messages.iter().map(|message| matcher.find(message.as_ref(), &mut scratch)).collect()
}

/// Grouping accuracy, and the F1 of groups: a group is right when it holds all lines of one event and no other.
pub(crate) fn accuracy<T: AsRef<str>>(truth: &[T], predicted: &[Option<usize>]) -> (f64, f64) {
    let mut sizes: HashMap<&str, usize> = HashMap::new();
    let mut groups: HashMap<Option<usize>, Vec<&str>> = HashMap::new();
    for (event, group) in truth.iter().zip(predicted) {
        *sizes.entry(event.as_ref()).or_default() += 1;
        groups.entry(*group).or_default().push(event.as_ref());
    }
    let right: Vec<usize> = groups
        .values()
        .filter(|group| group.iter().all(|event| *event == group[0]) && group.len() == sizes[group[0]])
        .map(Vec::len)
        .collect();
    let f1 = 2.0 * right.len() as f64 / (groups.len() + sizes.len()) as f64;
    (right.iter().sum::<usize>() as f64 / truth.len() as f64, f1)
}
