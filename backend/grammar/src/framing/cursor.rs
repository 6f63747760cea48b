//! Where a framer is in the buffer and in the file.

use super::{EXCERPT_BYTES, Frame, FrameBytes, too_long};
use crate::bytes::blank;

/// A file without a newline among its first so many bytes has its lines end with carriage returns, if it has those.
const NEWLINE_WITHIN: usize = 64 * 1024;

#[derive(Debug)]
pub(super) struct Cursor {
    begun: bool,
    /// The next byte to look at.
    pub(super) position: usize,
    /// Newlines are counted up to here; `line` is the line of the byte here.
    pub(super) counted: usize,
    pub(super) line: u64,
    /// Records ended so far.
    pub(super) records: u64,
    /// Where the current record starts, and on which line.
    pub(super) start: Option<(usize, u64)>,
    /// The beginning of the current record, once it is too long to keep.
    pub(super) beginning: Option<Vec<u8>>,
    pub(super) limit: usize,
    /// What ends a line, `\n` or `\r`.
    pub(super) newline: u8,
    /// Whether `newline` is settled.
    settled: bool,
    /// Bytes of the file before the buffer.
    before: usize,
}

impl Cursor {
    pub(super) fn new(limit: usize) -> Self {
        Self {
            begun: false,
            position: 0,
            counted: 0,
            line: 1,
            records: 0,
            start: None,
            beginning: None,
            limit,
            newline: b'\n',
            settled: false,
            before: 0,
        }
    }

    /// Passes a byte order mark and settles what ends a line; false when more bytes must be seen for it.
    pub(super) fn ready(&mut self, buffer: &[u8], end: bool) -> bool {
        if !self.begun {
            if buffer.len() < 3 && !end {
                return false;
            }
            self.begun = true;
            if buffer.starts_with("\u{feff}".as_bytes()) {
                self.position = 3;
                self.counted = 3;
            }
        }
        self.settled || self.settle(buffer, end)
    }

    fn settle(&mut self, buffer: &[u8], end: bool) -> bool {
        let within = NEWLINE_WITHIN.saturating_sub(self.before).min(buffer.len());
        let from = self.position.min(within);
        let seen = self.before + buffer.len() >= NEWLINE_WITHIN || end;
        let (settled, ready) = match memchr::memchr2(b'\r', b'\n', &buffer[from..within]) {
            None => (seen, true),
            Some(at) if buffer[from + at] == b'\n' => (true, true),
            Some(at) if memchr::memchr(b'\n', &buffer[from + at..within]).is_some() => (true, true),
            Some(_) if seen => {
                self.newline = b'\r';
                (true, true)
            }
            Some(_) => (false, false),
        };
        self.settled = settled;
        ready
    }

    /// The line of the byte at `offset`, which is not before the one asked for last.
    pub(super) fn line_at(&mut self, buffer: &[u8], offset: usize) -> u64 {
        if offset > self.counted {
            self.line += memchr::memchr_iter(self.newline, &buffer[self.counted..offset]).count() as u64;
            self.counted = offset;
        }
        self.line
    }

    /// A record starts at the byte at `offset`.
    pub(super) fn begin(&mut self, buffer: &[u8], offset: usize) {
        let line = self.line_at(buffer, offset);
        self.start = Some((offset, line));
    }

    /// What began is no record.
    pub(super) fn drop_record(&mut self) {
        self.start = None;
        self.beginning = None;
    }

    /// The record in progress, as far as it goes before `offset`, and the line it begins on; of one that is too long the
    /// beginning.
    pub(super) fn current<'a>(&'a self, buffer: &'a [u8], offset: usize) -> Option<(&'a [u8], u64)> {
        let (start, line) = self.start?;
        let text = self.beginning.as_deref().unwrap_or_else(|| &buffer[start..offset.max(start)]);
        let length = if text.len() > self.limit { EXCERPT_BYTES.min(self.limit) } else { text.len() };
        Some((&text[..length], line))
    }

    /// Whether the record in progress, ending before the byte at `offset`, holds nothing.
    pub(super) fn is_blank(&self, buffer: &[u8], offset: usize) -> bool {
        self.beginning.is_none()
            && self
                .start
                .is_none_or(|(start, _)| offset - start <= self.limit && blank(&buffer[start..offset]))
    }

    /// The record in progress, which ends before the byte at `offset`.
    pub(super) fn take(&mut self, buffer: &[u8], offset: usize) -> Option<Frame> {
        let (start, line) = self.start.take()?;
        let too_long = || Some(too_long(self.limit));
        let (bytes, fault) = match self.beginning.take() {
            Some(beginning) => (FrameBytes::Beginning(beginning), too_long()),
            None if offset - start > self.limit => {
                let kept = start + EXCERPT_BYTES.min(self.limit);
                (FrameBytes::Beginning(buffer[start..kept].to_vec()), too_long())
            }
            None => (FrameBytes::Range(start..offset), None),
        };
        self.records += 1;
        Some(Frame { bytes, line, record: self.records, fault })
    }

    /// The current record ends before the byte at `offset`.
    pub(super) fn finish(&mut self, buffer: &[u8], offset: usize, frames: &mut Vec<Frame>) {
        frames.extend(self.take(buffer, offset));
    }

    /// The same, and something is wrong with it.
    pub(super) fn finish_with(&mut self, buffer: &[u8], offset: usize, fault: &str, frames: &mut Vec<Frame>) {
        let frame = self.take(buffer, offset);
        frames.extend(frame.map(|mut frame| {
            frame.fault.get_or_insert_with(|| fault.to_owned());
            frame
        }));
    }

    /// Whether the record in progress is longer than the limit, whatever follows.
    pub(super) fn overlong(&self) -> bool {
        self.beginning.is_some() || self.position >= self.overlong_at()
    }

    /// The offset at which the record in progress has become too long, a line's end not counted.
    pub(super) fn overlong_at(&self) -> usize {
        self.start.map_or(usize::MAX, |(start, _)| start.saturating_add(self.limit).saturating_add(3))
    }

    /// Lets go of what is done with and before the byte at `needed`, and says how many bytes that is.
    pub(super) fn release(&mut self, buffer: &[u8], needed: usize) -> usize {
        if let Some((start, _)) = self.start
            && self.beginning.is_none()
            && self.overlong()
        {
            let kept = start + EXCERPT_BYTES.min(self.limit);
            self.beginning = Some(buffer[start..kept].to_vec());
        }
        let done = match self.start {
            Some((start, _)) if self.beginning.is_none() => start,
            _ => self.position,
        };
        let done = done.min(needed);
        self.line_at(buffer, done);
        self.before = self.before.saturating_add(done);
        self.position -= done;
        self.counted -= done;
        self.start = self.start.map(|(start, line)| (start.saturating_sub(done), line));
        done
    }
}
