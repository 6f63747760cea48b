"""Checks ONNX models, runs them with onnxruntime, and converts the pickles of the same pipelines: `DIR`."""

import json
import pathlib
import sys
import traceback
import warnings

import joblib
import numpy as np
import onnx
import onnxruntime
from sklearn.base import clone
from sklearn.calibration import CalibratedClassifierCV

with warnings.catch_warnings():
    # Of its own imports.
    warnings.simplefilter("ignore")
    import skl2onnx

# Scores are rounded to float32, and so are the path lengths that trees add up.
TOLERANCE = 1e-6
OPSETS = {"": 17, "ai.onnx.ml": 3}
# These skl2onnx refuses, be they from a real fit.
NOT_CONVERTED = {"HistGradientBoostingClassifier", "NearestNeighbors"}


def run(model: bytes, samples: np.ndarray) -> dict[str, np.ndarray]:
    session = onnxruntime.InferenceSession(model, providers=["CPUExecutionProvider"])
    names = [output.name for output in session.get_outputs()]
    return dict(zip(names, session.run(names, {"X": samples}), strict=True))


def convert(pipeline, singles: np.ndarray) -> bytes | None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            return skl2onnx.to_onnx(pipeline, singles[:1], target_opset=OPSETS).SerializeToString()
        except (RuntimeError, ValueError) as error:
            print(f"skl2onnx: {str(error)[:200]}")
            return None


def differences(case: dict, folder: pathlib.Path) -> list[str]:
    path = folder / f"{case['name']}.onnx"
    samples = np.fromfile(folder / f"{case['name']}.matrix").reshape(-1, case["columns"])
    rows = np.fromfile(folder / f"{case['name']}.rows").reshape(-1, case["columns"])
    singles = rows.astype(np.float32)
    assert np.array_equal(singles.astype(float), rows, equal_nan=True)
    expected = np.fromfile(folder / f"{case['name']}.outputs").reshape(len(rows), -1)
    if case["output"] == "Abnormality":
        expected = -expected
    labels = np.array(case["predicted"])
    # Scores that are equal but for rounding may give either label.
    if expected.shape[1] == 1:
        limit = case["threshold"] if case["output"] == "Abnormality" else 0.0
        clear = np.abs(expected[:, 0] - limit) > 1e-9
    else:
        best = np.sort(expected, axis=1)
        clear = best[:, -1] - best[:, -2] > 1e-6

    found = []
    model = onnx.load(path)
    onnx.checker.check_model(model, full_check=True)
    properties = {property.key: property.value for property in model.metadata_props}
    if len(json.loads(properties["feature_names"])) != case["columns"]:
        found.append(f"its features are {properties['feature_names']}")
    if float(properties["threshold"]) != case["threshold"]:
        found.append(f"its threshold is {properties['threshold']}")
    given = run(path.read_bytes(), singles)
    if given["scores"].dtype != np.float32 or given["scores"].shape != expected.shape:
        found.append(f"scores are {given['scores'].dtype} {given['scores'].shape}, not {expected.shape}")
    else:
        apart = np.abs(given["scores"] - expected).max()
        if not apart <= TOLERANCE * max(1.0, np.abs(expected).max()):
            found.append(f"scores are {apart:.1e} apart")
    if given["label"].dtype != np.int64 or given["label"].shape != labels.shape:
        found.append(f"labels are {given['label'].dtype} {given['label'].shape}")
    elif (given["label"] != labels)[clear].any():
        found.append(f"{(given['label'] != labels)[clear].sum()} labels differ")
    alone = run(path.read_bytes(), singles[:1])
    if not np.allclose(alone["scores"], given["scores"][:1], rtol=0, atol=TOLERANCE):
        found.append("a row alone has another score")

    pipeline = joblib.load(folder / f"{case['name']}.joblib")
    model = pipeline.steps[-1][1]
    if isinstance(model, CalibratedClassifierCV):
        model = model.estimator
    if type(model).__name__ in NOT_CONVERTED:
        real = clone(pipeline).fit(samples, np.fromfile(folder / f"{case['name']}.labels"))
        if all(convert(pipeline, singles) is None for pipeline in (pipeline, real)):
            return found
    converted = convert(pipeline, singles)
    if converted is None:
        return [*found, "skl2onnx does not convert it"]
    given = run(converted, singles)
    if case["class"] == "PCA":
        # It converts what the components make of a row, not how probable the row is.
        if not np.allclose(
            given["variable"], pipeline.transform(singles.astype(float)), rtol=1e-3, atol=1e-3
        ):
            found.append("skl2onnx makes other components of it")
        return found
    predicted = given["label" if "label" in given else "output_label"].ravel()
    if case["output"] == "Abnormality":
        predicted = (predicted == -1).astype(int)
    # It scales and compares in single precision, which may move a row across a threshold of a tree.
    differing = (predicted != labels)[clear][: len(samples)].mean()
    if differing > 0.02:
        found.append(f"{differing:.0%} of the labels differ after conversion by skl2onnx")
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
    print(f"{equal} graphs are equal")
    return 0 if equal == len(cases) else 1


if __name__ == "__main__":
    sys.exit(main(pathlib.Path(sys.argv[1])))
