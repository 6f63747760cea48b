"""Rows of cells: RFC 4180 as it is met, under the names of columns. A quote that opens nothing is data; a
dash alone (as web servers write it) and `(empty)` (as Zeek does) are no value."""

from __future__ import annotations

from typing import Any

from ..clock import Clock
from ..draft import Draft
from ..text import WHITE
from .plan import MORE, Plan

_NO_VALUES = ("-", "(empty)")


class Cells:
    """Reads rows under known columns."""

    def __init__(self, roles: dict[str, Any], clock: Clock, delimiter: str, columns: list[str]) -> None:
        self._plan = Plan(roles, clock)
        self._plan.delimiter = delimiter
        self._delimiter, self._columns = delimiter, columns

    def read(self, text: str) -> Draft:
        """Every text is a row: cells that are missing are absent."""
        return self._plan.apply(cells_row(text, self._delimiter, self._columns), text)


def columns_of(header: str, row: str) -> tuple[list[str], str, bool] | None:
    """The columns that a `#Fields` line names, what separates the cells of this row, and whether that is
    sure: the sign that gives the row as many cells as there are names."""
    header = header.rstrip("\r").lstrip("#").lstrip(WHITE)
    if header[:6].lower() != "fields":
        return None
    names = header[6:].lstrip(":").strip(WHITE)
    own = next((sign for sign in ("\t", ",") if sign in names), " ")
    split = names.split() if own == " " else names.split(own)
    columns = [name.strip(WHITE) for name in split if name.strip(WHITE)]
    off = {sign: abs(_count(row, sign) - len(columns)) for sign in (own, "\t", " ", ",")}
    delimiter = min(off, key=lambda sign: off[sign])
    return (columns, delimiter, off[delimiter] == 0) if columns else None


def _count(text: str, delimiter: str) -> int:
    text = text.rstrip("\r\n")
    count, at = 0, _first(text, delimiter)
    while at is not None:
        at = _cell(text, at, delimiter)[2]
        count += 1
    return count


def cells_row(text: str, delimiter: str, columns: list[str]) -> list[tuple[str, Any]]:
    """The cells of a row under the names of their columns; what is beyond the last is one more."""
    text = text.rstrip("\r\n")
    if '"' not in text and delimiter != " ":
        cells = text.split(delimiter)
        row: list[tuple[str, Any]] = [
            (column, None if cell in _NO_VALUES else cell) for column, cell in zip(columns, cells)
        ]
        if len(cells) > len(columns):
            row.append((MORE, delimiter.join(cells[len(columns) :])))
        return row
    row, at = [], _first(text, delimiter)
    for column in columns:
        if at is None:
            return row
        cell, written, at = _cell(text, at, delimiter)
        row.append((column, None if written in _NO_VALUES else cell))
    if at is not None:
        cell, _, after = _cell(text, at, delimiter)
        row.append((MORE, cell if after is None else text[at:]))
    return row


def _first(text: str, delimiter: str) -> int | None:
    start = len(text) - len(text.lstrip(" ")) if delimiter == " " else 0
    return start if delimiter != " " or start < len(text) else None


def _cell(text: str, start: int, delimiter: str) -> tuple[str, str, int | None]:
    """A cell, as it is written without quotes around it, and where the next one begins."""
    found = _quoted(text, start, delimiter) if text[start : start + 1] == '"' else None
    if found is None:
        end = text.find(delimiter, start)
        end = len(text) if end == -1 else end
        cell = written = text[start:end]
    else:
        cell, written, end = found
    if delimiter == " ":
        blanks = len(text) - end - len(text[end:].lstrip(" "))
        return cell, written, end + blanks if end + blanks < len(text) else None
    return cell, written, end + len(delimiter) if end < len(text) else None


def _quoted(text: str, start: int, delimiter: str) -> tuple[str, str, int] | None:
    """A cell in quotes from here on and where it ends, if the quotes close where a cell can end."""
    at, doubled, escaped = start + 1, False, False
    while True:
        at = text.find('"', at) + 1
        if at == 0:
            return None
        if at == len(text) or text.startswith(delimiter, at):
            # `"…\",` ends a path more often than it goes on.
            written = cell = text[start + 1 : at - 1]
            if escaped:
                cell = cell.replace('\\"', '"')
            return (cell.replace('""', '"') if doubled or escaped else cell), written, at
        if text.startswith('"', at):
            doubled = True
            at += 1
        elif text[at - 2] == "\\":
            escaped = True
        else:
            return None
