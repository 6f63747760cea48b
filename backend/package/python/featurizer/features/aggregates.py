"""The sample kinds `window` and `session`: what many records have in common."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

import numpy as np

from ..expressions import python_syntax
from ..levels import LEVELS
from ..records import Fields, Rows
from ..shapes import Shapes
from ..templates import Matcher
from .columns import PLAIN, STATISTICS, Columns
from .events import EVENTS, event_patterns, refuse_unknown
from .samples import Fitted, template_of
from .sessions import sessions
from .steps import STEP_NAMES, Sessions
from .windows import windows


class Aggregates:
    """The sample kinds `window` and `session`: what many records have in common."""

    def __init__(self, feature_set: dict[str, Any]) -> None:
        self._sampling: dict[str, Any] = feature_set["sampling"]
        self._names: list[str] = feature_set["features"]
        state = feature_set["state"]
        templates = state.get("templates") or {"masks": [], "templates": []}
        self._matcher = Matcher(templates)
        self._fitted = Fitted(
            self._names,
            event_patterns(feature_set),
            {template["id"]: at for at, template in enumerate(templates["templates"])},
            feature_set.get("weight", "raw"),
            state.get("training_samples", 0),
            state.get("document_frequency", {}),
            Sessions(state["steps"]) if "steps" in state else None,
        )
        key = self._sampling.get("key", {})
        self._key = re.compile(python_syntax(key["regex"])) if "regex" in key else None
        refuse_unknown(self._names, self._is_known)

    def _is_known(self, name: str) -> bool:
        if self._fitted.steps is not None:
            return name in STEP_NAMES
        if name.startswith("template_"):
            return template_of(name) in self._fitted.templates
        if name.startswith("field_"):
            return name.rpartition("_")[2] in STATISTICS
        base, _, measure = name.rpartition("_")
        counted = (*(f"level_{level}" for level in LEVELS), *EVENTS)
        return name in PLAIN or (measure in ("count", "ratio") and base in counted)

    def rows(self, fields: Sequence[Fields]) -> Rows:
        shapes = Shapes([record.message for record in fields])
        if self._sampling["kind"] == "window":
            cut = windows(fields, self._sampling)
        else:
            cut = sessions(fields, shapes, self._sampling, self._key)
        found = shapes.templates(self._matcher)
        templates = np.array([-1 if template is None else template for template in found], dtype=np.int64)
        columns = Columns(self._fitted, fields, shapes, cut, templates)
        matrix = np.empty((len(cut.keys), len(self._names)))
        for at, name in enumerate(self._names):
            matrix[:, at] = columns.column(name)
        firsts = cut.member[np.searchsorted(cut.sample, np.arange(len(cut.keys)))] if cut.keys else []
        unseen = int((templates < 0).sum())
        return Rows(matrix, firsts, cut.keys, cut.incomplete, cut.without, unseen)
