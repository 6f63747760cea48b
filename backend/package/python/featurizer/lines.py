"""Lines that expressions describe, pairs and HDFS lines to fields."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable

from .errors import FormatError, Refused, unknown_timestamp
from .expressions import python_syntax
from .levels import LEVELS, level_of
from .names import ROLES
from .presets import ANY_TIME, LINES, PARTS
from .records import Fields, without_nul
from .times import Clock
from .values import NUMBER, WHITE, attributes_text

_HDFS = re.compile(r"([0-9 ]{13}) ([0-9]+) ([A-Za-z]+) ([^ ]*):(?: (.*))?\Z", re.DOTALL)


def parse_hdfs(text: str, clock: Clock) -> Fields:
    """`yyMMdd HHmmss pid LEVEL component: message`"""
    found = _HDFS.match(text)
    if found is None:
        raise Refused("the line is not `yyMMdd HHmmss pid LEVEL component: message`")
    stamp, pid, level, component, message = found.groups()
    timestamp = clock.compact(stamp)
    if timestamp is None:
        raise unknown_timestamp(stamp)
    return Fields(timestamp, None, level_of(level), component or None, pid, message or "", None, None)


def lines_of(preset: str) -> Lines:
    """The expressions of a preset, compiled once."""
    if preset not in _COMPILED:
        _COMPILED[preset] = Lines(LINES[preset], lenient=preset == "text")
    return _COMPILED[preset]


_COMPILED: dict[str, Lines] = {}


class Lines:
    """Lines that regular expressions with named groups cut; the first that matches counts."""

    def __init__(self, expressions: Iterable[str], *, lenient: bool = False) -> None:
        parts = {**PARTS, "ANY": ANY_TIME}
        self._expressions = []
        for expression in expressions:
            for name, part in parts.items():
                expression = expression.replace(f"{{{name}}}", part)
            try:
                self._expressions.append(re.compile(f"^(?:{python_syntax(expression)})", re.DOTALL))
            except re.error as error:
                raise FormatError(f"the expression `{expression}` cannot be used here: {error}") from error
        # A time that cannot be read is a part of the message rather than a reason to reject.
        self._lenient = lenient

    def parse(self, text: str, clock: Clock) -> Fields:
        for expression in self._expressions:
            found = expression.match(text)
            if found is None:
                continue
            try:
                return _named_fields(found.groupdict(), text, clock)
            except Refused:
                if not self._lenient:
                    raise
        raise Refused(f"the line does not match the format: `{text[:60]}`")


def _named_fields(groups: dict[str, str | None], text: str, clock: Clock) -> Fields:
    stamp = groups.pop("timestamp", None)
    timestamp = None if stamp is None else clock.parse(stamp)
    if stamp is not None and timestamp is None:
        raise unknown_timestamp(stamp)
    names = ("host", "level", "process", "pid", "message", "id")
    host, level, process, pid, message, identifier = (groups.pop(name, None) for name in names)
    level = level_of(level)
    priority = groups.pop("priority", None)
    if priority is not None:
        if not NUMBER.fullmatch(priority) or int(priority) > 191:
            raise Refused("the priority is above 191")
        level = level or LEVELS[int(priority) % 8]
    return Fields(
        timestamp,
        host or None,
        level,
        (process or "").strip(WHITE) or None,
        pid or None,
        text if message is None else message,
        attributes_text((name, value) for name, value in groups.items() if value is not None),
        identifier or None,
    )


def parse_logfmt(text: str, clock: Clock) -> Fields:
    """`time=… level=info msg="…" key=value`; a key alone is true."""
    pairs = _logfmt_pairs(text)
    best: dict[str, tuple[int, int]] = {}
    for at, (key, _) in enumerate(pairs):
        role, rank = ROLES.get(key.lower(), (None, 0))
        if role is not None and (role not in best or rank < best[role][0]):
            best[role] = (rank, at)
    taken = {at for _, at in best.values()}
    values = {role: pairs[at][1] or None for role, (_, at) in best.items()}
    stamp, message = values.get("timestamp"), values.get("message")
    timestamp = None if stamp is None else clock.parse(stamp)
    if stamp is not None and timestamp is None:
        raise unknown_timestamp(stamp)
    if timestamp is None and message is None:
        raise Refused("the line has neither time nor message as `key=value`")
    return without_nul(
        Fields(
            timestamp,
            values.get("host"),
            level_of(values.get("level")),
            values.get("process"),
            values.get("pid"),
            text if message is None else message,
            attributes_text(pair for at, pair in enumerate(pairs) if at not in taken),
            values.get("id"),
        )
    )


def _logfmt_pairs(text: str) -> list[tuple[str, str]]:
    pairs = []
    rest = text.lstrip(WHITE)
    while rest:
        found = _PAIR.match(rest)
        if found is None:
            raise Refused(f"no pair stands at column {len(text) - len(rest) + 1}")
        key, quoted, plain = found.groups()
        value = "true" if quoted is None and plain is None else plain or ""
        if quoted is not None:
            value = quoted
            if "\\" in quoted:
                try:
                    value = json.loads(f'"{quoted}"')
                    value.encode()
                except ValueError:
                    value = quoted
        pairs.append((key, value))
        rest = rest[found.end() :].lstrip(WHITE)
    return pairs


_PAIR = re.compile(r'([^= \t"]+)(?:="((?:[^"\\]|\\.)*)"|=(?!")([^ \t]*)|(?![="]))', re.DOTALL)
