"""The sample kind `record`: one row per record."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple

import numpy as np

from ..clock import DAY, SECOND
from ..levels import LEVELS
from ..records import Fields, Rows
from ..shapes import Shapes
from .addresses import addresses
from .events import EVENTS, event_patterns, refuse_unknown
from .messages import MESSAGE_FEATURES, describe

_SEVERITIES = {level: at for at, level in enumerate(LEVELS)}
_CALENDAR = (
    "hour_of_day",
    "day_of_week",
    "hour_sin",
    "hour_cos",
    "day_sin",
    "day_cos",
    "is_weekend",
    "is_business_hours",
)
_WINDOW = (
    "records",
    "errors",
    "connections",
    "disconnections",
    "distinct_macs",
    "distinct_ips",
    "distinct_processes",
    "error_ratio",
)
_GAPS = ("seconds_since_previous_same_process", "seconds_since_previous_same_host")


class RecordFeatures:
    """The sample kind `record`: one row per record."""

    def __init__(self, feature_set: dict[str, Any]) -> None:
        self._utc_offset_minutes: int = feature_set["utc_offset_minutes"]
        self._gap_limit = float(feature_set["gap_limit_seconds"])
        self._windows = [(window["name"], window["seconds"]) for window in feature_set["windows"]]
        self._frequency: dict[str, float] = feature_set["state"]["process_frequency"]
        self._events = event_patterns(feature_set)
        self._names: list[str] = feature_set["features"]
        refuse_unknown(self._names, self.known_names().__contains__)

    def known_names(self) -> list[str]:
        windows = [f"last_{name}_{feature}" for name, _ in self._windows for feature in _WINDOW]
        single = [
            *_CALENDAR,
            *MESSAGE_FEATURES,
            "level_severity",
            "level_missing",
            *EVENTS,
            "process_frequency",
        ]
        return [*single, *_GAPS, *windows]

    def rows(self, fields: Sequence[Fields]) -> Rows:
        timed = np.array([record.timestamp is not None for record in fields], dtype=bool)
        times = self._times(fields)
        columns = self._columns(fields, times)
        for name in _CALENDAR:
            columns[name][~timed] = 0.0
        matrix = np.empty((len(fields), len(self._names)))
        for index, name in enumerate(self._names):
            matrix[:, index] = columns[name]
        looked_back = [seconds for name, seconds in self._windows if self._asks(f"last_{name}_")]
        looked_back += [self._gap_limit] * any(name in _GAPS for name in self._names)
        incomplete = timed & (times - times[:1] < max(looked_back, default=0) * SECOND)
        return Rows(matrix, range(len(fields)), [], incomplete)

    def _asks(self, begin: str) -> bool:
        return any(name.startswith(begin) for name in self._names)

    def _times(self, fields: Sequence[Fields]) -> np.ndarray:
        """The time of every record. Those without one come last, and each stands alone: so long after the
        others that none is in its windows."""
        longest = max([seconds for _, seconds in self._windows] + [int(self._gap_limit)])
        apart = (longest + 1) * SECOND
        times, last = [], 0
        for record in fields:
            last = last + apart if record.timestamp is None else record.timestamp
            times.append(last)
        return np.array(times, dtype=np.int64)

    def _columns(self, fields: Sequence[Fields], times: np.ndarray) -> dict[str, np.ndarray]:
        """Every known feature by name, of records in canonical order."""
        processes = [record.process or "" for record in fields]
        columns = _calendar(times, self._utc_offset_minutes)
        macs, ips = self._messages(fields, columns)
        severities = [6 if record.level is None else _SEVERITIES[record.level] for record in fields]
        missing = [record.level is None for record in fields]
        columns["level_severity"] = np.array(severities, dtype=float)
        columns["level_missing"] = np.array(missing, dtype=float)
        columns["is_error"] = np.maximum(columns["is_error"], columns["level_severity"] <= 3)
        columns["process_frequency"] = np.array([self._frequency.get(name, 0.0) for name in processes])
        hosts = [record.host or "" for record in fields]
        for name, groups in zip(_GAPS, (processes, hosts)):
            columns[name] = _gaps(times, groups, self._gap_limit)
        told = [_Told.of(values) for values in (macs, ips, [(process,) for process in processes])]
        for name, seconds in self._windows:
            start = np.searchsorted(times, times - seconds * SECOND, side="right")
            end = np.searchsorted(times, times, side="right")
            counts = [(end - start).astype(float)]
            for event in EVENTS[:3]:
                sums = np.concatenate(([0.0], np.cumsum(columns[event])))
                counts.append(sums[end] - sums[start])
            counts += [values.distinct(start, end) for values in told]
            counts.append(counts[1] / counts[0])
            columns.update((f"last_{name}_{feature}", values) for feature, values in zip(_WINDOW, counts))
        return columns

    def _messages(
        self, fields: Sequence[Fields], columns: dict[str, np.ndarray]
    ) -> tuple[list[list[bytes]], list[list[bytes]]]:
        """Add the features of the messages; return their MAC and IP addresses."""
        shapes = Shapes([record.message for record in fields])
        macs, ips = addresses(shapes)
        columns.update(describe(shapes, macs, ips))
        columns.update((name, shapes.holding(pattern).astype(float)) for name, pattern in self._events)
        return macs, ips


def _calendar(times: np.ndarray, utc_offset_minutes: int) -> dict[str, np.ndarray]:
    local = times + utc_offset_minutes * 60 * SECOND
    in_day = local % DAY
    hour = in_day // (3_600 * SECOND)
    weekday = (local // DAY + 3) % 7  # 1970-01-01 was a Thursday
    day_angle = 2 * np.pi * (in_day / 1e6) / 86_400.0
    week_angle = 2 * np.pi * weekday / 7.0
    weekend = weekday >= 5
    business = ~weekend & (hour >= 9) & (hour < 17)
    values = (
        hour,
        weekday,
        np.sin(day_angle),
        np.cos(day_angle),
        np.sin(week_angle),
        np.cos(week_angle),
        weekend,
        business,
    )
    return {name: value.astype(float) for name, value in zip(_CALENDAR, values)}


def _gaps(times: np.ndarray, groups: Sequence[str], limit: float) -> np.ndarray:
    """Seconds since the latest strictly earlier record of the same group."""
    group = _numbered(groups)
    order = np.argsort(group, kind="stable")
    group, ordered = group[order], times[order]
    begins = np.ones(len(times), dtype=bool)
    begins[1:] = (group[1:] != group[:-1]) | (ordered[1:] != ordered[:-1])
    begin = np.flatnonzero(begins)
    before = np.maximum(begin - 1, 0)
    gap = np.minimum((ordered[begin] - ordered[before]) / 1e6, limit)
    gap[(begin == 0) | (group[begin] != group[before])] = limit
    gaps = np.empty(len(times))
    gaps[order] = gap[np.cumsum(begins) - 1]
    return gaps


def _numbered(values: Iterable[Any]) -> np.ndarray:
    """A number for each value, the same for equal ones."""
    numbers: dict[Any, int] = {}
    return np.array([numbers.setdefault(value, len(numbers)) for value in values], dtype=np.int64)


class _Told(NamedTuple):
    """Where values are told: the record of each, and the next that tells it again."""

    record: np.ndarray
    again: np.ndarray

    @staticmethod
    def of(values: Sequence[Sequence[Any]]) -> _Told:
        number = _numbered(value for of_record in values for value in of_record)
        record = np.repeat(np.arange(len(values)), np.array(list(map(len, values)), dtype=np.int64))
        again = np.full(len(record), len(values))
        order = np.argsort(number, kind="stable")
        same = number[order[1:]] == number[order[:-1]]
        again[order[:-1][same]] = record[order[1:][same]]
        return _Told(record, again)

    def distinct(self, start: np.ndarray, end: np.ndarray) -> np.ndarray:
        """How many different values the records from `start` to before `end` have, for ascending bounds."""
        # Each counts where it is told last: in the bounds with its record, until it is told again in them.
        first = np.searchsorted(end, self.record, side="right")
        until = np.searchsorted(end, self.again, side="right")
        until = np.minimum(until, np.searchsorted(start, self.record, side="right"))
        counts = first < until
        more = np.bincount(first[counts], minlength=len(end) + 1)
        fewer = np.bincount(until[counts], minlength=len(end) + 1)
        return np.cumsum(more - fewer)[:-1].astype(float)
