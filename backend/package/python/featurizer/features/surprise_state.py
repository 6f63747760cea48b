"""A fitted state of surprise, ready to be looked into."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Mapping, Sequence
from math import log
from typing import Any, NamedTuple, Tuple

from ..errors import FormatError
from .counters import new_counter

VERSION = 1
_QUARTERS = 96
_HALVES = 48
_MOST_DAYS = 1.5
_EVERY_DAY = 0.75
_UNSEEN = 0.5
# Pairs of templates and groups that are remembered.
_PAIRS = 1 << 14

Means = Tuple[float, ...]
# How odd a word is, and what more of its records than that are a burst, per window.
Value = Tuple[float, Means]


class Tail(NamedTuple):
    """Tails of the numbers at a place: where the upper and the mirrored lower one begin, and their scales."""

    linear: tuple[tuple[float, float], tuple[float, float]]
    logarithmic: tuple[tuple[float, float], tuple[float, float]]
    by_chance: float


class Place(NamedTuple):
    id: int
    constant: str | None
    words: Mapping[str, Value]
    unseen: Value
    tail: Tail | None


class Key(NamedTuple):
    """What templates and groups have in common."""

    slots: int
    days: list[int]
    """Per quarter of an hour, the days that it occurs on."""
    bursts: list[Means]
    """Per half hour and window: more records are a burst."""
    ups: list[Means]
    """More are up."""


class Template(NamedTuple):
    key: Key
    shapes: dict[int, tuple[bool, list[Place]]]
    counter: list[int]


class Group(NamedTuple):
    key: Key
    family: Family
    numbers: dict[int, list[tuple[int, Tail]]]
    counter: list[int]


class Pair(NamedTuple):
    """A template in a group, either of which may be unknown."""

    group: tuple[str, str, int | None]
    template_rare: float
    group_rare: float
    template_days: list[int] | None
    group_days: list[int] | None
    share: float
    """Which share of the slots of its group's templates the template has."""
    bursts: list[Means]
    ups: list[Means]
    group_bursts: list[Means]
    shapes: Mapping[int, tuple[bool, Sequence[Place]]]
    numbers: Mapping[int, Sequence[tuple[int, Tail]]]
    of_template: list[int]
    of_group: list[int] | None


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
    """What training records are like, and counters of it."""

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
        self._templates = {known["template"]: self._template(known) for known in state["templates"]}
        self._groups = {
            (known["host"], known["process"], known["severity"]): _group(known) for known in state["groups"]
        }
        self._family = Family(known["slots"] for known in state["groups"])
        self._pairs: dict[Any, Pair] = {}
        self._of_none = new_counter()

    def pair(self, template: int | None, host: str, process: str, severity: int | None) -> Pair:
        """A template in a group. The template has a counter, and so has a group that is known."""
        key = (template, host, process, severity)
        pair = self._pairs.get(key)
        if pair is None:
            if len(self._pairs) >= _PAIRS:
                self._pairs.clear()
            pair = self._pairs[key] = self._pair(template, (host, process, severity))
        return pair

    def _pair(self, template: int | None, key: tuple[str, str, int | None]) -> Pair:
        own, group = self._templates.get(template), self._groups.get(key)
        template_rare = group_rare = 0.0
        # What lies beyond a bound may be anything.
        if group is not None or not self._dropped["groups"]:
            group_rare = self._rare(0 if group is None else self._family.up_to(group.key.slots))
            if own is not None or not self._dropped["templates"]:
                slots = 0 if own is None else own.key.slots
                mass = 0 if group is None else group.family.up_to(slots)
                template_rare = self._rare(max(mass, slots) if self._dropped["members"] else mass)
        share = (
            1.0 if own is None or group is None or not group.family.all else own.key.slots / group.family.all
        )
        template_key = _NONE if own is None else own.key
        return Pair(
            key,
            template_rare,
            group_rare,
            None if own is None else own.key.days,
            None if group is None else group.key.days,
            share,
            template_key.bursts,
            template_key.ups,
            (_NONE if group is None else group.key).bursts,
            {} if own is None else own.shapes,
            {} if group is None else group.numbers,
            self._of_none if own is None else own.counter,
            None if group is None else group.counter,
        )

    def _template(self, known: dict[str, Any]) -> Template:
        shapes = {}
        for shape in known.get("shapes", ()):
            places = [self._place(place) for place in shape["places"]]
            shapes[len(places)] = (shape.get("few", False), places)
        return Template(_key(known), shapes, new_counter())

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

    def rare(self, pair: Pair, quarter: int, now: int) -> tuple[float, float]:
        """How rare a template is among those of its group, and the group among all groups, at a time."""
        if self._days < 2:
            return pair.template_rare, pair.group_rare
        template, group = pair.template_days, pair.group_days
        return (
            pair.template_rare * (1.0 if template is None else self._seldom(template[quarter], now)),
            pair.group_rare * (1.0 if group is None else self._seldom(group[quarter], now)),
        )

    def _rare(self, mass: int) -> float:
        return 0.0 - log(min(max(mass, _UNSEEN) / self._slots, 1.0))

    def _seldom(self, days: int, now: int) -> float:
        """What is left of a rarity: less for what occurs at this time of the other days."""
        own = 1 if now <= self._last else 0
        share = (days - own if days > own else 0) / (self._days - own)
        return 1.0 - _EVERY_DAY * min(share * _MOST_DAYS, 1.0)


def _group(known: dict[str, Any]) -> Group:
    numbers: dict[int, list[tuple[int, Tail]]] = {}
    for number in known.get("numbers", ()):
        numbers.setdefault(number["words"], []).append((number["place"], _tail(number["number"])))
    return Group(_key(known), Family(known["family"]), numbers, new_counter())


def _key(known: dict[str, Any]) -> Key:
    rhythm = known.get("rhythm", {})
    days = [0] * _QUARTERS
    for start, end, on in rhythm.get("days", ()):
        days[start:end] = [on] * (end - start)
    usual = known["usual"]
    bursts, ups = [_bursts(usual)] * _HALVES, [_ups(usual)] * _HALVES
    for half, counts in rhythm.get("usual", ()):
        more = [max(pair) for pair in zip(usual, counts)]
        bursts[half], ups[half] = _bursts(more), _ups(more)
    return Key(known["slots"], days, bursts, ups)


def _bursts(usual: Iterable[int]) -> Means:
    return tuple(2.0 * count + 1.0 for count in usual)


def _ups(usual: Sequence[int]) -> Means:
    return tuple(0.5 * count + 0.5 for count in usual[:3])


def _tail(number: dict[str, Any]) -> Tail:
    by_chance = log(min(max(number["count"], 10), 1_000_000)) - log(5.0)
    return Tail(number["linear"], number["logarithmic"], by_chance)


_NONE = _key({"slots": 0, "usual": (0, 0, 0, 0)})
