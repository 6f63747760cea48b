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
