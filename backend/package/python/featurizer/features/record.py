"""The sample kind `record`: one row per record."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Any

import numpy as np

from ..clock import DAY, SECOND
from ..levels import LEVELS
from ..records import Fields, Rows
from .addresses import addresses
from .events import EVENTS, event_patterns, refuse_unknown
from .messages import MESSAGE_FEATURES, describe

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
        severities = [6 if record.level is None else LEVELS.index(record.level) for record in fields]
        missing = [record.level is None for record in fields]
        columns["level_severity"] = np.array(severities, dtype=float)
        columns["level_missing"] = np.array(missing, dtype=float)
        columns["is_error"] = np.maximum(columns["is_error"], columns["level_severity"] <= 3)
        columns["process_frequency"] = np.array([self._frequency.get(name, 0.0) for name in processes])
        hosts = [record.host or "" for record in fields]
        for name, groups in zip(_GAPS, (processes, hosts)):
            columns[name] = _gaps(times.tolist(), groups, self._gap_limit)
        each_process = [(process,) for process in processes]
        for name, seconds in self._windows:
            start = np.searchsorted(times, times - seconds * SECOND, side="right")
            end = np.searchsorted(times, times, side="right")
            counts = [(end - start).astype(float)]
            for event in EVENTS[:3]:
                sums = np.concatenate(([0.0], np.cumsum(columns[event])))
                counts.append(sums[end] - sums[start])
            bounds = list(zip(start.tolist(), end.tolist()))
            counts += [_distinct(values, bounds) for values in (macs, ips, each_process)]
            counts.append(counts[1] / counts[0])
            columns.update((f"last_{name}_{feature}", values) for feature, values in zip(_WINDOW, counts))
        return columns

    def _messages(
        self, fields: Sequence[Fields], columns: dict[str, np.ndarray]
    ) -> tuple[list[list[bytes]], list[list[bytes]]]:
        """Add the features of the messages; return their MAC and IP addresses."""
        described = np.empty((len(fields), len(MESSAGE_FEATURES)))
        events = np.zeros((len(EVENTS), len(fields)))
        macs, ips = [], []
        for row, record in enumerate(fields):
            message = record.message.encode()
            found_macs, found_ips = addresses(message)
            described[row] = describe(record.message, message, len(found_macs), len(found_ips))
            macs.append(found_macs)
            ips.append(found_ips)
            for index, (_, pattern) in enumerate(self._events):
                if pattern is not None and pattern.search(message):
                    events[index, row] = 1.0
        columns.update(zip(MESSAGE_FEATURES, described.T))
        columns.update(zip(EVENTS, events))
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


def _gaps(times: Sequence[int], groups: Sequence[str], limit: float) -> np.ndarray:
    """Seconds since the latest strictly earlier record of the same group."""
    latest: dict[str, tuple[int, int | None]] = {}
    gaps = np.empty(len(times))
    for row, (instant, group) in enumerate(zip(times, groups)):
        current, previous = latest.get(group, (None, None))
        if current != instant:
            previous = current
            latest[group] = (instant, previous)
        gaps[row] = limit if previous is None else min((instant - previous) / 1e6, limit)
    return gaps


def _distinct(values: Sequence[Sequence[Any]], bounds: Sequence[tuple[int, int]]) -> np.ndarray:
    """How many different values the records from `start` to before `end` have, for ascending bounds."""
    counts: Counter[Any] = Counter()
    distinct = np.empty(len(bounds))
    first = last = 0
    for row, (start, end) in enumerate(bounds):
        while last < end:
            for value in values[last]:
                counts[value] += 1
            last += 1
        while first < start:
            for value in values[first]:
                counts[value] -= 1
                if not counts[value]:
                    del counts[value]
            first += 1
        distinct[row] = len(counts)
    return distinct
