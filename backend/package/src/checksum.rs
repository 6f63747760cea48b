//! SHA-256 as lower-case hexadecimal, the form in which every digest of a package is written.

use sha2::{Digest, Sha256};

pub(crate) fn sha256(bytes: &[u8]) -> String {
    hex::encode(Sha256::digest(bytes))
}

/// Identifies the input contract of a model: the feature names in column order, each followed by a line feed.
pub(crate) fn feature_set<'a>(names: impl IntoIterator<Item = &'a str>) -> String {
    let mut hash = Sha256::new();
    for name in names {
        hash.update(name.as_bytes());
        hash.update(b"\n");
    }
    hex::encode(hash.finalize())
}

#[cfg(test)]
mod tests {
    #[test]
    fn digests_are_those_of_sha256sum() {
        assert_eq!(super::sha256(b""), "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
        // printf 'hour\nlength\n' | sha256sum
        assert_eq!(
            super::feature_set(["hour", "length"]),
            "7d2972edf8ec3b6304f212cc6ee5b539884baf33f17795fe4c37e938431cb716"
        );
    }
}
