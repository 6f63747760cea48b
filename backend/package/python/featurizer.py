"""Turn raw logs into the rows that the model of this package was trained on.

    from featurizer import Featurizer

    featurizer = Featurizer("feature_set.json")
    names, matrix, samples = featurizer.features_from_file("router.log")  # or features_from_lines([...])

Needs numpy and the standard library. `feature_set.json` holds everything that was fitted; every value equals
the training program's to 1e-9, row by row. How a row comes about:

1. Framing. Bytes (UTF-8, also in gzip, bzip2, xz, ZIP or tar) become records: lines, rows of CSV, or elements
   of a JSON document. Lines of a stack trace belong to the record before them, or as `format.multiline` says.
2. Parsing. A record becomes timestamp, host, level, process, pid, message, id and attributes, in the format
   that the feature set names. With `auto`, a file's format is the most specific of those that read nearly as
   many (95 %) of its first 200 records as the best; what none of them reads half of is a table or plain text.
   Times without an offset are on the clock of the feature set; a time without a year is in the latest year
   that does not put it more than a day after `now`. A record that cannot be read is rejected and listed with
   the reason; when these are more than the feature set allows, the logs are refused.
3. Order. Records are sorted by timestamp, host, level, process, pid, message, attributes, id, file and
   number, absent values last; one that equals the record before it in all but file and number is dropped.
4. Samples: one row per record, per window of time, per session (records with the same key), or per row of a
   table. Their features depend on their own records, on what was fitted, and on the earlier records that they
   look back at. The messages' templates are those of the feature set: nothing is learned here.

All records of a call are in memory together, because they are sorted and look back at each other.
"""

from __future__ import annotations

import bz2
import gzip
import io
import ipaddress
import json
import lzma
import math
import os
import re
import tarfile
import time
import zipfile
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from copy import copy
from datetime import UTC, date, datetime
from decimal import Decimal
from itertools import islice
from pathlib import Path
from typing import Any, NamedTuple, Union

import numpy as np

VERSION = 1
LEVELS = ("emergency", "alert", "critical", "error", "warning", "notice", "info", "debug")
EVENTS = (
    "is_error",
    "is_connection",
    "is_disconnection",
    "is_authentication",
    "is_authentication_failure",
    "is_timeout",
    "is_restart",
)
SAMPLED_RECORDS = 200
SAMPLED_BYTES = 256 << 10
RECORD_BYTES = 1 << 20
BATCH_BYTES = 64 * RECORD_BYTES
NEARLY = 0.95
CACHED = 200_000
SECOND = 1_000_000
DAY = 86_400 * SECOND

Source = Union[str, "os.PathLike[str]"]


class FormatError(ValueError):
    """The logs, or the feature set, cannot be read; the message says where and why."""


class Reject(NamedTuple):
    """A record that could not be read: where it is (counted from 1) and why."""

    file: str
    line: int
    record: int
    reason: str


class Samples(NamedTuple):
    """What the rows of a matrix are, and what became of every record."""

    timestamps: np.ndarray
    """Of each row's first record, in microseconds since 1970 UTC; 0 where it has none."""
    files: list[str]
    lines: list[int]
    """Where each row's first record begins, from 1."""
    records_read: int
    duplicates: int
    rejects: list[Reject]
    keys: list[str]
    """Of windows their start in seconds since 1970 UTC and their host or process, of sessions their key."""
    incomplete: np.ndarray
    """Per row, whether the input cuts it off: a window that reaches beyond it, a session that may go on, a
    record that lacks a part of the history that its features look at."""
    records_without_key: int
    unseen_records: int
    """Records whose message has none of the fitted templates."""


class Featurizer:
    """The features of a fitted feature set. Nothing changes in it: it may serve any number of threads."""

    def __init__(self, feature_set: Union[Source, dict[str, Any]]) -> None:
        """Take a feature set, or the path of its JSON file.

        Raises:
            FormatError: it is of another version or holds features that cannot be computed here.
        """
        loaded = feature_set if isinstance(feature_set, dict) else json.loads(Path(feature_set).read_bytes())
        kind = loaded.get("sample")
        if loaded.get("version") != VERSION or kind not in _KINDS:
            found = f"version {loaded.get('version')!r}, sample {kind!r}"
            known = f"version {VERSION}, sample {', '.join(_KINDS)}"
            raise FormatError(f"the feature set is of {found}; this program computes {known}")
        self.names: list[str] = list(loaded["features"])
        self.utc_offset_minutes: int = loaded["utc_offset_minutes"]
        self._format: dict[str, Any] = {
            "utc_offset_minutes": self.utc_offset_minutes,
            **(loaded.get("format") or {}),
        }
        _Reading(self._format, None)
        self._kind: Any = _KINDS[kind](loaded)

    def features_from_lines(
        self, lines: Iterable[Union[str, bytes]], now: datetime | None = None
    ) -> tuple[list[str], np.ndarray, Samples]:
        """The features of log lines: the names of the columns, the matrix, and what its rows are."""
        encoded = (line.encode() if isinstance(line, str) else line for line in lines)
        return self._features([("lines", b"\n".join(line.rstrip(b"\r\n") for line in encoded))], now)

    def features_from_file(
        self, path: Source, now: datetime | None = None
    ) -> tuple[list[str], np.ndarray, Samples]:
        """The features of one log file, plain or compressed."""
        return self.features_from_files([path], now)

    def features_from_files(
        self, paths: Sequence[Source], now: datetime | None = None
    ) -> tuple[list[str], np.ndarray, Samples]:
        """The features of the files of one dataset: their records are put in order together."""
        ordered = sorted(paths, key=lambda path: Path(path).name)
        return self._features([file for path in ordered for file in _read(path)], now)

    def _features(
        self, files: Sequence[tuple[str, bytes]], now: datetime | None
    ) -> tuple[list[str], np.ndarray, Samples]:
        reading = _Reading(self._format, now)
        records: list[_Record] = []
        rejects: list[Reject] = []
        for index, (name, content) in enumerate(files):
            reading.parse_file(index, name, content, records, rejects)
        read = len(records) + len(rejects)
        if rejects and (not records or len(rejects) > reading.max_rejected_share * read):
            first = rejects[0]
            place = f"{first.file}, line {first.line}"
            raise FormatError(
                f"{len(rejects)} of {read} records cannot be read; the first: {place}: {first.reason}"
            )
        if not read:
            raise FormatError(f"no records in {', '.join(name for name, _ in files)}")
        records.sort(key=_canonical)
        kept = records
        if reading.drop_duplicates:
            kept = [
                record
                for index, record in enumerate(records)
                if index == 0 or record.fields != records[index - 1].fields
            ]
        fields = [record.fields for record in kept]
        rows: _Rows = self._kind.rows(fields)
        firsts = [kept[index] for index in rows.firsts]
        samples = Samples(
            np.array([record.fields.timestamp or 0 for record in firsts], dtype=np.int64),
            [files[record.file][0] for record in firsts],
            [record.line for record in firsts],
            read,
            len(records) - len(kept),
            rejects,
            rows.keys,
            rows.incomplete,
            rows.records_without_key,
            rows.unseen_records,
        )
        return list(self.names), rows.matrix, samples


class _Rows(NamedTuple):
    """A matrix, and what its rows are."""

    matrix: np.ndarray
    firsts: Iterable[int]
    """Each row's first record."""
    keys: list[str]
    incomplete: np.ndarray
    records_without_key: int = 0
    unseen_records: int = 0


# ---- records ---------------------------------------------------------------------------------------------


class _Fields(NamedTuple):
    """What a record says; absent and empty texts are alike, except for the message."""

    timestamp: int | None
    host: str | None
    level: str | None
    process: str | None
    pid: str | None
    message: str
    attributes: str | None
    id: str | None

    def named(self, name: str) -> str | None:
        """A role's text, or that of an attribute with this name."""
        text = getattr(self, name) if name in ("host", "process", "pid", "level", "message") else None
        if text is not None or self.attributes is None:
            return text
        value = json.loads(self.attributes).get(name)
        return value if value is None or isinstance(value, str) else _json(value)


class _Record(NamedTuple):
    fields: _Fields
    file: int
    line: int
    record: int


class _Frame(NamedTuple):
    """One record's bytes; a fault says why it must be rejected unparsed."""

    content: bytes
    line: int
    fault: str | None = None
    start: int = 0
    """Where a line begins in the file."""


class _Refused(Exception):
    """The reason for rejecting a record."""


_Parse = Callable[[str, int], _Fields]


def _canonical(record: _Record) -> tuple[Any, ...]:
    """The sort key of the canonical order: absent values come last, text is in the order of its UTF-8."""
    timestamp, host, level, process, pid, message, attributes, identifier = record.fields
    return (
        timestamp is None,
        timestamp or 0,
        host is None,
        host,
        level is None,
        level,
        process is None,
        process,
        pid is None,
        pid,
        message,
        attributes is None,
        attributes,
        identifier is None,
        identifier,
        record.file,
        record.record,
    )


_COMPRESSED: tuple[tuple[bytes, Callable[[bytes], bytes]], ...] = (
    (b"\x1f\x8b", gzip.decompress),
    (b"BZh", bz2.decompress),
    (b"\xfd7zXZ\0", lzma.decompress),
)


def _read(path: Source) -> list[tuple[str, bytes]]:
    """The content of a file, or of the files in a ZIP or a tar, with their names."""
    name, content = Path(path).name, Path(path).read_bytes()
    for magic, what in ((b"\x28\xb5\x2f\xfd", "Zstandard"), (b"PAR1", "Parquet")):
        if content.startswith(magic):
            raise FormatError(f"{path}: {what} needs more than the standard library; give the text in it")
    try:
        for magic, decompress in _COMPRESSED:
            if content.startswith(magic):
                content = decompress(content)
                break
        else:
            if content.startswith((b"PK\x03\x04", b"PK\x05\x06")):
                return _members(name, _in_zip(content))
        if content[257:262] == b"ustar":
            return _members(name, _in_tar(content))
    except (OSError, EOFError, RuntimeError, lzma.LZMAError, zipfile.BadZipFile, tarfile.TarError) as error:
        raise FormatError(f"{path}: it is broken: {error}") from error
    return [(name, content)]


def _members(archive: str, members: Iterable[tuple[str, bool, bytes]]) -> list[tuple[str, bytes]]:
    """The ordinary files of an archive, by name; what is none is refused rather than passed over."""
    found = []
    for name, ordinary, content in members:
        parts = re.split(r"[/\\]", name)
        if name.startswith(("/", "\\")) or ".." in parts or name[1:2] == ":" or not name or "\0" in name:
            raise FormatError(f"{archive}: `{name}` leads out of the archive")
        if "__MACOSX" in parts or ".DS_Store" in parts:
            continue
        if not ordinary:
            raise FormatError(f"{archive}: `{name}` is no ordinary file")
        for magic, decompress in _COMPRESSED:
            if content.startswith(magic):
                content = decompress(content)
                break
        found.append((f"{archive}/{name}", content))
    if not found:
        raise FormatError(f"{archive}: it holds no files")
    return sorted(found)


def _in_zip(content: bytes) -> Iterator[tuple[str, bool, bytes]]:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        for member in archive.infolist():
            if not member.is_dir():
                ordinary = member.external_attr >> 28 != 0o12  # a link
                yield member.filename, ordinary, archive.read(member) if ordinary else b""


def _in_tar(content: bytes) -> Iterator[tuple[str, bool, bytes]]:
    with tarfile.open(fileobj=io.BytesIO(content)) as archive:
        for member in archive:
            if not member.isdir():
                opened = archive.extractfile(member) if member.isreg() else None
                yield member.name, opened is not None, opened.read() if opened else b""


class _Format(NamedTuple):
    """How one file is cut and read."""

    preset: str
    framing: str
    header: _Header | None
    parse: _Parse
    batches: bool = False  # OpenTelemetry's


class _Reading:
    """What the feature set says of every file."""

    def __init__(self, specification: dict[str, Any], now: datetime | None) -> None:
        preset = specification.get("preset", "auto")
        if preset not in ("auto", "pattern", "regex", *_PRESETS):
            raise FormatError(f"the format `{preset}` is not known here")
        self.clock = _Clock(specification.get("utc_offset_minutes", 0), now)
        self.max_rejected_share: float = specification.get("max_rejected_share", 0.5)
        self.drop_duplicates: bool = specification.get("drop_duplicates", True)
        self._preset: str | None = None if preset == "auto" else preset
        self._own: _Lines | None = None
        if preset == "pattern":
            self._own = _Lines((_translate(specification["pattern"]),))
        elif preset == "regex":
            self._own = _Lines((specification["regex"],))
        self._wanted = _Wanted(specification)
        multiline = specification.get("multiline") or "auto"
        self._start = re.compile(_python(multiline["start"])) if isinstance(multiline, dict) else None
        self._joins = multiline == "auto"

    def parse_file(
        self, index: int, name: str, content: bytes, records: list[_Record], rejects: list[Reject]
    ) -> None:
        """Add a file's records, and the rejected ones."""
        whole = content
        content = content.removeprefix(b"\xef\xbb\xbf")
        if not content.strip(_BLANK):
            return
        found = self._detect(name, whole, content)
        parse = found.parse
        for number, frame in enumerate(self._frames(found, content, name), start=1):
            try:
                records.append(_Record(_parse(frame, parse), index, frame.line, number))
            except _Refused as refused:
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
            if found.preset == "csv" and not _names_log(found.header):
                raise FormatError(f"{name}: a column with the time or the message is missing")
            return found
        candidates = [found for preset in _PRESETS if (found := self._candidate(preset, head, forced=False))]
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
            start = _json_start(head)
            if preset == "json-export":
                framing = "document" if forced or (start == "{" and _is_export(head)) else None
            else:
                framing = "document" if start == "[" else "lines" if forced or start else None
            if framing is None:
                return None
            batches = preset == "json-lines" and _BATCH.match(head) is not None
            if batches and not _ends_object(head):
                framing = "document"  # a batch over many lines
            return _Format(
                preset,
                framing,
                None,
                lambda text, line: _parse_json(text, line, self.clock, self._wanted),
                batches,
            )
        if preset in ("csv", "table"):
            header = _csv_header(head, self._wanted)
            if header is None:
                return None
            if preset == "csv":
                if not forced and not _names_log(header):
                    return None
                return _Format(preset, "csv", header, lambda text, _: _parse_csv(text, header, self.clock))
            if not forced and not _is_table(head, header):
                return None
            table = header.table()
            return _Format(preset, "csv", table, lambda text, _: _parse_csv(text, table, self.clock))
        by_hand = {"syslog": _parse_syslog, "hdfs": _parse_hdfs, "logfmt": _parse_logfmt}.get(preset)
        if by_hand is not None:
            return _Format(preset, "lines", None, lambda text, _: by_hand(text, self.clock))
        lines = self._own or _lines_of(preset)
        return _Format(preset, "lines", None, lambda text, _: lines.parse(text, self.clock))

    def _readable_share(self, candidate: _Format, head: bytes, cut: bool, name: str) -> float:
        if cut and candidate.framing != "document":
            head = head[: head.rfind(b"\n") + 1]
        sampled: list[_Frame] = []
        broken = False
        try:
            for frame in islice(self._frames(candidate, head, name), SAMPLED_RECORDS + 1):
                sampled.append(frame)
        except FormatError:  # what is broken beyond the first records shows when the file is read
            broken = True
        if cut and self._is_joined(candidate) and len(sampled) <= SAMPLED_RECORDS:
            del sampled[-1:]  # whether it goes on is not known
        if not sampled and cut and not broken:
            sampled = [_Frame(head, 1)]
        readable = 0
        for frame in sampled[:SAMPLED_RECORDS]:
            try:
                # An encoding is no format: bytes that are not UTF-8 are overlooked.
                content = frame.content.decode(errors="replace").encode()
                fields = _parse(frame._replace(content=content), candidate.parse)
                readable += not (candidate.preset == "syslog" and _doubtful(content, fields))
            except _Refused:
                pass
        return readable / max(len(sampled[:SAMPLED_RECORDS]), 1)

    # ---- framing: bytes to records ----

    def _is_joined(self, found: _Format) -> bool:
        if found.framing != "lines" or found.preset == "json-lines":
            return False
        return self._start is not None or (self._joins and found.preset != "text")

    def _frames(self, found: _Format, content: bytes, name: str) -> Iterator[_Frame]:
        if found.batches:
            whole = _document_frames(content, name) if found.framing == "document" else _line_frames(content)
            return _log_records(whole)
        if found.framing == "document":
            return _document_frames(content, name)
        if found.header is not None and b'"' in content:
            return _csv_frames(content, found.header.delimiter.encode())
        frames = _line_frames(content)
        if found.header is not None:
            return islice(frames, 1, None)
        return self._joined_frames(frames, content, found.parse) if self._is_joined(found) else frames

    def _joined_frames(self, lines: Iterable[_Frame], content: bytes, parse: _Parse) -> Iterator[_Frame]:
        """Add lines of a stack trace, which the format cannot read, to the record before them."""
        held: _Frame | None = None
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

    def _continues(self, line: _Frame, parse: _Parse) -> bool:
        if self._start is None:
            return _CONTINUED.match(line.content) is not None and not _is_readable(line, parse)
        try:
            return self._start.search(line.content.decode()) is None
        except UnicodeDecodeError:
            return False


def _parse(frame: _Frame, parse: _Parse) -> _Fields:
    content = frame.content
    if frame.fault is not None:
        raise _Refused(frame.fault)
    if len(content) > RECORD_BYTES:
        raise _Refused(f"the record is longer than the limit of {RECORD_BYTES} bytes")
    try:
        text = content.decode()
    except UnicodeDecodeError as error:
        column = len(content[: error.start].decode()) + 1
        raise _Refused(f"byte 0x{content[error.start]:02x} at column {column} is not UTF-8") from None
    if "\0" in text:
        raise _Refused(f"byte 0x00 at column {text.index(chr(0)) + 1} is not text")
    return parse(text, frame.line)


def _without_nul(fields: _Fields) -> _Fields:
    """Only escapes can smuggle the character in."""
    if any("\0" in value for value in (*fields[1:6], fields.id) if value):
        raise _Refused("a field holds the character U+0000")
    return fields


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


def _names_log(header: _Header | None) -> bool:
    return header is not None and "timestamp" in header.columns and "message" in header.columns


def _is_table(head: bytes, header: _Header) -> bool:
    """Whether the first line looks like names, and the rows after it have as many fields."""
    names = header.names
    if len(names) < 2 or not all(len(name.encode()) <= 64 and _COLUMN.match(name) for name in names):
        return False
    rows = list(islice((line for line in head.split(b"\n") if line.strip(_BLANK)), 1, 21))
    delimiter = header.delimiter.encode()
    return bool(rows) and all(row.count(delimiter) + 1 >= len(names) for row in rows)


_COLUMN = re.compile(r"[^\W\d]|[@#]")


def _json_start(content: bytes) -> str:
    """`{`, or `[` that opens an array of objects or of nothing; other formats begin with brackets, too."""
    found = re.match(rb"[ \t\n\f\r]*(?:(\{)|(\[)[ \t\n\f\r]*(?:[{\]]|\Z))", content)
    return (found.group(1) or found.group(2)).decode() if found else ""


def _is_export(content: bytes) -> bool:
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
                return _json_start(content[token.end() : token.end() + 4096]) == "["
            role = _ROLES.get(key.lower())
            if role is not None and role[0] in ("timestamp", "message"):
                return False
    return False


_BATCH = re.compile(rb'[ \t\n\f\r]*\{[ \t\n\f\r]*"resourceLogs"')


def _ends_object(content: bytes) -> bool:
    """Whether the first line that is not blank ends where an object may, or is longer than what is here."""
    lines = (line for line in content.splitlines(keepends=True) if line.strip(_BLANK))
    line = next(lines, b"")
    return not line.endswith(b"\n") or line.strip(_BLANK).endswith(b"}")


_BLANK = b" \t\n\f\r"
# Indented, or as traces of Java, Python, JavaScript and .NET begin and end their lines.
_CONTINUED = re.compile(
    rb"[ \t]|(?![0-9<\[])(?:at |Caused by:|Suppressed:|Traceback|\.\.\. |\}|"
    rb"[^: ]*(?:Error|Exception)(?:[: ]|\Z))"
)


def _is_readable(frame: _Frame, parse: Callable[[str, int], _Fields]) -> bool:
    try:
        _parse(frame, parse)
    except _Refused:
        return False
    return True


def _line_frames(content: bytes) -> Iterator[_Frame]:
    """One record per line, ended by LF or CRLF; blank lines are not records."""
    start = 0
    for number, line in enumerate(content.split(b"\n"), start=1):
        if line.strip(_BLANK):
            yield _Frame(line[:-1] if line.endswith(b"\r") else line, number, None, start)
        start += len(line) + 1


def _csv_frames(content: bytes, delimiter: bytes) -> Iterator[_Frame]:
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
        if row.strip(_BLANK):
            if header_passed:
                yield _Frame(row[:-1] if row.endswith(b"\r") else row, line, fault)
            header_passed = True
        line += row.count(b"\n") + 1
        start = at = end + 1


def _closing_quote(content: bytes, at: int, bound: int) -> int | None:
    while True:
        quote = content.find(b'"', at, bound)
        if quote == -1 or content[quote + 1 : quote + 2] != b'"':
            return None if quote == -1 else quote
        at = quote + 2


def _document_frames(content: bytes, name: str) -> Iterator[_Frame]:
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
            yield _Frame(content[at:end], line)
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


def _log_records(frames: Iterable[_Frame]) -> Iterator[_Frame]:
    """The log records of OpenTelemetry's batches; what is no batch is a record itself."""
    for frame in frames:
        try:
            if frame.fault is not None or len(frame.content) > BATCH_BYTES:
                raise _NoBatch
            records = _batch_records(_loads(frame.content.decode()))
            # No number but finite ones, and no half of a surrogate pair.
            options = {"ensure_ascii": False, "allow_nan": False}
            contents = [json.dumps(record, **options).encode() for record in records]
        except (_NoBatch, _Refused, ValueError):
            yield frame
        else:
            yield from (frame._replace(content=content) for content in contents)


class _NoBatch(Exception):
    """Not of the form of a batch."""


def _batch_records(whole: Any) -> Iterator[Any]:
    """The records of an object with `resourceLogs`, or of an element of it."""
    lists = [_listed(whole, key) for key in ("resourceLogs", "scopeLogs")]
    if lists == [None, None]:
        raise _NoBatch
    for batch in [*(lists[0] or []), whole]:
        resource = batch.get("resource") if isinstance(batch, dict) else None
        if not isinstance(resource, (dict, type(None))):
            raise _NoBatch
        known = _named((resource or {}).get("attributes"))
        for scope in _listed(batch, "scopeLogs") or []:
            for record in _listed(scope, "logRecords") or []:
                yield _log_record(record, known)


def _listed(value: Any, key: str) -> list[Any] | None:
    found = value.get(key) if isinstance(value, dict) else value
    if not isinstance(value, dict) or not isinstance(found, (list, type(None))):
        raise _NoBatch
    return found


def _log_record(record: Any, resource: dict[str, Any]) -> Any:
    """A record with what is known of all of its batch."""
    if not isinstance(record, dict):
        return record
    record = dict(record)
    if "body" in record:
        record["body"] = _plain(record["body"])
    if "attributes" in record:
        record["attributes"] = _named(record["attributes"])
    time = record.get("timeUnixNano")
    if (
        time is None or time == "0" or (type(time) is int and time == 0)
    ) and "observedTimeUnixNano" in record:
        record["timeUnixNano"] = record["observedTimeUnixNano"]
    number = record.get("severityNumber")
    if record.get("severityText") in (None, "") and type(number) is int and 1 <= number <= 24:
        record["severityText"] = ("trace", "debug", "info", "warn", "error", "fatal")[(number - 1) // 4]
    return {**resource, **record}


def _named(entries: Any) -> dict[str, Any]:
    """A list of keys and values as an object."""
    if isinstance(entries, dict):
        return entries
    if not isinstance(entries, list):
        return {}
    pairs = (entry for entry in entries if isinstance(entry, dict) and isinstance(entry.get("key"), str))
    return {entry["key"]: _plain(entry.get("value")) for entry in pairs}


def _plain(value: Any) -> Any:
    """A value without its type: `{"stringValue": "x"}` is `"x"`."""
    if not isinstance(value, dict) or len(value) != 1:
        return value
    ((kind, held),) = value.items()
    if kind in ("stringValue", "boolValue", "doubleValue", "bytesValue"):
        return held
    if kind == "intValue":
        whole = isinstance(held, str) and _WHOLE.fullmatch(held) and -(1 << 63) <= int(held) < 1 << 63
        return int(held) if whole else held
    if kind in ("arrayValue", "kvlistValue"):
        values = held.get("values") if isinstance(held, dict) else None
        if kind == "kvlistValue":
            return _named(values)
        return [_plain(one) for one in values] if isinstance(values, list) else values
    return value


_WHOLE = re.compile(r"[+-]?[0-9]+")


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
            if text == b"," or text.strip(_BLANK) == b"":
                return token.start()
            scalar = True
    raise FormatError(f"{name}: the file is cut off in the JSON value at byte {at}; give the whole file")


_NOT_BLANK = re.compile(rb"[^ \t\n\f\r]")
_JSON_TOKEN = re.compile(rb'"(?:[^"\\]|\\.)*"|[{}\[\],]|[ \t\n\f\r]+|[^"{}\[\], \t\n\f\r]+', re.DOTALL)


# ---- parsing: records to fields --------------------------------------------------------------------------

_WHITE = " \t\n\v\f\r\x85\xa0\u1680\u2028\u2029\u202f\u205f\u3000" + "".join(map(chr, range(0x2000, 0x200B)))

# What a named field of JSON or CSV stands for, and how good a name for it it is (0 is best).
_NAMES = {
    role: names.split()
    for role, names in {
        "timestamp": "timestamp @timestamp time ts datetime date event_time created_at "
        "__REALTIME_TIMESTAMP timeUnixNano",
        "host": "host hostname device_ip host_name server device _HOSTNAME host.name host.hostname",
        "level": "log_level level severity loglevel lvl priority severityText log.level",
        "process": "process_name process program logger component service app appname "
        "SYSLOG_IDENTIFIER _COMM process.name log.logger service.name",
        "pid": "pid process_id procid _PID process.pid",
        "message": "message msg log text body content body.stringValue body.string_value",
        "id": "id _id record_id",
    }.items()
}
_ROLES = {name.lower(): (role, rank) for role, names in _NAMES.items() for rank, name in enumerate(names)}
_ROLE_NAMES = ("timestamp", "host", "level", "process", "pid", "message", "id")

_SEVERITIES: dict[str, int] = {
    name: severity
    for severity, names in enumerate(
        (
            "emergency emerg panic 0",
            "alert 1",
            "critical crit fatal severe c f 2",
            "error err e 3",
            "warning warn w 4",
            "notice n 5",
            "info information informational i 6",
            "debug trace verbose fine finer finest d v t 7",
        )
    )
    for name in names.split()
}


def _level(name: str | None) -> str | None:
    """The normalised level that a name, letter or digit stands for."""
    severity = _SEVERITIES.get(name.strip(_WHITE).lower()) if name else None
    return None if severity is None else LEVELS[severity]


def _unknown_timestamp(text: str) -> _Refused:
    return _Refused(f"timestamp `{text[:60]}` is in no known form")


class _Wanted:
    """The fields that a format asks for beside the usual ones: their names and paths."""

    def __init__(self, specification: dict[str, Any]) -> None:
        fields = sorted((specification.get("fields") or {}).items())
        asked = specification.get("attributes")
        self.roles = {name: path for name, path in fields if name in _ROLE_NAMES}
        self.attributes = [(name, path) for name, path in fields if name not in _ROLE_NAMES]
        self.all = asked == "all"
        if isinstance(asked, list):
            self.attributes += [(name, name) for name in asked]

    def __bool__(self) -> bool:
        return bool(self.roles or self.attributes or self.all)

    def of(self, record: dict[str, Any], values: dict[str, Any]) -> str | None:
        """Set the roles that are asked for in `values`; the attributes."""
        for role, path in self.roles.items():
            found = _lookup(record, path)
            values.pop(role, None)
            if found is not _ABSENT:
                values[role] = found
        fields = [(name, _lookup(record, path)) for name, path in self.attributes]
        if self.all:
            known = set(self.roles.values())
            others = (name for name in sorted(record) if name.lower() not in _ROLES and name not in known)
            fields += [(name, record[name]) for name in others]
        return _attributes((name, value) for name, value in fields if value is not _ABSENT)


_ABSENT = object()


def _lookup(value: Any, path: str) -> Any:
    """The value under a key, or at a path of keys and array positions; the longest key counts."""
    if isinstance(value, list):
        position, _, rest = path.partition(".")
        if not _NUMBER.fullmatch(position) or int(position) >= len(value):
            return _ABSENT
        return _lookup(value[int(position)], rest) if rest else value[int(position)]
    if not isinstance(value, dict):
        return _ABSENT
    if path in value:
        return value[path]
    at = path.rfind(".")
    while at != -1:
        found = _lookup(value.get(path[:at]), path[at + 1 :])
        if found is not _ABSENT:
            return found
        at = path.rfind(".", 0, at)
    return _ABSENT


def _parse_json(text: str, line: int, clock: _Clock, wanted: _Wanted) -> _Fields:
    pairs = _loads(text, line, object_pairs_hook=tuple)
    if not isinstance(pairs, tuple):
        raise _Refused("the record is not a JSON object")
    best: dict[str, tuple[int, Any]] = {}
    for name, value in pairs:
        role, rank = _ROLES.get(name.lower(), (None, 0))
        if role is not None and rank <= best.get(role, (rank, None))[0]:
            best[role] = (rank, value)
    values = {role: value for role, (_, value) in best.items()}
    if any(
        name == "_source" or (isinstance(value, (tuple, list)) and name.lower() in _ROLES)
        for name, value in pairs
    ):
        _look_inside(_loads(text, line), values)
    attributes: str | None = None
    if wanted:
        record = _loads(text, line)
        try:
            json.dumps(record, ensure_ascii=False, allow_nan=False).encode()
        except ValueError as error:
            raise _Refused(f"invalid JSON at line {line}: {error}") from None
        attributes = wanted.of(record, values)
    for required in ("timestamp", "message"):
        if values.get(required) is None:
            raise _Refused(f"{required} is {'null' if required in values else 'missing'}")
    message = _json_text(values["message"])
    if message is None:
        raise _Refused("message is not text")
    message = message.rstrip("\r\n")  # Docker ends its messages as the program ended its line
    texts = {role: _json_text(value) or None for role, value in values.items()}
    return _without_nul(
        _Fields(
            _json_timestamp(values["timestamp"], clock),
            texts.get("host"),
            _level(texts.get("level")),
            texts.get("process"),
            texts.get("pid"),
            message,
            attributes,
            texts.get("id"),
        )
    )


def _look_inside(whole: dict[str, Any], values: dict[str, Any]) -> None:
    """Set the roles that have no plain value yet from objects: Elastic's, OpenTelemetry's, journald's."""
    inner = whole.get("_source")
    record = inner if isinstance(inner, dict) else whole
    for role, names in _NAMES.items():
        if not isinstance(values.get(role), (tuple, list, type(None))):
            continue
        for name in names:
            value = _lookup(record, name)
            if value is _ABSENT:
                others = (value for key, value in record.items() if key.lower() == name.lower())
                value = next(others, _ABSENT)
            if (
                isinstance(value, list)
                and value
                and all(type(byte) is int and 0 <= byte < 256 for byte in value)
            ):
                value = bytes(value).decode(errors="replace")
            if value is not _ABSENT and not isinstance(value, (dict, list, type(None))):
                values[role] = value
                break


def _loads(text: str, line: int = 1, **options: Any) -> Any:
    try:
        return json.loads(text, parse_constant=_refuse_constant, parse_int=_integer, **options)
    except (ValueError, RecursionError) as error:
        raise _Refused(f"invalid JSON at line {line}: {error}") from None


def _refuse_constant(name: str) -> None:
    raise ValueError(f"{name} is not JSON")


def _integer(text: str) -> int | float:
    """An integer of 64 bits; what is beyond, and -0, is a number like any other."""
    value = int(text)
    return value if -(1 << 63) <= value < 1 << 64 and text != "-0" else float(text)


def _json_timestamp(value: Any, clock: _Clock) -> int:
    if isinstance(value, (int, float)) and not isinstance(value, bool) and value >= 0:
        instant = _epoch_integer(value) if isinstance(value, int) else _epoch(value)
        text = str(value)
    else:
        text = _json_text(value) or ""
        instant = clock.parse(text)
    if instant is None:
        raise _unknown_timestamp(text)
    return instant


def _json_text(value: Any) -> str | None:
    """A text, number or flag as text; nothing for null and nested values."""
    if isinstance(value, str):
        if value.isascii() or not any("\ud800" <= character <= "\udfff" for character in value):
            return value
        raise _Refused("invalid JSON: an escape is half of a surrogate pair")
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int) and -(1 << 63) <= value < 1 << 64:
        return str(value)
    if isinstance(value, (int, float)):
        number = float(value)
        if not math.isfinite(number):
            raise _Refused("invalid JSON: number out of range")
        text = format(Decimal(repr(number)), "f")
        return text[:-2] if text.endswith(".0") else text
    return None


class _Header:
    """The header of a CSV file: the delimiter, the column of each role, and those that are attributes."""

    def __init__(self, text: str, wanted: _Wanted) -> None:
        self.delimiter, fields = ",", []
        for delimiter in (",", ";", "\t"):
            try:
                found = _split_csv(text, delimiter)
            except _Refused:
                continue
            if len(found) > len(fields):
                self.delimiter, fields = delimiter, found
        self.names = [name.strip(_WHITE) for name in fields]
        best: dict[str, tuple[int, int]] = {}
        for column, name in enumerate(self.names):
            role, rank = _ROLES.get(name.lower(), (None, 0))
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

    def table(self) -> _Header:
        """The same, where nothing is a message and every column an attribute."""
        table = copy(self)
        table.attributes = [(name, at) for at, name in enumerate(self.names)]
        table.is_table = True
        return table


def _csv_header(content: bytes, wanted: _Wanted) -> _Header | None:
    for frame in _line_frames(content):
        try:
            header = _Header(frame.content.decode(), wanted)
        except UnicodeDecodeError:
            return None
        return header if header.names else None
    return None


def _parse_csv(text: str, header: _Header, clock: _Clock) -> _Fields:
    fields = _split_csv(text, header.delimiter)
    if len(fields) != len(header.names):
        raise _Refused(f"{len(fields)} fields, where the header has {len(header.names)}")
    values = {role: fields[column] or None for role, column in header.columns.items()}
    stamp, message = values.get("timestamp"), values.get("message")
    if stamp is None and not header.is_table:
        raise _Refused("timestamp is missing")
    timestamp = None if stamp is None else clock.parse(stamp)
    if timestamp is None and not header.is_table:
        raise _unknown_timestamp(stamp or "")
    if message is None and not header.is_table:
        raise _Refused("message is missing")
    return _Fields(
        timestamp,
        values.get("host"),
        _level(values.get("level")),
        values.get("process"),
        values.get("pid"),
        "" if header.is_table else message or "",
        _attributes((name, fields[at]) for name, at in header.attributes if fields[at]),
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
                raise _Refused(f"the quoted field at column {at + 1} is not closed")
            end = quote + 1
            if end < len(text) and text[end] != delimiter:
                raise _Refused(f"text follows a closing quote at column {end + 1}")
            fields.append(text[at + 1 : quote].replace('""', '"'))
        if end == len(text):
            return fields
        at = end + 1


_HDFS = re.compile(r"([0-9 ]{13}) ([0-9]+) ([A-Za-z]+) ([^ ]*):(?: (.*))?\Z", re.DOTALL)


def _parse_hdfs(text: str, clock: _Clock) -> _Fields:
    """`yyMMdd HHmmss pid LEVEL component: message`"""
    found = _HDFS.match(text)
    if found is None:
        raise _Refused("the line is not `yyMMdd HHmmss pid LEVEL component: message`")
    stamp, pid, level, component, message = found.groups()
    timestamp = clock.compact(stamp)
    if timestamp is None:
        raise _unknown_timestamp(stamp)
    return _Fields(timestamp, None, _level(level), component or None, pid, message or "", None, None)


_PRIORITY = re.compile(r"<\+?([0-9]{1,3})>")
_FACILITIES = frozenset(
    (
        "kern",
        "user",
        "mail",
        "daemon",
        "auth",
        "syslog",
        "lpr",
        "news",
        "uucp",
        "cron",
        "authpriv",
        "ftp",
        "local0",
        "local1",
        "local2",
        "local3",
        "local4",
        "local5",
        "local6",
        "local7",
    )
)
_PID = re.compile(r"[A-Za-z0-9.-]{1,20}\Z")
_DOTTED = re.compile(r"[0-9.]*\Z")
_HOST_NAME = re.compile(r"[A-Za-z0-9._:%/@-]+\Z")
_STRUCTURED = re.compile(r'(?:-|(?:\[(?:[^"\]]|"(?:[^"\\]|\\.)*")*\])+)(?: |\Z)', re.DOTALL)


def _parse_syslog(text: str, clock: _Clock) -> _Fields:
    """RFC 5424, RFC 3164 and OpenWrt's lines, after an optional `<priority>`."""
    level: str | None = None
    priority = _PRIORITY.match(text)
    if priority and int(priority.group(1)) <= 191:
        level, text = LEVELS[int(priority.group(1)) % 8], text[priority.end() :]
    if text.startswith("1 "):
        fields = _parse_rfc5424(text[2:], level, clock)
        if fields is not None:
            return fields
    timestamp, length = clock.prefix(text)
    if timestamp is None:
        raise _Refused(f"the line does not begin with a syslog timestamp: `{text[:32]}`")
    rest = text[length:]
    if rest and rest[0] not in " :":  # a comma, say, makes it a row of a table
        raise _Refused(f"the timestamp is not followed by a space: `{rest[:32]}`")
    rest = rest.lstrip(" ")
    word, _, after = rest.partition(" ")
    facility, _, name = word.partition(".")
    found = _level(name) if facility in _FACILITIES else None
    host: str | None = None
    if found is not None:
        level, rest = level or found, after
    elif not word.endswith(":"):
        host, rest = word or None, after
    process, pid, message = _tag(rest)
    return _Fields(timestamp, host, level, process, pid, message, None, None)


def _doubtful(line: bytes, fields: _Fields) -> bool:
    """A line that begins with an ISO time may be of any kind: it is syslog's when a host follows."""
    host = fields.host
    if host is None or not line[:1].isdigit():
        return False
    return _HOST_NAME.match(host) is None or (len(host) >= 3 and _level(host) is not None)


def _tag(text: str) -> tuple[str | None, str | None, str]:
    """Split `process[pid]: message`; a text without a recognisable tag is the message as it is."""
    untagged = (None, None, text)
    text = text.lstrip(" ")
    head, colon, message = text.partition(": ")
    if not colon:
        head, colon, message = text.partition(":")
        if not colon or (message and " " in head):
            return untagged
    if not head or len(head.encode()) > 128:
        return untagged
    name, bracket, after = head.partition("[")
    pid: str | None = None
    if bracket:
        pid, closed, beyond = after.partition("]")
        if not closed or not _PID.match(pid) or (beyond and not beyond.startswith(" (")):
            return untagged
    words = name.count(" ") + 1
    first, space, version = name.rpartition(" ")
    versioned = bool(space) and " " not in first and _DOTTED.match(version) is not None
    if not name or (words > 1 and not (pid is not None and words <= 4) and not versioned):
        return untagged
    return name, pid, message


def _parse_rfc5424(rest: str, level: str | None, clock: _Clock) -> _Fields | None:
    """What follows RFC 5424's version; nothing when the line is not of that form after all."""
    parts = rest.split(" ", 5)
    structured = _STRUCTURED.match(parts[5]) if len(parts) == 6 else None
    if structured is None:
        return None
    stamp, host, process, pid = parts[:4]
    if stamp == "-":
        raise _Refused("timestamp is missing (`-`)")
    timestamp = clock.parse(stamp)
    if timestamp is None:
        raise _unknown_timestamp(stamp)
    message = parts[5][structured.end() :]
    message = message[1:] if message.startswith("\ufeff") else message
    known = [None if text == "-" else text or None for text in (host, process, pid)]
    return _Fields(timestamp, known[0], level, known[1], known[2], message, None, None)


# The parts of expressions that stand in braces.
_PARTS = {
    "ISO": (
        r"[0-9]{4}[-/.][0-9]{2}[-/.][0-9]{2}[T ][0-9]{2}:[0-9]{2}:[0-9]{2}(?:[.,][0-9]+)?(?: ?(?:Z"
        r"|[+-][0-9]{2}:?[0-9]{2})|Z)?"
    ),
    "CTIME": (
        r"[A-Za-z]{3} +[A-Za-z]{3} +[0-9]{1,2} +[0-9]{2}:[0-9]{2}:[0-9]{2}(?:[.,][0-9]+)? (?:(?:UT"
        r"C|GMT) )?[0-9]{4}"
    ),
    "BSD": (r"[A-Za-z]{3} +[0-9]{1,2} +(?:[0-9]{4} )?[0-9]{2}:[0-9]{2}:[0-9]{2}(?:[.,][0-9]+)?"),
    "OTHER": (
        r"[0-9]{1,2}/[A-Za-z]{3}/[0-9]{4}:[0-9:.,]*[0-9](?: [+-][0-9]{4})?|[0-9]{1,2}[- ][A-Za-z]{"
        r"3}[- ][0-9]{4} [0-9:.,]*[0-9]|[A-Za-z]{3}, [0-9]{2} [A-Za-z]{3} [0-9]{4} [0-9:.,]*[0-9]("
        r"?: (?:GMT|UTC|[+-][0-9]{4}))?|[0-9]{4}-[0-9]{2}-[0-9]{2}-[0-9]{2}\.[0-9]{2}\.[0-9]{2}\.["
        r"0-9]+|[0-9]{8}[-T ][0-9:.,]*[0-9]Z?|[0-9]{1,4}[-/.][0-9]{1,2}(?:[-/.][0-9]{1,4})?[, ]+[0"
        r"-9]{1,2}:[0-9:.,]*[0-9](?: ?[AaPp][Mm])?|[0-9]{6} [0-9]{6}|[0-9]{4} [0-9]{2}:[0-9:.]*[0-"
        r"9]|[0-9]{9,19}(?:\.[0-9]+)?"
    ),
    "LEVEL": (
        r"(?i:trace|debug|info|information|notice|warn|warning|err|error|crit|critical|fatal|sever"
        r"e|alert|emerg|emergency|panic|verbose|fine|finer|finest|config)"
    ),
    "MESSAGE": r"(?P<message>.*)",
}
# Lines that expressions describe, by preset, the most specific first; the first expression to match counts.
# Groups are fields, and those that are not a record's usual ones are attributes.
_LINES = {
    "zookeeper": (
        r"^(?P<timestamp>{ISO}) - (?P<level>{LEVEL}) +\[(?P<thread>.*?):(?P<process>[^:@\]]+)@(?P<"
        r"source_line>[0-9]+)\] - {MESSAGE}",
    ),
    "hadoop": (
        r"^(?P<timestamp>{ISO}) (?P<level>{LEVEL}) +\[(?P<thread>.*?)\] (?P<process>[^ :]+):(?: |$"
        r"){MESSAGE}",
    ),
    "spark": (
        r"^(?P<timestamp>[0-9]{2}/[0-9]{2}/[0-9]{2} [0-9:]{8}) (?P<level>{LEVEL}) (?P<process>[^ :"
        r"]+):(?: |$){MESSAGE}",
    ),
    "openstack": (
        r"^(?:(?P<source_file>[^ ]+) )?(?P<timestamp>{ISO}) (?P<pid>[0-9]+) (?P<level>{LEVEL}) (?P"
        r"<process>[^ ]+) \[(?P<request>[^\]]*)\] {MESSAGE}",
    ),
    "windows-cbs": (r"^(?P<timestamp>{ISO}), (?P<level>[A-Za-z]+) +(?P<process>[^ ]+) +{MESSAGE}",),
    "kubernetes-cri": (
        r"^(?P<timestamp>{ISO}) (?P<stream>stdout|stderr) (?P<tag>[FP][^ ]*)(?: |$){MESSAGE}",
    ),
    "log4j": (
        r"^(?P<timestamp>{ISO}) +\[(?P<thread>.*?)\] +(?P<level>{LEVEL}) +(?P<process>[^ ]+) +- {M"
        r"ESSAGE}",
        r"^(?P<timestamp>{ISO}) - (?P<process>[^ ]+) - (?P<level>{LEVEL}) - {MESSAGE}",
        r"^(?P<timestamp>{ISO}) +\[?(?P<level>{LEVEL})\]? +(?P<process>[^ :]+)(?: +-|:)(?: |$){MES"
        r"SAGE}",
    ),
    "logcat": (
        r"^(?P<timestamp>(?:[0-9]{4}-)?[0-9]{2}-[0-9]{2} [0-9:.]+) +(?P<pid>[0-9]+) +(?P<tid>[0-9]"
        r"+) (?P<level>[VDIWEFA]) (?P<process>.*?) *:(?: |$){MESSAGE}",
    ),
    "healthapp": (r"^(?P<timestamp>[0-9]{8}-[0-9:]+)\|(?P<process>[^|]*)\|(?P<pid>[^|]*)\|{MESSAGE}",),
    "apache-error": (
        r"^\[(?P<timestamp>{CTIME})\] \[(?:(?P<process>[a-z0-9_-]*):)?(?P<level>[a-z]+)[0-9]?\] (?"
        r":\[pid (?P<pid>[0-9]+)(?::tid (?P<tid>[0-9]+))?\] )?{MESSAGE}",
    ),
    "access-combined": (
        r'^(?P<client>[^ ]+) [^ ]+ (?:-|(?P<user>[^ ]+)) \[(?P<timestamp>[^\]]+)\] "(?P<message>(?'
        r'P<method>[A-Z]+) (?P<path>[^ "]+)(?: [^ "]+)?|(?:[^"\\]|\\.)*)" (?P<status>[0-9]{3}) (?:'
        r'-|(?P<bytes>[0-9]+)) "(?:-|(?P<referer>(?:[^"\\]|\\.)*))" "(?:-|(?P<user_agent>(?:[^"\\]'
        r'|\\.)*))"(?: (?P<extra>.*))?$',
    ),
    "access-common": (
        r'^(?P<client>[^ ]+) [^ ]+ (?:-|(?P<user>[^ ]+)) \[(?P<timestamp>[^\]]+)\] "(?P<message>(?'
        r'P<method>[A-Z]+) (?P<path>[^ "]+)(?: [^ "]+)?|(?:[^"\\]|\\.)*)" (?P<status>[0-9]{3}) (?:'
        r"-|(?P<bytes>[0-9]+))$",
    ),
    "bgl": (
        r"^(?P<label>[^ ]+) [0-9]{9,10} [0-9.]{10} (?P<host>[^ ]+) (?P<timestamp>[0-9]{4}-[0-9]{2}"
        r"-[0-9]{2}-[0-9.]+) [^ ]+ (?P<type>[^ ]+) (?P<process>[^ ]+) (?P<level>[^ ]+)(?: |$){MESS"
        r"AGE}",
    ),
    "thunderbird": (
        r"^(?P<label>[^ ]+) (?P<timestamp>[0-9]{9,10}) [0-9.]{10} (?P<host>[^ ]+) [A-Za-z]{3} +[0-"
        r"9]{1,2} [0-9:]{8} [^ ]+ (?:(?P<process>[^ :\[]+)(?:\[(?P<pid>[0-9]+)\])?:(?: |$))?{MESSA"
        r"GE}",
    ),
    "hpc": (
        r"^(?P<id>[0-9]+) (?P<host>[^ ]+) (?P<process>[^ ]+) (?P<state>[^ ]+) (?P<timestamp>[0-9]{"
        r"9,10}) (?P<flag>[0-9]+) {MESSAGE}",
    ),
    "proxifier": (r"^\[(?P<timestamp>[0-9]{2}\.[0-9]{2} [0-9:]+)\] (?P<process>.+?) - {MESSAGE}",),
    "glog": (
        r"^(?P<level>[IWEF])(?P<timestamp>[0-9]{4} [0-9:.]+) +(?P<pid>[0-9]+) (?P<process>[^\]]+)"
        r"\] ?{MESSAGE}",
    ),
    "text": (
        r"^\[?(?P<timestamp>{ANY})\]?[,:]?(?: |$){MESSAGE}",
        r"^{MESSAGE}",
    ),
}
_ANY_TIME = "|".join(_PARTS[name] for name in ("ISO", "CTIME", "BSD", "OTHER"))
# What is told apart, the most specific first.
_PRESETS = (
    *("json-export", "json-lines", "csv", "zookeeper", "hadoop", "spark", "openstack", "windows-cbs"),
    *(
        "kubernetes-cri",
        "log4j",
        "hdfs",
        "logcat",
        "healthapp",
        "apache-error",
        "access-combined",
        "access-common",
    ),
    *("bgl", "thunderbird", "hpc", "proxifier", "glog", "syslog", "logfmt", "table", "text"),
)


def _lines_of(preset: str) -> _Lines:
    """The expressions of a preset, compiled once."""
    if preset not in _COMPILED:
        _COMPILED[preset] = _Lines(_LINES[preset], lenient=preset == "text")
    return _COMPILED[preset]


_COMPILED: dict[str, _Lines] = {}


class _Lines:
    """Lines that regular expressions with named groups cut; the first that matches counts."""

    def __init__(self, expressions: Iterable[str], *, lenient: bool = False) -> None:
        parts = {**_PARTS, "ANY": _ANY_TIME}
        self._expressions = []
        for expression in expressions:
            for name, part in parts.items():
                expression = expression.replace(f"{{{name}}}", part)
            try:
                self._expressions.append(re.compile(f"^(?:{_python(expression)})", re.DOTALL))
            except re.error as error:
                raise FormatError(f"the expression `{expression}` cannot be used here: {error}") from error
        # A time that cannot be read is a part of the message rather than a reason to reject.
        self._lenient = lenient

    def parse(self, text: str, clock: _Clock) -> _Fields:
        for expression in self._expressions:
            found = expression.match(text)
            if found is None:
                continue
            try:
                return _named_fields(found.groupdict(), text, clock)
            except _Refused:
                if not self._lenient:
                    raise
        raise _Refused(f"the line does not match the format: `{text[:60]}`")


def _named_fields(groups: dict[str, str | None], text: str, clock: _Clock) -> _Fields:
    stamp = groups.pop("timestamp", None)
    timestamp = None if stamp is None else clock.parse(stamp)
    if stamp is not None and timestamp is None:
        raise _unknown_timestamp(stamp)
    names = ("host", "level", "process", "pid", "message", "id")
    host, level, process, pid, message, identifier = (groups.pop(name, None) for name in names)
    level = _level(level)
    priority = groups.pop("priority", None)
    if priority is not None:
        if not _NUMBER.fullmatch(priority) or int(priority) > 191:
            raise _Refused("the priority is above 191")
        level = level or LEVELS[int(priority) % 8]
    return _Fields(
        timestamp,
        host or None,
        level,
        (process or "").strip(_WHITE) or None,
        pid or None,
        text if message is None else message,
        _attributes((name, value) for name, value in groups.items() if value is not None),
        identifier or None,
    )


_NUMBER = re.compile(r"\+?[0-9]+")


def _attributes(fields: Iterable[tuple[str, Any]]) -> str | None:
    """Further named fields as the text of a JSON object, in this order."""
    text = ",".join(f"{_json(name)}:{_json(value)}" for name, value in fields)
    return f"{{{text}}}" if text else None


def _json(value: Any) -> str:
    """A value as the training program writes it: no white space, keys in the order of the text."""
    if isinstance(value, dict):
        return "{" + ",".join(f"{_json(key)}:{_json(value[key])}" for key in sorted(value)) + "}"
    if isinstance(value, list):
        return "[" + ",".join(map(_json, value)) + "]"
    if not isinstance(value, float):
        return json.dumps(value, ensure_ascii=False)
    if value == 0:
        return "-0.0" if math.copysign(1, value) < 0 else "0.0"
    sign, digits, exponent = Decimal(repr(value)).as_tuple()
    text = "".join(map(str, digits)).rstrip("0")
    exponent = int(exponent) + len(digits) - len(text)
    point = len(text) + exponent
    if exponent >= 0 and point <= 16:
        text += "0" * exponent + ".0"
    elif 0 < point <= 16:
        text = f"{text[:point]}.{text[point:]}"
    elif -5 < point <= 0:
        text = "0." + "0" * -point + text
    else:
        text = f"{text[0]}{'.' if text[1:] else ''}{text[1:]}e{point - 1}"
    return "-" * sign + text


def _python(expression: str) -> str:
    """An expression of the training program's in Python's syntax: the end of a text is no end of a line."""
    flags = re.match(r"\(\?([a-z]+)\)", expression)
    if flags is not None:
        return f"(?{flags.group(1)}:{_python(expression[flags.end() :])})"
    text, class_starts = "", None
    for part in re.findall(r"\\.|\(\?<(?![=!])|.", expression, re.DOTALL):
        if class_starts is None:
            if part == "[":
                class_starts = (text + "[", text + "[^")
            part = {"$": r"\Z", r"\z": r"\Z", "(?<": "(?P<"}.get(part, part)
        elif part == "[":
            raise FormatError(f"the expression `{expression}` has a class within a class, which Python lacks")
        elif part == "]" and text not in class_starts:
            class_starts = None
        text += part
    return text


def _translate(pattern: str) -> str:
    """The regular expression that a pattern such as `<timestamp> <level> <process>: <message>` stands for."""
    expression, at, open_parts = "^", 0, 0
    while at < len(pattern):
        character, rest = pattern[at], pattern[at:]
        field = _FIELD.match(rest)
        at += 1
        if field is not None:
            at += field.end() - 1
            name, following = field.group(1), pattern[at : at + 1]
            what = (
                "{ANY}"
                if name == "timestamp"
                else "[A-Za-z]+|[0-7]"
                if name == "level"
                else "[A-Za-z0-9.-]+"
                if name == "pid"
                else ".*"
                if not following
                else ".*?"
                if name == "message"
                else "[^ ]+"
                if following == " "
                else ".+?"
            )
            expression += f"(?:{what})" if name in ("*", "_") else f"(?P<{name}>{what})"
        elif character == "(" and _is_optional(rest):
            open_parts += 1
            expression += "(?:"
        elif character == ")" and open_parts and pattern[at : at + 1] == "?":
            open_parts -= 1
            at += 1
            expression += ")?"
        elif character == "\\":
            expression += re.escape(pattern[at : at + 1])
            at += 1
        elif character == " ":
            at = len(pattern) - len(pattern[at:].lstrip(" "))
            # A line may end before its message.
            expression += "(?: +|$)" if pattern[at:] == "<message>" else " +"
        else:
            expression += re.escape(character)
    return expression if expression.endswith("(?P<message>.*)") else expression + "$"


_FIELD = re.compile(r"<([A-Za-z_][A-Za-z0-9_]{0,63}|\*)>")


def _is_optional(text: str) -> bool:
    """Whether the parenthesis at the start of the text is closed with `)?`."""
    depth = 0
    for found in re.finditer(r"\\.|[()]", text, re.DOTALL):
        if found.group() == "(":
            depth += 1
        elif found.group() == ")":
            depth -= 1
            if depth == 0:
                return text[found.end() : found.end() + 1] == "?"
    return False


def _parse_logfmt(text: str, clock: _Clock) -> _Fields:
    """`time=… level=info msg="…" key=value`; a key alone is true."""
    pairs = _logfmt_pairs(text)
    best: dict[str, tuple[int, int]] = {}
    for at, (key, _) in enumerate(pairs):
        role, rank = _ROLES.get(key.lower(), (None, 0))
        if role is not None and (role not in best or rank < best[role][0]):
            best[role] = (rank, at)
    taken = {at for _, at in best.values()}
    values = {role: pairs[at][1] or None for role, (_, at) in best.items()}
    stamp, message = values.get("timestamp"), values.get("message")
    timestamp = None if stamp is None else clock.parse(stamp)
    if stamp is not None and timestamp is None:
        raise _unknown_timestamp(stamp)
    if timestamp is None and message is None:
        raise _Refused("the line has neither time nor message as `key=value`")
    return _without_nul(
        _Fields(
            timestamp,
            values.get("host"),
            _level(values.get("level")),
            values.get("process"),
            values.get("pid"),
            text if message is None else message,
            _attributes(pair for at, pair in enumerate(pairs) if at not in taken),
            values.get("id"),
        )
    )


def _logfmt_pairs(text: str) -> list[tuple[str, str]]:
    pairs = []
    rest = text.lstrip(_WHITE)
    while rest:
        found = _PAIR.match(rest)
        if found is None:
            raise _Refused(f"no pair stands at column {len(text) - len(rest) + 1}")
        key, quoted, plain = found.groups()
        value = "true" if quoted is None and plain is None else plain or ""
        if quoted is not None:
            value = quoted
            if "\\" in quoted:
                try:
                    value = json.loads(f'"{quoted}"')
                    value.encode()
                except ValueError:
                    value = quoted
        pairs.append((key, value))
        rest = rest[found.end() :].lstrip(_WHITE)
    return pairs


_PAIR = re.compile(r'([^= \t"]+)(?:="((?:[^"\\]|\\.)*)"|=(?!")([^ \t]*)|(?![="]))', re.DOTALL)


# ---- timestamps ------------------------------------------------------------------------------------------

_MONTH = "(?P<month>jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)"
_MONTHS = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"]
_TIME = r"(?P<hour>\d\d):(?P<minute>\d\d):(?P<second>\d\d)(?:[.,](?P<fraction>\d+))?"
_TIME_MINUTES = r"(?P<hour>\d\d):(?P<minute>\d\d)(?::(?P<second>\d\d)(?:[.,](?P<fraction>\d+))?|(?!:))"


def _form(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern, re.ASCII | re.IGNORECASE)


_ISO_DATE = _form(r"(?P<year>\d{4})(?P<separator>[-/.])(?P<month>\d\d)(?P=separator)(?P<day>\d\d)")
_ISO = _form(_ISO_DATE.pattern + "[T ]" + _TIME_MINUTES)
_BSD = _form(_MONTH + r" +(?P<day>\d{1,2}) +(?:(?P<year>\d{4}) (?=\d\d:))?" + _TIME)
_CTIME = _form(
    r"(?:mon|tue|wed|thu|fri|sat|sun) +"
    + _MONTH
    + r" +(?P<day>\d{1,2}) +"
    + _TIME
    + r" (?P<utc>(?:utc|gmt) ?)?(?P<year>\d{4})"
)
_ACCESS = _form(r"(?P<bracket>\[?)(?P<day>\d\d)/" + _MONTH + r"/(?P<year>\d{4}):" + _TIME)
_COMPACT = _form(r"(?P<year>\d\d)(?P<month>\d\d)(?P<day>\d\d) (?P<hour>\d\d)(?P<minute>\d\d)(?P<second>\d\d)")
_NAMED_MONTH = r"(?P<day>\d{1,2})(?P<separator>[- /])" + _MONTH + r"(?P=separator)(?P<year>\d{4}) " + _TIME
_DATE = r"(?P<year>\d{4})(?P<month>\d\d)(?P<day>\d\d)[-T ]"
_PACKED = _form(
    _DATE
    + r"(?:(?P<hour>\d\d)(?P<minute>\d\d)(?P<second>\d\d)|"
    + r"(?P<hour1>\d{1,2}):(?P<minute1>\d{1,2}):(?P<second1>\d{1,2}))"
    + r"(?::(?P<millis>\d{1,3})|[.,](?P<fraction>\d+))?"
)
_MAIL = _form(r"(?:mon|tue|wed|thu|fri|sat|sun), +" + _NAMED_MONTH)
# Blue Gene/L's; HealthApp's and ISO's basic form; Spark's; month or day first; without a year; with a month's
# name; glog's; mail's.
_DAY_FIRST = _form(
    r"(?P<first>\d{1,2})(?P<separator>[/.-])(?P<second_part>\d{1,2})(?P=separator)(?P<year>\d{4}),? +"
    r"(?:(?P<hour1>\d):(?P<minute1>\d\d)(?::(?P<second1>\d\d)(?:[.,](?P<fraction1>\d+))?|(?!:))|"
    + _TIME_MINUTES
    + r")(?P<half> ?[ap]m)?"
)
_OTHERS = (
    _form(
        r"(?P<year>\d{4})-(?P<month>\d\d)-(?P<day>\d\d)-(?P<hour>\d\d)\.(?P<minute>\d\d)\.(?P<second>\d\d)"
        r"(?:[.,](?P<fraction>\d+))?"
    ),
    _PACKED,
    _form(r"(?P<year>\d\d)/(?P<month>\d\d)/(?P<day>\d\d) " + _TIME),
    _DAY_FIRST,
    _form(r"(?P<month>\d\d)[-./](?P<day>\d\d) " + _TIME),
    _form(_NAMED_MONTH),
    _form(r"(?P<month>\d\d)(?P<day>\d\d) " + _TIME),
    _MAIL,
)
_WITH_OFFSET = (_PACKED, _OTHERS[5], _MAIL)
_OFFSET = _form(
    r"(?P<utc>Z| (?:utc|gmt) ?)|(?P<space> ?)(?P<sign>[+-])(?P<hours>\d\d)(?P<colon>:?)(?P<minutes>\d\d)?"
)
_EPOCH = _form(r"[0-9.]+")


class _Clock:
    """Reads timestamps, as microseconds since 1970 UTC; finer digits are cut off."""

    def __init__(self, utc_offset_minutes: int, now: datetime | None = None) -> None:
        seconds = time.time() if now is None else now.timestamp()
        self._utc_offset_minutes = utc_offset_minutes
        self._latest = round(seconds * SECOND) + DAY
        self._latest_year = datetime.fromtimestamp(self._latest // SECOND, UTC).year + 1
        self._known: dict[str, int | None] = {}

    def parse(self, text: str) -> int | None:
        """Read a whole text as a timestamp in any known form."""
        return self._remember(text, self._parse)

    def compact(self, text: str) -> int | None:
        """Read `yyMMdd HHmmss`; years from 69 are those of the last century."""
        return self._remember(text, lambda text: self._compact(text)[0])

    def prefix(self, text: str) -> tuple[int | None, int]:
        """Read the timestamp that a syslog line begins with, and its length."""
        if text[:1].isdigit():
            return self._iso(text)
        instant, length = self._bsd(text)
        return (instant, length) if instant is not None else self._ctime(text)

    def _remember(self, text: str, read: Callable[[str], int | None]) -> int | None:
        known = self._known
        if text not in known:
            if len(known) >= CACHED:
                known.clear()
            known[text] = read(text)
        return known[text]

    def _parse(self, text: str) -> int | None:
        text = text.strip(_WHITE)
        if _EPOCH.fullmatch(text):
            if text.isdigit() and int(text) < 1 << 64:
                return _epoch_integer(int(text))
            try:
                return _epoch(float(text))
            except ValueError:
                return None
        date_alone = _ISO_DATE.fullmatch(text)
        if date_alone:
            return self._instant(date_alone)
        for read in (self._iso, self._bsd, self._ctime, self._access, self._compact, self._other):
            instant, length = read(text)
            if instant is not None and length == len(text):
                return instant
        return None

    def _other(self, text: str) -> tuple[int | None, int]:
        """The less common forms: the first that is a time at all."""
        for form in _OTHERS:
            found = form.match(text)
            if found is None:
                continue
            parts, end = found.groupdict(), found.end()
            offset, end = _offset(text, end) if form in _WITH_OFFSET else (None, end)
            year = parts.get("year")
            if form is _DAY_FIRST:
                instant = self._day_first(parts)
            elif year is None:
                instant = self._instant_without_year(found)
            elif len(year) == 2:
                instant = self._instant(found, offset, _century(int(year)))
            else:
                instant = self._instant(found, offset)
            if instant is not None:
                return instant, end
        return None, 0

    def _iso(self, text: str) -> tuple[int | None, int]:
        found = _ISO.match(text)
        if found is None:
            return None, 0
        offset, end = _offset(text, found.end())
        return self._instant(found, offset), end

    def _bsd(self, text: str) -> tuple[int | None, int]:
        found = _BSD.match(text)
        if found is None:
            return None, 0
        if found.group("year"):
            return self._instant(found), found.end()
        return self._remember(found.group(), lambda _: self._instant_without_year(found)), found.end()

    def _ctime(self, text: str) -> tuple[int | None, int]:
        found = _CTIME.match(text)
        if found is None:
            return None, 0
        return self._instant(found, 0 if found.group("utc") else None), found.end()

    def _access(self, text: str) -> tuple[int | None, int]:
        found = _ACCESS.match(text)
        if found is None:
            return None, 0
        offset, end = _offset(text, found.end())
        if found.group("bracket"):
            if text[end : end + 1] != "]":
                return None, 0
            end += 1
        return self._instant(found, offset), end

    def _compact(self, text: str) -> tuple[int | None, int]:
        found = _COMPACT.match(text)
        if found is None:
            return None, 0
        return self._instant(found, None, _century(int(found.group("year")))), found.end()

    def _instant_without_year(self, found: re.Match[str]) -> int | None:
        """The latest instant, in whichever year, that is not too late."""
        for year in range(self._latest_year, self._latest_year - 10, -1):
            instant = self._instant(found, None, year)
            if instant is not None and instant <= self._latest:
                return instant
        return None

    def _day_first(self, parts: dict[str, str | None]) -> int | None:
        """`7/1/2025, 4:56:35 PM`: with slashes the month first, unless it can only be the day."""
        first, second, half = parts["first"] or "", parts["second_part"] or "", parts["half"]
        month_first = parts["separator"] == "/" and int(first) <= 12
        parts = {**parts, "month": first if month_first else second, "day": second if month_first else first}
        parts["fraction"] = parts["fraction"] or parts["fraction1"]
        hour = int(parts["hour"] or parts["hour1"] or 0)
        if half is not None:
            if not 1 <= hour <= 12:
                return None
            parts["hour"] = str(hour % 12 + (12 if "p" in half.lower() else 0))
        return self._instant_of(parts)

    def _instant(
        self, found: re.Match[str], offset: int | None = None, year: int | None = None
    ) -> int | None:
        return self._instant_of(found.groupdict(), offset, year)

    def _instant_of(
        self, parts: dict[str, str | None], offset: int | None = None, year: int | None = None
    ) -> int | None:
        month = parts["month"] or ""
        try:
            day = date(
                int(parts["year"] or 0) if year is None else year,
                int(month) if month.isdigit() else _MONTHS.index(month.lower()) + 1,
                int(parts["day"] or 0),
            ).toordinal()
        except ValueError:
            return None
        hour, minute, second = (
            int(parts.get(name) or parts.get(name + "1") or 0) for name in ("hour", "minute", "second")
        )
        if hour > 23 or minute > 59 or second > 60:
            return None
        micros = int(((parts.get("fraction") or "") + "000000")[:6]) + int(parts.get("millis") or 0) * 1_000
        seconds = (day - 719_163) * 86_400 + hour * 3_600 + minute * 60 + second
        offset = self._utc_offset_minutes if offset is None else offset
        return (seconds - offset * 60) * SECOND + micros


def _century(year: int) -> int:
    """Two digits of a year: from 69 on they are of the last century."""
    return year + (2000 if year < 69 else 1900)


def _offset(text: str, at: int) -> tuple[int | None, int]:
    """The offset from UTC in minutes, if one follows, and where it ends."""
    found = _OFFSET.match(text, at)
    if found is None:
        return None, at
    if found.group("utc"):
        return 0, found.end()
    if found.group("minutes") is None and (found.group("colon") or found.group("space")):
        return None, at  # ` -05 …` after a space is as likely the message's as an offset
    hours, minutes = int(found.group("hours")), int(found.group("minutes") or 0)
    if hours > 18 or minutes > 59:
        return None, at
    return (hours * 60 + minutes) * (1 if found.group("sign") == "+" else -1), found.end()


def _epoch_integer(value: int) -> int | None:
    """Unix time in s, ms, µs or ns, told apart by magnitude."""
    if value >= 1 << 64:
        return _epoch(float(value))
    if value < 10**11:
        return value * SECOND
    if value < 10**14:
        return value * 1_000
    return value if value < 10**17 else value // 1_000


def _epoch(value: float) -> int | None:
    if not math.isfinite(value) or value < 0 or value >= 1e20:
        return None
    micros = (
        value * 1e6
        if value < 1e11
        else value * 1e3
        if value < 1e14
        else value
        if value < 1e17
        else value / 1e3
    )
    whole = math.floor(micros)
    return whole + (micros - whole >= 0.5)


# ---- features of records ---------------------------------------------------------------------------------

_CALENDAR = (
    "hour_of_day",
    "day_of_week",
    "hour_sin",
    "hour_cos",
    "day_sin",
    "day_cos",
    "is_weekend",
    "is_business_hours",
)
_CLASSES = ("letter", "digit", "uppercase", "whitespace", "punctuation")
_MESSAGE = [
    "message_length",
    "word_count",
    *(f"{name}_count" for name in _CLASSES),
    *(f"{name}_ratio" for name in _CLASSES),
    "unique_characters",
    "ip_count",
    "mac_count",
    "url_count",
    "number_count",
]
_WINDOW = (
    "records",
    "errors",
    "connections",
    "disconnections",
    "distinct_macs",
    "distinct_ips",
    "distinct_processes",
    "error_ratio",
)
_GAPS = ("seconds_since_previous_same_process", "seconds_since_previous_same_host")
# Each byte's class: upper and lower case letters, digits, white space, punctuation, none of these.
_CLASS_OF_BYTE = bytes(
    ord(
        "u"
        if chr(byte).isupper()
        else "l"
        if chr(byte).islower()
        else "d"
        if chr(byte).isdigit()
        else "w"
        if byte in b" \t\n\v\f\r"
        else "p"
        if 33 <= byte <= 126
        else "-"
    )
    if byte < 128
    else ord("-")
    for byte in range(256)
)
_URL = re.compile(rb"(?<=[A-Za-z0-9])://(?=[^ \t\n\v\f\r])")
_NUMBERS = re.compile(rb"[0-9]+")
_COLONS = re.compile(rb"[A-Za-z0-9:]+")
_HYPHENS = re.compile(rb"[A-Za-z0-9-]+")
_HEX = re.compile(rb"[0-9A-Fa-f]*")


def _events(feature_set: dict[str, Any]) -> list[tuple[str, re.Pattern[bytes] | None]]:
    """The patterns that raise each event flag."""
    events = []
    for name in EVENTS:
        patterns = "|".join(f"(?:{_python(pattern)})" for pattern in feature_set["patterns"].get(name, ()))
        events.append((name, re.compile(patterns.encode(), re.IGNORECASE) if patterns else None))
    return events


class _RecordFeatures:
    """The sample kind `record`: one row per record."""

    def __init__(self, feature_set: dict[str, Any]) -> None:
        self._utc_offset_minutes: int = feature_set["utc_offset_minutes"]
        self._gap_limit = float(feature_set["gap_limit_seconds"])
        self._windows = [(window["name"], window["seconds"]) for window in feature_set["windows"]]
        self._frequency: dict[str, float] = feature_set["state"]["process_frequency"]
        self._events = _events(feature_set)
        self._names: list[str] = feature_set["features"]
        _refuse_unknown(self._names, self.known_names().__contains__)

    def known_names(self) -> list[str]:
        windows = [f"last_{name}_{feature}" for name, _ in self._windows for feature in _WINDOW]
        single = [*_CALENDAR, *_MESSAGE, "level_severity", "level_missing", *EVENTS, "process_frequency"]
        return [*single, *_GAPS, *windows]

    def rows(self, fields: Sequence[_Fields]) -> _Rows:
        timeless = sum(record.timestamp is None for record in fields)
        if timeless:
            raise FormatError(f"{timeless} records have no time, which the features need")
        columns = self._columns(fields)
        matrix = np.empty((len(fields), len(self._names)))
        for index, name in enumerate(self._names):
            matrix[:, index] = columns[name]
        looked_back = [seconds for name, seconds in self._windows if self._asks(f"last_{name}_")]
        looked_back += [self._gap_limit] * any(name in _GAPS for name in self._names)
        times = np.array([record.timestamp for record in fields], dtype=np.int64)
        incomplete = times - times[:1] < max(looked_back, default=0) * SECOND
        return _Rows(matrix, range(len(fields)), [], incomplete)

    def _asks(self, begin: str) -> bool:
        return any(name.startswith(begin) for name in self._names)

    def _columns(self, fields: Sequence[_Fields]) -> dict[str, np.ndarray]:
        """Every known feature by name, of records in canonical order."""
        times = np.array([record.timestamp for record in fields], dtype=np.int64)
        processes = [record.process or "" for record in fields]
        columns = _calendar(times, self._utc_offset_minutes)
        macs, ips = self._messages(fields, columns)
        severities = [6 if record.level is None else LEVELS.index(record.level) for record in fields]
        missing = [record.level is None for record in fields]
        columns["level_severity"] = np.array(severities, dtype=float)
        columns["level_missing"] = np.array(missing, dtype=float)
        columns["is_error"] = np.maximum(columns["is_error"], columns["level_severity"] <= 3)
        columns["process_frequency"] = np.array([self._frequency.get(name, 0.0) for name in processes])
        hosts = [record.host or "" for record in fields]
        for name, groups in zip(_GAPS, (processes, hosts)):
            columns[name] = _gaps(times.tolist(), groups, self._gap_limit)
        each_process = [(process,) for process in processes]
        for name, seconds in self._windows:
            start = np.searchsorted(times, times - seconds * SECOND, side="right")
            end = np.searchsorted(times, times, side="right")
            counts = [(end - start).astype(float)]
            for event in EVENTS[:3]:
                sums = np.concatenate(([0.0], np.cumsum(columns[event])))
                counts.append(sums[end] - sums[start])
            bounds = list(zip(start.tolist(), end.tolist()))
            counts += [_distinct(values, bounds) for values in (macs, ips, each_process)]
            counts.append(counts[1] / counts[0])
            columns.update((f"last_{name}_{feature}", values) for feature, values in zip(_WINDOW, counts))
        return columns

    def _messages(
        self, fields: Sequence[_Fields], columns: dict[str, np.ndarray]
    ) -> tuple[list[list[bytes]], list[list[bytes]]]:
        """Add the features of the messages; return their MAC and IP addresses."""
        described = np.empty((len(fields), len(_MESSAGE)))
        events = np.zeros((len(EVENTS), len(fields)))
        macs, ips = [], []
        for row, record in enumerate(fields):
            message = record.message.encode()
            found_macs, found_ips = _addresses(message)
            described[row] = _describe(record.message, message, len(found_macs), len(found_ips))
            macs.append(found_macs)
            ips.append(found_ips)
            for index, (_, pattern) in enumerate(self._events):
                if pattern is not None and pattern.search(message):
                    events[index, row] = 1.0
        columns.update(zip(_MESSAGE, described.T))
        columns.update(zip(EVENTS, events))
        return macs, ips


def _calendar(times: np.ndarray, utc_offset_minutes: int) -> dict[str, np.ndarray]:
    local = times + utc_offset_minutes * 60 * SECOND
    in_day = local % DAY
    hour = in_day // (3_600 * SECOND)
    weekday = (local // DAY + 3) % 7  # 1970-01-01 was a Thursday
    day_angle = 2 * np.pi * (in_day / 1e6) / 86_400.0
    week_angle = 2 * np.pi * weekday / 7.0
    weekend = weekday >= 5
    business = ~weekend & (hour >= 9) & (hour < 17)
    values = (
        hour,
        weekday,
        np.sin(day_angle),
        np.cos(day_angle),
        np.sin(week_angle),
        np.cos(week_angle),
        weekend,
        business,
    )
    return {name: value.astype(float) for name, value in zip(_CALENDAR, values)}


def _describe(text: str, message: bytes, macs: int, ips: int) -> list[float]:
    """The message features in the order of `_MESSAGE`."""
    classes = message.translate(_CLASS_OF_BYTE)
    upper, digits = classes.count(b"u"), classes.count(b"d")
    counts = [upper + classes.count(b"l"), digits, upper, classes.count(b"w"), classes.count(b"p")]
    length = len(text)
    return [
        length,
        len(message.split()),
        *counts,
        *(count / length if length else 0.0 for count in counts),
        len(set(text)),
        ips,
        macs,
        len(_URL.findall(message)) if b"://" in message else 0,
        len(_NUMBERS.findall(message)) if digits else 0,
    ]


def _addresses(message: bytes) -> tuple[list[bytes], list[bytes]]:
    """The MAC and IP addresses in a message, packed; IPv4 addresses are IPv4-mapped IPv6 addresses."""
    macs: list[bytes] = []
    ips: list[bytes] = []
    if b"." in message:
        for run in _DIGITS_AND_DOTS.finditer(message):
            address = _ipv4(message, run)
            if address is not None:
                ips.append(address)
    if b":" in message:
        for run in _COLONS.findall(message):
            colons = run.count(b":")
            if colons >= 5:
                macs += _macs(run, b":")
            if colons >= 2:
                ips += _ipv6s(run)
    if message.count(b"-") >= 5:
        for run in _HYPHENS.findall(message):
            if run.count(b"-") >= 5:
                macs += _macs(run, b"-")
    return macs, ips


_DIGITS_AND_DOTS = re.compile(rb"[0-9.]*\.[0-9.]*")
_LETTER = re.compile(rb"[A-Za-z]")


def _ipv4(message: bytes, run: re.Match[bytes]) -> bytes | None:
    start, end = run.span()
    if _LETTER.match(message[start - 1 : start]) or _LETTER.match(message[end : end + 1]):
        return None
    numbers = run.group().strip(b".").split(b".")
    if len(numbers) != 4 or not all(0 < len(number) <= 3 and int(number) < 256 for number in numbers):
        return None
    return b"\0" * 10 + b"\xff\xff" + bytes(map(int, numbers))


def _macs(run: bytes, separator: bytes) -> list[bytes]:
    """Sequences of groups of two hexadecimal digits that are exactly six groups long."""
    found = []
    groups: list[bytes] = []
    for group in [*run.split(separator), b""]:
        if len(group) == 2 and _HEX.fullmatch(group):
            groups.append(group)
            continue
        if len(groups) == 6:
            found.append(bytes.fromhex(b"".join(groups).decode()))
        groups = []
    return found


def _ipv6s(run: bytes) -> list[bytes]:
    """The longest sequences of groups of at most four hexadecimal digits that are addresses."""
    found = []
    groups: list[bytes] = []
    for group in [*run.split(b":"), b"none"]:
        if len(group) <= 4 and _HEX.fullmatch(group):
            groups.append(group)
            continue
        address = _ipv6(b":".join(groups).decode())
        if address is not None:
            found.append(address)
        groups = []
    return found


def _ipv6(text: str) -> bytes | None:
    if text.startswith(":") and not text.startswith("::"):
        text = text[1:]
    if text.endswith(":") and not text.endswith("::"):
        text = text[:-1]
    colons = text.count(":")
    if colons < 2 or len(text) == colons or ("::" not in text and colons != 7):
        return None
    try:
        return ipaddress.IPv6Address(text).packed
    except ValueError:
        return None


def _gaps(times: Sequence[int], groups: Sequence[str], limit: float) -> np.ndarray:
    """Seconds since the latest strictly earlier record of the same group."""
    latest: dict[str, tuple[int, int | None]] = {}
    gaps = np.empty(len(times))
    for row, (instant, group) in enumerate(zip(times, groups)):
        current, previous = latest.get(group, (None, None))
        if current != instant:
            previous = current
            latest[group] = (instant, previous)
        gaps[row] = limit if previous is None else min((instant - previous) / 1e6, limit)
    return gaps


def _distinct(values: Sequence[Sequence[Any]], bounds: Sequence[tuple[int, int]]) -> np.ndarray:
    """How many different values the records from `start` to before `end` have, for ascending bounds."""
    counts: Counter[Any] = Counter()
    distinct = np.empty(len(bounds))
    first = last = 0
    for row, (start, end) in enumerate(bounds):
        while last < end:
            for value in values[last]:
                counts[value] += 1
            last += 1
        while first < start:
            for value in values[first]:
                counts[value] -= 1
                if not counts[value]:
                    del counts[value]
            first += 1
        distinct[row] = len(counts)
    return distinct


# ---- templates -------------------------------------------------------------------------------------------

_WILD = b"<*>"
_TOKEN = re.compile(
    rb"(?:[A-Za-z0-9_$\x80-\xff]|<\*>|(?<=[A-Za-z0-9_$\x80-\xff>])(?:"
    rb"\.(?=[A-Za-z0-9_$\x80-\xff<])|[-/](?=[A-Za-z0-9_$\x80-\xff<.])))+|.",
    re.DOTALL,
)
_TOKENS = 512
_VALUES = re.compile(rb"<\*>(?:[-/.]*<\*>)*")
_CALENDAR_NAMES = frozenset(
    b"Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec Mon Tue Wed Thu Fri Sat Sun".split()
)
_WORD_BYTES = frozenset(byte for byte in range(256) if chr(byte).isalnum() or byte in b"_$" or byte >= 128)
_SEPARATORS = frozenset((b",", b".", b"-", b"/", b"#", b"_", b"+", b":"))


class _Templates:
    """The fitted templates: a message is masked, cut and looked up. What is not among them is -1, unseen."""

    def __init__(self, templates: dict[str, Any] | None) -> None:
        found = templates or {"masks": [], "templates": []}
        self.ids: list[str] = [template["id"] for template in found["templates"]]
        masks = "|".join(f"(?:{mask['pattern']})" for mask in found["masks"]) or "(?!)"
        self._masks = re.compile(masks.encode())
        forms: dict[int, dict[tuple[int, ...], dict[tuple[bytes, ...], int]]] = {}
        for index, template in enumerate(found["templates"]):
            tokens = tuple(token.encode() for token in template["tokens"])
            wild = tuple(at for at, token in enumerate(tokens) if token == _WILD)
            forms.setdefault(len(tokens), {}).setdefault(wild, {})[tokens] = index
        # Of several that fit, the one with the fewest wildcards is taken; of those, the one whose come first.
        self._forms = {
            length: sorted(of_length.items(), key=lambda form: (len(form[0]), form[0]))
            for length, of_length in forms.items()
        }
        self._words: dict[bytes, bytes] = {}
        self._known: dict[bytes, int] = {}

    def find(self, message: bytes) -> int:
        """The place of the message's template."""
        words = self._words
        masked = []
        # No mask reaches over white space.
        for word in message.split():
            known = words.get(word)
            masked.append(self._mask(word) if known is None else known)
        for at in range(1, len(masked)):
            if masked[at].startswith(b"()"):
                masked[at] = b"(<*>)" + masked[at][2:]
        text = b" ".join(masked)
        known = self._known.get(text)
        if known is None:
            known = self._match(_tokens(text))
            if len(self._known) >= CACHED:
                self._known.clear()
            self._known[text] = known
        return known

    def _mask(self, word: bytes) -> bytes:
        masked = self._masks.sub(_WILD, word)
        if len(self._words) >= CACHED:
            self._words.clear()
        self._words[word] = masked
        return masked

    def _match(self, tokens: list[bytes]) -> int:
        for wild, templates in self._forms.get(len(tokens), ()):
            opened = list(tokens)
            for at in wild:
                if _WILD not in tokens[at] and tokens[at][0] not in _WORD_BYTES:
                    break
                opened[at] = _WILD
            else:
                found = templates.get(tuple(opened))
                if found is not None:
                    return found
        return -1


def _tokens(masked: bytes) -> list[bytes]:
    """Words (also with `.`, `-` and `/` within), single other characters, spaces; values in a row are one."""
    cut = [found.group() for found in islice(_TOKEN.finditer(masked), _TOKENS)]
    for at in range(len(cut) - 3, -1, -1):
        if cut[at + 2] == _WILD and cut[at + 1] == b" " and cut[at] in _CALENDAR_NAMES:
            cut[at] = _WILD
    joined: list[bytes] = []
    for token in cut:
        if token == b"null" or _VALUES.fullmatch(token):
            token = _WILD
        remove = _continued(joined, token) if _WILD in token else None
        if remove is None:
            joined.append(token)
        elif remove:
            del joined[-remove:]
    return joined


def _continued(joined: list[bytes], token: bytes) -> int | None:
    """How many separators to remove when a masked token only goes on with what the list ends in."""
    if joined[-1:] == [token]:
        return 0
    if joined[-2:] == [token, b" "]:
        return 1
    if token == _WILD and len(joined) >= 2:
        if joined[-2] == _WILD and joined[-1] in _SEPARATORS:
            return 1
        if joined[-3:] in ([_WILD, b",", b" "], [_WILD, b"#", b"#"]):
            return 2
    return None


# ---- features of windows and sessions --------------------------------------------------------------------

_PLAIN = {
    name: group
    for group, names in {
        "length": "length distinct_templates unseen_count unseen_ratio",
        "times": "duration_seconds gap_mean_seconds gap_std_seconds gap_max_seconds",
        "levels": "level_missing_count level_missing_ratio",
        "names": "distinct_processes distinct_hosts",
        "addresses": "distinct_macs distinct_ips",
    }.items()
    for name in names.split()
}
_NAMED_NUMBER = re.compile(
    rb"([A-Za-z][A-Za-z0-9_]{0,31}) ?[=:] ?(-?[0-9]{1,15}(?:\.[0-9]{1,15})?)(?:[^0-9.:_-]|\Z)"
)
_STATISTICS = ("count", "mean", "std", "min", "max")


class _Cut(NamedTuple):
    """Samples, and which records they have: parallel arrays, by sample and then by record."""

    keys: list[str]
    incomplete: np.ndarray
    sample: np.ndarray
    member: np.ndarray
    without: int


class _Aggregates:
    """The sample kinds `window` and `session`: what many records have in common."""

    def __init__(self, feature_set: dict[str, Any]) -> None:
        self._sampling: dict[str, Any] = feature_set["sampling"]
        self._names: list[str] = feature_set["features"]
        state = feature_set["state"]
        self._templates = _Templates(state.get("templates"))
        self._places = {name: at for at, name in enumerate(self._templates.ids)}
        self._weight: str = feature_set.get("weight", "raw")
        self._samples: int = state.get("training_samples", 0)
        self._documents: dict[str, int] = state.get("document_frequency", {})
        self._events = _events(feature_set)
        key = self._sampling.get("key", {})
        self._key = re.compile(_python(key["regex"])) if "regex" in key else None
        _refuse_unknown(self._names, self._is_known)

    def _is_known(self, name: str) -> bool:
        if name.startswith("template_"):
            return name.removeprefix("template_").removesuffix("_ratio") in self._places
        if name.startswith("field_"):
            return name.rpartition("_")[2] in _STATISTICS
        base, _, measure = name.rpartition("_")
        counted = (*(f"level_{level}" for level in LEVELS), *EVENTS)
        return name in _PLAIN or (measure in ("count", "ratio") and base in counted)

    def rows(self, fields: Sequence[_Fields]) -> _Rows:
        cut = self._windows(fields) if self._sampling["kind"] == "window" else self._sessions(fields)
        templates = np.array(
            [self._templates.find(record.message.encode()) for record in fields], dtype=np.int64
        )
        columns = _Columns(self, fields, cut, templates)
        matrix = np.empty((len(cut.keys), len(self._names)))
        for at, name in enumerate(self._names):
            matrix[:, at] = columns.column(name)
        firsts = cut.member[np.searchsorted(cut.sample, np.arange(len(cut.keys)))] if cut.keys else []
        unseen = int((templates < 0).sum())
        return _Rows(matrix, firsts, cut.keys, cut.incomplete, cut.without, unseen)

    def _windows(self, fields: Sequence[_Fields]) -> _Cut:
        """Windows `[k · step, k · step + width)` that hold a record, by start and entity."""
        width = self._sampling["seconds"]
        step = self._sampling.get("step_seconds") or width
        by = self._sampling.get("by")
        records = np.array(
            [at for at, record in enumerate(fields) if record.timestamp is not None], dtype=np.int64
        )
        times = np.array([fields[at].timestamp for at in records], dtype=np.int64)
        entities = [getattr(fields[at], by) or "" for at in records] if by else [""] * len(records)
        named = sorted(set(entities))
        ranks = {name: rank for rank, name in enumerate(named)}
        rank = np.array([ranks[name] for name in entities], dtype=np.int64)
        first = (times // SECOND - width) // step + 1
        count = times // SECOND // step - first + 1
        record = np.repeat(np.arange(len(times)), count)
        offset = np.arange(len(record)) - np.repeat(np.cumsum(count) - count, count)
        start = (first[record] + offset) * step
        order = np.lexsort((record, rank[record], start))
        start, record = start[order], record[order]
        changes = np.ones(len(start), dtype=bool)
        changes[1:] = (start[1:] != start[:-1]) | (rank[record[1:]] != rank[record[:-1]])
        sample = np.cumsum(changes) - 1
        starts = start[changes]
        names = [named[rank[at]] for at in record[changes]]
        keys = [f"{at} {name}" if by else str(at) for at, name in zip(starts.tolist(), names)]
        incomplete = np.zeros(len(keys), dtype=bool)
        if len(times):
            incomplete = (starts * SECOND < times.min()) | ((starts + width) * SECOND > times.max() + 1)
        return _Cut(keys, incomplete, sample, records[record], len(fields) - len(times))

    def _sessions(self, fields: Sequence[_Fields]) -> _Cut:
        """The records with the same key; the sessions in the order of their first records."""
        known: dict[str, int] = {}
        samples: list[int] = []
        members: list[int] = []
        without = 0
        for at, record in enumerate(fields):
            if self._key is None:
                text = record.named(self._sampling["key"]["field"])
                keys = [] if text is None else [text]
            elif self._key.groups:
                keys = [
                    text
                    for found in self._key.finditer(record.message)
                    if (text := found.group(1)) is not None
                ]
            else:
                keys = self._key.findall(record.message)
            if len(keys) > 1:
                keys = list(dict.fromkeys(keys))
            without += not keys
            for key in keys:
                samples.append(known.setdefault(key, len(known)))
                members.append(at)
        sample, member = np.array(samples, dtype=np.int64), np.array(members, dtype=np.int64)
        order = np.argsort(sample, kind="stable")
        sample, member = sample[order], member[order]
        incomplete = np.zeros(len(known), dtype=bool)
        idle = self._sampling.get("idle_seconds")
        times = [record.timestamp for record in fields if record.timestamp is not None]
        if idle is not None and times:
            latest = np.full(len(known), -(1 << 62), dtype=np.int64)
            of_records = np.array(
                [-(1 << 62) if r.timestamp is None else r.timestamp for r in fields], dtype=np.int64
            )
            np.maximum.at(latest, sample, of_records[member])
            incomplete = (max(times) - latest <= idle * SECOND) | (latest == -(1 << 62))
        return _Cut(list(known), incomplete, sample, member, without)


class _Columns:
    """The columns of one call, each group of them computed when it is first asked for."""

    def __init__(self, of: _Aggregates, fields: Sequence[_Fields], cut: _Cut, templates: np.ndarray) -> None:
        self._of, self._fields, self._cut, self._templates = of, fields, cut, templates
        self._count = len(cut.keys)
        self._groups: dict[str, Any] = {}

    def column(self, name: str) -> np.ndarray:
        if name in _PLAIN:
            return self._group(_PLAIN[name])[name]
        length = self._group("length")["length"]
        if name.startswith("template_"):
            identifier = name.removeprefix("template_").removesuffix("_ratio")
            counts = self._group("templates")[identifier]
            return counts / length if name.endswith("_ratio") else self._weighted(identifier, counts)
        if name.startswith("field_"):
            return self._group("fields")[name]
        base, _, measure = name.rpartition("_")
        counts = self._group("levels" if base.startswith("level_") else "events")[base]
        return counts / length if measure == "ratio" else counts

    def _group(self, group: str) -> dict[str, np.ndarray]:
        if group not in self._groups:
            self._groups[group] = getattr(self, f"_of_{group}")()
        return self._groups[group]

    def _per_sample(self, of_members: np.ndarray) -> np.ndarray:
        """The sum over each sample's records, in their order."""
        return np.bincount(self._cut.sample, weights=of_members, minlength=self._count)

    def _weighted(self, identifier: str, counts: np.ndarray) -> np.ndarray:
        weight = self._of._weight
        if weight == "binary":
            return np.minimum(counts, 1.0)
        if weight == "log1p":
            return np.log1p(counts)
        if weight == "tf-idf":
            documents = self._of._documents.get(identifier, 0)
            return counts * (math.log((1.0 + self._of._samples) / (1.0 + documents)) + 1.0)
        return counts

    def _of_length(self) -> dict[str, np.ndarray]:
        length = np.bincount(self._cut.sample, minlength=self._count).astype(float)
        found = self._templates[self._cut.member]
        seen = found >= 0
        kinds = max(len(self._of._templates.ids), 1)
        pairs = np.unique(self._cut.sample[seen] * kinds + found[seen])
        unseen = self._per_sample(~seen)
        return {
            "length": length,
            "distinct_templates": np.bincount(pairs // kinds, minlength=self._count).astype(float),
            "unseen_count": unseen,
            "unseen_ratio": unseen / length,
        }

    def _of_times(self) -> dict[str, np.ndarray]:
        timed = [record.timestamp is not None for record in self._fields]
        times = np.array([record.timestamp or 0 for record in self._fields], dtype=np.int64)
        kept = np.array(timed, dtype=bool)[self._cut.member]
        sample, times = self._cut.sample[kept], times[self._cut.member[kept]]
        duration = np.zeros(self._count)
        changes = np.flatnonzero(np.diff(sample, prepend=-1, append=self._count))
        if len(sample):
            duration[sample[changes[:-1]]] = (times[changes[1:] - 1] - times[changes[:-1]]) / 1e6
        same = sample[1:] == sample[:-1]
        _, mean, std, _, longest = _statistics(sample[1:][same], (np.diff(times) / 1e6)[same], self._count)
        return {
            "duration_seconds": duration,
            "gap_mean_seconds": mean,
            "gap_std_seconds": std,
            "gap_max_seconds": longest,
        }

    def _of_levels(self) -> dict[str, np.ndarray]:
        places = {level: at for at, level in enumerate(LEVELS)}
        levels = np.array([places.get(record.level or "", 8) for record in self._fields], dtype=np.int64)
        at = self._cut.sample * 9 + levels[self._cut.member]
        counts = np.bincount(at, minlength=self._count * 9).reshape(-1, 9).astype(float)
        named = {f"level_{level}": counts[:, at] for level, at in places.items()}
        missing = counts[:, 8]
        ratio = missing / self._group("length")["length"]
        return {**named, "level_missing_count": missing, "level_missing_ratio": ratio}

    def _of_events(self) -> dict[str, np.ndarray]:
        messages = [record.message.encode() for record in self._fields]
        columns = {}
        for name, pattern in self._of._events:
            raised = np.array(
                [pattern is not None and pattern.search(message) is not None for message in messages]
            )
            if name == "is_error":
                raised |= np.array([record.level in LEVELS[:4] for record in self._fields], dtype=bool)
            columns[name] = self._per_sample(raised[self._cut.member])
        return columns

    def _of_names(self) -> dict[str, np.ndarray]:
        columns = {}
        for name, role in (("distinct_processes", "process"), ("distinct_hosts", "host")):
            columns[name] = self._distinct([(getattr(record, role) or "",) for record in self._fields])
        return columns

    def _of_addresses(self) -> dict[str, np.ndarray]:
        found = [_addresses(record.message.encode()) for record in self._fields]
        macs, ips = [pair[0] for pair in found], [pair[1] for pair in found]
        return {"distinct_macs": self._distinct(macs), "distinct_ips": self._distinct(ips)}

    def _distinct(self, values: Sequence[Sequence[Any]]) -> np.ndarray:
        """How many different values the records of each sample have."""
        numbers: dict[Any, int] = {}
        flat = [numbers.setdefault(value, len(numbers)) for of_record in values for value in of_record]
        sample, at = self._spread(values)
        pairs = np.unique(sample * max(len(numbers), 1) + np.array(flat, dtype=np.int64)[at])
        return np.bincount(pairs // max(len(numbers), 1), minlength=self._count).astype(float)

    def _spread(self, values: Sequence[Sequence[Any]]) -> tuple[np.ndarray, np.ndarray]:
        """For every value of every sample's records the sample, and its place among all values."""
        lengths = np.array([len(of_record) for of_record in values], dtype=np.int64)
        starts = np.cumsum(lengths) - lengths
        of_members = lengths[self._cut.member]
        sample = np.repeat(self._cut.sample, of_members)
        within = np.arange(len(sample)) - np.repeat(np.cumsum(of_members) - of_members, of_members)
        return sample, np.repeat(starts[self._cut.member], of_members) + within

    def _of_templates(self) -> dict[str, np.ndarray]:
        asked = (name.removeprefix("template_") for name in self._of._names if name.startswith("template_"))
        asked = list(dict.fromkeys(name.removesuffix("_ratio") for name in asked))
        columns = np.full(len(self._of._templates.ids) + 1, -1)  # the last is that of unseen messages
        columns[[self._of._places[name] for name in asked]] = np.arange(len(asked))
        found = columns[self._templates[self._cut.member]]
        kept = found >= 0
        at = self._cut.sample[kept] * len(asked) + found[kept]
        counts = np.bincount(at, minlength=self._count * len(asked)).reshape(-1, len(asked)).astype(float)
        return {name: counts[:, at] for at, name in enumerate(asked)}

    def _of_fields(self) -> dict[str, np.ndarray]:
        asked = (name.removeprefix("field_") for name in self._of._names if name.startswith("field_"))
        places = {
            name: at for at, name in enumerate(dict.fromkeys(name.rpartition("_")[0] for name in asked))
        }
        found: list[list[tuple[int, float]]] = []
        for record in self._fields:
            numbers = _NAMED_NUMBER.findall(record.message.encode())
            named = ((places.get(name.decode().lower()), number) for name, number in numbers)
            found.append([(at, float(number)) for at, number in named if at is not None])
        sample, at = self._spread(found)
        flat = np.array([pair for of_record in found for pair in of_record]).reshape(-1, 2)[at]
        columns = {}
        for name, place in places.items():
            own = flat[:, 0] == place
            statistics = _statistics(sample[own], flat[own, 1], self._count)
            columns.update((f"field_{name}_{what}", values) for what, values in zip(_STATISTICS, statistics))
        return columns


def _statistics(sample: np.ndarray, values: np.ndarray, samples: int) -> list[np.ndarray]:
    """Per sample count, mean, standard deviation, minimum and maximum of its values; all 0 without values."""
    count = np.bincount(sample, minlength=samples).astype(float)
    some = np.maximum(count, 1.0)
    mean = np.bincount(sample, weights=values, minlength=samples) / some
    deviations = values - mean[sample]
    std = np.sqrt(np.bincount(sample, weights=deviations * deviations, minlength=samples) / some)
    least, most = np.full(samples, np.inf), np.full(samples, -np.inf)
    np.minimum.at(least, sample, values)
    np.maximum.at(most, sample, values)
    return [count, mean, std, np.where(count > 0, least, 0.0), np.where(count > 0, most, 0.0)]


# ---- rows of tables --------------------------------------------------------------------------------------

_MISSING = frozenset(("", "NA", "N/A", "n/a", "NaN", "nan", "NULL", "null", "None", "<NA>"))
_FLOAT = re.compile(r"[+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]+)?")


class _TableRows:
    """The sample kind `row`: numbers as they are, categories as flags or as a number."""

    def __init__(self, feature_set: dict[str, Any]) -> None:
        self._names: list[str] = feature_set["features"]
        places = {name: at for at, name in enumerate(self._names)}
        known: set[str] = set()
        self._columns: list[
            tuple[str, str, dict[str, int | float | None], int | None, int | None, int | None]
        ] = []
        for column in feature_set["state"].get("columns", ()):
            name, kind = column["name"], column["type"]
            value, missing, infrequent = name, f"{name}_missing", f"{name}_infrequent"
            categories = column.get("categories", ())
            known.add(value if kind != "one_hot" else "")
            known.update([missing] * column["missing"], [infrequent] * column.get("infrequent", False))
            of_category: dict[str, int | float | None] = {text: at for at, text in enumerate(categories)}
            if kind == "one_hot":
                known.update(f"{name}={text}" for text in categories)
                of_category = {text: places.get(f"{name}={text}") for text in categories}
            self._columns.append(
                (
                    name,
                    kind,
                    of_category,
                    places.get(value) if kind != "one_hot" else None,
                    places.get(missing) if column["missing"] else None,
                    places.get(infrequent) if column.get("infrequent") else None,
                )
            )
        _refuse_unknown(self._names, known.__contains__)

    def rows(self, fields: Sequence[_Fields]) -> _Rows:
        matrix = np.zeros((len(fields), len(self._names)))
        for values, record in zip(matrix, fields):
            attributes = _loads(record.attributes or "{}")
            for name, kind, categories, value, missing, infrequent in self._columns:
                number, text = _cell(attributes, record, name)
                if kind == "number":
                    if value is not None:
                        values[value] = math.nan if number is None else number
                    text = None if number is None else text
                elif kind == "ordinal":
                    if value is not None:
                        values[value] = -1.0 if text is None else categories.get(text, -1.0)
                elif text is not None:
                    flag = categories.get(text, infrequent)
                    if flag is not None:
                        values[flag] = 1.0
                if missing is not None:
                    values[missing] = text is None
        return _Rows(matrix, range(len(fields)), [], np.zeros(len(fields), dtype=bool))


def _cell(attributes: dict[str, Any], record: _Fields, name: str) -> tuple[float | None, str | None]:
    """A column's value as a number and as a category; neither where it is missing."""
    value = attributes.get(name)
    if name not in attributes and name in ("host", "process", "pid", "level", "message"):
        value = getattr(record, name)
    if value is None:
        return None, None
    if not isinstance(value, str):
        text = _json(value)
        number = float(value) if isinstance(value, (int, float)) and not isinstance(value, bool) else None
        return number, text
    text = value.strip(" \t\n\v\f\r")
    if text in _MISSING:
        return None, None
    number = float(text) if _FLOAT.fullmatch(text) else math.inf
    return (number if math.isfinite(number) else None), text


def _refuse_unknown(names: Iterable[str], is_known: Callable[[str], bool]) -> None:
    unknown = sorted(name for name in names if not is_known(name))
    if unknown:
        raise FormatError(f"unknown features: {', '.join(unknown)}")


_KINDS = {"record": _RecordFeatures, "window": _Aggregates, "session": _Aggregates, "row": _TableRows}
