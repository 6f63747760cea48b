"""The eight levels and their other names."""

from __future__ import annotations

from .values import WHITE

LEVELS = ("emergency", "alert", "critical", "error", "warning", "notice", "info", "debug")
_SEVERITIES: dict[str, int] = {
    name: severity
    for severity, names in enumerate(
        (
            "emergency emerg panic 0",
            "alert 1",
            "critical crit fatal severe c f 2",
            "error err e 3",
            "warning warn w 4",
            "notice n 5",
            "info information informational i 6",
            "debug trace verbose fine finer finest d v t 7",
        )
    )
    for name in names.split()
}


def level_of(name: str | None) -> str | None:
    """The normalised level that a name, letter or digit stands for."""
    severity = _SEVERITIES.get(name.strip(WHITE).lower()) if name else None
    return None if severity is None else LEVELS[severity]
