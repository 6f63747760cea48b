"""Bytes and their texts: views in which every character is one byte, so that places are places in UTF-8."""

from __future__ import annotations

WHITE = " \t\n\v\f\r\x85\xa0\u1680\u2028\u2029\u202f\u205f\u3000" + "".join(map(chr, range(0x2000, 0x200B)))
"""What `trim` of the training program takes for white space."""
BLANKS = " \t\n\r\v\f"


def view(text: str) -> str:
    """The text with a character for each of its bytes; itself when it is ASCII."""
    return text if text.isascii() else text.encode().decode("latin-1")


def plain(of_view: str) -> str:
    """What a part of a view says."""
    return of_view if of_view.isascii() else of_view.encode("latin-1").decode("utf-8", "replace")


def floor(of_view: str, at: int, end: int) -> int:
    """The last place at or before `at`, and not after `end`, at which a character begins."""
    if at >= end:
        return end
    while "\x80" <= of_view[at] < "\xc0":
        at -= 1
    return at
