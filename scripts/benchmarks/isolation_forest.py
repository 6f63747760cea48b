"""The isolation forest beside scikit-learn's."""

import json
import re
import subprocess

from . import Bench
from .report import PYTHON, ROOT, missing, table


def learn(_: Bench) -> None:
    title = "Isolation forest beside scikit-learn, median ms (same sizes and distribution of data)"
    command = [
        "cargo",
        "bench",
        "--quiet",
        "--locked",
        "--package",
        "trainyard-learn",
        "--bench",
        "isolation_forest",
    ]
    if not (ROOT / "backend/learn/benches/isolation_forest.rs").exists():
        return missing(title, "there is no benchmark of `learn`")
    measured = subprocess.run(command, cwd=ROOT, stdout=subprocess.PIPE, text=True, check=True).stdout
    ours = {name: float(ms) for name, ms in re.findall(r"^(.+?) {2,}([\d.]+) ms", measured, re.MULTILINE)}
    theirs: dict[str, list[float]] = {}
    if PYTHON.exists():
        answer = subprocess.run([PYTHON, "-c", SCIKIT_LEARN], stdout=subprocess.PIPE, text=True, check=False)
        theirs = json.loads(answer.stdout) if answer.returncode == 0 else {}
    if not theirs:
        print(f"\n{PYTHON} has no scikit-learn: its columns stay empty (`make test` installs it)")
    rows = []
    for name, ms in ours.items():
        others = theirs.get(name, [])
        faster = f"{min(others) / ms:.1f} x" if others else ""
        rows.append(
            [name, f"{ms:.3f}", *(f"{other:.3f}" for other in others), *[""] * (2 - len(others)), faster]
        )
    table(title, ["", "trainyard", "scikit-learn", "n_jobs=-1", "faster than the better"], rows)


# The names are those that the benchmark of `learn` prints.
SCIKIT_LEARN = """
import json, statistics, time
import numpy as np
from sklearn.ensemble import IsolationForest
from sklearn.preprocessing import StandardScaler

def median_ms(run, runs):
    run()
    times = []
    for _ in range(runs):
        began = time.perf_counter()
        run()
        times.append(1e3 * (time.perf_counter() - began))
    return statistics.median(times)

samples = np.random.RandomState(0).randn(100_000, 40)
samples[:1000] += 4
scaler = StandardScaler().fit(samples)
scaled = scaler.transform(samples)
found = {
    "scaler: fit": [median_ms(lambda: StandardScaler().fit(samples), 5)],
    "scaler: transform": [median_ms(lambda: scaler.transform(samples), 5)],
}
for jobs in (None, -1):
    forest = IsolationForest(n_estimators=100, random_state=0, n_jobs=jobs).fit(scaled)
    flagging = IsolationForest(n_estimators=100, random_state=0, contamination=0.1, n_jobs=jobs)
    for name, run, runs in [
        ("forest: fit, 100 trees", lambda: forest.fit(scaled), 5),
        ("forest: fit, with contamination 0.1", lambda: flagging.fit(scaled), 3),
        ("forest: score all rows", lambda: forest.score_samples(scaled), 3),
        ("forest: score 1 row", lambda: forest.score_samples(scaled[:1]), 21),
    ]:
        found.setdefault(name, []).append(median_ms(run, runs))
print(json.dumps(found))
"""

PARTS = {"learn": learn}
