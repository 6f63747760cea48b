//! Lines of the HDFS log of Xu et al. (SOSP 2009): `yyMMdd HHmmss pid LEVEL component: message`.

use super::{present, unknown_timestamp};
use crate::{
    draft::Draft,
    level,
    time::{self, Form},
};

pub(super) fn read(text: &str) -> Result<Draft<'_>, String> {
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
    let (raw, _) = time::read_at(text, 0, Form::TwoSix)
        .filter(|(_, end)| *end == stamp.len())
        .ok_or_else(|| unknown_timestamp(stamp))?;
    Ok(Draft {
        time: Some(raw),
        severity: level::severity(level),
        process: present(component),
        pid: present(pid),
        message: Some(message.into()),
        ..Draft::default()
    })
}

/// What is before the first space, and after it.
fn word(text: &str) -> Option<(&str, &str)> {
    let space = memchr::memchr(b' ', text.as_bytes())?;
    Some((&text[..space], &text[space + 1..]))
}
