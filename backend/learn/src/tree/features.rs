//! Which feature is looked at next: the draws of `node_split_best` and `node_split_random` in
//! `sklearn/tree/_splitter.pyx`, with their bookkeeping of features known to be constant.

use crate::random::XorShift;

/// The features of a tree in the order in which draws have left them.
#[derive(Default)]
pub(crate) struct Features {
    /// In a node: constants drawn, other known constants, constants found here, features not drawn yet,
    /// features drawn.
    order: Vec<u32>,
    /// The known constants, in the order that siblings and descendants see.
    constants: Vec<u32>,
    /// Features that vary and are looked at in a node.
    wanted: usize,
    random: XorShift,
}

/// The draws of one node.
pub(super) struct Draws {
    known: usize,
    undrawn: usize,
    found: usize,
    drawn_constants: usize,
    visited: usize,
    /// Where the feature drawn last stands.
    at: usize,
}

impl Features {
    pub(super) fn restart(&mut self, count: usize, wanted: usize, random: XorShift) {
        self.order.clear();
        self.order.extend(0..count as u32);
        self.constants.clear();
        self.constants.resize(count, 0);
        self.wanted = wanted;
        self.random = random;
    }

    /// Begins a node, `known` of whose features are constant.
    pub(super) fn begin(&self, known: usize) -> Draws {
        Draws { known, undrawn: self.order.len(), found: 0, drawn_constants: 0, visited: 0, at: 0 }
    }

    /// A feature not known to be constant; none when enough have been looked at. To be followed by
    /// [`Self::constant`] or [`Self::varies`].
    pub(super) fn draw(&mut self, draws: &mut Draws) -> Option<usize> {
        while draws.undrawn > draws.known + draws.found
            && (draws.visited < self.wanted || draws.visited <= draws.found + draws.drawn_constants)
        {
            draws.visited += 1;
            let range = (draws.undrawn - draws.found - draws.drawn_constants) as u32;
            let at = draws.drawn_constants + (self.random.next_u31() % range) as usize;
            if at < draws.known {
                self.order.swap(draws.drawn_constants, at);
                draws.drawn_constants += 1;
            } else {
                draws.at = at + draws.found;
                return Some(self.order[draws.at] as usize);
            }
        }
        None
    }

    /// The feature drawn last is constant here.
    pub(super) fn constant(&mut self, draws: &mut Draws) {
        self.order.swap(draws.at, draws.known + draws.found);
        draws.found += 1;
    }

    /// The feature drawn last varies here.
    pub(super) fn varies(&mut self, draws: &mut Draws) {
        draws.undrawn -= 1;
        self.order.swap(draws.undrawn, draws.at);
    }

    /// Ends a node: how many features its children know to be constant.
    pub(super) fn end(&mut self, draws: &Draws) -> usize {
        let Draws { known, found, .. } = *draws;
        self.order[..known].copy_from_slice(&self.constants[..known]);
        self.constants[known..known + found].copy_from_slice(&self.order[known..known + found]);
        known + found
    }

    /// A threshold between `min` and `max`, never `max`: `rand_uniform`.
    pub(super) fn draw_threshold(&mut self, min: f32, max: f32) -> f64 {
        let (min, max) = (f64::from(min), f64::from(max));
        let share = f64::from(self.random.next_u31());
        let threshold = (max - min) * share / f64::from(crate::random::RAND_R_MAX) + min;
        if threshold == max { min } else { threshold }
    }
}
