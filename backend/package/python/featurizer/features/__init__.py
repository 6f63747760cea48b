"""The kinds of samples, and the features of each."""

from __future__ import annotations

from .aggregates import Aggregates
from .record import RecordFeatures
from .rows import TableRows

KINDS = {"record": RecordFeatures, "window": Aggregates, "session": Aggregates, "row": TableRows}
