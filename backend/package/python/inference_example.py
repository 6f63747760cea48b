#!/usr/bin/env python3
"""Score rows of features with the model of this package.

From Python:

    from inference_example import ModelInference

    inference = ModelInference()                      # the folder that this file lies in
    inference.predict([{"feature": 1.0, ...}])        # every feature of metadata.json, in any order
    inference.explain({"feature": 1.0, ...})          # which features made the row anomalous
    for result in inference.predict_file("rows.csv"): # any size, one batch at a time
        ...
    inference.predict_log_file("router.log")          # raw logs; predict_logs(lines) for lines at hand

From a shell:

    python inference_example.py             # scores the example row of metadata.json
    python inference_example.py rows.csv    # or rows.jsonl: one JSON object per row on standard output

A score is higher the more anomalous the row is; `score > threshold` means anomaly (prediction 1). A model
that tells more than two classes apart predicts the number of a class, and its score is how sure it is.
"""

from __future__ import annotations

import sys

# A bytecode cache beside these files would be a file that the manifest does not know.
sys.dont_write_bytecode = True

import argparse
import csv
import hashlib
import importlib.abc
import importlib.util
import io
import json
import math
import numbers
import os
import re
import threading
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple, TextIO

import joblib
import numpy as np

Row = Mapping[str, float]
Batch = tuple[list[Mapping[str, Any]], list[str]]

FLOAT32_MAX = float(np.finfo(np.float32).max)


class IntegrityError(RuntimeError):
    """A file of the package is missing or differs from the manifest."""


class ModelInference:
    """The model of a package, ready to score.

    Construction reads the manifest, checks the SHA-256 of every file that is used and only then unpickles
    exactly the bytes that were checked. Afterwards nothing changes any more: one instance may serve any
    number of threads. A row has the same score alone and in any batch.

    Attributes:
        feature_names: what a row must hold, in the order of the model's columns.
        threshold: a score above it is an anomaly.
        output: what the model gives: `abnormality` (scikit-learn's `score_samples`, turned round),
            `distance` (to the nearest normal sample), `probability` (of each class) or `decision`
            (`decision_function`).
        classes: the names of a classifier's classes, in the order of their numbers; else empty.
        metadata: the content of `metadata.json`.
        manifest: the content of `deployment_manifest.json`.
    """

    def __init__(self, model_dir: str | os.PathLike[str] | None = None) -> None:
        """Load the package in `model_dir`; without it, the one that this file belongs to.

        Raises:
            IntegrityError: a file is missing, unreadable or not the one that the manifest describes.
        """
        self.model_dir = Path(__file__).resolve().parent if model_dir is None else Path(model_dir)
        self.manifest: dict[str, Any] = self._load_manifest()
        self.metadata: dict[str, Any] = json.loads(self._verified("metadata"))
        self._model = joblib.load(io.BytesIO(self._verified("model")))
        self._scaler = (
            joblib.load(io.BytesIO(self._verified("scaler"))) if "scaler" in self.manifest["files"] else None
        )
        self.feature_names: list[str] = self.metadata["training_info"]["feature_names"]
        configuration = self.manifest["inference_config"]
        self.threshold = float(configuration["threshold"])
        self.output: str = configuration["output"]
        self.classes: list[str] = configuration["classes"]
        self._may_be_missing = bool(configuration["missing_values"])
        self._known_names = frozenset(self.feature_names)
        self._paths: _ExpectedPaths | None = None
        self._paths_lock = threading.Lock()
        self._featurizer: Any = None
        self._featurizer_lock = threading.Lock()

    def predict(self, features: Sequence[Row]) -> dict[str, Any]:
        """Score a list of rows.

        Each row is a dict that holds every feature by name, in any order, as a finite number.

        Returns:
            `predictions` (1 anomaly, 0 normal; of more than two classes the class's number) and `scores`, one
            per row; `threshold`; `anomaly_count`; `total_samples`. A classifier adds `labels`, a class's name
            per row, and `probabilities`, per row one number per class in the order of `classes`, where the
            model knows them.

        Raises:
            TypeError: `features` is not a list of dicts.
            ValueError: a value is missing, unknown, not a number or not finite; the message names the row
                (counted from 0) and the feature.
        """
        if not isinstance(features, list):
            raise TypeError(f"features must be a list of dicts, one per row, not {_type_name(features)}")
        return self._predict(features, [f"row {index}" for index in range(len(features))])

    def predict_file(
        self, path: str | os.PathLike[str], batch_size: int | None = None
    ) -> Iterator[dict[str, Any]]:
        """Score a file of rows, one batch at a time, in bounded memory.

        The file is CSV with a header of feature names, or JSON Lines with one object per line; the first
        character tells which. Each batch gives one result as `predict` returns it; the batches together
        hold every row in the file's order. Without `batch_size` it is the one that the manifest recommends.

        Raises:
            ValueError: as `predict`; the message names the line (counted from 1) and the feature.
        """
        size = self.manifest["inference_config"]["batch_size"] if batch_size is None else batch_size
        if isinstance(size, bool) or not isinstance(size, int) or size < 1:
            raise ValueError(f"batch_size must be a positive whole number, not {size!r}")
        return (self._predict(rows, places) for rows, places in _read_batches(path, size))

    def predict_logs(self, lines: Iterable[str | bytes]) -> dict[str, Any]:
        """Score raw log lines, in any format that the package's `featurizer` reads.

        The records are put in the order of time, as for training, and a row looks back at the records before
        it: give the lines of the last hour, not single ones.

        Returns:
            what `predict` returns; `samples`, for every row its `timestamp` (UTC), `file` and `line`, whether
            it is `incomplete` (the input cuts it off) and, of windows and sessions, its `key`; and the counts
            `records_read`, `records_rejected`, `duplicates`, `records_without_key` and `unseen_records`.

        Raises:
            ValueError: no record can be read; the message names the first line and the reason.
        """
        return self._predict_samples(*self._logs().features_from_lines(lines))

    def predict_log_file(self, path: str | os.PathLike[str]) -> dict[str, Any]:
        """Score a file of raw logs, plain or gzip; see `predict_logs`."""
        return self._predict_samples(*self._logs().features_from_file(path))

    def explain(self, row: Row) -> dict[str, Any]:
        """Say which features made a row's score what it is, and by how much.

        An isolation forest scores a row by the mean length of its paths through the trees: the shorter, the
        more anomalous. Every split on a path changes the length that is to be expected, from the mean over
        the training samples that reach the node to the mean over those that follow the same branch. That
        change is credited to the feature of the split, so the changes along a path add up to the path's
        length less the mean length of all paths. They are then expressed in units of the score: as the score
        is an exponential of the length, the factor is the logarithmic mean of the two scores, which keeps
        the sum exact.

        For any other model a feature's contribution is how much the score falls when the feature alone has
        the value of the reference row (the medians of the training data), all scaled so that they add up.

        Both describe this model, not causes: correlated features share what either could have had alone.

        Returns:
            `prediction`, `score` and `threshold` as `predict` gives them; `baseline_score`, of a path of mean
            length or of the reference row; `contributions`, a list of `feature`, `value` and `contribution`,
            the strongest push upwards first. The contributions add up to `score - baseline_score`. For an
            isolation forest also `path_length` and `expected_path_length`, in splits.

        Raises:
            TypeError, ValueError: as `predict`.
        """
        if not isinstance(row, Mapping):
            raise TypeError(f"row must be a dict of feature names and values, not {_type_name(row)}")
        matrix = self._matrix([row], ["row"])
        by_paths = hasattr(self._model, "estimators_features_")
        explained, shares = self._explain_by_paths(matrix) if by_paths else self._explain_by_reference(matrix)
        contributions: list[dict[str, Any]] = [
            {"feature": name, "value": float(value), "contribution": float(share)}
            for name, value, share in zip(self.feature_names, matrix[0], shares)
        ]
        contributions.sort(key=lambda item: -item["contribution"])
        prediction = self._score(matrix, ["row"])["predictions"][0]
        verdict = {"prediction": prediction, "threshold": self.threshold}
        return {**verdict, **explained, "contributions": contributions}

    def _explain_by_paths(self, matrix: np.ndarray) -> tuple[dict[str, float], np.ndarray]:
        scaled = self._scale(matrix, ["row"])
        score = float(-self._model.score_samples(scaled)[0])
        paths = self._expected_paths()
        shortening, length = paths.walk(scaled[0].astype(np.float32))
        baseline = paths.score(paths.mean)
        explained = {
            "score": score,
            "baseline_score": baseline,
            "path_length": length,
            "expected_path_length": paths.mean,
        }
        return explained, shortening * paths.score_per_split(score, baseline)

    def _explain_by_reference(self, matrix: np.ndarray) -> tuple[dict[str, float], np.ndarray]:
        reference = np.array(
            [self.metadata["reference_row"][name] for name in self.feature_names], dtype=float
        )
        one_changed = np.repeat(matrix, len(reference), axis=0)
        np.fill_diagonal(one_changed, reference)
        rows = np.concatenate([matrix, reference[None], one_changed])
        outputs = self._outputs(self._scale(rows, ["row"] * len(rows)))
        # Of several classes, everything is about the one that is predicted for the row.
        scores = outputs if outputs.ndim == 1 else outputs[:, int(np.argmax(outputs[0]))]
        score, baseline, falls = float(scores[0]), float(scores[1]), scores[0] - scores[2:]
        total, wanted = float(falls.sum()), score - baseline
        # Effects that cancel out cannot be scaled to the sum: they are shifted by equal parts then.
        steady = abs(total) > 1e-3 * float(np.abs(falls).sum()) and total * wanted > 0
        shares = falls * (wanted / total) if steady else falls + (wanted - total) / len(falls)
        return {"score": score, "baseline_score": baseline}, shares

    def _load_manifest(self) -> dict[str, Any]:
        path = self.model_dir / "deployment_manifest.json"
        try:
            manifest = json.loads(path.read_bytes())
        except (OSError, ValueError) as error:
            raise IntegrityError(f"{path} cannot be read: {error}") from error
        needed = ("files", "file_hashes", "inference_config")
        if not isinstance(manifest, dict) or not all(isinstance(manifest.get(key), dict) for key in needed):
            raise IntegrityError(f"{path} is not a deployment manifest")
        return manifest

    def _verified(self, role: str) -> bytes:
        """The bytes of a file, once they are known to be the ones that the manifest describes."""
        name = self.manifest["files"].get(role)
        expected = self.manifest["file_hashes"].get(name)
        own = isinstance(name, str) and (Path(name).name == name or _is_featurizer(name))
        if not own or not isinstance(expected, str):
            raise IntegrityError(f"the manifest does not describe the {role} file")
        try:
            content = (self.model_dir / name).read_bytes()
        except OSError as error:
            raise IntegrityError(f"{name} cannot be read: {error}") from error
        if hashlib.sha256(content).hexdigest() != expected:
            raise IntegrityError(f"{name} is not the file that the manifest describes (SHA-256 differs)")
        return content

    def _predict(self, rows: Sequence[Mapping[str, Any]], places: Sequence[str]) -> dict[str, Any]:
        return self._score(self._matrix(rows, places), places)

    def _outputs(self, scaled: np.ndarray) -> np.ndarray:
        """The model's own scores: one per row; of more than two classes one per row and class."""
        if self.output == "abnormality":
            return np.asarray(-self._model.score_samples(scaled))
        if self.output == "distance":
            return _distances(self._model, scaled)
        if self.output == "decision":
            return np.asarray(self._model.decision_function(scaled))
        probabilities = np.asarray(self._model.predict_proba(scaled))
        return probabilities[:, 1] if probabilities.shape[1] == 2 else probabilities

    def _score(self, matrix: np.ndarray, places: Sequence[str]) -> dict[str, Any]:
        outputs = self._outputs(self._scale(matrix, places)) if len(matrix) else np.empty(0)
        if outputs.ndim == 1:
            scores = outputs.tolist()
            predictions = [int(score > self.threshold) for score in scores]
        else:
            scores, predictions = outputs.max(axis=1).tolist(), outputs.argmax(axis=1).tolist()
        result = {
            "predictions": predictions,
            "scores": scores,
            "threshold": self.threshold,
            "anomaly_count": sum(prediction != 0 for prediction in predictions),
            "total_samples": len(scores),
        }
        if self.classes:
            result["labels"] = [self.classes[prediction] for prediction in predictions]
        if self.output == "probability":
            both = np.stack([1.0 - outputs, outputs], axis=1) if outputs.ndim == 1 else outputs
            result["probabilities"] = both.tolist()
        return result

    def _logs(self) -> Any:
        """The featurizer, made from exactly the bytes that were checked."""
        with self._featurizer_lock:
            if self._featurizer is None:
                module = _import_verified(self._featurizer_files())
                featurizer = module.Featurizer(json.loads(self._verified("feature_set")))
                if featurizer.names != self.feature_names:
                    raise IntegrityError("feature_set.json is not the one that the model was trained with")
                self._featurizer = featurizer
            return self._featurizer

    def _featurizer_files(self) -> dict[str, bytes]:
        """The folder `featurizer`, by the names in it."""
        roles = {role: name for role, name in self.manifest["files"].items() if _is_featurizer(name)}
        return {name.partition("/")[2]: self._verified(role) for role, name in roles.items()}

    def _predict_samples(self, _: list[str], matrix: np.ndarray, samples: Any) -> dict[str, Any]:
        places = [f"{file}, line {line}" for file, line in zip(samples.files, samples.lines)]
        times = np.datetime_as_string(samples.timestamps.astype("datetime64[us]"), timezone="UTC").tolist()
        told = [
            {"timestamp": timestamp, "file": file, "line": line, "incomplete": bool(incomplete)}
            for timestamp, file, line, incomplete in zip(
                times, samples.files, samples.lines, samples.incomplete
            )
        ]
        if samples.keys:
            told = [{"key": key, **sample} for key, sample in zip(samples.keys, told)]
        return {
            **self._score(matrix, places),
            "samples": told,
            "records_read": samples.records_read,
            "records_rejected": len(samples.rejects),
            "duplicates": samples.duplicates,
            "records_without_key": samples.records_without_key,
            "unseen_records": samples.unseen_records,
        }

    def _matrix(self, rows: Sequence[Mapping[str, Any]], places: Sequence[str]) -> np.ndarray:
        """The rows as a matrix, n_samples × n_features, columns in the order of the model."""
        matrix = np.empty((len(rows), len(self.feature_names)))
        for index, (row, place) in enumerate(zip(rows, places)):
            if not isinstance(row, Mapping):
                raise TypeError(f"{place}: expected a dict of features, not {_type_name(row)}")
            if row.keys() != self._known_names:
                self._refuse_names(row, place)
            matrix[index] = [self._value(row[name], name, place) for name in self.feature_names]
        return matrix

    def _value(self, value: Any, name: str, place: str) -> float:
        """A finite number, or NaN for a missing one where the model fills it in."""
        if self._may_be_missing and (value is None or (isinstance(value, float) and math.isnan(value))):
            return math.nan
        return _number(value, name, place)

    def _refuse_names(self, row: Mapping[str, Any], place: str) -> None:
        missing = [name for name in self.feature_names if name not in row]
        unknown = [name for name in row if name not in self._known_names]
        problems = []
        if missing:
            problems.append("missing " + ", ".join(f"`{name}`" for name in missing))
        if unknown:
            problems.append("unknown " + ", ".join(f"`{name}`" for name in unknown))
        raise ValueError(f"{place}: {'; '.join(problems)}")

    def _scale(self, matrix: np.ndarray, places: Sequence[str]) -> np.ndarray:
        """What the model takes. It compares in single precision, so greater values have no meaning."""
        with np.errstate(over="ignore", invalid="ignore"):
            scaled = matrix if self._scaler is None else self._scaler.transform(matrix)
            outside = ~(np.abs(scaled) <= FLOAT32_MAX)
        if outside.any():
            row, column = np.argwhere(outside)[0]
            name, value = self.feature_names[column], matrix[row, column]
            raise ValueError(f"{places[row]}: feature `{name}` is too large for the model ({value!r})")
        return scaled

    def _expected_paths(self) -> _ExpectedPaths:
        with self._paths_lock:
            if self._paths is None:
                self._paths = _ExpectedPaths(self._model)
            return self._paths


def _is_featurizer(name: Any) -> bool:
    return isinstance(name, str) and re.fullmatch(r"featurizer(/\w+)+\.\w+", name) is not None


class _VerifiedFiles(importlib.abc.MetaPathFinder, importlib.abc.InspectLoader):
    """Imports a package, and reads the data in it, from memory."""

    def __init__(self, package: str, files: Mapping[str, bytes]) -> None:
        self._package, self._files = package, files

    def find_spec(self, name: str, path: Any = None, target: Any = None) -> Any:
        top, _, rest = name.partition(".")
        if top != self._package:
            return None
        module = rest.replace(".", "/")
        for file in (f"{module}/__init__.py".lstrip("/"), f"{module}.py"):
            if file in self._files:
                origin, is_package = f"{self._package}/{file}", file.endswith("__init__.py")
                spec = importlib.util.spec_from_loader(name, self, origin=origin, is_package=is_package)
                assert spec is not None
                spec.has_location = True
                return spec
        return None

    def get_data(self, path: str | bytes) -> bytes:
        return self._files[str(path).replace(os.sep, "/").partition("/")[2]]

    def get_source(self, fullname: str) -> str:
        spec = self.find_spec(fullname)
        if spec is None:
            raise ImportError(f"there is no module `{fullname}`", name=fullname)
        return self.get_data(spec.origin).decode()


def _import_verified(files: Mapping[str, bytes]) -> Any:
    """The package that the files make. Its name says what is in it, so that another package's is another."""
    parts = (part for name in sorted(files) for part in (name.encode(), hashlib.sha256(files[name]).digest()))
    package = f"featurizer_{hashlib.sha256(b''.join(parts)).hexdigest()}"
    finder = _VerifiedFiles(package, files)
    sys.meta_path.insert(0, finder)
    try:
        return importlib.import_module(package)
    finally:
        sys.meta_path.remove(finder)


def _distances(model: Any, rows: np.ndarray) -> np.ndarray:
    """How far each row is from the last of its neighbours; 0, without rounding, if it equals all of them."""
    neighbors = model.kneighbors(rows, return_distance=False).T
    # Those that are as near but for rounding may come in another order.
    apart = [_apart(model.metric, rows, model._fit_X[neighbor]) for neighbor in neighbors]
    return np.asarray(np.max(apart, axis=0))


def _apart(metric: str, rows: np.ndarray, others: np.ndarray) -> np.ndarray:
    """The distance between each row and the one beside it."""
    if metric == "manhattan":
        return np.asarray(np.abs(rows - others).sum(axis=1))
    if metric == "euclidean":
        return np.asarray(np.sqrt(np.square(rows - others).sum(axis=1)))
    # A row of zeros has no direction: its distance from everything is 1.
    lengths = [np.linalg.norm(vectors, axis=1, keepdims=True) for vectors in (rows, others)]
    units = [vectors / np.where(length == 0, 1.0, length) for vectors, length in zip((rows, others), lengths)]
    distances = 1.0 - np.einsum("ij,ij->i", *units)
    return np.where(distances < 1e-12, 0.0, distances)


class _Tree(NamedTuple):
    """One isolation tree, a value per node; node 0 is the root, a leaf has no children (-1)."""

    left: list[int]
    right: list[int]
    column: list[int]
    threshold: list[float]
    expected_length: list[float]


class _ExpectedPaths:
    """For every node of a forest, the mean path length of the training samples that reach it."""

    def __init__(self, model: Any) -> None:
        self.trees = [
            _index_tree(estimator.tree_, columns)
            for estimator, columns in zip(model.estimators_, model.estimators_features_)
        ]
        self.n_features = int(model.n_features_in_)
        self.normaliser = _average_path_length(int(model.max_samples_))
        self.mean = math.fsum(tree.expected_length[0] for tree in self.trees) / len(self.trees)

    def score(self, length: float) -> float:
        """The score of a row whose paths have this mean length."""
        return float(2.0 ** -(length / self.normaliser)) if self.normaliser else 0.5

    def score_per_split(self, a: float, b: float) -> float:
        """How much of the way between two scores one split of path length is worth."""
        return _logarithmic_mean(a, b) * math.log(2) / self.normaliser if self.normaliser else 0.0

    def walk(self, values: np.ndarray) -> tuple[np.ndarray, float]:
        """How much each feature shortens the row's mean path, and the length of that path."""
        row = values.tolist()
        shortening = np.zeros(self.n_features)
        total = 0.0
        for tree in self.trees:
            node = 0
            while tree.left[node] != -1:
                column = tree.column[node]
                child = tree.left[node] if row[column] <= tree.threshold[node] else tree.right[node]
                shortening[column] += tree.expected_length[node] - tree.expected_length[child]
                node = child
            total += tree.expected_length[node]
        return shortening / len(self.trees), total / len(self.trees)


def _index_tree(tree: Any, columns: np.ndarray) -> _Tree:
    left, right = tree.children_left.tolist(), tree.children_right.tolist()
    samples = tree.n_node_samples.tolist()
    depth = [0] * len(left)
    for node, (a, b) in enumerate(zip(left, right)):
        if a != -1:
            depth[a] = depth[b] = depth[node] + 1
    expected = [0.0] * len(left)
    for node in reversed(range(len(left))):  # children come after their parents
        a, b = left[node], right[node]
        if a == -1:
            expected[node] = depth[node] + _average_path_length(samples[node])
        else:
            expected[node] = (samples[a] * expected[a] + samples[b] * expected[b]) / (samples[a] + samples[b])
    column = [int(columns[feature]) if feature >= 0 else -1 for feature in tree.feature.tolist()]
    return _Tree(left, right, column, tree.threshold.tolist(), expected)


def _average_path_length(samples: int) -> float:
    """Mean path length of a tree that isolates this many samples (Liu, Ting and Zhou 2008, equation 1)."""
    if samples <= 1:
        return 0.0
    if samples == 2:
        return 1.0
    return 2.0 * (math.log(samples - 1.0) + float(np.euler_gamma)) - 2.0 * (samples - 1.0) / samples


def _logarithmic_mean(a: float, b: float) -> float:
    """`(a - b) / (ln a - ln b)` of two positive numbers."""
    difference = math.log(a) - math.log(b)
    return a if difference == 0.0 else b * math.expm1(difference) / difference


def _number(value: Any, name: str, place: str) -> float:
    """A finite float, or a `ValueError` that names the row and the feature."""
    if isinstance(value, bool) or not isinstance(value, numbers.Real):
        kind = "missing" if value is None else f"not a number ({_type_name(value)})"
        raise ValueError(f"{place}: feature `{name}` is {kind}")
    try:
        number = float(value)
    except OverflowError:
        raise ValueError(f"{place}: feature `{name}` is too large for a float") from None
    if not math.isfinite(number):
        raise ValueError(f"{place}: feature `{name}` is not finite ({number})")
    return number


def _type_name(value: Any) -> str:
    return type(value).__name__


def _read_batches(path: str | os.PathLike[str], size: int) -> Iterator[Batch]:
    with open(path, encoding="utf-8-sig", newline="") as file:
        first = file.read(1)
        while first.isspace():
            first = file.read(1)
        file.seek(0)
        rows = _json_rows(file) if first == "{" else _csv_rows(file)
        batch: list[Mapping[str, Any]] = []
        places: list[str] = []
        for row, place in rows:
            batch.append(row)
            places.append(place)
            if len(batch) == size:
                yield batch, places
                batch, places = [], []
        if batch:
            yield batch, places


def _json_rows(lines: Iterable[str]) -> Iterator[tuple[Mapping[str, Any], str]]:
    for number, line in enumerate(lines, start=1):
        if not line.strip():
            continue
        place = f"line {number}"
        try:
            row = json.loads(line)
        except ValueError as error:
            raise ValueError(f"{place}: not JSON: {error}") from error
        if not isinstance(row, dict):
            raise ValueError(f"{place}: expected an object of feature names and values")
        yield row, place


def _csv_rows(file: TextIO) -> Iterator[tuple[Mapping[str, Any], str]]:
    reader = csv.reader(file, strict=True)
    header: list[str] | None = None
    while True:
        try:
            cells = next(reader, None)
        except csv.Error as error:
            raise ValueError(f"line {reader.line_num}: not CSV: {error}") from error
        if cells is None:
            return
        place = f"line {reader.line_num}"
        if len(cells) <= 1 and not "".join(cells).strip():
            continue
        if header is None:
            header = [cell.strip() for cell in cells]
            repeated = {name for name in header if header.count(name) > 1}
            if repeated:
                raise ValueError(f"{place}: repeated in the header: {', '.join(sorted(repeated))}")
            continue
        if len(cells) != len(header):
            raise ValueError(f"{place}: {len(cells)} values for {len(header)} columns")
        yield {name: _cell(cell, name, place) for name, cell in zip(header, cells)}, place


def _cell(text: str, name: str, place: str) -> float:
    if not text.strip():
        raise ValueError(f"{place}: feature `{name}` is missing")
    try:
        return float(text.replace("_", "?"))
    except ValueError:
        raise ValueError(f"{place}: feature `{name}` is not a number ({text!r})") from None


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(
        description="Score rows of features with the model of this package.",
        epilog="Each row of FILE gives one JSON object on standard output; a summary goes to standard error.",
    )
    parser.add_argument(
        "file", nargs="?", metavar="FILE", help="CSV or JSON Lines (default: the example row)"
    )
    parser.add_argument("--model-dir", help="folder of the package (default: the one that this script is in)")
    parser.add_argument("--batch-size", type=int, help="rows scored at once (default: the manifest's)")
    options = parser.parse_args(arguments)
    try:
        inference = ModelInference(options.model_dir)
        if options.file is None:
            print(json.dumps(inference.predict([inference.metadata["example_row"]]), indent=2))
            return 0
        total = anomalies = 0
        for result in inference.predict_file(options.file, options.batch_size):
            for score, prediction in zip(result["scores"], result["predictions"]):
                total += 1
                print(json.dumps({"row": total, "prediction": prediction, "score": score}))
            anomalies += result["anomaly_count"]
    except BrokenPipeError:  # the reader, such as `head`, has seen enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except (IntegrityError, OSError, ValueError) as error:
        print(f"error: {error}", file=sys.stderr)
        return 1
    print(f"{anomalies} of {total} rows are anomalies (threshold {inference.threshold})", file=sys.stderr)
    return 0


if __name__ == "__main__":
    sys.exit(main())
