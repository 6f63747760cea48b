"""What a message is like: its length, its words, its classes of characters."""

from __future__ import annotations

import re
from collections.abc import Sequence, Sized

import numpy as np

from ..shapes import Shapes

_CLASSES = ("letter", "digit", "uppercase", "whitespace", "punctuation")
_OF_SHAPES = (
    "message_length",
    "word_count",
    *(f"{name}_count" for name in _CLASSES),
    *(f"{name}_ratio" for name in _CLASSES),
    "url_count",
    "number_count",
)
MESSAGE_FEATURES = (*_OF_SHAPES, "unique_characters", "ip_count", "mac_count")
# Each byte's class: upper and lower case letters, digits, white space, punctuation, none of these.
_CLASS_OF_BYTE = bytes(
    ord(
        "u"
        if chr(byte).isupper()
        else "l"
        if chr(byte).islower()
        else "d"
        if chr(byte).isdigit()
        else "w"
        if byte in b" \t\n\v\f\r"
        else "p"
        if 33 <= byte <= 126
        else "-"
    )
    if byte < 128
    else ord("-")
    for byte in range(256)
)
_URL = re.compile(rb"(?<=[A-Za-z0-9])://(?=[^ \t\n\v\f\r])")
_NUMBERS = re.compile(rb"[0-9]+")


def describe(shapes: Shapes, macs: Sequence[Sized], ips: Sequence[Sized]) -> dict[str, np.ndarray]:
    """The message features, of messages with these addresses."""
    described = np.array(list(map(_describe, shapes.all))).reshape(-1, len(_OF_SHAPES))
    columns = {name: shapes.spread(values, float) for name, values in zip(_OF_SHAPES, described.T)}
    columns["unique_characters"] = shapes.spread([len(set(shape) - {"1"}) for shape in shapes.all], float)
    columns["unique_characters"] += [
        sum(map(message.__contains__, "0123456789")) for message in shapes.messages
    ]
    columns["ip_count"] = np.array(list(map(len, ips)), dtype=float)
    columns["mac_count"] = np.array(list(map(len, macs)), dtype=float)
    return columns


def _describe(text: str) -> list[float]:
    """What one says whose digits are all ones, in the order of `_OF_SHAPES`."""
    message = text.encode()
    classes = message.translate(_CLASS_OF_BYTE)
    upper, digits = classes.count(b"u"), classes.count(b"d")
    counts = [upper + classes.count(b"l"), digits, upper, classes.count(b"w"), classes.count(b"p")]
    length = len(text)
    return [
        length,
        len(message.split()),
        *counts,
        *(count / length if length else 0.0 for count in counts),
        len(_URL.findall(message)) if b"://" in message else 0,
        len(_NUMBERS.findall(message)) if digits else 0,
    ]
