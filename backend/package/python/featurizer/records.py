"""What a record is, where it stood, and what is told of the rows that are made of records."""

from __future__ import annotations

import json
from collections.abc import Iterable
from operator import itemgetter
from typing import Any, NamedTuple

import numpy as np

from .values import json_of


class Reject(NamedTuple):
    """A record that could not be read: where it is (counted from 1) and why."""

    file: str
    line: int
    record: int
    reason: str


class Samples(NamedTuple):
    """What the rows of a matrix are, and what became of every record."""

    timestamps: np.ndarray
    """Of each row's first record, in microseconds since 1970 UTC; 0 where it has none."""
    files: list[str]
    lines: list[int]
    """Where each row's first record begins, from 1."""
    records_read: int
    duplicates: int
    rejects: list[Reject]
    keys: list[str]
    """Of windows their start in seconds since 1970 UTC and their host or process, of sessions their key."""
    incomplete: np.ndarray
    """Per row, whether the input cuts it off: a window that reaches beyond it, a session that may go on, a
    record that lacks a part of the history that its features look at."""
    records_without_key: int
    unseen_records: int
    """Records whose message has none of the fitted templates."""


class Rows(NamedTuple):
    """A matrix, and what its rows are."""

    matrix: np.ndarray
    firsts: Iterable[int]
    """Each row's first record."""
    keys: list[str]
    incomplete: np.ndarray
    records_without_key: int = 0
    unseen_records: int = 0


class Fields(NamedTuple):
    """What a record says; absent and empty texts are alike, except for the message."""

    timestamp: int | None
    host: str | None
    level: str | None
    process: str | None
    pid: str | None
    message: str
    attributes: str | None
    id: str | None

    def named(self, name: str) -> str | None:
        """A role's text, or that of an attribute with this name."""
        text = getattr(self, name) if name in ("host", "process", "pid", "level", "message") else None
        if text is not None or self.attributes is None:
            return text
        value = json.loads(self.attributes).get(name)
        return value if value is None or isinstance(value, str) else json_of(value)


class Record(NamedTuple):
    fields: Fields
    file: int
    line: int
    record: int


_fields = itemgetter(0)


def _timestamp(record: Record) -> int | None:
    return record.fields.timestamp


def put_in_order(records: list[Record]) -> None:
    """Sort records, which are in the order of their files, canonically."""
    if None not in map(_timestamp, records):
        try:
            records.sort(key=_fields)
            return
        except TypeError:  # what one of two has, the other lacks
            pass
    records.sort(key=_canonical)


def _canonical(record: Record) -> tuple[Any, ...]:
    """The sort key of the canonical order: absent values come last, text is in the order of its UTF-8.
    Records without a time are in the order of their files."""
    timestamp, host, level, process, pid, message, attributes, identifier = record.fields
    if timestamp is None:
        return (True, record.file, record.record)
    return (
        timestamp is None,
        timestamp or 0,
        host is None,
        host,
        level is None,
        level,
        process is None,
        process,
        pid is None,
        pid,
        message,
        attributes is None,
        attributes,
        identifier is None,
        identifier,
        record.file,
        record.record,
    )
