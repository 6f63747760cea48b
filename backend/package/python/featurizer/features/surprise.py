"""Surprise: how unusual a record is, as nine numbers, from a fitted state and the records before it.

The numbers are those of `backend/surprise`, where they are explained; both agree about every record.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from math import exp, log, log1p
from typing import Any

from .surprise_state import Known, Tail, Value

NAMES = (
    "template_rare",
    "group_rare",
    "template_burst",
    "group_burst",
    "value_burst",
    "number_far",
    "value_odd",
    "severity",
    "context",
)
_CAP = 15.0
_SECOND = 1_000_000
_STEP = 10 * _SECOND
_LATE = 3_600 * _SECOND
_DAY = 86_400 * _SECOND
_QUARTER = 900 * _SECOND
_MINUTE_1, _MINUTES_5, _MINUTES_15, _HOUR = (seconds * _SECOND for seconds in (60, 300, 900, 3_600))
_SEVERITIES = {0: 2.0, 1: 2.0, 2: 2.0, 3: 1.0, 4: 0.0}
_SURPRISING = 4.0
_REMEMBERED = 300.0
_WORD = re.compile(r"[^ \t\n\r\x0b\x0c=,;()\[\]'\"|<>]+")
_WORDS = 40
_LONGEST = 64
_NUMBER = re.compile(r"[^0-9]*?(-?[0-9]+(?:\.[0-9]+)?)[^0-9]*")


def score(surprise: Sequence[float]) -> float:
    """Template or group rarity (the larger, less 1) + the largest burst + numbers far out + odd values +
    severity + half the context."""
    template_rare, group_rare, template, group, value, far, odd, severity, context = surprise
    rare = max(max(template_rare, group_rare) - 1.0, 0.0)
    return rare + max(template, group, value) + max(far, 0.0) + odd + severity + context * 0.5


class Surprise:
    """Tells how unusual records are, in the order of time."""

    def __init__(self, state: dict[str, Any]) -> None:
        self._known = Known(state)
        self._ordered: bool = state["ordered"]
        self._now: int | None = None
        self._templates: dict[int | None, list[int]] = {}
        self._of_none = _counter()
        self._groups: dict[Any, list[int]] = {}
        self._unknown = _Lately(1 << 12, 2 * _HOUR)
        self._values = _Lately(1 << 16, 2 * _MINUTES_15)
        self._processes = _Lately(1 << 12, 2 * _HOUR)

    def push(
        self,
        time: int | None,
        severity: int | None,
        host: str | None,
        process: str | None,
        template: int | None,
        message: str,
    ) -> list[float]:
        """The nine numbers of the next record, in the order of `NAMES`. The time is in microseconds since 1970
        UTC, the severity that of RFC 5424, the template its place among the fitted ones."""
        now = self._tell(time)
        moment = (
            *(now // _MINUTE_1, _MINUTE_1 - now % _MINUTE_1),
            *(now // _MINUTES_5, _MINUTES_5 - now % _MINUTES_5),
            *(now // _MINUTES_15, _MINUTES_15 - now % _MINUTES_15),
            *(now // _HOUR, _HOUR - now % _HOUR),
        )
        known = self._known
        of_template = known.templates.get(template)
        key = (host or "", process or "", severity)
        of_group = known.groups.get(key)
        counter = self._of_none if of_template is None else self._templates.get(template)
        if counter is None:
            counter = self._templates[template] = _counter()
        counts = _add(counter, moment)
        if of_group is None:
            counter = self._unknown.get(key, now) or self._unknown.put(key, _counter())
        else:
            counter = self._groups.get(key)
            if counter is None:
                counter = self._groups[key] = _counter()
        all_counts = _add(counter, moment)

        quarter = now % _DAY // _QUARTER
        template_rare, group_rare = known.rare(of_template, of_group, quarter, now)
        usual = known.none if of_template is None else of_template.usual[quarter // 2]
        usual_of_group = known.none if of_group is None else of_group.usual[quarter // 2]
        template_burst = group_burst = up = 0.0
        for at in range(4):
            own, both = counts[at] + 1, all_counts[at] + 1
            mean = 2.0 * usual[at] + 1.0
            if own > mean:
                template_burst = max(template_burst, own * log(own / mean) - (own - mean))
            if at < 3:
                mean = 0.5 * usual[at] + 0.5
                if own > mean:
                    up = max(up, own * log(own / mean) - (own - mean))
            mean = 2.0 * usual_of_group[at] + 1.0
            if both > mean:
                risen = min(own / (both * known.share(of_template, of_group)), 1.0)
                burst = both * log(both / mean) - (both - mean)
                group_burst = max(group_burst, burst * (risen * risen))

        value_burst, far, odd = self._words(of_template, of_group, message, now, moment)
        surprise = max(template_rare, group_rare, template_burst, group_burst, value_burst)
        records = self._context(process or "", now, surprise > _SURPRISING)
        return [
            min(template_rare, _CAP),
            min(group_rare, _CAP),
            min(template_burst, _CAP),
            min(group_burst, _CAP),
            min(value_burst, _CAP),
            min(far, _CAP),
            min(odd, _CAP),
            -1.0 if severity is None else _SEVERITIES.get(severity, -1.0),
            min(2.0 * log1p(records), up, _CAP),
        ]

    def _tell(self, time: int | None) -> int:
        now = self._now
        if self._ordered:
            now = 0 if now is None else now + _STEP
        elif time is None:
            now = now or 0
        elif now is None or not 0 < now - time <= _LATE:
            now = time
        self._now = now
        return now

    def _context(self, process: str, now: int, surprises: bool) -> float:
        """How many records of the process surprised lately."""
        told = self._processes.get(process, now)
        if told is None:
            self._processes.put(process, [now, float(surprises)])
            return 0.0
        records: float = told[1]
        if records:
            records *= exp(-(max(now - told[0], 0) / 1e6) / _REMEMBERED)
        told[0] = now
        told[1] = records + surprises
        return records

    def _words(
        self, template: Any, group: Any, message: str, now: int, moment: Sequence[int]
    ) -> tuple[float, float, float]:
        """The largest burst of a value, the number that is furthest out, the oddest value."""
        burst = far = odd = 0.0
        words = _WORD.findall(message)[:_WORDS]
        count = len(words)
        few, places = (True, ()) if template is None else template.shapes.get(count, (True, ()))
        if few:
            for at, tail in () if group is None else group.numbers.get(count, ()):
                far = max(far, _far(words[at].rstrip(":.")[:_LONGEST], tail))
        remembered = self._values
        for word, (place, constant, known, unseen, tail) in zip(words, places):
            word = word.rstrip(":.")[:_LONGEST]
            if tail is not None and not few:
                far = max(far, _far(word, tail))
            if word == constant:
                continue
            value: Value = known.get(word, unseen)
            if value[0] > odd:
                odd = value[0]
            counter = remembered.get((place, word), now)
            if counter is None:
                remembered.put((place, word), _first(moment))
                continue
            for at in (0, 1, 2):
                n = _add_at(counter, moment, at) + 1
                mean = value[1][at]
                if n > mean:
                    burst = max(burst, n * log(n / mean) - (n - mean))
        return burst, far, odd


def _far(word: str, tail: Tail) -> float:
    """How far out a number is, on that of both scales that finds it less surprising."""
    found = _NUMBER.fullmatch(word)
    if found is None:
        return 0.0
    x = float(found[1])
    (high, above), (low, below) = tail.linear
    linear = max((x - high) / above, (-x - low) / below)
    if linear <= 0.0:
        return 0.0
    y = log1p(abs(x)) if x > 0.0 else -log1p(abs(x))
    (high, above), (low, below) = tail.logarithmic
    beyond = min(linear, max((y - high) / above, (-y - low) / below))
    return beyond - tail.by_chance if beyond > tail.by_chance else 0.0


_WIDTHS = (_MINUTE_1, _MINUTES_5, _MINUTES_15, _HOUR)


def _counter() -> list[int]:
    """Per window a bucket, the records in it, and those in the bucket before it. No time is in the bucket."""
    return [-(1 << 63), 0, 0] * 4


def _first(moment: Sequence[int]) -> list[int]:
    """A counter that has counted one record."""
    return [moment[0], 1, 0, moment[2], 1, 0, moment[4], 1, 0]


def _add_at(counter: list[int], moment: Sequence[int], at: int) -> int:
    """How many records there were in a window, and one more from now on."""
    bucket = moment[at + at]
    first = at + at + at
    if counter[first] != bucket:
        counter[first + 2] = counter[first + 1] if counter[first] == bucket - 1 else 0
        counter[first] = bucket
        counter[first + 1] = 1
        count = 0
    else:
        count = counter[first + 1]
        counter[first + 1] = count + 1
    before = counter[first + 2]
    return count + before * moment[at + at + 1] // _WIDTHS[at] if before else count


def _add(counter: list[int], moment: Sequence[int]) -> list[int]:
    return [_add_at(counter, moment, at) for at in (0, 1, 2, 3)]


class _Lately:
    """What is remembered of keys that were seen lately, in two generations."""

    def __init__(self, most: int, lifetime: int) -> None:
        self._young: dict[Any, list[Any]] = {}
        self._old: dict[Any, list[Any]] = {}
        self._born = -(1 << 63)
        self._most = most
        self._lifetime = lifetime

    def get(self, key: Any, now: int) -> list[Any] | None:
        if abs(now - self._born) > self._lifetime:
            self._next(now)
        found = self._young.get(key)
        if found is None:
            if len(self._young) >= self._most:
                self._next(now)
            found = self._old.pop(key, None)
            if found is not None:
                self._young[key] = found
        return found

    def put(self, key: Any, value: list[Any]) -> list[Any]:
        self._young[key] = value
        return value

    def _next(self, now: int) -> None:
        self._old, self._young, self._born = self._young, {}, now
