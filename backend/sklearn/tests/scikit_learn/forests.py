"""Isolation forests, compared with real fits of scikit-learn.

`generate DIR COUNT` makes the matrices of the first COUNT cases; `compare DIR` checks what was fitted and
written for them.
"""

import io
import json
import pathlib
import pickle
import sys

import joblib
import numpy as np
from sklearn.base import clone
from sklearn.ensemble import IsolationForest

# name, rows, columns, kind of data, parameters, contamination
CASES = [
    ("one-row", 1, 3, "normal", {"n_estimators": 5}, 0.1),
    ("two-rows", 2, 2, "normal", {"n_estimators": 5}, 0.5),
    ("small", 50, 4, "normal", {}, 0.1),
    ("one-column", 700, 1, "normal", {}, 0.05),
    ("max-samples-less-one", 257, 4, "normal", {}, 0.1),
    ("middling", 300, 7, "normal", {}, 0.3),
    ("wide", 2000, 32, "normal", {}, 0.1),
    ("constant-columns", 2000, 32, "constant", {}, 0.1),
    ("duplicates", 600, 5, "rounded", {}, 0.01),
    ("nearly-constant", 400, 6, "nearly constant", {}, 0.1),
    ("all-equal", 100, 3, "all equal", {}, 0.1),
    ("large", 30000, 3, "normal", {"n_estimators": 10}, 0.001),
    ("bootstrap", 800, 6, "normal", {"bootstrap": True}, 0.1),
    ("some-features", 800, 10, "normal", {"max_features": 0.5}, 0.1),
    ("one-feature", 800, 10, "normal", {"max_features": 1, "n_estimators": 30}, 0.1),
    ("many-features", 60, 300, "normal", {"max_features": 0.995, "n_estimators": 20}, 0.1),
    ("more-samples", 800, 6, "normal", {"max_samples": 700, "n_estimators": 30}, 0.1),
    ("all-samples", 800, 6, "normal", {"max_samples": 1.0, "n_estimators": 30}, 0.1),
    ("single-samples", 90, 3, "normal", {"max_samples": 1, "n_estimators": 10}, 0.1),
    ("mixed", 800, 6, "rounded", {"max_samples": 0.3, "bootstrap": True, "max_features": 3}, 0.2),
    ("seed-0", 1000, 8, "normal", {"random_state": 0}, 0.1),
    ("seed-max", 1000, 8, "normal", {"random_state": 4294967295}, 0.1),
    ("counts", 5000, 12, "counts", {}, 0.02),
    ("huge-values", 500, 4, "huge", {}, 0.1),
    ("weighted", 900, 5, "weighted", {"n_estimators": 30}, 0.1),
    ("weighted-few", 400, 5, "weighted", {"n_estimators": 30, "max_samples": 300}, 0.1),
    ("weighted-bootstrap", 900, 5, "weighted", {"n_estimators": 30, "bootstrap": True}, 0.1),
]


def weights(rows: int, kind: str) -> np.ndarray | None:
    random = np.random.RandomState(rows)
    return random.rand(rows) * (random.rand(rows) > 0.1) if kind == "weighted" else None


def matrix(rows: int, columns: int, kind: str) -> np.ndarray:
    random = np.random.RandomState(rows + columns)
    samples = random.randn(rows, columns)
    if kind == "constant":
        samples[:, ::2] = 3.25
    elif kind == "rounded":
        samples = np.round(samples)
    elif kind == "nearly constant":
        samples = 1 + 3e-8 * random.randint(0, 9, (rows, columns))
    elif kind == "all equal":
        samples[:] = 1.5
    elif kind == "counts":
        samples = random.poisson(0.7, (rows, columns)).astype(float)
    elif kind == "huge":
        samples *= 1e37
    return np.ascontiguousarray(samples)


def generate(folder: pathlib.Path, count: int) -> None:
    cases = []
    for name, rows, columns, kind, parameters, contamination in CASES[:count]:
        matrix(rows, columns, kind).tofile(folder / f"{name}.matrix")
        if kind == "weighted":
            weights(rows, kind).tofile(folder / f"{name}.weights")
        case = {"name": name, "columns": columns, "weighted": kind == "weighted"}
        cases.append({**case, "contamination": contamination, "parameters": parameters})
    (folder / "cases.json").write_text(json.dumps(cases))


def ulps(a: float, b: float) -> float:
    return abs(a - b) / np.spacing(max(abs(a), abs(b)))


def differences(model, real, samples: np.ndarray, scores: np.ndarray) -> list[str]:
    """What differs between a model that was read and a real fit."""
    found = []

    def check(ok, what: str) -> None:
        if not bool(ok):
            found.append(what)

    trees = list(zip(model.estimators_, real.estimators_, strict=True))
    states = [(a.tree_.__getstate__(), b.tree_.__getstate__()) for a, b in trees]
    # Every bit of every node: all fields, and the padding.
    check(all(a["nodes"].tobytes() == b["nodes"].tobytes() for a, b in states), "nodes differ")
    check(all(a["nodes"].dtype == b["nodes"].dtype for a, b in states), "node dtypes differ")
    check(all(a["values"].tobytes() == b["values"].tobytes() for a, b in states), "values differ")
    check(all(a["values"].shape == b["values"].shape for a, b in states), "shapes of values differ")
    check(all(a["max_depth"] == b["max_depth"] for a, b in states), "depths differ")
    check(all(a.get_params() == b.get_params() for a, b in trees), "parameters of trees differ")
    check(all(set(vars(a)) == set(vars(b)) for a, b in trees), "attributes of trees differ")
    check(
        all(type(vars(a)[k]) is type(vars(b)[k]) for a, b in trees for k in vars(b)), "types in trees differ"
    )
    check((model._seeds == real._seeds).all() and model._seeds.dtype == real._seeds.dtype, "seeds differ")
    for name in ("estimators_features_", "_decision_path_lengths", "estimators_samples_"):
        pairs = list(zip(getattr(model, name), getattr(real, name), strict=True))
        check(all(a.dtype == b.dtype and np.array_equal(a, b) for a, b in pairs), f"{name} differ")
    pairs = zip(model._average_path_length_per_tree, real._average_path_length_per_tree, strict=True)
    near = (a.shape == b.shape and np.allclose(a, b, rtol=4.5e-16, atol=0) for a, b in pairs)
    check(all(near), "average path lengths differ")

    # The keys are named rather than counted, and every plain value has the value and type of the real one.
    check(set(vars(model)) == set(vars(real)), f"attributes: {set(vars(model)) ^ set(vars(real))}")
    for name, value in vars(real).items():
        check(type(vars(model).get(name)) is type(value), f"type of {name} differs")
        if isinstance(value, (bool, int, float, str, type(None))) and name != "offset_":
            check(vars(model).get(name) == value, f"{name} differs")
    check(np.array_equal(model._sample_weight, real._sample_weight), "_sample_weight differs")
    check(model.estimator_.get_params() == real.estimator_.get_params(), "estimator_ differs")
    check(repr(model) == repr(real) and model.get_params() == real.get_params(), "parameters differ")

    check(ulps(model.offset_, real.offset_) <= 1, f"offset_ {model.offset_!r}, not {real.offset_!r}")
    real_scores = real.score_samples(samples)
    # No more apart than logarithms of different libraries make the average path lengths.
    check(np.abs(model.score_samples(samples) - real_scores).max() <= 2.3e-16, "score_samples differ")
    apart = np.abs(scores - real_scores).max()
    check(apart <= 2.3e-16, f"our own scores are {apart:.1e} apart")
    # A sample that lies on the threshold to the last digit may fall either way.
    clear = np.abs(real_scores - real.offset_) > 1e-15
    check((model.predict(samples) == real.predict(samples))[clear].all(), "predictions differ")
    check(
        (model.decision_function(samples) == model.score_samples(samples) - model.offset_).all(),
        "decisions differ",
    )
    return found


def compare(folder: pathlib.Path) -> int:
    equal = 0
    cases = json.loads((folder / "cases.json").read_text())
    for case in cases:
        name = case["name"]
        samples = np.fromfile(folder / f"{name}.matrix").reshape(-1, case["columns"])
        scores = np.fromfile(folder / f"{name}.scores")
        weighing = np.fromfile(folder / f"{name}.weights") if case["weighted"] else None
        real = IsolationForest(
            **{"random_state": 42, **case["parameters"]}, contamination=case["contamination"]
        ).fit(samples, sample_weight=weighing)
        model = joblib.load(folder / f"{name}.joblib")
        found = differences(model, real, samples, scores)

        # It lives on as a real one does.
        again = clone(model).fit(samples, sample_weight=weighing)
        if again.estimators_[0].tree_.__getstate__()["nodes"].tobytes() != (
            real.estimators_[0].tree_.__getstate__()["nodes"].tobytes()
        ):
            found.append("fitted again, nodes differ from the real ones")
        elif again.offset_ != real.offset_:
            found.append("fitted again, offset_ differs from the real one")
        buffer = io.BytesIO()
        joblib.dump(model, buffer)
        buffer.seek(0)
        copies = [joblib.load(buffer), pickle.loads(pickle.dumps(model))]
        with open(folder / f"{name}.joblib", "rb") as file:
            copies.append(pickle.load(file))
        copies.append(joblib.load(folder / f"{name}.joblib", mmap_mode="r"))
        if not all((copy.score_samples(samples) == model.score_samples(samples)).all() for copy in copies):
            found.append("copies score differently")

        equal += not found
        if found:
            print(f"{name}: {'; '.join(found)}")
    print(f"{equal} forests are equal")
    return 0 if equal == len(cases) else 1


if __name__ == "__main__":
    command, folder = sys.argv[1], pathlib.Path(sys.argv[2])
    sys.exit(compare(folder) if command == "compare" else generate(folder, int(sys.argv[3])))
