"""MAC and IP addresses in a message."""

from __future__ import annotations

import ipaddress
import re

_COLONS = re.compile(rb"[A-Za-z0-9:]+")
_HYPHENS = re.compile(rb"[A-Za-z0-9-]+")
_HEX = re.compile(rb"[0-9A-Fa-f]*")


def addresses(message: bytes) -> tuple[list[bytes], list[bytes]]:
    """The MAC and IP addresses in a message, packed; IPv4 addresses are IPv4-mapped IPv6 addresses."""
    macs: list[bytes] = []
    ips: list[bytes] = []
    if b"." in message:
        for run in _DIGITS_AND_DOTS.finditer(message):
            address = _ipv4(message, run)
            if address is not None:
                ips.append(address)
    if b":" in message:
        for run in _COLONS.findall(message):
            colons = run.count(b":")
            if colons >= 5:
                macs += _macs(run, b":")
            if colons >= 2:
                ips += _ipv6s(run)
    if message.count(b"-") >= 5:
        for run in _HYPHENS.findall(message):
            if run.count(b"-") >= 5:
                macs += _macs(run, b"-")
    return macs, ips


_DIGITS_AND_DOTS = re.compile(rb"[0-9.]*\.[0-9.]*")
_LETTER = re.compile(rb"[A-Za-z]")


def _ipv4(message: bytes, run: re.Match[bytes]) -> bytes | None:
    start, end = run.span()
    if _LETTER.match(message[start - 1 : start]) or _LETTER.match(message[end : end + 1]):
        return None
    numbers = run.group().strip(b".").split(b".")
    if len(numbers) != 4 or not all(0 < len(number) <= 3 and int(number) < 256 for number in numbers):
        return None
    return b"\0" * 10 + b"\xff\xff" + bytes(map(int, numbers))


def _macs(run: bytes, separator: bytes) -> list[bytes]:
    """Sequences of groups of two hexadecimal digits that are exactly six groups long."""
    found = []
    groups: list[bytes] = []
    for group in [*run.split(separator), b""]:
        if len(group) == 2 and _HEX.fullmatch(group):
            groups.append(group)
            continue
        if len(groups) == 6:
            found.append(bytes.fromhex(b"".join(groups).decode()))
        groups = []
    return found


def _ipv6s(run: bytes) -> list[bytes]:
    """The longest sequences of groups of at most four hexadecimal digits that are addresses."""
    found = []
    groups: list[bytes] = []
    for group in [*run.split(b":"), b"none"]:
        if len(group) <= 4 and _HEX.fullmatch(group):
            groups.append(group)
            continue
        address = _ipv6(b":".join(groups).decode())
        if address is not None:
            found.append(address)
        groups = []
    return found


def _ipv6(text: str) -> bytes | None:
    if text.startswith(":") and not text.startswith("::"):
        text = text[1:]
    if text.endswith(":") and not text.endswith("::"):
        text = text[:-1]
    colons = text.count(":")
    if colons < 2 or len(text) == colons or ("::" not in text and colons != 7):
        return None
    try:
        return ipaddress.IPv6Address(text).packed
    except ValueError:
        return None
