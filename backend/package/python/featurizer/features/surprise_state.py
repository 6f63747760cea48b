"""A fitted state of surprise, ready to be looked into."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Mapping
from math import log
from typing import Any, NamedTuple, Tuple

from ..errors import FormatError

VERSION = 1
_QUARTERS = 96
_HALVES = 48
_MOST_DAYS = 1.5
_EVERY_DAY = 0.75
_UNSEEN = 0.5

Counts = Tuple[int, int, int, int]
# How odd a word is, and what more of its records than that are a burst, per window.
Value = Tuple[float, Tuple[float, float, float]]


class Tail(NamedTuple):
    """The tails of the numbers at a place: where the upper and the mirrored lower one begin, and their scales."""

    linear: tuple[tuple[float, float], tuple[float, float]]
    logarithmic: tuple[tuple[float, float], tuple[float, float]]
    by_chance: float


class Place(NamedTuple):
    id: int
    constant: str | None
    words: Mapping[str, Value]
    unseen: Value
    tail: Tail | None


class Template(NamedTuple):
    slots: int
    days: list[int]
    usual: list[Counts]
    shapes: dict[int, tuple[bool, list[Place]]]


class Group(NamedTuple):
    slots: int
    days: list[int]
    usual: list[Counts]
    family: Family
    numbers: dict[int, list[tuple[int, Tail]]]


class Family:
    """How many slots some things have."""

    def __init__(self, slots: Iterable[int]) -> None:
        self._slots = sorted(slots)
        self._sums = [0]
        for own in self._slots:
            self._sums.append(self._sums[-1] + own)
        self.all = self._sums[-1]

    def up_to(self, slots: int) -> int:
        """The slots of those that have at most so many."""
        return self._sums[bisect_right(self._slots, slots)]


class Known:
    """What training records are like."""

    none: Counts = (0, 0, 0, 0)

    def __init__(self, state: dict[str, Any]) -> None:
        if state["version"] != VERSION:
            raise FormatError(
                f"surprise is of version {state['version']}, and this reads version {VERSION}: "
                "fit the feature set again"
            )
        self._slots = float(max(state["slots"], 1))
        self._days: int = state["days"]
        self._last: int = state["last"]
        self._dropped: dict[str, int] = state["dropped"]
        self._places = 0
        self.templates = {known["template"]: self._template(known) for known in state["templates"]}
        self.groups = {
            (known["host"], known["process"], known["severity"]): _group(known) for known in state["groups"]
        }
        self._family = Family(known["slots"] for known in state["groups"])

    def _template(self, known: dict[str, Any]) -> Template:
        shapes = {}
        for shape in known.get("shapes", ()):
            places = [self._place(place) for place in shape["places"]]
            shapes[len(places)] = (shape.get("few", False), places)
        return Template(known["slots"], _days(known), _usual(known), shapes)

    def _place(self, place: dict[str, Any]) -> Place:
        self._places += 1
        pool = place.get("usual", (0, 0, 0))
        words = {
            word: (odd, _bursts([own or rare for own, rare in zip(usual, pool)]))
            for word, (odd, usual) in place.get("words", {}).items()
        }
        unseen = (place.get("unseen", 0.0), _bursts(pool))
        number = place.get("number")
        return Place(self._places, place.get("constant"), words, unseen, number and _tail(number))

    def rare(
        self, template: Template | None, group: Group | None, quarter: int, now: int
    ) -> tuple[float, float]:
        """How rare a template is among those of its group, and the group among all groups."""
        # What lies beyond a bound may be anything.
        if group is None and self._dropped["groups"]:
            return 0.0, 0.0
        of_group = self._rare(0 if group is None else self._family.up_to(group.slots))
        if group is not None:
            of_group *= self._seldom(group.days[quarter], now)
        if template is None and self._dropped["templates"]:
            return 0.0, of_group
        slots = 0 if template is None else template.slots
        mass = 0 if group is None else group.family.up_to(slots)
        of_template = self._rare(max(mass, slots) if self._dropped["members"] else mass)
        if template is not None:
            of_template *= self._seldom(template.days[quarter], now)
        return of_template, of_group

    def _rare(self, mass: int) -> float:
        return -log(min(max(mass, _UNSEEN) / self._slots, 1.0))

    def _seldom(self, days: int, now: int) -> float:
        """What is left of a rarity: less for what occurs at this time of the other days."""
        if self._days < 2:
            return 1.0
        own = int(now <= self._last)
        share = max(days - own, 0) / max(self._days - own, 1)
        return 1.0 - _EVERY_DAY * min(share * _MOST_DAYS, 1.0)

    @staticmethod
    def share(template: Template | None, group: Group | None) -> float:
        """Which share of the slots of its group's templates a template has."""
        if template is None or group is None or not group.family.all:
            return 1.0
        return template.slots / group.family.all


def _group(known: dict[str, Any]) -> Group:
    numbers: dict[int, list[tuple[int, Tail]]] = {}
    for number in known.get("numbers", ()):
        numbers.setdefault(number["words"], []).append((number["place"], _tail(number["number"])))
    return Group(known["slots"], _days(known), _usual(known), Family(known["family"]), numbers)


def _days(known: dict[str, Any]) -> list[int]:
    """Per quarter of an hour, the days that something occurs on."""
    days = [0] * _QUARTERS
    for start, end, on in known.get("rhythm", {}).get("days", ()):
        days[start:end] = [on] * (end - start)
    return days


def _usual(known: dict[str, Any]) -> list[Counts]:
    """Per half hour, the usual counts."""
    usual = [tuple(known["usual"])] * _HALVES
    for half, counts in known.get("rhythm", {}).get("usual", ()):
        usual[half] = tuple(map(max, usual[half], counts))
    return usual


def _bursts(usual: Iterable[int]) -> tuple[float, ...]:
    return tuple(2.0 * count + 1.0 for count in usual)


def _tail(number: dict[str, Any]) -> Tail:
    by_chance = log(min(max(number["count"], 10), 1_000_000)) - log(5.0)
    return Tail(number["linear"], number["logarithmic"], by_chance)
