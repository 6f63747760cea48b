//! What the values of a column are: numbers, ids, threads, addresses, loggers or names.

use super::token::{is_word, trim};

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Kind {
    Nothing,
    Number,
    Address,
    Id,
    Thread,
    Logger,
    Name,
    Other,
}

impl Kind {
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Nothing => "nothing",
            Self::Number => "number",
            Self::Address => "address",
            Self::Id => "id",
            Self::Thread => "thread",
            Self::Logger => "logger",
            Self::Name => "name",
            Self::Other => "field",
        }
    }
}

/// What one value is.
pub(crate) fn classify(token: &str) -> Kind {
    let bare = trim(token);
    if bare.trim_matches(['-', '\u{2013}', '*']).is_empty() {
        return Kind::Nothing;
    }
    let bytes = bare.as_bytes();
    if bytes.iter().all(u8::is_ascii_digit) {
        return Kind::Number;
    }
    if is_address(bare) {
        return Kind::Address;
    }
    if is_id(bytes) {
        return Kind::Id;
    }
    if is_thread(bare) {
        return Kind::Thread;
    }
    if is_logger(bare) {
        return Kind::Logger;
    }
    if is_name(bare) { Kind::Name } else { Kind::Other }
}

fn is_address(text: &str) -> bool {
    let colons = text.bytes().all(|b| b.is_ascii_hexdigit() || b == b':') && text.contains("::");
    let groups = text.split(':').count() >= 3
        && text.bytes().all(|b| b.is_ascii_hexdigit() || b == b':')
        && text.split(':').all(|group| group.len() <= 4);
    let (host, port) = text.split_once(':').unwrap_or((text, "0"));
    let mut parts = 0;
    let v4 = host.split('.').all(|part| {
        parts += 1;
        (1..=3).contains(&part.len()) && part.bytes().all(|b| b.is_ascii_digit())
    });
    colons || groups || (v4 && parts == 4 && !port.is_empty() && port.bytes().all(|b| b.is_ascii_digit()))
}

/// Five digits in a row, or a run of lower-case hexadecimal digits.
fn is_id(bytes: &[u8]) -> bool {
    let mut digits = 0;
    let mut run = 0;
    let mut counted = false;
    for byte in bytes {
        digits = if byte.is_ascii_digit() { digits + 1 } else { 0 };
        if digits >= 5 {
            return true;
        }
        // A digit, and six of them after it.
        match byte {
            b'0'..=b'9' | b'a'..=b'f' if counted => run += 1,
            b'0'..=b'9' => (counted, run) = (true, 0),
            b'a'..=b'f' => {}
            _ => (counted, run) = (false, 0),
        }
        if counted && run >= 6 {
            return true;
        }
    }
    let hex = |b: &u8| matches!(b, b'0'..=b'9' | b'a'..=b'f');
    bytes.len() >= 4 && bytes.iter().all(hex) && bytes.iter().any(u8::is_ascii_digit)
}

fn is_thread(text: &str) -> bool {
    let bytes = text.as_bytes();
    let begins = |prefix: &str| {
        bytes.len() >= prefix.len() && bytes[..prefix.len()].eq_ignore_ascii_case(prefix.as_bytes())
    };
    let digits_from = |at: usize| bytes.len() > at && bytes[at..].iter().all(u8::is_ascii_digit);
    match bytes.first().map(u8::to_ascii_lowercase) {
        Some(b'm') if text.eq_ignore_ascii_case("main") => return true,
        Some(b'p') if begins("pool") || begins("pid") => return true,
        Some(b'n') if begins("nio-") => return true,
        Some(b't') if begins("tid") => return true,
        Some(b'c') if begins("conn") && bytes[4..].iter().all(|byte| is_word(*byte)) => return true,
        Some(b'w') if begins("worker-") && bytes.get(7).is_some_and(u8::is_ascii_digit) => return true,
        Some(b'a'..=b'z') if digits_from(1) => return true,
        _ => {}
    }
    holds(bytes, b"thread") || holds(bytes, b"-exec-")
}

/// Whether a text holds a word of small letters, in whatever case.
fn holds(text: &[u8], word: &[u8]) -> bool {
    text.len() >= word.len()
        && (0..=text.len() - word.len()).any(|at| {
            text[at].to_ascii_lowercase() == word[0] && text[at..at + word.len()].eq_ignore_ascii_case(word)
        })
}

/// `a.b.C`, `a::b`, `app/sub`, each with a line number or a bracketed one.
fn is_logger(text: &str) -> bool {
    let text = numbered_end(text);
    let text = text
        .rsplit_once(':')
        .filter(|(name, line)| {
            !name.ends_with(':') && !line.is_empty() && line.bytes().all(|b| b.is_ascii_digit())
        })
        .map_or(text, |(name, _)| name);
    let begins = text.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_');
    let mut joints = 0;
    let parts = text.split("::").flat_map(|part| part.split(['.', '$', '/']));
    let whole = parts
        .inspect(|_| joints += 1)
        .all(|part| !part.is_empty() && part.bytes().all(|b| is_word(b) || b == b'-'));
    begins && whole && joints > 1
}

fn is_name(text: &str) -> bool {
    let text = numbered_end(text);
    let text = match text.strip_suffix(')').and_then(|open| open.split_once('(')) {
        Some((name, inside)) if inside.bytes().all(is_word) => name,
        _ => text,
    };
    text.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_')
        && text.bytes().all(|b| is_word(b) || b == b'-')
}

/// Without `[12]` at its end.
fn numbered_end(text: &str) -> &str {
    let numbered = text.strip_suffix(']').and_then(|open| open.rsplit_once('['));
    match numbered {
        Some((name, number)) if !number.is_empty() && number.bytes().all(|b| b.is_ascii_digit()) => name,
        _ => text,
    }
}

/// Whether a word is the number of a message (`AH00094`, `WFLYSRV0025`, `ORA-00600`) rather than a name.
pub(crate) fn is_code(text: &str) -> bool {
    let letters = text.bytes().take_while(u8::is_ascii_uppercase).count();
    let rest = &text[letters..];
    let digits = rest.strip_prefix(['-', '_']).unwrap_or(rest);
    let end = digits.bytes().take_while(u8::is_ascii_digit).count();
    letters >= 2 && end >= 3 && digits.len() <= end + 1
}

/// What a column is: the kind of most of its values. Names that hardly recur and carry digits are ids.
pub(crate) fn column(values: &[&str]) -> Kind {
    let kinds: Vec<Kind> = values.iter().map(|value| classify(value)).collect();
    let total = values.len();
    let count = |kind: Kind| kinds.iter().filter(|known| **known == kind).count();
    let (names, loggers, numbers) = (count(Kind::Name), count(Kind::Logger), count(Kind::Number));
    let (ids, threads) = (count(Kind::Id), count(Kind::Thread));
    let nearly = |part: usize| part as f64 > 0.9 * total as f64;
    if (names + loggers) as f64 >= 0.9 * total as f64 && names + loggers > 0 {
        let digits = values.iter().filter(|v| v.bytes().any(|b| b.is_ascii_digit())).count();
        let mut distinct: Vec<&str> = values.to_vec();
        distinct.sort_unstable();
        distinct.dedup();
        let varied = distinct.len() as f64 > f64::max(2.0, total as f64 / 3.0);
        let hex = |value: &&str| {
            let bare = trim(value);
            bare.len() >= 4 && bare.bytes().all(|b| matches!(b, b'0'..=b'9' | b'a'..=b'f'))
        };
        return match () {
            () if loggers == 0 && digits as f64 > 0.3 * total as f64 && varied => Kind::Id,
            () if loggers == 0 && digits > 0 && values.iter().all(hex) => Kind::Id,
            () if loggers > 0 => Kind::Logger,
            () => Kind::Name,
        };
    }
    if threads > 0 && nearly(threads + names + numbers) {
        return Kind::Thread;
    }
    if ids > 0 && nearly(numbers + ids) {
        return Kind::Id;
    }
    if names > 0 && numbers > 0 && nearly(names + numbers + ids) {
        return Kind::Id;
    }
    const ALL: [Kind; 8] = [
        Kind::Nothing,
        Kind::Number,
        Kind::Address,
        Kind::Id,
        Kind::Thread,
        Kind::Logger,
        Kind::Name,
        Kind::Other,
    ];
    ALL.into_iter().find(|kind| total > 0 && count(*kind) as f64 >= 0.8 * total as f64).unwrap_or(Kind::Other)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_what_they_look_like() {
        for (value, kind) in [
            ("12", Kind::Number),
            ("[main]", Kind::Thread),
            ("http-nio-8080-exec-1", Kind::Thread),
            ("shop.cart", Kind::Logger),
            ("app::db:12", Kind::Logger),
            ("sshd", Kind::Name),
            ("10.0.0.1:80", Kind::Address),
            ("f3a91c04", Kind::Id),
            ("-", Kind::Nothing),
            ("web[12]", Kind::Name),
            ("T28", Kind::Thread),
            ("a=b", Kind::Other),
            ("fe80::1", Kind::Address),
        ] {
            assert_eq!(classify(value), kind, "{value}");
        }
        assert_eq!(column(&["a.b", "main", "c.d"]), Kind::Other);
    }
}
