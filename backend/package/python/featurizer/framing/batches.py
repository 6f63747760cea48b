"""OpenTelemetry's batches to log records (OTLP/JSON).

A record becomes an object of its own: its fields, `attributes` as an object, values without their types, and
those attributes of the resource that it has no field for, such as `host.name` and `service.name`.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator
from typing import Any

from ..limits import BATCH_BYTES
from ..values import json_of
from .frame import Frame, too_long

_WHOLE = re.compile(r"[+-]?[0-9]+")


def is_path(path: str) -> bool:
    """Whether this is the path of batches, or of something in them."""
    return path.startswith(("resourceLogs[]", "resource_logs[]"))


def path_of(path: str) -> str:
    """The path of the batches themselves."""
    return path[: path.find("[]") + 2]


def batch_frames(frames: Iterable[Frame]) -> Iterator[Frame]:
    """The log records of batches; what is no batch is a record itself."""
    for frame in frames:
        fault = too_long(frame.text, BATCH_BYTES)
        try:
            if fault is not None or (frame.fault is not None and too_long(frame.text) is None):
                raise _NoBatch
            records = [json_of(record) for record in _batch_records(json.loads(frame.text))]
            if "\\u" in frame.text:
                # Half of a surrogate pair is no text: such a batch cannot be taken apart.
                "".join(records).encode()
        except (_NoBatch, ValueError, RecursionError):
            yield frame
        else:
            for record in records:
                yield Frame(record, frame.line, too_long(record))


class _NoBatch(Exception):
    """Not of the form of a batch."""


def _batch_records(whole: Any) -> Iterator[Any]:
    """The records of an object with `resourceLogs`, or of an element of it."""
    lists = [_listed(whole, key) for key in ("resourceLogs", "resource_logs", "scopeLogs", "scope_logs")]
    if lists == [None] * 4:
        raise _NoBatch
    for batch in [*(lists[0] or lists[1] or []), whole]:
        resource = batch.get("resource") if isinstance(batch, dict) else None
        if not isinstance(resource, (dict, type(None))):
            raise _NoBatch
        known = _named((resource or {}).get("attributes"))
        for scope in _first(batch, "scopeLogs", "scope_logs", "instrumentationLibraryLogs"):
            for record in _first(scope, "logRecords", "log_records", "logs"):
                yield _log_record(record, known)


def _listed(value: Any, key: str) -> list[Any] | None:
    found = value.get(key) if isinstance(value, dict) else value
    if not isinstance(value, dict) or not isinstance(found, (list, type(None))):
        raise _NoBatch
    return found


def _first(value: Any, *keys: str) -> list[Any]:
    lists = [_listed(value, key) for key in keys]
    return next((found for found in lists if found is not None), [])


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
