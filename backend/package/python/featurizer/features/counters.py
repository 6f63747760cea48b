"""How many records of a key came lately, in room that does not grow with them.

Windows are of 1, 5, 15 and 60 minutes. The clock is cut into buckets as wide as the window; of the bucket
before the present one, as much counts as the window still covers, to the nearest.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

MINUTE, MINUTES_5, MINUTES_15, HOUR = (seconds * 1_000_000 for seconds in (60, 300, 900, 3_600))


def new_counter() -> list[int]:
    """Per window a bucket, the records in it, and those in the bucket before it. No time is in the bucket."""
    return [-(1 << 63), 0, 0] * 4


def moment_of(time: int) -> Sequence[int]:
    """Per window the bucket of a time, and how long the bucket still lasts."""
    return (
        *(time // MINUTE, MINUTE - time % MINUTE),
        *(time // MINUTES_5, MINUTES_5 - time % MINUTES_5),
        *(time // MINUTES_15, MINUTES_15 - time % MINUTES_15),
        *(time // HOUR, HOUR - time % HOUR),
    )


def add_to_three(counter: list[int], moment: Sequence[int]) -> tuple[int, int, int]:
    """Count a record; return how many there are in the first three windows."""
    bucket = moment[0]
    if counter[0] == bucket:
        counter[1] = one = counter[1] + 1
    else:
        counter[2] = counter[1] if counter[0] == bucket - 1 else 0
        counter[0] = bucket
        counter[1] = one = 1
    if counter[2]:
        one += (counter[2] * moment[1] + MINUTE // 2) // MINUTE
    bucket = moment[2]
    if counter[3] == bucket:
        counter[4] = five = counter[4] + 1
    else:
        counter[5] = counter[4] if counter[3] == bucket - 1 else 0
        counter[3] = bucket
        counter[4] = five = 1
    if counter[5]:
        five += (counter[5] * moment[3] + MINUTES_5 // 2) // MINUTES_5
    bucket = moment[4]
    if counter[6] == bucket:
        counter[7] = fifteen = counter[7] + 1
    else:
        counter[8] = counter[7] if counter[6] == bucket - 1 else 0
        counter[6] = bucket
        counter[7] = fifteen = 1
    if counter[8]:
        fifteen += (counter[8] * moment[5] + MINUTES_15 // 2) // MINUTES_15
    return one, five, fifteen


def add(counter: list[int], moment: Sequence[int]) -> tuple[int, int, int, int]:
    """As `add_to_three`, in all windows."""
    one, five, fifteen = add_to_three(counter, moment)
    bucket = moment[6]
    if counter[9] == bucket:
        counter[10] = hour = counter[10] + 1
    else:
        counter[11] = counter[10] if counter[9] == bucket - 1 else 0
        counter[9] = bucket
        counter[10] = hour = 1
    if counter[11]:
        hour += (counter[11] * moment[7] + HOUR // 2) // HOUR
    return one, five, fifteen, hour


class Lately:
    """What is remembered of keys that were seen lately, in two generations."""

    def __init__(self, most: int, lifetime: int) -> None:
        self.young: dict[Any, list[Any]] = {}
        self._old: dict[Any, list[Any]] = {}
        self._born = -(1 << 63)
        self._most = most
        self._lifetime = lifetime

    def turned(self, now: int) -> dict[Any, list[Any]]:
        """The younger generation, at this time."""
        if not -self._lifetime <= now - self._born <= self._lifetime:
            self._next(now)
        return self.young

    def found(self, key: Any, now: int) -> list[Any] | None:
        """What is remembered of a key that is not in the younger generation, which has room for it then."""
        if len(self.young) >= self._most:
            self._next(now)
        found = self._old.pop(key, None)
        if found is not None:
            self.young[key] = found
        return found

    def put(self, key: Any, value: list[Any]) -> list[Any]:
        self.young[key] = value
        return value

    def _next(self, now: int) -> None:
        self._old, self.young, self._born = self.young, {}, now
