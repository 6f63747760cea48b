//! Records of several lines: a line that does not begin a record continues the last one of its stream. Records are given
//! in the order in which they begin; one that others have begun after is held back as long as lines may come to it.
//!
//! Lines that are next to each other in the file stay where they are; only the lines of interleaved streams are copied.

use super::{EXCERPT_BYTES, Frame, FrameBytes, Outside, too_long};
use std::{collections::VecDeque, fmt, sync::Arc};

/// Records that may begin before an open one is closed.
const RECORDS_AFTER: usize = 64;
/// Bytes of other records' lines after which an open one is closed.
const BYTES_AFTER: u64 = 1 << 20;
/// Lines, and their bytes, that are kept until the first one that begins a record: whether they are a banner, or nothing
/// in the file ever begins a record, so that every line is one.
const WAITING_LINES: usize = 1000;
const WAITING_BYTES: usize = 1 << 20;

/// Which lines begin records.
pub trait Starts: Send + Sync {
    fn start<'a>(&self, line: &'a [u8]) -> Start<'a>;
}

impl<F: for<'a> Fn(&'a [u8]) -> Start<'a> + Send + Sync> Starts for F {
    fn start<'a>(&self, line: &'a [u8]) -> Start<'a> {
        self(line)
    }
}

/// What a line is to records.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Start<'a> {
    /// It begins a record.
    pub begins: bool,
    /// What it was written to, where several streams run into one file. A line that names none continues the line right
    /// before it.
    pub stream: Option<&'a [u8]>,
    /// Its text goes on in the next line of the stream, however that one begins.
    pub partial: bool,
}

/// The line that most records begin with.
const SINGLE: Start<'_> = Start { begins: true, stream: None, partial: false };

/// Makes records of lines.
pub(super) struct Joiner {
    starts: Arc<dyn Starts>,
    limit: usize,
    /// Records in the order in which they began, those that are complete but wait for one before them, too.
    open: VecDeque<Open>,
    /// The serial number of the first of them.
    first: u64,
    /// That of the record that the last line went to.
    last: u64,
    /// Bytes of all lines so far.
    total: u64,
    records: u64,
    /// Lines before the first record; none when one has begun.
    waiting: Option<Vec<Frame>>,
    waiting_bytes: usize,
}

#[derive(Debug)]
struct Open {
    stream: Option<Box<[u8]>>,
    bytes: FrameBytes,
    line: u64,
    fault: Option<String>,
    /// Nothing more belongs to it.
    ended: bool,
    partial: bool,
    /// Bytes of all lines when it began, and of its own.
    total: u64,
    own: u64,
}

impl Open {
    /// A record that begins with a line, before which there were so many bytes of lines.
    fn new(line: Frame, total: u64) -> Self {
        let own = line.bytes.len() as u64;
        let Frame { bytes, line, fault, .. } = line;
        Self { stream: None, bytes, line, fault, ended: false, partial: false, total, own }
    }
}

impl fmt::Debug for Joiner {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Joiner").field("open", &self.open).finish_non_exhaustive()
    }
}

impl Joiner {
    pub(super) fn new(starts: Arc<dyn Starts>, limit: usize) -> Self {
        Self {
            starts,
            limit,
            open: VecDeque::new(),
            first: 0,
            last: u64::MAX,
            total: 0,
            records: 0,
            waiting: Some(Vec::new()),
            waiting_bytes: 0,
        }
    }

    /// Takes the next line.
    pub(super) fn line(
        &mut self,
        line: Frame,
        buffer: &[u8],
        outside: &mut Outside,
        frames: &mut Vec<Frame>,
    ) {
        let start = self.starts.start(line.bytes.of(buffer));
        let length = line.bytes.len();
        if let Some(waiting) = &mut self.waiting {
            if start.begins {
                for line in waiting.drain(..) {
                    outside.add(line.line, line.bytes.of(buffer));
                }
                self.waiting = None;
            } else {
                waiting.push(line);
                self.waiting_bytes += length;
                if waiting.len() >= WAITING_LINES || self.waiting_bytes >= WAITING_BYTES {
                    self.give_waiting(frames);
                }
                return;
            }
        }
        if start == SINGLE
            && self.open.len() == 1
            && let Some(open) = self.open.front_mut().filter(|open| open.stream.is_none() && !open.partial)
        {
            // Of one stream and without parts, as most files are: the record before is complete.
            let next = Open::new(line, self.total);
            let Open { bytes, line, fault, .. } = std::mem::replace(open, next);
            self.first += 1;
            self.last = self.first;
            self.records += 1;
            frames.push(Frame { bytes, line, record: self.records, fault });
            self.total += length as u64;
            return;
        }
        match self.goes_to(&start) {
            Some(index) if (!start.begins || self.open[index].partial) && line.fault.is_none() => {
                if self.open[index].stream.as_deref() == start.stream {
                    self.open[index].partial = start.partial;
                }
                self.append(index, line, buffer);
            }
            // A line that is too long by itself is rejected by itself; what it stands in goes on after it.
            Some(index) if !start.begins => {
                let open = &mut self.open[index];
                if let FrameBytes::Range(range) = &open.bytes {
                    open.bytes = FrameBytes::Made(buffer[range.clone()].to_vec());
                }
                let alone = Open { ended: true, ..Open::new(line, self.total) };
                self.open.push_back(alone);
            }
            before => {
                let mut stream = None;
                if let Some(before) = before.and_then(|index| self.open.get_mut(index)) {
                    before.ended = true;
                    stream = before.stream.take();
                }
                if let (Some(name), None) = (start.stream, &stream) {
                    stream = Some(name.into());
                }
                let partial = start.partial;
                // A line that nothing begins before in its stream is a record of its own.
                let ended = !start.begins && !partial;
                let open = Open { stream, ended, partial, ..Open::new(line, self.total) };
                self.open.push_back(open);
                self.last = self.first + self.open.len() as u64 - 1;
            }
        }
        self.total += length as u64;
        self.give(frames);
    }

    /// The open record that a line continues, or that ends with it when it begins one.
    fn goes_to(&self, start: &Start) -> Option<usize> {
        let named = |open: &Open| !open.ended && open.stream.as_deref() == start.stream;
        let last = usize::try_from(self.last.wrapping_sub(self.first)).ok();
        let of_last = last.filter(|index| self.open.get(*index).is_some_and(named));
        let of_stream = || self.open.iter().rposition(named);
        match start.stream {
            _ if of_last.is_some() => of_last,
            Some(_) => of_stream(),
            None if start.begins => of_stream(),
            None => of_stream()
                .filter(|index| self.open[*index].partial)
                .or_else(|| last.filter(|index| self.open.get(*index).is_some_and(|open| !open.ended))),
        }
    }

    fn append(&mut self, index: usize, line: Frame, buffer: &[u8]) {
        let serial = self.first + index as u64;
        let contiguous = self.last == serial;
        self.last = serial;
        let open = &mut self.open[index];
        open.own += line.bytes.len() as u64;
        if let (true, FrameBytes::Range(range), FrameBytes::Range(line)) =
            (contiguous, &mut open.bytes, &line.bytes)
            && line.end - range.start <= self.limit
            && buffer[line.start - 1] == b'\n'
        {
            range.end = line.end;
            return;
        }
        let whole = match &mut open.bytes {
            FrameBytes::Beginning(_) => return,
            FrameBytes::Range(range) => {
                let mut bytes = Vec::with_capacity(range.len() + 1 + line.bytes.len().min(self.limit));
                bytes.extend_from_slice(&buffer[range.clone()]);
                open.bytes = FrameBytes::Made(bytes);
                &mut open.bytes
            }
            whole @ FrameBytes::Made(_) => whole,
        };
        let FrameBytes::Made(bytes) = whole else { return };
        let long = matches!(line.bytes, FrameBytes::Beginning(_));
        if !long && bytes.len() + 1 + line.bytes.len() <= self.limit {
            bytes.push(b'\n');
            bytes.extend_from_slice(line.bytes.of(buffer));
        } else {
            bytes.truncate(EXCERPT_BYTES.min(self.limit));
            open.bytes = FrameBytes::Beginning(std::mem::take(bytes));
            open.fault = Some(too_long(self.limit));
        }
    }

    /// Gives what is complete, and closes what is not waited for any longer.
    #[inline]
    fn give(&mut self, frames: &mut Vec<Frame>) {
        while let Some(front) = self.open.front() {
            let others = self.total.saturating_sub(front.total + front.own);
            if !front.ended && self.open.len() <= RECORDS_AFTER && others <= BYTES_AFTER {
                return;
            }
            self.give_front(frames);
        }
    }

    fn give_front(&mut self, frames: &mut Vec<Frame>) {
        let Some(Open { bytes, line, fault, .. }) = self.open.pop_front() else { return };
        self.first += 1;
        self.records += 1;
        frames.push(Frame { bytes, line, record: self.records, fault });
    }

    /// Nothing has begun a record: every line is one.
    fn give_waiting(&mut self, frames: &mut Vec<Frame>) {
        for line in self.waiting.take().into_iter().flatten() {
            self.records += 1;
            frames.push(Frame { record: self.records, ..line });
        }
    }

    /// No line follows.
    pub(super) fn end(&mut self, frames: &mut Vec<Frame>) {
        self.give_waiting(frames);
        while !self.open.is_empty() {
            self.give_front(frames);
        }
    }

    /// The offset from which on the buffer is needed.
    pub(super) fn needs(&self) -> usize {
        let waiting = self.waiting.iter().flatten().map(|line| &line.bytes);
        let starts =
            self.open.iter().map(|open| &open.bytes).chain(waiting).filter_map(|bytes| match bytes {
                FrameBytes::Range(range) => Some(range.start),
                FrameBytes::Beginning(_) | FrameBytes::Made(_) => None,
            });
        starts.min().unwrap_or(usize::MAX)
    }

    fn held(&mut self) -> impl Iterator<Item = &mut FrameBytes> {
        let waiting = self.waiting.iter_mut().flatten().map(|line| &mut line.bytes);
        self.open.iter_mut().map(|open| &mut open.bytes).chain(waiting)
    }

    /// Copies what the buffer is needed for.
    pub(super) fn own(&mut self, buffer: &[u8]) {
        for bytes in self.held() {
            if let FrameBytes::Range(range) = bytes {
                *bytes = FrameBytes::Made(buffer[range.clone()].to_vec());
            }
        }
    }

    /// The first `done` bytes of the buffer are gone.
    pub(super) fn shift(&mut self, done: usize) {
        for bytes in self.held() {
            if let FrameBytes::Range(range) = bytes {
                *range = range.start - done..range.end - done;
            }
        }
    }
}
