"""Fitting and scoring beside scikit-learn: the same matrix, the same parameters, the same run."""

import json
import os
import subprocess
from pathlib import Path
from typing import Any

from . import Bench
from .report import PYTHON, ROOT, TARGET, missing, table

# The matrices: samples around 0 of which a hundredth stands out, and two classes that overlap.
MATRICES = """
import pathlib, sys
import numpy as np
from sklearn.datasets import make_classification
folder = pathlib.Path(sys.argv[1])
samples = np.random.RandomState(0).randn(100_000, 40)
samples[:1000] += 4
samples.tofile(folder / "detect")
samples, classes = make_classification(
    50_000, 40, n_informative=12, n_redundant=4, flip_y=0.02, random_state=0
)
np.ascontiguousarray(samples).tofile(folder / "classify")
np.ascontiguousarray(samples[:10_000]).tofile(folder / "compare")
classes.astype("u4").tofile(folder / "classes")
"""


def work(name: str, kind: str, rows: int, goal: str, runs: int = 5, **more: Any) -> dict[str, Any]:
    return {"name": name, "type": kind, "rows": rows, "goal": goal, "runs": runs, **more}


WORKS = (
    work("isolation forest, 100 trees, 100k x 40", "isolation_forest", 100_000, "10 x", contamination=0.1),
    work(
        "logistic regression, 50k x 40", "logistic_regression", 50_000, "3 x", parameters={"max_iter": 1000}
    ),
    work("gaussian naive Bayes, 50k x 40", "gaussian_nb", 50_000, ""),
    work("hist gradient boosting, 100 iterations, 50k x 40", "hist_gradient_boosting", 50_000, "1.5 x"),
    work("local outlier factor, 10k x 40", "local_outlier_factor", 10_000, "2 x"),
    work("extra trees, 100 trees, 50k x 40", "extra_trees", 50_000, "2 x"),
    work("random forest, 100 trees, 50k x 40", "random_forest", 50_000, "2.5 x"),
)


def estimators(bench: Bench) -> None:
    title = "Fits beside scikit-learn (medians of five; two cores; scores of all rows, of one row)"
    if not PYTHON.exists():
        return missing(title, f"{PYTHON} is not there (`make test` makes it)")
    build = ["cargo", "build", "--release", "--quiet", "--locked", "--package", "trainyard-sklearn"]
    subprocess.run([*build, "--example", "fit"], cwd=ROOT, check=True)
    # Settings for machines with other processors would slow numpy.
    clean = {key: value for key, value in os.environ.items() if not key.startswith("OPENBLAS_")}
    subprocess.run([PYTHON, "-c", MATRICES, str(bench.folder)], env=clean, check=True)
    rows = []
    for wanted in WORKS:
        ours, theirs = (measure(bench.folder, wanted, who, clean) for who in ("ours", "theirs"))
        ratio = {key: theirs[key] / ours[key] for key in ("fit_seconds", "score_seconds", "row_seconds")}
        memory = [(found["peak_bytes"] - found["start_bytes"]) / 1e6 for found in (ours, theirs)]
        rows.append(
            [
                wanted["name"],
                f"{ours['fit_seconds']:.3f} s",
                f"{theirs['fit_seconds']:.3f} s",
                f"{ratio['fit_seconds']:.1f} x",
                wanted["goal"],
                f"{ratio['score_seconds']:.1f} x",
                f"{ratio['row_seconds']:.0f} x",
                f"{memory[0]:.1f} / {memory[1]:.1f} MB",
                results(theirs),
            ]
        )
    columns = ["work", "trainyard", "scikit-learn", "faster", "goal", "scoring", "one row", "peak", "results"]
    table(title, columns, rows)


def results(compared: dict[str, Any]) -> str:
    """How much alike the two are."""
    if "same_trees" in compared:
        return "trees equal" if compared["same_trees"] else "trees DIFFER"
    if "objective" in compared:
        ours, theirs = compared["objective"]
        return f"loss {ours:.8f} / {theirs:.8f}"
    if "roc_auc" in compared:
        ours, theirs = compared["roc_auc"]
        return f"AUC {ours:.5f} / {theirs:.5f}"
    return f"scores within {compared['scores_apart']:.0e}"


def measure(folder: Path, wanted: dict[str, Any], who: str, environment: dict[str, str]) -> dict[str, Any]:
    """Ours writes the pickle that the peer's run compares itself with."""
    specification = folder / "specification.json"
    specification.write_text(json.dumps({"type": wanted["type"], **wanted.get("parameters", {})}))
    matrix = {"isolation_forest": "detect", "local_outlier_factor": "compare"}.get(wanted["type"], "classify")
    command = [TARGET / "release/examples/fit"]
    if who == "theirs":
        command = [PYTHON, ROOT / "backend/sklearn/examples/fit.py"]
    command += [specification, folder / matrix, str(wanted["rows"]), "40"]
    command += [folder / "classes" if matrix == "classify" else "-", "--runs", str(wanted["runs"])]
    if "contamination" in wanted:
        command += ["--contamination", str(wanted["contamination"])]
    command += ["--pickle", folder / "model.pickle", "--scores", folder / "scores"]
    if who == "theirs":
        command.append("--same")
    threads = {"OMP_NUM_THREADS": "1"} if wanted["type"] == "hist_gradient_boosting" else {}
    answer = subprocess.run(
        command, env={**environment, **threads}, stdout=subprocess.PIPE, text=True, check=True
    )
    return json.loads(answer.stdout)


PARTS = {"estimators": estimators}
