//! Severity levels: the eight of RFC 5424, under the many names that programs give them.

/// The eight normalised levels, most severe first: the index is the severity of RFC 5424, section 6.2.1.
pub const LEVELS: [&str; 8] =
    ["emergency", "alert", "critical", "error", "warning", "notice", "info", "debug"];

/// The severity (0 emergency … 7 debug) that a level's name, single letter or digit stands for.
/// Upper and lower case are equal; an unknown name has none.
pub fn severity(name: &str) -> Option<u8> {
    let name = name.trim();
    let mut lower = [0u8; 16];
    let lower = lower.get_mut(..name.len())?;
    lower.copy_from_slice(name.as_bytes());
    lower.make_ascii_lowercase();
    Some(match &*lower {
        b"emergency" | b"emerg" | b"panic" | b"0" => 0,
        b"alert" | b"1" => 1,
        b"critical" | b"crit" | b"fatal" | b"severe" | b"c" | b"f" | b"2" => 2,
        b"error" | b"err" | b"e" | b"3" => 3,
        b"warning" | b"warn" | b"w" | b"4" => 4,
        b"notice" | b"n" | b"5" => 5,
        b"info" | b"information" | b"informational" | b"i" | b"6" => 6,
        b"debug" | b"trace" | b"verbose" | b"fine" | b"finer" | b"finest" | b"d" | b"v" | b"t" | b"7" => 7,
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_letters_and_numbers_are_normalised() {
        for (name, level) in [
            ("EMERG", "emergency"),
            ("panic", "emergency"),
            ("Alert", "alert"),
            ("FATAL", "critical"),
            ("err", "error"),
            ("E", "error"),
            ("3", "error"),
            ("WARN", "warning"),
            ("notice", "notice"),
            (" INFO ", "info"),
            ("6", "info"),
            ("trace", "debug"),
            ("7", "debug"),
        ] {
            assert_eq!(severity(name).map(|s| LEVELS[s as usize]), Some(level), "{name}");
        }
        for unknown in ["", "8", "loud", "a very long level name indeed", "ünïcode"] {
            assert_eq!(severity(unknown), None, "{unknown}");
        }
    }
}
