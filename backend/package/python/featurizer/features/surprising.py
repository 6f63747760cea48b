"""The sample kind `record`, told by surprise: one row per record, of how unusual it is."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from ..clock import SECOND
from ..levels import LEVELS
from ..records import Fields, Rows
from ..templates import Matcher
from .events import refuse_unknown
from .surprise import NAMES, Surprise

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
        matrix = np.empty((len(fields), len(self._names)))
        incomplete = np.zeros(len(fields), dtype=bool)
        unseen = 0
        begin: int | None = None
        for row, record in enumerate(fields):
            template = self._matcher.find(record.message)
            unseen += template is None
            severity = None if record.level is None else LEVELS.index(record.level)
            nine = surprise.push(
                record.timestamp, severity, record.host, record.process, template, record.message
            )
            matrix[row] = [nine[at] for at in self._wanted]
            if begin is None:
                begin = record.timestamp or 0
            incomplete[row] = record.timestamp is not None and record.timestamp - begin < _HISTORY
        return Rows(matrix, range(len(fields)), [], incomplete, 0, unseen)
