"""Loads pipelines written for the release of scikit-learn that runs this; compares with real fits: `DIR`."""

import io
import json
import pathlib
import pickle
import sys
import traceback

import joblib
import numpy as np
import sklearn
from sklearn.base import clone

# What predicting does not look at, and fits leave behind.
LEFT_OUT = {
    "HistGradientBoostingClassifier": {
        "_feature_subsample_rng",
        "_random_seed",
        "_scorer",
        "train_score_",
        "validation_score_",
    },
}


def structure(value, path: str = "") -> dict[str, str]:
    """The type of everything within an estimator, by where it is."""
    kind = type(value)
    found = {path: f"{kind.__module__}.{kind.__qualname__}"}
    if isinstance(value, np.ndarray):
        found[path] += f" of {value.dtype}, {value.ndim} dimensions"
    elif isinstance(value, (list, tuple)):
        for i, item in enumerate(value[:4]):
            found |= structure(item, f"{path}[{i}]")
    elif isinstance(value, dict):
        for key, item in value.items():
            found |= structure(item, f"{path}[{key!r}]")
    elif kind.__name__ == "Tree":
        found |= structure(value.__getstate__(), path + ".state")
    elif kind.__module__.startswith("sklearn") and hasattr(value, "__dict__"):
        for key, item in vars(value).items():
            if key not in LEFT_OUT.get(kind.__name__, ()):
                found |= structure(item, f"{path}.{key}")
    return found


def outputs(pipeline, output: str, samples: np.ndarray) -> np.ndarray:
    for _, step in pipeline.steps[:-1]:
        samples = step.transform(samples)
    model = pipeline.steps[-1][1]
    if hasattr(model, "kneighbors") and not hasattr(model, "score_samples") and output == "Abnormality":
        return -model.kneighbors(samples)[0][:, -1:]
    method = {
        "Abnormality": "score_samples",
        "Probabilities": "predict_proba",
        "Decision": "decision_function",
    }
    return getattr(model, method[output])(samples)


def differences(case: dict, folder: pathlib.Path) -> list[str]:
    path = folder / f"{case['name']}.joblib"
    samples = np.fromfile(folder / f"{case['name']}.matrix").reshape(-1, case["columns"])
    labels = np.fromfile(folder / f"{case['name']}.labels").astype(int)
    rows = np.fromfile(folder / f"{case['name']}.rows").reshape(-1, case["columns"])
    expected = np.fromfile(folder / f"{case['name']}.outputs").reshape(len(rows), -1)

    pipeline = joblib.load(path)
    model = pipeline.steps[-1][1]
    found = []
    if type(model).__name__ != case["class"]:
        found.append(f"it is a {type(model).__name__}, not a {case['class']}")
    real = clone(pipeline).fit(samples, labels)
    mine, theirs = structure(pipeline), structure(real)
    for place in sorted(mine.keys() | theirs.keys()):
        if mine.get(place) != theirs.get(place):
            found.append(f"{place} is {mine.get(place)}, in a real fit {theirs.get(place)}")
    if repr(pipeline) != repr(real) or model.get_params().keys() != real.steps[-1][1].get_params().keys():
        found.append("parameters differ")

    given = outputs(pipeline, case["output"], rows).reshape(expected.shape)
    apart = np.abs(given - expected).max()
    if not apart <= 1e-9 * max(1.0, np.abs(expected).max()):
        found.append(f"scores are {apart:.1e} apart")
    if hasattr(pipeline, "predict"):
        predicted = np.asarray(pipeline.predict(rows))
        predicted = (predicted == -1).astype(int) if case["output"] == "Abnormality" else predicted
        # What lies on the threshold to the last digit may fall either way.
        clear = np.abs(-expected[:, 0] - case["threshold"]) > 1e-9
        clear |= case["output"] != "Abnormality"
        if (predicted != case["predicted"])[clear].any():
            found.append("predictions differ")
    if not np.isfinite(outputs(real, case["output"], rows)).all():
        found.append("fitted again, it has no scores")

    buffer = io.BytesIO()
    joblib.dump(pipeline, buffer)
    buffer.seek(0)
    copies = [joblib.load(buffer), pickle.loads(path.read_bytes())]
    for copy in copies:
        if not np.array_equal(outputs(copy, case["output"], rows).reshape(expected.shape), given):
            found.append("a copy scores differently")
    return found


def main(folder: pathlib.Path) -> int:
    cases = json.loads((folder / "cases.json").read_text())
    equal = 0
    for case in cases:
        try:
            found = differences(case, folder)
        except Exception:
            found = [traceback.format_exc()]
        equal += not found
        if found:
            print(f"{case['name']}:\n  " + "\n  ".join(found))
    print(f"{equal} pipelines are real, in scikit-learn {sklearn.__version__}")
    return 0 if equal == len(cases) else 1


if __name__ == "__main__":
    sys.exit(main(pathlib.Path(sys.argv[1])))
