"""Predictions, folds and splits with what scikit-learn says of them: writes `expected.json` into a folder."""

import json
import pathlib
import sys
import warnings

import numpy as np
from sklearn import metrics
from sklearn.calibration import calibration_curve
from sklearn.model_selection import (
    GroupKFold,
    KFold,
    StratifiedKFold,
    StratifiedShuffleSplit,
    TimeSeriesSplit,
)

# How a class is averaged that was never predicted is asked for by `zero_division`.
warnings.simplefilter("error")
DROP = {"drop_intermediate": False}


def metric_case(
    name: str, k: int, truth: np.ndarray, scores: np.ndarray, probabilities: bool, threshold: float
) -> dict:
    """`scores`: of two classes those of the second; of more, a column per class."""
    binary = k == 2
    predicted = (scores > threshold).astype(int) if binary else scores.argmax(axis=1)
    labels = list(range(k))
    everywhere = len(np.unique(truth)) == k
    hits = {"y_true": truth, "y_pred": predicted}
    average = {"average": "binary" if binary else "macro", "zero_division": 0.0}
    # A macro mean is over the classes that occur or were predicted.
    numbers = {
        "accuracy": metrics.accuracy_score(truth, predicted),
        "precision": metrics.precision_score(**hits, **average),
        "recall": metrics.recall_score(**hits, **average),
        "f1_score": metrics.f1_score(**hits, **average),
    }
    if binary and not predicted.any():
        del numbers["precision"]
    if binary and not truth.any():
        del numbers["recall"]
        if not predicted.any():
            del numbers["f1_score"]
    if everywhere:
        one_hot = np.eye(k, dtype=int)[truth]
        if binary:
            numbers["roc_auc"] = metrics.roc_auc_score(truth, scores)
            numbers["average_precision"] = metrics.average_precision_score(truth, scores)
        else:
            numbers["roc_auc"] = metrics.roc_auc_score(one_hot, scores, average="macro")
            numbers["average_precision"] = metrics.average_precision_score(one_hot, scores, average="macro")
    if probabilities:
        columns = np.column_stack([1 - scores, scores]) if binary else scores
        numbers["log_loss"] = metrics.log_loss(truth, columns, labels=labels)
        if binary:
            numbers["brier_score"] = metrics.brier_score_loss(truth, scores, pos_label=1)
    by_class = metrics.precision_recall_fscore_support(**hits, labels=labels, zero_division=0.0)
    weighted = metrics.precision_recall_fscore_support(**hits, average="weighted", zero_division=0.0)
    case = {
        "name": name,
        "classes": k,
        "truth": truth.tolist(),
        "predicted": predicted.tolist(),
        "scores": scores.ravel().tolist(),
        "probabilities": probabilities,
        "numbers": {metric: float(value) for metric, value in numbers.items()},
        "confusion": metrics.confusion_matrix(truth, predicted, labels=labels).tolist(),
        "report": np.array(by_class[:3]).T.tolist(),
        "weighted": [float(value) for value in weighted[:3]],
        "roc": None,
        "precision_recall": None,
        "calibration": None,
    }
    if binary and everywhere:
        rising, hit_rate, _ = metrics.roc_curve(truth, scores, **DROP)
        case["roc"] = np.column_stack([rising, hit_rate]).tolist()
        precision, recall, _ = metrics.precision_recall_curve(truth, scores, **DROP)
        case["precision_recall"] = np.column_stack([recall, precision])[::-1].tolist()
    if binary and probabilities and everywhere:
        share, mean = calibration_curve(truth, scores, n_bins=10)
        case["calibration"] = np.column_stack([mean, share]).tolist()
    return case


def metric_cases() -> list[dict]:
    random = np.random.RandomState(5)
    cases = []
    for n, share in [(2, 0.5), (10, 0.3), (150, 0.03), (190, 0.5), (190, 0.97)]:
        truth = (random.random_sample(n) < share).astype(int)
        truth[0], truth[1] = 0, 1
        scores = np.clip(0.35 * truth + 0.65 * random.random_sample(n), 0, 1)
        cases.append(metric_case(f"{n}", 2, truth, scores, True, 0.5))
        cases.append(metric_case(f"{n}, decimals", 2, truth, scores.round(1), True, 0.5))
        cases.append(metric_case(f"{n}, sure", 2, truth, scores.round(0), True, 0.5))
        cases.append(metric_case(f"{n}, decision values", 2, truth, 5 * scores - 3, False, 0.0))
        cases.append(metric_case(f"{n}, nothing flagged", 2, truth, scores, True, 1.0))
        cases.append(metric_case(f"{n}, all equal", 2, truth, np.full(n, 0.25), True, 0.2))
    for k in (3, 5):
        for n in (40, 300):
            truth = random.randint(0, k, n)
            truth[:k] = range(k)
            scores = random.random_sample((n, k)) + np.eye(k)[truth] * 0.6
            scores /= scores.sum(axis=1, keepdims=True)
            cases.append(metric_case(f"{n} of {k}", k, truth, scores, True, 0.0))
            cases.append(metric_case(f"{n} of {k}, decimals", k, truth, scores.round(1), False, 0.0))
            rare = np.minimum(truth, k - 2)
            scores[:, k - 1] = 0
            scores /= scores.sum(axis=1, keepdims=True)
            cases.append(metric_case(f"{n} of {k}, one of them absent", k, rare, scores, True, 0.0))
    return cases


def fold_cases() -> list[dict]:
    random = np.random.RandomState(6)
    cases = []

    def case(kind: str, splitter, count: int, k: int, seed: int, classes=None, groups=None) -> None:
        folds = splitter.split(np.zeros((count, 1)), classes, groups)
        cases.append(
            {
                "kind": kind,
                "count": count,
                "k": k,
                "seed": seed,
                "classes": None if classes is None else classes.tolist(),
                "groups": None if groups is None else groups.tolist(),
                "folds": [[sorted(training.tolist()), sorted(test.tolist())] for training, test in folds],
            }
        )

    for count, k, seed in [(10, 2, 0), (11, 3, 1), (97, 5, 42), (1000, 10, 2**32 - 1)]:
        case("time_series", TimeSeriesSplit(k), count, k, seed)
        case("shuffled", KFold(k, shuffle=True, random_state=seed), count, k, seed)
        for most in (2, 4):
            classes = random.randint(0, most, count) * random.randint(0, 2, count)
            classes[:most] = range(most)
            largest = np.bincount(classes).max()
            rare = np.bincount(classes).min()
            if k <= rare and k <= largest:
                stratified = StratifiedKFold(k, shuffle=True, random_state=seed)
                case("stratified", stratified, count, k, seed, classes=classes)
        # Groups of different sizes: among equal ones scikit-learn's order is that of an unstable sort.
        sizes = list(range(1, k + 8))
        groups = random.permutation(np.repeat(random.permutation(len(sizes)), sizes))
        case("grouped", GroupKFold(k), len(groups), k, seed, groups=groups)
    return cases


def split_cases() -> list[dict]:
    random = np.random.RandomState(8)
    cases = []
    for count in (20, 133, 1000):
        for fraction in (0.2, 0.37):
            for classes in (2, 3, 4):
                truth = random.randint(0, classes, count)
                truth[: 2 * classes] = np.repeat(range(classes), 2)
                seed = int(random.randint(0, 2**31))
                test = int(count * fraction)
                splitter = StratifiedShuffleSplit(
                    1, test_size=test, train_size=count - test, random_state=seed
                )
                _, chosen = next(splitter.split(truth, truth))
                cases.append(
                    {
                        "classes": truth.tolist(),
                        "fraction": fraction,
                        "seed": seed,
                        "test": sorted(chosen.tolist()),
                    }
                )
    return cases


if __name__ == "__main__":
    expected = {"metrics": metric_cases(), "folds": fold_cases(), "splits": split_cases()}
    (pathlib.Path(sys.argv[1]) / "expected.json").write_text(json.dumps(expected))
