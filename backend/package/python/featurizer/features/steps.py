"""Surprise of sessions: how unusual their steps are beside those of others, from a fitted state: six numbers.

The numbers are those of `backend/surprise`, where they are explained; both agree about every session.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Sequence
from itertools import accumulate
from math import log
from typing import Any, NamedTuple

STEP_NAMES = ("step_rare", "step_missing", "step_count", "step_order", "step_late", "severity")
_VERSION = 1
_CAP = 15.0
_MOST_STEPS = 1000
_FEWEST = 20
_BOUND = 0
"""A session's beginning and its end, as steps beside others; a template is its place and one more."""
_SEVERITIES: dict[int | None, float] = {0: 2.0, 1: 2.0, 2: 2.0, 3: 1.0, 4: 0.0}


class _Held:
    """What a session holds of each step: of a template's place, a time in microseconds and a severity."""

    def __init__(self, session: Sequence[tuple[int | None, int | None, int | None]]) -> None:
        self.counts: dict[int, int] = {}
        self.waits: dict[int, int] = {}
        self.next: set[tuple[int, int]] = set()
        self.unseen = False
        self.severity = -1.0
        before: int | None = _BOUND
        earlier: int | None = None
        # Of a session that goes on, the end is not known, and what is missing may be there.
        self.whole = len(session) <= _MOST_STEPS
        for _, _, severity in session:
            self.severity = max(self.severity, _SEVERITIES.get(severity, -1.0))
        for template, time, _ in session[:_MOST_STEPS]:
            now = None if template is None else template + 1
            if now is None:
                self.unseen = True
            else:
                self.counts[now] = self.counts.get(now, 0) + 1
                if time is not None and earlier is not None:
                    wait = max(time - earlier, 0) // 1000
                    self.waits[now] = max(self.waits.get(now, 0), wait)
                if before is not None:
                    self.next.add((before, now))
            before = now
            earlier = earlier if time is None else time
        if before is not None and self.whole:
            self.next.add((before, _BOUND))


class _Tail:
    """Sums of a histogram up to each bucket."""

    def __init__(self, histogram: Iterable[tuple[int, int]]) -> None:
        found = list(histogram)
        self._buckets = [bucket for bucket, _ in found]
        self._below = [0, *accumulate(count for _, count in found)]
        self.all = self._below[-1]

    def at_most(self, value: int) -> int:
        return self._below[bisect_right(self._buckets, _bucket(value))]

    def at_least(self, value: int) -> int:
        return self.all - self._below[bisect_left(self._buckets, _bucket(value))]


class _Known(NamedTuple):
    sessions: int
    rare: float
    counts: _Tail
    waits: _Tail
    expected: list[tuple[int, float]]
    """What is expected beside it, and how surprising it is that it is missing."""


class Sessions:
    """Tells the surprise of sessions."""

    def __init__(self, state: dict[str, Any]) -> None:
        if state["version"] != _VERSION:
            raise ValueError(
                f"steps are of version {state['version']}, and this program reads version {_VERSION}: "
                "fit the feature set again"
            )
        self._sessions: int = state["sessions"]
        usual = state["usual"]
        by_sessions = sorted(each["sessions"] for each in usual)
        # Sessions that have something no more common, by an upper bound.
        tails = dict(zip(by_sessions, accumulate(by_sessions)))
        self._known = {
            each["template"] + 1: _Known(
                each["sessions"],
                _surprise(min(tails[each["sessions"]], self._sessions), self._sessions),
                _Tail(each["counts"]),
                _Tail(each["waits"]),
                [],
            )
            for each in usual
        }
        self._expected: list[tuple[int, float]] = []
        for first, second, both in state["together"]:
            known = self._known.get(first)
            sessions = self._sessions if known is None else known.sessions
            share = (max(sessions, both) - both + 0.5) / (max(sessions, both) + 1.0)
            (self._expected if known is None else known.expected).append((second, -log(share)))
        self._next = {(first, second): count for first, second, count in state["next"]}
        self._common = {at for pair in self._next for at in pair}
        self._unseen = _surprise(min(tails.get(1, 0), self._sessions), max(self._sessions, 1))

    def numbers(self, session: Sequence[tuple[int | None, int | None, int | None]]) -> list[float]:
        """The six numbers of a session: of template's places, times in microseconds and severities."""
        held = _Held(session)
        rare = self._unseen if held.unseen else 0.0
        missed = _missed(self._expected, held, 0.0)
        count, counted, late = 0.0, 0, 0.0
        for step, times in held.counts.items():
            known = self._known.get(step)
            if known is None:
                rare = max(rare, self._unseen)
                continue
            rare = max(rare, known.rare)
            missed = _missed(known.expected, held, missed)
            if known.sessions >= _FEWEST:
                counted += 1
                tail = 2.0 * max(min(known.counts.at_most(times), known.counts.at_least(times)), 0.5)
                count = max(count, -log(tail / known.sessions))
            if step in held.waits and known.waits.all >= _FEWEST:
                late = max(late, _surprise(known.waits.at_least(held.waits[step]), known.waits.all))
        order, followed = 0.0, 0
        for first, second in held.next:
            known = self._known.get(first)
            sessions = self._sessions if first == _BOUND else 0 if known is None else known.sessions
            if sessions >= _FEWEST and first in self._common and second in self._common:
                followed += 1
                order = max(order, _surprise(self._next.get((first, second), 0), sessions))
        waited = sum(step in self._known for step in held.waits)
        return [
            min(rare, _CAP),
            min(missed, _CAP) if held.whole else 0.0,
            _less(count, counted),
            _less(order, followed),
            _less(late, waited),
            held.severity,
        ]


def _bucket(value: int) -> int:
    """Small numbers are their own buckets, of larger ones eight make an octave."""
    shift = max(value.bit_length() - 4, 0)
    return shift * 8 + (value >> shift)


def _surprise(part: int, of: int) -> float:
    """-log of a share, where none counts as half of one."""
    return -log(max(part, 0.5) / of)


def _missed(expected: Sequence[tuple[int, float]], held: _Held, missed: float) -> float:
    absent = (surprise for step, surprise in expected if step not in held.counts)
    return max(missed, max(absent, default=missed))


def _less(most: float, looked_at: int) -> float:
    """Of several, one is odd by chance."""
    return min(max(most - log(max(looked_at, 1)), 0.0), _CAP)
