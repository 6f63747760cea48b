"""Paragraphs of `KEY=value` lines: a blank line ends a record (journal export)."""

from __future__ import annotations

from collections.abc import Iterator

from .frame import Frame, too_long
from .lines import lines_of


def block_frames(text: str) -> Iterator[Frame]:
    held: list[str] = []
    begun = 0
    for number, line in enumerate(lines_of(text), start=1):
        if line.strip(" \t\f\r"):
            begun = begun if held else number
            held.append(line)
        elif held:
            yield _frame(held, begun)
            held = []
    if held:
        yield _frame(held, begun)


def _frame(lines: list[str], begun: int) -> Frame:
    text = "\n".join(lines)
    return Frame(text, begun, too_long(text))
