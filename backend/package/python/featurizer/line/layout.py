"""A line layout, applied: time and level at their places, then one field of the header after the other; the
rest is the message."""

from __future__ import annotations

import re
from collections.abc import Callable
from itertools import islice
from typing import Any, NamedTuple

from .. import levels
from ..clock import Clock
from ..draft import Draft
from ..text import BLANKS, WHITE, floor, plain, view
from ..values import json_of
from . import style
from .classify import is_nothing
from .place import Place
from .shape import Read, pass_over, shape_of
from .token import tokens, trim

_BLOCK = 160
"""Bytes after a time in which a bracket around time and header closes."""
_CLOSING = {"[": "]", "(": ")", "<": ">"}
_BLANKS = re.compile(r"\s*", re.ASCII)
_JOINT = re.compile(r"(.+)[./: ]", re.DOTALL)
_NUMBERED = re.compile(r"([^\[]+)\[([0-9]+)\]\Z")
_CONTINUED = re.compile(
    r"[ \t].*\S|Caused by:|Suppressed:|Traceback |\}|\)|During handling|The above exception|--- End of inner"
    r"|\]\s*\Z|\.\.\. [0-9]+ |#[0-9]+ |goroutine [0-9]",
    re.ASCII | re.DOTALL,
)
_LOOKS_CONTINUED = re.compile(
    r"[ \t]|(?![0-9<\[])(?:at |Caused by:|Suppressed:|Traceback|\.\.\. |\}"
    r"|[^: ]*(?:Error|Exception)(?:[: ]|\Z))"
)
_TRACE = re.compile(r"\s+(?:at |\.\.\. )|Caused by: |Suppressed: ", re.ASCII)


class Line(NamedTuple):
    """What a layout makes of a line."""

    draft: Draft
    message: str
    whole: bool
    """The message goes to the end of the line."""
    missing: int
    """Fields of the header that are not there, a level among them."""


class _Step(NamedTuple):
    """A step of the header: what is passed over, and the field after it."""

    glue: bool
    separators: int
    read: Callable[[str, int], Read | None] | None
    request: bool
    role: Any
    cell: bool
    """The name in a column, without the signs around it."""


class Layout:
    """A layout that is ready to read lines."""

    def __init__(self, written: dict[str, Any], clock: Clock) -> None:
        time = written.get("time")
        self._place = None if time is None else Place(time, clock)
        self._trailing_time = bool(time and time.get("trailing"))
        self._delimiter: dict[str, Any] | None = written.get("delimiter")
        self._block: bool = written.get("block", False)
        self._object: bool = written.get("object", False)
        self._start: str = written.get("start", "unless_continued")
        level: dict[str, Any] | None = written.get("level")
        self._level = level
        self._style = None if level is None else style.style_of(level["style"])
        self._sparse = frozenset(map(style.style_of, written.get("sparse", ())))
        self.second_line = style.style_of(written["second_line"]) if written.get("second_line") else None
        columns = written.get("columns", ())
        at: dict[tuple[str, int], Any] = {}
        for column in columns:
            at.setdefault((column["place"], column.get("index", 0)), column["role"])
        self._columns = at
        self._wanted = frozenset(place for place, _ in at)
        self._header = [
            _Step(
                field.get("glue", False),
                field.get("separators", 0),
                shape_of(field["shape"], field.get("values", [])),
                field["shape"] == "request",
                role := at.get(("header", index), field.get("role", "nothing")),
                role in ("process", "pid", "id") and "until" in field["shape"],
            )
            for index, field in enumerate(written.get("header", ()))
        ]

    def begins(self, line: str) -> bool:
        """Whether a line begins a record of this layout."""
        if self._place is not None:
            return self._place.find(line) is not None
        if self._start == "unless_continued":
            return not is_continued(line)
        if self._start == "unless_trace":
            return not is_trace(line)
        return (
            line[:1] not in (" ", "\t")
            and self._level is not None
            and self._find_level(line, 0, 0) is not None
        )

    def read(self, line: str) -> Line | None:
        """Reads a line; nothing when it is none of this layout."""
        draft = Draft()
        start = end = 0
        if self._place is not None:
            found = self._place.find(line)
            if found is None:
                return None
            start, end, draft.time = found
        text = line
        if self._delimiter is not None:
            text = tabs(line, start, end, self._delimiter["sign"], self._delimiter["count"])
        if self._trailing_time:
            start = end = 0
        end, block = around(text, start, end, self._block)
        if block is not None:
            text = text[:block] + " " + text[block + 1 :]
        after, level, cut = self._mark_level(text, start, end)
        if block is not None:
            after = max(after, block + 1)
        if level is not None:
            draft.severity = level.severity if level.severity >= 0 else None
            unknown = trim(line[level.start : level.end]) if level.severity < 0 else ""
            if unknown:
                # A word at the level's place that is no level we know is kept.
                draft.attributes.append(("level", json_of(plain(unknown))))
        missing = int(self._level is not None and draft.severity is None)
        brace = text.find("{", end) if self._object else -1
        text = text if brace == -1 else text[:brace]
        message, begin, missed = self._read_header(line, text, min(after, len(text)), draft)
        self._read_columns(line, text, (start, end), block, level, cut, draft)
        whole = message is None and cut is None
        if message is None:
            if brace != -1:
                message = line[brace:]
            else:
                stop = len(line) if cut is None else cut
                message = line[min(begin, stop) : stop].strip(" \t")
                whole = whole and (not message or line[-1] not in " \t")
        if draft.severity is None and self._sparse:
            draft.severity = self._sparse_level(message)
        return Line(draft, message, whole, missing + missed)

    def _find_level(self, text: str, start: int, end: int) -> tuple[int, style.Level] | None:
        """Where the header goes on after the level at its place, and the level."""
        assert self._level is not None and self._style is not None
        kind = self._style.kind
        if kind == "glued":
            severity = levels.letter(text[:1]) if start == 1 else None
            return None if severity is None else (end, style.Level(0, 1, severity))
        bounds = (0, start) if self._level["side"] == "before" else (end, len(text))
        found = style.find(text, *bounds, self._level.get("index"), self._style)
        if found is None:
            return None
        after = found.end
        if kind == "stamp":
            after = text.find("]", found.start) + 1 or found.end
        return after, found

    def _mark_level(self, text: str, start: int, end: int) -> tuple[int, style.Level | None, int | None]:
        """Where the header goes on, the level (of severity -1 when it is none that is known), and where it
        begins at the line's end."""
        if self._level is None or self._style is None:
            return end, None, None
        trailing = self._level.get("trailing", False)
        of_after = self._level["side"] == "after"
        found = self._find_level(text, start, end)
        if found is not None:
            after, level = found
            if not trailing:
                return after if of_after else end, level, None
            return (end, level, level.start) if not text[level.end :].strip(" ])|:.") else (end, None, None)
        index = self._level.get("index")
        if self._style.kind != "word" or trailing or index is None:
            return end, None, None
        # A word as the level's, that is none we know.
        token = next(islice(tokens(text, *((end, len(text)) if of_after else (0, start))), index, None), None)
        if token is None or not _same_place(text[token[0] : token[1]], self._style):
            return end, None, None
        return token[1] if of_after else end, style.Level(*token, -1), None

    def _read_header(self, line: str, text: str, at: int, draft: Draft) -> tuple[str | None, int, int]:
        """The header's fields: the message when one of them is it, where the message begins, and how many are
        missing."""
        for index, step in enumerate(self._header):
            at = pass_over(text, at, step.glue, step.separators)
            if step.read is None:
                break
            found = step.read(text, at)
            if found is None:
                return None, at, len(self._header) - index
            if step.request:
                rest = line[found.end :].strip()
                if rest:
                    draft.attributes.append(("rest", json_of(plain(rest))))
                return line[found.start : found.stop], at, 0
            value = line[found.start : found.stop].strip(BLANKS)
            value = value if value.isascii() else view(plain(value).strip(WHITE))
            _play(draft, step.role, trim(value) if step.cell else value)
            if found.pid is not None and draft.pid is None:
                draft.pid = plain(line[found.pid[0] : found.pid[1]])
            at = found.end
        return None, at, 0

    def _read_columns(
        self,
        line: str,
        text: str,
        time: tuple[int, int],
        block: int | None,
        level: style.Level | None,
        cut: int | None,
        draft: Draft,
    ) -> None:
        """The fields that are tokens before the time, and between it and the level."""
        if "before" in self._wanted:
            self._read_tokens("before", line, text, 0, time[0], level, draft)
        if "between" in self._wanted:
            stop = time[1]
            if block is not None:
                stop = block
            elif level is not None and level.start >= time[1] and cut is None:
                stop = level.start
            self._read_tokens("between", line, text, time[1], max(stop, time[1]), level, draft)
        if level is not None and ("level", 0) in self._columns:
            beside = _JOINT.match(line[level.start : level.end].strip("[]<>():,;| "))
            if beside is not None:
                _play(draft, self._columns["level", 0], beside.group(1))

    def _read_tokens(
        self, place: str, line: str, text: str, start: int, end: int, level: style.Level | None, draft: Draft
    ) -> None:
        for index, (begin, stop) in enumerate(islice(tokens(text, start, min(end, len(text))), 8)):
            role = self._columns.get((place, index))
            if role is None or (level is not None and begin <= level.start < stop):
                continue
            value = line[begin:stop]
            _play(draft, role, value if isinstance(role, dict) else trim(value))

    def _sparse_level(self, message: str) -> int | None:
        found = style.sparse(message)
        return levels.word(found[1]) if found is not None and found[0] in self._sparse else None


def _same_place(token: str, of: style.Style) -> bool:
    """Whether a token that is no known level stands there as levels do."""
    word = trim(token)
    if not 3 <= len(word) <= 11 or not word.isascii() or not word.isalpha():
        return False
    if of.case is not None:
        return of.case == "upper" and word.isupper()
    return bool(of.left or of.right) and token.startswith(of.left) and of.right in token


def tabs(line: str, start: int, end: int, sign: str, count: int) -> str:
    """Signs that separate columns become tabs: all before the time, and after it as many as are left of
    `count`."""
    tab = "\t" + " " * (len(sign) - 1)
    before = line[:start]
    rest = line[end:].replace(sign, tab, max(count - before.count(sign), 0))
    return before.replace(sign, tab) + line[start:end] + rest


def around(text: str, start: int, end: int, block: bool) -> tuple[int, int | None]:
    """Where a time ends with the bracket that closes after it; and where one that opened before it closes
    after the header."""
    opened = text[:start].rstrip(" \t\n\r\v\f")[-1:]
    if not opened or opened not in "[(<\"'":
        return end, None
    blank = _BLANKS.match(text, end)
    assert blank is not None
    closed = text[blank.end() : blank.end() + 1]
    if closed and closed in "])>\"'":
        return blank.end() + 1, None
    if not block or opened not in _CLOSING:
        return end, None
    at = text.find(_CLOSING[opened], end, floor(text, end + _BLOCK, len(text)))
    return end, None if at == -1 or "[" in text[end:at] else at


def _play(draft: Draft, role: Any, value: str) -> None:
    """Sets a field that a role names, unless it is known already."""
    if not value or role == "nothing":
        return
    if isinstance(role, dict):
        if not is_nothing(value):
            draft.attributes.append((role["attribute"], json_of(plain(value))))
    elif role == "level":
        if draft.severity is None:
            draft.severity = levels.severity(trim(value))
    elif role == "process":
        numbered = _NUMBERED.match(value)
        if numbered is not None:
            value = numbered.group(1)
            if draft.pid is None:
                draft.pid = numbered.group(2)
        if draft.process is None:
            draft.process = plain(value)
    elif getattr(draft, role) is None:
        setattr(draft, role, plain(value))


def is_continued(line: str) -> bool:
    """Whether a line looks like the continuation of another."""
    return _CONTINUED.match(line) is not None


def is_trace(line: str) -> bool:
    """Whether a line is one of a stack trace."""
    return _TRACE.match(line) is not None


def looks_continued(line: str) -> bool:
    """Indented, or as traces of Java, Python, JavaScript and .NET begin and end their lines."""
    return _LOOKS_CONTINUED.match(line) is not None
