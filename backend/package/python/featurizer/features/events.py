"""The events that messages tell of, and what every kind of sample checks."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from typing import Any

from ..errors import FormatError
from ..expressions import python_syntax

EVENTS = (
    "is_error",
    "is_connection",
    "is_disconnection",
    "is_authentication",
    "is_authentication_failure",
    "is_timeout",
    "is_restart",
)


def event_patterns(feature_set: dict[str, Any]) -> list[tuple[str, re.Pattern[bytes] | None]]:
    """The patterns that raise each event flag."""
    events = []
    for name in EVENTS:
        patterns = "|".join(
            f"(?:{python_syntax(pattern)})" for pattern in feature_set["patterns"].get(name, ())
        )
        events.append((name, re.compile(patterns.encode(), re.IGNORECASE) if patterns else None))
    return events


def refuse_unknown(names: Iterable[str], is_known: Callable[[str], bool]) -> None:
    unknown = sorted(name for name in names if not is_known(name))
    if unknown:
        raise FormatError(f"unknown features: {', '.join(unknown)}")
