"""Where the time stands in a line: its form, the tokens before it, and the bracket right before it."""

from __future__ import annotations

import re
from itertools import islice
from typing import Any

from ..clock import Clock, Raw, pattern
from ..clock import forms as known_forms
from ..errors import FormatError
from ..text import plain
from .token import tokens

REACH = 256
"""Bytes of a line in which its time is looked for."""
_OPENING = "[(<\"'*"
_TOLD = "[(<\"'"
_LEADING = re.compile(r"[ \t\[(<\"'*]*")
_WORD = re.compile(r"[A-Za-z0-9_\x80-\U0010ffff]")


class Place:
    """A place that is ready to be looked at."""

    def __init__(self, written: dict[str, Any], clock: Clock) -> None:
        self.forms: list[str] = written["forms"]
        unknown = [form for form in self.forms if form not in known_forms()]
        if unknown:
            raise FormatError(f"`{unknown[0]}` is no form of a time")
        self._clock = clock
        self.before: int = written.get("before", 0)
        self.bracket: str | None = written.get("bracket")
        self.indented: bool = written.get("indented", False)

    def find(self, line: str) -> tuple[int, int, Raw] | None:
        """Where the time at its place begins and ends, and what it is."""
        if not line or (not self.indented and line[0] in " \t\n\f\r"):
            return None
        if line.isascii():
            return self._find(line)
        # Names of months may be of more than ASCII: they are read in the text itself.
        text = plain(line[: 2 * REACH])
        found = self._find(text)
        if found is None:
            return None
        start, end, raw = found
        return len(text[:start].encode()), len(text[:end].encode()), raw

    def _find(self, text: str) -> tuple[int, int, Raw] | None:
        return self._leading(text) if self.before == 0 else self._within(text)

    def _leading(self, text: str) -> tuple[int, int, Raw] | None:
        signs = _LEADING.match(text)
        assert signs is not None
        start = signs.end()
        last = signs.group().replace(" ", "").replace("\t", "")[-1:]
        if (last if last and last in _TOLD else None) != self.bracket:
            return None
        for form in self.forms:
            found = self._clock.read_at(text, start, form)
            if found is not None:
                return start, found[1], found[0]
        return None

    def _within(self, text: str) -> tuple[int, int, Raw] | None:
        best: tuple[int, int, Raw] | None = None
        for form in self.forms:
            at, expression = 0, pattern(form)
            while True:
                found = expression.search(text, at)
                if found is None or found.start() >= (REACH if best is None else best[0]):
                    break
                at = found.start() + 1
                raw = self._clock.of(form, found) if _WORD.match(text, found.start()) else None
                if raw is not None and before(text, found.start()) == (self.before, self.bracket):
                    best = (found.start(), found.end(), raw)
                    break
        return best


def before(text: str, start: int) -> tuple[int, str | None]:
    """The tokens before a time, and the bracket right before it."""
    head = text[:start]
    last = head.rstrip()[-1:]
    count = len(list(islice(tokens(head.rstrip(_OPENING), 0, len(head.rstrip(_OPENING)), REACH), 12)))
    return count, last if last and last in _TOLD else None
