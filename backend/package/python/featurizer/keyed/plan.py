"""Roles applied to a record: which values become which fields of a draft."""

from __future__ import annotations

import json
from typing import Any

from .. import levels
from ..clock import Clock, Raw, integer, number
from ..draft import Draft
from .row import Nested, integer_of, is_nothing, json_text_of, text_of, text_of_bytes

MORE = "+"
"""Cells beyond the last column."""


class Plan:
    """Roles made ready to be applied to many records. Of several paths of a role the first that says
    something counts: a time that is none, a level that nobody knows and null say nothing. Without a message
    the record's own text is it; of a table nothing is."""

    def __init__(self, roles: dict[str, Any], clock: Clock) -> None:
        self._clock = clock
        self._time: list[Any] = roles.get("time", [])
        self._level: list[str] = roles.get("level", [])
        self._message: list[str] = roles.get("message", [])
        self._texts = [(role, roles.get(role, [])) for role in ("host", "process", "pid", "id")]
        self._scale: str | None = roles.get("scale")
        self._table: bool = roles.get("table", False)
        self._all: bool = self._table or roles.get("all_attributes", False)
        self._attributes = [(kept["name"], kept["path"]) for kept in roles.get("attributes", ())]
        self._asked = frozenset(path for _, path in self._attributes)
        times = [path for one in self._time for path in ([one] if isinstance(one, str) else one)]
        texts = [path for _, paths in self._texts for path in paths]
        self.wanted = frozenset((*times, *self._level, *self._message, *texts, *self._asked))
        # Some path may lead into an array.
        self._deep = [
            path
            for path in self.wanted
            if path in self._asked or any(part.isdigit() and part.isascii() for part in path.split(".")[1:])
        ]
        self.keeps_arrays = self._all or bool(self._attributes)
        self.delimiter: str | None = None

    def apply(self, row: list[tuple[str, Any]], whole: str) -> Draft:
        found: dict[str, Any] = {}
        draft = Draft()
        wanted, last = self.wanted, None
        others: list[tuple[str, str]] = []
        for path, value in row:
            if path == MORE and self._continues(last, found, value):
                continue
            last = path
            if (
                self._all
                and (path not in wanted or (self._table and path not in self._asked))
                and not is_nothing(value)
            ):
                others.append((path, json_text_of(value)))
            if path in wanted and value is not None and path not in found:
                found[path] = value
        for path in self._deep:
            if path not in found:
                inside = _inside(row, path, path in self._asked)
                if inside is not None:
                    found[path] = inside
        for name, path in self._attributes:
            if not is_nothing(found.get(path)):
                draft.attributes.append((name, json_text_of(found[path])))
        draft.attributes += others
        draft.time = self._time_of(found)
        for path in self._level:
            draft.severity = self._severity(found.get(path))
            if draft.severity is not None:
                break
        for role, paths in self._texts:
            for path in paths:
                value = found.get(path)
                text = None if is_nothing(value) else text_of(value)
                if text is not None:
                    setattr(draft, role, text)
                    break
        if not self._table:
            # Docker ends its messages as the program ended its line.
            draft.message = self._message_of(found, whole).rstrip("\r\n")
        return draft

    def _continues(self, last: str | None, found: dict[str, Any], more: Any) -> bool:
        """Cells beyond the last column continue it where it is the message."""
        if self.delimiter is None or last is None or last not in self._message or not isinstance(more, str):
            return False
        before = found.get(last)
        if not isinstance(before, str):
            return False
        found[last] = f"{before}{self.delimiter}{more}"
        return True

    def _message_of(self, found: dict[str, Any], whole: str) -> str:
        for path in self._message:
            value = found.get(path)
            if isinstance(value, Nested):
                text = text_of_bytes(value)
                return str(value) if text is None else text
            text = text_of(value)
            if text is not None:
                return text
        return whole

    def _severity(self, value: Any) -> int | None:
        if isinstance(value, str) and not isinstance(value, Nested):
            return levels.value(value, self._scale)
        of = integer_of(value)
        return None if of is None else levels.number(of, self._scale)

    def _time_of(self, found: dict[str, Any]) -> Raw | None:
        for path in self._time:
            if isinstance(path, str):
                raw = instant(found.get(path), self._clock)
            else:
                raw = _both(found.get(path[0]), found.get(path[1]), self._clock)
            if raw is not None:
                return raw
        return None


def instant(value: Any, clock: Clock) -> Raw | None:
    """The time that a value is."""
    if value is None or isinstance(value, (bool, Nested)):
        return None
    if isinstance(value, str):
        return clock.value(value)
    return integer(value) if isinstance(value, int) else number(value)


def _both(date: Any, of_day: Any, clock: Clock) -> Raw | None:
    """The time of a date and a time of day, or of seconds and nanoseconds."""
    seconds, nanoseconds = integer_of(date), integer_of(of_day)
    texts = isinstance(date, str) and isinstance(of_day, str)
    known = seconds is not None and nanoseconds is not None and not texts
    if known and 1 <= seconds < 100_000_000_000 and 0 <= nanoseconds < 1_000_000_000:
        return integer(seconds * 1_000_000_000 + nanoseconds)
    first, second = text_of(date), text_of(of_day)
    return None if first is None or second is None else clock.value(f"{first} {second}")


def _inside(row: list[tuple[str, Any]], path: str, whole: bool) -> Any:
    """What is at a path that leads into an array (`tags.0`), or, as an object of paths, below it."""
    for known, value in row:
        if isinstance(value, Nested) and path.startswith(known + "."):
            try:
                tree = json.loads(value, strict=False)
                for part in path[len(known) + 1 :].split("."):
                    tree = tree[int(part)] if isinstance(tree, list) else tree[part]
            except (ValueError, LookupError, TypeError):
                continue
            return Nested(json_text_of(tree)) if isinstance(tree, (list, dict)) else tree
    below = [(known[len(path) + 1 :], value) for known, value in row if known.startswith(path + ".")]
    if not whole or not below:
        return None
    parts = (f"{json_text_of(name)}:{json_text_of(value)}" for name, value in below)
    return Nested("{" + ",".join(parts) + "}")
