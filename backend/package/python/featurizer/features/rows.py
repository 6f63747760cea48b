"""The sample kind `row`: numbers as they are, categories as flags or as a number."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from typing import Any

import numpy as np

from ..records import Fields, Rows
from ..values import json_of, loads
from .events import refuse_unknown

_MISSING = frozenset(("", "NA", "N/A", "n/a", "NaN", "nan", "NULL", "null", "None", "<NA>"))
_FLOAT = re.compile(r"[+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]+)?")


class TableRows:
    """The sample kind `row`: numbers as they are, categories as flags or as a number."""

    def __init__(self, feature_set: dict[str, Any]) -> None:
        self._names: list[str] = feature_set["features"]
        places = {name: at for at, name in enumerate(self._names)}
        known: set[str] = set()
        self._columns: list[
            tuple[str, str, dict[str, int | float | None], int | None, int | None, int | None]
        ] = []
        for column in feature_set["state"].get("columns", ()):
            name, kind = column["name"], column["type"]
            value, missing, infrequent = name, f"{name}_missing", f"{name}_infrequent"
            categories = column.get("categories", ())
            known.add(value if kind != "one_hot" else "")
            known.update([missing] * column["missing"], [infrequent] * column.get("infrequent", False))
            of_category: dict[str, int | float | None] = {text: at for at, text in enumerate(categories)}
            if kind == "one_hot":
                known.update(f"{name}={text}" for text in categories)
                of_category = {text: places.get(f"{name}={text}") for text in categories}
            self._columns.append(
                (
                    name,
                    kind,
                    of_category,
                    places.get(value) if kind != "one_hot" else None,
                    places.get(missing) if column["missing"] else None,
                    places.get(infrequent) if column.get("infrequent") else None,
                )
            )
        refuse_unknown(self._names, known.__contains__)

    def rows(self, fields: Sequence[Fields]) -> Rows:
        matrix = np.zeros((len(fields), len(self._names)))
        for values, record in zip(matrix, fields):
            attributes = loads(record.attributes or "{}")
            for name, kind, categories, value, missing, infrequent in self._columns:
                number, text = _cell(attributes, record, name)
                if kind == "number":
                    if value is not None:
                        values[value] = math.nan if number is None else number
                    text = None if number is None else text
                elif kind == "ordinal":
                    if value is not None:
                        values[value] = -1.0 if text is None else categories.get(text, -1.0)
                elif text is not None:
                    flag = categories.get(text, infrequent)
                    if flag is not None:
                        values[flag] = 1.0
                if missing is not None:
                    values[missing] = text is None
        return Rows(matrix, range(len(fields)), [], np.zeros(len(fields), dtype=bool))


def _cell(attributes: dict[str, Any], record: Fields, name: str) -> tuple[float | None, str | None]:
    """A column's value as a number and as a category; neither where it is missing."""
    value = attributes.get(name)
    if name not in attributes and name in ("host", "process", "pid", "level", "message"):
        value = getattr(record, name)
    if value is None:
        return None, None
    if not isinstance(value, str):
        text = json_of(value)
        number = float(value) if isinstance(value, (int, float)) and not isinstance(value, bool) else None
        return number, text
    text = value.strip(" \t\n\v\f\r")
    if text in _MISSING:
        return None, None
    number = float(text) if _FLOAT.fullmatch(text) else math.inf
    return (number if math.isfinite(number) else None), text
