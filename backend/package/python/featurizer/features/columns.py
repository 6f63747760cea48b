"""The columns of windows and sessions."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from operator import attrgetter
from typing import Any

import numpy as np

from ..levels import LEVELS
from ..records import Fields
from ..shapes import Shapes
from .addresses import addresses
from .samples import Cut, Fitted, template_of
from .steps import STEP_NAMES

PLAIN = {
    name: group
    for group, names in {
        "length": "length distinct_templates unseen_count unseen_ratio",
        "times": "duration_seconds gap_mean_seconds gap_std_seconds gap_max_seconds",
        "levels": "level_missing_count level_missing_ratio",
        "names": "distinct_processes distinct_hosts",
        "addresses": "distinct_macs distinct_ips",
    }.items()
    for name in names.split()
}
STATISTICS = ("count", "mean", "std", "min", "max")

_NAMED_NUMBER = re.compile(
    rb"([A-Za-z][A-Za-z0-9_]{0,31}) ?[=:] ?(-?[0-9]{1,15}(?:\.[0-9]{1,15})?)(?:[^0-9.:_-]|\Z)"
)


class Columns:
    """The columns of one call, each group of them computed when it is first asked for."""

    def __init__(
        self, of: Fitted, fields: Sequence[Fields], shapes: Shapes, cut: Cut, templates: np.ndarray
    ) -> None:
        self._of, self._fields, self._shapes, self._cut = of, fields, shapes, cut
        self._templates = templates
        self._count = len(cut.keys)
        self._groups: dict[str, Any] = {}

    def column(self, name: str) -> np.ndarray:
        if self._of.steps is not None:
            return self._group("steps")[name]
        if name in PLAIN:
            return self._group(PLAIN[name])[name]
        length = self._group("length")["length"]
        if name.startswith("template_"):
            identifier = template_of(name)
            counts = self._group("templates")[identifier]
            return counts / length if name.endswith("_ratio") else self._weighted(identifier, counts)
        if name.startswith("field_"):
            return self._group("fields")[name]
        base, _, measure = name.rpartition("_")
        counts = self._group("levels" if base.startswith("level_") else "events")[base]
        return counts / length if measure == "ratio" else counts

    def _group(self, group: str) -> dict[str, np.ndarray]:
        if group not in self._groups:
            self._groups[group] = getattr(self, f"_of_{group}")()
        return self._groups[group]

    def _per_sample(self, of_members: np.ndarray) -> np.ndarray:
        """The sum over each sample's records, in their order."""
        return np.bincount(self._cut.sample, weights=of_members, minlength=self._count)

    def _weighted(self, identifier: str, counts: np.ndarray) -> np.ndarray:
        weight = self._of.weight
        if weight == "binary":
            return np.minimum(counts, 1.0)
        if weight == "log1p":
            return np.log1p(counts)
        if weight == "tf-idf":
            documents = self._of.documents.get(identifier, 0)
            return counts * (math.log((1.0 + self._of.samples) / (1.0 + documents)) + 1.0)
        return counts

    def _of_length(self) -> dict[str, np.ndarray]:
        length = np.bincount(self._cut.sample, minlength=self._count).astype(float)
        found = self._templates[self._cut.member]
        seen = found >= 0
        kinds = max(len(self._of.templates), 1)
        pairs = np.unique(self._cut.sample[seen] * kinds + found[seen])
        unseen = self._per_sample(~seen)
        return {
            "length": length,
            "distinct_templates": np.bincount(pairs // kinds, minlength=self._count).astype(float),
            "unseen_count": unseen,
            "unseen_ratio": unseen / length,
        }

    def _of_times(self) -> dict[str, np.ndarray]:
        timed = [record.timestamp is not None for record in self._fields]
        times = np.array([record.timestamp or 0 for record in self._fields], dtype=np.int64)
        kept = np.array(timed, dtype=bool)[self._cut.member]
        sample, times = self._cut.sample[kept], times[self._cut.member[kept]]
        duration = np.zeros(self._count)
        changes = np.flatnonzero(np.diff(sample, prepend=-1, append=self._count))
        if len(sample):
            duration[sample[changes[:-1]]] = (times[changes[1:] - 1] - times[changes[:-1]]) / 1e6
        same = sample[1:] == sample[:-1]
        _, mean, std, _, longest = _statistics(sample[1:][same], (np.diff(times) / 1e6)[same], self._count)
        return {
            "duration_seconds": duration,
            "gap_mean_seconds": mean,
            "gap_std_seconds": std,
            "gap_max_seconds": longest,
        }

    def _of_steps(self) -> dict[str, np.ndarray]:
        assert self._of.steps is not None
        places = {level: at for at, level in enumerate(LEVELS)}
        found = [None if at < 0 else at for at in self._templates.tolist()]
        steps = [
            (template, record.timestamp, places.get(record.level or ""))
            for template, record in zip(found, self._fields)
        ]
        starts = np.searchsorted(self._cut.sample, np.arange(self._count + 1)).tolist()
        member = self._cut.member.tolist()
        numbers = [
            self._of.steps.numbers([steps[at] for at in member[start:end]])
            for start, end in zip(starts, starts[1:])
        ]
        return dict(zip(STEP_NAMES, np.array(numbers).reshape(-1, len(STEP_NAMES)).T))

    def _of_levels(self) -> dict[str, np.ndarray]:
        places = {level: at for at, level in enumerate(LEVELS)}
        levels = np.array([places.get(record.level or "", 8) for record in self._fields], dtype=np.int64)
        at = self._cut.sample * 9 + levels[self._cut.member]
        counts = np.bincount(at, minlength=self._count * 9).reshape(-1, 9).astype(float)
        named = {f"level_{level}": counts[:, at] for level, at in places.items()}
        missing = counts[:, 8]
        ratio = missing / self._group("length")["length"]
        return {**named, "level_missing_count": missing, "level_missing_ratio": ratio}

    def _of_events(self) -> dict[str, np.ndarray]:
        columns = {}
        for name, pattern in self._of.events:
            raised = self._shapes.holding(pattern)
            if name == "is_error":
                raised |= np.array([record.level in LEVELS[:4] for record in self._fields], dtype=bool)
            columns[name] = self._per_sample(raised[self._cut.member])
        return columns

    def _of_names(self) -> dict[str, np.ndarray]:
        columns = {}
        for name, role in (("distinct_processes", "process"), ("distinct_hosts", "host")):
            columns[name] = self._distinct([(text or "",) for text in map(attrgetter(role), self._fields)])
        return columns

    def _of_addresses(self) -> dict[str, np.ndarray]:
        macs, ips = addresses(self._shapes)
        return {"distinct_macs": self._distinct(macs), "distinct_ips": self._distinct(ips)}

    def _distinct(self, values: Sequence[Sequence[Any]]) -> np.ndarray:
        """How many different values the records of each sample have."""
        numbers: dict[Any, int] = {}
        flat = [numbers.setdefault(value, len(numbers)) for of_record in values for value in of_record]
        sample, at = self._spread(values)
        pairs = np.unique(sample * max(len(numbers), 1) + np.array(flat, dtype=np.int64)[at])
        return np.bincount(pairs // max(len(numbers), 1), minlength=self._count).astype(float)

    def _spread(self, values: Sequence[Sequence[Any]]) -> tuple[np.ndarray, np.ndarray]:
        """For every value of every sample's records the sample, and its place among all values."""
        lengths = np.array([len(of_record) for of_record in values], dtype=np.int64)
        starts = np.cumsum(lengths) - lengths
        of_members = lengths[self._cut.member]
        sample = np.repeat(self._cut.sample, of_members)
        within = np.arange(len(sample)) - np.repeat(np.cumsum(of_members) - of_members, of_members)
        return sample, np.repeat(starts[self._cut.member], of_members) + within

    def _of_templates(self) -> dict[str, np.ndarray]:
        asked = (template_of(name) for name in self._of.names if name.startswith("template_"))
        asked = list(dict.fromkeys(asked))
        columns = np.full(len(self._of.templates) + 1, -1)  # the last is that of unseen messages
        columns[[self._of.templates[name] for name in asked]] = np.arange(len(asked))
        found = columns[self._templates[self._cut.member]]
        kept = found >= 0
        at = self._cut.sample[kept] * len(asked) + found[kept]
        counts = np.bincount(at, minlength=self._count * len(asked)).reshape(-1, len(asked)).astype(float)
        return {name: counts[:, at] for at, name in enumerate(asked)}

    def _of_fields(self) -> dict[str, np.ndarray]:
        asked = (name[len("field_") :] for name in self._of.names if name.startswith("field_"))
        places = {
            name: at for at, name in enumerate(dict.fromkeys(name.rpartition("_")[0] for name in asked))
        }
        found: list[list[tuple[int, float]]] = []
        some = [_NAMED_NUMBER.search(shape.encode()) is not None for shape in self._shapes.all]
        for message, shape in zip(self._shapes.messages, self._shapes.at):
            numbers = _NAMED_NUMBER.findall(message.encode()) if some[shape] else ()
            named = ((places.get(name.decode().lower()), number) for name, number in numbers)
            found.append([(at, float(number)) for at, number in named if at is not None])
        sample, at = self._spread(found)
        flat = np.array([pair for of_record in found for pair in of_record]).reshape(-1, 2)[at]
        columns = {}
        for name, place in places.items():
            own = flat[:, 0] == place
            statistics = _statistics(sample[own], flat[own, 1], self._count)
            columns.update((f"field_{name}_{what}", values) for what, values in zip(STATISTICS, statistics))
        return columns


def _statistics(sample: np.ndarray, values: np.ndarray, samples: int) -> list[np.ndarray]:
    """Per sample count, mean, standard deviation, minimum and maximum of its values; all 0 without values."""
    count = np.bincount(sample, minlength=samples).astype(float)
    some = np.maximum(count, 1.0)
    mean = np.bincount(sample, weights=values, minlength=samples) / some
    deviations = values - mean[sample]
    std = np.sqrt(np.bincount(sample, weights=deviations * deviations, minlength=samples) / some)
    least, most = np.full(samples, np.inf), np.full(samples, -np.inf)
    np.minimum.at(least, sample, values)
    np.maximum.at(most, sample, values)
    return [count, mean, std, np.where(count > 0, least, 0.0), np.where(count > 0, most, 0.0)]
