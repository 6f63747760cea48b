//! What older scikit-learn releases keep otherwise than the newest.
//!
//! Each estimator lists its state as the newest release pickles it; [`adapt`] turns that into what the release of a
//! target keeps, by the table [`CHANGES`]. Its facts are those of real fits in each release, attribute by attribute.

mod table;

use crate::{
    Target,
    pickle::{Array, Dtype, Value},
};
use std::{collections::HashMap, sync::Arc};
use table::{Before, CHANGES};

/// The first release in which a classifier's tree keeps shares of classes; before, it keeps their weights.
const SHARES_SINCE: u32 = 4;

/// `value` as the release of `target` keeps it; `value` is as the newest does.
pub(crate) fn adapt(value: Value, target: &Target) -> Value {
    let newest = CHANGES.iter().all(|change| target.since(change.since));
    if newest { value } else { Adapter { target, shared: HashMap::new() }.value(value) }
}

struct Adapter<'a> {
    target: &'a Target,
    /// What has become of an object that stands in several places, by where it lies, which it goes on doing meanwhile.
    shared: HashMap<usize, (Arc<Value>, Arc<Value>)>,
}

type State = Vec<(&'static str, Value)>;

impl Adapter<'_> {
    fn value(&mut self, value: Value) -> Value {
        match value {
            Value::Tuple(items) => Value::Tuple(self.all(items)),
            Value::List(items) => Value::List(self.all(items)),
            Value::Dict(entries) => Value::Dict(self.state(entries)),
            Value::Map(entries) => {
                Value::Map(entries.into_iter().map(|(key, value)| (key, self.value(value))).collect())
            }
            Value::Object { module, class, state } => {
                let state = self.state(state);
                Value::Object { module, class, state: self.changed(class, state) }
            }
            Value::Call { module, function: "Tree", arguments, state: Some(state) } => {
                let state = if self.target.since(SHARES_SINCE) { state } else { weights_of_classes(state) };
                Value::Call { module, function: "Tree", arguments, state: Some(state) }
            }
            Value::Call { module, function, arguments, state } => {
                let state = state.map(|state| self.state(state));
                Value::Call { module, function, arguments: self.all(arguments), state }
            }
            Value::WithState { value, state } => {
                Value::WithState { value: Box::new(self.value(*value)), state: Box::new(self.value(*state)) }
            }
            Value::Shared(value) => {
                let place = Arc::as_ptr(&value).addr();
                if let Some((_, adapted)) = self.shared.get(&place) {
                    return Value::Shared(Arc::clone(adapted));
                }
                let adapted = Arc::new(self.value((*value).clone()));
                self.shared.insert(place, (value, Arc::clone(&adapted)));
                Value::Shared(adapted)
            }
            plain => plain,
        }
    }

    fn all(&mut self, items: Vec<Value>) -> Vec<Value> {
        items.into_iter().map(|item| self.value(item)).collect()
    }

    fn state(&mut self, entries: State) -> State {
        entries.into_iter().map(|(key, value)| (key, self.value(value))).collect()
    }

    /// The attributes of an object of `class`, by every change that came after the target's release, the latest first.
    fn changed(&self, class: &str, mut state: State) -> State {
        for change in CHANGES.iter().filter(|change| !self.target.since(change.since)) {
            if !change.classes.contains(&class) {
                continue;
            }
            let place = state.iter().position(|(key, _)| *key == change.attribute);
            let before = match change.before {
                Before::Absent => {
                    state.retain(|(key, _)| *key != change.attribute);
                    continue;
                }
                Before::None => Value::None,
                Before::Flag(flag) => flag.into(),
                Before::Text(text) => text.into(),
                Before::Int64 => match place.map(|place| &state[place].1) {
                    Some(Value::Call { arguments, .. }) => match arguments.as_slice() {
                        [Value::Float(number)] => Value::int64(*number as i64),
                        _ => continue,
                    },
                    _ => continue,
                },
                Before::Floats => match place.map(|place| &state[place].1) {
                    Some(Value::Objects(items)) => {
                        Value::floats(&items.iter().filter_map(float).collect::<Vec<_>>())
                    }
                    _ => continue,
                },
                Before::Without(text) => match place.map(|place| &state[place].1) {
                    Some(Value::Tuple(items)) => {
                        let other = |item: &&Value| !matches!(item, Value::Text(item) if item == text);
                        Value::Tuple(items.iter().filter(other).cloned().collect())
                    }
                    _ => continue,
                },
                Before::SameAs(other) => {
                    let Some(other) = state.iter_mut().find(|(key, _)| *key == other) else { continue };
                    if !matches!(other.1, Value::Shared(_)) {
                        other.1 = std::mem::replace(&mut other.1, Value::None).shared();
                    }
                    other.1.clone()
                }
            };
            match place {
                Some(place) => state[place].1 = before,
                // The mark of the release stays last.
                None => state.insert(state.len().saturating_sub(1), (change.attribute, before)),
            }
        }
        state
    }
}

fn float(value: &Value) -> Option<f64> {
    if let Value::Float(number) = value { Some(*number) } else { None }
}

/// The state of a tree whose values are shares of classes, with the weight of each class instead. The value of a
/// regression tree is a mean and stays.
fn weights_of_classes(mut state: State) -> State {
    let nodes = state.iter().find_map(|(key, value)| match value {
        Value::Array(array) if *key == "nodes" && array.dtype == Dtype::Node => Some(array.data.clone()),
        _ => None,
    });
    let values = state.iter_mut().find_map(|(key, value)| match value {
        Value::Array(array) if *key == "values" => Some(array),
        _ => None,
    });
    if let (Some(nodes), Some(Array { shape, data, .. })) = (nodes, values)
        && let [_, 1, classes] = shape.as_slice()
        && *classes > 1
    {
        for (node, values) in nodes.chunks_exact(Dtype::Node.size()).zip(data.chunks_exact_mut(8 * classes)) {
            let weight = number(&node[48..56]);
            for value in values.chunks_exact_mut(8) {
                value.copy_from_slice(&(number(value) * weight).to_le_bytes());
            }
        }
    }
    state
}

fn number(bytes: &[u8]) -> f64 {
    bytes.first_chunk().map_or(0.0, |bytes| f64::from_le_bytes(*bytes))
}
