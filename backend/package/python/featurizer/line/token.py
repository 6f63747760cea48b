"""Tokens of a line: brackets, quoted texts and words, by which places in a header are counted."""

from __future__ import annotations

import re
from collections.abc import Iterator

from .. import levels
from ..text import floor

REACH = 200
"""Bytes of a line in which tokens are counted."""
WORD = r"[A-Za-z0-9_\x80-\xff]"
BRACKET = r"\[[^\[\]]*(?:\[[^\[\]]*\][^\[\]]*)*\]"
_ENDS = r"(?=[\s:,|]|\Z)"
_TOKEN = re.compile(
    rf'{BRACKET}|\([^()]*\){_ENDS}|<[^<>]{{0,40}}>{_ENDS}|"(?:[^"\\]|\\.)*"|\||[^\s|]+', re.ASCII | re.DOTALL
)
_GLUED = re.compile(r"([A-Z]{3,9}):(?=[A-Za-z_])")
_NUMBERED = re.compile(r"[^\[]*[A-Za-z0-9_\x80-\xff]\[")


def tokens(text: str, start: int, end: int, reach: int = REACH) -> Iterator[tuple[int, int]]:
    """The tokens of `text[:end]` from `start` on, within so many bytes."""
    stop = floor(text, start + reach, end)
    while True:
        found = _TOKEN.search(text, start, stop)
        if found is None:
            return
        begin, start = found.span()
        # A level that is glued to what follows it by a colon is a token of its own.
        glued = _GLUED.match(text, begin, start)
        if glued is not None and levels.word(glued.group(1)) is not None:
            start = glued.end()
        yield begin, start


def trim(token: str) -> str:
    """The token without the brackets and signs around it; `name[12]` keeps its number."""
    if _NUMBERED.match(token) is not None:
        outer = token.strip("<>:,;| ")
        if outer.startswith("[") and outer.endswith("]]"):
            outer = outer[1:-1]
        return outer.lstrip("[({")
    return token.strip("[](){}<>:,;| ")
