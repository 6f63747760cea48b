"""Makes cases to calibrate, and compares what came of them with real fits: `generate DIR`, `compare DIR`."""

import json
import pathlib
import sys

import joblib
import numpy as np
from sklearn.base import clone
from sklearn.model_selection import GroupKFold, KFold

# Algorithms that are fitted here to the last digit, so that the calibration alone is compared.
FOREST = {"type": "random_forest", "n_estimators": 20}
BAYES = {"type": "gaussian_nb"}
NEIGHBOURS = {"type": "k_neighbors", "n_neighbors": 7}
BOOSTING = {"type": "hist_gradient_boosting", "max_iter": 10}
TREE = {"type": "decision_tree", "max_depth": 4}
MACHINE = {"type": "svc", "tol": 1e-9}

# Name, algorithm, classes, how samples are arranged, folds asked for, folds made.
CASES = [
    ("forest-2", FOREST, 2, "mixed", 5, KFold(5)),
    ("forest-3", FOREST, 3, "mixed", 4, KFold(4)),
    ("bayes-2", BAYES, 2, "mixed", 5, KFold(5)),
    ("bayes-3", BAYES, 3, "mixed", 5, KFold(5)),
    ("neighbours-3", NEIGHBOURS, 3, "mixed", 7, KFold(7)),
    ("boosting-2", BOOSTING, 2, "mixed", 5, KFold(5)),
    ("boosting-3", BOOSTING, 3, "mixed", 3, KFold(3)),
    ("machine-2", MACHINE, 2, "mixed", 5, KFold(5)),
    ("tree-late", TREE, 2, "late", 5, 5),
    ("tree-rare", TREE, 3, "rare", 5, 3),
    ("tree-level", TREE, 2, "level", 5, KFold(5)),
    ("tree-grouped", TREE, 2, "grouped", 4, GroupKFold(4)),
]
ROWS, COLUMNS = 240, 4
# Of different sizes: of equal ones, scikit-learn takes either first.
GROUPS = np.repeat(np.arange(15), [*range(8, 22), 37])


def arranged(classes: int, how: str) -> tuple[np.ndarray, np.ndarray]:
    random = np.random.RandomState(classes)
    labels = random.randint(classes, size=ROWS)
    if how == "late":
        # All samples of a class are in the last fold.
        labels = (np.arange(ROWS) >= ROWS - 20).astype(int)
    if how == "rare":
        labels = np.arange(ROWS) % 2
        labels[[5, 6, 7]] = 2
    samples = labels[:, None] * np.array([1.0, -0.5, 0.0, 0.25]) + random.normal(size=(ROWS, COLUMNS))
    if how == "level":
        samples[:] = 1.5
    return samples, labels


def generate(folder: pathlib.Path) -> None:
    cases = []
    for name, algorithm, classes, how, folds, _ in CASES:
        samples, labels = arranged(classes, how)
        for method in ("sigmoid", "isotonic"):
            case = f"{name}-{method}"
            samples.tofile(folder / f"{case}.matrix")
            labels.astype("<u4").tofile(folder / f"{case}.labels")
            cases.append(
                {
                    "name": case,
                    "columns": COLUMNS,
                    "classes": classes,
                    "groups": GROUPS.tolist() if how == "grouped" else None,
                    "algorithm": algorithm,
                    "calibration": {"method": method, "folds": folds},
                }
            )
    (folder / "cases.json").write_text(json.dumps(cases))


def differences(folder: pathlib.Path, name: str, case: tuple) -> list[str]:
    _, _, classes, how, _, cv = case
    samples, labels = arranged(classes, how)
    mine = joblib.load(folder / f"{name}.joblib")
    real = clone(mine)
    if how == "grouped":
        real.set_params(model__cv=list(cv.split(samples, labels, GROUPS)))
    real.fit(samples, labels)
    mine_model, real_model = mine.steps[-1][1], real.steps[-1][1]
    found = []
    if repr(mine_model.cv) != repr(cv):
        found.append(f"folds are {mine_model.cv}, not {cv}")
    calibrators = [model.calibrated_classifiers_[0].calibrators for model in (mine_model, real_model)]
    if len(calibrators[0]) != len(calibrators[1]):
        return [*found, f"there are {len(calibrators[0])} calibrators, not {len(calibrators[1])}"]
    for at, (own, other) in enumerate(zip(*calibrators, strict=True)):
        if mine_model.method == "isotonic":
            for attribute in ("X_thresholds_", "y_thresholds_", "X_min_", "X_max_"):
                pair = [np.atleast_1d(getattr(one, attribute)) for one in (own, other)]
                if pair[0].shape != pair[1].shape or not np.allclose(*pair, rtol=0, atol=1e-12):
                    found.append(f"{attribute} of calibrator {at} is {pair[0]}, not {pair[1]}")
        # scikit-learn's solver stops a little before the optimum.
        elif not np.allclose([own.a_, own.b_], [other.a_, other.b_], rtol=3e-6, atol=1e-8):
            found.append(f"calibrator {at} has {own.a_}, {own.b_}, not {other.a_}, {other.b_}")
    outputs = np.fromfile(folder / f"{name}.outputs").reshape(len(samples), -1)
    if not np.allclose(outputs, mine.predict_proba(samples), rtol=0, atol=1e-12):
        found.append("probabilities are not those of the estimator that is written")
    if not np.allclose(outputs, real.predict_proba(samples), rtol=0, atol=1e-6):
        apart = np.abs(outputs - real.predict_proba(samples)).max()
        found.append(f"probabilities are {apart:.1e} from those of a real fit")
    return found


def compare(folder: pathlib.Path) -> int:
    equal = 0
    for case in CASES:
        for method in ("sigmoid", "isotonic"):
            name = f"{case[0]}-{method}"
            found = differences(folder, name, case)
            equal += not found
            if found:
                print(f"{name}:\n  " + "\n  ".join(found))
    print(f"{equal} calibrations are equal")
    return 0 if equal == 2 * len(CASES) else 1


if __name__ == "__main__":
    folder = pathlib.Path(sys.argv[2])
    sys.exit(generate(folder) if sys.argv[1] == "generate" else compare(folder))
