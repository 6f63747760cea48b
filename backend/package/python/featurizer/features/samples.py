"""Which records a sample has, and what was fitted for its features."""

from __future__ import annotations

import re
from typing import NamedTuple

import numpy as np

from .steps import Sessions


class Cut(NamedTuple):
    """Samples, and which records they have: parallel arrays, by sample and then by record."""

    keys: list[str]
    incomplete: np.ndarray
    sample: np.ndarray
    member: np.ndarray
    without: int


class Fitted(NamedTuple):
    """What a feature set knows of windows or sessions."""

    names: list[str]
    events: list[tuple[str, re.Pattern[bytes] | None]]
    templates: dict[str, int]
    """The places of the templates by their identifiers."""
    weight: str
    samples: int
    documents: dict[str, int]
    steps: Sessions | None
    """What sessions are compared with, where they are told by surprise."""


def template_of(name: str) -> str:
    """The identifier in `template_X` and `template_X_ratio`."""
    name = name[len("template_") :]
    return name[: -len("_ratio")] if name.endswith("_ratio") else name
