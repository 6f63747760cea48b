//! How a long computation tells how far it is, and hears that it is no longer wanted.

/// Watches a fit. Called from the threads that work, never from two at once for `report`.
pub trait Progress: Sync {
    /// The share of the work that is done, in [0, 1]; never falls.
    fn report(&self, fraction: f64);

    /// Whether to stop: the fit then ends soon with [`crate::FitError::Cancelled`].
    fn cancelled(&self) -> bool;
}

/// Nobody watches and nobody cancels.
impl Progress for () {
    fn report(&self, _fraction: f64) {}

    fn cancelled(&self) -> bool {
        false
    }
}

/// A part of a larger computation: its own 0 to 1 is `from` to `to` of the whole.
pub(crate) struct Part<'a> {
    pub(crate) whole: &'a dyn Progress,
    pub(crate) from: f64,
    pub(crate) to: f64,
}

impl Progress for Part<'_> {
    fn report(&self, fraction: f64) {
        self.whole.report(self.from + (self.to - self.from) * fraction);
    }

    fn cancelled(&self) -> bool {
        self.whole.cancelled()
    }
}

/// One of several computations that run at once: can be cancelled, reports nothing.
pub(crate) struct Silent<'a>(pub(crate) &'a dyn Progress);

impl Progress for Silent<'_> {
    fn report(&self, _fraction: f64) {}

    fn cancelled(&self) -> bool {
        self.0.cancelled()
    }
}
