"""The elements at a path of JSON values that stand one after the other: concatenated or pretty-printed,
separated by white space or commas, or one large document. Only strings, escapes and brackets are understood
here; what is between the brackets of an element is the reader's concern.

A path is keys with points between them; `[]` is every element of an array, and the empty path is the values
themselves. A key is compared with what is left of the path, so that it may hold points itself.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator

from ..errors import FormatError
from .frame import Frame, too_long
from .pairs import LABELS, VALUES, Pairs

_DEPTH = 128
_BETWEEN = re.compile(r"[ \t\n\r\f,\x1e\0]*")
_BLANK = re.compile(r"[ \t\n\r\f]*")
_KEY = re.compile(r'"((?:[^"\\]|\\.)*)"', re.DOTALL)
_TOKEN = re.compile(r'"(?:[^"\\]|\\.)*"|[{}\[\],]|[ \t\n\r\f]+|[^"{}\[\], \t\n\r\f]+', re.DOTALL)


class _Mismatch(Exception):
    """Where a bracket is closed that is not open."""

    def __init__(self, at: int, reason: str) -> None:
        super().__init__(reason)
        self.at, self.reason = at, reason


class _CutOff(FormatError):
    """The text ends within a value; where its record begins, when one has begun."""

    start: int | None = None


class _Document:
    """A text that is cut, and where its lines were counted up to."""

    def __init__(self, text: str, path: str, name: str) -> None:
        self.text, self.path, self.name = text, path, name
        self.line, self.counted = 1, 0
        self.pairs = Pairs.of(path)

    def line_at(self, at: int) -> int:
        self.line += self.text.count("\n", self.counted, at)
        self.counted = max(at, self.counted)
        return self.line

    def broken(self, at: int, reason: str) -> FormatError:
        return FormatError(
            f"{self.name}, line {self.line_at(min(at, len(self.text)))}: {reason}; give the whole file"
        )

    def cut_off(self, reason: str) -> _CutOff:
        return _CutOff(str(self.broken(len(self.text), reason)))

    def skip(self, at: int) -> int:
        found = _BLANK.match(self.text, at)
        return at if found is None else found.end()

    def value_end(self, at: int) -> int:
        """Where the value that begins here ends."""
        closers: list[str] = []
        scalar = False
        for token in _TOKEN.finditer(self.text, at):
            sign = token.group()
            if sign[0] == '"':
                if not closers and not scalar:
                    return token.end()
            elif sign in "{[":
                if len(closers) == _DEPTH:
                    raise _Mismatch(token.start(), f"values are nested deeper than {_DEPTH}")
                closers.append("}" if sign == "{" else "]")
            elif sign in "}]":
                if not closers:
                    return token.start()
                due = closers.pop()
                if due != sign:
                    raise _Mismatch(token.start(), f"`{sign}` stands where `{due}` belongs")
                if not closers:
                    return token.end()
            elif not closers:
                if sign == "," or sign[0] in " \t\n\r\f":
                    return token.start()
                scalar = True
        if scalar and not closers:
            return len(self.text)
        raise self.cut_off("the file ends within a record")


def document_frames(text: str, path: str, name: str) -> Iterator[Frame]:
    document = _Document(text, path, name)
    at, several = 0, False
    while True:
        between = _BETWEEN.match(text, at)
        at = at if between is None else between.end()
        if at == len(text):
            return
        if text[at] not in "{[":
            newline = text.find("\n", at)
            at = len(text) if newline == -1 else newline
            continue
        begun = at
        try:
            at = yield from _value(document, at, 0, True)
            several = True
        except _CutOff as cut:
            # Of several values, or of values that are records, the last one alone is lost.
            if not several and cut.start != begun:
                raise
            start = len(text) if cut.start is None else cut.start
            yield Frame(text[start:], document.line_at(start), "the file ends within the record")
            return
        except _Mismatch as mismatch:
            # Whole values are records: the next one may begin with any line.
            newline = text.find("\n", mismatch.at)
            at = len(text) if newline == -1 else newline
            yield Frame(text[begun:at].rstrip("\r"), document.line_at(begun), mismatch.reason)


def _value(document: _Document, at: int, rest: int | None, top: bool) -> Iterator[Frame]:
    """The records of a value; returns where it ends."""
    text = document.text
    left = None if rest is None else document.path[rest:]
    if left is not None and rest is not None:
        if text[at] == "[" and left.startswith("[]"):
            return (yield from _elements(document, at + 1, rest + 2 + left.startswith("[].")))
        if text[at] == "{" and left and not left.startswith("["):
            if document.pairs is not None:
                document.pairs.enter(left)
            return (yield from _fields(document, at + 1, rest))
    # A value of the file that is not built like the others is a record itself.
    record = left is not None and (not left or top)
    try:
        end = document.value_end(at)
    except _CutOff as cut:
        if record:
            cut.start = at
        raise
    except _Mismatch as mismatch:
        if top:
            raise
        raise document.broken(mismatch.at, mismatch.reason) from None
    if record:
        line = document.line_at(at)
        value = text[at:end] if document.pairs is None else document.pairs.named(text[at:end])
        yield Frame(value, line, too_long(value))
    return end


def _elements(document: _Document, at: int, rest: int) -> Iterator[Frame]:
    text, comma = document.text, True
    while True:
        at = document.skip(at)
        sign = text[at : at + 1]
        if not sign:
            raise document.cut_off("the file ends before the array is closed")
        if sign == "]":
            return at + 1
        if sign == "," and not comma:
            at, comma = at + 1, True
        elif not comma or sign in ",}:":
            raise document.broken(
                at, f"`{sign}` stands where {'a record' if comma else '`,` or `]`'} belongs"
            )
        else:
            at = yield from _value(document, at, rest, False)
            comma = False


def _fields(document: _Document, at: int, rest: int) -> Iterator[Frame]:
    text, comma = document.text, True
    while True:
        at = document.skip(at)
        sign = text[at : at + 1]
        if not sign:
            raise document.cut_off("the file ends inside the document")
        if sign == "}":
            return at + 1
        if sign == "," and not comma:
            at, comma = at + 1, True
            continue
        key = _KEY.match(text, at)
        if key is None and sign == '"':
            raise document.cut_off("the file ends inside the document")
        if key is None:
            raise document.broken(at, f"`{sign}` stands where a field's name belongs")
        at = document.skip(key.end())
        colon = text[at : at + 1] == ":"
        if at == len(text) or (colon and document.skip(at + 1) == len(text)):
            raise document.cut_off("the file ends inside the document")
        if not colon:
            raise document.broken(at, f"`{text[at : at + 1]}` stands where `:` belongs")
        at = document.skip(at + 1)
        if text[at] in ",}]:":
            raise document.broken(at, f"`{text[at : at + 1]}` stands where a value belongs")
        matched = _matched(document.path, rest, _named(key.group(1)))
        pairs = document.pairs
        labels = pairs is not None and document.path[rest:] == VALUES and key.group(1) in LABELS
        if matched is None and labels and pairs is not None and text[at] == "{":
            end = document.value_end(at)
            pairs.label(text[at:end])
            at = end
        else:
            at = yield from _value(document, at, matched, False)
        comma = False


def _named(key: str) -> str:
    if "\\" not in key:
        return key
    try:
        return str(json.loads(f'"{key}"', strict=False))
    except ValueError:
        return key


def _matched(path: str, rest: int, key: str) -> int | None:
    """How much of the path leads to the value of a key that is on it."""
    if not key or not path.startswith(key, rest):
        return None
    after = path[rest + len(key) :]
    if not after or after[0] == "[":
        return rest + len(key)
    return rest + len(key) + 1 if after[0] == "." else None
