"""`key=value` pairs, as logfmt, firewalls and many programs write them: with commas or semicolons between
them or none, values in quotes, braces and brackets."""

from __future__ import annotations

import json
import re
from typing import Any

_ENDS = r"(?=[ \t\n\f\r,;]|\Z)"
_PAIR = re.compile(
    r"([A-Za-z_@][A-Za-z0-9_.@\-/$]*)(?:=(?:"
    rf'("(?:[^"\\]|\\.)*"{_ENDS}|\'(?:[^\'\\]|\\.)*\'{_ENDS})'
    rf'|(?!["\'])(?:(\{{[^}}]*\}}{_ENDS}|\[[^\]]*\]{_ENDS})|([^ \t\n\f\r"]*)(?=[ \t\n\f\r]|\Z))))?',
    re.DOTALL,
)
_KEY = re.compile(r"[A-Za-z_@][A-Za-z0-9_.@\-/$]*")
_BLANKS = str.maketrans("", "", " \t\n\f\r")


def _solid(text: str) -> int:
    """Characters that are no white space."""
    return len(text.translate(_BLANKS))


def logfmt_row(text: str) -> list[tuple[str, Any]] | None:
    """The pairs of a text that is little else: at least two, and 85 % of the characters that are no white
    space."""
    row: list[tuple[str, Any]] = []
    at = loose = inside = 0
    while True:
        key = _KEY.search(text, at)
        if key is None:
            loose += _solid(text[at:])
            break
        loose += _solid(text[at : key.start()])
        found = _PAIR.match(text, key.start())
        assert found is not None
        name, quoted, bracketed, bare = found.groups()
        at = found.end()
        if quoted is None and bracketed is None and bare is None:
            # Not a pair: the key is loose.
            at = key.end()
            loose += at - key.start()
            continue
        if bare is not None and bare[-1:] in (",", ";"):
            # A sign between pairs is no part of the value before it.
            bare = bare[:-1]
            at -= 1
        row.append(
            (name, _unquoted(quoted) if quoted is not None else bracketed if bracketed is not None else bare)
        )
        inside += _solid(text[key.start() : at])
    return row if len(row) >= 2 and inside >= 0.85 * (inside + loose) else None


def _unquoted(quoted: str) -> str:
    inner = quoted[1:-1]
    if "\\" not in inner:
        return inner
    if quoted[0] == '"':
        try:
            value: str = json.loads(quoted)
            value.encode()
            return value
        except ValueError:
            pass
    # Paths of Windows have backslashes that escape nothing.
    return inner.replace('\\"', '"')
