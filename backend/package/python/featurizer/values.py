"""Values of JSON and their texts, as the training program writes them."""

from __future__ import annotations

import json
import math
import re
from decimal import Decimal
from typing import Any

from .errors import Refused


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


def number_text(value: int | float) -> str:
    """A number as text, without an exponent."""
    if isinstance(value, int):
        return str(value)
    text = format(Decimal(repr(value)), "f")
    return text[:-2] if text.endswith(".0") else text


NUMBER = re.compile(r"\+?[0-9]+")


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
