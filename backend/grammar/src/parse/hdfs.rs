//! Lines of the HDFS log of Xu et al. (SOSP 2009): `yyMMdd HHmmss pid LEVEL component: message`.

use super::{Fields, present, unknown_timestamp};
use crate::{level, time, time::Clock};

pub(crate) fn parse<'a>(text: &'a str, clock: &Clock) -> Result<Fields<'a>, String> {
    let malformed = || "the line is not `yyMMdd HHmmss pid LEVEL component: message`".to_owned();
    let stamp = text
        .get(..13)
        .filter(|s| s.bytes().all(|b| b.is_ascii_digit() || b == b' '))
        .ok_or_else(malformed)?;
    let rest = text[13..].strip_prefix(' ').ok_or_else(malformed)?;
    let (pid, rest) = word(rest).ok_or_else(malformed)?;
    let (level, rest) = word(rest).ok_or_else(malformed)?;
    let numeric = !pid.is_empty() && pid.bytes().all(|b| b.is_ascii_digit());
    if !numeric || level.is_empty() || !level.bytes().all(|b| b.is_ascii_alphabetic()) {
        return Err(malformed());
    }
    // A message may be empty, and then the line ends with the colon.
    let space = memchr::memchr(b' ', rest.as_bytes()).unwrap_or(rest.len());
    let component = rest[..space].strip_suffix(':').ok_or_else(malformed)?;
    let message = rest.get(space + 1..).unwrap_or_default();
    let (timestamp, _) = time::compact(stamp.as_bytes(), clock).ok_or_else(|| unknown_timestamp(stamp))?;
    Ok(Fields {
        timestamp: Some(timestamp),
        host: None,
        severity: level::severity(level),
        process: present(component),
        pid: present(pid),
        message: message.into(),
        attributes: None,
        id: None,
    })
}

/// What is before the first space, and after it.
fn word(text: &str) -> Option<(&str, &str)> {
    let space = memchr::memchr(b' ', text.as_bytes())?;
    Some((&text[..space], &text[space + 1..]))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_is_cut_into_its_fields() {
        let clock = Clock::new("2025-07-01T12:00:00Z".parse().unwrap(), 0);
        let fields = parse(
            "081109 203530 27 INFO dfs.FSNamesystem: BLOCK* NameSystem.allocateBlock: /user/a. blk_43",
            &clock,
        )
        .unwrap();
        assert_eq!(fields.timestamp, Some(1_226_262_930_000_000));
        assert_eq!(fields.severity, Some(6));
        assert_eq!(fields.process.as_deref(), Some("dfs.FSNamesystem"));
        assert_eq!(fields.pid.as_deref(), Some("27"));
        assert_eq!(fields.message, "BLOCK* NameSystem.allocateBlock: /user/a. blk_43");
        assert_eq!(
            parse("081309 203530 27 INFO a: b", &clock).unwrap_err(),
            "timestamp `081309 203530` is in no known form"
        );
        for bad in [
            "",
            "081109 203530",
            "081109 203530 x INFO a: b",
            "081109 203530 1 INFO a b",
            "é81109 203530 1 I a: b",
        ] {
            assert!(parse(bad, &clock).unwrap_err().starts_with("the line is not"), "{bad}");
        }
    }
}
