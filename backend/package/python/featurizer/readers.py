"""How one record is read: the first reader that fits it does; what an envelope or a message holds is read
again by the readers within."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

from .clock import Clock
from .draft import Draft
from .envelopes import Envelopes, Peeled
from .errors import FormatError, Refused
from .expression import Expressions
from .keyed.blocks import block_row
from .keyed.cef import Cef
from .keyed.cells import Cells, columns_of
from .keyed.json_rows import json_row
from .keyed.logfmt import logfmt_row
from .keyed.plan import Plan
from .keyed.xml import xml_row
from .line import style
from .line.layout import Layout
from .text import plain, view

_PART = 16_000
"""Bytes from which on Docker cuts a line in parts."""
_REMEMBERED = 32
"""So many `#Fields` lines are remembered."""


class Start(NamedTuple):
    """What a line is to records."""

    begins: bool
    stream: str | None = None
    """What it was written to, where several streams run into one file."""
    partial: bool = False
    """Its text goes on in the next line of the stream, however that one begins."""


class Reader:
    """Reads one kind of record."""

    whole = True
    """It looks at more than a line's beginning."""

    def read(self, text: str, lines: bool, line: int) -> Draft | None:
        """The draft of a text; nothing when it is of another kind. `lines` says that further lines of it were
        joined.

        Raises:
            Refused: it is of this kind, and broken.
        """
        raise NotImplementedError

    def start(self, line: str) -> Start | None:
        """What a line is to records; nothing when another reader should say."""
        raise NotImplementedError


class Readers:
    """Readers that are tried one after the other."""

    def __init__(self, written: Sequence[dict[str, Any]], framing: dict[str, Any], clock: Clock) -> None:
        self.readers = [_reader(one, framing, clock) for one in written]

    def __bool__(self) -> bool:
        return bool(self.readers)

    def read(self, text: str, lines: bool, line: int) -> Draft | None:
        """The draft of the first reader that fits; of several layouts of lines, the one that misses least."""
        best: tuple[int, Draft] | None = None
        for reader in self.readers:
            if isinstance(reader, Line):
                found = reader.read_line(text)
                if found is not None and (best is None or found[0] < best[0]):
                    best = found
                    if best[0] == 0:
                        break
            elif best is not None:
                break
            else:
                draft = reader.read(text, lines, line)
                if draft is not None:
                    return draft
        return None if best is None else best[1]

    def start(self, line: str) -> Start:
        for reader in self.readers:
            found = reader.start(line)
            if found is not None:
                return found
        return Start(False)

    def fits(self, line: str) -> bool:
        try:
            return self.read(line, True, 1) is not None
        except Refused:
            return False

    def again(self, draft: Draft) -> Draft:
        """A draft whose message is read again; it is left as it is where no reader fits."""
        if not self.readers or draft.message is None:
            return draft
        try:
            inner = self.read(draft.message, True, 1)
        except Refused:
            return draft
        return draft if inner is None else _merged(draft, inner)


def _merged(outer: Draft, inner: Draft) -> Draft:
    """What an outer reader says is believed before what an inner one says."""
    if inner.time is not None and (outer.time is None or not outer.time.has_year):
        outer.time = inner.time
    for name in ("host", "severity", "process", "pid", "id"):
        if getattr(outer, name) is None:
            setattr(outer, name, getattr(inner, name))
    outer.message = outer.message if inner.message is None else inner.message
    outer.attributes += inner.attributes
    return outer


def _split(text: str, lines: bool) -> tuple[str, str]:
    """The first line, and what follows it."""
    first, newline, rest = text.partition("\n") if lines else (text, "", "")
    return (first[:-1] if newline and first.endswith("\r") else first), rest


def _lines(rest: str) -> list[str]:
    *lines, last = rest.split("\n")
    lines = [line[:-1] if line.endswith("\r") else line for line in lines]
    return [*lines, last] if last else lines


def _joined(draft: Draft, rest: str) -> Draft:
    """The message with the lines that continue it."""
    if rest:
        draft.message = "\n".join([draft.message or "", *_lines(rest)])
    return draft


class Envelope(Reader):
    """A record in an envelope: each of its lines is peeled, and what they hold is read as one text."""

    def __init__(self, written: dict[str, Any], within: Readers, clock: Clock) -> None:
        kind = written["reader"] if written["reader"] != "prefix" else written["style"]
        self._peel: Any = getattr(Envelopes(clock), kind)
        self.streams = kind in ("cri", "compose", "pod")
        self._within = within

    def read(self, text: str, lines: bool, line: int) -> Draft | None:
        first, rest = _split(text, True)
        peeled: Peeled | None = self._peel(first)
        if peeled is None:
            return None
        parts, partial = [peeled.text], peeled.partial
        for one in _lines(rest) if rest else ():
            inner: Peeled | None = self._peel(one)
            if not partial:
                parts.append("\n")
            parts.append(one if inner is None else inner.text)
            partial = inner is not None and inner.partial
        peeled.draft.message = "".join(parts)
        return self._within.again(peeled.draft)

    def start(self, line: str) -> Start | None:
        peeled: Peeled | None = self._peel(line)
        if peeled is None:
            return None
        begins = not self._within or self._within.start(peeled.text).begins
        return Start(begins, peeled.stream, peeled.partial)


class Json(Reader):
    """A JSON object."""

    def __init__(self, written: dict[str, Any], within: Readers, clock: Clock) -> None:
        self._plan = Plan(written.get("roles", {}), clock)
        self._within = within
        # Whether the message is a line of a container's output, which Docker cuts when it is long.
        self._docker = written.get("roles", {}).get("message", [])[:1] == ["log"]
        self.streams = self._docker and bool(within)

    def _draft(self, text: str, line: int) -> Draft:
        return self._plan.apply(json_row(text, line, arrays=self._plan.keeps_arrays), text)

    def read(self, text: str, lines: bool, line: int) -> Draft | None:
        first, rest = _split(text, lines)
        if first.lstrip(" \t\n\f\r")[:1] != "{":
            if lines:
                return None
            raise Refused("the record is not a JSON object")
        draft = self._draft(first, line)
        if rest:
            parts = [draft.message or ""]
            partial = _is_part(parts[0])
            for one in _lines(rest):
                inner = self._message(one)
                if not partial:
                    parts.append("\n")
                partial = _is_part(inner)
                parts.append(inner)
            draft.message = "".join(parts)
        return self._within.again(draft)

    def _message(self, line: str) -> str:
        if line.startswith("{"):
            try:
                message = self._draft(line, 1).message
            except Refused:
                return line
            return line if message is None else message
        return line

    def start(self, line: str) -> Start | None:
        if line.lstrip(" \t\n\f\r")[:1] != "{":
            return None
        if not self._within:
            return Start(True)
        try:
            row = json_row(line, 1, arrays=self._plan.keeps_arrays)
        except Refused:
            return Start(True)
        message = self._plan.apply(row, line).message or ""
        stream = next((value for path, value in row if path == "stream"), None) if self._docker else None
        named = stream if isinstance(stream, str) else None
        return Start(self._within.start(message).begins, named, self._docker and _is_part(message))


def _is_part(message: str) -> bool:
    return len(message) >= _PART // 4 and len(message.encode()) >= _PART and not message.endswith("\n")


class Logfmt(Reader):
    """`key=value` pairs."""

    def __init__(self, written: dict[str, Any], within: Readers, clock: Clock) -> None:
        self._plan = Plan(written.get("roles", {}), clock)
        self._within = within

    def read(self, text: str, lines: bool, line: int) -> Draft | None:
        first, rest = _split(text, lines)
        row = logfmt_row(first)
        return None if row is None else _joined(self._within.again(self._plan.apply(row, first)), rest)

    def start(self, line: str) -> Start | None:
        return None if logfmt_row(line) is None else Start(True)


class CefRecord(Reader):
    """ArcSight's CEF and IBM's LEEF."""

    def __init__(self, clock: Clock) -> None:
        self._cef = Cef(clock)

    def read(self, text: str, lines: bool, line: int) -> Draft | None:
        first, rest = _split(text, lines)
        draft = self._cef.read(first)
        return None if draft is None else _joined(draft, rest)

    def start(self, line: str) -> Start | None:
        return None if self._cef.read(line) is None else Start(True)


class Row(Reader):
    """Cells, of a table or under `#Fields`, an XML element, or a block of `KEY=value` lines."""

    def __init__(
        self, written: dict[str, Any], framing: dict[str, Any], within: Readers, clock: Clock
    ) -> None:
        self._kind, self._roles, self._clock = written["reader"], written.get("roles", {}), clock
        self._plan = Plan(self._roles, clock)
        self._within = within
        self._cells: dict[str, Cells] = {}
        if framing["kind"] == "table":
            self._cells[""] = Cells(self._roles, clock, framing["delimiter"], framing["columns"])

    def read(self, text: str, lines: bool, line: int) -> Draft | None:
        if self._kind == "cells":
            draft = self._read_cells(text)
        elif self._kind == "xml":
            row = xml_row(text)
            if row is None:
                raise Refused("the XML element cannot be read")
            draft = self._plan.apply(row, text)
        else:
            row = block_row(text)
            if not row:
                raise Refused("the block holds no `KEY=value`")
            draft = self._plan.apply(row, text)
        return self._within.again(draft)

    def _read_cells(self, text: str) -> Draft:
        if "" in self._cells:
            return self._cells[""].read(text)
        header, newline, row = text.partition("\n")
        known = self._cells.get(header) if newline else None
        if known is None:
            named = columns_of(header, row) if newline else None
            if named is None:
                raise Refused("no `#Fields` line names the cells")
            columns, delimiter, sure = named
            known = Cells(self._roles, self._clock, delimiter, columns)
            # Which sign separates cells is believed of a row that has as many as there are names.
            if sure and len(self._cells) < _REMEMBERED:
                self._cells[header] = known
        return known.read(row)

    def start(self, line: str) -> Start | None:
        return Start(True)


class Line(Reader):
    """A header and a message."""

    whole = False

    def __init__(self, written: dict[str, Any], within: Readers, clock: Clock) -> None:
        self.layout = Layout(written, clock)
        self._within = within

    def read(self, text: str, lines: bool, line: int) -> Draft | None:
        found = self.read_line(text)
        return None if found is None else found[1]

    def read_line(self, text: str) -> tuple[int, Draft] | None:
        """How many fields are missing, and the draft."""
        first, rest = _split(text, True)
        read = self.layout.read(view(first))
        if read is None:
            return None
        draft, missing = read.draft, read.missing
        draft.message = plain(read.message)
        if rest:
            if read.whole and "\r" not in text:
                draft.message = f"{draft.message}\n{rest}"
            else:
                draft = _joined(draft, rest)
        if draft.severity is None and self.layout.second_line is not None:
            second = view(_lines(rest)[0]) if rest else ""
            level = style.find(second, 0, len(second), 0, self.layout.second_line)
            if level is not None:
                draft.severity = level.severity
                missing -= missing > 0
        return missing, self._within.again(draft)

    def start(self, line: str) -> Start | None:
        return Start(True) if self.layout.begins(view(line)) else None


class Expression(Reader):
    """Regular expressions with named groups."""

    def __init__(self, written: dict[str, Any], clock: Clock) -> None:
        self.expressions = Expressions(written, clock)

    def read(self, text: str, lines: bool, line: int) -> Draft | None:
        return self.expressions.read(text)

    def start(self, line: str) -> Start | None:
        try:
            self.expressions.read(line)
        except Refused:
            return None
        return Start(True)


def _reader(written: dict[str, Any], framing: dict[str, Any], clock: Clock) -> Reader:
    kind = written["reader"]
    within = Readers(written.get("within", ()), framing, clock)
    if kind in ("cri", "rfc5424", "priority", "prefix"):
        return Envelope(written, within, clock)
    if kind in ("cells", "xml", "block"):
        return Row(written, framing, within, clock)
    if kind == "json":
        return Json(written, within, clock)
    if kind == "logfmt":
        return Logfmt(written, within, clock)
    if kind == "cef":
        return CefRecord(clock)
    if kind == "line":
        return Line(written, within, clock)
    if kind == "expression":
        return Expression(written, clock)
    raise FormatError(f"the reader `{kind}` is not known here: the package is older than its grammar")
