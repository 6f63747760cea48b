"""One record per line, ended by LF or CRLF (by CR where there are only those). Blank lines are none."""

from __future__ import annotations

from collections.abc import Iterator

from .frame import Frame, too_long

_WITHIN = 64 * 1024
"""A file without a newline among its first so many bytes has its lines end with CR, if it has those."""


def newline_of(text: str) -> str:
    head = text[:_WITHIN]
    return "\r" if "\r" in head and "\n" not in head else "\n"


def lines_of(text: str) -> list[str]:
    """The lines of a cleaned text, without what ends them."""
    lines = text.split(newline_of(text))
    if lines[-1].endswith("\r"):
        lines[-1] = lines[-1][:-1]
    return lines


def line_frames(text: str) -> Iterator[Frame]:
    for number, line in enumerate(lines_of(text), start=1):
        if line.strip(" \t\f\r"):
            yield Frame(line, number, too_long(line))
