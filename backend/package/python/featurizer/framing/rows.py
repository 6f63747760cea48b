"""Rows of tables (RFC 4180), and rows under `#Fields` (W3C, IIS, Zeek).

A newline within quotes belongs to the cell. The header is not a record, nor is one that comes again where
tables were put one after the other. Of a row whose quote is never closed, not within the limit of a record,
or on another line where no cell may end, the first line alone is faulty, and reading goes on with the line
after it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from ..limits import RECORD_BYTES
from ..text import WHITE
from .frame import Frame, too_long
from .lines import line_frames

_FIELDS = re.compile(r"# ?fields(:?)(.)", re.IGNORECASE | re.DOTALL)


def row_frames(text: str, delimiter: str, columns: list[str], skip: int) -> Iterator[Frame]:
    mark = re.compile(r'["\n]')
    line, start = 1, 0
    headed = skip > 0 and len(columns) > 1
    for _ in range(skip):
        newline = text.find("\n", start)
        if newline == -1:
            return
        line, start = line + 1, newline + 1
    at = start
    while start < len(text):
        fault, end = None, len(text)
        while True:
            found = mark.search(text, at)
            if found is None:
                break
            at = found.end()
            if found.group() == "\n":
                end = found.start()
                break
            if found.start() != start and text[found.start() - len(delimiter) : found.start()] != delimiter:
                continue
            closing = _closing(text, start, at, delimiter)
            if closing is not None:
                at = closing + 1
                continue
            newline = text.find("\n", start)
            if newline != -1:
                end, fault = newline, "a quoted field is not closed"
            break
        row = text[start:end]
        kept = row[:-1] if row.endswith("\r") else row
        if kept.strip(" \t\n\f\r") and not (headed and _is_header(kept, delimiter, columns)):
            yield Frame(kept, line, fault or too_long(kept))
        line += row.count("\n") + 1
        start = at = end + 1


def _closing(text: str, start: int, at: int, delimiter: str) -> int | None:
    """Where the quote before `at` closes."""
    while True:
        quote = text.find('"', at, start + RECORD_BYTES + 3)
        if quote == -1:
            return None
        after = text[quote + 1 : quote + 2]
        if after != '"':
            ends = after in ("", " ", "\t", "\n", "\r", "\f") or text.startswith(delimiter, quote + 1)
            return quote if ends or "\n" not in text[start:quote] else None
        at = quote + 2


def _is_header(row: str, delimiter: str, columns: list[str]) -> bool:
    return row.lstrip(' #"\ufeff').startswith(columns[0]) and _names(row, delimiter) == columns


def _names(row: str, delimiter: str) -> list[str]:
    """The names in the first row of a table; a column without one is named by its number."""
    row = row.lstrip("\ufeff").rstrip(WHITE)
    row = row.lstrip("#").lstrip(WHITE) if row.startswith("#") else row
    cells = (cell.strip(WHITE).strip('"').strip(WHITE) for cell in _cells(row, delimiter))
    return [name or f"column_{number}" for number, name in enumerate(cells, start=1)]


def _cells(row: str, delimiter: str) -> Iterator[str]:
    if '"' not in row:
        yield from ([cell for cell in row.split(" ") if cell] if delimiter == " " else row.split(delimiter))
        return
    sign = re.escape(delimiter)
    pattern = re.compile(rf'(?: *"((?:[^"]|"")*)"\s*(?={sign}|\Z)|([^{sign}]*))(?:{sign}|\Z)')
    at = 0
    while at <= len(row):
        found = pattern.match(row, at)
        if found is None or (found.end() == at and at == len(row) and not row.endswith(delimiter)):
            return
        yield found.group(2) if found.group(1) is None else found.group(1).replace('""', '"')
        if found.end() == len(row) and not found.group().endswith(delimiter):
            return
        at = found.end()


def directive_frames(text: str) -> Iterator[Frame]:
    """Rows with the `#Fields` line that is in force before them, and a newline between. Lines that begin with
    `#` are no records."""
    header = ""
    for frame in line_frames(text):
        if frame.text.startswith("#"):
            if fields_of(frame.text) is not None:
                header = frame.text
        elif header:
            yield frame._replace(text=f"{header}\n{frame.text}")
        else:
            yield frame


def fields_of(line: str) -> tuple[list[str], str] | None:
    """The names in a `#Fields` line, and what separates them; nothing when it is another line. Zeek's stand
    behind a tab, W3C's behind a colon."""
    found = _FIELDS.match(line)
    if found is None:
        return None
    colon, first = found.groups()
    if first not in " \t\n\r\f" and (colon or first.isalnum()):
        return None
    names = line[found.end() - 1 :].strip(WHITE)
    separator = first
    if first in " \t":
        separator = "\t" if "\t" in names else "," if "," in names else " "
    split = names.split() if separator == " " else names.split(separator)
    cleaned = [name.strip(WHITE) for name in split if name.strip(WHITE)]
    return (cleaned, separator) if cleaned else None
