"""How well models find the anomalies among the real HDFS sessions, through the API."""

import statistics
from typing import Any

from . import Bench
from .report import SHARED, missing, table

HDFS = SHARED / "data/hdfs_2pct"
SEEDS = range(5)
LABELS = {"kind": "file", "key": "BlockId", "column": "Label", "positive": ["Anomaly"]}
COUNTS = ["template_*"]


def recipe(name: str, goal: float, algorithm: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {"name": name, "goal": goal, "algorithm": algorithm, "weight": "raw", **more}


RECIPES = (
    recipe("decision tree", 0.994, {"type": "decision_tree"}),
    recipe("random forest, template counts", 0.994, {"type": "random_forest"}, features=COUNTS),
    recipe(
        "logistic regression, z-score, C = 100, best F1",
        0.990,
        {"type": "logistic_regression", "C": 100, "max_iter": 1000},
        scaler={"type": "standard"},
        threshold={"policy": "best_f1"},
    ),
    recipe(
        "nearest normal, cosine, templates present, best F1",
        0.98,
        {"type": "nearest_normal", "metric": "cosine"},
        weight="binary",
        features=COUNTS,
        scaler={"type": "none"},
        threshold={"policy": "best_f1"},
    ),
    recipe(
        "isolation forest of all samples, templates present",
        0.80,
        {"type": "isolation_forest", "max_samples": 1},
        weight="binary",
        features=COUNTS,
        scaler={"type": "none"},
        threshold={"policy": "contamination", "value": 0.03},
    ),
)


def detection(bench: Bench) -> None:
    title = "F1 on HDFS sessions, half of them held out (means of five seeds; in file order beside it)"
    if not HDFS.exists():
        return missing(title, f"{HDFS} is not there")
    service = bench.service
    logs = service.upload(HDFS / "HDFS_2pct.log.gz")
    labels = service.upload(HDFS / "anomaly_label.csv")
    rows = []
    for wanted in RECIPES:
        found = [train(bench, wanted, logs, labels, seed) for seed in SEEDS]
        shuffled, ordered = (statistics.fmean(scores) for scores in zip(*found, strict=True))
        goal = f"{wanted['goal']:.3f}"
        rows.append([wanted["name"], f"{shuffled:.4f}", goal, f"{ordered:.4f}"])
    table(title, ["model", "shuffled", "goal", "in file order"], rows)


def train(bench: Bench, wanted: dict[str, Any], logs: str, labels: str, seed: int) -> tuple[float, float]:
    """The F1 score of one seed: shuffled, and in file order."""
    algorithm = dict(wanted["algorithm"])
    if algorithm["type"] not in {"nearest_normal", "logistic_regression"}:
        algorithm["random_state"] = seed
    feature_set: dict[str, Any] = {"preset": "hdfs-session", "templates": {"weight": wanted["weight"]}}
    if "features" in wanted:
        feature_set["features"] = wanted["features"]
    specification = {
        "name": "detection",
        "dataset_id": logs,
        "labels": LABELS | {"dataset_id": labels},
        "feature_set": feature_set,
        "algorithm": algorithm,
        "evaluation": {
            "split": "shuffled",
            "test_fraction": 0.5,
            "seed": seed,
            "bootstrap_resamples": 0,
            "importance_repeats": 0,
        },
    }
    specification |= {key: wanted[key] for key in ("scaler", "threshold") if key in wanted}
    job = bench.service.call("POST", "/jobs", specification)
    job = bench.service.settled(f"/jobs/{job['id']}", {"pending", "running"})
    evaluation = job["metrics"]
    other = evaluation["other_split"]["metrics"]
    return evaluation["metrics"]["f1_score"], other["f1_score"]


PARTS = {"detection": detection}
