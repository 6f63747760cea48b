"""Values of rows: nothing, texts, numbers, flags, and arrays as the JSON that they are."""

from __future__ import annotations

import re
from typing import Any

from ..text import WHITE
from ..values import json_of, number_text


class Nested(str):
    """An array, as the JSON text it is."""

    __slots__ = ()


Row = "list[tuple[str, Any]]"
_BYTES = re.compile(r"\s*\[\s*[0-9]{1,3}\s*(?:,\s*[0-9]{1,3}\s*)*\]\s*\Z")
_WHOLE = re.compile(r"[+-]?[0-9]+\Z")


def is_nothing(value: Any) -> bool:
    """Nothing is said by null and by an empty text."""
    return value is None or (value == "" and not isinstance(value, Nested))


def text_of(value: Any) -> str | None:
    """Text, numbers and flags as text."""
    if isinstance(value, str):
        return None if isinstance(value, Nested) else value
    if isinstance(value, bool):
        return "true" if value else "false"
    return None if value is None else number_text(value)


def integer_of(value: Any) -> int | None:
    """A whole number, also one that is written as text."""
    if isinstance(value, bool) or value is None or isinstance(value, Nested):
        return None
    if isinstance(value, int):
        return value if value < 1 << 63 else None
    if isinstance(value, float):
        return int(value) if value == int(value) and abs(value) < 9e15 else None
    text = value.strip(WHITE)
    number = int(text) if _WHOLE.match(text) and len(text) < 21 else None
    return number if number is not None and -(1 << 63) <= number < 1 << 63 else None


def json_text_of(value: Any) -> str:
    """The value as JSON."""
    return str(value) if isinstance(value, Nested) else json_of(value)


def text_of_bytes(json: str) -> str | None:
    """An array of bytes, as journald writes texts that are not printable, as the text it stands for."""
    if _BYTES.match(json) is None:
        return None
    numbers = [int(number) for number in re.findall(r"[0-9]+", json)]
    return bytes(numbers).decode("utf-8", "replace") if max(numbers) < 256 else None
