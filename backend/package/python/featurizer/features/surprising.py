"""Samples told by surprise: how unusual each record is, and the most of it in a window."""

from __future__ import annotations

from array import array
from collections.abc import Sequence
from typing import Any

import numpy as np

from ..clock import SECOND
from ..levels import LEVELS
from ..records import Fields, Rows
from ..shapes import Shapes
from ..templates import Matcher
from .events import refuse_unknown
from .surprise import NAMES, Surprise
from .windows import windows

_SEVERITIES = {level: at for at, level in enumerate(LEVELS)}
_HISTORY = 3_600 * SECOND
"""How far back bursts look."""


class SurpriseFeatures:
    """The sample kind `record`, told by surprise: one row per record, of how unusual it is."""

    def __init__(self, feature_set: dict[str, Any]) -> None:
        self._names: list[str] = feature_set["features"]
        refuse_unknown(self._names, NAMES.__contains__)
        self._wanted = [NAMES.index(name) for name in self._names]
        state = feature_set["state"]
        self._state: dict[str, Any] = state["surprise"]
        self._matcher = Matcher(state["templates"])

    def rows(self, fields: Sequence[Fields]) -> Rows:
        surprise = Surprise(self._state)
        templates = Shapes([record.message for record in fields]).templates(self._matcher)
        told = array("d")
        for (time, host, level, process, _, message, _, _), template in zip(fields, templates):
            severity = None if level is None else _SEVERITIES[level]
            told.extend(surprise.push(time, severity, host, process, template, message))
        matrix = np.ascontiguousarray(np.array(told).reshape(-1, len(NAMES))[:, self._wanted])
        timed = np.array([record.timestamp is not None for record in fields], dtype=bool)
        times = np.array([record.timestamp or 0 for record in fields], dtype=np.int64)
        incomplete = timed & (times - times[:1] < _HISTORY)
        return Rows(matrix, range(len(fields)), [], incomplete, 0, templates.count(None))


class SurprisingWindows:
    """The sample kind `window`, told by surprise: the largest of each number among its records."""

    def __init__(self, feature_set: dict[str, Any]) -> None:
        self._sampling: dict[str, Any] = feature_set["sampling"]
        self._records = SurpriseFeatures(feature_set)

    def rows(self, fields: Sequence[Fields]) -> Rows:
        cut = windows(fields, self._sampling)
        of_records = self._records.rows(fields)
        starts = np.searchsorted(cut.sample, np.arange(len(cut.keys)))
        matrix = np.empty((0, of_records.matrix.shape[1]))
        if len(starts):
            matrix = np.maximum.reduceat(of_records.matrix[cut.member], starts)
        firsts = cut.member[starts] if cut.keys else []
        return Rows(matrix, firsts, cut.keys, cut.incomplete, cut.without, of_records.unseen_records)
