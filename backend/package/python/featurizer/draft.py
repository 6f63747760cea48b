"""What readers make of a record while they peel it: the outermost that says something is believed."""

from __future__ import annotations

from typing import Any

from .clock import Raw


class Draft:
    """A record in the making. Absent and empty texts are alike, except for the message."""

    __slots__ = ("attributes", "host", "id", "message", "pid", "process", "severity", "time")

    def __init__(self) -> None:
        self.time: Raw | None = None
        self.host: str | None = None
        self.severity: int | None = None
        self.process: str | None = None
        self.pid: str | None = None
        self.message: str | None = None
        self.id: str | None = None
        self.attributes: list[tuple[str, Any]] = []
