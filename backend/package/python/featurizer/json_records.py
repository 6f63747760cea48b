"""Objects of JSON to fields."""

from __future__ import annotations

import json
from typing import Any

from .errors import Refused, unknown_timestamp
from .levels import level_of
from .names import NAMES, ROLES, Wanted
from .records import Fields, without_nul
from .times import Clock, epoch, epoch_integer
from .values import ABSENT, json_text, loads, lookup


def parse_json(text: str, line: int, clock: Clock, wanted: Wanted) -> Fields:
    pairs = loads(text, line, object_pairs_hook=tuple)
    if not isinstance(pairs, tuple):
        raise Refused("the record is not a JSON object")
    best: dict[str, tuple[int, Any]] = {}
    for name, value in pairs:
        role, rank = ROLES.get(name.lower(), (None, 0))
        if role is not None and rank <= best.get(role, (rank, None))[0]:
            best[role] = (rank, value)
    values = {role: value for role, (_, value) in best.items()}
    if any(
        name == "_source" or (isinstance(value, (tuple, list)) and name.lower() in ROLES)
        for name, value in pairs
    ):
        _look_inside(loads(text, line), values)
    attributes: str | None = None
    if wanted:
        record = loads(text, line)
        try:
            json.dumps(record, ensure_ascii=False, allow_nan=False).encode()
        except ValueError as error:
            raise Refused(f"invalid JSON at line {line}: {error}") from None
        attributes = wanted.of(record, values)
    for required in ("timestamp", "message"):
        if values.get(required) is None:
            raise Refused(f"{required} is {'null' if required in values else 'missing'}")
    message = json_text(values["message"])
    if message is None:
        raise Refused("message is not text")
    message = message.rstrip("\r\n")  # Docker ends its messages as the program ended its line
    texts = {role: json_text(value) or None for role, value in values.items()}
    return without_nul(
        Fields(
            _json_timestamp(values["timestamp"], clock),
            texts.get("host"),
            level_of(texts.get("level")),
            texts.get("process"),
            texts.get("pid"),
            message,
            attributes,
            texts.get("id"),
        )
    )


def _look_inside(whole: dict[str, Any], values: dict[str, Any]) -> None:
    """Set the roles that have no plain value yet from objects: Elastic's, OpenTelemetry's, journald's."""
    inner = whole.get("_source")
    record = inner if isinstance(inner, dict) else whole
    for role, names in NAMES.items():
        if not isinstance(values.get(role), (tuple, list, type(None))):
            continue
        for name in names:
            value = lookup(record, name)
            if value is ABSENT:
                others = (value for key, value in record.items() if key.lower() == name.lower())
                value = next(others, ABSENT)
            if (
                isinstance(value, list)
                and value
                and all(type(byte) is int and 0 <= byte < 256 for byte in value)
            ):
                value = bytes(value).decode(errors="replace")
            if value is not ABSENT and not isinstance(value, (dict, list, type(None))):
                values[role] = value
                break


def _json_timestamp(value: Any, clock: Clock) -> int:
    if isinstance(value, (int, float)) and not isinstance(value, bool) and value >= 0:
        instant = epoch_integer(value) if isinstance(value, int) else epoch(value)
        text = str(value)
    else:
        text = json_text(value) or ""
        instant = clock.parse(text)
    if instant is None:
        raise unknown_timestamp(text)
    return instant
