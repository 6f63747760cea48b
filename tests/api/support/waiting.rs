//! Waiting for something that the service does in its own time.

use std::time::{Duration, Instant};

/// Long enough for a loaded machine; a test that passes does not take it.
pub(crate) const PATIENCE: Duration = Duration::from_secs(90);

const BETWEEN_LOOKS: Duration = Duration::from_millis(15);

/// Looks until there is something to see. Fails the test when the patience is over.
pub(crate) fn wait_until<T>(what: &str, patience: Duration, mut look: impl FnMut() -> Option<T>) -> T {
    let began = Instant::now();
    loop {
        if let Some(seen) = look() {
            return seen;
        }
        assert!(began.elapsed() < patience, "waited {patience:?} in vain until {what}");
        std::thread::park_timeout(BETWEEN_LOOKS);
    }
}
