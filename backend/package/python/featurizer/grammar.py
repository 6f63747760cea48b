"""A grammar, applied: a file's bytes to records. It is found by the training program and only applied here:
the same text under the same grammar is the same record."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from contextlib import suppress
from datetime import datetime, timezone
from itertools import islice
from typing import Any

from .clock import Clock, Home, Raw
from .decoding import cleaned, text_of, utf8
from .draft import Draft
from .errors import FormatError, Refused
from .expressions import python_syntax
from .fast import fast_reader
from .framing import Frame, frames_of, line_frames
from .framing.frame import too_long
from .framing.lines import lines_of
from .joining import WAITING_BYTES, WAITING_LINES, Joiner
from .levels import LEVELS
from .line.layout import looks_continued
from .readers import Envelope, Json, Readers, Start
from .records import Fields
from .text import view
from .values import json_of
from .years import decide, hint, sample

GRAMMAR_VERSION = 1
_LONG = 100_000
"""Characters of a line that may be too long for a record."""


class Applied:
    """A grammar that is ready to read."""

    def __init__(self, grammar: dict[str, Any], home: Home, now: datetime | None) -> None:
        version = grammar.get("version")
        if not isinstance(version, int) or not 1 <= version <= GRAMMAR_VERSION:
            raise FormatError(
                f"the grammar's version is {version!r}; this program reads up to {GRAMMAR_VERSION}"
            )
        self._encoding: str = grammar.get("encoding", "utf-8")
        self._framing: dict[str, Any] = grammar.get("framing") or {"kind": "lines"}
        multiline: dict[str, Any] = grammar.get("multiline") or {"kind": "unfit"}
        self._multiline: str = multiline["kind"]
        start = multiline.get("start")
        self._start = None if start is None else re.compile(python_syntax(start))
        self._written, self._home, self._now = grammar, home, now or datetime.now(timezone.utc)
        self._clock = Clock(home, self._now, grammar.get("clock"))
        self._readers = Readers(grammar["readers"], self._framing, self._clock)
        self._lines = self._framing["kind"] == "lines"
        if self._framing["kind"] == "rows":
            raise FormatError(
                "rows of tables such as Parquet's need more than the standard library; give text"
            )
        self._streams = any(
            isinstance(reader, (Envelope, Json)) and reader.streams for reader in self._readers.readers
        )
        self._fast = fast_reader(grammar["readers"], self._clock) if self._lines else None
        self._in_years: dict[tuple[int, int | None], Applied] = {}

    def read(self, content: bytes, name: str) -> Iterator[tuple[int, Fields | None, str]]:
        """The records of a file: the line of each, and what it says or the reason for rejecting it."""
        return self._read(cleaned(text_of(utf8(content, self._encoding))), name)

    def _read(self, text: str, name: str) -> Iterator[tuple[int, Fields | None, str]]:
        if not self._lines:
            return map(self._of, frames_of(self._framing, text, name))
        if self._multiline == "off":
            return self._plain(text)
        return (
            map(self._of, self._streamed(text))
            if self._streams and self._start is None
            else self._joined(text)
        )

    def reads(self, head: bytes, name: str, records: int) -> int:
        """How many of a file's first records it reads."""
        read = 0
        try:
            for one in islice(self.read(head, name), records):
                read += one[1] is not None
        except FormatError:  # what is broken beyond the first records shows when the file is read
            pass
        return read

    @property
    def leaves_years_open(self) -> bool:
        """Whether times were read whose year neither they nor anybody says."""
        decided = self._home.year is not None or (self._written.get("clock") or {}).get("year") is not None
        return self._clock.leaves_years_open and not decided

    def in_years_of(self, content: bytes, stored: bool, name: str) -> Applied:
        """The same for the years of one file, which is `stored` as it is read."""
        sampled = _Sampled(self._written, self._home, self._now)
        for text in sample(content, stored):
            with suppress(FormatError):  # what is broken shows when the file is read
                sampled.look(text, name)
        year, rollover = decide(sampled.times, sampled.hints, self._now)
        if year is None:
            return self
        if (year, rollover) not in self._in_years:
            clock = {**(self._written.get("clock") or {}), "year": year, "rollover": rollover}
            known = Applied({**self._written, "clock": clock}, self._home, self._now)
            self._in_years[year, rollover] = known
        return self._in_years[year, rollover]

    def _of(self, frame: Frame) -> tuple[int, Fields | None, str]:
        if frame.fault is not None:
            return frame.line, None, frame.fault
        try:
            return frame.line, self._fields(frame.text, frame.line), ""
        except Refused as refused:
            return frame.line, None, str(refused)

    def _fields(self, text: str, line: int) -> Fields:
        draft = self._readers.read(text, self._lines, line)
        if draft is None:
            raise Refused(f"no reader of the format fits: `{text[:60]}`")
        return fields_of(draft)

    def _plain(self, text: str) -> Iterator[tuple[int, Fields | None, str]]:
        """Every line is a record."""
        fast = self._fast
        for frame in line_frames(text):
            fields = fast(frame.text) if fast is not None and frame.fault is None else None
            yield self._of(frame) if fields is None else (frame.line, fields, "")

    def _joined(self, text: str) -> Iterator[tuple[int, Fields | None, str]]:
        """A line that does not begin a record continues the one before."""
        lines, fast = lines_of(text), self._fast
        waiting: list[int] | None = []
        waiting_bytes = 0
        first = last = -1
        held: Fields | None = None  # of the record that is open, while it is one line
        for at, line in enumerate(lines):
            fields = None if fast is None else fast(line)
            if fields is not None and self._start is None:
                begins = True
            elif not line.strip(" \t\f\r"):
                continue
            else:
                begins = self._begins(line)
            if begins:
                if held is not None:
                    yield first + 1, held, ""
                elif first >= 0:
                    yield self._record(lines, first, last)
                first = last = at
                held, waiting = fields if len(line) < _LONG else None, None
            elif first >= 0:
                last, held = at, None
            elif waiting is not None:
                waiting.append(at)
                waiting_bytes += len(line)
                if len(waiting) >= WAITING_LINES or waiting_bytes >= WAITING_BYTES:
                    for one in waiting:
                        yield self._record(lines, one, one)
                    waiting = None
            else:
                yield self._record(lines, at, at)
        if held is not None:
            yield first + 1, held, ""
        elif first >= 0:
            yield self._record(lines, first, last)
        for one in waiting or ():
            yield self._record(lines, one, one)

    def _record(self, lines: list[str], first: int, last: int) -> tuple[int, Fields | None, str]:
        text = lines[first] if first == last else "\n".join(lines[first : last + 1])
        return self._of(Frame(text, first + 1, too_long(text)))

    def _streamed(self, text: str) -> Iterator[Frame]:
        lines = lines_of(text)
        joiner = Joiner(lines)
        for at, line in enumerate(lines):
            if line.strip(" \t\f\r"):
                start = self._readers.start(line)
                if self._multiline == "traces":
                    start = Start(self._begins(line))
                yield from joiner.line(at, start)
        yield from joiner.end()

    def _begins(self, line: str) -> bool:
        """Whether a line begins a record."""
        if self._start is not None:
            return self._start.search(line) is not None
        if self._multiline == "traces":
            return not looks_continued(view(line)) or self._readers.fits(line)
        return self._readers.start(line).begins


class _Sampled(Applied):
    """Reads for the sake of times."""

    def __init__(self, grammar: dict[str, Any], home: Home, now: datetime | None) -> None:
        super().__init__(grammar, home, now)
        self._fast = None
        self.times: list[Raw] = []
        self.hints: list[int] = []

    def look(self, text: str, name: str) -> None:
        for _ in self._read(text, name):
            pass

    def _of(self, frame: Frame) -> tuple[int, Fields | None, str]:
        if frame.fault is None:
            with suppress(Refused):
                draft = self._readers.read(frame.text, self._lines, frame.line)
                if draft is not None and draft.time is not None:
                    self._add(draft.time, frame.text)
        return frame.line, None, ""

    def _add(self, time: Raw, record: str) -> None:
        self.times.append(time)
        if time.open is not None:
            year = hint(self._clock, time.open[:2], record)
            if year is not None:
                self.hints.append(year)


def fields_of(draft: Draft) -> Fields:
    attributes = ",".join(f"{json_of(name)}:{value}" for name, value in draft.attributes)
    return Fields(
        None if draft.time is None else draft.time.instant,
        _text(draft.host) or None,
        None if draft.severity is None else LEVELS[draft.severity],
        _text(draft.process) or None,
        _text(draft.pid) or None,
        _text(draft.message) or "",
        f"{{{attributes}}}" if attributes else None,
        _text(draft.id) or None,
    )


def _text(text: str | None) -> str | None:
    """Without the character that JSON can smuggle in as `\\u0000`."""
    return text.replace("\0", "") if text and "\0" in text else text


def chosen(grammars: Iterable[Applied], head: bytes, name: str, records: int) -> Applied:
    """Of several grammars the one that reads most of a file's first records, the first of equals."""
    known = list(grammars)
    return known[0] if len(known) == 1 else max(known, key=lambda grammar: grammar.reads(head, name, records))
