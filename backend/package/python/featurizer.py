"""Turn raw logs into the rows that the model of this package was trained on.

    from featurizer import Featurizer

    featurizer = Featurizer("feature_set.json")
    names, matrix, samples = featurizer.features_from_file("router.log")  # or features_from_lines([...])

Needs numpy and the standard library. `feature_set.json` holds everything that was fitted; every value equals
the training program's to 1e-9, row by row. How a row comes about:

1. Framing. Bytes (gzip or plain UTF-8) become records: lines, rows of CSV, or elements of a JSON document.
2. Parsing. A record becomes timestamp, host, level, process, pid, message, id and attributes. A file's format
   is the most specific of those that read nearly as many (95 %) of its first 200 records as the best: JSON,
   CSV, `syslog`, `hdfs` and the expressions of `_LINES`; what none of them reads half of is plain text,
   but tables and `logfmt` are refused. Lines
   of a stack trace belong to the record before them. Times without an offset are on the clock of the feature
   set; a time without a year is in the latest year that does not put it more than a day after `now`. A record
   that cannot be read is rejected and listed with the reason; when these are more than half of all, the logs
   are refused.
3. Order. Records are sorted by timestamp, host, level, process, pid, message, attributes, id, file and
   number, absent values last; one that equals the record before it in all but file and number is dropped.
4. Features. One row per record (the sample kind `record`):
   - calendar: the hour, the weekday and their circles, weekend, business hours (9 to 17), on the logs' clock;
   - message: characters by ASCII class, words, different characters, numbers, IP and MAC addresses and URLs;
   - level: severity from 0 emergency to 7 debug, 6 when it is missing;
   - events: flags raised by the patterns of the feature set (an error also by its level);
   - process: the share of training records with the same process; seconds since the latest strictly earlier
     record of the same process or host, at most `gap_limit_seconds`, which also stands for none;
   - windows: what happened in (t - w, t] for every window w, records with the same timestamp included.

All records of a call are in memory together, because they are sorted and look back at each other.
"""

from __future__ import annotations

import gzip
import ipaddress
import json
import math
import os
import re
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
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
RECORD_BYTES = 1 << 20
MAX_REJECTED_SHARE = 0.5
NEARLY = 0.95
CACHED_TIMES = 100_000
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
    """Microseconds since 1970 UTC, one per row."""
    files: list[str]
    lines: list[int]
    """Where each row's record begins, from 1."""
    records_read: int
    duplicates: int
    rejects: list[Reject]


class Featurizer:
    """The features of a fitted feature set. Nothing changes in it: it may serve any number of threads."""

    def __init__(self, feature_set: Union[Source, dict[str, Any]]) -> None:
        """Take a feature set, or the path of its JSON file.

        Raises:
            FormatError: it is of another version or holds features that cannot be computed here.
        """
        loaded = feature_set if isinstance(feature_set, dict) else json.loads(Path(feature_set).read_bytes())
        if loaded.get("version") != VERSION or loaded.get("sample") != "record":
            kind = f"version {loaded.get('version')!r}, sample {loaded.get('sample')!r}"
            raise FormatError(
                f"the feature set is of {kind}; this program computes version {VERSION}, 'record'"
            )
        self.names: list[str] = list(loaded["features"])
        self.utc_offset_minutes: int = loaded["utc_offset_minutes"]
        self._record_features = _RecordFeatures(loaded)
        unknown = set(self.names) - set(self._record_features.known_names())
        if unknown:
            raise FormatError(f"unknown features: {', '.join(sorted(unknown))}")

    def features_from_lines(
        self, lines: Iterable[Union[str, bytes]], now: datetime | None = None
    ) -> tuple[list[str], np.ndarray, Samples]:
        """The features of log lines: the names of the columns, the matrix, and what its rows are."""
        encoded = (line.encode() if isinstance(line, str) else line for line in lines)
        return self._features([("lines", b"\n".join(line.rstrip(b"\r\n") for line in encoded))], now)

    def features_from_file(
        self, path: Source, now: datetime | None = None
    ) -> tuple[list[str], np.ndarray, Samples]:
        """The features of one log file, plain or gzip."""
        return self.features_from_files([path], now)

    def features_from_files(
        self, paths: Sequence[Source], now: datetime | None = None
    ) -> tuple[list[str], np.ndarray, Samples]:
        """The features of the files of one dataset: their records are put in order together."""
        return self._features(sorted((Path(path).name, _read(path)) for path in paths), now)

    def _features(
        self, files: Sequence[tuple[str, bytes]], now: datetime | None
    ) -> tuple[list[str], np.ndarray, Samples]:
        clock = _Clock(self.utc_offset_minutes, now)
        records: list[_Record] = []
        rejects: list[Reject] = []
        for index, (name, content) in enumerate(files):
            _parse_file(index, name, content, clock, records, rejects)
        read = len(records) + len(rejects)
        if rejects and (not records or len(rejects) > MAX_REJECTED_SHARE * read):
            first = rejects[0]
            place = f"{first.file}, line {first.line}"
            raise FormatError(
                f"{len(rejects)} of {read} records cannot be read; the first: {place}: {first.reason}"
            )
        records.sort(key=_canonical)
        kept = [
            record
            for index, record in enumerate(records)
            if index == 0 or record.fields != records[index - 1].fields
        ]
        timeless = sum(record.fields.timestamp is None for record in kept)
        if timeless:
            raise FormatError(f"{timeless} records have no time, which the features need")
        columns = self._record_features.columns(kept)
        matrix = np.empty((len(kept), len(self.names)))
        for index, name in enumerate(self.names):
            matrix[:, index] = columns[name]
        samples = Samples(
            np.array([record.fields.timestamp for record in kept], dtype=np.int64),
            [files[record.file][0] for record in kept],
            [record.line for record in kept],
            read,
            len(records) - len(kept),
            rejects,
        )
        return list(self.names), matrix, samples


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


class _Record(NamedTuple):
    fields: _Fields
    file: int
    line: int
    record: int


class _Format(NamedTuple):
    preset: str
    framing: str
    header: _Header | None


class _Frame(NamedTuple):
    """One record's bytes; a fault says why it must be rejected unparsed."""

    content: bytes
    line: int
    fault: str | None = None


class _Refused(Exception):
    """The reason for rejecting a record."""


def _canonical(record: _Record) -> tuple[Any, ...]:
    """The sort key of the canonical order: absent values come last, text is in the order of its UTF-8."""
    timestamp, host, level, process, pid, message, attributes, identifier = record.fields
    return (
        (timestamp is None, timestamp or 0),
        (host is None, host or ""),
        (level is None, level or ""),
        (process is None, process or ""),
        (pid is None, pid or ""),
        message,
        (attributes is None, attributes or ""),
        (identifier is None, identifier or ""),
        record.file,
        record.record,
    )


def _read(path: Source) -> bytes:
    content = Path(path).read_bytes()
    if not content.startswith(b"\x1f\x8b"):
        return content
    try:
        return gzip.decompress(content)
    except (OSError, EOFError) as error:
        raise FormatError(f"{path}: the gzip stream is broken: {error}") from error


def _parse_file(
    index: int, name: str, content: bytes, clock: _Clock, records: list[_Record], rejects: list[Reject]
) -> None:
    """Add a file's records, and the rejected ones."""
    if content.startswith(b"\xef\xbb\xbf"):
        content = content[3:]
    if not content.strip(_BLANK):
        return
    found = _detect(name, content, clock)
    parse = _parser(found, clock)
    for number, frame in enumerate(_frames(found, content, name, parse), start=1):
        try:
            records.append(_Record(_parse(frame, parse), index, frame.line, number))
        except _Refused as refused:
            rejects.append(Reject(name, frame.line, number, str(refused)))


def _parse(frame: _Frame, parse: Callable[[str, int], _Fields]) -> _Fields:
    if frame.fault is not None:
        raise _Refused(frame.fault)
    if len(frame.content) > RECORD_BYTES:
        raise _Refused(f"the record is longer than the limit of {RECORD_BYTES} bytes")
    try:
        text = frame.content.decode()
    except UnicodeDecodeError as error:
        column = len(frame.content[: error.start].decode()) + 1
        raise _Refused(f"byte 0x{frame.content[error.start]:02x} at column {column} is not UTF-8") from None
    if "\0" in text:
        raise _Refused(f"byte 0x00 at column {text.index(chr(0)) + 1} is not text")
    fields = parse(text, frame.line)
    if any("\0" in value for value in (*fields[1:6], fields.id) if value):
        raise _Refused("a field holds the character U+0000")
    return fields


def _parser(found: _Format, clock: _Clock) -> Callable[[str, int], _Fields]:
    if found.preset in ("json-export", "json-lines"):
        return lambda text, line: _parse_json(text, line, clock)
    if found.header is not None:
        header = found.header
        return lambda text, _: _parse_csv(text, header, clock)
    if found.preset == "syslog":
        return lambda text, _: _parse_syslog(text, clock)
    if found.preset == "hdfs":
        return lambda text, _: _parse_hdfs(text, clock)
    lines = _Lines(found.preset)
    return lambda text, _: lines.parse(text, clock)


# ---- which format a file is in ---------------------------------------------------------------------------


def _detect(name: str, content: bytes, clock: _Clock) -> _Format:
    """Of the formats that read nearly as much of the first records as the best, the most specific."""
    start = _json_start(content)
    candidates: list[_Format] = []
    if start == "{" and _is_export(content):
        candidates.append(_Format("json-export", "document", None))
    if start:
        candidates.append(_Format("json-lines", "document" if start == "[" else "lines", None))
    header = _csv_header(content)
    if header is not None and header.has("timestamp") and header.has("message"):
        candidates.append(_Format("csv", "csv", header))
    candidates += [_Format(preset, "lines", None) for preset in _LINES if preset != "text"]
    shares = [_readable_share(candidate, content, name, clock) for candidate in candidates]
    best = max(shares)
    if best >= 0.5:
        return next(found for found, share in zip(candidates, shares) if share >= best * NEARLY)
    if candidates[0].preset in ("json-export", "json-lines", "csv"):
        return candidates[0]
    unread = "table" if _is_table(content, header) else "logfmt" if _is_logfmt(content) else None
    if unread is not None:
        raise FormatError(f"{name}: it is in the format `{unread}`, which is not read here")
    return _Format("text", "lines", None)


def _is_table(content: bytes, header: _Header | None) -> bool:
    """Whether the first line looks like names, and the rows after it have as many fields."""
    if header is None or len(header.names) < 2 or not all(_COLUMN.match(name) for name in header.names):
        return False
    rows = islice(_line_frames(content), 1, 21)
    return any(row.content.count(header.delimiter.encode()) + 1 >= len(header.names) for row in rows)


def _is_logfmt(content: bytes) -> bool:
    lines = [frame.content for frame in islice(_line_frames(content), SAMPLED_RECORDS)]
    return 2 * sum(_LOGFMT.match(line) is not None for line in lines) >= len(lines)


_COLUMN = re.compile(r"[^\W\d]|[@#]")
_LOGFMT = re.compile(rb'[ \t]*[^= \t"]+=(?:"|[^ \t]*(?:[ \t]|\Z))')


def _readable_share(candidate: _Format, content: bytes, name: str, clock: _Clock) -> float:
    parse = _parser(candidate, clock)
    sampled = readable = 0
    try:
        for frame in islice(_frames(candidate, content, name, parse), SAMPLED_RECORDS):
            sampled += 1
            try:
                # An encoding is no format: bytes that are not UTF-8 are overlooked.
                _parse(frame._replace(content=frame.content.decode(errors="replace").encode()), parse)
                readable += 1
            except _Refused:
                pass
    except FormatError:  # what is broken beyond the first records shows when the file is read
        pass
    return readable / max(sampled, 1)


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


# ---- framing: bytes to records ---------------------------------------------------------------------------

_BLANK = b" \t\n\f\r"


def _frames(
    found: _Format, content: bytes, name: str, parse: Callable[[str, int], _Fields]
) -> Iterator[_Frame]:
    if found.framing == "document":
        return _document_frames(content, name)
    if found.header is not None and b'"' in content:
        return _csv_frames(content, found.header.delimiter.encode())
    frames = _line_frames(content)
    if found.header is not None:
        return islice(frames, 1, None)
    return frames if found.preset in ("json-lines", "text") else _joined_frames(frames, parse)


def _joined_frames(lines: Iterable[_Frame], parse: Callable[[str, int], _Fields]) -> Iterator[_Frame]:
    """Add lines of a stack trace, which the format cannot read, to the record before them."""
    held: _Frame | None = None
    for line in lines:
        if held is not None and _CONTINUED.match(line.content) and not _is_readable(line, parse):
            # What stood between the two is a line end, and blank lines.
            between = b"\n" * (line.line - held.line - held.content.count(b"\n"))
            held = held._replace(content=held.content + between + line.content)
        else:
            if held is not None:
                yield held
            held = line
    if held is not None:
        yield held


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
    for number, line in enumerate(content.split(b"\n"), start=1):
        if line.strip(_BLANK):
            yield _Frame(line[:-1] if line.endswith(b"\r") else line, number)


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
    """The elements of a top-level array, or of the array `data` of a top-level object."""
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
            if key == b'"data"' and content[at : at + 1] == b"[":
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
            if text == b"," or text.strip(_BLANK) == b"":
                return token.start()
            scalar = True
    raise FormatError(f"{name}: the file is cut off in the JSON value at byte {at}; give the whole file")


_NOT_BLANK = re.compile(rb"[^ \t\n\f\r]")
_JSON_TOKEN = re.compile(rb'"(?:[^"\\]|\\.)*"|[{}\[\],]|[ \t\n\f\r]+|[^"{}\[\], \t\n\f\r]+', re.DOTALL)


# ---- parsing: records to fields --------------------------------------------------------------------------

_WHITE = " \t\n\v\f\r\x85\xa0\u1680\u2028\u2029\u202f\u205f\u3000" + "".join(map(chr, range(0x2000, 0x200B)))

# What a named field of JSON or CSV stands for, and how good a name for it it is (0 is best).
_ROLES: dict[str, tuple[str, int]] = {
    name: (role, rank)
    for role, names in {
        "timestamp": "timestamp @timestamp time ts datetime date event_time created_at "
        "__realtime_timestamp timeunixnano",
        "host": "host hostname device_ip host_name server device _hostname host.name",
        "level": "log_level level severity loglevel lvl priority severitytext log.level",
        "process": "process_name process program logger component service app appname "
        "syslog_identifier _comm process.name service.name",
        "pid": "pid process_id procid _pid process.pid",
        "message": "message msg log text body content",
        "id": "id _id record_id",
    }.items()
    for rank, name in enumerate(names.split())
}

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


def _parse_json(text: str, line: int, clock: _Clock) -> _Fields:
    try:
        pairs = json.loads(text, object_pairs_hook=tuple, parse_constant=_refuse_constant)
    except (ValueError, RecursionError) as error:
        raise _Refused(f"invalid JSON at line {line}: {error}") from None
    if not isinstance(pairs, tuple):
        raise _Refused("the record is not a JSON object")
    best: dict[str, tuple[int, Any]] = {}
    for name, value in pairs:
        role, rank = _ROLES.get(name.lower(), (None, 0))
        if role is not None and rank <= best.get(role, (rank, None))[0]:
            best[role] = (rank, value)
    values = {role: value for role, (_, value) in best.items()}
    for required in ("timestamp", "message"):
        if values.get(required) is None:
            raise _Refused(f"{required} is {'null' if required in values else 'missing'}")
    message = _json_text(values["message"])
    if message is None:
        raise _Refused("message is not text")
    texts = {role: _json_text(value) or None for role, value in values.items()}
    return _Fields(
        _json_timestamp(values["timestamp"], clock),
        texts.get("host"),
        _level(texts.get("level")),
        texts.get("process"),
        texts.get("pid"),
        message,
        None,
        texts.get("id"),
    )


def _refuse_constant(name: str) -> None:
    raise ValueError(f"{name} is not JSON")


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
    """The header of a CSV file: the delimiter, and the column of each role."""

    def __init__(self, text: str) -> None:
        self.delimiter, fields = ",", [""]
        for delimiter in (",", ";", "\t"):
            try:
                found = _split_csv(text, delimiter)
            except _Refused:
                continue
            if len(found) > len(fields) or fields == [""]:
                self.delimiter, fields = delimiter, found
        self.names = [name.strip(_WHITE) for name in fields]
        best: dict[str, tuple[int, int]] = {}
        for column, name in enumerate(self.names):
            role, rank = _ROLES.get(name.lower(), (None, 0))
            if role is not None and (role not in best or rank < best[role][0]):
                best[role] = (rank, column)
        self.columns = {role: column for role, (_, column) in best.items()}

    def has(self, role: str) -> bool:
        return role in self.columns


def _csv_header(content: bytes) -> _Header | None:
    for frame in _line_frames(content):
        try:
            return _Header(frame.content.decode())
        except UnicodeDecodeError:
            return None
    return None


def _parse_csv(text: str, header: _Header, clock: _Clock) -> _Fields:
    fields = _split_csv(text, header.delimiter)
    if len(fields) != len(header.names):
        raise _Refused(f"{len(fields)} fields, where the header has {len(header.names)}")
    values = {role: fields[column] or None for role, column in header.columns.items()}
    stamp, message = values.get("timestamp"), values.get("message")
    if stamp is None:
        raise _Refused("timestamp is missing")
    timestamp = clock.parse(stamp)
    if timestamp is None:
        raise _unknown_timestamp(stamp)
    if message is None:
        raise _Refused("message is missing")
    return _Fields(
        timestamp,
        values.get("host"),
        _level(values.get("level")),
        values.get("process"),
        values.get("pid"),
        message,
        None,
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
    rest = text[length:].lstrip(" ")
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
    "hdfs": (),
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
    "syslog": (),
    "text": (
        r"^\[?(?P<timestamp>{ANY})\]?[,:]?(?: |$){MESSAGE}",
        r"^{MESSAGE}",
    ),
}


class _Lines:
    """The expressions of one preset."""

    def __init__(self, preset: str) -> None:
        parts = {**_PARTS, "ANY": "|".join(_PARTS[name] for name in ("ISO", "CTIME", "BSD", "OTHER"))}
        expressions = _LINES[preset]
        for name, part in parts.items():
            expressions = tuple(expression.replace(f"{{{name}}}", part) for expression in expressions)
        self._expressions = [re.compile(f"^(?:{expression})", re.DOTALL) for expression in expressions]
        # A time that cannot be read is a part of the message rather than a reason to reject.
        self._lenient = preset == "text"

    def parse(self, text: str, clock: _Clock) -> _Fields:
        for expression in self._expressions:
            found = expression.match(text)
            if found is None:
                continue
            try:
                return _named_fields(found.groupdict(), clock)
            except _Refused:
                if not self._lenient:
                    raise
        raise _Refused(f"the line does not match the format: `{text[:60]}`")


def _named_fields(groups: dict[str, str | None], clock: _Clock) -> _Fields:
    stamp = groups.pop("timestamp", None)
    timestamp = None if stamp is None else clock.parse(stamp)
    if stamp is not None and timestamp is None:
        raise _unknown_timestamp(stamp)
    names = ("host", "level", "process", "pid", "message", "id")
    host, level, process, pid, message, identifier = (groups.pop(name, None) for name in names)
    attributes = {name: value for name, value in groups.items() if value is not None}
    return _Fields(
        timestamp,
        host or None,
        _level(level),
        (process or "").strip(_WHITE) or None,
        pid or None,
        message or "",
        _attributes(attributes),
        identifier or None,
    )


def _attributes(fields: dict[str, str]) -> str | None:
    """Further named fields as the text of a JSON object, in their order."""
    return json.dumps(fields, ensure_ascii=False, separators=(",", ":")) if fields else None


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
            if len(known) >= CACHED_TIMES:
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

_CALENDAR = [
    "hour_of_day",
    "day_of_week",
    "hour_sin",
    "hour_cos",
    "day_sin",
    "day_cos",
    "is_weekend",
    "is_business_hours",
]
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
_WINDOW = [
    "records",
    "errors",
    "connections",
    "disconnections",
    "distinct_macs",
    "distinct_ips",
    "distinct_processes",
    "error_ratio",
]
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


class _RecordFeatures:
    """The sample kind `record`: one row per record."""

    def __init__(self, feature_set: dict[str, Any]) -> None:
        self._utc_offset_minutes: int = feature_set["utc_offset_minutes"]
        self._gap_limit = float(feature_set["gap_limit_seconds"])
        self._windows = [(window["name"], window["seconds"]) for window in feature_set["windows"]]
        self._frequency: dict[str, float] = feature_set["state"]["process_frequency"]
        self._events: list[tuple[str, re.Pattern[bytes] | None]] = []
        for name in EVENTS:
            patterns = "|".join(f"(?:{pattern})" for pattern in feature_set["patterns"].get(name, ()))
            self._events.append((name, re.compile(patterns.encode(), re.IGNORECASE) if patterns else None))

    def known_names(self) -> list[str]:
        windows = [f"last_{name}_{feature}" for name, _ in self._windows for feature in _WINDOW]
        single = [*_CALENDAR, *_MESSAGE, "level_severity", "level_missing", *EVENTS, "process_frequency"]
        return [*single, *_GAPS, *windows]

    def columns(self, records: Sequence[_Record]) -> dict[str, np.ndarray]:
        """Every known feature by name, of records in canonical order."""
        fields = [record.fields for record in records]
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
