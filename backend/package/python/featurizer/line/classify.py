"""What a value is: a number, an id, a thread, an address, a logger or a name."""

from __future__ import annotations

import re

from .token import WORD, trim

NOTHING, NUMBER, ADDRESS, ID, THREAD, LOGGER, NAME, OTHER = (
    "nothing",
    "number",
    "address",
    "id",
    "thread",
    "logger",
    "name",
    "other",
)
_DASHES = "-*\xe2\x80\x93"
_NUMBER = re.compile(r"[0-9]+\Z")
_V4 = re.compile(r"[0-9]{1,3}(?:\.[0-9]{1,3}){3}(?::[0-9]+)?\Z")
_COLONS = re.compile(r"(?=.*::)[0-9A-Fa-f:]+\Z|[0-9A-Fa-f]{0,4}(?::[0-9A-Fa-f]{0,4}){2,}\Z")
_ID = re.compile(r"[0-9]{5}|[0-9][0-9a-f]{6}")
_HEX = re.compile(r"(?=.*[0-9])[0-9a-f]{4,}\Z")
_THREAD = re.compile(
    rf".*thread|.*-exec-|main\Z|pool|nio-|tid|pid|conn{WORD}*\Z|worker-[0-9]|[a-z][0-9]+\Z",
    re.DOTALL | re.IGNORECASE,
)
_LINE = re.compile(r"(.*[^:]):[0-9]+\Z", re.DOTALL)
_LOGGER = re.compile(rf"(?=[A-Za-z_])(?:{WORD}|-)+(?:(?:::|[.$/])(?:{WORD}|-)+)+\Z")
_NAME = re.compile(rf"[A-Za-z_](?:{WORD}|-)*(?:\({WORD}*\))?\Z")
_NUMBERED = re.compile(r"(.*)\[[0-9]+\]\Z", re.DOTALL)


def is_nothing(value: str) -> bool:
    return not trim(value).strip(_DASHES)


def classify(token: str) -> str:
    """What one value is."""
    bare = trim(token)
    if not bare.strip(_DASHES):
        return NOTHING
    if _NUMBER.match(bare):
        return NUMBER
    if _V4.match(bare) or _COLONS.match(bare):
        return ADDRESS
    if _ID.search(bare) or _HEX.match(bare):
        return ID
    if _THREAD.match(bare):
        return THREAD
    numbered = _NUMBERED.match(bare)
    name = numbered.group(1) if numbered else bare
    line = _LINE.match(name)
    if _LOGGER.match(line.group(1) if line else name):
        return LOGGER
    return NAME if _NAME.match(name) else OTHER
