"""JSON objects as rows. Objects inside of them become paths; arrays stay the JSON that they are.

A little more is understood than the book has: control characters may stand in texts, halves of surrogate
pairs are replaced, and `NaN` and `Infinity` are null.
"""

from __future__ import annotations

import json
import re
from typing import Any

from ..errors import Refused
from ..values import json_of
from .row import Nested, text_of_bytes

_DEPTH = 6
_HALF = re.compile("[\ud800-\udfff]")
_BLANK = re.compile(r"[ \t\n\r]*")
_ESCAPED_HALF = "\\ud"


class _Object(list):  # type: ignore[type-arg]
    """The members of an object, in order."""


def _no_number(_: str) -> None:
    return None


def _integer(text: str) -> Any:
    value = int(text)
    return value if -(1 << 63) <= value < 1 << 64 and text != "-0" else _float(text)


def _float(text: str) -> Any:
    value = float(text)
    return value if value - value == 0 else None


_DECODER = json.JSONDecoder(
    object_pairs_hook=_Object, parse_int=_integer, parse_float=_float, parse_constant=_no_number, strict=False
)


def json_row(text: str, line: int = 1, *, arrays: bool = True) -> list[tuple[str, Any]]:
    """A JSON object as paths and values. Without `arrays` nobody asks for how they are written."""
    try:
        if arrays and "[" in text:
            row: list[tuple[str, Any]] = []
            end = _members(text, _opened(text), "", 0, row)
            if text[end:].strip(" \t\n\r"):
                raise json.JSONDecodeError("Extra data", text, end)
            return row
        members = _DECODER.decode(text)
    except (ValueError, RecursionError, IndexError) as error:
        place = f"line {line + getattr(error, 'lineno', 1) - 1}, column {getattr(error, 'colno', 1)}"
        raise Refused(f"invalid JSON at {place}: {getattr(error, 'msg', error)}") from None
    if not isinstance(members, _Object):
        raise Refused("the record is not a JSON object")
    if _ESCAPED_HALF in text.lower():
        members = _mended(members)
    row = []
    _flatten(members, "", 0, row)
    return row


def _flatten(members: _Object, prefix: str, depth: int, row: list[tuple[str, Any]]) -> None:
    for key, value in members:
        path = prefix + key
        if isinstance(value, list):
            if isinstance(value, _Object) and depth < _DEPTH:
                _flatten(value, path + ".", depth + 1, row)
                continue
            value = _said(path, json_of(_plain(value)))
        row.append((path, value))


def _plain(value: Any) -> Any:
    if isinstance(value, _Object):
        return {key: _plain(inner) for key, inner in value}
    return [_plain(inner) for inner in value] if isinstance(value, list) else value


def _mended(value: Any) -> Any:
    """Halves of surrogate pairs replaced."""
    if isinstance(value, _Object):
        return _Object((_mended(key), _mended(inner)) for key, inner in value)
    if isinstance(value, list):
        return [_mended(inner) for inner in value]
    return _HALF.sub("\ufffd", value) if isinstance(value, str) else value


def _said(path: str, raw: str) -> Any:
    """journald may write a message as an array of bytes."""
    if path.rpartition(".")[2].lower() == "message":
        text = text_of_bytes(raw)
        if text is not None:
            return text
    return Nested(raw)


def _opened(text: str) -> int:
    at = _skip(text, 0)
    if text[at : at + 1] != "{":
        _DECODER.raw_decode(text, at)
        raise Refused("the record is not a JSON object")
    return at + 1


def _skip(text: str, at: int) -> int:
    found = _BLANK.match(text, at)
    return at if found is None else found.end()


def _members(text: str, at: int, prefix: str, depth: int, row: list[tuple[str, Any]]) -> int:
    """The members of an object after its brace, arrays as they are written; where it ends."""
    at = _skip(text, at)
    if text[at : at + 1] == "}":
        return at + 1
    while True:
        if text[at : at + 1] != '"':
            raise json.JSONDecodeError("Expecting property name enclosed in double quotes", text, at)
        key, at = _DECODER.raw_decode(text, at)
        at = _skip(text, at)
        if text[at : at + 1] != ":":
            raise json.JSONDecodeError("Expecting ':' delimiter", text, at)
        at = _skip(text, at + 1)
        path, sign = prefix + _HALF.sub("\ufffd", key), text[at : at + 1]
        if sign == "{" and depth < _DEPTH:
            at = _members(text, at + 1, path + ".", depth + 1, row)
        else:
            value, end = _DECODER.raw_decode(text, at)
            if isinstance(value, list):
                value = _said(path, _tamed(text[at:end], value))
            elif isinstance(value, str):
                value = _HALF.sub("\ufffd", value)
            row.append((path, value))
            at = end
        at = _skip(text, at)
        if text[at : at + 1] == "}":
            return at + 1
        if text[at : at + 1] != ",":
            raise json.JSONDecodeError("Expecting ',' delimiter", text, at)
        at = _skip(text, at + 1)


def _tamed(raw: str, value: Any) -> str:
    """A value's text as JSON as the book has it."""
    if raw.isprintable() and "NaN" not in raw and "Infinity" not in raw:
        return raw
    if any(character < " " for character in raw) or "NaN" in raw or "Infinity" in raw:
        return json_of(_plain(value))
    return raw
