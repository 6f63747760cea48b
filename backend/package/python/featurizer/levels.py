"""Levels: the eight of RFC 5424, under the many names, letters, signs and numbers that programs give them.

The vocabulary is data that the training program has, too (`levels.json`).
"""

from __future__ import annotations

import json
import pkgutil
import re
from bisect import bisect_right

from .text import WHITE, view

LEVELS = ("emergency", "alert", "critical", "error", "warning", "notice", "info", "debug")

_DATA = json.loads(pkgutil.get_data(__package__, "levels.json") or b"{}")
_SEVERITIES = {name: at for at, name in enumerate(LEVELS)}
# Views of words are looked up, too: they have no small letters of their own.
_WORDS = {
    form: _SEVERITIES[level]
    for level, names in _DATA["words"].items()
    for name in names
    for form in (name, view(name), view(name.upper()), view(name.title()))
}
_WEAK = frozenset(
    form for name in _DATA["weak"] for form in (name, view(name), view(name.upper()), view(name.title()))
)
_LETTERS = {letter: _SEVERITIES[level] for letter, level in _DATA["letters"].items()}
_SYMBOLS = {sign: _SEVERITIES[level] for sign, level in _DATA["symbols"].items()}
_VALUES = {name: _SEVERITIES[level] for name, level in _DATA["values"].items() if level is not None}
_SCALES = {
    name: (
        sorted((int(value), _SEVERITIES[level]) for value, level in scale["values"].items()),
        scale["between"],
    )
    for name, scale in _DATA["scales"].items()
}
_NUMBER = re.compile(r"-?[0-9]*\Z")
_HEAD = re.compile(r"([^ (,/:]*)[ (,/:]")


def word(text: str) -> int | None:
    """The severity (0 emergency … 7 debug) that a word names, in whatever case."""
    found = _WORDS.get(text)
    return _WORDS.get(text.lower()) if found is None else found


def is_weak(text: str) -> bool:
    """Whether a word names a level only where something beside it speaks for that, too: a bracket, a colon, a
    key."""
    return text in _WEAK or text.lower() in _WEAK


def letter(text: str) -> int | None:
    """The severity that a capital letter stands for."""
    return _LETTERS.get(text)


def symbol(text: str) -> int | None:
    """The severity that a sign stands for, as Redis writes it."""
    return _SYMBOLS.get(text)


def severity(text: str) -> int | None:
    """The severity of a name, a letter or a digit from 0 to 7, as explicit patterns mean it."""
    text = text.strip(WHITE)
    if len(text) == 1:
        return int(text) if text in "01234567" else letter(text.upper()) if text.isascii() else None
    return word(text)


def value(text: str, scale: str | None) -> int | None:
    """The severity that the text of a level's own field names: a word or a letter, in brackets or not, or a
    rating (`high`). Digits are read by their scale, and as syslog's without one."""
    found = word(text)
    if found is not None:
        return found
    text = text.strip(WHITE + "[]():<>\"'*|")
    if text and _NUMBER.match(text):
        number_ = int(text) if text.strip("-") else None
        return None if number_ is None else number(number_, scale)
    found = severity(text)
    if found is None:
        found = _VALUES.get(text.lower())
    if found is None and len(text.encode()) < 24:
        # `Error (3)`, `WARN - disk`
        head = _HEAD.match(text)
        found = None if head is None else word(head.group(1))
    return found


def number(of: int, scale: str | None) -> int | None:
    """The severity of a number on a scale, syslog's without one. Between two steps of a scale that has room
    there it is the lower one."""
    steps, between = _SCALES[scale or "syslog"]
    at = bisect_right(steps, (of, 8)) - 1
    if at < 0:
        return None
    step, found = steps[at]
    return found if step == of or (between and at + 1 < len(steps)) else None
