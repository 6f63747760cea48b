"""Records of several lines, where several streams run into one file: a line that does not begin a record
continues the last one of its stream. Records are given in the order in which they begin."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator, Sequence

from .framing.frame import Frame, too_long
from .readers import Start

_RECORDS_AFTER = 64
"""Records that may begin before an open one is closed."""
_BYTES_AFTER = 1 << 20
"""Bytes of other records' lines after which an open one is closed."""
WAITING_LINES = 1000
"""Lines that are kept until the first one that begins a record: whether they are a banner, or nothing in the
file ever begins a record, so that every line is one."""
WAITING_BYTES = 1 << 20


class _Open:
    """A record that lines may come to: its first and last line where they stand, or its text where lines of
    others stand between."""

    __slots__ = ("ended", "first", "last", "own", "partial", "stream", "text", "total")

    def __init__(self, at: int, length: int, start: Start, stream: str | None, total: int) -> None:
        self.first = self.last = at
        self.text: list[str] | None = None
        self.stream, self.partial = stream, start.partial
        # A line that nothing begins before in its stream is a record of its own.
        self.ended = not start.begins and not start.partial
        self.total, self.own = total, length


class Joiner:
    """Makes records of lines. `lines` are all of the file's, numbered from 0."""

    def __init__(self, lines: Sequence[str]) -> None:
        self._lines = lines
        self._open: deque[_Open] = deque()
        self._last: _Open | None = None
        self._total = 0
        self._waiting: list[int] | None = []
        self._waiting_bytes = 0

    def line(self, at: int, start: Start) -> Iterator[Frame]:
        """Takes the next line that is not blank."""
        length = len(self._lines[at])
        if self._waiting is not None:
            if not start.begins:
                self._waiting.append(at)
                self._waiting_bytes += length
                if len(self._waiting) >= WAITING_LINES or self._waiting_bytes >= WAITING_BYTES:
                    yield from self._give_waiting()
                return
            self._waiting = None
        before = self._goes_to(start)
        if before is not None and (not start.begins or before.partial):
            if before.stream == start.stream:
                before.partial = start.partial
            self._append(before, at, length)
        else:
            stream = start.stream
            if before is not None:
                before.ended = True
            self._last = _Open(at, length, start, stream, self._total)
            self._open.append(self._last)
        self._total += length
        while self._open:
            front = self._open[0]
            others = max(self._total - front.total - front.own, 0)
            if not front.ended and len(self._open) <= _RECORDS_AFTER and others <= _BYTES_AFTER:
                return
            yield self._given()

    def end(self) -> Iterator[Frame]:
        """No line follows."""
        yield from self._give_waiting()
        while self._open:
            yield self._given()

    def _goes_to(self, start: Start) -> _Open | None:
        """The open record that a line continues, or that ends with it when it begins one."""
        last = self._last if self._last is not None and self._last in self._open else None
        if last is not None and not last.ended and last.stream == start.stream:
            return last
        of_stream = next(
            (one for one in reversed(self._open) if not one.ended and one.stream == start.stream), None
        )
        if start.stream is not None or start.begins:
            return of_stream
        if of_stream is not None and of_stream.partial:
            return of_stream
        return last if last is not None and not last.ended else None

    def _append(self, to: _Open, at: int, length: int) -> None:
        contiguous = self._last is to and to.text is None
        self._last = to
        to.own += length
        if contiguous:
            to.last = at
            return
        if to.text is None:
            to.text = ["\n".join(self._lines[to.first : to.last + 1])]
        to.text.append(self._lines[at])

    def _given(self) -> Frame:
        front = self._open.popleft()
        text = "\n".join(self._lines[front.first : front.last + 1] if front.text is None else front.text)
        return Frame(text, front.first + 1, too_long(text))

    def _give_waiting(self) -> Iterator[Frame]:
        """Nothing has begun a record: every line is one."""
        for at in self._waiting or ():
            yield Frame(self._lines[at], at + 1, too_long(self._lines[at]))
        self._waiting = None
