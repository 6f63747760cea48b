"""Every algorithm walks the street, and everything that scores gives the same scores."""

import csv
import json
import math
import random
import subprocess
from pathlib import Path
from typing import Any

import pytest
import trainyard
from conftest import Run, load_inference, unpack
from test_validation import edit_manifest, report, rewrite, rewrite_object

TOLERANCE = 1e-9
FEATURES = ("duration", "retries", "signal", "size")
ALGORITHMS = (
    "decision_tree",
    "elliptic_envelope",
    "extra_trees",
    "gaussian_nb",
    "hist_gradient_boosting",
    "isolation_forest",
    "k_neighbors",
    "local_outlier_factor",
    "logistic_regression",
    "nearest_normal",
    "one_class_svm",
    "pca",
    "random_forest",
    "svc",
)
DETECTORS = (
    "elliptic_envelope",
    "isolation_forest",
    "local_outlier_factor",
    "nearest_normal",
    "one_class_svm",
    "pca",
)
CLASSIFIERS = tuple(name for name in ALGORITHMS if name not in DETECTORS)
QUICK = {
    "extra_trees": {"n_estimators": 10},
    "hist_gradient_boosting": {"max_iter": 10},
    "isolation_forest": {"n_estimators": 10},
    "random_forest": {"n_estimators": 10},
}
SEVERAL_NEIGHBORS = {"n_neighbors": 5, "metric": "manhattan", "max_samples": 200, "random_state": 7}


@pytest.fixture(scope="module")
def table(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """400 requests, a tenth of them odd in two ways, in a CSV file that says which."""
    path = tmp_path_factory.mktemp("table") / "requests.csv"
    chance = random.Random(5)
    with path.open("w", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["timestamp", *FEATURES, "outcome"])
        for row in range(400):
            odd = row % 10 == 7
            duration = chance.gauss(8.0 if odd else 2.0, 1.0)
            retries = chance.randrange(6) if odd else chance.randrange(2)
            signal, size = chance.gauss(-60, 4), chance.lognormvariate(3, 0.5)
            time = f"2026-03-{1 + row // 100:02}T{row % 24:02}:{row % 60:02}:00Z"
            writer.writerow([time, duration, retries, signal, size, "odd" if odd else "fine"])
    return path


@pytest.fixture(scope="module")
def requests(server: trainyard.Trainyard, table: Path) -> dict[str, Any]:
    return server.upload(table)


def specification(algorithm: str, **parameters: Any) -> dict[str, Any]:
    kind = "-others" if parameters else ""
    return {
        "name": f"requests-{algorithm.replace('_', '-')}{kind}",
        "feature_set": {
            "preset": "table",
            "sample": {"kind": "row", "columns": list(FEATURES)},
        },
        "labels": {"kind": "field", "name": "outcome", "positive": ["odd"]},
        "algorithm": {"type": algorithm, **QUICK.get(algorithm, {}), **parameters},
    }


def test_the_server_offers_them_all(server: trainyard.Trainyard):
    offered = server.call("GET", "/algorithms")["items"]
    assert {item["id"] for item in offered} == {"auto", *ALGORITHMS}
    for item in offered:
        assert item["parameters"]["type"] == "object" and item["title"] and item["description"]
        assert all("default" in schema for schema in item["parameters"]["properties"].values()), item["id"]


@pytest.mark.parametrize(
    ("algorithm", "parameters"),
    [*((name, {}) for name in ALGORITHMS), ("nearest_normal", SEVERAL_NEIGHBORS)],
)
def test_scores_are_the_same_everywhere(
    algorithm: str,
    parameters: dict[str, Any],
    server: trainyard.Trainyard,
    requests: dict[str, Any],
    table: Path,
    run: Run,
    tmp_path: Path,
):
    model = server.train(requests, **specification(algorithm, **parameters))
    measured = model["metrics"]
    assert measured["mode"] == "labelled"
    # A detector does not look at the labels.
    assert measured["metrics"]["roc_auc"] > (0.9 if algorithm in CLASSIFIERS else 0.55), measured["metrics"]
    assert measured["other_split"]["split"] == "shuffled"
    server.deploy(model)
    archive = tmp_path / "package.zip"
    archive.write_bytes(server.package(model).body)
    folder = unpack(archive, tmp_path)

    result = run(folder / "validate_model.py")
    assert result.returncode == 0, result.stdout + result.stderr

    with table.open(newline="") as file:
        rows = [{name: float(row[name]) for name in FEATURES} for row in csv.DictReader(file)]
    inference = load_inference(folder).ModelInference()
    ours, theirs = server.predict(model, rows), inference.predict(rows)
    for mine, other in zip(ours["scores"], theirs["scores"], strict=True):
        assert math.isclose(mine, other, rel_tol=TOLERANCE, abs_tol=TOLERANCE)
    assert ours["predictions"] == theirs["predictions"]
    assert ours.get("labels") == theirs.get("labels")

    odd = max(range(len(rows)), key=lambda row: ours["scores"][row])
    explained = inference.explain(rows[odd])
    total = sum(item["contribution"] for item in explained["contributions"])
    assert math.isclose(total, explained["score"] - explained["baseline_score"], abs_tol=1e-6)
    if algorithm in CLASSIFIERS:
        assert explained["contributions"][0]["feature"] in ("duration", "retries"), explained

    scored = subprocess.run(
        [trainyard.binary(), "score", str(archive), str(table)], capture_output=True, text=True, check=True
    )
    lines = [json.loads(line) for line in scored.stdout.splitlines()]
    assert len(lines) == len(rows)
    by_line = {line["line"]: line["score"] for line in lines}
    for index, score in enumerate(ours["scores"]):
        assert math.isclose(by_line[index + 2], score, rel_tol=TOLERANCE, abs_tol=TOLERANCE)


CALIBRATED = (
    ("random_forest", "isotonic"),
    ("gaussian_nb", "sigmoid"),
    ("gaussian_nb", "isotonic"),
    ("logistic_regression", "isotonic"),
    ("svc", "sigmoid"),
    ("hist_gradient_boosting", "isotonic"),
)


@pytest.mark.parametrize(("algorithm", "method"), CALIBRATED)
def test_calibrated_probabilities_are_the_same_everywhere(
    algorithm: str,
    method: str,
    server: trainyard.Trainyard,
    requests: dict[str, Any],
    table: Path,
    run: Run,
    tmp_path: Path,
):
    asked = specification(algorithm)
    asked["name"] += f"-{method}"
    model = server.train(requests, **asked, calibration={"method": method})
    assert model["calibration"] == {"method": method, "folds": 5}
    assert model["model_type"] == "CalibratedClassifierCV"
    assert 0 <= model["metrics"]["metrics"]["brier_score"] < 0.1
    server.deploy(model)
    archive = tmp_path / "package.zip"
    archive.write_bytes(server.package(model).body)
    folder = unpack(archive, tmp_path)
    result = run(folder / "validate_model.py")
    assert result.returncode == 0, result.stdout + result.stderr
    readme = (folder / "README.md").read_text()
    assert f"calibrated ({method})" in readme and "brier_score" in readme
    assert (folder / "model.onnx").exists() == (algorithm != "svc")

    with table.open(newline="") as file:
        rows = [{name: float(row[name]) for name in FEATURES} for row in csv.DictReader(file)]
    inference = load_inference(folder).ModelInference()
    ours, theirs = server.predict(model, rows), inference.predict(rows)
    assert inference.output == "probability" and len(set(ours["scores"])) > 1
    for mine, other, shares in zip(ours["scores"], theirs["scores"], theirs["probabilities"], strict=True):
        assert math.isclose(mine, other, rel_tol=TOLERANCE, abs_tol=TOLERANCE)
        assert other == shares[1] and math.isclose(sum(shares), 1)
    assert ours["predictions"] == theirs["predictions"]
    explained = inference.explain(rows[7])
    total = sum(item["contribution"] for item in explained["contributions"])
    assert math.isclose(total, explained["score"] - explained["baseline_score"], abs_tol=1e-6)

    def spoil(model: Any) -> None:
        curve = model.calibrated_classifiers_[0].calibrators[0]
        if method == "sigmoid":
            curve.a_ = math.nan
        else:
            curve.y_thresholds_ = curve.y_thresholds_[::-1].copy()

    rewrite_object(folder, "model.joblib", spoil)
    failures = report(run, folder)["failures"]
    assert any("a calibration curve" in failure for failure in failures), failures
    metadata = json.loads((folder / "metadata.json").read_text())
    assert metadata["training_info"].pop("calibration") == {"method": method, "folds": 5}
    rewrite(folder, "metadata.json", json.dumps(metadata).encode())
    edit_manifest(folder, lambda manifest: manifest["training_info"].pop("calibration"))
    failures = report(run, folder)["failures"]
    assert any("says its calibration is None" in failure for failure in failures), failures


def test_what_is_chosen_or_searched_for_is_calibrated_too(
    server: trainyard.Trainyard, requests: dict[str, Any]
):
    calibration = {"method": "sigmoid", "folds": 3}
    chosen = specification("auto")
    chosen["algorithm"]["budget_seconds"] = 600
    searched = specification("logistic_regression")
    searched["search"] = {"strategy": "grid", "parameters": {"C": [0.1, 1.0]}}
    for asked in (chosen, searched):
        model = server.train(requests, **asked, evaluation={"folds": 3}, calibration=calibration)
        assert model["model_type"] == "CalibratedClassifierCV" and model["calibration"] == calibration
        evaluation = model["metrics"]
        assert 0 < evaluation["threshold"] < 1
        assert all("brier_score" in fold["metrics"] for fold in evaluation["cross_validation"]["folds"])


@pytest.mark.parametrize(("odd", "told"), [((3,), "`anomaly` has 1"), ((), "at least two classes")])
def test_a_calibration_needs_samples_of_every_class(
    odd: tuple[int, ...], told: str, server: trainyard.Trainyard, tmp_path: Path
):
    path = tmp_path / f"few-{len(odd)}.csv"
    lines = [
        f"2026-03-01T00:00:{row:02}Z,{row % 5},{'odd' if row in (*odd, 58) else 'fine'}" for row in range(60)
    ]
    path.write_text("\n".join(["timestamp,size,outcome", *lines]) + "\n")
    asked = specification("random_forest")
    asked["feature_set"]["sample"]["columns"] = ["size"]
    with pytest.raises(AssertionError) as failed:
        server.train(server.upload(path), **asked, calibration={"method": "isotonic"})
    assert told in str(failed.value), failed.value


@pytest.mark.parametrize(
    ("body", "pointer"),
    [
        ({"algorithm": {"type": "isolation_forest"}, "calibration": {"method": "sigmoid"}}, "/calibration"),
        ({"calibration": {"method": "sigmoid"}}, "/calibration"),
        ({"calibration": {"method": "temperature"}}, "/calibration/method"),
        ({"calibration": {"method": "sigmoid", "folds": 1}}, "/calibration/folds"),
        ({"calibration": {"method": "sigmoid", "folds": 21}}, "/calibration/folds"),
        ({"calibration": {"method": "sigmoid", "fold": 3}}, "/calibration/fold"),
        ({"calibration": {}}, "/calibration"),
    ],
)
def test_a_calibration_that_cannot_be_is_told(
    body: dict[str, Any], pointer: str, server: trainyard.Trainyard, requests: dict[str, Any]
):
    forest = {"type": "random_forest"}
    labels = specification("random_forest")["labels"]
    labelled = (
        {} if pointer == "/calibration" and body["calibration"] else {"labels": labels, "algorithm": forest}
    )
    asked = {"name": "x", "dataset_id": requests["id"], **labelled, **body}
    answer = server.request("POST", "/api/v1/jobs", json.dumps(asked).encode(), "application/json")
    assert answer.status == 422, answer.body
    assert [error["pointer"] for error in json.loads(answer.body)["errors"]] == [pointer]


def test_a_classifier_needs_labels(server: trainyard.Trainyard, requests: dict[str, Any]):
    body = {"name": "x", "dataset_id": requests["id"], "algorithm": {"type": "random_forest"}}
    answer = server.request("POST", "/api/v1/jobs", json.dumps(body).encode(), "application/json")
    assert answer.status == 422
    assert [error["pointer"] for error in json.loads(answer.body)["errors"]] == ["/labels"]


@pytest.mark.parametrize("release", ["1.3", "1.7"])
def test_a_package_can_be_built_for_an_older_release(
    release: str, server: trainyard.Trainyard, requests: dict[str, Any], tmp_path: Path
):
    model = server.train(requests, **specification("random_forest"))
    targets = [target["id"] for target in server.call("GET", "/targets")["items"]]
    target = next(target for target in targets if target.startswith(f"scikit-learn-{release}."))
    server.call("POST", f"/models/{model['id']}/deploy", {"target": target})
    archive = tmp_path / "package.zip"
    archive.write_bytes(server.package(model).body)
    folder = unpack(archive, tmp_path)
    manifest = json.loads((folder / "deployment_manifest.json").read_text())
    assert manifest["target"]["id"] == target
    version = target.removeprefix("scikit-learn-")
    assert f"scikit-learn=={version}" in (folder / "requirements.txt").read_text().splitlines()
    assert version.encode() in (folder / "model.joblib").read_bytes()
