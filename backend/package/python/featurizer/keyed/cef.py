"""ArcSight's Common Event Format and IBM's LEEF: a header of fields between `|`, then `key=value` pairs whose
values may have blanks in them. A syslog header may stand before them."""

from __future__ import annotations

import re
from typing import Any

from ..clock import Clock, Raw
from ..draft import Draft
from ..text import WHITE
from .plan import Plan

_START = re.compile(r"(?<![A-Za-z0-9])(CEF|LEEF): *(?=[0-9][^|]*\|)", re.DOTALL)
_FIELD = re.compile(r"((?:[^|\\]|\\.)*)\|", re.DOTALL)
_KEY = re.compile(r"(?:(?<=\s)|\A)([A-Za-z0-9_.\[\]\-]+)=")
_ESCAPED = re.compile(r"\\(.?)", re.DOTALL)
_PRIORITY = re.compile(r"<[0-9]*>\s*")
_HEADER = ("version", "device_vendor", "device_product", "device_version", "signature", "name", "severity")
_ROLES = {
    "time": ["rt", "deviceReceiptTime", "devTime", "end", "start", "eventtime", "timestamp", "_time", "art"],
    "level": ["severity", "sev"],
    "message": ["msg", "message", "reason", "name"],
    "process": ["deviceProcessName", "sproc", "device_product"],
    "host": ["dvchost", "deviceHostName", "dhost", "identHostName", "dvc"],
    "pid": ["dvcpid", "spid"],
    "id": ["externalId"],
    "scale": "cef",
}


class Cef:
    """Reads CEF and LEEF records: time and host from the header before when the record has none."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._plan = Plan(_ROLES, clock)

    def read(self, text: str) -> Draft | None:
        found = _START.search(text)
        row = None if found is None else cef_row(text)
        if found is None or row is None:
            return None
        draft = self._plan.apply(row, text)
        if draft.time is None or draft.host is None:
            time, host = self._header(text[: found.start()].strip(WHITE))
            draft.time = time if draft.time is None else draft.time
            draft.host = host if draft.host is None else draft.host
        return draft

    def _header(self, before: str) -> tuple[Raw | None, str | None]:
        """The time that a syslog header begins with, and the host's name after it."""
        priority = _PRIORITY.match(before)
        if priority is not None:
            before = before[priority.end() :]
        before = before[2:] if before.startswith("1 ") else before
        ends = [found.start() for found in re.finditer(" ", before)][:6] + [len(before)]
        for end in reversed(ends):
            raw = self._clock.value(before[:end])
            if raw is not None and raw.has_clock:
                words = before[end:].split()
                return raw, words[0] if words and not words[0].endswith(":") else None
        return None, None


def cef_row(text: str) -> list[tuple[str, Any]] | None:
    """The fields of a record: of the header, then the extensions under their own names."""
    found = _START.search(text)
    if found is None:
        return None
    row: list[tuple[str, Any]] = []
    before = text[: found.start()].strip(WHITE)
    if before:
        row.append(("before", before))
    leef = found.group(1) == "LEEF"
    names = (*_HEADER[:4], "name") if leef else _HEADER
    rest = text[found.end() :].rstrip("\r\n")
    for name in names:
        field = _FIELD.match(rest)
        if field is not None:
            row.append((name, _unescaped(field.group(1).strip(WHITE))))
            rest = rest[field.end() :]
        elif name == names[-1] and rest.strip(WHITE):
            # Without extensions the last `|` may be missing.
            row.append((name, rest.strip(WHITE)))
            rest = ""
        else:
            return None
    if leef:
        row += _leef_fields(rest)
        return row
    row += [(key, _unescaped(value)) for key, value in _extensions(rest)]
    known = dict(reversed(row))
    # Custom fields come with their labels: `cs1=web cs1Label=Policy` is `Policy`, too.
    row += [
        (label, known[key[:-5]])
        for key, label in row
        if key.endswith("Label") and label and key[:-5] in known
    ]
    return row


def _unescaped(text: str) -> str:
    if "\\" not in text:
        return text
    return _ESCAPED.sub(
        lambda found: {"n": "\n", "r": "\r", "": "\\"}.get(found.group(1), found.group(1)), text
    )


def _extensions(text: str) -> list[tuple[str, str]]:
    keys = list(_KEY.finditer(text))
    ends = [key.start() for key in keys[1:]] + [len(text)]
    return [(key.group(1), text[key.end() : end].strip(WHITE)) for key, end in zip(keys, ends)]


def _leef_fields(rest: str) -> list[tuple[str, Any]]:
    # LEEF 2 may say what its delimiter is: a sign or `x09`.
    delimiter = "\t"
    sign, bar, after = rest.partition("|")
    if bar and "=" not in sign and len(sign.encode()) <= 4:
        code = re.fullmatch(r"0*x([0-9A-Fa-f]+)", sign)
        delimiter = chr(int(code.group(1), 16)) if code else sign[:1] or "\t"
        rest = after
    elif "\t" not in rest and "^" in rest:
        delimiter = "^"
    if delimiter not in rest and rest.count("=") > 1:
        return list(_extensions(rest))
    pairs = (pair.partition("=") for pair in rest.split(delimiter))
    return [(key.strip(WHITE), value.strip(WHITE)) for key, equals, value in pairs if equals]
