"""Raw lines to samples: the HDFS file to its session matrix, beside Drain3 with pandas and the featurizer."""

import gzip
import json
import shutil
import subprocess
import sys
import time
from pathlib import Path

from . import Bench
from .report import BINARY, CACHE, PYTHON, ROOT, SHARED, missing, table

RUNS = 5
PEERS = CACHE / "peers"
# What people write: regular expressions, Drain3 with its published settings for HDFS, a table of counts.
BY_HAND = r"""
import re, sys, time
import pandas as pd
from drain3 import TemplateMiner
from drain3.masking import MaskingInstruction
from drain3.template_miner_config import TemplateMinerConfig
begin = time.perf_counter()
settings = TemplateMinerConfig()
settings.drain_sim_th, settings.drain_depth = 0.5, 4
begins, ends = r"((?<=[^A-Za-z0-9])|^)", r"((?=[^A-Za-z0-9])|$)"
settings.masking_instructions = [
    MaskingInstruction(r"blk_-?\d+", "BLK"),
    MaskingInstruction(begins + r"(\d{1,3}\.\d{1,3}\.\d{1,3}\.\d{1,3}(:\d+)?)" + ends, "IP"),
    MaskingInstruction(begins + r"([\-\+]?\d+)" + ends, "NUM"),
]
miner = TemplateMiner(config=settings)
line = re.compile(r"(\d{6} \d{6}) (\d+) (\w+) ([^:]+): (.*)")
block = re.compile(r"blk_-?\d+")
rows = []
for text in open(sys.argv[1]):
    message = line.match(text).group(5)
    template = miner.add_log_message(message)["cluster_id"]
    rows.extend((key, template) for key in set(block.findall(message)))
frame = pd.DataFrame(rows, columns=["key", "template"])
matrix = pd.crosstab(frame["key"], frame["template"]).to_numpy(dtype=float)
print(time.perf_counter() - begin, *matrix.shape)
"""
PACKAGED = r"""
import sys, time
sys.dont_write_bytecode = True
sys.path.insert(0, sys.argv[1])
from featurizer import Featurizer
featurizer = Featurizer(sys.argv[2])
begin = time.perf_counter()
_, matrix, samples = featurizer.features_from_file(sys.argv[3])
print(time.perf_counter() - begin, *matrix.shape)
"""


def sessions(bench: Bench) -> None:
    title = "HDFS lines to sessions (goal: 25 x by hand, under 200 MB; featurizer.py 30,000 lines/s)"
    source = SHARED / "data/hdfs_2pct/HDFS_2pct.log.gz"
    if not source.exists():
        return missing(title, f"{source} is not there")
    file = bench.folder / "hdfs.log"
    with gzip.open(source) as compressed, file.open("wb") as plain:
        shutil.copyfileobj(compressed, plain)
    lines = file.read_bytes().count(b"\n")
    asked, fitted = bench.folder / "sessions.json", bench.folder / "feature_set.json"
    asked.write_text(json.dumps({"preset": "hdfs-session"}))
    fit, peak, shape = best(file, "--feature-set", asked, "--fitted", fitted)
    apply, peak_applied, _ = best(file, "--feature-set", fitted)
    rows = [
        ["trainyard features, templates mined", fit, peak, shape],
        ["trainyard features, fitted", apply, peak_applied, shape],
    ]
    python = [PYTHON, "-c", PACKAGED, ROOT / "backend/package/python", fitted, file]
    if PYTHON.exists():
        rows.append(["featurizer.py, fitted", *timed(python)])
    if peers():
        rows.append(["by hand: Drain3, pandas", *timed([PEERS / "bin/python", "-c", BY_HAND, file])])
    slowest = rows[-1][1]
    table(
        title,
        ["way", "s", "lines/s", "peak MB", "matrix", "times as fast"],
        [
            [
                way,
                f"{seconds:.3f}",
                f"{lines / seconds:,.0f}",
                f"{peak / 1e6:.0f}",
                shape,
                f"{slowest / seconds:.1f}",
            ]
            for way, seconds, peak, shape in rows
        ],
    )


def best(file: Path, *arguments: str | Path) -> tuple[float, int, str]:
    """The best of some runs, in wall time of the whole process."""
    command = [BINARY, "features", file, *arguments, "--output", file.with_suffix(".npy")]
    runs = []
    for _ in range(RUNS):
        begin = time.perf_counter()
        peak, printed = measured(command)
        runs.append(
            (time.perf_counter() - begin, peak, printed.split(" samples")[0] + " x " + printed.split()[3])
        )
    return min(runs)


def timed(command: list) -> tuple[float, int, str]:
    """What a program says that it took, its imports not counted."""
    peak, printed = measured(command)
    seconds, rows, columns = printed.split()
    return float(seconds), peak, f"{rows} x {columns}"


def measured(command: list) -> tuple[int, str]:
    """The peak memory of a process in bytes, and what it printed."""
    script = (
        "import resource, subprocess, sys; "
        "done = subprocess.run(sys.argv[1:], check=True, capture_output=True, text=True); "
        "print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss * 1024, done.stdout)"
    )
    done = subprocess.run(
        [sys.executable, "-c", script, *map(str, command)], check=True, capture_output=True, text=True
    )
    peak, _, printed = done.stdout.partition(" ")
    return int(peak), printed


def peers() -> bool:
    """Whether Drain3 and pandas are there, or can be fetched into an environment of their own."""
    python = PEERS / "bin/python"
    try:
        if not python.exists():
            subprocess.run([sys.executable, "-m", "venv", PEERS], check=True)
        wanted = [
            python,
            "-m",
            "pip",
            "install",
            "--quiet",
            "--disable-pip-version-check",
            "drain3",
            "pandas",
        ]
        have = subprocess.run([python, "-c", "import drain3, pandas"], capture_output=True)
        return have.returncode == 0 or subprocess.run(wanted, capture_output=True).returncode == 0
    except (OSError, subprocess.CalledProcessError):
        return False


PARTS = {"sessions": sessions}
