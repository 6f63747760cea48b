"""The kinds of samples, and the features of each."""

from __future__ import annotations

from typing import Any

from .aggregates import Aggregates
from .record import RecordFeatures
from .rows import TableRows
from .surprising import SurpriseFeatures


def _records(feature_set: dict[str, Any]) -> RecordFeatures | SurpriseFeatures:
    """Records are told by surprise where a feature set has learned what is usual."""
    by_surprise = "surprise" in feature_set["state"]
    return SurpriseFeatures(feature_set) if by_surprise else RecordFeatures(feature_set)


KINDS = {"record": _records, "window": Aggregates, "session": Aggregates, "row": TableRows}
