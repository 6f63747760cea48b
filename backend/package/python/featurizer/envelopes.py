"""Envelopes: what containers, syslog and prefixes put around a text, peeled off a line."""

from __future__ import annotations

import re
from typing import NamedTuple

from .clock import Clock, Raw
from .draft import Draft
from .values import json_of


class Peeled(NamedTuple):
    """What an envelope says, and what it holds."""

    draft: Draft
    text: str
    stream: str | None = None
    """What lines of one source are told by."""
    partial: bool = False
    """The text goes on in the next line of its stream."""


_CRI = re.compile(r"([^ ]+) (stdout|stderr) ([PF])(?::[^ ]*)?(?: (.*))?\Z", re.DOTALL)
_PRIORITY = re.compile(r"(?:[0-9]+ )?<([0-9]{1,3})>")
_RFC5424 = re.compile(
    r"[0-9]{1,2} ([^ ]+) ([^ ]+) ([^ ]+) ([^ ]+) [^ ]+ "
    r'(?:-(?= |\Z)|(?:\[(?:[^"\]]|"(?:[^"\\]|\\.)*")*\])+(?= |\Z))(?: ?)',
    re.DOTALL,
)
_POD = re.compile(r"\[pod/([^\]]*?)\] (.*)", re.DOTALL)
_COMPOSE = re.compile(r"([A-Za-z][A-Za-z0-9_.-]*)[ \t]+\|(?: (.*))?\Z", re.DOTALL)


class Envelopes:
    """Peels envelopes; their times are read by a clock."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock

    def cri(self, line: str) -> Peeled | None:
        """`2024-05-09T13:46:13.1Z stdout F text`"""
        found = _CRI.match(line)
        if found is None:
            return None
        stamp, stream, flag, text = found.groups()
        draft = Draft()
        draft.time = self._stamp(stamp)
        return None if draft.time is None else Peeled(draft, text or "", stream, flag == "P")

    def rfc5424(self, line: str) -> Peeled | None:
        """`<34>1 2003-10-11T22:14:15.003Z host app pid id [data] text`"""
        priority = _PRIORITY.match(line)
        found = None if priority is None else _RFC5424.match(line, priority.end())
        if priority is None or found is None or int(priority.group(1)) > 191:
            return None
        draft = Draft()
        stamp, *known = found.groups()
        if stamp != "-":
            draft.time = self._stamp(stamp)
            if draft.time is None:
                return None
        draft.severity = int(priority.group(1)) % 8
        draft.host, draft.process, draft.pid = (None if text == "-" else text for text in known)
        text = line[found.end() :]
        return Peeled(draft, text[1:] if text.startswith("\ufeff") else text)

    def priority(self, line: str) -> Peeled | None:
        """`<34>text`"""
        found = _PRIORITY.match(line)
        if found is None or int(found.group(1)) > 191:
            return None
        draft = Draft()
        draft.severity = int(found.group(1)) % 8
        return Peeled(draft, line[found.end() :])

    def compose(self, line: str) -> Peeled | None:
        """`name  | text`"""
        return _prefixed(_COMPOSE.match(line))

    def pod(self, line: str) -> Peeled | None:
        """`[pod/name/container] text`"""
        return _prefixed(_POD.match(line))

    def _stamp(self, text: str) -> Raw | None:
        """A full time with a zone, as envelopes write it."""
        if len(text) < 20 or text[0] not in "0123456789" or text[4] != "-" or text[10] != "T":
            return None
        found = self._clock.read_at(text, 0, "iso")
        return found[0] if found is not None and found[1] == len(text) else None


def _prefixed(found: re.Match[str] | None) -> Peeled | None:
    if found is None:
        return None
    draft = Draft()
    draft.attributes.append(("container", json_of(found.group(1))))
    return Peeled(draft, found.group(2) or "", found.group(1))
