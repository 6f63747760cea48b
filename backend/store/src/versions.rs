//! Model versions: SemVer per name, with the time of training as build metadata.

use chrono::{DateTime, Utc};

/// The numbers of a version.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct VersionNumbers {
    pub major: i32,
    pub minor: i32,
    pub patch: i32,
}

impl VersionNumbers {
    /// A name's first version.
    pub const FIRST: Self = Self { major: 1, minor: 0, patch: 0 };

    /// The next version: major when what production must send changed, minor when the recipe changed,
    /// patch when only the data did.
    pub fn next(self, same_input: bool, same_recipe: bool) -> Self {
        match (same_input, same_recipe) {
            (false, _) => Self { major: self.major + 1, minor: 0, patch: 0 },
            (true, false) => Self { minor: self.minor + 1, patch: 0, ..self },
            (true, true) => Self { patch: self.patch + 1, ..self },
        }
    }

    /// `MAJOR.MINOR.PATCH+YYYYMMDDTHHMMSSZ`.
    pub fn at(self, time: DateTime<Utc>) -> String {
        format!("{}.{}.{}+{}", self.major, self.minor, self.patch, time.format("%Y%m%dT%H%M%SZ"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use chrono::TimeZone;

    #[test]
    fn the_next_version_says_what_changed() {
        let current = VersionNumbers { major: 2, minor: 3, patch: 4 };
        let next = |input, recipe| {
            let version = current.next(input, recipe);
            (version.major, version.minor, version.patch)
        };
        assert_eq!(next(true, true), (2, 3, 5));
        assert_eq!(next(true, false), (2, 4, 0));
        assert_eq!(next(false, true), (3, 0, 0));
        assert_eq!(next(false, false), (3, 0, 0));
        let time = Utc.with_ymd_and_hms(2026, 2, 3, 4, 5, 6).unwrap();
        assert_eq!(current.at(time), "2.3.4+20260203T040506Z");
    }
}
