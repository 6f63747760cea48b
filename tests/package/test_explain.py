"""`explain`: the contributions are additive, and they are the ones that the method defines."""

import hashlib
import json
import math
import pickle
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from conftest import load_inference
from sklearn.ensemble import IsolationForest


def average_path_length(samples: np.ndarray) -> np.ndarray:
    """Equation 1 of Liu, Ting and Zhou (2008), with the harmonic numbers summed rather than approximated."""
    return np.array([0.0 if n <= 1 else 1.0 if n == 2 else c(n) for n in samples])


def c(n: int) -> float:
    return 2.0 * (math.log(n - 1) + 0.5772156649015329) - 2.0 * (n - 1) / n


@pytest.fixture
def data() -> np.ndarray:
    random = np.random.default_rng(11)
    data = random.normal(size=(400, 5))
    data[:, 3] = 1.0  # tells nothing apart
    data[:4, 1] += 9.0
    return data


def fitted(data: np.ndarray, **parameters: Any) -> IsolationForest:
    return IsolationForest(random_state=5, contamination=0.1, **parameters).fit(data)


def write_package(folder: Path, shipped: Path, model: IsolationForest) -> Any:
    """A minimal package around any forest, opened by the shipped code."""
    names = [f"f{index}" for index in range(model.n_features_in_)]
    folder.mkdir()
    contents = {
        "model.joblib": pickle.dumps(model),
        "metadata.json": json.dumps({"training_info": {"feature_names": names}}).encode(),
    }
    for name, content in contents.items():
        (folder / name).write_bytes(content)
    manifest = {
        "files": {"model": "model.joblib", "metadata": "metadata.json"},
        "file_hashes": {name: hashlib.sha256(content).hexdigest() for name, content in contents.items()},
        "inference_config": {
            "threshold": -model.offset_,
            "batch_size": 100,
            "output": "abnormality",
            "classes": [],
            "missing_values": False,
        },
    }
    (folder / "deployment_manifest.json").write_text(json.dumps(manifest))
    return load_inference(shipped).ModelInference(folder)


def as_row(values: np.ndarray) -> dict[str, float]:
    return {f"f{index}": float(value) for index, value in enumerate(values)}


def expected_shortening(model: IsolationForest, data: np.ndarray, row: np.ndarray) -> np.ndarray:
    """The definition, by brute force: path lengths of each tree's own training samples, averaged per node."""
    shortening = np.zeros(data.shape[1])
    for estimator, columns, drawn in zip(
        model.estimators_, model.estimators_features_, model.estimators_samples_, strict=True
    ):
        tree = estimator.tree_
        drawn = np.unique(drawn)
        paths = estimator.decision_path(data[drawn][:, columns].astype(np.float32)).toarray().astype(bool)
        leaves = estimator.apply(data[drawn][:, columns].astype(np.float32))
        lengths = paths.sum(axis=1) - 1 + average_path_length(tree.n_node_samples[leaves])
        path = estimator.decision_path(row[None, columns].astype(np.float32)).indices
        for node, child in zip(path, path[1:], strict=False):
            change = lengths[paths[:, node]].mean() - lengths[paths[:, child]].mean()
            shortening[columns[tree.feature[node]]] += change
    return shortening / len(model.estimators_)


@pytest.mark.parametrize(
    "parameters", [{}, {"max_samples": 64, "n_estimators": 20}, {"max_features": 0.6}], ids=str
)
def test_contributions_are_those_of_the_definition(
    package: Path, tmp_path: Path, data: np.ndarray, parameters: dict[str, Any]
):
    model = fitted(data, **parameters)
    inference = write_package(tmp_path / "forest", package, model)
    for values in (data[0], data[200], np.full(5, 50.0)):
        explanation = inference.explain(as_row(values))
        found = {item["feature"]: item["contribution"] for item in explanation["contributions"]}
        shortening = expected_shortening(model, data, values)
        # The contributions are the shortenings times one factor, which makes their sum the change of score.
        change = explanation["score"] - explanation["baseline_score"]
        expected = shortening * change / shortening.sum()
        assert np.allclose([found[f"f{index}"] for index in range(5)], expected, rtol=1e-9, atol=1e-12)


def test_contributions_add_up_to_the_score(package: Path, tmp_path: Path, data: np.ndarray):
    model = fitted(data)
    inference = write_package(tmp_path / "forest", package, model)
    for values, score in zip(data[:50], -model.score_samples(data[:50]), strict=True):
        explanation = inference.explain(as_row(values))
        total = math.fsum(item["contribution"] for item in explanation["contributions"])
        assert abs(explanation["score"] - score) <= 1e-12
        assert abs(explanation["baseline_score"] + total - score) <= 1e-12
        assert explanation["prediction"] == int(score > -model.offset_)
        assert abs(2 ** -(explanation["path_length"] / c(256)) - score) <= 1e-12


def test_the_feature_that_stands_out_comes_first(package: Path, tmp_path: Path, data: np.ndarray):
    inference = write_package(tmp_path / "forest", package, fitted(data))
    first, *rest = inference.explain(as_row(data[0]))["contributions"]
    assert first["feature"] == "f1" and first["value"] == data[0, 1]
    assert first["contribution"] > 0
    assert [item["contribution"] for item in rest] == sorted((i["contribution"] for i in rest), reverse=True)


def test_a_constant_feature_has_no_part_in_it(package: Path, tmp_path: Path, data: np.ndarray):
    inference = write_package(tmp_path / "forest", package, fitted(data))
    found = inference.explain(as_row(np.array([0.0, 0.0, 0.0, 77.0, 0.0])))["contributions"]
    assert [item["contribution"] for item in found if item["feature"] == "f3"] == [0.0]


def test_a_forest_of_one_sample_explains_nothing(package: Path, tmp_path: Path):
    model = IsolationForest(n_estimators=3, random_state=0).fit([[1.0, 2.0]])
    explanation = write_package(tmp_path / "forest", package, model).explain({"f0": 9.0, "f1": 9.0})
    assert explanation["score"] == explanation["baseline_score"] == 0.5
    assert [item["contribution"] for item in explanation["contributions"]] == [0.0, 0.0]


def test_the_shipped_model_explains_its_own_example(package: Path):
    inference = load_inference(package).ModelInference()
    row = inference.metadata["example_row"]
    explanation = inference.explain(row)
    assert explanation["score"] == inference.predict([row])["scores"][0]
    assert {item["feature"]: item["value"] for item in explanation["contributions"]} == row
    total = math.fsum(item["contribution"] for item in explanation["contributions"])
    assert abs(explanation["baseline_score"] + total - explanation["score"]) <= 1e-12
    json.dumps(explanation)


def test_bad_rows_are_refused_as_in_predict(package: Path):
    inference = load_inference(package).ModelInference()
    with pytest.raises(ValueError, match="^row: missing "):
        inference.explain({})
