"""What `fit.rs` measures, measured of scikit-learn: the same arguments, the same report.

`--pickle FILE --scores FILE --same` compares the model with what `fit.rs` wrote: every node of every tree,
the scores, the area under the ROC curve, and what logistic regression minimises. Two threads (`n_jobs=2`)
where scikit-learn can use them.
"""

import argparse
import json
import pathlib
import statistics
import time

import joblib
import numpy as np
from sklearn import ensemble, linear_model, metrics, naive_bayes, neighbors, svm, tree
from sklearn.covariance import EllipticEnvelope
from sklearn.decomposition import PCA

CLASSES = {
    "isolation_forest": ensemble.IsolationForest,
    "local_outlier_factor": neighbors.LocalOutlierFactor,
    "one_class_svm": svm.OneClassSVM,
    "elliptic_envelope": EllipticEnvelope,
    "pca": PCA,
    "logistic_regression": linear_model.LogisticRegression,
    "random_forest": ensemble.RandomForestClassifier,
    "extra_trees": ensemble.ExtraTreesClassifier,
    "decision_tree": tree.DecisionTreeClassifier,
    "hist_gradient_boosting": ensemble.HistGradientBoostingClassifier,
    "k_neighbors": neighbors.KNeighborsClassifier,
    "gaussian_nb": naive_bayes.GaussianNB,
    "svc": svm.SVC,
}


def estimator(specification: dict, contamination: float | None):
    parameters = dict(specification)
    kind = CLASSES[parameters.pop("type")]
    names = kind().get_params()
    if "random_state" in names:
        parameters.setdefault("random_state", 42)
    if "n_jobs" in names and kind is not linear_model.LogisticRegression:
        parameters["n_jobs"] = 2
    if kind is neighbors.LocalOutlierFactor:
        parameters["novelty"] = True
    if kind is ensemble.HistGradientBoostingClassifier:
        # Above 10,000 samples it would stop early on a part that it holds back.
        parameters["early_stopping"] = False
    if kind is PCA:
        parameters["svd_solver"] = "full"
    elif contamination is not None:
        parameters["contamination"] = contamination
    return kind(**parameters)


def scores(model, samples: np.ndarray) -> np.ndarray:
    for name in ("score_samples", "predict_proba", "decision_function"):
        if hasattr(model, name):
            return getattr(model, name)(samples)
    raise TypeError(f"{type(model).__name__} does not score")


def timed(run, times: int) -> float:
    spent = []
    for _ in range(times):
        start = time.perf_counter()
        run()
        spent.append(time.perf_counter() - start)
    return statistics.median(spent)


def memory(name: str) -> int | None:
    for line in pathlib.Path("/proc/self/status").read_text().splitlines():
        if line.startswith(name):
            return 1024 * int(line.split()[1])
    return None


def same_trees(model, real) -> bool:
    pairs = zip(trees_of(model), trees_of(real), strict=True)
    states = ((a.tree_.__getstate__(), b.tree_.__getstate__()) for a, b in pairs)
    return all(
        a["nodes"].tobytes() == b["nodes"].tobytes() and a["values"].tobytes() == b["values"].tobytes()
        for a, b in states
    )


def trees_of(model) -> list:
    return list(getattr(model, "estimators_", [model] if hasattr(model, "tree_") else []))


def objective(model, samples: np.ndarray, labels: np.ndarray) -> float:
    """What logistic regression minimises, per sample."""
    loss = metrics.log_loss(labels, model.predict_proba(samples))
    return loss + 0.5 * float((model.coef_**2).sum()) / (model.C * len(labels))


def compare(real, pickle: pathlib.Path, path: pathlib.Path, samples: np.ndarray, labels) -> dict:
    model = joblib.load(pickle)
    ours = np.fromfile(path).reshape(len(samples), -1)
    theirs = scores(real, samples).reshape(len(samples), -1)
    report = {"scores_apart": float(np.abs(ours - theirs).max())}
    if trees_of(real):
        report["same_trees"] = same_trees(model, real)
    elif isinstance(real, linear_model.LogisticRegression):
        report["objective"] = [objective(either, samples, labels) for either in (model, real)]
    elif isinstance(real, ensemble.HistGradientBoostingClassifier):
        report["roc_auc"] = [float(metrics.roc_auc_score(labels, each[:, -1])) for each in (ours, theirs)]
    return report


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("specification", type=pathlib.Path)
    parser.add_argument("matrix", type=pathlib.Path)
    parser.add_argument("rows", type=int)
    parser.add_argument("columns", type=int)
    parser.add_argument("labels")
    parser.add_argument("--runs", type=int, default=1)
    parser.add_argument("--contamination", type=float)
    parser.add_argument("--scores", type=pathlib.Path)
    parser.add_argument("--pickle", type=pathlib.Path)
    parser.add_argument("--same", action="store_true")
    arguments = parser.parse_args()
    specification = json.loads(arguments.specification.read_text())
    samples = np.fromfile(arguments.matrix).reshape(arguments.rows, arguments.columns)
    labels = None if arguments.labels == "-" else np.fromfile(arguments.labels, dtype="u4").astype(np.int64)

    model = estimator(specification, arguments.contamination)
    report = {"algorithm": specification["type"], "start_bytes": memory("VmRSS:")}
    pathlib.Path("/proc/self/clear_refs").write_text("5")
    cpu_before = time.process_time()
    first = timed(lambda: model.fit(samples, labels), 1)
    report["fit_cpu_seconds"] = time.process_time() - cpu_before
    report["peak_bytes"] = memory("VmHWM:")
    again = [timed(lambda: model.fit(samples, labels), 1) for _ in range(arguments.runs - 1)]
    report["fit_seconds"] = statistics.median([first, *again])
    report["score_seconds"] = timed(lambda: scores(model, samples), arguments.runs)
    report["row_seconds"] = timed(lambda: scores(model, samples[:1]), 51)
    if arguments.same:
        report |= compare(model, arguments.pickle, arguments.scores, samples, labels)
    print(json.dumps(report))


if __name__ == "__main__":
    main()
