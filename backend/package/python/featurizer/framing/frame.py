"""One record as it stands in a file."""

from __future__ import annotations

from typing import NamedTuple

from ..limits import RECORD_BYTES


class Frame(NamedTuple):
    """A record's text; a fault says why it must be rejected unread."""

    text: str
    line: int
    """The line it starts on, from 1."""
    fault: str | None = None


def too_long(text: str, limit: int = RECORD_BYTES) -> str | None:
    """The fault of a record that is longer than the limit."""
    if len(text) * 4 <= limit or (len(text) <= limit and (text.isascii() or len(text.encode()) <= limit)):
        return None
    return f"the record is longer than the limit of {limit} bytes"
