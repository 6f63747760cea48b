"""The door of the package: a fitted feature set applied to files or lines."""

from __future__ import annotations

import gc
import json
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any

import numpy as np

from .errors import FormatError
from .features import KINDS
from .files import File, Source, copies, read_files
from .reading import Reading
from .records import Record, Reject, Rows, Samples, put_in_order

VERSION = 1


@contextmanager
def _uncollected() -> Iterator[None]:
    """Records are many and hold no cycles: looking for those among them again and again would take half of
    the time."""
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_enabled:
            gc.enable()


class Featurizer:
    """The features of a fitted feature set. Nothing changes in it: it may serve any number of threads."""

    def __init__(self, feature_set: Source | dict[str, Any]) -> None:
        """Take a feature set, or the path of its JSON file.

        Raises:
            FormatError: it is of another version or holds features that cannot be computed here.
        """
        loaded = feature_set if isinstance(feature_set, dict) else json.loads(Path(feature_set).read_bytes())
        kind = loaded.get("sample")
        if loaded.get("version") != VERSION or kind not in KINDS:
            found = f"version {loaded.get('version')!r}, sample {kind!r}"
            known = f"version {VERSION}, sample {', '.join(KINDS)}"
            raise FormatError(f"the feature set is of {found}; this program computes {known}")
        self.names: list[str] = list(loaded["features"])
        self.utc_offset_minutes: int = loaded["utc_offset_minutes"]
        self._format: dict[str, Any] = loaded.get("format") or {}
        Reading(self._format, self.utc_offset_minutes, None)
        self._kind: Any = KINDS[kind](loaded)

    def features_from_lines(
        self, lines: Iterable[str | bytes], now: datetime | None = None
    ) -> tuple[list[str], np.ndarray, Samples]:
        """The features of log lines: the names of the columns, the matrix, and what its rows are."""
        encoded = (line.encode() if isinstance(line, str) else line for line in lines)
        content = b"\n".join(line.rstrip(b"\r\n") for line in encoded)
        return self._features([File("lines", content, content)], now)

    def features_from_file(
        self, path: Source, now: datetime | None = None
    ) -> tuple[list[str], np.ndarray, Samples]:
        """The features of one log file, plain or compressed."""
        return self.features_from_files([path], now)

    def features_from_files(
        self, paths: Sequence[Source], now: datetime | None = None
    ) -> tuple[list[str], np.ndarray, Samples]:
        """The features of the files of one dataset: their records are put in order together."""
        ordered = sorted(paths, key=lambda path: Path(path).name)
        return self._features([file for path in ordered for file in read_files(path)], now)

    def _features(self, files: Sequence[File], now: datetime | None) -> tuple[list[str], np.ndarray, Samples]:
        with _uncollected():
            return self._features_of(files, now)

    def _features_of(
        self, files: Sequence[File], now: datetime | None
    ) -> tuple[list[str], np.ndarray, Samples]:
        reading = Reading(self._format, self.utc_offset_minutes, now)
        records: list[Record] = []
        rejects: list[Reject] = []
        for index, file in enumerate(files):
            reading.parse_file(index, file, records, rejects)
        read = len(records) + len(rejects)
        if rejects and (not records or len(rejects) > reading.max_rejected_share * read):
            first = rejects[0]
            place = f"{first.file}, line {first.line}"
            raise FormatError(
                f"{len(rejects)} of {read} records cannot be read; the first: {place}: {first.reason}"
            )
        if not read:
            raise FormatError(f"no records in {', '.join(file.name for file in files)}")
        put_in_order(records)
        kept = _without_copies(records, copies(files)) if reading.drop_duplicates else records
        fields = [record.fields for record in kept]
        rows: Rows = self._kind.rows(fields)
        firsts = [kept[index] for index in rows.firsts]
        samples = Samples(
            np.array([record.fields.timestamp or 0 for record in firsts], dtype=np.int64),
            [files[record.file].name for record in firsts],
            [record.line for record in firsts],
            read,
            len(records) - len(kept),
            rejects,
            rows.keys,
            rows.incomplete,
            rows.records_without_key,
            rows.unseen_records,
        )
        return list(self.names), rows.matrix, samples


def _without_copies(records: list[Record], copy: Sequence[bool]) -> list[Record]:
    """The records of the files that are no copies, and of records that repeat the one before them the first:
    equal lines without an id are as many events."""
    if not any(copy) and all(record.fields.id is None for record in records):
        return records
    return [
        record
        for before, record in zip([None, *records], records)
        if not copy[record.file]
        and not (before and record.fields.id is not None and record.fields == before.fields)
    ]
