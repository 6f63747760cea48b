"""The package's `featurizer` and the server agree: every value of every file, to 1e-9, in the same order."""

import ast
import csv
import gzip
import importlib
import json
import subprocess
import sys
import tarfile
import zipfile
from datetime import UTC, datetime
from itertools import islice
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np
import pytest
import trainyard
from conftest import EXPORT, PROJECT, load_inference

TOLERANCE = 1e-9
DATA = PROJECT.parent / "shared/data"
HDFS = DATA / "hdfs_2pct/HDFS_2pct.log.gz"
LOGS = [EXPORT, *sorted(DATA.glob("loghub_2k/*/*_2k.log"))]
TABLES = [DATA / "hdfs_2pct/anomaly_label.csv", *sorted(DATA.glob("loghub_2k/*/*_structured.csv"))]
SESSION = {"preset": "hdfs-session", "templates": {"weight": "tf-idf"}}
WINDOW = {"preset": "syslog", "templates": {"weight": "log1p", "max": 50, "min_count": 2}}
SLIDING = {"kind": "window", "seconds": 600, "step_seconds": 150, "by": "process"}
SESSIONS = {"kind": "session", "key": {"regex": "blk_-?\\d+"}}
BY_PROCESS = {"kind": "session", "key": {"field": "process"}, "idle_seconds": 3600}
SAMPLES = {
    "record": {"preset": "record"},
    "surprise": {"preset": "surprise"},
    "surprise sessions": {"preset": "surprise", "sample": SESSIONS},
    "surprise of processes": {"preset": "surprise", "sample": BY_PROCESS},
    "surprise windows": {"preset": "surprise-window", "sample": SLIDING},
    "window": WINDOW,
    "sliding": {**WINDOW, "sample": SLIDING},
    "session": SESSION,
    "by process": {"sample": BY_PROCESS, "templates": {"weight": "binary"}},
    "row": {
        "preset": "table",
        "sample": {"kind": "row", "columns": ["process", "message"], "min_frequency": 9},
    },
}
ROWS = [
    {"preset": "table", "sample": {"kind": "row", "min_frequency": 20}},
    {"preset": "table", "sample": {"kind": "row", "encoding": "ordinal"}},
]


def batches() -> bytes:
    """OpenTelemetry's: values of every type, what is missing, what is broken, and what is no batch."""

    def named(**values: Any) -> list[dict[str, Any]]:
        return [{"key": key.replace("_", "."), "value": value} for key, value in values.items()]

    def at(second: int, **fields: Any) -> dict[str, Any]:
        return {"timeUnixNano": f"17513457{second}123456789", **fields}

    service = {"attributes": named(service_name={"stringValue": "web"}, process_pid={"intValue": "7"})}
    flags = {"arrayValue": {"values": [{"boolValue": True}]}}
    late = {"timeUnixNano": "0", "observedTimeUnixNano": "1751345796000000000", "severityText": "warn"}
    records = [
        at(95, severityNumber=17, body={"stringValue": "took 3 ms"}),
        {**late, "host.name": "own", "body": {"intValue": "12"}, "attributes": named(a_b=flags)},
        at(97, body={"kvlistValue": {"values": named(k={"doubleValue": 1})}}),
        at(98),
        7,
        at(99, body="plain", severityNumber=9),
    ]
    lines = [
        {
            "resourceLogs": [
                {"resource": service, "scopeLogs": [{"logRecords": records}, {"logRecords": None}]},
                {"scopeLogs": [{"logRecords": [at(96, body={"stringValue": "of no resource"})]}]},
            ]
        },
        {"resourceLogs": []},
        {"resourceLogs": 5},
        {"ts": 1751345795, "msg": "a record among batches"},
        {"resourceLogs": [{"scopeLogs": [{"logRecords": [at(92, body="x")]}]}], "more": 1},
        {"scopeLogs": [{"logRecords": [at(91, body={"stringValue": "an element alone"})]}]},
        {"resourceLogs": [{"scopeLogs": [{"logRecords": [at(90, body="\ud800")]}]}]},
    ]
    broken = b'{"resourceLogs": [{"scopeLogs": [{"logRecords": [{"bo'
    return b"\n".join([*(json.dumps(line).encode() for line in lines), broken])


# Every format, and in each what is hard to read: times, quotes, escapes, offsets, tags, bytes, duplicates.
HARD = {
    "hdfs.log": b"""081109 203530 27 INFO dfs.A: one

081109 203530 27 INFO dfs.A: one\r
081309 203530 27 INFO dfs.A: no such month
081109 203531 x INFO dfs.A: no pid
990101 000000 1 WARN dfs.B:
081109 203530 27 INFO dfs.A: \xff
081109 203530 9 FATAL a:b: c: d
""",
    "bsd.log": b"""<34>Oct 11 22:14:15 mymachine su[12]: 'su root' failed for lonvick on /dev/pts/8
Feb 29 00:00:00 host launchd[1] (job[33]): Exited with code: 1
Jul  1 2019 09:00:55.25 host no tag here
Jul  1 09:00:55 Google Chrome[41]: syslogd 1.4.1: restart
<999>Jul  1 09:00:55 h p: not a priority
Tue Jul  1 09:00:55 2025 daemon.info hostapd: wlan0: AP-STA-CONNECTED aa:BB:cc:00:11:22
Tue Jul  1 09:00:56 2025 daemon.loud hostapd: 12:30:45 fe80::1%eth0 [2001:db8::8:800]:443
""",
    "rfc5424.log": b"""<165>1 2003-10-11T22:14:15.003Z host app 8710 ID47 [a@1 b="c \\"] d"] \xef\xbb\xbfhello
<165>1 2003-10-11T22:14:15.000003-07:00 host app - - - 1.2.3.4 1.2.3.4.5 ::1 1::2 h\xc3\xa9llo
<165>1 - host app - - - no time
2003-10-11 22:14:15 +0530 host app: spaced offset
2003-10-11 22:14 -05 host app: no offset
2003-10-11T22:14:60,9999999+02 h app[x y]: leap
""",
    "columns.csv": b"""Time;LEVEL;msg;service;x
2025-07-01;warn;"a; ""b""
c";web;1

1751328000.25;E;m;;2
nan;info;m;web;3
2025-07-01;info;;web;4
2025-07-01;info;a;web
2025-07-01;info;"a"b;web;5
10/Oct/2000:13:55:36 -0700;FATAL;://x http://y;web;6
2025-07-01;info;"never closed;web;7
081109 203530;info;kept;web;8
1 Jul;info;m;web;9
Jul  1 2019 09:00:55;v;m;web;10
2025/07/01 09:00;n;m;web;11
""",
    "lines.jsonl": b"""{"ts": 1751345795123, "msg": "x \\u00e9 \\ud83d\\ude00", "level": 3, "pid": 1e3}
{"ts": "Jul  1 2019 09:00:55", "log": "second best", "message": "best", "app": true}
{"ts": 1751345795.1234567, "msg": 12.5, "app": null, "data": {"a": [1, "}"]}}
{"ts": 1, "msg": "a"}
{"ts": 1e3, "msg": 1e21, "level": " Warn "}
{"ts": "1751345795.5", "msg": false, "id": 7}
{"ts": 1, "msg": "a"}
{"ts": 1, "msg": "\\ud800"}
{"ts": -1, "msg": "m"}
{"ts": 1, "msg": NaN}
{"ts": 1}
[1]
{"ts": 1, "msg"
""",
    "batches.jsonl": batches(),
    "batch.json": b"""{
  "resourceLogs": [
    {"resource": {"attributes": [{"key": "service.name", "value": {"stringValue": "app"}}]},
     "scopeLogs": [{"logRecords": [
       {"timeUnixNano": "1751345795000000000", "severityNumber": 21, "body": {"stringValue": "many lines"}},
       {"timeUnixNano": "1751345796000000000", "body": {"stringValue": "and one more"}}]}]}
  ]
}""",
    "export.json": b"""{"export_metadata": {"data": [1]}, "data": [
 {"timestamp": "2025-07-01", "message": "]"},
 {"time": "2025-07-01", "log": "a"}, {"time": "2025-07-02", "log": "b", "host": {"name": 1}}, 7,
 {"timestamp": "2025-07-01", "message": "\\u0000"},
 {"timestamp": "2025-07-01", "message": "a" "b"}
, {"timestamp": "2025-07-01T00:00:00Z", "message": "ok", "process_name": "p"} ], "more": 1}""",
}


def load_featurizer(folder: Path) -> ModuleType:
    """The package's `featurizer`, without a bytecode cache; another package's is forgotten first."""
    for name in [name for name in sys.modules if name.partition(".")[0] == "featurizer"]:
        del sys.modules[name]
    sys.path.insert(0, str(folder))
    try:
        return importlib.import_module("featurizer")
    finally:
        sys.path.remove(str(folder))


def run(*arguments: str | Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [trainyard.binary(), *map(str, arguments)], capture_output=True, text=True, check=False
    )


def detect(path: Path, *options: str) -> dict[str, Any]:
    """The grammar that the program finds of a file."""
    found = path.with_name(f"{path.name}.grammar")
    answer = run("detect", path, *options, "--output", found)
    assert answer.returncode == 0, answer.stderr
    return json.loads(found.read_bytes())


def keeping_all(grammar: dict[str, Any]) -> dict[str, Any]:
    """A grammar that keeps all fields, as fitting rows of tables does."""
    for reader in grammar["readers"]:
        if reader["reader"] in ("json", "logfmt", "cells"):
            reader.setdefault("roles", {})["all_attributes"] = True
    return grammar


def fit(files: list[Path], asked: dict[str, Any], folder: Path, *options: str) -> Path | None:
    """A feature set fitted on the files; nothing when the program refuses them."""
    specification, fitted = folder / "specification.json", folder / "fitted.json"
    specification.write_text(json.dumps(asked))
    command = ["features", *files, *options, "--feature-set", specification]
    answer = run(*command, "--output", folder / "fitted.npy", "--fitted", fitted)
    return fitted if answer.returncode == 0 else None


@pytest.fixture
def feature_set(package: Path) -> dict[str, Any]:
    """The package's, with frequencies of processes that occur in the files of the tests."""
    content = json.loads((package / "feature_set.json").read_bytes())
    known = ["", "dfs.FSNamesystem", "sshd", "su(pam_unix)", "kernel", "web", "app"]
    content["state"]["process_frequency"] = {name: 1 / (3 + at) for at, name in enumerate(known)}
    return content


def compare(files: list[Path], package: Path, feature_set: Path, folder: Path) -> Any:
    """Both programs apply a fitted feature set and agree, or both refuse; returns what Python says of the
    files."""
    output, rows = folder / "expected.npy", folder / "samples.csv"
    theirs = run("features", *files, "--feature-set", feature_set, "--output", output, "--samples", rows)
    module = load_featurizer(package)
    if theirs.returncode != 0:
        with pytest.raises(module.FormatError):
            module.Featurizer(feature_set).features_from_files(files)
        return None
    expected = np.load(output)
    names, matrix, samples = module.Featurizer(feature_set).features_from_files(files)
    assert names == json.loads(feature_set.read_bytes())["features"]
    assert matrix.shape == expected.shape
    far = ~((np.abs(matrix - expected) <= TOLERANCE) | (np.isnan(matrix) & np.isnan(expected)))
    assert not far.any(), [(names[column], int(row)) for row, column in np.argwhere(far)[:5]]
    counts = f"{len(samples.rejects)} rejected, {samples.duplicates} duplicates"
    assert f"{samples.records_read} records read, {counts}" in theirs.stdout
    with rows.open(newline="") as content:
        described = list(csv.DictReader(content))
    assert [row["key"] for row in described] == (samples.keys or [""] * len(matrix))
    assert [int(row["line"]) for row in described] == samples.lines
    assert [row["incomplete"] == "true" for row in described] == samples.incomplete.tolist()
    return samples


def write(content: dict[str, Any], folder: Path) -> Path:
    path = folder / "feature_set.json"
    path.write_text(json.dumps(content))
    return path


@pytest.mark.parametrize("path", LOGS, ids=lambda path: path.name)
def test_every_value_of_every_sample_kind(path: Path, package: Path, tmp_path: Path):
    for kind, asked in SAMPLES.items():
        fitted = fit([path], asked, tmp_path)
        assert fitted is not None or kind == "row"
        assert fitted is None or compare([path], package, fitted, tmp_path)


@pytest.mark.parametrize("path", TABLES, ids=lambda path: path.name)
def test_every_value_of_the_tables(path: Path, package: Path, tmp_path: Path):
    for asked in ROWS:
        fitted = fit([path], asked, tmp_path, "--format", "table")
        assert fitted is not None and compare([path], package, fitted, tmp_path)


def test_every_value_of_the_large_file(package: Path, tmp_path: Path):
    path = DATA / "loghub_2k/HDFS/HDFS_2k.log"
    # What 2,000 lines do not hold is unseen in the others.
    fitted = fit([path], SESSION, tmp_path)
    assert fitted is not None and compare([path], package, fitted, tmp_path)
    samples = compare([HDFS], package, fitted, tmp_path)
    assert len(samples.keys) == 11_501 and samples.unseen_records > 0
    fitted = fit([HDFS], WINDOW, tmp_path)
    assert fitted is not None and compare([HDFS], package, fitted, tmp_path)
    part = tmp_path / "HDFS_50k.log"
    with gzip.open(HDFS) as lines:
        part.write_bytes(b"".join(islice(lines, 50_000)))
    fitted = fit([part], SAMPLES["record"], tmp_path)
    assert fitted is not None and compare([part], package, fitted, tmp_path)


def test_what_asks_which_digits_a_message_has(package: Path, tmp_path: Path):
    path = tmp_path / "digits.log"
    said = (
        f"{'job' if at % 3 else '`job`'} blk_{at} of blk_{at * 7 % 11} ended with code {at % 700}"
        f" on ipv{at % 9} at 10.0.{at}.{at % 300}:{at} by aa:bb:cc:00:11:{at % 90:02} size={at}"
        for at in range(1000)
    )
    lines = (f"2025-07-01 09:{at // 60:02}:{at % 60:02} INFO web: {text}" for at, text in enumerate(said))
    path.write_text("\n".join(lines))
    for key in (r"blk_\d+", r"blk_[2-4]\d*", r"(?:code|blk)[ _]([0-9]{2}|7)"):
        fitted = fit([path], {"sample": {"kind": "session", "key": {"regex": key}}}, tmp_path)
        assert fitted is not None and compare([path], package, fitted, tmp_path)
    patterns = {"is_error": [r"code [45]\d\d"], "is_timeout": ["code [0-9]{2} "], "is_restart": ["404"]}
    for asked in (WINDOW, SAMPLES["record"]):
        fitted = fit([path], {**asked, "patterns": patterns}, tmp_path)
        assert fitted is not None and compare([path], package, fitted, tmp_path)


# Formats of which the files hold none: what is said of them when their grammar is found, what the feature set
# says beside it, and a file.
FORMATS: dict[str, tuple[list[str], dict[str, Any], bytes]] = {
    "logfmt": (
        [],
        {},
        b"""time=2025-07-01T04:56:35Z level=warn msg="say \\"hi\\" \\u00e9" app=web took=3ms cached host=a
ts=1751345795 msg="two  words" pid=7 size=10 size=20
level=info msg="no time"
time=noon msg=a
just words here
time=2025-07-01T04:56:36Z lvl=e took="1"
""",
    ),
    "access": (
        [],
        {},
        b"""127.0.0.1 - frank [10/Oct/2000:13:55:36 -0700] "GET /a.gif HTTP/1.0" 200 2326
10.0.0.7 - - [10/Oct/2000:13:55:36 -0700] "\\x16\\x03" 400 -
::1 - - [10/Oct/2000:13:55:40 -0700] "POST /b?x=1 HTTP/1.1" 500 12
not an access log
""",
    ),
    "traces": (
        ["--format", "log4j"],
        {},
        b"2015-10-18 18:01:47,978 [main] INFO  org.example.Server - Started in 3 s\r\n"
        b"  at org.example.A(A.java:1)\r\n \r\n\tat org.example.B\r\nCaused by: java.io.IOException: x=5\r\n"
        b"2015-10-18 18:01:48,978 - org.example.Other - ERROR - failed: 7\r\n",
    ),
    "every line": (
        ["--format", "log4j", "--multiline", "off"],
        {"max_rejected_share": 0.9, "drop_duplicates": False},
        b"2015-10-18 18:01:47,978 [main] INFO  a.B - one\n  at a.B\n"
        b"2015-10-18 18:01:47,978 [main] INFO  a.B - one\n",
    ),
    "starts": (
        ["--format", "text", "--multiline", r"^\d{4}-"],
        {},
        b"2025-07-01 09:00:55 one 1\ntwo\n\nthree\n2025-07-01 09:00:56 four\n",
    ),
    "pattern": (
        ["--pattern", r"(<<priority>>)?<timestamp> | <level> | <unit>\:( \(<pid>\))? <message>"],
        {},
        b"01-Jul-2025 04:56:35 | WARN | disk7: 91 % full\n<13>01-Jul-2025 04:56:36 | 6 | net: (12) up\n"
        b"01-Jul-2025 04:56:37 | WARN | disk7: \nnothing\n<999>01-Jul-2025 04:56:38 | I | x: y\n",
    ),
    "regex": (
        ["--regex", r"(?i)(?<level>info|warn)[\[(](?P<timestamp>[^\])]+)[\])] (?<who>\w+)$"],
        {},
        b"INFO[2025-07-01T00:00:00Z] a\nwarn(1751345795) B\nwarn(1751345795) B c\n",
    ),
    "fields": (
        [
            "--fields",
            "timestamp=when.at,message=rec.0.body,unit=device.name,n=n,deep=deep",
            "--utc-offset-minutes=-90",
        ],
        {"utc_offset_minutes": -90},
        b"""{"when": {"at": "2025-07-01T00:00"}, "rec": [{"body": "x"}], "device": {"name": "d"}, "n": 1e16}
{"when": {"at": 1751345795}, "rec": [{"body": "y=2"}], "n": -0, "deep": {"b": [1.50, null, "\\n\\u00e9"]}}
{"when": {"at": 1751345795}, "rec": [{"body": "y=2"}], "n": 0.00001, "deep": "\\ud800"}
{"when": {"at": 1751345795}, "rec": [{"body": "y=2"}], "n": 1e-7}
{"when": {"at": 1751345795}, "rec": [], "n": 123456789012345678901234567890}
{"when": {"at": 1751345796}, "rec": [{"body": 3}], "n": 18446744073709551616}
""",
    ),
    "nested": (
        ["--fields", "stream=stream,log=log"],
        {},
        b"""
{"__REALTIME_TIMESTAMP": "1751345795000000", "PRIORITY": "3", "_PID": "7", "MESSAGE": [104, 105, 195]}
{"time": "2025-07-01T04:56:35.000000000Z", "log": "x=1\\r\\n", "stream": "stdout"}
{"@timestamp": "2025-07-01T04:56:35.000Z", "log": {"level": "error"}, "Message": "hi", "host": {"name": "a"}}
{"_source": {"@timestamp": "2025-07-01T04:56:35Z", "log.level": "err", "msg": "a", "host": {"hostname": "b"}}}
{"timeUnixNano": "1751345795000000000", "body": {"stringValue": "y=2"}, "service": {"name": "s"}, "pid": null}
{"ts": 1751345795, "message": [{}]}
{"ts": 1751345795, "message": [], "text": "z=3"}
""",
    ),
    "attributes": (
        ["--fields", "process=unit,a=a,b=b"],
        {},
        b'time,msg,unit,a,b\n2025-07-01,x=1,u,,2\n2025-07-01,x=2,v,"q""q",2.50\n2025-07-01,x=3,,NA,-1e3\n',
    ),
}
ROW_OF_ALL = {"preset": "table"}
NARROW = {"sample": {"kind": "window", "seconds": 3600, "by": "host"}, "templates": {}}


@pytest.mark.parametrize("name", FORMATS)
def test_the_feature_set_says_how_to_read(name: str, package: Path, tmp_path: Path):
    options, form, content = FORMATS[name]
    path = tmp_path / "file.log"
    path.write_bytes(content)
    grammar = detect(path, *options)
    for asked in (SAMPLES["record"], NARROW, {"sample": BY_PROCESS}, ROW_OF_ALL):
        # Fitted on logs that can be read whatever the format is; a table's columns are those of the file.
        seed = fit([EXPORT if asked is not ROW_OF_ALL else TABLES[-1]], asked, tmp_path)
        assert seed is not None
        fitted = json.loads(seed.read_bytes())
        if asked is ROW_OF_ALL:
            grammar = keeping_all(grammar)
        fitted["format"] = {"preset": "auto", "grammars": [grammar], **form}
        fitted["utc_offset_minutes"] = form.get("utc_offset_minutes", 0)
        if asked is ROW_OF_ALL:
            columns = [{"name": name, "missing": True, "type": "number"} for name in ("size", "b", "n")]
            texts = ("host", "status", "took", "cached", "unit", "a", "deep", "level", "message")
            columns += [
                {"name": name, "missing": True, "type": "ordinal", "categories": CATEGORIES} for name in texts
            ]
            fitted["state"]["columns"] = columns
            fitted["features"] = [c["name"] + end for c in columns for end in ("", "_missing")]
        samples = compare([path], package, write(fitted, tmp_path), tmp_path)
        assert asked is not NARROW or len(samples.lines) > 0


CATEGORIES = [
    "1",
    "200",
    "2326",
    "3ms",
    "a",
    "d",
    "disk7",
    "net",
    'q"q',
    "true",
    '{"b":[1.5,null,"\\né"]}',
]


# Files whose records all have times.
TIMED = ("hdfs.log", "bsd.log", "batch.json")


@pytest.mark.parametrize("name", HARD)
def test_hard_records(name: str, package: Path, feature_set: dict[str, Any], tmp_path: Path):
    path = tmp_path / name
    path.write_bytes(HARD[name])
    feature_set["format"] = {"preset": "auto", "grammars": [detect(path)], "max_rejected_share": 0.8}
    samples = compare([path], package, write(feature_set, tmp_path), tmp_path)
    assert samples is not None
    fitted = fit([TABLES[-1]], ROW_OF_ALL, tmp_path)
    assert fitted is not None
    content = json.loads(fitted.read_bytes())
    columns = [
        {"name": name, "missing": True, "type": "ordinal", "categories": CATEGORIES}
        for name in ("level", "process", "message")
    ]
    content["state"]["columns"] = columns
    content["features"] = [column["name"] + end for column in columns for end in ("", "_missing")]
    content["format"] = {**feature_set["format"], "grammars": [keeping_all(detect(path))]}
    assert compare([path], package, write(content, tmp_path), tmp_path) is not None


def test_each_file_is_read_by_its_grammar_and_all_are_put_in_order_together(
    package: Path, feature_set: dict[str, Any], tmp_path: Path
):
    paths = []
    for name in TIMED:
        content = HARD[name]
        paths.append(tmp_path / name)
        paths[-1].write_bytes(content)
    grammars = [detect(path) for path in paths]
    feature_set["format"] = {"preset": "auto", "grammars": grammars, "max_rejected_share": 0.8}
    samples = compare(paths, package, write(feature_set, tmp_path), tmp_path)
    assert samples is not None and set(samples.files) == set(TIMED)
    assert (np.diff(samples.timestamps) >= 0).all()


WITH_ID = b"""{"ts": 1751345795, "msg": "a", "id": 7}
{"ts": 1751345795, "msg": "a", "id": 7}
{"ts": 1751345795, "msg": "a", "id": 8}
{"ts": 1751345795, "msg": "b"}
{"ts": 1751345795, "msg": "b"}
"""


@pytest.mark.parametrize(
    ("files", "drop", "duplicates"),
    [
        ({"a.jsonl": WITH_ID}, True, 1),
        ({"a.jsonl": WITH_ID}, False, 0),
        # What has an id is the same event wherever it stands.
        ({"a.jsonl": WITH_ID, "b.jsonl": WITH_ID.splitlines(keepends=True)[0]}, True, 2),
        # Copies of a file, whatever they are called and packed in.
        ({"a.jsonl": WITH_ID, "b.jsonl": WITH_ID}, True, 6),
        ({"a.gz": gzip.compress(WITH_ID, mtime=0), "b.gz": gzip.compress(WITH_ID, mtime=0)}, True, 6),
        ({"a.jsonl": WITH_ID, "b.jsonl": WITH_ID}, False, 0),
    ],
)
def test_what_was_told_twice_is_dropped_and_equal_lines_are_kept(
    files: dict[str, bytes],
    drop: bool,
    duplicates: int,
    package: Path,
    feature_set: dict[str, Any],
    tmp_path: Path,
):
    paths = [tmp_path / name for name in files]
    for path in paths:
        path.write_bytes(files[path.name])
    plain = tmp_path / "sample.jsonl"
    plain.write_bytes(WITH_ID)
    grammar = detect(plain, "--fields", "id=id")
    feature_set["format"] = {"preset": "auto", "grammars": [grammar], "drop_duplicates": drop}
    samples = compare(paths, package, write(feature_set, tmp_path), tmp_path)
    assert samples is not None and samples.duplicates == duplicates


def test_archives_are_the_files_in_them(package: Path, tmp_path: Path):
    names = ["OpenSSH/OpenSSH_2k.log", "Apache/Apache_2k.log"]
    with zipfile.ZipFile(tmp_path / "logs.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        for name in names:
            archive.write(DATA / "loghub_2k" / name, name)
    with tarfile.open(tmp_path / "logs.tar.xz", "w:xz") as archive:
        for name in names:
            archive.add(DATA / "loghub_2k" / name, f"deep/{name}")
    for name in ("logs.zip", "logs.tar.xz"):
        fitted = fit([tmp_path / name], SAMPLES["record"], tmp_path)
        assert fitted is not None
        samples = compare([tmp_path / name], package, fitted, tmp_path)
        assert {Path(file).name for file in samples.files} == {Path(name).name for name in names}


def test_lines_are_the_file_that_they_make(package: Path, tmp_path: Path):
    path = DATA / "loghub_2k/OpenSSH/OpenSSH_2k.log"
    module = load_featurizer(package)
    featurizer = module.Featurizer(fit([path], SAMPLES["record"], tmp_path))
    now = datetime(2025, 7, 2, tzinfo=UTC)
    _, of_file, _ = featurizer.features_from_file(path, now)
    lines = path.read_text().splitlines(keepends=True)
    _, of_lines, samples = featurizer.features_from_lines(lines, now)
    assert np.array_equal(of_file, of_lines)
    assert samples.timestamps.max() < now.timestamp() * 1e6


def test_raw_logs_are_scored_as_their_rows(package: Path):
    inference = load_inference(package).ModelInference()
    module = load_featurizer(package)
    names, matrix, samples = module.Featurizer(package / "feature_set.json").features_from_file(EXPORT)
    expected = inference.predict([dict(zip(names, row, strict=True)) for row in matrix.tolist()])
    scored = inference.predict_log_file(EXPORT)
    assert scored["scores"] == expected["scores"]
    assert [sample["line"] for sample in scored["samples"]] == samples.lines
    assert scored["records_read"] == samples.records_read == 35
    assert inference.predict_logs(EXPORT.read_bytes().splitlines())["scores"] == expected["scores"]
    assert not list(package.rglob("__pycache__"))


@pytest.mark.parametrize(
    "change",
    [
        {"version": 2},
        {"sample": "cat"},
        {"features": ["hour_of_day", "x"]},
        {"format": {"preset": "auto"}},
        {"format": None},
    ],
    ids=str,
)
def test_a_feature_set_that_cannot_be_computed_is_refused(change: dict[str, Any], package: Path):
    module = load_featurizer(package)
    content = json.loads((package / "feature_set.json").read_bytes())
    with pytest.raises(module.FormatError, match=r"version|sample|unknown features: x|names no grammar"):
        module.Featurizer({**content, **change})


class _WithoutAnnotations(ast.NodeTransformer):
    """What is left when a module is run: with `from __future__ import annotations`, these are not."""

    def visit_AnnAssign(self, node: ast.AnnAssign) -> ast.AST:
        node.annotation = ast.Constant(None)
        self.generic_visit(node)
        return node

    def visit_arg(self, node: ast.arg) -> ast.AST:
        node.annotation = None
        return node

    def visit_FunctionDef(self, node: ast.FunctionDef) -> ast.AST:
        node.returns = None
        self.generic_visit(node)
        return node


SCRIPTS = PROJECT / "backend/package/python"
OLDEST = [
    *((path, (3, 9)) for path in sorted(SCRIPTS.glob("*.py"))),
    *((path, (3, 8)) for path in sorted(SCRIPTS.rglob("featurizer/**/*.py"))),
]


@pytest.mark.parametrize(("path", "oldest"), OLDEST, ids=str)
def test_nothing_that_runs_needs_a_newer_python(path: Path, oldest: tuple[int, int]) -> None:
    """The featurizer runs on every Python from 3.8 on, the scripts on all that the oldest target takes."""
    text = path.read_text(encoding="utf-8")
    module = ast.parse(text, feature_version=oldest)
    if "from __future__ import annotations\n" in text:
        module = _WithoutAnnotations().visit(module)
    else:
        assert " | None" not in text
    builtin = {"tuple", "list", "dict", "set", "frozenset", "type"}
    abstract = {"Callable", "Iterable", "Iterator", "Mapping", "Sequence"}
    for node in ast.walk(module):
        if isinstance(node, ast.Subscript) and isinstance(node.value, ast.Name) and oldest < (3, 9):
            assert node.value.id not in builtin | abstract, f"line {node.lineno}"
        if isinstance(node, ast.Attribute) and oldest < (3, 9):
            assert node.attr not in ("removeprefix", "removesuffix"), f"line {node.lineno}"
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
            keywords = {keyword.arg for keyword in node.keywords}
            assert not (node.func.id == "zip" and "strict" in keywords), f"line {node.lineno}"
            assert node.func.id not in ("pairwise", "batched"), f"line {node.lineno}"
