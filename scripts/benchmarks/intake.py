"""Reading logs and mining their templates, beside Drain3, `zstd -d | wc -l`, and other sizes.

`TRAINYARD_BENCH_LINES` names the sizes for the part `linear`; the default leaves out 20 million lines.
"""

import gzip
import json
import os
import shutil
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

from . import Bench
from .report import BINARY, CACHE, SHARED, missing, table

HDFS = SHARED / "data/hdfs_2pct/HDFS_2pct.log.gz"
PEER = CACHE / "drain3"
RUNS = 11
LINES = tuple(int(lines) for lines in os.environ.get("TRAINYARD_BENCH_LINES", "200000,2000000").split(","))


def hdfs_file(folder: Path) -> Path:
    file = folder / "hdfs.log"
    if not file.exists():
        with gzip.open(HDFS) as source, file.open("wb") as output:
            shutil.copyfileobj(source, output)
    return file


def measured(command: list[str | Path]) -> tuple[float, int]:
    """The median of some runs in seconds, and the most memory that a run took in bytes."""
    return alternating([command])[0]


def alternating(commands: list[list[str | Path]]) -> list[tuple[float, int]]:
    """The same of several commands that take turns: what else the machine does meets them all."""
    rounds = [[once(command) for command in commands] for _ in range(RUNS)]
    return [
        (statistics.median(seconds for seconds, _ in runs), max(peak for _, peak in runs))
        for runs in zip(*rounds, strict=True)
    ]


def once(command: list[str | Path]) -> tuple[float, int]:
    """A run's seconds and bytes of memory."""
    began = time.perf_counter()
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL)
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        sys.exit(f"{' '.join(map(str, command))} failed")
    return time.perf_counter() - began, usage.ru_maxrss * 1024


def peer(script: str, file: Path) -> dict[str, float] | None:
    """What a script says when it runs with Drain3, which is installed when it is not there yet."""
    python = PEER / "bin/python"
    if not python.exists():
        made = subprocess.run([sys.executable, "-m", "venv", PEER], check=False, capture_output=True)
        if made.returncode:
            return None
        wanted = ["drain3==0.9.11", "pandas"]
        subprocess.run([python, "-m", "pip", "install", "--quiet", *wanted], check=False)
    answer = subprocess.run([python, "-c", script, file], check=False, capture_output=True, text=True)
    return json.loads(answer.stdout.splitlines()[-1]) if answer.returncode == 0 else None


def mining(bench: Bench) -> None:
    title = "Raw HDFS text to templates (goal: 10 times Drain3's lines/s)"
    if not HDFS.exists():
        return missing(title, f"{HDFS} is not there")
    file = hdfs_file(bench.folder)
    lines = count_lines(file)
    seconds, peak = measured([BINARY, "parse", file, "--write-templates", bench.folder / "templates.json"])
    found = len(json.loads((bench.folder / "templates.json").read_bytes())["templates"])
    rows = [
        ["trainyard, start and reading included", f"{lines / seconds:,.0f}", f"{found}", f"{peak / 1e6:.0f}"]
    ]
    theirs = peer(DRAIN3, file)
    if theirs:
        rows.append(
            ["Drain3, its HDFS settings, mining alone", f"{theirs['rate']:,.0f}", f"{theirs['found']:.0f}"]
        )
        rows[-1].append(f"{theirs['peak'] / 1e6:.0f}")
        rows.append(["ratio", f"{lines / seconds / theirs['rate']:.1f} x", "", ""])
    table(title, ["", "lines/s", "templates", "peak MB"], rows)


def disk(bench: Bench) -> None:
    title = "Parsing beside decompressing and counting lines (goal: within 4 times)"
    if not HDFS.exists() or not shutil.which("zstd"):
        return missing(title, f"{HDFS} or zstd is not there")
    plain = hdfs_file(bench.folder)
    file = bench.folder / "hdfs.log.zst"
    subprocess.run(["zstd", "--quiet", "--force", plain, "-o", file], check=True)
    ways: list[tuple[str, list[str | Path]]] = [
        ("zstd -d | wc -l", ["sh", "-c", f"zstd --quiet -dc '{file}' | wc -l"])
    ]
    for label, output, flags in [
        ("trainyard parse, Parquet, no templates", "o.parquet", ["--no-templates"]),
        ("trainyard parse, JSON Lines, no templates", "o.jsonl", ["--no-templates"]),
        ("trainyard parse, Parquet, with templates", "o.parquet", []),
    ]:
        ways.append((label, [BINARY, "parse", file, "--output", bench.folder / output, *flags]))
    found = alternating([command for _, command in ways])
    counting = found[0][0]
    rows = [
        [label, f"{seconds:.3f}", f"{seconds / counting:.1f} x", f"{peak / 1e6:.0f}"]
        for (label, _), (seconds, peak) in zip(ways, found, strict=True)
    ]
    table(title, ["", "seconds", "", "peak MB"], rows)


def linear(bench: Bench) -> None:
    title = "The same file again and again with shifted times (goal: time grows linearly, under 1.5 GB)"
    if not HDFS.exists():
        return missing(title, f"{HDFS} is not there")
    asked, fitted = bench.folder / "sessions.json", bench.folder / "feature_set.json"
    asked.write_text(json.dumps({"preset": "hdfs-session"}))
    command = [BINARY, "features", hdfs_file(bench.folder), "--feature-set", asked, "--fitted", fitted]
    once([*command, "--output", bench.folder / "o.npy"])
    rows = []
    for lines in LINES:
        file = bench.folder / "repeated.log"
        with file.open("wb") as output:
            output.writelines(repeated(lines))
        size = file.stat().st_size
        features = ["features", file, "--output", bench.folder / "o.npy", "--feature-set"]
        for label, flags in [
            ("parse, with templates", ["parse", file, "--output", bench.folder / "o.parquet"]),
            ("features, sessions, fitted", [*features, fitted]),
            ("features, sessions, to fit", [*features, asked]),
        ]:
            seconds, peak = once([BINARY, *flags])
            rows.append([label, f"{lines:,}", f"{size / 1e6:,.0f}", f"{seconds:.2f}"])
            rows[-1] += [f"{1e6 * seconds / lines:.2f}", f"{peak / 1e6:.0f}"]
        file.unlink()
    table(title, ["", "lines", "MB", "seconds", "us/line", "peak MB"], rows)


def repeated(lines: int) -> Iterator[bytes]:
    """Lines of the HDFS file, a week later each time round."""
    with gzip.open(HDFS) as source:
        original = source.readlines()
    for number in range(lines):
        week, at = divmod(number, len(original))
        line = original[at]
        if week:
            day = shifted(line[:6].decode(), week)
            line = day.encode() + line[6:]
        yield line


def shifted(day: str, weeks: int, known: dict[tuple[str, int], str] = {}) -> str:  # noqa: B006 a cache
    if (day, weeks) not in known:
        moved = datetime.strptime(day, "%y%m%d") + timedelta(weeks=weeks)
        known[day, weeks] = moved.strftime("%y%m%d")
    return known[day, weeks]


def count_lines(file: Path) -> int:
    with file.open("rb") as content:
        return sum(1 for _ in content)


# Drain3 as its example for HDFS sets it up; the time is that of mining alone.
DRAIN3 = r"""
import json, resource, sys, time
from drain3 import TemplateMiner
from drain3.masking import MaskingInstruction
from drain3.template_miner_config import TemplateMinerConfig

config = TemplateMinerConfig()
config.drain_sim_th = 0.4
config.drain_depth = 4
config.masking_instructions = [
    MaskingInstruction(r"((?<=[^A-Za-z0-9])|^)(blk_-?\d+)((?=[^A-Za-z0-9])|$)", "BLK"),
    MaskingInstruction(r"((?<=[^A-Za-z0-9])|^)(\d{1,3}(?:\.\d{1,3}){3})((?=[^A-Za-z0-9])|$)", "IP"),
    MaskingInstruction(r"((?<=[^A-Za-z0-9])|^)([\-\+]?\d+)((?=[^A-Za-z0-9])|$)", "NUM"),
]
miner = TemplateMiner(config=config)
with open(sys.argv[1]) as lines:
    messages = [line.rstrip("\n").split(": ", 1)[-1] for line in lines]
began = time.perf_counter()
for message in messages:
    miner.add_log_message(message)
seconds = time.perf_counter() - began
peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
print(json.dumps({"rate": len(messages) / seconds, "found": len(miner.drain.clusters), "peak": peak}))
"""

PARTS = {"mining": mining, "disk": disk, "linear": linear}
