//! Patterns in which a byte belongs to one step at most, like `blk_-?\d+`: matched from left to right, without ever
//! trying again.

use regex_syntax::hir::{Class, Hir, HirKind};
use std::ops::RangeInclusive;
use trainyard_intake::ascii::run_in;

/// What is matched, step by step.
pub(super) struct Steps(Vec<Step>);

struct Step {
    bytes: Box<[bool; 256]>,
    /// The same, where it is a range.
    range: Option<RangeInclusive<u8>>,
    least: usize,
    most: usize,
}

impl Steps {
    /// Nothing for a pattern that may have to try again.
    pub(super) fn of(tree: &Hir) -> Option<Self> {
        let mut steps = Vec::new();
        Self::collect(tree, &mut steps)?;
        let apart = |a: &Step, b: &Step| a.bytes.iter().zip(&*b.bytes).all(|(a, b)| !(a & b));
        let sure = steps.iter().enumerate().all(|(at, step): (usize, &Step)| {
            // What may follow: up to the first that must.
            let must = steps[at + 1..].iter().position(|next| next.least > 0);
            let end = must.map_or(steps.len(), |must| at + 2 + must);
            step.least == step.most || steps[at + 1..end].iter().all(|next| apart(step, next))
        });
        sure.then_some(Self(steps))
    }

    fn collect(tree: &Hir, steps: &mut Vec<Step>) -> Option<()> {
        match tree.kind() {
            HirKind::Concat(parts) => parts.iter().try_for_each(|part| Self::collect(part, steps))?,
            HirKind::Literal(literal) => {
                steps.extend(literal.0.iter().map(|byte| Step::once(&[*byte..=*byte])));
            }
            HirKind::Class(Class::Bytes(class)) => {
                let ranges: Vec<_> = class.iter().map(|range| range.start()..=range.end()).collect();
                steps.push(Step::once(&ranges));
            }
            HirKind::Repetition(repeated) if repeated.greedy => {
                let begin = steps.len();
                Self::collect(&repeated.sub, steps)?;
                let [step] = &mut steps[begin..] else { return None };
                if (step.least, step.most) != (1, 1) {
                    return None;
                }
                step.least = repeated.min as usize;
                step.most = repeated.max.map_or(usize::MAX, |most| most as usize);
            }
            _ => return None,
        }
        Some(())
    }

    /// The text that every match begins with, and the steps after it.
    pub(super) fn after_text(mut self) -> (Vec<u8>, Self) {
        let only = |step: &Step| match &step.range {
            Some(range) if range.start() == range.end() && (step.least, step.most) == (1, 1) => {
                Some(*range.start())
            }
            _ => None,
        };
        let text: Vec<u8> = self.0.iter().map_while(only).collect();
        self.0.drain(..text.len());
        (text, self)
    }

    /// How long the match at the front is.
    pub(super) fn length(&self, text: &[u8]) -> Option<usize> {
        self.0.iter().try_fold(0, |at, step| {
            let rest = &text[at..];
            let rest = &rest[..rest.len().min(step.most)];
            let length = match &step.range {
                Some(range) => run_in(rest, range),
                None => rest.iter().take_while(|byte| step.bytes[usize::from(**byte)]).count(),
            };
            (length >= step.least).then_some(at + length)
        })
    }
}

impl Step {
    fn once(ranges: &[RangeInclusive<u8>]) -> Self {
        let mut bytes = Box::new([false; 256]);
        ranges.iter().cloned().flatten().for_each(|byte| bytes[usize::from(byte)] = true);
        let range = match ranges {
            [range] if range.end().is_ascii() => Some(range.clone()),
            _ => None,
        };
        Self { bytes, range, least: 1, most: 1 }
    }
}
