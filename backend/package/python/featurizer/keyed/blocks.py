"""`KEY=value` lines, as the journal exports them."""

from __future__ import annotations

import re
from typing import Any

_PAIR = re.compile(r"([A-Za-z0-9_.\-]+)=(.*)", re.DOTALL)


def block_row(text: str) -> list[tuple[str, Any]]:
    """The pairs of a block of lines; a line without `=` continues the value before."""
    row: list[tuple[str, Any]] = []
    for line in text.split("\n"):
        line = line[:-1] if line.endswith("\r") else line
        found = _PAIR.match(line)
        if found is not None:
            row.append((found.group(1), found.group(2)))
        elif row and line.strip():
            row[-1] = (row[-1][0], f"{row[-1][1]}\n{line}")
    return row
