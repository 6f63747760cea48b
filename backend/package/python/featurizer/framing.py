"""Bytes to the frames of records: lines, rows of CSV, elements of a JSON document."""

from __future__ import annotations

import re
from collections.abc import Iterator

from .errors import FormatError
from .limits import RECORD_BYTES
from .records import Frame

BLANK = b" \t\n\f\r"


def line_frames(content: bytes) -> Iterator[Frame]:
    """One record per line, ended by LF or CRLF; blank lines are not records."""
    start = 0
    for number, line in enumerate(content.split(b"\n"), start=1):
        if line.strip(BLANK):
            yield Frame(line[:-1] if line.endswith(b"\r") else line, number, None, start)
        start += len(line) + 1


def csv_frames(content: bytes, delimiter: bytes) -> Iterator[Frame]:
    """One record per row: a newline within quotes belongs to the field. The header is not a record.

    Of a row whose quote is never closed, or not within the limit of a record, the first line alone is faulty.
    """
    mark = re.compile(rb'["\n]')
    line, start, at, header_passed = 1, 0, 0, False
    while start < len(content):
        fault = None
        end = len(content)
        while True:
            found = mark.search(content, at)
            if found is None:
                break
            at = found.end()
            if found.group() == b"\n":
                end = found.start()
                break
            if found.start() != start and content[found.start() - 1 : found.start()] != delimiter:
                continue
            closing = _closing_quote(content, at, start + RECORD_BYTES + 3)
            if closing is not None:
                at = closing + 1
                continue
            newline = content.find(b"\n", start)
            if newline != -1:
                end, fault = newline, "a quoted field is not closed"
            break
        row = content[start:end]
        if row.strip(BLANK):
            if header_passed:
                yield Frame(row[:-1] if row.endswith(b"\r") else row, line, fault)
            header_passed = True
        line += row.count(b"\n") + 1
        start = at = end + 1


def _closing_quote(content: bytes, at: int, bound: int) -> int | None:
    while True:
        quote = content.find(b'"', at, bound)
        if quote == -1 or content[quote + 1 : quote + 2] != b'"':
            return None if quote == -1 else quote
        at = quote + 2


def document_frames(content: bytes, name: str) -> Iterator[Frame]:
    """The elements of a top-level array, or of `data` or `resourceLogs` of a top-level object."""
    at, line, counted = _skip_blank(content, 0), 1, 0
    nested = content[at : at + 1] == b"{"
    if nested:
        at = _skip_blank(content, at + 1)
    in_array = not nested
    at += not nested
    while True:
        at = _skip_blank(content, at)
        byte = content[at : at + 1]
        if byte == b"":
            raise FormatError(f"{name}: the file ends inside the document; give the whole file")
        if byte == b",":
            at += 1
        elif byte == b"]" and in_array:
            in_array = False
            at += 1
            if not nested:
                return
        elif byte == b"}" and nested and not in_array:
            return
        elif in_array:
            end = _value_end(content, at, name)
            line += content.count(b"\n", counted, at)
            counted = at
            yield Frame(content[at:end], line)
            at = end
        else:
            end = _value_end(content, at, name)
            key = content[at:end]
            at = _skip_blank(content, end)
            if byte != b'"' or content[at : at + 1] != b":":
                raise FormatError(f"{name}: the JSON document is broken at byte {at}: a field belongs there")
            at = _skip_blank(content, at + 1)
            if key in (b'"data"', b'"resourceLogs"') and content[at : at + 1] == b"[":
                in_array = True
                at += 1
            else:
                at = _value_end(content, at, name)


def _skip_blank(content: bytes, at: int) -> int:
    found = _NOT_BLANK.search(content, at)
    return found.start() if found else len(content)


def _value_end(content: bytes, at: int, name: str) -> int:
    """Where the JSON value that begins here ends: only strings and brackets are looked at."""
    closers: list[bytes] = []
    scalar = False
    for token in _JSON_TOKEN.finditer(content, at):
        text = token.group()
        if text[:1] == b'"':
            if not closers and not scalar:
                return token.end()
        elif text in b"{[":
            closers.append(b"}" if text == b"{" else b"]")
        elif text in b"}]":
            if not closers:
                return token.start()
            if closers.pop() != text:
                raise FormatError(
                    f"{name}: the JSON document is broken at byte {token.start()}: `{text.decode()}`"
                )
            if not closers:
                return token.end()
        elif not closers:
            if text == b"," or text.strip(BLANK) == b"":
                return token.start()
            scalar = True
    raise FormatError(f"{name}: the file is cut off in the JSON value at byte {at}; give the whole file")


_NOT_BLANK = re.compile(rb"[^ \t\n\f\r]")
_JSON_TOKEN = re.compile(rb'"(?:[^"\\]|\\.)*"|[{}\[\],]|[ \t\n\f\r]+|[^"{}\[\], \t\n\f\r]+', re.DOTALL)
