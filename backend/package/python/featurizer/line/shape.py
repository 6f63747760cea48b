"""The fields of a header, each read at the beginning of what is left of it."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any, NamedTuple

from .. import levels
from ..text import floor
from .classify import LOGGER, NAME, OTHER, classify
from .token import BRACKET, WORD


class Read(NamedTuple):
    """A field that was read: the places of its value and of a process's number, and where what follows
    begins."""

    start: int
    stop: int
    end: int
    pid: tuple[int, int] | None = None


Shape = "Callable[[str, int], Read | None]"

_W = r"A-Za-z0-9_\x80-\xff"
_CLOSES = r"(?=[\s|]|\Z)"
_DASH = r"(?:-|\xe2\x80\x93)"
IDENTIFIER = rf"[A-Za-z_/$%@\x80-\xff][{_W}.$/:@\-()#<>+~*]*"


def _pattern(text: str) -> re.Pattern[str]:
    return re.compile(text, re.ASCII | re.DOTALL)


_IDENTIFIER = _pattern(rf"{IDENTIFIER}\Z")
UPTIME = _pattern(r"\[\s*([0-9]+\.[0-9]+)\]\s")
_NAME_PID = _pattern(rf'([^\s\[\],="{{}}|]+)\[([{_W}.\-]*)\](?:[ \t]\(\S*\)(?=:?(?:\s|\Z)))?:?{_CLOSES}')
_NAME_ALONE = _pattern(r'(([^\s:,="\[{}|]+)(?: [0-9.]+)?):(?=\s|\Z)')
NAME_COLON = _pattern(rf"([A-Za-z_/$%@\x80-\xff][{_W}.$/:@\-()#<>+~*]{{0,118}}?)\s{{0,60}}:{_CLOSES}")
NAME_DASH = _pattern(rf"(\S+)\s+{_DASH}\s")
NAME_BRACKET = _pattern(rf"([A-Za-z_][{_W}.:/\-]*)\]\s")
NAME_BEFORE_BRACKET = _pattern(rf"([A-Za-z][{_W}.\-]+)\s+(?=\[)")
_DOTTED_NAME = rf"[A-Za-z_]{WORD}*(?:(?:\.|::|\$){WORD}+)+"
DOTTED = _pattern(rf"({_DOTTED_NAME})\s")
_HOST = _pattern(rf"([^\s\[]+)(?<!:)\s+[{_W}.\-/()@]+(?:\[[{_W}.\-]*\]:?|:)(?=\s|\Z)")
_WORD_ALONE = _pattern(r"(\S+)\s")
_BRACKET = _pattern(BRACKET)
PARENTHESIS = _pattern(r"\(([^()]*)\):?(?=\s)")
NUMBER = _pattern(r"([0-9]+)\s+(?=[-\[|]|[0-9]+\s+\S+\s*[:\[|])")
_FOLLOWS = (
    rf"(?:\s+(?:{_DASH}|[|:])\s|(?:\s*(?:{_DASH}|[|:])\s+|(?!\s*(?:{_DASH}|[|:])\s)\s*)(?:\[[^\[\]]*\]"
    rf"|\([^()]*\)(?=[\s:|]|\Z)|[A-Za-z_][{_W}.$/\-:]*(?:\[[{_W}.\-]*\])?\s*:{_CLOSES}|{_DOTTED_NAME}\s"
    rf"|[{_W}.$\-]+\s+{_DASH}\s))"
)
LEAD = _pattern(
    rf"([0-9]+|[A-Za-z][0-9]+|{WORD}+=\S+|[0-9a-f]{{4,}}|\S*thread\S*)(?=\s)"
    rf"(?={_FOLLOWS}|\s+[{_W}.:/\-]+\]\s)"
)
_REQUEST = _pattern(r'"((?:[^"\\]|\\.)*)"(?=\s+(?:[0-9]{3}|-)\s)')
GLUED = _pattern(r"[\])}>]?(?:\s{0,6}:(?=\s)|[:,])?")
SEPARATOR = _pattern(r"\s*(?:(?:[-|:;,>]|\xe2\x80[\x93\x94]){1,3}|\])(?=[\s\[A-Za-z0-9]|\Z)\s*")
_BLANK = _pattern(r"[ \t\n\f\r]*")


def is_identifier(text: str) -> bool:
    """Whether a word could name a program, a logger or a host."""
    return _IDENTIFIER.match(text) is not None


def _read(found: re.Match[str] | None) -> Read | None:
    return None if found is None else Read(*found.span(1), found.end())


def _simple(pattern: re.Pattern[str]) -> Callable[[str, int], Read | None]:
    return lambda text, at: _read(pattern.match(text, at))


def _name_pid(text: str, at: int) -> Read | None:
    found = _NAME_PID.match(text, at)
    if found is not None:
        name = found.group(1)
        if _IDENTIFIER.match(name) and levels.word(name) is None:
            pid = found.span(2)
            return Read(*found.span(1), found.end(), pid if pid[0] < pid[1] else None)
    found = _NAME_ALONE.match(text, at)
    return _read(found) if found is not None and _IDENTIFIER.match(found.group(2)) else None


def _no_level(pattern: re.Pattern[str]) -> Callable[[str, int], Read | None]:
    def read(text: str, at: int) -> Read | None:
        found = pattern.match(text, at)
        return None if found is None or levels.word(found.group(1)) is not None else _read(found)

    return read


def _name_dash(text: str, at: int) -> Read | None:
    found = NAME_DASH.match(text, at)
    if found is None or _IDENTIFIER.match(found.group(1)) is None:
        return None
    return _read(found) if classify(found.group(1)) in (NAME, LOGGER, OTHER) else None


def _host(values: list[str]) -> Callable[[str, int], Read | None]:
    known = frozenset(values)

    def read(text: str, at: int) -> Read | None:
        word = _WORD_ALONE.match(text, at)
        if word is None:
            return None
        if word.group(1) not in known:
            found = _HOST.match(text, at)
            if found is None or levels.word(found.group(1)) is not None:
                return None
        return _read(word)

    return read


def _bracket(text: str, at: int) -> Read | None:
    found = _BRACKET.match(text, at)
    return None if found is None else Read(at + 1, found.end() - 1, found.end())


def _until(sign: str) -> Callable[[str, int], Read | None]:
    def read(text: str, at: int) -> Read | None:
        place = text.find(sign, at, floor(text, at + 200, len(text)))
        if place == -1 or "\n" in text[at:place]:
            return None
        value = text[at:place].rstrip(" \t\n\f\r")
        return Read(at, at + len(value), place + len(sign)) if len(value) <= 80 else None

    return read


_SHAPES = {
    "uptime": _simple(UPTIME),
    "name_pid": _name_pid,
    "name_colon": _no_level(NAME_COLON),
    "name_dash": _name_dash,
    "name_bracket": _simple(NAME_BRACKET),
    "name_before_bracket": _no_level(NAME_BEFORE_BRACKET),
    "dotted": _simple(DOTTED),
    "bracket": _bracket,
    "parenthesis": _simple(PARENTHESIS),
    "number": _simple(NUMBER),
    "lead": _simple(LEAD),
    "request": _simple(_REQUEST),
}


def shape_of(shape: Any, values: list[str]) -> Callable[[str, int], Read | None] | None:
    """What reads a field of a shape at a place of a text; nothing for what is not known."""
    if isinstance(shape, dict):
        ((kind, sign),) = shape.items()
        if kind == "key":
            return _simple(_pattern(rf"{re.escape(sign)}=(\S+)\s"))
        return _until(sign) if kind == "until" else None
    return _host(values) if shape == "host" else _SHAPES.get(shape)


def pass_over(text: str, at: int, glue: bool, separators: int) -> int:
    """Where a field begins after what is passed over."""
    glued = GLUED.match(text, at)
    assert glued is not None
    if glue or glued.group() in (":", ","):
        at = glued.end()
    for _ in range(separators):
        found = SEPARATOR.match(text, at)
        if found is None:
            break
        at = found.end()
    blank = _BLANK.match(text, at)
    return at if blank is None else blank.end()
