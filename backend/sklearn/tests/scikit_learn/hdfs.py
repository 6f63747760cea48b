"""Binary counts of event templates of HDFS sessions: `hdfs.py DATA DIR` writes the matrix and the classes."""

import csv
import gzip
import json
import pathlib
import re
import sys

import numpy as np

BLOCK = re.compile(r"blk_-?\d+")
VARIABLE = re.compile(r"blk_-?\d+|/[\w./-]+|\d+\.\d+\.\d+\.\d+(:\d+)?|\b\d+\b")

data, folder = map(pathlib.Path, sys.argv[1:])
with open(data / "anomaly_label.csv") as file:
    labels = {row["BlockId"]: row["Label"] for row in csv.DictReader(file)}
templates: dict[str, int] = {}
sessions: dict[str, set[int]] = {}
with gzip.open(data / "HDFS_2pct.log.gz", "rt") as file:
    for line in file:
        template = re.sub(r"(\* ?)+", "* ", VARIABLE.sub("*", line.split(": ", 1)[1].strip()))
        number = templates.setdefault(template, len(templates))
        for block in set(BLOCK.findall(line)):
            sessions.setdefault(block, set()).add(number)
counts = np.zeros((len(sessions), len(templates)))
for row, numbers in enumerate(sessions.values()):
    counts[row, sorted(numbers)] = 1
counts.tofile(folder / "hdfs.matrix")
classes = [int(labels[block] == "Anomaly") for block in sessions]
(folder / "hdfs.json").write_text(json.dumps({"columns": len(templates), "classes": classes}))
