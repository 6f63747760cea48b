"""`featurizer.py` and the server agree: every value of every file, to 1e-9, in the same order."""

import importlib.util
import json
import subprocess
from datetime import UTC, datetime
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np
import pytest
import trainyard
from conftest import EXPORT, PROJECT, load_inference

TOLERANCE = 1e-9
DATA = PROJECT.parent / "shared/data"
FILES = [EXPORT, DATA / "hdfs_2pct/HDFS_2pct.log.gz", *sorted(DATA.glob("loghub_2k/*/*_2k.log*"))]

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
    "table.csv": b"""Time;LEVEL;msg;service;x
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
    "export.json": b"""{"export_metadata": {"data": [1]}, "data": [
 {"timestamp": "2025-07-01", "message": "]"},
 {"time": "2025-07-01", "log": "a"}, {"time": "2025-07-02", "log": "b", "host": {"name": 1}}, 7,
 {"timestamp": "2025-07-01", "message": "\\u0000"},
 {"timestamp": "2025-07-01", "message": "a" "b"}
, {"timestamp": "2025-07-01T00:00:00Z", "message": "ok", "process_name": "p"} ], "more": 1}""",
}


def load_featurizer(folder: Path) -> ModuleType:
    specification = importlib.util.spec_from_file_location("featurizer", folder / "featurizer.py")
    assert specification is not None and specification.loader is not None
    module = importlib.util.module_from_spec(specification)
    specification.loader.exec_module(module)
    return module


@pytest.fixture
def feature_set(package: Path, tmp_path: Path) -> Path:
    """The package's, with frequencies of processes that occur in the files of the tests."""
    content = json.loads((package / "feature_set.json").read_bytes())
    known = ["", "dfs.FSNamesystem", "sshd", "su(pam_unix)", "kernel", "web", "app"]
    content["state"]["process_frequency"] = {name: 1 / (3 + at) for at, name in enumerate(known)}
    path = tmp_path / "feature_set.json"
    path.write_text(json.dumps(content))
    return path


def compare(files: list[Path], package: Path, feature_set: Path, folder: Path) -> Any:
    """Both programs read the files and agree, or both refuse them; returns what Python says of them."""
    output = folder / "expected.npy"
    command = [trainyard.binary(), "features", *map(str, files)]
    command += ["--feature-set", str(feature_set), "--output", str(output)]
    theirs = subprocess.run(command, capture_output=True, text=True)
    module = load_featurizer(package)
    featurizer = module.Featurizer(feature_set)
    if theirs.returncode != 0:
        with pytest.raises(module.FormatError):
            featurizer.features_from_files(files)
        return None
    expected = np.load(output)
    names, matrix, samples = featurizer.features_from_files(files)
    assert names == json.loads(feature_set.read_bytes())["features"]
    assert matrix.shape == expected.shape
    far = np.argwhere(~(np.abs(matrix - expected) <= TOLERANCE))
    assert not len(far), [(names[column], int(row)) for row, column in far[:5]]
    counts = f"{len(samples.rejects)} rejected, {samples.duplicates} duplicates"
    assert f"{samples.records_read} records read, {counts}" in theirs.stdout
    return samples


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_every_value_of_the_real_files(path: Path, package: Path, feature_set: Path, tmp_path: Path):
    compare([path], package, feature_set, tmp_path)


@pytest.mark.parametrize("name", HARD)
def test_hard_records(name: str, package: Path, feature_set: Path, tmp_path: Path):
    path = tmp_path / name
    path.write_bytes(HARD[name])
    samples = compare([path], package, feature_set, tmp_path)
    assert samples is not None and len(samples.timestamps) >= 2


def test_files_are_put_in_order_together(package: Path, feature_set: Path, tmp_path: Path):
    paths = []
    for name, content in HARD.items():
        paths.append(tmp_path / name)
        paths[-1].write_bytes(content)
    samples = compare(paths, package, feature_set, tmp_path)
    assert samples is not None and set(samples.files) == set(HARD)
    assert (np.diff(samples.timestamps) >= 0).all()


def test_lines_are_the_file_that_they_make(package: Path):
    module = load_featurizer(package)
    featurizer = module.Featurizer(package / "feature_set.json")
    now = datetime(2025, 7, 2, tzinfo=UTC)
    path = DATA / "loghub_2k/OpenSSH/OpenSSH_2k.log"
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
    "change", [{"version": 2}, {"sample": "cat"}, {"features": ["hour_of_day", "x"]}], ids=str
)
def test_a_feature_set_that_cannot_be_computed_is_refused(change: dict[str, Any], package: Path):
    module = load_featurizer(package)
    content = json.loads((package / "feature_set.json").read_bytes())
    with pytest.raises(module.FormatError, match=r"version|sample|unknown features: x"):
        module.Featurizer({**content, **change})
