"""Models of neighbours, compared with real fits of scikit-learn by brute force.

`generate DIR` makes matrices, classes and queries; `compare DIR` checks what was fitted and written for them.
"""

import io
import json
import pathlib
import pickle
import sys

import joblib
import numpy as np
from sklearn.base import clone
from sklearn.neighbors import KNeighborsClassifier, LocalOutlierFactor, NearestNeighbors
from sklearn.utils.random import sample_without_replacement

# name, rows, columns, kind of data, number of classes (0: none given), algorithm
CASES = [
    ("normal-cosine", 300, 6, "normal", 2, {"type": "nearest_normal"}),
    ("normal-euclidean", 300, 6, "normal", 2, {"type": "nearest_normal", "metric": "euclidean"}),
    ("all-cosine", 200, 40, "normal", 0, {"type": "nearest_normal", "metric": "cosine"}),
    ("counts-cosine", 2000, 7, "counts", 2, {"type": "nearest_normal"}),
    ("counts-euclidean", 2000, 7, "counts", 3, {"type": "nearest_normal", "metric": "euclidean"}),
    ("one-row", 1, 3, "normal", 0, {"type": "nearest_normal", "metric": "euclidean"}),
    ("more-columns", 20, 90, "normal", 0, {"type": "nearest_normal", "metric": "euclidean"}),
    ("all-equal", 50, 3, "all equal", 0, {"type": "nearest_normal"}),
    ("far-off", 400, 4, "far off", 0, {"type": "nearest_normal", "metric": "euclidean"}),
    ("all-manhattan", 300, 6, "normal", 0, {"type": "nearest_normal", "metric": "manhattan"}),
    ("counts-manhattan", 2000, 7, "counts", 2, {"type": "nearest_normal", "metric": "manhattan"}),
    ("fifth-cosine", 300, 6, "normal", 0, {"type": "nearest_normal", "n_neighbors": 5}),
    (
        "fifth-euclidean",
        300,
        6,
        "normal",
        2,
        {"type": "nearest_normal", "n_neighbors": 5, "metric": "euclidean"},
    ),
    (
        "fifth-manhattan-repeated",
        900,
        3,
        "repeated",
        0,
        {"type": "nearest_normal", "n_neighbors": 5, "metric": "manhattan"},
    ),
    (
        "twentieth-counts",
        2000,
        7,
        "counts",
        3,
        {"type": "nearest_normal", "n_neighbors": 20, "metric": "manhattan"},
    ),
    ("more-than-there-are", 9, 3, "normal", 0, {"type": "nearest_normal", "n_neighbors": 50}),
    (
        "drawn",
        500,
        4,
        "repeated",
        2,
        {"type": "nearest_normal", "n_neighbors": 3, "metric": "manhattan", "max_samples": 60},
    ),
    (
        "drawn-distinct",
        500,
        3,
        "repeated",
        0,
        {"type": "nearest_normal", "max_samples": 40, "random_state": 7},
    ),
    ("lof", 500, 8, "normal", 0, {"type": "local_outlier_factor"}),
    ("lof-few", 30, 2, "normal", 0, {"type": "local_outlier_factor", "n_neighbors": 1}),
    ("lof-most", 30, 2, "normal", 0, {"type": "local_outlier_factor", "n_neighbors": 29}),
    ("lof-wide", 60, 200, "normal", 0, {"type": "local_outlier_factor", "n_neighbors": 5}),
    ("lof-counts", 1500, 4, "counts", 0, {"type": "local_outlier_factor", "n_neighbors": 10}),
    ("lof-repeated", 900, 3, "repeated", 0, {"type": "local_outlier_factor", "n_neighbors": 15}),
    ("lof-all-equal", 60, 3, "all equal", 0, {"type": "local_outlier_factor", "n_neighbors": 5}),
    ("lof-constant", 300, 5, "constant", 0, {"type": "local_outlier_factor"}),
    ("lof-large", 3000, 12, "normal", 0, {"type": "local_outlier_factor"}),
    ("knn", 500, 8, "normal", 2, {"type": "k_neighbors"}),
    ("knn-three", 500, 8, "normal", 3, {"type": "k_neighbors", "n_neighbors": 4}),
    ("knn-weighted", 500, 8, "normal", 3, {"type": "k_neighbors", "weights": "distance"}),
    ("knn-one", 90, 2, "normal", 5, {"type": "k_neighbors", "n_neighbors": 1}),
    ("knn-all", 40, 2, "normal", 2, {"type": "k_neighbors", "n_neighbors": 40}),
    ("knn-ties", 700, 3, "counts", 3, {"type": "k_neighbors", "n_neighbors": 6}),
    ("knn-ties-weighted", 700, 3, "counts", 3, {"type": "k_neighbors", "weights": "distance"}),
    ("knn-manhattan", 700, 5, "normal", 2, {"type": "k_neighbors", "metric": "manhattan"}),
    (
        "knn-manhattan-ties",
        700,
        3,
        "counts",
        2,
        {"type": "k_neighbors", "metric": "manhattan", "weights": "distance", "n_neighbors": 9},
    ),
    ("knn-cosine", 700, 5, "normal", 3, {"type": "k_neighbors", "metric": "cosine", "weights": "distance"}),
    ("knn-wide", 30, 100, "normal", 2, {"type": "k_neighbors"}),
]
CLASSES = {
    "nearest_normal": NearestNeighbors,
    "local_outlier_factor": LocalOutlierFactor,
    "k_neighbors": KNeighborsClassifier,
}


def matrix(rows: int, columns: int, kind: str, seed: int) -> np.ndarray:
    random = np.random.RandomState(seed)
    samples = random.randn(rows, columns)
    if kind == "counts":
        samples = random.poisson(0.7, (rows, columns)).astype(float)
    elif kind == "repeated":
        # More copies of some rows than there are neighbours, and few of others.
        samples = np.round(samples)
    elif kind == "all equal":
        samples[:] = 1.5
    elif kind == "constant":
        samples[:, ::2] = 3.25
    elif kind == "far off":
        samples[:, 1] += 1e4
    return samples


def generate(folder: pathlib.Path) -> None:
    cases = []
    for name, rows, columns, kind, count, algorithm in CASES:
        samples = matrix(rows, columns, kind, rows + columns)
        classes = np.random.RandomState(1).randint(0, count, rows).tolist() if count else []
        queries = np.vstack([matrix(100, columns, kind, 5), samples[:20]])
        if algorithm.get("metric") != "cosine" or algorithm["type"] == "nearest_normal":
            # At cosine distance 1 from everything: whose votes count, scikit-learn leaves to chance.
            queries = np.vstack([queries, np.zeros((1, columns))])
        samples.tofile(folder / f"{name}.matrix")
        queries.tofile(folder / f"{name}.queries")
        cases.append({"name": name, "columns": columns, "classes": classes, "algorithm": algorithm})
    (folder / "cases.json").write_text(json.dumps(cases))


def fit(case: dict, samples: np.ndarray):
    """The same fit by scikit-learn."""
    parameters = dict(case["algorithm"])
    kind = parameters.pop("type")
    classes = np.array(case["classes"], dtype=int)
    if kind == "nearest_normal":
        most, seed = parameters.pop("max_samples", None), parameters.pop("random_state", 42)
        parameters = {"metric": "cosine", "n_neighbors": 1, **parameters}
        samples = samples[classes == 0] if len(classes) else samples
        if parameters["n_neighbors"] == 1:
            _, first = np.unique(samples + 0.0, axis=0, return_index=True)
            samples = samples[np.sort(first)]
        if most is not None and most < len(samples):
            samples = samples[np.sort(sample_without_replacement(len(samples), most, random_state=seed))]
        samples = np.ascontiguousarray(samples)
        parameters["n_neighbors"] = min(parameters["n_neighbors"], len(samples))
    elif kind == "local_outlier_factor":
        parameters |= {"novelty": True, "contamination": 0.1}
    else:
        parameters.setdefault("metric", "euclidean")
    return CLASSES[kind](algorithm="brute", **parameters).fit(samples, classes if len(classes) else None)


def scores(model, queries: np.ndarray) -> np.ndarray:
    if isinstance(model, NearestNeighbors):
        return -model.kneighbors(queries)[0][:, -1:]
    if isinstance(model, LocalOutlierFactor):
        return model.score_samples(queries)[:, None]
    return model.predict_proba(queries)


def near(a: np.ndarray, b: np.ndarray) -> bool:
    """To 1e-9 of the number and of 1."""
    return a.shape == b.shape and np.allclose(a, b, rtol=1e-9, atol=1e-9)


def differences(model, real, queries: np.ndarray, ours: np.ndarray) -> list[str]:
    found = []
    if set(vars(model)) != set(vars(real)):
        found.append(f"attributes: {set(vars(model)) ^ set(vars(real))}")
    for name, value in vars(real).items():
        mine = vars(model).get(name)
        if type(mine) is not type(value):
            found.append(f"type of {name}: {type(mine)}, not {type(value)}")
        elif name == "offset_":
            continue
        elif isinstance(value, np.ndarray):
            if (mine.dtype, mine.shape) != (value.dtype, value.shape):
                found.append(f"shape of {name}: {mine.dtype} {mine.shape}, not {value.dtype} {value.shape}")
            elif not near(mine, value):
                found.append(f"{name} differs by {np.abs(mine - value).max():.1e}")
        elif mine != value:
            found.append(f"{name} is {mine!r}, not {value!r}")
    if repr(model) != repr(real) or model.get_params() != real.get_params():
        found.append("parameters differ")
    expected = scores(real, queries)
    if isinstance(real, NearestNeighbors) and real.metric == "euclidean":
        # scikit-learn takes |x|² - 2xy + |y|², which rounds as the squares do; ours are the differences.
        apart = np.sort(np.linalg.norm(queries[:, None] - real._fit_X, axis=2))
        apart = apart[:, real.n_neighbors - 1, None]
        rounding = 1e-14 * (1 + (queries**2).sum(axis=1).max())
        if np.abs(apart**2 - expected**2).max() > rounding:
            found.append("scikit-learn's distances are not the differences")
        expected = -apart
    elif isinstance(real, KNeighborsClassifier) and real.weights == "distance":
        # So a sample is at a distance of 1e-8 or so from itself there: others still weigh 1e-7.
        itself = (queries[:, None] == real._fit_X).all(axis=2).any(axis=1)
        if np.abs(ours - expected)[itself].max(initial=0) > 1e-6:
            found.append("our scores of samples learned from differ")
        expected = np.where(itself[:, None], ours, expected)
    exact = isinstance(real, NearestNeighbors)
    if not (np.allclose(ours, expected, rtol=1e-12, atol=1e-12) if exact else near(ours, expected)):
        found.append(f"our scores differ by {np.abs(ours - expected).max():.1e}")
    if not near(scores(model, queries), scores(real, queries)):
        found.append("the read model scores differently")
    if isinstance(real, KNeighborsClassifier):
        predictions = real.predict(queries)
        if not np.array_equal(model.predict(queries), predictions):
            found.append("the read model predicts differently")
        if not np.array_equal(ours.argmax(axis=1), predictions):
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
        again = clone(model).fit(model._fit_X, getattr(model, "_y", None))
        if not near(scores(again, queries), scores(real, queries)):
            found.append("fitted again, it scores differently")
        buffer = io.BytesIO()
        joblib.dump(model, buffer)
        buffer.seek(0)
        copies = [joblib.load(buffer), pickle.loads(pickle.dumps(model))]
        with open(folder / f"{name}.joblib", "rb") as file:
            copies.append(pickle.load(file))
        if not all(np.array_equal(scores(copy, queries), scores(model, queries)) for copy in copies):
            found.append("copies score differently")
        equal += not found
        if found:
            print(f"{name}: {'; '.join(found)}")
    print(f"{equal} models are equal")
    return 0 if equal == len(cases) else 1


if __name__ == "__main__":
    command, folder = sys.argv[1], pathlib.Path(sys.argv[2])
    sys.exit(compare(folder) if command == "compare" else generate(folder))
