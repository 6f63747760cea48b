//! A cursor over the text of a time. A method that finds nothing may leave it anywhere: who goes on keeps a copy.

use super::names::names;

#[derive(Clone, Copy)]
pub(super) struct Cursor<'a> {
    text: &'a str,
    pub(super) at: usize,
}

impl<'a> Cursor<'a> {
    pub(super) fn new(text: &'a str, at: usize) -> Self {
        Self { text, at }
    }

    /// The byte so far ahead; 0, which nothing looks for, after the end.
    #[inline]
    pub(super) fn ahead(&self, count: usize) -> u8 {
        self.text.as_bytes().get(self.at + count).copied().unwrap_or(0)
    }

    #[inline]
    pub(super) fn peek(&self) -> u8 {
        self.ahead(0)
    }

    #[inline]
    pub(super) fn take(&mut self, byte: u8) -> bool {
        let found = self.peek() == byte;
        self.at += usize::from(found);
        found
    }

    #[inline]
    pub(super) fn byte(&mut self, byte: u8) -> Option<()> {
        self.take(byte).then_some(())
    }

    #[inline]
    pub(super) fn one_of(&mut self, bytes: &[u8]) -> Option<u8> {
        let byte = self.peek();
        bytes.contains(&byte).then(|| {
            self.at += 1;
            byte
        })
    }

    /// Whether this text, in whichever case, is next; it is passed over.
    pub(super) fn take_text(&mut self, text: &str) -> bool {
        let found = self
            .text
            .as_bytes()
            .get(self.at..self.at + text.len())
            .is_some_and(|next| next.eq_ignore_ascii_case(text.as_bytes()));
        if found {
            self.at += text.len();
        }
        found
    }

    #[inline]
    pub(super) fn digit(&mut self) -> Option<u8> {
        let digit = self.peek().wrapping_sub(b'0');
        (digit < 10).then(|| {
            self.at += 1;
            digit
        })
    }

    #[inline]
    pub(super) fn at_digit(&self) -> bool {
        self.peek().is_ascii_digit()
    }

    /// Exactly two digits; a third may follow.
    #[inline]
    pub(super) fn two(&mut self) -> Option<u8> {
        let bytes = self.text.as_bytes().get(self.at..self.at + 2)?;
        let (a, b) = (bytes[0].wrapping_sub(b'0'), bytes[1].wrapping_sub(b'0'));
        if a > 9 || b > 9 {
            return None;
        }
        self.at += 2;
        Some(a * 10 + b)
    }

    /// One or two digits, and no third.
    #[inline]
    pub(super) fn one_or_two(&mut self) -> Option<u8> {
        let first = self.digit()?;
        match self.digit() {
            None => Some(first),
            Some(second) => (!self.at_digit()).then_some(first * 10 + second),
        }
    }

    #[inline]
    pub(super) fn three(&mut self) -> Option<u16> {
        let hundreds = self.digit()?;
        Some(u16::from(hundreds) * 100 + u16::from(self.two()?))
    }

    #[inline]
    pub(super) fn four(&mut self) -> Option<i16> {
        let bytes = self.text.as_bytes().get(self.at..self.at + 4)?;
        let mut value = 0;
        for byte in bytes {
            let digit = byte.wrapping_sub(b'0');
            if digit > 9 {
                return None;
            }
            value = value * 10 + i16::from(digit);
        }
        self.at += 4;
        Some(value)
    }

    /// Four digits of a year from 1900 to 2099.
    pub(super) fn near_year(&mut self) -> Option<i16> {
        self.four().filter(|year| (1900..2100).contains(year))
    }

    #[inline]
    pub(super) fn is_blank(&self) -> bool {
        matches!(self.peek(), b' ' | b'\t')
    }

    /// Any number of spaces and tabs; how many.
    #[inline]
    pub(super) fn blanks(&mut self) -> usize {
        let start = self.at;
        while self.is_blank() {
            self.at += 1;
        }
        self.at - start
    }

    /// One or more spaces and tabs.
    #[inline]
    pub(super) fn space(&mut self) -> Option<()> {
        (self.blanks() > 0).then_some(())
    }

    /// All digits here, as a fraction of a second in microseconds; nothing when there is none.
    #[inline]
    pub(super) fn fraction(&mut self) -> Option<u32> {
        let start = self.at;
        let (mut micro, mut scale) = (0, 100_000);
        while let Some(digit) = self.digit() {
            micro += u32::from(digit) * scale;
            scale /= 10;
        }
        (self.at > start).then_some(micro)
    }

    /// How many digits are next.
    pub(super) fn run(&self) -> usize {
        self.text.as_bytes()[self.at..].iter().take_while(|byte| byte.is_ascii_digit()).count()
    }

    /// The letters that are next.
    pub(super) fn word(&self) -> &'a str {
        let rest = self.text.get(self.at..).unwrap_or_default();
        let length = rest.find(|letter: char| !letter.is_alphabetic()).unwrap_or(rest.len());
        &rest[..length]
    }

    /// Three letters that no other one follows, in small letters.
    #[inline]
    fn short_word(&self) -> Option<[u8; 3]> {
        let bytes = self.text.as_bytes().get(self.at..self.at + 3)?;
        let next = self.ahead(3);
        let whole = !next.is_ascii_alphabetic() && next.is_ascii();
        whole.then(|| [bytes[0] | 0x20, bytes[1] | 0x20, bytes[2] | 0x20])
    }

    /// A month's name, and the point of an abbreviation after it.
    #[inline]
    pub(super) fn month(&mut self) -> Option<u8> {
        let month = match self.short_word().as_ref() {
            Some(b"jan") => 1,
            Some(b"feb") => 2,
            Some(b"mar") => 3,
            Some(b"apr") => 4,
            Some(b"may") => 5,
            Some(b"jun") => 6,
            Some(b"jul") => 7,
            Some(b"aug") => 8,
            Some(b"sep") => 9,
            Some(b"oct") => 10,
            Some(b"nov") => 11,
            Some(b"dec") => 12,
            _ => return self.long_month(),
        };
        self.at += 3;
        self.take(b'.');
        Some(month)
    }

    fn long_month(&mut self) -> Option<u8> {
        let word = self.word();
        let month = names().month(word)?;
        self.at += word.len();
        self.take(b'.');
        Some(month)
    }

    /// A weekday's name, signs after it, and space.
    #[inline]
    pub(super) fn weekday(&mut self) -> Option<()> {
        match self.short_word().as_ref() {
            Some(b"mon" | b"tue" | b"wed" | b"thu" | b"fri" | b"sat" | b"sun") => self.at += 3,
            _ => {
                let word = self.word();
                if word.is_empty() || !names().weekday(word) {
                    return None;
                }
                self.at += word.len();
            }
        }
        for _ in 0..2 {
            let _ = self.one_of(b".,");
        }
        self.space()
    }

    /// Capital letters, `count` of them at most eight; no other letter, digit or `_` follows.
    pub(super) fn capitals(&self) -> &'a [u8] {
        let rest = &self.text.as_bytes()[self.at..];
        let length = rest.iter().take(9).take_while(|byte| byte.is_ascii_uppercase()).count();
        &rest[..length]
    }

    pub(super) fn text(&self) -> &'a str {
        self.text
    }
}
