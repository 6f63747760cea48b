"""What a message is like: its length, its words, its classes of characters."""

from __future__ import annotations

import re

_CLASSES = ("letter", "digit", "uppercase", "whitespace", "punctuation")
MESSAGE_FEATURES = [
    "message_length",
    "word_count",
    *(f"{name}_count" for name in _CLASSES),
    *(f"{name}_ratio" for name in _CLASSES),
    "unique_characters",
    "ip_count",
    "mac_count",
    "url_count",
    "number_count",
]
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


def describe(text: str, message: bytes, macs: int, ips: int) -> list[float]:
    """The message features in the order of `MESSAGE_FEATURES`."""
    classes = message.translate(_CLASS_OF_BYTE)
    upper, digits = classes.count(b"u"), classes.count(b"d")
    counts = [upper + classes.count(b"l"), digits, upper, classes.count(b"w"), classes.count(b"p")]
    length = len(text)
    return [
        length,
        len(message.split()),
        *counts,
        *(count / length if length else 0.0 for count in counts),
        len(set(text)),
        ips,
        macs,
        len(_URL.findall(message)) if b"://" in message else 0,
        len(_NUMBERS.findall(message)) if digits else 0,
    ]
