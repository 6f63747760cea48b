"""Sessions: the records with the same key."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

import numpy as np

from ..clock import SECOND
from ..records import Fields
from .samples import Cut


def sessions(fields: Sequence[Fields], sampling: dict[str, Any], key: re.Pattern[str] | None) -> Cut:
    """The records with the same key; the sessions in the order of their first records."""
    known: dict[str, int] = {}
    samples: list[int] = []
    members: list[int] = []
    without = 0
    for at, record in enumerate(fields):
        if key is None:
            text = record.named(sampling["key"]["field"])
            keys = [] if text is None else [text]
        elif key.groups:
            keys = [text for found in key.finditer(record.message) if (text := found.group(1)) is not None]
        else:
            keys = key.findall(record.message)
        if len(keys) > 1:
            keys = list(dict.fromkeys(keys))
        without += not keys
        for text in keys:
            samples.append(known.setdefault(text, len(known)))
            members.append(at)
    sample, member = np.array(samples, dtype=np.int64), np.array(members, dtype=np.int64)
    order = np.argsort(sample, kind="stable")
    sample, member = sample[order], member[order]
    incomplete = np.zeros(len(known), dtype=bool)
    idle = sampling.get("idle_seconds")
    times = [record.timestamp for record in fields if record.timestamp is not None]
    if idle is not None and times:
        latest = np.full(len(known), -(1 << 62), dtype=np.int64)
        of_records = np.array(
            [-(1 << 62) if r.timestamp is None else r.timestamp for r in fields], dtype=np.int64
        )
        np.maximum.at(latest, sample, of_records[member])
        incomplete = (max(times) - latest <= idle * SECOND) | (latest == -(1 << 62))
    return Cut(list(known), incomplete, sample, member, without)
