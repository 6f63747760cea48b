"""`ModelInference`: what it accepts, what it refuses and how, and that its scores are scikit-learn's."""

import json
import math
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from fractions import Fraction
from pathlib import Path
from typing import Any

import joblib
import numpy as np
import pytest
from conftest import Run, load_inference


@pytest.fixture
def inference(package: Path) -> Any:
    return load_inference(package).ModelInference()


@pytest.fixture
def example(package: Path) -> dict[str, float]:
    return json.loads((package / "metadata.json").read_bytes())["example_row"]


@pytest.fixture
def rows(inference: Any, example: dict[str, float]) -> list[dict[str, float]]:
    """Rows near the example and far from it."""
    random = np.random.default_rng(7)
    factors = random.normal(1.0, random.choice([0.01, 0.5, 5.0], size=(60, 1)), (60, len(example)))
    shifts = random.normal(0.0, 2.0, factors.shape)
    return [
        {
            name: float(value * factor + shift)
            for (name, value), factor, shift in zip(example.items(), f, s, strict=True)
        }
        for f, s in zip(factors, shifts, strict=True)
    ]


def reference_scores(package: Path, rows: list[dict[str, float]]) -> np.ndarray:
    """Scores by scikit-learn alone."""
    names = json.loads((package / "metadata.json").read_bytes())["training_info"]["feature_names"]
    matrix = np.array([[row[name] for name in names] for row in rows])
    scaler = package / "scaler.joblib"
    if scaler.exists():
        matrix = joblib.load(scaler).transform(matrix)
    return -joblib.load(package / "model.joblib").score_samples(matrix)


def test_scores_are_those_of_scikit_learn(package: Path, inference: Any, rows: list[dict[str, float]]):
    result = inference.predict(rows)
    expected = reference_scores(package, rows)
    assert np.abs(np.array(result["scores"]) - expected).max() <= 1e-12
    threshold = -joblib.load(package / "model.joblib").offset_
    assert result["threshold"] == threshold
    assert result["predictions"] == (expected > threshold).astype(int).tolist()
    assert result["anomaly_count"] == sum(result["predictions"]) > 0
    assert result["total_samples"] == len(rows)
    json.dumps(result)


def test_without_a_scaler_rows_go_to_the_model_as_they_are(unscaled_package: Path):
    inference = load_inference(unscaled_package).ModelInference()
    row = inference.metadata["example_row"]
    (score,) = inference.predict([row])["scores"]
    assert abs(score - reference_scores(unscaled_package, [row])[0]) <= 1e-12


def test_a_row_scores_the_same_alone_and_in_any_batch(inference: Any, rows: list[dict[str, float]]):
    together = inference.predict(rows)["scores"]
    assert [inference.predict([row])["scores"][0] for row in rows] == together
    assert inference.predict(rows[::-1])["scores"] == together[::-1]


def test_names_may_come_in_any_order(inference: Any, example: dict[str, float]):
    backwards = dict(reversed(example.items()))
    assert inference.predict([backwards]) == inference.predict([example])


def test_an_empty_list_is_an_empty_result(inference: Any):
    result = inference.predict([])
    assert result == {
        "predictions": [],
        "scores": [],
        "threshold": inference.threshold,
        "anomaly_count": 0,
        "total_samples": 0,
    }


def test_numpy_numbers_and_integers_are_numbers(inference: Any, example: dict[str, float]):
    expected = inference.predict([dict.fromkeys(example, 2.0)])["scores"]
    for two in (2, np.float64(2), np.float32(2), np.int64(2), Fraction(2)):
        assert inference.predict([dict.fromkeys(example, two)])["scores"] == expected


@pytest.mark.parametrize(
    ("value", "told"),
    [
        (None, "is missing"),
        ("1.0", "is not a number (str)"),
        (True, "is not a number (bool)"),
        (np.bool_(True), "is not a number (bool"),
        ([1.0], "is not a number (list)"),
        (1j, "is not a number (complex)"),
        (math.nan, "is not finite (nan)"),
        (math.inf, "is not finite (inf)"),
        (-math.inf, "is not finite (-inf)"),
        (10**400, "is too large for a float"),
        (1e300, "is too large for the model"),
    ],
    ids=repr,
)
def test_a_value_that_is_no_finite_number_is_refused(
    inference: Any, example: dict[str, float], value: Any, told: str
):
    name = inference.feature_names[-1]
    with pytest.raises(ValueError) as refusal:
        inference.predict([example, example, {**example, name: value}])
    assert str(refusal.value).startswith(f"row 2: feature `{name}` {told}")


def test_missing_and_unknown_names_are_refused(inference: Any, example: dict[str, float]):
    first, *rest = example
    with pytest.raises(ValueError, match=f"^row 1: missing `{first}`$"):
        inference.predict([example, {name: example[name] for name in rest}])
    with pytest.raises(ValueError, match="^row 0: unknown `surprise`$"):
        inference.predict([{**example, "surprise": 1.0}])
    with pytest.raises(ValueError, match=f"^row 0: missing `{first}`.*; unknown `1`$"):
        inference.predict([{**{name: example[name] for name in rest}, 1: 1.0}])


@pytest.mark.parametrize("features", [{}, None, "rows", (), 3], ids=repr)
def test_only_a_list_is_a_list_of_rows(inference: Any, features: Any):
    with pytest.raises(TypeError, match="features must be a list of dicts"):
        inference.predict(features)


@pytest.mark.parametrize("row", [None, [1.0], "row", 3], ids=repr)
def test_only_a_dict_is_a_row(inference: Any, example: dict[str, float], row: Any):
    with pytest.raises(TypeError, match="^row 1: expected a dict"):
        inference.predict([example, row])
    with pytest.raises(TypeError, match="row must be a dict"):
        inference.explain(row)


def test_one_instance_serves_many_threads(inference: Any, rows: list[dict[str, float]]):
    expected = [inference.predict([row]) for row in rows]
    fresh = load_inference(inference.model_dir).ModelInference()
    with ThreadPoolExecutor(8) as pool:
        explained = pool.map(fresh.explain, rows * 3)
        assert list(pool.map(lambda row: fresh.predict([row]), rows * 3)) == expected * 3
        assert [item["score"] for item in explained] == [one["scores"][0] for one in expected] * 3


# ---- files -----------------------------------------------------------------------------------------------


def write_csv(path: Path, rows: list[dict[str, float]]) -> Path:
    names = list(rows[0])
    lines = [",".join(names), *(",".join(repr(row[name]) for name in names) for row in rows)]
    path.write_text("\r\n".join(lines) + "\r\n")
    return path


def write_json_lines(path: Path, rows: list[dict[str, float]]) -> Path:
    path.write_text("".join(json.dumps(row) + "\n" for row in rows))
    return path


@pytest.mark.parametrize("write", [write_csv, write_json_lines])
@pytest.mark.parametrize("batch_size", [1, 7, 60, 1000, None])
def test_a_file_scores_as_its_rows_do(
    inference: Any,
    rows: list[dict[str, float]],
    tmp_path: Path,
    write: Callable[..., Path],
    batch_size: int | None,
):
    results = list(inference.predict_file(write(tmp_path / "rows", rows), batch_size=batch_size))
    assert [score for result in results for score in result["scores"]] == inference.predict(rows)["scores"]
    assert sum(result["total_samples"] for result in results) == len(rows)
    size = batch_size or inference.manifest["inference_config"]["batch_size"]
    assert len(results) == math.ceil(len(rows) / size)


def test_a_byte_order_mark_blank_lines_and_spaces_are_no_rows(
    inference: Any, rows: list[dict[str, float]], tmp_path: Path
):
    path = write_csv(tmp_path / "rows.csv", rows[:3])
    header, *lines = path.read_text().splitlines()
    spaced = "\n\n".join([header.replace(",", " , "), *lines]) + "\n \n"
    path.write_bytes(b"\xef\xbb\xbf" + spaced.encode())
    (result,) = inference.predict_file(path)
    assert result["scores"] == inference.predict(rows[:3])["scores"]
    path.write_text("\n\n" + "\n\n".join(json.dumps(row) for row in rows[:3]))
    (result,) = inference.predict_file(path)
    assert result["scores"] == inference.predict(rows[:3])["scores"]


def test_a_file_without_rows_gives_no_result(inference: Any, example: dict[str, float], tmp_path: Path):
    path = tmp_path / "rows.csv"
    for content in ("", "\n", ",".join(example) + "\n"):
        path.write_text(content)
        assert list(inference.predict_file(path)) == []


def test_a_file_is_read_no_further_than_asked(inference: Any, rows: list[dict[str, float]], tmp_path: Path):
    path = write_json_lines(tmp_path / "rows.jsonl", rows * 200)
    path.write_text(path.read_text() + "this is not JSON\n")
    results = inference.predict_file(path, batch_size=10)
    assert next(results)["total_samples"] == 10
    results.close()
    with pytest.raises(ValueError, match="^line 12001: not JSON"):
        list(inference.predict_file(path))


def spoiled_csv(example: dict[str, float], *cells: tuple[int, str]) -> str:
    values = [repr(value) for value in example.values()]
    for index, text in cells:
        values[index] = text
    good = ",".join(map(repr, example.values()))
    return "\n".join([",".join(example), good, ",".join(values)]) + "\n"


@pytest.mark.parametrize(
    ("cell", "told"),
    [
        ("", "is missing"),
        ("  ", "is missing"),
        ("abc", "is not a number ('abc')"),
        ("1_000", "is not a number ('1_000')"),
        ("True", "is not a number ('True')"),
        ("nan", "is not finite (nan)"),
        ("-inf", "is not finite (-inf)"),
        ("1e999", "is not finite (inf)"),
        ("1e300", "is too large for the model"),
    ],
)
def test_a_bad_cell_is_named_by_line_and_feature(
    inference: Any, example: dict[str, float], tmp_path: Path, cell: str, told: str
):
    path = tmp_path / "rows.csv"
    path.write_text(spoiled_csv(example, (1, cell)))
    with pytest.raises(ValueError) as refusal:
        list(inference.predict_file(path))
    assert str(refusal.value).startswith(f"line 3: feature `{list(example)[1]}` {told}")


def test_a_file_of_another_shape_is_refused(inference: Any, example: dict[str, float], tmp_path: Path):
    path = tmp_path / "rows"
    header, good = ",".join(example), ",".join(map(repr, example.values()))
    cases = {
        f"{header}\n{good},1\n": "line 2: .* values for .* columns",
        f"{header},surprise\n{good},1\n": "line 2: unknown `surprise`",
        f"{header},{header}\n{good},{good}\n": "line 1: repeated in the header",
        f'{header}\n"{good}\n': "line 2: not CSV|line 2: 1 values|line 3: not CSV",
        f'{header}\n"1"{good}\n': "line 2: not CSV",
        "a\n1\n": "line 2: missing",
        f"{json.dumps(example)}\n[1]\n": "line 2: expected an object",
        json.dumps({**example, inference.feature_names[0]: math.nan}): "line 1: feature .* is not finite",
    }
    for content, told in cases.items():
        path.write_text(content)
        with pytest.raises(ValueError, match=f"^({told})"):
            list(inference.predict_file(path))
    path.write_bytes(b"\xff\xfe\x00\x01")
    with pytest.raises(ValueError, match="utf-8"):
        list(inference.predict_file(path))


@pytest.mark.parametrize("size", [0, -1, 1.5, True, "10"], ids=repr)
def test_the_batch_size_is_a_positive_whole_number(inference: Any, tmp_path: Path, size: Any):
    with pytest.raises(ValueError, match="batch_size must be"):
        inference.predict_file(tmp_path / "rows.csv", batch_size=size)


# ---- integrity -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["model.joblib", "scaler.joblib", "metadata.json"])
def test_a_file_that_differs_from_the_manifest_is_not_used(package: Path, name: str):
    module = load_inference(package)
    content = bytearray((package / name).read_bytes())
    content[len(content) // 2] ^= 1
    (package / name).write_bytes(content)
    with pytest.raises(module.IntegrityError, match=f"{name} is not the file that the manifest describes"):
        module.ModelInference(package)
    (package / name).unlink()
    with pytest.raises(module.IntegrityError, match=f"{name} cannot be read"):
        module.ModelInference(package)


@pytest.mark.parametrize("name", ["featurizer/__init__.py", "featurizer/clock.py", "feature_set.json"])
def test_nothing_of_the_featurizer_runs_before_all_of_it_is_verified(package: Path, name: str):
    sprung = package.parent / "sprung"
    trap = f"open({str(sprung)!r}, 'w').close()\n"
    (package / name).write_text(trap)
    (package / "featurizer/json.py").write_text(trap)
    inference = load_inference(package).ModelInference(package)
    with pytest.raises(RuntimeError, match=f"{name} is not the file that the manifest describes"):
        inference.predict_logs(["x"])
    assert not sprung.exists()


def test_a_file_that_the_manifest_does_not_list_is_never_imported(package: Path):
    inference = load_inference(package).ModelInference(package)
    files = {
        f"{name}.py": b"from . import two" if name == "__init__" else b"" for name in ["__init__", "one"]
    }
    (package / "featurizer/two.py").write_text("")
    with pytest.raises(ImportError):
        load_inference(package)._import_verified(files)
    assert inference._featurizer_files().keys() >= {"__init__.py", "features/record.py"}
    assert "two.py" not in inference._featurizer_files()


@pytest.mark.parametrize("content", [None, b"", b"[]", b"{}", b'{"files": 1}'], ids=repr)
def test_a_manifest_that_is_none_is_refused(package: Path, content: bytes | None):
    module = load_inference(package)
    manifest = package / "deployment_manifest.json"
    manifest.unlink()
    if content is not None:
        manifest.write_bytes(content)
    with pytest.raises(module.IntegrityError, match="deployment_manifest.json"):
        module.ModelInference(package)


def test_a_manifest_cannot_point_out_of_the_package(package: Path):
    module = load_inference(package)
    path = package / "deployment_manifest.json"
    manifest = json.loads(path.read_bytes())
    manifest["file_hashes"]["../model.joblib"] = manifest["file_hashes"]["model.joblib"]
    manifest["files"]["model"] = "../model.joblib"
    path.write_text(json.dumps(manifest))
    (package / "model.joblib").rename(package.parent / "model.joblib")
    with pytest.raises(module.IntegrityError, match="does not describe the model file"):
        module.ModelInference(package)


# ---- the command line ------------------------------------------------------------------------------------


def test_the_command_line_scores_the_example_row(run: Run, package: Path, inference: Any):
    result = run(package / "inference_example.py")
    assert result.returncode == 0, result.stderr
    assert json.loads(result.stdout) == inference.predict([inference.metadata["example_row"]])


def test_the_command_line_scores_a_file(run: Run, package: Path, inference: Any, rows: Any, tmp_path: Path):
    path = write_csv(tmp_path / "rows.csv", rows)
    result = run(package / "inference_example.py", path, "--batch-size", "13")
    assert result.returncode == 0, result.stderr
    expected = inference.predict(rows)
    assert [json.loads(line) for line in result.stdout.splitlines()] == [
        {"row": index, "prediction": prediction, "score": score}
        for index, (prediction, score) in enumerate(
            zip(expected["predictions"], expected["scores"], strict=True), start=1
        )
    ]
    assert result.stderr.startswith(f"{expected['anomaly_count']} of {len(rows)} rows are anomalies")
    assert not list(package.rglob("__pycache__"))


def test_the_command_line_says_what_is_wrong(run: Run, package: Path, tmp_path: Path):
    path = tmp_path / "rows.csv"
    path.write_text("a\n1\n")
    result = run(package / "inference_example.py", path)
    assert (result.returncode, result.stdout) == (1, "")
    assert result.stderr.startswith("error: line 2: missing ")
    assert "Traceback" not in result.stderr
    assert run(package / "inference_example.py", tmp_path / "absent.csv").returncode == 1
