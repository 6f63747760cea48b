//! Statements that nobody has seen.

/// What is said when something breaks that never broke before; `#` stands for a number.
const UNSEEN: [&str; 24] = [
    "watchdog: soft lockup detected, core # stuck for # seconds",
    "certificate chain could not be verified: issuer unknown",
    "segmentation violation in worker #, dumping state",
    "quota exceeded on volume #: writes are rejected",
    "journal is corrupt after offset #, falling back to snapshot",
    "leader election timed out, no quorum with # peers",
    "checksum mismatch in page #: expected # got #",
    "clock stepped backwards by # ms, leases revoked",
    "descriptor table is full, # handles leaked",
    "deadlock between transactions # and #, rolling back",
    "unexpected end of stream while decoding frame #",
    "permission was revoked during operation #",
    "thermal limit reached, throttling to # percent",
    "replica # diverged from primary, resynchronising",
    "allocation of # pages failed, reclaiming",
    "handshake aborted by remote: protocol version # unsupported",
    "retry budget exhausted after # attempts",
    "backup catalogue is missing # entries",
    "configuration value is out of range: limit #",
    "circuit breaker opened, # calls in flight were dropped",
    "disk latency of # ms exceeds the ceiling",
    "integrity check failed for module #",
    "orphaned lock # removed by recovery",
    "payload rejected: signature does not match",
];

/// One of the statements, to be filled in by [`filled`].
pub(crate) fn unseen(random: &mut fastrand::Rng) -> &'static str {
    UNSEEN[random.usize(..UNSEEN.len())]
}

/// The statement with numbers of its own.
pub(crate) fn filled(statement: &str, random: &mut fastrand::Rng) -> String {
    let mut text = String::with_capacity(statement.len() + 8);
    for character in statement.chars() {
        match character {
            '#' => text.push_str(&random.u32(1..9000).to_string()),
            other => text.push(other),
        }
    }
    text
}

/// A word of the same shape: letters for letters, digits for digits.
pub(crate) fn alike(word: &str, random: &mut fastrand::Rng) -> String {
    let other = |character: char, random: &mut fastrand::Rng| match character {
        '0'..='9' => char::from(b'0' + random.u8(..10)),
        'a'..='f' => char::from(b'a' + random.u8(..6)),
        'g'..='z' => char::from(b'g' + random.u8(..20)),
        'A'..='F' => char::from(b'A' + random.u8(..6)),
        'G'..='Z' => char::from(b'G' + random.u8(..20)),
        other => other,
    };
    word.chars().map(|character| other(character, random)).collect()
}

/// A word without its closing punctuation, as a number: where it stands in the word, and its value.
pub(crate) fn number(word: &str) -> Option<(std::ops::Range<usize>, f64)> {
    let start = word.find(|c: char| c.is_ascii_digit())?;
    let begins = start == 0 || matches!(word.as_bytes()[start - 1], b'=' | b':' | b'(' | b'[' | b'<');
    let rest = &word[start..];
    let length = rest.find(|c: char| !c.is_ascii_digit() && c != '.').unwrap_or(rest.len());
    let digits = rest[..length].trim_end_matches('.');
    let unit = &rest[digits.len()..];
    let ends =
        unit.len() <= 3 && !unit.contains(|c: char| c.is_ascii_digit() || matches!(c, '.' | ':' | '/' | '-'));
    if !begins || !ends || digits.len() > 12 {
        return None;
    }
    let value = digits.parse().ok().filter(|value: &f64| value.is_finite())?;
    Some((start..start + digits.len(), value))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_words_that_say_how_much() {
        let read = |word: &str| number(word).map(|(_, value)| value);
        assert_eq!(read("67108864"), Some(67_108_864.0));
        assert_eq!(read("size=12.5"), Some(12.5));
        assert_eq!(read("31ms,"), Some(31.0));
        for word in ["10.0.0.1", "2024-05-01", "blk_17", "10:20", "abc", "1.2.3"] {
            assert_eq!(read(word), None, "{word}");
        }
        assert_eq!(number("took=7s").map(|(at, _)| at), Some(5..6));
    }

    #[test]
    fn what_is_alike_has_the_same_shape() {
        let mut random = fastrand::Rng::with_seed(1);
        let other = alike("node-17.example", &mut random);
        assert_eq!(other.len(), "node-17.example".len());
        assert!(other[5..7].bytes().all(|b| b.is_ascii_digit()) && other.as_bytes()[4] == b'-');
        assert_ne!(other, "node-17.example");
        assert!(
            filled("core # stuck for # seconds", &mut random)
                .split(' ')
                .nth(1)
                .unwrap()
                .parse::<u32>()
                .is_ok()
        );
    }
}
