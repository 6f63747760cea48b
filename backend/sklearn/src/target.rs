//! The Python runtimes that models can be written for: a scikit-learn release with exact pins of
//! everything that it needs.

/// A Python runtime.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Target {
    pub id: &'static str,
    pub title: &'static str,
    /// The scikit-learn release, which also marks every estimator in a pickle.
    pub scikit_learn: &'static str,
    /// The Python versions on which the pins install.
    pub python: &'static str,
    /// Package and version of scikit-learn and all that it needs, scikit-learn first.
    pub requirements: &'static [(&'static str, &'static str)],
}

static TARGETS: [Target; 1] = [Target {
    id: "scikit-learn-1.9.1",
    title: "scikit-learn 1.9.1",
    scikit_learn: "1.9.1",
    python: ">=3.11",
    requirements: &[
        ("scikit-learn", "1.9.1"),
        ("numpy", "2.4.6"),
        ("scipy", "1.17.1"),
        ("joblib", "1.6.0"),
        ("cloudpickle", "3.1.2"),
        ("narwhals", "2.29.0"),
        ("threadpoolctl", "3.8.0"),
    ],
}];

/// Every target, the newest first.
pub fn targets() -> &'static [Target] {
    &TARGETS
}

/// The newest target.
pub fn default_target() -> &'static Target {
    &TARGETS[0]
}

/// The target with this id.
pub fn find_target(id: &str) -> Option<&'static Target> {
    TARGETS.iter().find(|target| target.id == id)
}

impl Target {
    /// The lines of a `requirements.txt`.
    pub fn requirement_lines(&self) -> Vec<String> {
        self.requirements.iter().map(|(package, version)| format!("{package}=={version}")).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_target_pins_its_own_release_first() {
        for target in targets() {
            assert_eq!(target.requirements[0], ("scikit-learn", target.scikit_learn));
            assert_eq!(find_target(target.id), Some(target));
        }
        assert_eq!(find_target(default_target().id), Some(default_target()));
        assert_eq!(find_target("scikit-learn-0.1"), None);
    }
}
