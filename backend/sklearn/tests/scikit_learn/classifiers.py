"""What comparisons of classifiers share: exchanging cases, and what every estimator must be able to do."""

import io
import json
import pathlib
import pickle
import sys

import joblib
import numpy as np
from sklearn.base import clone


class Case:
    """A case of a folder: what was fitted, and what came of it."""

    def __init__(self, folder: pathlib.Path, description: dict):
        self.name = description["name"]
        self.parameters = {k: v for k, v in description["algorithm"].items() if k != "type"}
        path = folder / self.name
        self.samples = np.fromfile(f"{path}.matrix").reshape(-1, description["columns"])
        self.labels = np.fromfile(f"{path}.labels", dtype="u4").astype(np.int64)
        self.weights = np.fromfile(f"{path}.weights") if description["weighted"] else None
        self.path = pathlib.Path(f"{path}.joblib")
        self.found = []

    def check(self, ok, what: str) -> None:
        if not bool(ok):
            self.found.append(what)

    def near(self, a, b, what: str, rtol: float, atol: float = 0.0) -> None:
        a, b = np.asarray(a), np.asarray(b)
        if a.shape != b.shape or a.dtype != b.dtype:
            self.found.append(f"{what}: {a.shape} {a.dtype}, not {b.shape} {b.dtype}")
        elif not np.allclose(a, b, rtol=rtol, atol=atol, equal_nan=True):
            self.found.append(f"{what} differs by {np.abs(a - b).max():.1e}")

    def scores(self) -> np.ndarray:
        return np.fromfile(self.path.with_suffix(".scores")).reshape(len(self.samples), -1)


def write(folder: pathlib.Path, cases) -> None:
    """Writes cases: name, samples, labels, weights or None, algorithm."""
    described = []
    for name, samples, labels, weights, algorithm in cases:
        np.ascontiguousarray(samples, dtype="f8").tofile(folder / f"{name}.matrix")
        np.asarray(labels).astype("u4").tofile(folder / f"{name}.labels")
        if weights is not None:
            np.asarray(weights, dtype="f8").tofile(folder / f"{name}.weights")
        described.append(
            {
                "name": name,
                "columns": samples.shape[1],
                "classes": int(max(labels)) + 1,
                "weighted": weights is not None,
                "algorithm": algorithm,
            }
        )
    (folder / "cases.json").write_text(json.dumps(described))


def alive(case: Case, model, real, tolerance: float) -> None:
    """A model that was read is a real one: its attributes, its predictions, and its life afterwards."""
    samples = case.samples
    case.check(type(model) is type(real), f"is a {type(model).__name__}")
    case.check(set(vars(model)) == set(vars(real)), f"attributes: {set(vars(model)) ^ set(vars(real))}")
    for name, value in vars(real).items():
        ours = vars(model).get(name)
        case.check(type(ours) is type(value), f"type of {name}: {type(ours)}, not {type(value)}")
        if isinstance(value, np.ndarray) and isinstance(ours, np.ndarray):
            case.check(ours.dtype == value.dtype, f"dtype of {name}")
            case.check(ours.shape == value.shape, f"shape of {name}")
            case.check(ours.flags.writeable, f"{name} is read-only")
    case.check(repr(model) == repr(real), f"repr {model!r}, not {real!r}")
    case.check(model.get_params() == real.get_params(), "parameters differ")
    probabilities = model.predict_proba(samples)
    apart = np.abs(probabilities - case.scores()).max()
    case.check(apart <= tolerance, f"our own scores are {apart:.1e} apart")
    case.check((model.predict(samples) == probabilities.argmax(axis=1)).all(), "predictions differ")
    buffer = io.BytesIO()
    joblib.dump(model, buffer)
    buffer.seek(0)
    for copy in (
        joblib.load(buffer),
        pickle.loads(pickle.dumps(model)),
        pickle.loads(case.path.read_bytes()),
    ):
        case.check((copy.predict_proba(samples) == probabilities).all(), "a copy scores differently")
    again = clone(model).fit(samples, case.labels, sample_weight=case.weights)
    case.check(
        np.array_equal(again.predict_proba(samples), real.predict_proba(samples)),
        "fitted again, it is not the real one",
    )


def main(cases, compare, what: str) -> int:
    """Runs `generate DIR` or `compare DIR`."""
    folder = pathlib.Path(sys.argv[2])
    if sys.argv[1] == "generate":
        write(folder, cases())
        return 0
    descriptions = json.loads((folder / "cases.json").read_text())
    equal = 0
    for description in descriptions:
        case = Case(folder, description)
        compare(case, joblib.load(case.path))
        equal += not case.found
        if case.found:
            print(f"{case.name}: {'; '.join(case.found)}")
    print(f"{equal} {what}")
    return 0 if equal == len(descriptions) else 1
