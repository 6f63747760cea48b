"""RFC 5424, RFC 3164 and OpenWrt's lines to fields."""

from __future__ import annotations

import re

from .errors import Refused, unknown_timestamp
from .levels import LEVELS, level_of
from .records import Fields
from .times import Clock

_PRIORITY = re.compile(r"<\+?([0-9]{1,3})>")
_FACILITIES = frozenset(
    (
        "kern",
        "user",
        "mail",
        "daemon",
        "auth",
        "syslog",
        "lpr",
        "news",
        "uucp",
        "cron",
        "authpriv",
        "ftp",
        "local0",
        "local1",
        "local2",
        "local3",
        "local4",
        "local5",
        "local6",
        "local7",
    )
)
_PID = re.compile(r"[A-Za-z0-9.-]{1,20}\Z")
_DOTTED = re.compile(r"[0-9.]*\Z")
_HOST_NAME = re.compile(r"[A-Za-z0-9._:%/@-]+\Z")
_STRUCTURED = re.compile(r'(?:-|(?:\[(?:[^"\]]|"(?:[^"\\]|\\.)*")*\])+)(?: |\Z)', re.DOTALL)


def parse_syslog(text: str, clock: Clock) -> Fields:
    """RFC 5424, RFC 3164 and OpenWrt's lines, after an optional `<priority>`."""
    level: str | None = None
    priority = _PRIORITY.match(text)
    if priority and int(priority.group(1)) <= 191:
        level, text = LEVELS[int(priority.group(1)) % 8], text[priority.end() :]
    if text.startswith("1 "):
        fields = _parse_rfc5424(text[2:], level, clock)
        if fields is not None:
            return fields
    timestamp, length = clock.prefix(text)
    if timestamp is None:
        raise Refused(f"the line does not begin with a syslog timestamp: `{text[:32]}`")
    rest = text[length:]
    if rest and rest[0] not in " :":  # a comma, say, makes it a row of a table
        raise Refused(f"the timestamp is not followed by a space: `{rest[:32]}`")
    rest = rest.lstrip(" ")
    word, _, after = rest.partition(" ")
    facility, _, name = word.partition(".")
    found = level_of(name) if facility in _FACILITIES else None
    host: str | None = None
    if found is not None:
        level, rest = level or found, after
    elif not word.endswith(":"):
        host, rest = word or None, after
    process, pid, message = _tag(rest)
    return Fields(timestamp, host, level, process, pid, message, None, None)


def doubtful(line: bytes, fields: Fields) -> bool:
    """A line that begins with an ISO time may be of any kind: it is syslog's when a host follows."""
    host = fields.host
    if host is None or not line[:1].isdigit():
        return False
    return _HOST_NAME.match(host) is None or (len(host) >= 3 and level_of(host) is not None)


def _tag(text: str) -> tuple[str | None, str | None, str]:
    """Split `process[pid]: message`; a text without a recognisable tag is the message as it is."""
    untagged = (None, None, text)
    text = text.lstrip(" ")
    head, colon, message = text.partition(": ")
    if not colon:
        head, colon, message = text.partition(":")
        if not colon or (message and " " in head):
            return untagged
    if not head or len(head.encode()) > 128:
        return untagged
    name, bracket, after = head.partition("[")
    pid: str | None = None
    if bracket:
        pid, closed, beyond = after.partition("]")
        if not closed or not _PID.match(pid) or (beyond and not beyond.startswith(" (")):
            return untagged
    words = name.count(" ") + 1
    first, space, version = name.rpartition(" ")
    versioned = bool(space) and " " not in first and _DOTTED.match(version) is not None
    if not name or (words > 1 and not (pid is not None and words <= 4) and not versioned):
        return untagged
    return name, pid, message


def _parse_rfc5424(rest: str, level: str | None, clock: Clock) -> Fields | None:
    """What follows RFC 5424's version; nothing when the line is not of that form after all."""
    parts = rest.split(" ", 5)
    structured = _STRUCTURED.match(parts[5]) if len(parts) == 6 else None
    if structured is None:
        return None
    stamp, host, process, pid = parts[:4]
    if stamp == "-":
        raise Refused("timestamp is missing (`-`)")
    timestamp = clock.parse(stamp)
    if timestamp is None:
        raise unknown_timestamp(stamp)
    message = parts[5][structured.end() :]
    message = message[1:] if message.startswith("\ufeff") else message
    known = [None if text == "-" else text or None for text in (host, process, pid)]
    return Fields(timestamp, known[0], level, known[1], known[2], message, None, None)
