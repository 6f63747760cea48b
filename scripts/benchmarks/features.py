"""Raw lines to samples: the HDFS file to its session matrix, beside Drain3 with pandas and the featurizer."""

import gzip
import json
import shutil
import subprocess
from statistics import median

from . import Bench
from .intake import alternating, peer
from .report import BINARY, PYTHON, ROOT, SHARED, missing, table

# What people write: regular expressions, Drain3 with its published settings for HDFS, a table of counts.
BY_HAND = r"""
import json, re, resource, sys, time
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
seconds = time.perf_counter() - begin
peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
print(json.dumps({"seconds": seconds, "peak": peak}))
"""
PACKAGED = r"""
import json, resource, sys, time
sys.dont_write_bytecode = True
sys.path.insert(0, sys.argv[1])
from featurizer import Featurizer
featurizer = Featurizer(sys.argv[2])
begin = time.perf_counter()
_, matrix, samples = featurizer.features_from_file(sys.argv[3])
seconds = time.perf_counter() - begin
peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
print(json.dumps({"seconds": seconds, "peak": peak}))
"""


# How often each way is measured, in turns; ours several times each.
ROUNDS = 3


def sessions(bench: Bench) -> None:
    title = "HDFS lines to sessions (goal: 25 x by hand, under 200 MB; featurizer 30,000 lines/s)"
    source = SHARED / "data/hdfs_2pct/HDFS_2pct.log.gz"
    if not source.exists():
        return missing(title, f"{source} is not there")
    file = bench.folder / "hdfs.log"
    with gzip.open(source) as compressed, file.open("wb") as plain:
        shutil.copyfileobj(compressed, plain)
    lines = file.read_bytes().count(b"\n")
    asked, fitted = bench.folder / "sessions.json", bench.folder / "feature_set.json"
    asked.write_text(json.dumps({"preset": "hdfs-session"}))
    command = [BINARY, "features", file, "--output", bench.folder / "sessions.npy"]
    packaged = [PYTHON, "-c", PACKAGED, ROOT / "backend/package/python", fitted, file]
    rows: list[list[object]] = []
    # The peers take seconds, in which the machine may change: all take turns.
    ours = [[*command, "--feature-set", asked, "--fitted", fitted], [*command, "--feature-set", fitted]]
    rounds, by_hand, in_python = [], [], []
    for _ in range(ROUNDS):
        rounds.append(alternating(ours))
        by_hand.append(peer(BY_HAND, file))
        if PYTHON.exists():
            in_python.append(json.loads(subprocess.check_output(packaged)))
    for way, runs in zip(["templates mined", "fitted"], zip(*rounds, strict=True), strict=True):
        seconds = median(seconds for seconds, _ in runs)
        rows.append([f"trainyard features, {way}", seconds, max(peak for _, peak in runs)])
    theirs = [
        ("featurizer, fitted", in_python),
        ("by hand: Drain3, pandas; after imports", by_hand),
    ]
    for way, answers in theirs:
        if runs := [answer for answer in answers if answer]:
            rows.append([way, median(run["seconds"] for run in runs), max(run["peak"] for run in runs)])
    slowest = rows[-1][1]
    table(
        title,
        ["way", "s", "lines/s", "peak MB", "times as fast"],
        [
            [
                way,
                f"{seconds:.3f}",
                f"{lines / seconds:,.0f}",
                f"{peak / 1e6:.0f}",
                f"{slowest / seconds:.1f}",
            ]
            for way, seconds, peak in rows
        ],
    )


PARTS = {"sessions": sessions}
