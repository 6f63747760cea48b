"""XML elements of one name, whatever stands between them; only tags, comments and CDATA sections are
understood.

An element that is not closed ends where the next one begins, or with the file, and is reported as a fault.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from .frame import Frame, too_long

_NOT_CLOSED = "the element is not closed"


def element_frames(text: str, element: str) -> Iterator[Frame]:
    name = re.escape(element)
    opening = re.compile(rf"<{name}(?=[\s/>]|\Z)", re.ASCII)
    tag = re.compile(r"(?:[^\"'><]|\"[^\"<]*\"|'[^'<]*')*(>?)")
    inner = re.compile(
        rf"<!--.*?-->|<!\[CDATA\[.*?\]\]>|(</{name}(?=[\s/>]|\Z)[^>]*>)|(<{name}(?=[\s/>]|\Z))",
        re.DOTALL | re.ASCII,
    )
    line, counted, at = 1, 0, 0
    while True:
        found = opening.search(text, at)
        if found is None:
            return
        start = found.start()
        line, counted = line + text.count("\n", counted, start), start
        end, closed = _end(text, found.end(), tag, inner)
        piece = text[start:end] if closed else text[start:end].rstrip(" \t\n\r\f")
        yield Frame(piece, line, too_long(piece) or (None if closed else _NOT_CLOSED))
        at = end


def _end(text: str, at: int, tag: re.Pattern[str], inner: re.Pattern[str]) -> tuple[int, bool]:
    """Where an element ends after its name, and whether it is closed there."""
    found = tag.match(text, at)
    assert found is not None
    if found.group(1) and text[found.end() - 2] == "/":
        return found.end(), True
    at = found.end()
    while True:
        found = inner.search(text, at)
        if found is None:
            return len(text), False
        if found.group(1) is not None:
            return found.end(), True
        if found.group(2) is not None:
            return found.start(), False
        at = found.end()
