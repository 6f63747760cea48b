"""The short way for what is read by the million: one match of one expression per line. It says nothing where
it is not sure, and then the readers say it."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import Any

from . import levels
from .clock import Clock
from .errors import Refused
from .expression import Expressions
from .levels import LEVELS
from .limits import CACHED
from .line.quick import quick
from .records import Fields
from .text import WHITE
from .values import json_of

Fast = "Callable[[str], Fields | None]"
_ROLES = ("timestamp", "host", "level", "process", "pid", "message", "id", "priority")


def fast_reader(readers: Sequence[dict[str, Any]], clock: Clock) -> Callable[[str], Fields | None] | None:
    """The short way of readers, where there is one."""
    if readers and readers[0]["reader"] == "expression":
        return _of_expressions(Expressions(readers[0], clock), clock)
    if readers and readers[0]["reader"] == "line":
        return quick(readers[0], clock)
    return None


class _Times(dict):  # type: ignore[type-arg]
    """The instants of texts, each read once."""

    def __init__(self, clock: Clock) -> None:
        super().__init__()
        self._clock = clock

    def __missing__(self, text: str) -> int | None:
        if len(self) >= CACHED:
            self.clear()
        raw = self._clock.value(text)
        if raw is None:
            raise Refused("no time")
        self[text] = raw.instant
        return raw.instant


class _Levels(dict):  # type: ignore[type-arg]
    def __missing__(self, text: str) -> str | None:
        severity = levels.severity(text)
        if len(self) >= CACHED:
            self.clear()
        self[text] = None if severity is None else LEVELS[severity]
        return self[text]


def _of_expressions(expressions: Expressions, clock: Clock) -> Callable[[str], Fields | None] | None:
    """The first of the expressions; what it does not match, or finds fault with, is for the readers."""
    pattern = expressions.compiled[0]
    groups = pattern.groupindex
    if "priority" in groups:
        return None
    # A group that is not there is one that is never set.
    whole = re.compile(f"{pattern.pattern}(?P<nothing_>(?!))?", re.DOTALL)
    nothing = whole.groupindex["nothing_"]
    stamp, host, level, process, pid, message, identifier, _ = (groups.get(role, nothing) for role in _ROLES)
    further = [(json_of(name), at) for name, at in groups.items() if name not in _ROLES]
    match, times, names = whole.match, _Times(clock), _Levels()
    no_time, no_level, text_is_message = stamp == nothing, level == nothing, message == nothing

    def read(line: str) -> Fields | None:
        found = match(line)
        if found is None:
            return None
        when, who, how, what, number, said, key = found.group(
            stamp, host, level, process, pid, message, identifier
        )
        try:
            instant = None if no_time or when is None else times[when]
        except Refused:
            return None
        attributes = None
        if further:
            values = [(name, found.group(at)) for name, at in further]
            text = ",".join(f"{name}:{json_of(value)}" for name, value in values if value is not None)
            attributes = f"{{{text}}}" if text else None
        return Fields(
            instant,
            who or None,
            None if no_level or how is None else names[how],
            what.strip(WHITE) or None if what else None,
            number or None,
            line if text_is_message or said is None else said,
            attributes,
            key or None,
        )

    return read
