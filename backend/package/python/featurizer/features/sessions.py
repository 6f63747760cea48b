"""Sessions: the records with the same key."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

import numpy as np

from ..clock import SECOND
from ..records import Fields
from ..shapes import Shapes, is_blind
from .samples import Cut


def sessions(
    fields: Sequence[Fields], shapes: Shapes, sampling: dict[str, Any], key: re.Pattern[str] | None
) -> Cut:
    """The records with the same key; the sessions in the order of their first records."""
    if key is None:
        named = [record.named(sampling["key"]["field"]) for record in fields]
        keys, counts = [text for text in named if text is not None], [text is not None for text in named]
    else:
        keys, counts = _keys(shapes, key)
    known: dict[str, int] = {}
    samples = [known.setdefault(text, len(known)) for text in keys]
    sample = np.array(samples, dtype=np.int64)
    member = np.repeat(np.arange(len(fields)), np.array(counts, dtype=np.int64))
    order = np.argsort(sample, kind="stable")
    sample, member = sample[order], member[order]
    # A record may say its key several times.
    first = np.ones(len(sample), dtype=bool)
    first[1:] = (sample[1:] != sample[:-1]) | (member[1:] != member[:-1])
    sample, member = sample[first], member[first]
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
    return Cut(list(known), incomplete, sample, member, len(fields) - np.count_nonzero(counts))


def _keys(shapes: Shapes, key: re.Pattern[str]) -> tuple[list[str], Sequence[int]]:
    """The keys in the messages, and how many each of them has."""
    group = min(key.groups, 1)

    def places(text: str) -> list[tuple[int, int]]:
        return [found.span(group) for found in key.finditer(text) if found[group] is not None]

    blind = is_blind(key.pattern)
    known = list(map(places, shapes.all if blind else shapes.messages))
    of_messages = [known[at] for at in shapes.at] if blind else known
    keys = [
        message[start:end] for message, spans in zip(shapes.messages, of_messages) for start, end in spans
    ]
    return keys, list(map(len, of_messages))
