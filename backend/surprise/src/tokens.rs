//! Words of a message, by fixed rules of ASCII that are the same in Python.

/// Words that are looked at.
pub const MOST_TOKENS: usize = 40;
/// Characters of a word that are looked at.
const LONGEST: usize = 64;

/// The first 40 words of a message: what stands between white space and any of `= , ; ( ) [ ] ' " | < >`, without colons and
/// full stops at its end, which may leave nothing; 64 characters of it.
pub fn tokens<'a, 'b>(message: &'a str, room: &'b mut [&'a str; MOST_TOKENS]) -> &'b [&'a str] {
    let bytes = message.as_bytes();
    let run = |at: usize, separates: bool| {
        let same = |byte: &&u8| SEPARATES[usize::from(**byte)] == separates;
        at + bytes[at..].iter().take_while(same).count()
    };
    let (mut at, mut count) = (0, 0);
    for word in room.iter_mut() {
        let from = run(at, true);
        at = run(from, false);
        if at == from {
            break;
        }
        let found = message.get(from..at).unwrap_or_default().trim_end_matches([':', '.']);
        *word = if found.len() > LONGEST { cut(found) } else { found };
        count += 1;
    }
    &room[..count]
}

fn cut(word: &str) -> &str {
    word.char_indices().nth(LONGEST).map_or(word, |(end, _)| &word[..end])
}

const SEPARATES: [bool; 256] = {
    let mut separates = [false; 256];
    let all = b" \t\n\r\x0b\x0c=,;()[]'\"|<>";
    let mut at = 0;
    while at < all.len() {
        separates[all[at] as usize] = true;
        at += 1;
    }
    separates
};

/// The one decimal number in a word, with what surrounds it: `-12.5ms` is −12.5, `10.0.0.1` is none.
pub fn number(word: &str) -> Option<f64> {
    let bytes = word.as_bytes();
    let digits = |at: usize| bytes[at..].iter().take_while(|byte| byte.is_ascii_digit()).count();
    let first = bytes.iter().position(u8::is_ascii_digit)?;
    let mut end = first + digits(first);
    if bytes.get(end) == Some(&b'.') && bytes.get(end + 1).is_some_and(u8::is_ascii_digit) {
        end += 1 + digits(end + 1);
    }
    if bytes[end..].iter().any(u8::is_ascii_digit) {
        return None;
    }
    let from = if first > 0 && bytes[first - 1] == b'-' { first - 1 } else { first };
    word.get(from..end)?.parse().ok().filter(|number: &f64| number.is_finite())
}
