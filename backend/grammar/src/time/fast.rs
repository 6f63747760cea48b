//! Layouts of one width that most logs have, read at one go. Whatever is written otherwise is left to the long way,
//! which reads these as well, and alike.

use super::cursor::{Cursor, english_month};

/// Year (0 for none), month, day, hour, minute and second.
pub(super) type Second = (i16, [u8; 5]);

/// Digits in pairs; whether all were digits is asked once.
struct Pairs<'a, const N: usize> {
    bytes: &'a [u8; N],
    odd: u8,
}

impl<const N: usize> Pairs<'_, N> {
    #[inline(always)]
    fn at(&mut self, at: usize) -> u8 {
        let (tens, ones) = (self.bytes[at].wrapping_sub(b'0'), self.bytes[at + 1].wrapping_sub(b'0'));
        self.odd |= u8::from(tens > 9) | u8::from(ones > 9);
        tens.wrapping_mul(10).wrapping_add(ones)
    }
}

impl<'a> Cursor<'a> {
    #[inline(always)]
    fn array<const N: usize>(&self) -> Option<&'a [u8; N]> {
        self.text().as_bytes().get(self.at..self.at + N)?.try_into().ok()
    }

    /// `2024-05-01 10:00:00`
    #[inline]
    pub(super) fn iso_second(&mut self) -> Option<Second> {
        let bytes = self.array::<19>()?;
        let signs = matches!(bytes[4], b'-' | b'/' | b'.')
            && matches!(bytes[7], b'-' | b'/' | b'.')
            && matches!(bytes[10], b' ' | b'T')
            && bytes[13] == b':'
            && bytes[16] == b':'
            && !self.ahead(19).is_ascii_digit();
        let mut pairs = Pairs { bytes, odd: 0 };
        let year = i16::from(pairs.at(0)) * 100 + i16::from(pairs.at(2));
        let rest = [pairs.at(5), pairs.at(8), pairs.at(11), pairs.at(14), pairs.at(17)];
        (signs && pairs.odd == 0).then(|| {
            self.at += 19;
            (year, rest)
        })
    }

    /// `10/Oct/2000:13:55:36`, `10-Oct-2000 13:55:36`
    #[inline]
    pub(super) fn access_second(&mut self) -> Option<Second> {
        let bytes = self.array::<20>()?;
        let signs = matches!(bytes[2], b'-' | b'/' | b' ')
            && matches!(bytes[6], b'-' | b'/' | b' ')
            && matches!(bytes[11], b' ' | b':')
            && bytes[14] == b':'
            && bytes[17] == b':'
            && !self.ahead(20).is_ascii_digit();
        let month = english_month([bytes[3], bytes[4], bytes[5]])?;
        let mut pairs = Pairs { bytes, odd: 0 };
        let year = i16::from(pairs.at(7)) * 100 + i16::from(pairs.at(9));
        let rest = [month, pairs.at(0), pairs.at(12), pairs.at(15), pairs.at(18)];
        (signs && pairs.odd == 0).then(|| {
            self.at += 20;
            (year, rest)
        })
    }

    /// `Jul  1 09:00:55`
    #[inline]
    pub(super) fn syslog_second(&mut self) -> Option<Second> {
        let bytes = self.array::<15>()?;
        let month = english_month([bytes[0], bytes[1], bytes[2]])?;
        let signs = bytes[3] == b' '
            && bytes[6] == b' '
            && bytes[9] == b':'
            && bytes[12] == b':'
            && !self.ahead(15).is_ascii_digit();
        let mut padded = *bytes;
        if padded[4] == b' ' {
            padded[4] = b'0';
        }
        let mut pairs = Pairs { bytes: &padded, odd: 0 };
        let rest = [month, pairs.at(4), pairs.at(7), pairs.at(10), pairs.at(13)];
        (signs && pairs.odd == 0).then(|| {
            self.at += 15;
            (0, rest)
        })
    }
}
