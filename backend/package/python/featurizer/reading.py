"""One file to records: the grammar that reads it, and what is rejected."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from .clock import Home
from .decoding import refuse_binary
from .errors import FormatError
from .files import File
from .grammar import Applied, chosen
from .limits import SAMPLED_BYTES, SAMPLED_RECORDS
from .records import Record, Reject


class Reading:
    """What the feature set says of every file."""

    def __init__(self, written: dict[str, Any], utc_offset_minutes: int, now: datetime | None) -> None:
        grammars = written.get("grammars")
        if not isinstance(grammars, list) or not grammars:
            raise FormatError("the feature set names no grammar, by which logs are read")
        self.max_rejected_share: float = written.get("max_rejected_share", 0.5)
        self.drop_duplicates: bool = written.get("drop_duplicates", True)
        home = Home.of(written, utc_offset_minutes)
        self._grammars = [Applied(grammar, home, now) for grammar in grammars]

    def parse_file(self, index: int, file: File, records: list[Record], rejects: list[Reject]) -> None:
        """Add a file's records, and the rejected ones."""
        name, content = file.name, file.content
        if not content.strip(b" \t\n\f\r\0"):
            return
        refuse_binary(name, content[:16])
        head = content[:SAMPLED_BYTES]
        if len(content) > len(head):
            head = head[: head.rfind(b"\n") + 1] or head
        grammar = chosen(self._grammars, head, name, SAMPLED_RECORDS)
        grammar.reads(head, name, SAMPLED_RECORDS)
        stored = file.stored == content
        before = len(records), len(rejects)
        while True:
            is_open = grammar.leaves_years_open
            if is_open:
                grammar = grammar.in_years_of(content, stored, name)
            for number, (line, fields, reason) in enumerate(grammar.read(content, name), start=1):
                if fields is None:
                    rejects.append(Reject(name, line, number, reason))
                else:
                    records.append(Record(fields, index, line, number))
            if is_open or not grammar.leaves_years_open:
                return
            # The first times without a year stood further on.
            del records[before[0] :], rejects[before[1] :]
