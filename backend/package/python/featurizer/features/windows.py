"""Windows of time, of all records or of one host or process each."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from ..clock import SECOND
from ..records import Fields
from .samples import Cut


def windows(fields: Sequence[Fields], sampling: dict[str, Any]) -> Cut:
    """Windows `[k · step, k · step + width)` that hold a record, by start and entity."""
    width = sampling["seconds"]
    step = sampling.get("step_seconds") or width
    by = sampling.get("by")
    records = np.array(
        [at for at, record in enumerate(fields) if record.timestamp is not None], dtype=np.int64
    )
    times = np.array([fields[at].timestamp for at in records], dtype=np.int64)
    entities = [getattr(fields[at], by) or "" for at in records] if by else [""] * len(records)
    named = sorted(set(entities))
    ranks = {name: rank for rank, name in enumerate(named)}
    rank = np.array([ranks[name] for name in entities], dtype=np.int64)
    first = (times // SECOND - width) // step + 1
    count = times // SECOND // step - first + 1
    record = np.repeat(np.arange(len(times)), count)
    offset = np.arange(len(record)) - np.repeat(np.cumsum(count) - count, count)
    start = (first[record] + offset) * step
    order = np.lexsort((record, rank[record], start))
    start, record = start[order], record[order]
    changes = np.ones(len(start), dtype=bool)
    changes[1:] = (start[1:] != start[:-1]) | (rank[record[1:]] != rank[record[:-1]])
    sample = np.cumsum(changes) - 1
    starts = start[changes]
    names = [named[rank[at]] for at in record[changes]]
    keys = [f"{at} {name}" if by else str(at) for at, name in zip(starts.tolist(), names)]
    incomplete = np.zeros(len(keys), dtype=bool)
    if len(times):
        incomplete = (starts * SECOND < times.min()) | ((starts + width) * SECOND > times.max() + 1)
    return Cut(keys, incomplete, sample, records[record], len(fields) - len(times))
