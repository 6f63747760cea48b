"""OpenTelemetry's batches to log records."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator
from typing import Any

from .errors import Refused
from .limits import BATCH_BYTES
from .records import Frame
from .values import loads


def log_records(frames: Iterable[Frame]) -> Iterator[Frame]:
    """The log records of OpenTelemetry's batches; what is no batch is a record itself."""
    for frame in frames:
        try:
            if frame.fault is not None or len(frame.content) > BATCH_BYTES:
                raise _NoBatch
            records = _batch_records(loads(frame.content.decode()))
            # No number but finite ones, and no half of a surrogate pair.
            options = {"ensure_ascii": False, "allow_nan": False}
            contents = [json.dumps(record, **options).encode() for record in records]
        except (_NoBatch, Refused, ValueError):
            yield frame
        else:
            yield from (frame._replace(content=content) for content in contents)


class _NoBatch(Exception):
    """Not of the form of a batch."""


def _batch_records(whole: Any) -> Iterator[Any]:
    """The records of an object with `resourceLogs`, or of an element of it."""
    lists = [_listed(whole, key) for key in ("resourceLogs", "scopeLogs")]
    if lists == [None, None]:
        raise _NoBatch
    for batch in [*(lists[0] or []), whole]:
        resource = batch.get("resource") if isinstance(batch, dict) else None
        if not isinstance(resource, (dict, type(None))):
            raise _NoBatch
        known = _named((resource or {}).get("attributes"))
        for scope in _listed(batch, "scopeLogs") or []:
            for record in _listed(scope, "logRecords") or []:
                yield _log_record(record, known)


def _listed(value: Any, key: str) -> list[Any] | None:
    found = value.get(key) if isinstance(value, dict) else value
    if not isinstance(value, dict) or not isinstance(found, (list, type(None))):
        raise _NoBatch
    return found


def _log_record(record: Any, resource: dict[str, Any]) -> Any:
    """A record with what is known of all of its batch."""
    if not isinstance(record, dict):
        return record
    record = dict(record)
    if "body" in record:
        record["body"] = _plain(record["body"])
    if "attributes" in record:
        record["attributes"] = _named(record["attributes"])
    time = record.get("timeUnixNano")
    if (
        time is None or time == "0" or (type(time) is int and time == 0)
    ) and "observedTimeUnixNano" in record:
        record["timeUnixNano"] = record["observedTimeUnixNano"]
    number = record.get("severityNumber")
    if record.get("severityText") in (None, "") and type(number) is int and 1 <= number <= 24:
        record["severityText"] = ("trace", "debug", "info", "warn", "error", "fatal")[(number - 1) // 4]
    return {**resource, **record}


def _named(entries: Any) -> dict[str, Any]:
    """A list of keys and values as an object."""
    if isinstance(entries, dict):
        return entries
    if not isinstance(entries, list):
        return {}
    pairs = (entry for entry in entries if isinstance(entry, dict) and isinstance(entry.get("key"), str))
    return {entry["key"]: _plain(entry.get("value")) for entry in pairs}


def _plain(value: Any) -> Any:
    """A value without its type: `{"stringValue": "x"}` is `"x"`."""
    if not isinstance(value, dict) or len(value) != 1:
        return value
    ((kind, held),) = value.items()
    if kind in ("stringValue", "boolValue", "doubleValue", "bytesValue"):
        return held
    if kind == "intValue":
        whole = isinstance(held, str) and _WHOLE.fullmatch(held) and -(1 << 63) <= int(held) < 1 << 63
        return int(held) if whole else held
    if kind in ("arrayValue", "kvlistValue"):
        values = held.get("values") if isinstance(held, dict) else None
        if kind == "kvlistValue":
            return _named(values)
        return [_plain(one) for one in values] if isinstance(values, list) else values
    return value


_WHOLE = re.compile(r"[+-]?[0-9]+")
