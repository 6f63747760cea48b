"""Envelopes and support vector machines, compared with real fits of scikit-learn.

`generate DIR` makes matrices, classes and queries; `compare DIR` checks what was fitted and written for them.
"""

import io
import json
import pathlib
import pickle
import sys
import warnings

import joblib
import numpy as np
from sklearn.base import clone
from sklearn.covariance import EllipticEnvelope
from sklearn.decomposition import PCA
from sklearn.svm import SVC, OneClassSVM

# name, rows, columns, kind of data, number of classes (0: none given), parameters
ENVELOPES = [
    ("envelope", 200, 3, "normal", 0, {}),
    ("envelope-two-rows", 2, 1, "normal", 0, {}),
    ("envelope-one-column", 300, 1, "normal", 0, {}),
    ("envelope-one-column-all", 40, 1, "normal", 0, {"support_fraction": 1.0}),
    ("envelope-subsets", 750, 4, "normal", 0, {}),
    ("envelope-pooled", 1500, 5, "normal", 0, {"random_state": 0}),
    ("envelope-full", 2300, 6, "mixed", 0, {"random_state": 4294967295}),
    ("envelope-wide", 400, 30, "mixed", 0, {}),
    ("envelope-support", 600, 3, "mixed", 0, {"support_fraction": 0.9}),
    ("envelope-all", 300, 3, "normal", 0, {"support_fraction": 1.0}),
    ("envelope-centered", 300, 4, "mixed", 0, {"assume_centered": True}),
    ("envelope-correlated", 900, 5, "correlated", 0, {}),
]
COMPONENTS = [
    ("components", 400, 6, "mixed", 0, {}),
    ("components-count", 300, 5, "shifted", 0, {"n_components": 2}),
    ("components-most", 300, 5, "correlated", 0, {"n_components": 0.9999}),
    ("components-all", 300, 4, "mixed", 0, {"n_components": 4}),
    ("components-one-column", 300, 1, "normal", 0, {}),
    ("components-wide", 30, 60, "normal", 0, {"n_components": 5}),
    ("components-many", 500, 80, "mixed", 0, {"n_components": 0.7}),
]
ONE_CLASS = [
    ("one-class", 300, 5, "normal", 0, {}),
    ("one-class-nu", 500, 4, "mixed", 0, {"nu": 0.05}),
    ("one-class-large", 2500, 6, "mixed", 0, {"nu": 0.2}),
    ("one-class-linear", 300, 4, "shifted", 0, {"kernel": "linear", "nu": 0.3}),
    ("one-class-poly", 300, 4, "shifted", 0, {"kernel": "poly", "degree": 2, "coef0": 1.0, "gamma": 0.1}),
    ("one-class-sigmoid", 300, 4, "normal", 0, {"kernel": "sigmoid", "gamma": 0.05}),
    ("one-class-tight", 400, 4, "mixed", 0, {"tol": 1e-8, "nu": 0.3, "gamma": "auto"}),
    ("one-class-unshrunk", 400, 4, "mixed", 0, {"shrinking": False, "nu": 0.3}),
    ("one-class-repeated", 400, 3, "repeated", 0, {"nu": 0.25}),
    ("one-class-constant", 50, 3, "all equal", 0, {}),
    ("one-class-weighted", 300, 4, "normal", 0, {"nu": 0.3}),
    ("one-class-one-row", 1, 2, "normal", 0, {}),
]
CLASSIFICATION = [
    ("svc", 300, 5, "normal", 2, {}),
    ("svc-noise", 600, 5, "mixed", 2, {"C": 20.0}),
    ("svc-large", 2500, 6, "mixed", 2, {}),
    ("svc-linear", 300, 5, "normal", 2, {"kernel": "linear", "C": 0.5}),
    ("svc-poly", 300, 4, "normal", 2, {"kernel": "poly", "coef0": 1.0}),
    ("svc-sigmoid", 300, 4, "normal", 2, {"kernel": "sigmoid", "gamma": 0.05}),
    ("svc-three", 500, 4, "mixed", 3, {}),
    ("svc-five", 500, 4, "normal", 5, {"C": 3.0, "gamma": 0.7}),
    ("svc-five-linear", 400, 4, "normal", 5, {"kernel": "linear"}),
    ("svc-balanced", 500, 4, "normal", 3, {"class_weight": "balanced"}),
    ("svc-tight", 400, 4, "mixed", 2, {"tol": 1e-8}),
    ("svc-unshrunk", 500, 4, "mixed", 2, {"shrinking": False, "C": 5.0}),
    ("svc-repeated", 500, 3, "repeated", 3, {}),
    ("svc-weighted", 400, 4, "mixed", 3, {}),
    ("svc-small-cache", 1500, 4, "mixed", 2, {"cache_size": 1, "C": 10.0}),
    ("svc-wide", 30, 90, "normal", 2, {}),
]
CASES = [
    (*case[:5], {"type": kind, **case[5]})
    for kind, cases in [
        ("elliptic_envelope", ENVELOPES),
        ("pca", COMPONENTS),
        ("one_class_svm", ONE_CLASS),
        ("svc", CLASSIFICATION),
    ]
    for case in cases
]


def matrix(rows: int, columns: int, kind: str, seed: int) -> np.ndarray:
    random = np.random.RandomState(seed)
    samples = random.randn(rows, columns)
    if kind == "mixed":
        samples[: rows // 8] *= 4
        samples[: rows // 8] += 3
    elif kind == "shifted":
        samples += 3
    elif kind == "correlated":
        samples = samples @ random.randn(columns, columns) * 10.0 ** random.randint(-2, 3, columns)
    elif kind == "repeated":
        samples = np.round(samples)
    elif kind == "all equal":
        samples[:] = 1.5
    return samples


def classes_of(samples: np.ndarray, count: int) -> list[int]:
    """Sums of the first columns, cut where each class has about its share, a tenth of them wrong."""
    if count == 0:
        return []
    random = np.random.RandomState(1)
    value = samples[:, 0] + 0.5 * np.sin(2 * samples[:, 1])
    classes = np.searchsorted(np.quantile(value, np.linspace(0, 1, count + 1)[1:-1] ** 1.5), value)
    wrong = random.rand(len(samples)) < 0.1
    classes[wrong] = random.randint(0, count, wrong.sum())
    return classes.tolist()


def generate(folder: pathlib.Path) -> None:
    cases = []
    for name, rows, columns, kind, count, algorithm in CASES:
        samples = matrix(rows, columns, kind, rows + columns)
        queries = np.vstack([matrix(150, columns, kind, 5) * 1.5, samples[:50]])
        samples.tofile(folder / f"{name}.matrix")
        queries.tofile(folder / f"{name}.queries")
        weights = np.random.RandomState(2).rand(rows).tolist() if "weighted" in name else []
        cases.append(
            {
                "name": name,
                "columns": columns,
                "classes": classes_of(samples, count),
                "weights": weights,
                "algorithm": algorithm,
            }
        )
    (folder / "cases.json").write_text(json.dumps(cases))


def fit(case: dict, samples: np.ndarray):
    """The same fit by scikit-learn."""
    parameters = dict(case["algorithm"])
    kind = parameters.pop("type")
    if kind == "elliptic_envelope":
        with warnings.catch_warnings():
            # scikit-learn's C-step says so where rounding makes a determinant rise.
            warnings.filterwarnings("ignore", message="Determinant has increased")
            return EllipticEnvelope(**{"random_state": 42, "contamination": 0.1, **parameters}).fit(samples)
    if kind == "pca":
        return PCA(svd_solver="full", **{"n_components": 0.9, **parameters}).fit(samples)
    weights = case["weights"] or None
    if kind == "one_class_svm":
        return OneClassSVM(**parameters).fit(samples, sample_weight=weights)
    return SVC(break_ties=True, **parameters).fit(samples, case["classes"], sample_weight=weights)


def differences(model, real, queries: np.ndarray, ours: np.ndarray) -> list[str]:
    found = []
    envelope = isinstance(real, (EllipticEnvelope, PCA))
    tolerance = 1e-9 if envelope else 1e-6

    def near(a, b) -> bool:
        a, b = np.asarray(a), np.asarray(b)
        scale = max(np.abs(b).max(initial=0), 1e-300) if envelope else 1 + np.abs(b).max(initial=0)
        return a.shape == b.shape and np.abs(a - b).max(initial=0) <= tolerance * scale

    if set(vars(model)) != set(vars(real)):
        found.append(f"attributes: {set(vars(model)) ^ set(vars(real))}")
    for name, value in vars(real).items():
        if envelope and queries.shape[1] == 1 and name in ("raw_support_", "raw_covariance_"):
            # The two ends of the interval are equally far from its middle: only one belongs, whichever.
            continue
        mine = vars(model).get(name)
        if type(mine) is not type(value):
            found.append(f"type of {name}: {type(mine)}, not {type(value)}")
        elif isinstance(value, np.ndarray):
            if (mine.dtype, mine.shape) != (value.dtype, value.shape):
                found.append(f"shape of {name}: {mine.dtype} {mine.shape}, not {value.dtype} {value.shape}")
            elif value.dtype.kind in "ib":
                if not np.array_equal(mine, value):
                    found.append(f"{name} differs in {(mine != value).sum()} of {value.size}")
            elif not near(mine, value):
                found.append(f"{name} differs by {np.abs(mine - value).max():.1e}")
        elif isinstance(value, float):
            if not near(mine, value):
                found.append(f"{name} is {mine!r}, not {value!r}")
        elif mine != value:
            found.append(f"{name} is {mine!r}, not {value!r}")
    if repr(model) != repr(real) or model.get_params() != real.get_params():
        found.append("parameters differ")
    score = "decision_function" if isinstance(real, SVC) else "score_samples"
    expected = getattr(real, score)(queries).reshape(len(queries), -1)
    if not near(ours, expected):
        found.append(f"our scores differ by {np.abs(ours - expected).max():.1e}")
    if not near(getattr(model, score)(queries).reshape(expected.shape), expected):
        found.append("the read model scores differently")
    if isinstance(real, PCA):
        return found
    # A sample on the boundary itself may fall either way.
    decisions = real.decision_function(queries)
    apart = np.abs(decisions) if decisions.ndim == 1 else np.diff(np.sort(decisions, axis=1)[:, -2:])[:, 0]
    clear = apart > 10 * tolerance * (1 + np.abs(decisions).max())
    if not np.array_equal(model.predict(queries)[clear], real.predict(queries)[clear]):
        found.append("the read model predicts differently")
    if isinstance(real, SVC):
        ours = (ours[:, 0] > 0).astype(int) if ours.shape[1] == 1 else ours.argmax(axis=1)
        if not np.array_equal(ours[clear], real.predict(queries)[clear]):
            found.append("our predictions differ")
    return found


def compare(folder: pathlib.Path) -> int:
    equal = 0
    cases = json.loads((folder / "cases.json").read_text())
    for case in cases:
        name, columns = case["name"], case["columns"]
        samples = np.fromfile(folder / f"{name}.matrix").reshape(-1, columns)
        queries = np.fromfile(folder / f"{name}.queries").reshape(-1, columns)
        ours = np.fromfile(folder / f"{name}.scores").reshape(len(queries), -1)
        real = fit(case, samples)
        model = joblib.load(folder / f"{name}.joblib")
        found = differences(model, real, queries, ours)

        # It lives on as a real one does.
        decide = (
            type(model).score_samples if case["algorithm"]["type"] == "pca" else type(model).decision_function
        )
        with warnings.catch_warnings():
            warnings.filterwarnings("ignore", message="Determinant has increased")
            arguments = {"sample_weight": case["weights"] or None} if "svm" in type(model).__module__ else {}
            again = clone(model).fit(samples, case["classes"] or None, **arguments)
        if not np.array_equal(decide(again, queries), decide(real, queries)):
            found.append("fitted again, it decides differently")
        buffer = io.BytesIO()
        joblib.dump(model, buffer)
        buffer.seek(0)
        copies = [joblib.load(buffer), pickle.loads(pickle.dumps(model))]
        with open(folder / f"{name}.joblib", "rb") as file:
            copies.append(pickle.load(file))
        if not all(np.array_equal(decide(copy, queries), decide(model, queries)) for copy in copies):
            found.append("copies decide differently")
        equal += not found
        if found:
            print(f"{name}: {'; '.join(found)}")
    print(f"{equal} models are equal")
    return 0 if equal == len(cases) else 1


if __name__ == "__main__":
    command, folder = sys.argv[1], pathlib.Path(sys.argv[2])
    sys.exit(compare(folder) if command == "compare" else generate(folder))
