"""The package's `featurizer` reads files by grammars as the server's program does, every field of it."""

import gzip
import importlib
import json
import random
import subprocess
import sys
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
import trainyard
from conftest import PROJECT

DATA = PROJECT.parent / "shared/data"
NOW = datetime(2026, 1, 1, tzinfo=UTC)
HDFS = DATA / "hdfs_2pct/HDFS_2pct.log.gz"
FILES = [
    *sorted(DATA.glob("lines/*.log")),
    *sorted(DATA.glob("loghub_2k/*/*_2k.log")),
    *sorted(DATA.glob("mcp_export/*.json")),
]
# Identifiers are told to no one: they only tell equal records.
FIELDS = ("timestamp", "host", "level", "process", "pid", "message")


@pytest.fixture(scope="module")
def grammar() -> Iterator[ModuleType]:
    """The page `grammar` of the featurizer as it stands in the repository."""
    source = str(PROJECT / "backend/package/python")
    known = [name for name in sys.modules if name.partition(".")[0] == "featurizer"]
    for name in known:
        del sys.modules[name]
    sys.path.insert(0, source)
    yield importlib.import_module("featurizer.grammar")
    sys.path.remove(source)


# ---- as the program does ---------------------------------------------------------------------------------


def instant(text: str | None) -> int | None:
    """Microseconds since 1970 of a time as the program writes it."""
    if text is None:
        return None
    whole, _, part = text.rstrip("Z").partition(".")
    seconds = datetime.fromisoformat(whole).replace(tzinfo=UTC).timestamp()
    return round(seconds) * 1_000_000 + int((part + "000000")[:6])


def theirs(file: Path, folder: Path, grammar: Path) -> list[tuple[int, dict[str, Any]]]:
    """What the program makes of a file under a grammar: the line and the fields of every record."""
    output = folder / "records.jsonl"
    command = [trainyard.binary(), "parse", str(file), "--format-file", str(grammar), "--no-templates"]
    subprocess.run([*command, "--output", str(output)], check=True, capture_output=True)
    records = []
    for line in output.read_text().splitlines():
        record = json.loads(line)
        fields = {name: record.get(name) for name in FIELDS}
        fields["timestamp"] = instant(fields["timestamp"])
        records.append((record["line"], {**fields, "attributes": record.get("attributes")}))
    return records


def ours(grammar: ModuleType, file: Path, found: dict[str, Any]) -> list[tuple[int, dict[str, Any]]]:
    content = gzip.decompress(file.read_bytes()) if file.suffix == ".gz" else file.read_bytes()
    records = []
    for line, fields, _ in grammar.Applied(found, grammar.Home(), NOW).read(content, file.name):
        if fields is not None:
            named = {name: getattr(fields, name) for name in FIELDS}
            attributes = None if fields.attributes is None else json.loads(fields.attributes)
            records.append((line, {**named, "attributes": attributes}))
    return records


@pytest.mark.parametrize("file", [*FILES, HDFS], ids=lambda file: file.name)
def test_a_file_is_read_as_the_program_reads_it(grammar: ModuleType, file: Path, tmp_path: Path):
    if file == HDFS:
        file = tmp_path / "hdfs.log"
        lines = gzip.decompress(HDFS.read_bytes()).splitlines(keepends=True)
        file.write_bytes(b"".join(lines[:20_000]))
    found = tmp_path / "grammar.json"
    subprocess.run(
        [trainyard.binary(), "detect", str(file), "--output", str(found)], check=True, capture_output=True
    )
    expected = theirs(file, tmp_path, found)
    actual = ours(grammar, file, json.loads(found.read_bytes()))
    # The program writes records in the order of time.
    key = str
    assert sorted(actual, key=key) == sorted(expected, key=key)


def year_of(file: Path, folder: Path, lines: list[str]) -> Path:
    path = folder / file.name
    path.write_text("\n".join(lines) + "\n")
    return path


def turning(folder: Path) -> Path:
    """A log over New Year, of which the sample of a large file shows three parts."""
    days = [*(f"Dec {day:2}" for day in range(20, 32)), *(f"Jan {day:2}" for day in range(1, 13))]
    times = ((day, hour, minute) for day in days for hour in range(24) for minute in range(60))
    lines = [
        f"{day} {hour:02}:{minute:02}:07 alpha sshd[7]: session {hour} opened" for day, hour, minute in times
    ]
    return year_of(Path("turning.log"), folder, lines)


def told(folder: Path) -> Path:
    """A log whose messages say the year, from the second part of it on."""
    lines = [f"Jun 14 15:16:{second:02} combo ftpd[9]: ready" for second in range(60)]
    lines.append("Jun 14 15:17:01 combo ftpd[9]: connection from 10.0.0.1 at Tue Jun 14 15:17:01 2005")
    return year_of(Path("told.log"), folder, lines)


@pytest.mark.parametrize("make", [turning, told, *FILES], ids=lambda make: getattr(make, "name", str(make)))
def test_the_years_of_a_file_are_decided_alike(
    grammar: ModuleType, make: Callable[[Path], Path] | Path, tmp_path: Path
):
    file = make if isinstance(make, Path) else make(tmp_path)
    found = tmp_path / "grammar.json"
    subprocess.run(
        [trainyard.binary(), "detect", str(file), "--output", str(found)], check=True, capture_output=True
    )
    known = json.loads(found.read_bytes())
    clock = known.get("clock", {})
    decided = clock.pop("year", None), clock.pop("rollover", None)
    found.write_text(json.dumps(known))
    expected = theirs(file, tmp_path, found)
    reading = importlib.import_module("featurizer.reading").Reading({"grammars": [known]}, 0, None)
    records: list[Any] = []
    content = file.read_bytes()
    reading.parse_file(
        0, importlib.import_module("featurizer.files").File(file.name, content, content), records, []
    )
    actual = [(record.line, record.fields.timestamp) for record in records]
    assert sorted(actual, key=str) == sorted(((line, f["timestamp"]) for line, f in expected), key=str)
    if make in (turning, told):
        assert decided[0] is not None


# ---- the short way ---------------------------------------------------------------------------------------

ISO = {"forms": ["iso"]}
UPPER = {"kind": "word", "case": "upper"}
LAYOUTS: list[tuple[str, dict[str, Any]]] = [
    (
        "081109 203518 143 INFO dfs.DataNode$DataXceiver: Receiving block blk_1",
        {
            "time": {"forms": ["two-six"]},
            "level": {"side": "after", "index": 1, "style": UPPER},
            "columns": [{"place": "between", "index": 0, "role": "pid"}],
            "header": [{"shape": "name_colon", "role": "process"}],
        },
    ),
    (
        "2015-10-18 18:01:47,978 INFO [main] org.apache.hadoop.mapreduce.v2.app.MRAppMaster: Executing",
        {
            "time": ISO,
            "level": {"side": "after", "index": 0, "style": UPPER},
            "header": [
                {"shape": "bracket", "role": {"attribute": "thread"}},
                {"shape": "name_colon", "role": "process"},
            ],
        },
    ),
    (
        "2015-07-29 19:04:12,394 - INFO  [QuorumPeer:10.10.34.11:3888] - Received connection",
        {
            "time": ISO,
            "level": {"side": "after", "index": 1, "style": UPPER},
            "header": [
                {"shape": "bracket", "role": {"attribute": "field"}},
                {"separators": 1, "shape": "nothing"},
            ],
        },
    ),
    (
        "[2024-05-01T10:00:00.123Z] [error] web.app - it broke",
        {
            "time": {**ISO, "bracket": "["},
            "level": {"side": "after", "index": 0, "style": {"kind": "word", "left": "[", "right": "]"}},
            "header": [{"shape": "name_dash", "role": "process"}],
        },
    ),
    (
        "Jun 14 15:16:01 combo sshd(pam_unix)[19939]: authentication failure; rhost=218.188.2.4",
        {
            "time": {"forms": ["month-day"]},
            "header": [
                {"shape": "host", "role": "host", "values": ["combo"]},
                {"shape": "name_pid", "role": "process"},
            ],
        },
    ),
    (
        "2024-05-01 10:00:00 WARNING: [worker-1] a.b.c started (12) x",
        {
            "time": ISO,
            "level": {"side": "after", "index": 0, "style": {"kind": "word", "right": ":"}},
            "header": [
                {"glue": True, "shape": "bracket", "role": "process"},
                {"glue": True, "separators": 1, "shape": "dotted", "role": {"attribute": "logger"}},
            ],
        },
    ),
    (
        "17/06/09 20:10:40 INFO executor.CoarseGrainedExecutorBackend: Registered signal handlers",
        {
            "time": {"forms": ["numeric"]},
            "level": {"side": "after", "index": 0, "style": UPPER},
            "header": [{"glue": True, "shape": "name_colon", "role": "process"}],
        },
    ),
]
SIGNS = [*" \t:[]()-|,;.=\"'<>#/", "INFO", "x", "9", " - ", "ERROR:", "é", "\u2013", "[12]", ": ", "  "]


def mutated(line: str, chance: random.Random) -> str:
    """A line with something put in, taken out or written twice."""
    at = chance.randrange(min(len(line), 90))
    end = at + chance.choice([0, 0, 1, 1, 2, 5])
    return line[:at] + chance.choice([*SIGNS, line[at : at + 3] * 2, ""]) + line[end:]


@pytest.mark.parametrize(("line", "layout"), LAYOUTS, ids=[line[:24] for line, _ in LAYOUTS])
def test_the_short_way_reads_as_the_long_way(grammar: ModuleType, line: str, layout: dict[str, Any]):
    written = {"version": 1, "name": "found", "readers": [{"reader": "line", **layout}]}
    applied = grammar.Applied(written, grammar.Home(), NOW)
    assert applied._fast is not None and applied._fast(line) is not None
    chance = random.Random(7)
    taken = 0
    for _ in range(4_000):
        other = line
        for _ in range(chance.choice([1, 1, 2, 3])):
            other = mutated(other, chance)
        if not other.isprintable() and "\t" not in other:
            continue
        fields = applied._fast(other)
        if fields is not None:
            taken += 1
            assert fields == applied._fields(other, 1), other
    assert taken > 400


# ---- what the format says of times -----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "home", "clock", "expected"),
    [
        ("2024-05-01 10:00:00", {}, {}, "2024-05-01T10:00:00"),
        ("2024-05-01 10:00:00", {"utc_offset_minutes": 90}, {}, "2024-05-01T08:30:00"),
        ("2024-05-01 10:00:00", {"time_zone": "Europe/Berlin"}, {}, "2024-05-01T08:00:00"),
        ("2024-10-27 02:30:00", {"time_zone": "Europe/Berlin"}, {}, "2024-10-27T00:30:00"),
        ("2024-03-31 02:30:00", {"time_zone": "Europe/Berlin"}, {}, "2024-03-31T01:30:00"),
        ("May  1 10:00:00", {}, {}, "2025-05-01T10:00:00"),
        ("May  1 10:00:00", {"year": 2021}, {}, "2021-05-01T10:00:00"),
        ("Dec  1 10:00:00", {"year": 2021}, {"year": 2024, "rollover": 1101}, "2023-12-01T10:00:00"),
        ("01/05/2024 10:00:00", {}, {}, "2024-01-05T10:00:00"),
        ("01/05/2024 10:00:00", {"order": "day_first"}, {}, "2024-05-01T10:00:00"),
        (
            "01/05/2024 10:00:00",
            {},
            {"orders": [{"separator": "/", "order": "day_first"}]},
            "2024-05-01T10:00:00",
        ),
        ("13/05/2024 10:00:00", {"order": "month_first"}, {}, "2024-05-13T10:00:00"),
    ],
)
def test_what_times_leave_out_is_said_by_grammar_and_format(
    grammar: ModuleType, text: str, home: dict[str, Any], clock: dict[str, Any], expected: str
):
    raw = grammar.Clock(grammar.Home(**home), NOW, clock).value(text)
    assert raw is not None and raw.instant == instant(expected)


# ---- choosing among grammars -----------------------------------------------------------------------------


def expression(text: str) -> dict[str, Any]:
    return {"version": 1, "name": text, "readers": [{"reader": "expression", "expressions": [text]}]}


def test_of_several_grammars_the_one_that_reads_most_is_taken(grammar: ModuleType):
    levels = expression("^(?P<level>[A-Z]+): (?P<message>.*)")
    any_line, same = expression("^(?P<message>.*)"), expression("^(?P<message>.*)$")
    content = b"INFO: a\nWARN: b\nplain\n"
    for written, taken in [([levels, any_line], 1), ([any_line, same], 0), ([same, any_line], 0)]:
        applied = [
            grammar.Applied({**one, "multiline": {"kind": "off"}}, grammar.Home(), NOW) for one in written
        ]
        assert grammar.chosen(applied, content, "x", 200) is applied[taken]


@pytest.mark.parametrize("version", [0, 2, None, "1"])
def test_a_newer_grammar_is_refused(grammar: ModuleType, version: Any):
    with pytest.raises(ValueError, match="version"):
        grammar.Applied({"version": version, "readers": []}, grammar.Home(), NOW)
