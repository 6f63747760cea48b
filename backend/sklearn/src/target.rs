//! The Python runtimes that models can be written for: a scikit-learn release with exact pins of
//! everything that it needs.
//!
//! One target per minor release of scikit-learn. Its pins are of its own time: what it was tested with when it was
//! released, on the Python versions for which all of them have wheels.

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

static TARGETS: [Target; 7] = [
    Target {
        id: "scikit-learn-1.9.1",
        title: "scikit-learn 1.9.1",
        scikit_learn: "1.9.1",
        python: ">=3.11,<3.15",
        requirements: &[
            ("scikit-learn", "1.9.1"),
            ("numpy", "2.4.6"),
            ("scipy", "1.17.1"),
            ("joblib", "1.6.0"),
            ("cloudpickle", "3.1.2"),
            ("narwhals", "2.29.0"),
            ("threadpoolctl", "3.8.0"),
        ],
    },
    Target {
        id: "scikit-learn-1.8.0",
        title: "scikit-learn 1.8.0",
        scikit_learn: "1.8.0",
        python: ">=3.11,<3.15",
        requirements: &[
            ("scikit-learn", "1.8.0"),
            ("numpy", "2.3.5"),
            ("scipy", "1.16.3"),
            ("joblib", "1.5.3"),
            ("threadpoolctl", "3.6.0"),
        ],
    },
    Target {
        id: "scikit-learn-1.7.2",
        title: "scikit-learn 1.7.2",
        scikit_learn: "1.7.2",
        python: ">=3.10,<3.14",
        requirements: &[
            ("scikit-learn", "1.7.2"),
            ("numpy", "2.2.6"),
            ("scipy", "1.15.3"),
            ("joblib", "1.5.3"),
            ("threadpoolctl", "3.6.0"),
        ],
    },
    Target {
        id: "scikit-learn-1.6.1",
        title: "scikit-learn 1.6.1",
        scikit_learn: "1.6.1",
        python: ">=3.10,<3.14",
        requirements: &[
            ("scikit-learn", "1.6.1"),
            ("numpy", "2.2.6"),
            ("scipy", "1.15.3"),
            ("joblib", "1.5.3"),
            ("threadpoolctl", "3.6.0"),
        ],
    },
    Target {
        id: "scikit-learn-1.5.2",
        title: "scikit-learn 1.5.2",
        scikit_learn: "1.5.2",
        python: ">=3.10,<3.14",
        requirements: &[
            ("scikit-learn", "1.5.2"),
            ("numpy", "2.1.3"),
            ("scipy", "1.14.1"),
            ("joblib", "1.4.2"),
            ("threadpoolctl", "3.5.0"),
        ],
    },
    Target {
        id: "scikit-learn-1.4.2",
        title: "scikit-learn 1.4.2",
        scikit_learn: "1.4.2",
        python: ">=3.9,<3.13",
        requirements: &[
            ("scikit-learn", "1.4.2"),
            ("numpy", "1.26.4"),
            ("scipy", "1.13.1"),
            ("joblib", "1.4.2"),
            ("threadpoolctl", "3.5.0"),
        ],
    },
    Target {
        id: "scikit-learn-1.3.2",
        title: "scikit-learn 1.3.2",
        scikit_learn: "1.3.2",
        python: ">=3.9,<3.13",
        requirements: &[
            ("scikit-learn", "1.3.2"),
            ("numpy", "1.26.4"),
            ("scipy", "1.11.4"),
            ("joblib", "1.4.2"),
            ("threadpoolctl", "3.5.0"),
        ],
    },
];

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
    /// Whether this is scikit-learn 1.`minor` or newer.
    pub(crate) fn since(&self, minor: u32) -> bool {
        let mut numbers = self.scikit_learn.split('.').map(|number| number.parse().unwrap_or(0));
        (numbers.next().unwrap_or(0), numbers.next().unwrap_or(0)) >= (1, minor)
    }

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

    #[test]
    fn the_newest_comes_first_and_releases_are_ordered() {
        assert_eq!(default_target().scikit_learn, "1.9.1");
        for (newer, older) in targets().iter().zip(&targets()[1..]) {
            let minor = |target: &Target| (0..100).filter(|minor| target.since(*minor)).count();
            assert_eq!(minor(newer), minor(older) + 1);
        }
    }
}
