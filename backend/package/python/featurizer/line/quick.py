"""The short way of a line layout: one match of one expression, which says nothing where it is not sure.

The expression is made of the layout's parts. Each part decides at once (`(?=(…))` and what it found), so that
no part takes less than it would alone; and each is narrower than what the layout reads, never wider.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from .. import levels
from ..clock import Clock, expression
from ..errors import FormatError
from ..levels import LEVELS
from ..limits import CACHED
from ..records import Fields
from ..values import json_of
from . import shape, style
from .classify import LOGGER, NAME, OTHER, classify, is_nothing
from .token import trim

_REACH = 180
"""Where the level ends at the latest: the layout looks so far, and a little further."""
_CLOSING = {"[": "]", "(": ")", "<": ">", '"': '"', "'": "'"}
_TOKEN = r"(?:[A-Za-z0-9_./$@#*+\-]+|\[[^\[\]\n]*\])(?=[ \t])"
# Shapes whose expression alone says whether they are there.
_PATTERNS = {
    "uptime": shape.UPTIME,
    "name_bracket": shape.NAME_BRACKET,
    "dotted": shape.DOTTED,
    "parenthesis": shape.PARENTHESIS,
    "number": shape.NUMBER,
    "lead": shape.LEAD,
    "name_colon": shape.NAME_COLON,
    "name_before_bracket": shape.NAME_BEFORE_BRACKET,
    "name_dash": shape.NAME_DASH,
}
_NO_LEVEL = ("name_colon", "name_before_bracket", "name_pid")
_NAME_PID = (
    r"(?P<{0}>[A-Za-z_/$%@][A-Za-z0-9_.$/@\-()#<>+~*]*)"
    r"(?:\[(?P<{1}>[0-9]+)\](?![ \t]\():?(?=[\s|]|\Z)|:(?=\s|\Z))"
)


class _Cannot(Exception):
    """A layout without a short way."""


class _Maker:
    """Makes the expression of a layout."""

    def __init__(self, written: dict[str, Any]) -> None:
        self.parts: list[str] = []
        self.fields: list[tuple[str, Any, Any]] = []
        """The group, the role and the shape of each field, in the order in which they are believed."""
        self._count = 0
        self._written = written

    def name(self) -> str:
        self._count += 1
        return f"x{self._count}"

    def at_once(self, pattern: str) -> None:
        """What a part finds by itself is what it takes."""
        name = self.name()
        self.parts.append(f"(?=(?P<{name}>{pattern}))(?P={name})")

    def make(self) -> re.Pattern[str]:
        written = self._written
        if any(written.get(key) for key in ("delimiter", "block", "object", "within", "second_line")):
            raise _Cannot
        self._time(written.get("time") or {})
        self.parts.append("(?P<header>")
        columns = {
            (column["place"], column.get("index", 0)): column["role"] for column in written.get("columns", ())
        }
        between = self._level(written.get("level"), columns)
        header = self._header(written.get("header", ()), columns)
        if any(place not in ("between", "header") for place, _ in columns):
            raise _Cannot
        # Fields of the header are believed before columns.
        self.fields = header + between
        if any(role == "level" for _, role, _ in self.fields):
            raise _Cannot
        self.parts.append(r")(?P<message>.*)\Z")
        return re.compile("".join(self.parts), re.DOTALL | re.ASCII)

    def _time(self, time: dict[str, Any]) -> None:
        if time.get("before", 0) or time.get("trailing") or not time.get("forms"):
            raise _Cannot
        bracket = time.get("bracket")
        if bracket is not None:
            self.parts.append(re.escape(bracket))
        self.parts.append(
            f"(?=(?P<time>(?i:{_apart(expression(time['forms'][0]))})))(?P=time)(?![^\\x00-\\x7f])"
        )
        if bracket is not None:
            self.parts.append(re.escape(_CLOSING[bracket]))

    def _level(
        self, level: dict[str, Any] | None, columns: dict[tuple[str, int], Any]
    ) -> list[tuple[str, Any, Any]]:
        between: list[tuple[str, Any, Any]] = []
        if level is None:
            if self._written.get("sparse"):
                raise _Cannot
            return between
        index, of = level.get("index"), style.style_of(level["style"])
        if level["side"] != "after" or index is None or level.get("trailing") or of.kind != "word":
            raise _Cannot
        for at in range(index):
            name = self.name()
            self.parts.append(rf"[ \t]+(?P<{name}>{_TOKEN})")
            if ("between", at) in columns:
                between.append((name, columns["between", at], None))
        if of.left:
            word = rf"{re.escape(of.left)}[A-Za-z ]+{re.escape(of.right)}" if of.right else "(?!)"
            word += r"(?=[ \t])"
        elif of.right == ":":
            word = r"[A-Za-z]+:(?=[ \t])"
        elif of.right:
            raise _Cannot
        else:
            word = r"[A-Za-z]+(?= {1,10}[^ :|\t\n])"
        self.parts.append(rf"[ \t]+(?P<level>{word})")
        return between

    def _header(self, header: Any, columns: dict[tuple[str, int], Any]) -> list[tuple[str, Any, Any]]:
        fields: list[tuple[str, Any, Any]] = []
        for at, field in enumerate(header):
            if field.get("glue"):
                self.at_once(shape.GLUED.pattern)
            else:
                self.parts.append("(?:[:,]|(?![:,]))")
            for _ in range(field.get("separators", 0)):
                self.at_once(f"(?:{shape.SEPARATOR.pattern})?")
            self.parts.append(r"[ \t\n\f\r]*")
            kind = field["shape"]
            if kind == "nothing":
                break
            name, role = self.name(), columns.get(("header", at), field.get("role", "nothing"))
            if kind == "name_pid":
                pid = self.name()
                self.at_once(_NAME_PID.format(name, pid))
                fields += [(name, role, (kind, pid)), (pid, "pid", None)]
            elif kind == "bracket":
                self.parts.append(rf"\[(?P<{name}>[^\[\]]*)\]")
                fields.append((name, role, (kind, None)))
            elif kind == "host":
                self.parts.append(rf"(?P<{name}>\S+)\s")
                fields.append((name, role, (kind, frozenset(field.get("values", ())))))
            elif isinstance(kind, str) and kind in _PATTERNS:
                inner = _PATTERNS[kind].pattern
                self.at_once(
                    inner.replace("(", f"(?P<{name}>", 1) if inner[0] == "(" else _first_group(inner, name)
                )
                fields.append((name, role, (kind, None)))
            else:
                raise _Cannot
        return fields


def _first_group(pattern: str, name: str) -> str:
    """A pattern whose first group that captures has a name."""
    found = re.search(r"(?<!\\)\((?!\?)", pattern)
    assert found is not None
    return f"{pattern[: found.start()]}(?P<{name}>{pattern[found.end() :]}"


def _apart(pattern: str) -> str:
    """A time's expression; of its groups those alone that it refers to, out of the way of the layout's."""
    named = set(re.findall(r"\(\?P=(\w+)\)", pattern))
    pattern = re.sub(r"\(\?P<(\w+)>", lambda found: found[0] if found[1] in named else "(?:", pattern)
    return re.sub(r"\(\?P(<|=)", r"(?P\1t_", pattern)


class _Known(dict):  # type: ignore[type-arg]
    """What texts mean, each found once."""

    def __init__(self, find: Callable[[str], Any]) -> None:
        super().__init__()
        self._find = find

    def __missing__(self, text: str) -> Any:
        if len(self) >= CACHED:
            self.clear()
        found = self[text] = self._find(text)
        return found


def quick(written: dict[str, Any], clock: Clock) -> Callable[[str], Fields | None] | None:
    """The short way of a layout, where there is one."""
    maker = _Maker(written)
    try:
        pattern = maker.make()
    except (_Cannot, FormatError, KeyError):
        return None
    form = written["time"]["forms"][0]
    of_level = None if written.get("level") is None else style.style_of(written["level"]["style"])
    plan = [
        (pattern.groupindex[name], role, _Known(_meaning(role, checks)))
        for name, role, checks in maker.fields
    ]
    times = _Known(lambda text: _instant(clock, form, text))
    severities = _Known(lambda token: _severity(token, of_level))
    headers: dict[str, tuple[Any, ...] | None] = {}
    parts = [pattern.groupindex[name] for name in ("time", "header", "message")]
    match = pattern.match

    def said(header: str, found: re.Match[str]) -> tuple[Any, ...] | None:
        """What a header says: host, level, process, pid, attributes and id."""
        if not header.isascii():
            return None
        level = None
        if of_level is not None:
            level = severities[found["level"]]
            if level is None or found.end("level") > _REACH:
                return None
        known: dict[str, str] = {}
        attributes: list[str] = []
        for at, role, meaning in plan:
            value = found[at]
            fits, text, pid = meaning[value] if value is not None else (True, None, None)
            if not fits:
                return None
            if isinstance(role, dict):
                attributes += [] if text is None else [f"{json_of(role['attribute'])}:{text}"]
            elif text is not None:
                known.setdefault(role, text)
                if pid is not None:
                    known.setdefault("pid", pid)
        written = f"{{{','.join(attributes)}}}" if attributes else None
        return known.get("host"), level, known.get("process"), known.get("pid"), written, known.get("id")

    def read(line: str) -> Fields | None:
        found = match(line)
        if found is None:
            return None
        stamp, header, message = found.group(*parts)
        # Headers recur, mostly.
        known = headers.get(header, headers)
        if known is headers:
            if len(headers) >= CACHED:
                headers.clear()
            known = headers[header] = said(header, found)
        sure, instant = times[stamp]
        # The header's end looks a little further.
        if known is None or not sure or not (message.isascii() or message[:4].isascii()):
            return None
        host, level, process, pid, attributes, identifier = known
        return Fields(instant, host, level, process, pid, message.strip(" \t"), attributes, identifier)

    return read


def _instant(clock: Clock, form: str, text: str) -> tuple[bool, int | None]:
    """Whether a text is a time of the form, and which."""
    found = clock.read_at(text, 0, form)
    sure = found is not None and found[1] == len(text) and text.isascii()
    return (True, found[0].instant) if found is not None and sure else (False, None)


def _severity(token: str, of: style.Style | None) -> str | None:
    found = style.level_of(token, "")
    return LEVELS[found[1]] if found is not None and found[0] == of else None


def _meaning(role: Any, checks: Any) -> Callable[[str], tuple[bool, str | None, str | None]]:
    """What the text of a field means: whether it is one, its value, and a number in it."""
    kind, more = checks if isinstance(checks, tuple) else (None, None)

    def find(text: str) -> tuple[bool, str | None, str | None]:
        if kind in _NO_LEVEL and levels.word(text) is not None:
            return False, None, None
        if kind == "name_dash" and not (
            shape.is_identifier(text) and classify(text) in (NAME, LOGGER, OTHER)
        ):
            return False, None, None
        if kind == "host" and text not in more:
            return False, None, None
        value = text.strip(" \t\n\f\r") if kind is not None or isinstance(role, dict) else trim(text)
        if not value or role == "nothing":
            return True, None, None
        if isinstance(role, dict):
            return True, None if is_nothing(value) else json_of(value), None
        numbered = re.fullmatch(r"([^\[]+)\[([0-9]+)\]", value) if role == "process" else None
        return (True, *numbered.groups()) if numbered is not None else (True, value, None)

    return find
