"""Pairs of a time and a line, with labels beside them, as Loki answers: `{"stream": {labels}, "values":
[[time, line]]}`. A pair becomes an object: `{"time": …, "line": …}` and the labels."""

from __future__ import annotations

import json
from typing import Any

from ..values import json_of

VALUES = "values[]"
LABELS = ("stream", "metric", "labels")


class Pairs:
    """The labels of the pairs that follow."""

    def __init__(self) -> None:
        self._labels: dict[str, Any] = {}

    @staticmethod
    def of(path: str) -> Pairs | None:
        """Whether elements at this path may be pairs."""
        return Pairs() if path == VALUES or path.endswith(("[].values[]", ".values[]")) else None

    def enter(self, path: str) -> None:
        """An object begins, in which this is looked for."""
        if path == VALUES:
            self._labels = {}

    def label(self, text: str) -> None:
        value = _loaded(text)
        if isinstance(value, dict):
            self._labels.update(value)

    def named(self, text: str) -> str:
        """Makes an object of a pair; what is none stays as it is."""
        pair = _loaded(text)
        if not isinstance(pair, list) or len(pair) < 2 or isinstance(pair[0], (dict, list)):
            return text
        named = {"time": pair[0], "line": pair[1]}
        for labels in (self._labels, *(value for value in pair[2:] if isinstance(value, dict))):
            for name in sorted(labels):
                named[f"stream.{name}" if name in named else name] = labels[name]
        return json_of(named)


def _loaded(text: str) -> Any:
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return None
