"""Rows of CSV to fields."""

from __future__ import annotations

from copy import copy

from .errors import Refused, unknown_timestamp
from .framing import line_frames
from .levels import level_of
from .names import ROLES, Wanted
from .records import Fields
from .times import Clock
from .values import WHITE, attributes_text


class Header:
    """The header of a CSV file: the delimiter, the column of each role, and those that are attributes."""

    def __init__(self, text: str, wanted: Wanted) -> None:
        self.delimiter, fields = ",", []
        for delimiter in (",", ";", "\t"):
            try:
                found = _split_csv(text, delimiter)
            except Refused:
                continue
            if len(found) > len(fields):
                self.delimiter, fields = delimiter, found
        self.names = [name.strip(WHITE) for name in fields]
        best: dict[str, tuple[int, int]] = {}
        for column, name in enumerate(self.names):
            role, rank = ROLES.get(name.lower(), (None, 0))
            if role is not None and (role not in best or rank < best[role][0]):
                best[role] = (rank, column)
        columns: dict[str, int | None] = {role: column for role, (_, column) in best.items()}
        columns.update((role, self._column(name)) for role, name in wanted.roles.items())
        self.columns = {role: column for role, column in columns.items() if column is not None}
        listed = ((name, self._column(path)) for name, path in wanted.attributes)
        self.attributes = [(name, column) for name, column in listed if column is not None]
        if wanted.all:
            known = {*self.columns.values(), *(column for _, column in self.attributes)}
            self.attributes += [(name, at) for at, name in enumerate(self.names) if at not in known]
        self.is_table = False

    def _column(self, name: str) -> int | None:
        return self.names.index(name) if name in self.names else None

    def table(self) -> Header:
        """The same, where nothing is a message and every column an attribute."""
        table = copy(self)
        table.attributes = [(name, at) for at, name in enumerate(self.names)]
        table.is_table = True
        return table


def csv_header(content: bytes, wanted: Wanted) -> Header | None:
    for frame in line_frames(content):
        try:
            header = Header(frame.content.decode(), wanted)
        except UnicodeDecodeError:
            return None
        return header if header.names else None
    return None


def parse_csv(text: str, header: Header, clock: Clock) -> Fields:
    fields = _split_csv(text, header.delimiter)
    if len(fields) != len(header.names):
        raise Refused(f"{len(fields)} fields, where the header has {len(header.names)}")
    values = {role: fields[column] or None for role, column in header.columns.items()}
    stamp, message = values.get("timestamp"), values.get("message")
    if stamp is None and not header.is_table:
        raise Refused("timestamp is missing")
    timestamp = None if stamp is None else clock.parse(stamp)
    if timestamp is None and not header.is_table:
        raise unknown_timestamp(stamp or "")
    if message is None and not header.is_table:
        raise Refused("message is missing")
    return Fields(
        timestamp,
        values.get("host"),
        level_of(values.get("level")),
        values.get("process"),
        values.get("pid"),
        "" if header.is_table else message or "",
        attributes_text((name, fields[at]) for name, at in header.attributes if fields[at]),
        values.get("id"),
    )


def _split_csv(text: str, delimiter: str) -> list[str]:
    """The fields of one row (RFC 4180), unquoted."""
    if '"' not in text:
        return text.split(delimiter)
    fields, at = [], 0
    while True:
        if text[at : at + 1] != '"':
            end = text.find(delimiter, at)
            end = len(text) if end == -1 else end
            fields.append(text[at:end])
        else:
            quote = text.find('"', at + 1)
            while quote != -1 and text[quote + 1 : quote + 2] == '"':
                quote = text.find('"', quote + 2)
            if quote == -1:
                raise Refused(f"the quoted field at column {at + 1} is not closed")
            end = quote + 1
            if end < len(text) and text[end] != delimiter:
                raise Refused(f"text follows a closing quote at column {end + 1}")
            fields.append(text[at + 1 : quote].replace('""', '"'))
        if end == len(text):
            return fields
        at = end + 1
