"""Surprise: how unusual a record is, as nine numbers, from a fitted state and the records before it.

The numbers are those of `backend/surprise`, where they are explained; both agree about every record.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from math import exp, log, log1p
from typing import Any

from .counters import HOUR, MINUTES_15, Lately, add, add_to_three, moment_of, new_counter
from .surprise_state import Known, Pair, Place, Tail

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
_SEVERITIES: dict[int | None, float] = {0: 2.0, 1: 2.0, 2: 2.0, 3: 1.0, 4: 0.0}
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
        self._unknown = Lately(1 << 12, 2 * HOUR)
        self._values = Lately(1 << 16, 2 * MINUTES_15)
        self._processes = Lately(1 << 12, 2 * HOUR)

    def push(
        self,
        time: int | None,
        severity: int | None,
        host: str | None,
        process: str | None,
        template: int | None,
        message: str,
    ) -> list[float]:
        """The nine numbers of the next record, in the order of `NAMES`. The time is in microseconds since
        1970 UTC, the severity that of RFC 5424, the template its place among the fitted ones."""
        now = self._tell(time)
        moment = moment_of(now)
        pair = self._known.pair(template, host or "", process or "", severity)
        quarter = now % _DAY // _QUARTER
        template_rare, group_rare = self._known.rare(pair, quarter, now)
        template_burst, group_burst, up = self._bursts(pair, moment, quarter // 2, now)
        value_burst, far, odd = self._words(pair, message, moment, now)
        surprise = max(template_rare, group_rare, template_burst, group_burst, value_burst)
        records = self._context(process or "", now, surprise > _SURPRISING)
        return [
            template_rare if template_rare < _CAP else _CAP,
            group_rare if group_rare < _CAP else _CAP,
            template_burst if template_burst < _CAP else _CAP,
            group_burst if group_burst < _CAP else _CAP,
            value_burst if value_burst < _CAP else _CAP,
            far if far < _CAP else _CAP,
            odd if odd < _CAP else _CAP,
            _SEVERITIES.get(severity, -1.0),
            min(2.0 * log1p(records), up, _CAP) if up else 0.0,
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
        told = self._processes.turned(now).get(process)
        if told is None:
            told = self._processes.found(process, now)
        if told is None:
            self._processes.put(process, [now, float(surprises)])
            return 0.0
        records: float = told[1]
        if records:
            records *= exp(-(max(now - told[0], 0) / 1e6) / _REMEMBERED)
        told[0] = now
        told[1] = records + surprises
        return records

    def _bursts(self, pair: Pair, moment: Sequence[int], half: int, now: int) -> tuple[float, float, float]:
        """Bursts of the template and of the group, and how far the template is up."""
        counter = pair.of_group
        if counter is None:
            counter = self._unknown.turned(now).get(pair.group)
            if counter is None:
                counter = self._unknown.found(pair.group, now)
            if counter is None:
                counter = self._unknown.put(pair.group, new_counter())
        counts, of_group = add(pair.of_template, moment), add(counter, moment)
        burst = _excess(counts, pair.bursts[half])
        up = _excess(counts[:3], pair.ups[half])
        group = 0.0
        means = pair.group_bursts[half]
        one, five, fifteen, hour = of_group
        if one > means[0] or five > means[1] or fifteen > means[2] or hour > means[3]:
            for n, own, mean in zip(of_group, counts, means):
                if n > mean:
                    risen = min(own / (n * pair.share), 1.0)
                    group = max(group, (n * log(n / mean) - (n - mean)) * (risen * risen))
        return burst, group, up

    def _words(self, pair: Pair, message: str, moment: Sequence[int], now: int) -> tuple[float, float, float]:
        """The largest burst of a value, the number that is furthest out, the oddest value."""
        burst = far = odd = 0.0
        words = _WORD.findall(message)
        if len(words) > _WORDS:
            del words[_WORDS:]
        few, places = pair.shapes.get(len(words), _NO_SHAPE)
        if few:
            for at, tail in pair.numbers.get(len(words), ()):
                far = max(far, _far(words[at].rstrip(":.")[:_LONGEST], tail))
        young = self._values.turned(now)
        for word, (place, constant, known, unseen, tail) in zip(words, places):
            if word == constant:
                continue
            if word[-1] in ":." or len(word) > _LONGEST:
                word = word.rstrip(":.")[:_LONGEST]
                if word == constant:
                    continue
            if tail is not None and not few:
                beyond = _far(word, tail)
                if beyond > far:
                    far = beyond
            own_odd, means = known.get(word, unseen)
            if own_odd > odd:
                odd = own_odd
            key = (place, word)
            counter = young.get(key)
            if counter is None:
                counter = self._values.found(key, now)
                young = self._values.young
                if counter is None:
                    young[key] = [moment[0], 1, 0, moment[2], 1, 0, moment[4], 1, 0]
                    continue
            counts = one, five, fifteen = add_to_three(counter, moment)
            if one > means[0] or five > means[1] or fifteen > means[2]:
                burst = max(burst, _excess(counts, means))
        return burst, far, odd


def _excess(counts: Iterable[int], means: Iterable[float]) -> float:
    """How surprising it is that there are as many records, in the window where it is most so."""
    most = 0.0
    for n, mean in zip(counts, means):
        if n > mean:
            most = max(most, n * log(n / mean) - (n - mean))
    return most


_NO_SHAPE: tuple[bool, Sequence[Place]] = (True, ())


def _far(word: str, tail: Tail) -> float:
    """How far out a number is, on that of both scales that finds it less surprising."""
    if word.isdigit() and word.isascii():
        x = float(word)
    else:
        found = _NUMBER.fullmatch(word)
        if found is None:
            return 0.0
        x = float(found[1])
    (high, above), (low, below) = tail.linear
    if x <= high and -x <= low:
        return 0.0
    linear = max((x - high) / above, (-x - low) / below)
    y = log1p(x) if x >= 0.0 else -log1p(-x)
    (high, above), (low, below) = tail.logarithmic
    beyond = min(linear, max((y - high) / above, (-y - low) / below))
    return beyond - tail.by_chance if beyond > max(tail.by_chance, 0.0) else 0.0
