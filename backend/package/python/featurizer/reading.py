"""One file to records: the format, the frames, and what is rejected."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from datetime import datetime
from itertools import islice
from typing import Any, NamedTuple

from .batches import log_records
from .csv_records import Header, csv_header, parse_csv
from .detection import BATCH, ends_object, is_export, is_table, json_start, names_log
from .errors import FormatError, Refused
from .expressions import expression_of, python_syntax
from .framing import BLANK, csv_frames, document_frames, line_frames
from .json_records import parse_json
from .limits import NEARLY, RECORD_BYTES, SAMPLED_BYTES, SAMPLED_RECORDS
from .lines import Lines, lines_of, parse_hdfs, parse_logfmt
from .names import Wanted
from .presets import PRESETS
from .records import Fields, Frame, Record, Reject
from .syslog import doubtful, parse_syslog
from .times import Clock

_Parse = "Callable[[str, int], Fields]"


class _Format(NamedTuple):
    """How one file is cut and read."""

    preset: str
    framing: str
    header: Header | None
    parse: _Parse
    batches: bool = False  # OpenTelemetry's


class Reading:
    """What the feature set says of every file."""

    def __init__(self, specification: dict[str, Any], now: datetime | None) -> None:
        preset = specification.get("preset", "auto")
        if preset not in ("auto", "pattern", "regex", *PRESETS):
            raise FormatError(f"the format `{preset}` is not known here")
        self.clock = Clock(specification.get("utc_offset_minutes", 0), now)
        self.max_rejected_share: float = specification.get("max_rejected_share", 0.5)
        self.drop_duplicates: bool = specification.get("drop_duplicates", True)
        self._preset: str | None = None if preset == "auto" else preset
        self._own: Lines | None = None
        if preset == "pattern":
            self._own = Lines((expression_of(specification["pattern"]),))
        elif preset == "regex":
            self._own = Lines((specification["regex"],))
        self._wanted = Wanted(specification)
        multiline = specification.get("multiline") or "auto"
        self._start = re.compile(python_syntax(multiline["start"])) if isinstance(multiline, dict) else None
        self._joins = multiline == "auto"

    def parse_file(
        self, index: int, name: str, content: bytes, records: list[Record], rejects: list[Reject]
    ) -> None:
        """Add a file's records, and the rejected ones."""
        whole = content
        content = content[3:] if content.startswith(b"\xef\xbb\xbf") else content
        if not content.strip(BLANK):
            return
        found = self._detect(name, whole, content)
        parse = found.parse
        for number, frame in enumerate(self._frames(found, content, name), start=1):
            try:
                records.append(Record(_parse(frame, parse), index, frame.line, number))
            except Refused as refused:
                rejects.append(Reject(name, frame.line, number, str(refused)))

    # ---- which format a file is in ----

    def _detect(self, name: str, whole: bytes, content: bytes) -> _Format:
        """Of the formats that read nearly as much of the first records as the best, the most specific."""
        head = content[:SAMPLED_BYTES]
        _refuse_binary(name, whole[:SAMPLED_BYTES])
        if self._preset is not None:
            found = self._candidate(self._preset, head, forced=True)
            if found is None:
                raise FormatError(f"{name}: it is in no form of `{self._preset}`")
            if found.preset == "csv" and not names_log(found.header):
                raise FormatError(f"{name}: a column with the time or the message is missing")
            return found
        candidates = [found for preset in PRESETS if (found := self._candidate(preset, head, forced=False))]
        shares = [self._readable_share(found, head, len(content) > len(head), name) for found in candidates]
        special = [at for at, found in enumerate(candidates) if found.preset not in ("table", "text")]
        best = max((shares[at] for at in special), default=0.0)
        if best >= 0.5:
            return next(candidates[at] for at in special if shares[at] >= best * NEARLY)
        for at in special:
            if candidates[at].preset in ("json-export", "json-lines", "csv"):
                return candidates[at]
        return next(
            found for found, share in zip(candidates, shares) if share >= 0.5 or found.preset == "text"
        )

    def _candidate(self, preset: str, head: bytes, *, forced: bool) -> _Format | None:
        """How `preset` would read the file; nothing when it cannot be in that format."""
        if preset in ("json-export", "json-lines"):
            start = json_start(head)
            if preset == "json-export":
                framing = "document" if forced or (start == "{" and is_export(head)) else None
            else:
                framing = "document" if start == "[" else "lines" if forced or start else None
            if framing is None:
                return None
            batches = preset == "json-lines" and BATCH.match(head) is not None
            if batches and not ends_object(head):
                framing = "document"  # a batch over many lines
            return _Format(
                preset,
                framing,
                None,
                lambda text, line: parse_json(text, line, self.clock, self._wanted),
                batches,
            )
        if preset in ("csv", "table"):
            header = csv_header(head, self._wanted)
            if header is None:
                return None
            if preset == "csv":
                if not forced and not names_log(header):
                    return None
                return _Format(preset, "csv", header, lambda text, _: parse_csv(text, header, self.clock))
            if not forced and not is_table(head, header):
                return None
            table = header.table()
            return _Format(preset, "csv", table, lambda text, _: parse_csv(text, table, self.clock))
        by_hand = {"syslog": parse_syslog, "hdfs": parse_hdfs, "logfmt": parse_logfmt}.get(preset)
        if by_hand is not None:
            return _Format(preset, "lines", None, lambda text, _: by_hand(text, self.clock))
        lines = self._own or lines_of(preset)
        return _Format(preset, "lines", None, lambda text, _: lines.parse(text, self.clock))

    def _readable_share(self, candidate: _Format, head: bytes, cut: bool, name: str) -> float:
        if cut and candidate.framing != "document":
            head = head[: head.rfind(b"\n") + 1]
        sampled: list[Frame] = []
        broken = False
        try:
            for frame in islice(self._frames(candidate, head, name), SAMPLED_RECORDS + 1):
                sampled.append(frame)
        except FormatError:  # what is broken beyond the first records shows when the file is read
            broken = True
        if cut and self._is_joined(candidate) and len(sampled) <= SAMPLED_RECORDS:
            del sampled[-1:]  # whether it goes on is not known
        if not sampled and cut and not broken:
            sampled = [Frame(head, 1)]
        readable = 0
        for frame in sampled[:SAMPLED_RECORDS]:
            try:
                # An encoding is no format: bytes that are not UTF-8 are overlooked.
                content = frame.content.decode(errors="replace").encode()
                fields = _parse(frame._replace(content=content), candidate.parse)
                readable += not (candidate.preset == "syslog" and doubtful(content, fields))
            except Refused:
                pass
        return readable / max(len(sampled[:SAMPLED_RECORDS]), 1)

    # ---- framing: bytes to records ----

    def _is_joined(self, found: _Format) -> bool:
        if found.framing != "lines" or found.preset == "json-lines":
            return False
        return self._start is not None or (self._joins and found.preset != "text")

    def _frames(self, found: _Format, content: bytes, name: str) -> Iterator[Frame]:
        if found.batches:
            whole = document_frames(content, name) if found.framing == "document" else line_frames(content)
            return log_records(whole)
        if found.framing == "document":
            return document_frames(content, name)
        if found.header is not None and b'"' in content:
            return csv_frames(content, found.header.delimiter.encode())
        frames = line_frames(content)
        if found.header is not None:
            return islice(frames, 1, None)
        return self._joined_frames(frames, content, found.parse) if self._is_joined(found) else frames

    def _joined_frames(self, lines: Iterable[Frame], content: bytes, parse: _Parse) -> Iterator[Frame]:
        """Add lines of a stack trace, which the format cannot read, to the record before them."""
        held: Frame | None = None
        for line in lines:
            if held is not None and self._continues(line, parse):
                if len(held.content) <= RECORD_BYTES:
                    held = held._replace(content=content[held.start : line.start + len(line.content)])
            else:
                if held is not None:
                    yield held
                held = line
        if held is not None:
            yield held

    def _continues(self, line: Frame, parse: _Parse) -> bool:
        if self._start is None:
            return _CONTINUED.match(line.content) is not None and not _is_readable(line, parse)
        try:
            return self._start.search(line.content.decode()) is None
        except UnicodeDecodeError:
            return False


def _parse(frame: Frame, parse: _Parse) -> Fields:
    content = frame.content
    if frame.fault is not None:
        raise Refused(frame.fault)
    if len(content) > RECORD_BYTES:
        raise Refused(f"the record is longer than the limit of {RECORD_BYTES} bytes")
    try:
        text = content.decode()
    except UnicodeDecodeError as error:
        column = len(content[: error.start].decode()) + 1
        raise Refused(f"byte 0x{content[error.start]:02x} at column {column} is not UTF-8") from None
    if "\0" in text:
        raise Refused(f"byte 0x00 at column {text.index(chr(0)) + 1} is not text")
    return parse(text, frame.line)


def _refuse_binary(name: str, head: bytes) -> None:
    if b"\0" in head:
        raise FormatError(f"{name}: it holds byte 0x00 at offset {head.index(0)}; give text")
    for magic in (b"\x1f\x8b", b"\xff\xfe", b"\xfe\xff"):
        if head.startswith(magic):
            raise FormatError(f"{name}: it is no UTF-8 text")
    controls = len(head) - len(head.translate(None, _CONTROLS))
    if controls * 10 > len(head):
        raise FormatError(f"{name}: {controls} of its first {len(head)} bytes are control characters")


_CONTROLS = bytes(byte for byte in (*range(32), 127) if byte not in b" \t\n\f\r")
# Indented, or as traces of Java, Python, JavaScript and .NET begin and end their lines.
_CONTINUED = re.compile(
    rb"[ \t]|(?![0-9<\[])(?:at |Caused by:|Suppressed:|Traceback|\.\.\. |\}|"
    rb"[^: ]*(?:Error|Exception)(?:[: ]|\Z))"
)


def _is_readable(frame: Frame, parse: Callable[[str, int], Fields]) -> bool:
    try:
        _parse(frame, parse)
    except Refused:
        return False
    return True
