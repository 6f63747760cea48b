"""Classification trees and forests, compared with real fits of scikit-learn.

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
from sklearn.ensemble import ExtraTreesClassifier, RandomForestClassifier
from sklearn.tree import DecisionTreeClassifier

CLASSES = {
    "decision_tree": DecisionTreeClassifier,
    "random_forest": RandomForestClassifier,
    "extra_trees": ExtraTreesClassifier,
}
FEW = {"n_estimators": 8}
# name, algorithm, rows, columns, classes, kind of data, parameters
CASES = [
    ("seed", "random_forest", 300, 6, 2, "normal", FEW),
    ("thresholds", "extra_trees", 300, 6, 2, "normal", FEW),
    ("tree", "decision_tree", 300, 6, 2, "normal", {}),
    ("two-rows", "random_forest", 2, 2, 2, "normal", {**FEW, "bootstrap": False}),
    ("three-rows", "random_forest", 3, 2, 2, "normal", FEW),
    ("two-rows-tree", "decision_tree", 2, 1, 2, "normal", {}),
    ("five-classes", "random_forest", 700, 9, 5, "normal", FEW),
    ("five-classes-extra", "extra_trees", 700, 9, 5, "normal", FEW),
    ("twelve-classes-tree", "decision_tree", 900, 5, 12, "normal", {}),
    ("rounded", "random_forest", 900, 6, 3, "rounded", FEW),
    ("rounded-extra", "extra_trees", 900, 6, 3, "rounded", FEW),
    ("rounded-tree", "decision_tree", 900, 6, 2, "rounded", {}),
    ("counts", "random_forest", 4000, 12, 2, "counts", FEW),
    ("counts-tree", "decision_tree", 4000, 12, 2, "counts", {}),
    ("constant", "random_forest", 600, 14, 2, "constant", FEW),
    ("constant-extra", "extra_trees", 600, 14, 2, "constant", FEW),
    ("nearly-constant", "random_forest", 500, 6, 2, "nearly constant", FEW),
    ("nearly-constant-extra", "extra_trees", 500, 6, 2, "nearly constant", FEW),
    ("nearly-constant-tree", "decision_tree", 500, 6, 3, "nearly constant", {}),
    ("all-equal", "random_forest", 60, 3, 2, "all equal", FEW),
    ("all-equal-extra", "extra_trees", 60, 3, 2, "all equal", FEW),
    ("huge", "decision_tree", 300, 4, 2, "huge", {}),
    ("signed-zeros", "extra_trees", 300, 4, 2, "signed zeros", FEW),
    ("signed-zeros-tree", "decision_tree", 300, 4, 2, "signed zeros", {}),
    ("wide", "random_forest", 40, 300, 2, "normal", FEW),
    ("large", "random_forest", 30000, 4, 3, "normal", {"n_estimators": 2}),
    ("large-extra", "extra_trees", 30000, 4, 2, "normal", {"n_estimators": 2}),
    ("large-tree", "decision_tree", 30000, 3, 2, "normal", {}),
    ("separable", "random_forest", 30000, 8, 2, "separable", {"n_estimators": 2}),
    ("depth", "random_forest", 800, 8, 2, "normal", {**FEW, "max_depth": 4}),
    ("leaf", "random_forest", 800, 8, 2, "normal", {**FEW, "min_samples_leaf": 5}),
    ("leaf-share", "extra_trees", 801, 8, 3, "normal", {**FEW, "min_samples_leaf": 0.01}),
    ("leaf-tree", "decision_tree", 801, 8, 3, "rounded", {"min_samples_leaf": 7}),
    ("split", "random_forest", 800, 8, 4, "normal", {**FEW, "min_samples_split": 20}),
    ("split-share", "decision_tree", 799, 8, 4, "normal", {"min_samples_split": 0.07}),
    ("gain", "random_forest", 800, 8, 2, "normal", {**FEW, "min_impurity_decrease": 0.004}),
    ("gain-extra", "extra_trees", 800, 8, 2, "normal", {**FEW, "min_impurity_decrease": 0.002}),
    ("all-features", "random_forest", 500, 7, 2, "rounded", {**FEW, "max_features": None}),
    ("log-features", "random_forest", 500, 40, 2, "normal", {**FEW, "max_features": "log2"}),
    ("some-features", "extra_trees", 500, 40, 2, "normal", {**FEW, "max_features": 0.4}),
    ("three-features", "decision_tree", 500, 40, 2, "normal", {"max_features": 3}),
    ("one-feature", "random_forest", 500, 5, 2, "constant", {**FEW, "max_features": 0.2}),
    ("no-bootstrap", "random_forest", 600, 6, 3, "normal", {**FEW, "bootstrap": False}),
    ("bootstrap-extra", "extra_trees", 600, 6, 3, "normal", {**FEW, "bootstrap": True}),
    ("samples", "random_forest", 900, 6, 2, "normal", {**FEW, "max_samples": 100}),
    ("samples-share", "random_forest", 900, 6, 2, "rounded", {**FEW, "max_samples": 0.3}),
    ("entropy", "random_forest", 600, 6, 3, "normal", {**FEW, "criterion": "entropy"}),
    ("log-loss-extra", "extra_trees", 600, 6, 2, "rounded", {**FEW, "criterion": "log_loss"}),
    ("entropy-tree", "decision_tree", 600, 6, 2, "normal", {"criterion": "entropy"}),
    ("seed-0", "random_forest", 500, 6, 2, "normal", {**FEW, "random_state": 0}),
    ("seed-max", "extra_trees", 500, 6, 2, "normal", {**FEW, "random_state": 4294967295}),
    ("balanced", "random_forest", 900, 6, 3, "rounded", {**FEW, "class_weight": "balanced"}),
    ("balanced-extra", "extra_trees", 900, 6, 3, "rounded", {**FEW, "class_weight": "balanced"}),
    ("balanced-tree", "decision_tree", 900, 6, 3, "rounded", {"class_weight": "balanced"}),
    ("balanced-tree-2", "decision_tree", 3000, 6, 2, "normal", {"class_weight": "balanced"}),
    ("subsample", "random_forest", 900, 6, 3, "rounded", {**FEW, "class_weight": "balanced_subsample"}),
    ("subsample-2", "random_forest", 3000, 6, 2, "normal", {**FEW, "class_weight": "balanced_subsample"}),
    ("subsample-all", "extra_trees", 500, 6, 2, "counts", {**FEW, "class_weight": "balanced_subsample"}),
    ("weighted", "random_forest", 800, 6, 2, "rounded, weighted", FEW),
    ("weighted-extra", "extra_trees", 800, 6, 3, "rounded, weighted", FEW),
    ("weighted-tree", "decision_tree", 800, 6, 3, "rounded, weighted", {}),
    ("weighted-entropy", "decision_tree", 800, 6, 3, "normal, weighted", {"criterion": "entropy"}),
    (
        "weighted-no-bootstrap",
        "random_forest",
        800,
        6,
        3,
        "constant, weighted",
        {**FEW, "bootstrap": False, "class_weight": "balanced"},
    ),
    (
        "weighted-share",
        "random_forest",
        800,
        6,
        2,
        "normal, weighted",
        {**FEW, "max_samples": 0.5, "class_weight": "balanced", "min_samples_leaf": 2},
    ),
    ("counted", "decision_tree", 800, 6, 2, "rounded, counted", {}),
    ("counted-extra", "extra_trees", 800, 6, 3, "counts, counted", FEW),
]


def data(rows: int, columns: int, classes: int, kind: str):
    """A matrix, the class of each row, and weights or nothing."""
    random = np.random.RandomState(rows + columns + classes)
    kind, _, weighing = kind.partition(", ")
    samples = random.randn(rows, columns)
    signal = samples[:, : max(1, columns // 2)].sum(axis=1) + random.randn(rows)
    if kind == "separable":
        signal = samples[:, 0]
    # Some classes are rarer than others.
    edges = np.quantile(signal, 1 - 0.55 ** np.arange(1, classes))
    labels = np.searchsorted(edges, signal).astype("u4")
    labels[:classes] = np.arange(classes)
    if kind == "constant":
        samples[:, ::2] = 3.25
    elif kind == "rounded":
        samples = np.round(samples)
    elif kind == "nearly constant":
        samples = 1 + 6e-8 * random.randint(0, 9, (rows, columns))
    elif kind == "all equal":
        samples[:] = 1.5
    elif kind == "counts":
        samples = random.poisson(np.abs(samples)).astype(float)
    elif kind == "huge":
        samples *= 1e37
    elif kind == "signed zeros":
        samples = np.sign(samples) * (np.abs(samples) > 1)
    weights = None
    if weighing == "weighted":
        weights = random.rand(rows) * (random.rand(rows) > 0.1)
    elif weighing == "counted":
        weights = random.randint(0, 4, rows).astype(float)
    return np.ascontiguousarray(samples), labels, weights


def generate(folder: pathlib.Path, count: int) -> None:
    cases = []
    for name, algorithm, rows, columns, classes, kind, parameters in CASES[:count]:
        samples, labels, weights = data(rows, columns, classes, kind)
        samples.tofile(folder / f"{name}.matrix")
        labels.tofile(folder / f"{name}.labels")
        if weights is not None:
            weights.tofile(folder / f"{name}.weights")
        case = {"name": name, "columns": columns, "classes": classes, "weighted": weights is not None}
        cases.append({**case, "algorithm": {"type": algorithm, **parameters}})
    (folder / "cases.json").write_text(json.dumps(cases))


def trees_of(model) -> list:
    return list(model.estimators_) if hasattr(model, "estimators_") else [model]


def differences(model, real, samples: np.ndarray, scores: np.ndarray) -> list[str]:
    """What differs between a model that was read and a real fit."""
    found = []

    def check(ok, what: str) -> None:
        if not bool(ok):
            found.append(what)

    trees = list(zip(trees_of(model), trees_of(real), strict=True))
    states = [(a.tree_.__getstate__(), b.tree_.__getstate__()) for a, b in trees]
    # Every bit of every node: all fields, and the padding.
    check(all(a["nodes"].tobytes() == b["nodes"].tobytes() for a, b in states), "nodes differ")
    check(all(a["nodes"].dtype == b["nodes"].dtype for a, b in states), "node dtypes differ")
    check(all(a["values"].tobytes() == b["values"].tobytes() for a, b in states), "values differ")
    check(all(a["values"].shape == b["values"].shape for a, b in states), "shapes of values differ")
    check(all(a["max_depth"] == b["max_depth"] for a, b in states), "depths differ")
    check(all(a.get_params() == b.get_params() for a, b in trees), "parameters of trees differ")
    for a, b in [*trees, (model, real)]:
        check(type(a) is type(b), f"{type(a)}, not {type(b)}")
        check(set(vars(a)) == set(vars(b)), f"attributes: {set(vars(a)) ^ set(vars(b))}")
        for name, value in vars(b).items():
            mine = vars(a).get(name)
            check(type(mine) is type(value), f"type of {name} is {type(mine)}, not {type(value)}")
            if isinstance(value, np.ndarray):
                check(mine.dtype == value.dtype and mine.tobytes() == value.tobytes(), f"{name} differs")
            elif isinstance(value, (bool, int, float, str, tuple, np.integer)) or value is None:
                check(mine == value, f"{name} differs")
    check(repr(model) == repr(real) and model.get_params() == real.get_params(), "parameters differ")
    if hasattr(real, "estimators_samples_"):
        pairs = zip(model.estimators_samples_, real.estimators_samples_, strict=True)
        check(all(np.array_equal(a, b) for a, b in pairs), "estimators_samples_ differ")
        check(model.estimator_.get_params() == real.estimator_.get_params(), "estimator_ differs")

    real_scores = real.predict_proba(samples)
    check((model.predict_proba(samples) == real_scores).all(), "probabilities differ")
    apart = np.abs(scores - real_scores).max()
    check(apart <= 1e-15, f"our own probabilities are {apart:.1e} apart")
    check((model.predict(samples) == real.predict(samples)).all(), "predictions differ")
    check((model.feature_importances_ == real.feature_importances_).all(), "importances differ")
    return found


def compare(folder: pathlib.Path) -> int:
    equal = 0
    cases = json.loads((folder / "cases.json").read_text())
    for case in cases:
        name, parameters = case["name"], dict(case["algorithm"])
        samples = np.fromfile(folder / f"{name}.matrix").reshape(-1, case["columns"])
        labels = np.fromfile(folder / f"{name}.labels", dtype="u4").astype(np.int64)
        weights = np.fromfile(folder / f"{name}.weights") if case["weighted"] else None
        scores = np.fromfile(folder / f"{name}.scores").reshape(-1, case["classes"])
        kind = CLASSES[parameters.pop("type")]
        real = kind(**{"random_state": 42, **parameters}).fit(samples, labels, sample_weight=weights)
        model = joblib.load(folder / f"{name}.joblib")
        found = differences(model, real, samples, scores)

        # It lives on as a real one does.
        again = clone(model).fit(samples, labels, sample_weight=weights)
        nodes = [trees_of(fit)[0].tree_.__getstate__()["nodes"].tobytes() for fit in (again, real)]
        if nodes[0] != nodes[1]:
            found.append("fitted again, nodes differ from the real ones")
        buffer = io.BytesIO()
        joblib.dump(model, buffer)
        buffer.seek(0)
        copies = [joblib.load(buffer), pickle.loads(pickle.dumps(model))]
        with open(folder / f"{name}.joblib", "rb") as file:
            copies.append(pickle.load(file))
        some = samples[:100]
        if not all((copy.predict_proba(some) == model.predict_proba(some)).all() for copy in copies):
            found.append("copies score differently")

        equal += not found
        if found:
            print(f"{name}: {'; '.join(dict.fromkeys(found))}")
    print(f"{equal} models are equal")
    return 0 if equal == len(cases) else 1


if __name__ == "__main__":
    command, folder = sys.argv[1], pathlib.Path(sys.argv[2])
    sys.exit(compare(folder) if command == "compare" else generate(folder, int(sys.argv[3])))
