"""The kinds of samples, and the features of each."""

from __future__ import annotations

from typing import Any

from .aggregates import Aggregates
from .record import RecordFeatures
from .rows import TableRows
from .surprising import SurpriseFeatures, SurprisingWindows


def _records(feature_set: dict[str, Any]) -> RecordFeatures | SurpriseFeatures:
    """Records are told by surprise where a feature set has learned what is usual."""
    by_surprise = "surprise" in feature_set["state"]
    return SurpriseFeatures(feature_set) if by_surprise else RecordFeatures(feature_set)


def _windows(feature_set: dict[str, Any]) -> Aggregates | SurprisingWindows:
    by_surprise = "surprise" in feature_set["state"]
    return SurprisingWindows(feature_set) if by_surprise else Aggregates(feature_set)


KINDS = {"record": _records, "window": _windows, "session": Aggregates, "row": TableRows}
