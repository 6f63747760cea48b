"""Lines cut by regular expressions with named groups: the presets', and a user's own."""

from __future__ import annotations

import re
from typing import Any

from . import levels
from .clock import Clock
from .draft import Draft
from .errors import FormatError, Refused, unknown_timestamp
from .expressions import python_syntax
from .text import WHITE
from .values import NUMBER, json_of

_ROLES = ("timestamp", "host", "level", "process", "pid", "message", "id", "priority")


class Expressions:
    """The expressions of one format; the first that matches a line counts."""

    def __init__(self, written: dict[str, Any], clock: Clock) -> None:
        self._clock = clock
        # A time that cannot be read is a part of the message rather than a reason to reject.
        self.lenient: bool = written.get("lenient", False)
        self.compiled = [_compiled(expression) for expression in written["expressions"]]

    def read(self, text: str) -> Draft:
        for expression in self.compiled:
            found = expression.match(text)
            if found is None:
                continue
            try:
                return self._draft(text, found.groupdict())
            except Refused:
                if not self.lenient:
                    raise
        raise Refused(f"the line does not match the format: `{text[:60]}`")

    def _draft(self, text: str, groups: dict[str, str | None]) -> Draft:
        draft = Draft()
        stamp, host, level, process, pid, message, identifier, priority = (
            groups.get(role) for role in _ROLES
        )
        if stamp is not None:
            draft.time = self._clock.written(stamp)
            if draft.time is None:
                raise unknown_timestamp(stamp)
        draft.host, draft.pid, draft.id = host or None, pid or None, identifier or None
        draft.process = (process or "").strip(WHITE) or None
        draft.message = text if message is None else message
        if level is not None:
            draft.severity = levels.severity(level)
        if priority is not None:
            if not NUMBER.fullmatch(priority) or int(priority) > 191:
                raise Refused("the priority is above 191")
            if draft.severity is None:
                draft.severity = int(priority) % 8
        for name, value in groups.items():
            if value is not None and name not in _ROLES:
                draft.attributes.append((name, json_of(value)))
        return draft


def _compiled(expression: str) -> re.Pattern[str]:
    try:
        return re.compile(f"^(?:{python_syntax(expression)})", re.DOTALL)
    except re.error as error:
        raise FormatError(f"the expression `{expression}` cannot be used here: {error}") from error
