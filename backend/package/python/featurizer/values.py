"""Values of JSON and their texts, as the training program writes them."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Iterable
from decimal import Decimal
from typing import Any

from .errors import Refused

WHITE = " \t\n\v\f\r\x85\xa0\u1680\u2028\u2029\u202f\u205f\u3000" + "".join(map(chr, range(0x2000, 0x200B)))
ABSENT = object()


def lookup(value: Any, path: str) -> Any:
    """The value under a key, or at a path of keys and array positions; the longest key counts."""
    if isinstance(value, list):
        position, _, rest = path.partition(".")
        if not NUMBER.fullmatch(position) or int(position) >= len(value):
            return ABSENT
        return lookup(value[int(position)], rest) if rest else value[int(position)]
    if not isinstance(value, dict):
        return ABSENT
    if path in value:
        return value[path]
    at = path.rfind(".")
    while at != -1:
        found = lookup(value.get(path[:at]), path[at + 1 :])
        if found is not ABSENT:
            return found
        at = path.rfind(".", 0, at)
    return ABSENT


def loads(text: str, line: int = 1, **options: Any) -> Any:
    try:
        return json.loads(text, parse_constant=_refuse_constant, parse_int=_integer, **options)
    except (ValueError, RecursionError) as error:
        raise Refused(f"invalid JSON at line {line}: {error}") from None


def _refuse_constant(name: str) -> None:
    raise ValueError(f"{name} is not JSON")


def _integer(text: str) -> int | float:
    """An integer of 64 bits; what is beyond, and -0, is a number like any other."""
    value = int(text)
    return value if -(1 << 63) <= value < 1 << 64 and text != "-0" else float(text)


def json_text(value: Any) -> str | None:
    """A text, number or flag as text; nothing for null and nested values."""
    if isinstance(value, str):
        if value.isascii() or not any("\ud800" <= character <= "\udfff" for character in value):
            return value
        raise Refused("invalid JSON: an escape is half of a surrogate pair")
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int) and -(1 << 63) <= value < 1 << 64:
        return str(value)
    if isinstance(value, (int, float)):
        number = float(value)
        if not math.isfinite(number):
            raise Refused("invalid JSON: number out of range")
        text = format(Decimal(repr(number)), "f")
        return text[:-2] if text.endswith(".0") else text
    return None


NUMBER = re.compile(r"\+?[0-9]+")


def attributes_text(fields: Iterable[tuple[str, Any]]) -> str | None:
    """Further named fields as the text of a JSON object, in this order."""
    text = ",".join(f"{json_of(name)}:{json_of(value)}" for name, value in fields)
    return f"{{{text}}}" if text else None


def json_of(value: Any) -> str:
    """A value as the training program writes it: no white space, keys in the order of the text."""
    if isinstance(value, dict):
        return "{" + ",".join(f"{json_of(key)}:{json_of(value[key])}" for key in sorted(value)) + "}"
    if isinstance(value, list):
        return "[" + ",".join(map(json_of, value)) + "]"
    if not isinstance(value, float):
        return json.dumps(value, ensure_ascii=False)
    if value == 0:
        return "-0.0" if math.copysign(1, value) < 0 else "0.0"
    sign, digits, exponent = Decimal(repr(value)).as_tuple()
    text = "".join(map(str, digits)).rstrip("0")
    exponent = int(exponent) + len(digits) - len(text)
    point = len(text) + exponent
    if exponent >= 0 and point <= 16:
        text += "0" * exponent + ".0"
    elif 0 < point <= 16:
        text = f"{text[:point]}.{text[point:]}"
    elif -5 < point <= 0:
        text = "0." + "0" * -point + text
    else:
        text = f"{text[0]}{'.' if text[1:] else ''}{text[1:]}e{point - 1}"
    return "-" * sign + text
