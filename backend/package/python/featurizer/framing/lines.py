"""One record per line, ended by LF or CRLF (by CR where there are only those). Blank lines are none."""

from __future__ import annotations

from collections.abc import Iterator

from ..decoding import is_blank
from .frame import Frame, too_long

_WITHIN = 64 * 1024
"""A file without a newline among its first so many bytes has its lines end with CR, if it has those."""


def newline_of(text: str) -> str:
    head = text[:_WITHIN]
    return "\r" if "\r" in head and "\n" not in head else "\n"


def lines_of(text: str) -> list[str]:
    """The lines, without what ends them."""
    lines = text.split(newline_of(text))
    return [line[:-1] if line[-1:] == "\r" else line for line in lines] if "\r" in text else lines


def line_frames(text: str) -> Iterator[Frame]:
    for number, line in enumerate(lines_of(text), start=1):
        if line and not line.isspace() and (line.isprintable() or not is_blank(line)):
            yield Frame(line, number, too_long(line))
