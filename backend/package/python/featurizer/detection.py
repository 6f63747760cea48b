"""What the beginning of a file says of its format."""

from __future__ import annotations

import re
from itertools import islice

from .csv_records import Header
from .framing import BLANK
from .names import ROLES


def names_log(header: Header | None) -> bool:
    return header is not None and "timestamp" in header.columns and "message" in header.columns


def is_table(head: bytes, header: Header) -> bool:
    """Whether the first line looks like names, and the rows after it have as many fields."""
    names = header.names
    if len(names) < 2 or not all(len(name.encode()) <= 64 and _COLUMN.match(name) for name in names):
        return False
    rows = list(islice((line for line in head.split(b"\n") if line.strip(BLANK)), 1, 21))
    delimiter = header.delimiter.encode()
    return bool(rows) and all(row.count(delimiter) + 1 >= len(names) for row in rows)


_COLUMN = re.compile(r"[^\W\d]|[@#]")


def json_start(content: bytes) -> str:
    """`{`, or `[` that opens an array of objects or of nothing; other formats begin with brackets, too."""
    found = re.match(rb"[ \t\n\f\r]*(?:(\{)|(\[)[ \t\n\f\r]*(?:[{\]]|\Z))", content)
    return (found.group(1) or found.group(2)).decode() if found else ""


def is_export(content: bytes) -> bool:
    """Whether an object has `export_metadata`, or an array `data` of objects before any field of a log."""
    depth = 0
    for token in re.finditer(rb'"((?:[^"\\]|\\.)*)"(?:[ \t\n\f\r]*(:))?|[{}\[\]]', content, re.DOTALL):
        if token.group() in (b"{", b"["):
            depth += 1
        elif token.group() in (b"}", b"]"):
            depth -= 1
            if depth <= 0:
                return False
        elif depth == 1 and token.group(2):
            key = token.group(1).decode(errors="replace")
            if key == "export_metadata":
                return True
            if key == "data":
                return json_start(content[token.end() : token.end() + 4096]) == "["
            role = ROLES.get(key.lower())
            if role is not None and role[0] in ("timestamp", "message"):
                return False
    return False


BATCH = re.compile(rb'[ \t\n\f\r]*\{[ \t\n\f\r]*"resourceLogs"')


def ends_object(content: bytes) -> bool:
    """Whether the first line that is not blank ends where an object may, or is longer than what is here."""
    lines = (line for line in content.splitlines(keepends=True) if line.strip(BLANK))
    line = next(lines, b"")
    return not line.endswith(b"\n") or line.strip(BLANK).endswith(b"}")
