"""MAC and IP addresses in messages."""

from __future__ import annotations

import ipaddress
import re

from ..shapes import Shapes

_DIGITS_AND_DOTS = re.compile(r"[0-9.]*\.[0-9.]*")
_LETTER = re.compile(r"[A-Za-z]")
_COLONS = re.compile(r"[A-Za-z0-9:]+")
_HYPHENS = re.compile(r"[A-Za-z0-9-]+")
_HEX = re.compile(r"[0-9A-Fa-f]*")


def addresses(shapes: Shapes) -> tuple[list[list[bytes]], list[list[bytes]]]:
    """The MAC and IP addresses in each message, packed; IPv4 addresses are IPv4-mapped IPv6 addresses."""
    places = [(_ipv4_places(shape), any(_others(shape))) for shape in shapes.all]
    known: dict[str, bytes | None] = {}
    macs: list[list[bytes]] = []
    ips: list[list[bytes]] = []
    for message, at in zip(shapes.messages, shapes.at):
        spans, has_others = places[at]
        of_macs: list[bytes] = []
        of_ips: list[bytes] = []
        for start, end in spans:
            text = message[start:end]
            if text not in known:
                known[text] = _ipv4(text)
            address = known[text]
            if address is not None:
                of_ips.append(address)
        if has_others:
            of_macs, others = _others(message)
            of_ips += others
        macs.append(of_macs)
        ips.append(of_ips)
    return macs, ips


def _ipv4_places(shape: str) -> list[tuple[int, int]]:
    """Where there are four numbers with points between them."""
    places = []
    for run in _DIGITS_AND_DOTS.finditer(shape) if "." in shape else ():
        start, end = run.span()
        if _LETTER.match(shape[start - 1 : start]) or _LETTER.match(shape[end : end + 1]):
            continue
        numbers = run.group().strip(".")
        if [0 < len(number) <= 3 for number in numbers.split(".")] == [True] * 4:
            start += run.group().index(numbers)
            places.append((start, start + len(numbers)))
    return places


def _ipv4(text: str) -> bytes | None:
    numbers = list(map(int, text.split(".")))
    return b"\0" * 10 + b"\xff\xff" + bytes(numbers) if max(numbers) < 256 else None


def _others(message: str) -> tuple[list[bytes], list[bytes]]:
    """The MAC and IPv6 addresses; digits are as good as others to be of one."""
    macs: list[bytes] = []
    ips: list[bytes] = []
    if ":" in message:
        for run in _COLONS.findall(message):
            colons = run.count(":")
            if colons >= 5:
                macs += _macs(run, ":")
            if colons >= 2:
                ips += _ipv6s(run)
    if message.count("-") >= 5:
        for run in _HYPHENS.findall(message):
            if run.count("-") >= 5:
                macs += _macs(run, "-")
    return macs, ips


def _macs(run: str, separator: str) -> list[bytes]:
    """Sequences of groups of two hexadecimal digits that are exactly six groups long."""
    found = []
    groups: list[str] = []
    for group in [*run.split(separator), ""]:
        if len(group) == 2 and _HEX.fullmatch(group):
            groups.append(group)
            continue
        if len(groups) == 6:
            found.append(bytes.fromhex("".join(groups)))
        groups = []
    return found


def _ipv6s(run: str) -> list[bytes]:
    """The longest sequences of groups of at most four hexadecimal digits that are addresses."""
    found = []
    groups: list[str] = []
    for group in [*run.split(":"), "none"]:
        if len(group) <= 4 and _HEX.fullmatch(group):
            groups.append(group)
            continue
        address = _ipv6(":".join(groups))
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
