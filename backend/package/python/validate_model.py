#!/usr/bin/env python3
"""Verify this package: that its files are intact, that the environment is the one it was built for, and that
the model works.

    python validate_model.py            # exit 0 when everything holds, 1 with every failure listed
    python validate_model.py --json     # the same for machines

The manifest, every SHA-256, the list of files and the installed versions are checked first. Only when all of
them hold is anything unpickled, because unpickling runs code. The hashes show damage and mix-ups; they cannot
show that somebody replaced the files *and* the manifest, so take the package from where you trust it.

Runs from any working directory and writes nothing.
"""

from __future__ import annotations

import sys

# A bytecode cache beside these files would be a file that the manifest does not know.
sys.dont_write_bytecode = True

import argparse
import hashlib
import importlib.metadata
import io
import json
import math
import os
import platform
import re
import warnings
from collections.abc import Callable, Iterator
from pathlib import Path, PurePosixPath
from typing import Any

MANIFEST = "deployment_manifest.json"
REQUIRED_ROLES = (
    "model",
    "metadata",
    "feature_set",
    "featurizer",
    "validation_script",
    "inference_script",
    "requirements",
    "documentation",
)
REQUIRED_KEYS = {
    "model_version": str,
    "deployment_timestamp": str,
    "model_info": dict,
    "training_info": dict,
    "evaluation_info": dict,
    "deployment_info": dict,
    "files": dict,
    "file_integrity": dict,
    "file_hashes": dict,
    "requirements": list,
    "inference_config": dict,
    "target": dict,
    "provenance": dict,
}


class Package:
    """A package's folder, with what the checks have read of it so far."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.manifest: dict[str, Any] = {}
        self.content: dict[str, bytes] = {}
        self.metadata: dict[str, Any] = {}
        self.model: Any = None
        self.scaler: Any = None

    def file(self, role: str) -> bytes:
        """The bytes of a file, as they were when its hash was checked."""
        return self.content[self.manifest["files"][role]]

    @property
    def features(self) -> list[str]:
        names: list[str] = self.metadata["training_info"]["feature_names"]
        return names


Check = Callable[[Package], Iterator[str]]


# ---- before anything is unpickled ------------------------------------------------------------------------


def check_manifest(package: Package) -> Iterator[str]:
    """The manifest is there, is JSON, and has the keys that the other checks read."""
    try:
        manifest = json.loads((package.folder / MANIFEST).read_bytes())
    except (OSError, ValueError) as error:
        yield f"{MANIFEST} cannot be read: {error}"
        return
    if not isinstance(manifest, dict):
        yield f"{MANIFEST} is not an object"
        return
    package.manifest = manifest
    for key, kind in REQUIRED_KEYS.items():
        if not isinstance(manifest.get(key), kind):
            yield f"`{key}` is missing or not of type {kind.__name__}"


def check_hashes(package: Package) -> Iterator[str]:
    """Every file that the manifest lists has the SHA-256 that it states, and every needed file is listed."""
    hashes, files = package.manifest["file_hashes"], package.manifest["files"]
    if package.manifest["file_integrity"] != hashes:
        yield "`file_integrity` and `file_hashes` differ"
    for role in REQUIRED_ROLES:
        if role not in files:
            yield f"`files` names no {role}"
    for role, name in files.items():
        if name != MANIFEST and name not in hashes:
            yield f"{name} ({role}) has no hash"
    for name, expected in sorted(hashes.items()):
        path = package.folder / name
        if name == MANIFEST or not is_inside(name):
            yield f"`{name}` is not the name of a file of the package"
        elif not path.exists() or not is_regular(path):
            continue  # the check of the files says so
        else:
            try:
                content = path.read_bytes()
            except OSError as error:
                yield f"{name} cannot be read: {error}"
                continue
            actual = hashlib.sha256(content).hexdigest()
            if actual == expected:
                package.content[name] = content
            else:
                yield f"{name} is not what the manifest describes: SHA-256 is {actual}, not {expected}"


def check_files(package: Package) -> Iterator[str]:
    """The folder holds the files of the manifest, as regular files, and nothing else."""
    listed = set(package.manifest["file_hashes"]) | {MANIFEST}
    found: set[str] = set()
    for folder, subfolders, names in os.walk(package.folder):
        links = [name for name in subfolders if os.path.islink(os.path.join(folder, name))]
        for name in names + links:
            path = Path(folder, name)
            relative = path.relative_to(package.folder).as_posix()
            found.add(relative)
            if not is_regular(path):
                yield f"{relative} is not a regular file"
    for name in sorted(listed - found):
        yield f"{name} is missing"
    for name in sorted(found - listed):
        hint = ""
        if "__pycache__" in PurePosixPath(name).parts:
            hint = " (Python's bytecode cache: delete it, and import with PYTHONDONTWRITEBYTECODE=1)"
        yield f"{name} is not part of the package{hint}"


def check_environment(package: Package) -> Iterator[str]:
    """Python and every pinned library that applies here have the versions that the package was built for."""
    python = package.manifest["target"].get("python", "")
    for clause in filter(None, (part.strip() for part in python.split(","))):
        if not holds(platform.python_version(), *split_clause(clause)):
            yield f"Python {platform.python_version()} is installed, {python} is required"
    if package.manifest["files"].get("requirements") not in package.content:
        return  # missing or damaged, which is a failure of its own
    lines = package.file("requirements").decode("utf-8").splitlines()
    lines = [line.strip() for line in lines if line.strip() and not line.lstrip().startswith("#")]
    if lines != package.manifest["requirements"]:
        yield "requirements.txt differs from the manifest's `requirements`"
    for line in lines:
        yield from check_requirement(line)


def check_requirement(line: str) -> Iterator[str]:
    match = re.fullmatch(r"([A-Za-z0-9._-]+)\s*==\s*([^\s;]+)\s*(?:;\s*(.+))?", line)
    if match is None:
        yield f"`{line}` is not an exact pin"
        return
    name, pinned, marker = match.groups()
    try:
        if marker and not applies(marker):
            return
    except ValueError as error:
        yield f"`{line}`: {error}"
        return
    try:
        installed = importlib.metadata.version(name)
    except importlib.metadata.PackageNotFoundError:
        yield f"{name} is not installed, {pinned} is required"
        return
    # A pin without a local label accepts a build that has one (`2.4.6+cpu`).
    if installed != pinned and ("+" in pinned or installed.split("+")[0] != pinned):
        yield f"{name} {installed} is installed, {pinned} is required"


# ---- the model itself ------------------------------------------------------------------------------------


def check_metadata(package: Package) -> Iterator[str]:
    """metadata.json is readable, and the manifest tells the same."""
    package.metadata = metadata = json.loads(package.file("metadata"))
    manifest = package.manifest
    for key in ("model_info", "training_info", "evaluation_info", "deployment_info"):
        if manifest[key] != metadata[key]:
            yield f"`{key}` differs between metadata.json and the manifest"
    if manifest["model_version"] != metadata["version"]:
        yield f"`model_version` is {manifest['model_version']}, metadata.json is of {metadata['version']}"
    if manifest["deployment_timestamp"] != metadata["deployment_info"]["deployed_at"]:
        yield "`deployment_timestamp` is not the time of deployment in metadata.json"
    names, count = package.features, metadata["training_info"]["feature_count"]
    if not len(set(names)) == len(names) == count:
        yield f"`feature_names` holds {len(set(names))} different names, `feature_count` is {count}"
    digest = hashlib.sha256("".join(name + "\n" for name in names).encode()).hexdigest()
    if manifest["provenance"].get("feature_set_sha256") != digest:
        yield "`feature_set_sha256` is not the digest of the feature names"
    if list(metadata["example_row"]) != names:
        yield "`example_row` does not hold exactly the features"


def check_load(package: Package) -> Iterator[str]:
    """The model, and the scaler if there is one, load without a warning."""
    import joblib

    package.model = joblib.load(io.BytesIO(package.file("model")))
    scaled = package.metadata["training_info"]["preprocessing"]["scaled"]
    if scaled != ("scaler" in package.manifest["files"]):
        yield "metadata.json and the manifest disagree about whether there is a scaler"
    if "scaler" in package.manifest["files"]:
        package.scaler = joblib.load(io.BytesIO(package.file("scaler")))


def check_model(package: Package) -> Iterator[str]:
    """The model is what metadata.json says: class, columns, parameters, threshold."""
    model, training = package.model, package.metadata["training_info"]
    yield from check_estimator("model", model, len(package.features))
    if type(model).__name__ != package.metadata["model_type"]:
        yield f"the model is an {type(model).__name__}, metadata.json says {package.metadata['model_type']}"
        return
    yield from check_calibration(package)
    fitted = classifier(model).get_params()
    declared = {**training["model_parameters"], "contamination": training["contamination"]}
    for name in sorted(declared.keys() & fitted.keys()):
        if declared[name] not in (fitted[name], getattr(model, f"{name}_", fitted[name])):
            yield f"`{name}` is {fitted[name]!r} in the model, metadata.json says {declared[name]!r}"
    for where, threshold in (
        ("the manifest's `inference_config`", package.manifest["inference_config"].get("threshold")),
        ("metadata.json", package.metadata["evaluation_info"]["basic_metrics"]["threshold_value"]),
    ):
        # What flags a share of the training samples does it by itself, too.
        if "contamination" in fitted and threshold != -model.offset_:
            yield f"the model's threshold is {-float(model.offset_)!r}, {where} says {threshold!r}"


def classifier(model: Any) -> Any:
    """The model itself, without the calibration around it."""
    return model.calibrated_classifiers_[0].estimator if is_calibrated(model) else model


def is_calibrated(model: Any) -> bool:
    return type(model).__name__ == "CalibratedClassifierCV"


def check_calibration(package: Package) -> Iterator[str]:
    """The probabilities are calibrated as metadata.json says, by curves that are finite and do not fall."""
    import numpy as np

    model, declared = package.model, package.metadata["training_info"].get("calibration")
    if is_calibrated(model) != (declared is not None):
        yield f"the model is a {type(model).__name__}, metadata.json says its calibration is {declared}"
    if not is_calibrated(model) or declared is None:
        return
    if model.method != declared["method"]:
        yield f"the calibration is {model.method}, metadata.json says {declared['method']}"
    (calibrated,) = model.calibrated_classifiers_
    yield from check_estimator("calibrated model", calibrated.estimator, len(package.features))
    classes = len(model.classes_)
    if len(calibrated.calibrators) != (1 if classes == 2 else classes):
        yield f"there are {len(calibrated.calibrators)} calibration curves for {classes} classes"
    for curve in calibrated.calibrators:
        numbers = [getattr(curve, name, []) for name in ("a_", "b_", "X_thresholds_", "y_thresholds_")]
        if not all(np.isfinite(values).all() for values in numbers):
            yield "a calibration curve holds a value that is not finite"
        elif (np.diff(numbers[2]) <= 0).any() or (np.diff(numbers[3]) < 0).any():
            yield "a calibration curve falls"


def check_scaler(package: Package) -> Iterator[str]:
    """What the rows pass through first fits the model: as many columns, statistics that can be divided by."""
    import numpy as np

    scaler, count = package.scaler, len(package.features)
    if scaler is None:
        return
    yield from check_estimator("scaler", scaler, count)
    steps = [step for _, step in scaler.steps] if hasattr(scaler, "steps") else [scaler]
    for step in steps:
        for name in ("mean_", "var_", "center_", "scale_", "min_", "statistics_"):
            values = getattr(step, name, None)
            if values is not None and (values.shape != (count,) or not np.isfinite(values).all()):
                yield f"the scaler's `{name}` does not hold a finite value for each of {count} features"
        scale = getattr(step, "scale_", None)
        if scale is not None and not (scale > 0).all():
            yield "the scaler's `scale_` holds a value that is not positive"


def check_estimator(role: str, estimator: Any, columns: int) -> Iterator[str]:
    if type(estimator).__module__.partition(".")[0] != "sklearn":
        yield f"the {role} is of {type(estimator).__module__}, not of scikit-learn"
        return
    if estimator.n_features_in_ != columns:
        yield f"the {role} takes {estimator.n_features_in_} features, metadata.json names {columns}"
    if hasattr(estimator, "feature_names_in_"):
        yield f"the {role} carries feature names, so that it would warn about every plain array"


def check_trees(package: Package) -> Iterator[str]:
    """Every tree of the model is a tree: a damaged one could read outside its arrays."""
    model = classifier(package.model)
    if hasattr(model, "tree_"):
        yield from check_tree(model.tree_, model.n_features_in_, model.n_features_in_)
        return
    if not hasattr(model, "estimators_"):
        return
    if len(model.estimators_) != model.n_estimators:
        yield f"there are {len(model.estimators_)} trees, the parameters say {model.n_estimators}"
        return
    is_isolation_forest = hasattr(model, "estimators_features_")
    for index, estimator in enumerate(model.estimators_):
        columns = model.estimators_features_[index] if is_isolation_forest else None
        count = model.n_features_in_ if columns is None else len(columns)
        if columns is not None and not ((columns >= 0) & (columns < model.n_features_in_)).all():
            yield f"tree {index}: it takes a column that the matrix does not have"
        for problem in check_tree(estimator.tree_, count, model.n_features_in_):
            yield f"tree {index}: {problem}"
        if is_isolation_forest:
            deepest = math.ceil(math.log2(max(model.max_samples_, 2)))
            samples, depth = estimator.tree_.n_node_samples[0], estimator.tree_.max_depth
            if samples > model.max_samples_ or depth > deepest:
                yield f"tree {index}: {samples} samples at depth {depth} are more than it was grown from"


def check_tree(tree: Any, columns: int, n_features: int) -> Iterator[str]:
    import numpy as np

    left, right, count = tree.children_left, tree.children_right, tree.node_count
    inner = np.flatnonzero((left != -1) | (right != -1))
    children = np.concatenate([left[inner], right[inner]])
    parents = np.concatenate([inner, inner])
    if not ((children > parents) & (children < count)).all() or not np.array_equal(
        np.sort(children), np.arange(1, count)
    ):
        yield "its nodes do not form a tree"
        return
    if not ((tree.feature[inner] >= 0) & (tree.feature[inner] < min(columns, n_features))).all():
        yield "it splits on a feature that does not exist"
    if not np.isfinite(tree.threshold[inner]).all():
        yield "it splits at a value that is not finite"
    samples = tree.n_node_samples
    below = samples[left[inner]] + samples[right[inner]]
    if (samples < 1).any() or not np.array_equal(samples[inner], below):
        yield "its counts of samples do not add up"


def check_scores(package: Package) -> Iterator[str]:
    """Scores are finite and in their range, the same alone and in a batch, and `predict` agrees with them."""
    import numpy as np

    model, configuration = package.model, package.manifest["inference_config"]
    output, threshold = configuration["output"], configuration["threshold"]
    rows = probe_rows(package)
    scaled = rows if package.scaler is None else package.scaler.transform(rows)
    scores = model_outputs(model, output, scaled)
    is_forest = hasattr(model, "estimators_features_")
    if not np.isfinite(scores).all():
        yield f"a score is not finite: {scores.tolist()}"
    elif output == "probability" and not ((scores >= 0) & (scores <= 1)).all():
        yield f"a probability is not in [0, 1]: {scores.tolist()}"
    elif is_forest and not ((scores > 0) & (scores <= 1)).all():
        yield f"a score is not in (0, 1]: {scores.tolist()}"
    # A forest gives a row the same score in every digit; what multiplies matrices does to the last few.
    tolerance = 0.0 if is_forest else 1e-9
    for index, row in enumerate(rows):
        alone = row[None] if package.scaler is None else package.scaler.transform(row[None])
        score = model_outputs(model, output, alone)[0]
        if not np.allclose(score, scores[index], rtol=tolerance, atol=tolerance):
            yield f"probe row {index} scores {score!r} alone and {scores[index]!r} in a batch"
    if "contamination" in model.get_params() and not np.array_equal(
        scores > threshold, model.predict(scaled) == -1
    ):
        yield "the threshold and the model's own `predict` disagree about what is an anomaly"


def model_outputs(model: Any, output: str, scaled: Any) -> Any:
    """Higher is more anomalous; of a classifier one column per class."""
    if output == "abnormality":
        return -model.score_samples(scaled)
    if output == "distance":
        return model.kneighbors(scaled)[0][:, -1]
    return model.predict_proba(scaled) if output == "probability" else model.decision_function(scaled)


def probe_rows(package: Package) -> Any:
    """The example row, and rows around the middle of the training data, the same on every run."""
    import numpy as np

    count = len(package.features)
    middle = getattr(package.scaler, "mean_", None)
    spread = None if middle is None else package.scaler.scale_
    example = np.array([[package.metadata["example_row"][name] for name in package.features]], dtype=float)
    waves = np.sin(np.outer(np.arange(1, 13), np.arange(1, count + 1)))
    strength = np.array([0, 0.5, 1, 1, 2, 2, 3, 3, 5, 10, 30, 100])[:, None]
    probes = (example if middle is None else middle) + strength * waves * (1.0 if spread is None else spread)
    return np.concatenate([example, probes])


# ---- small helpers ---------------------------------------------------------------------------------------


def is_inside(name: str) -> bool:
    path = PurePosixPath(name)
    return bool(name) and not path.is_absolute() and ".." not in path.parts and "\\" not in name


def is_regular(path: Path) -> bool:
    return path.is_file() and not path.is_symlink()


def applies(marker: str) -> bool:
    """Whether an environment marker (clauses joined by `and`) holds here."""
    return all(clause_applies(clause.strip()) for clause in re.split(r"\s+and\s+", marker))


def clause_applies(clause: str) -> bool:
    environment = {
        "python_version": ".".join(platform.python_version_tuple()[:2]),
        "python_full_version": platform.python_version(),
        "implementation_name": sys.implementation.name,
        "platform_python_implementation": platform.python_implementation(),
        "platform_machine": platform.machine(),
        "platform_system": platform.system(),
        "sys_platform": sys.platform,
        "os_name": os.name,
    }
    match = re.fullmatch(r"(\w+)\s*(===?|!=|<=?|>=?|~=)\s*(['\"])(.*)\3", clause)
    if match is None or match[1] not in environment:
        raise ValueError(f"the marker `{clause}` is not understood")
    name, operator, _, value = match.groups()
    if not name.startswith("python_"):
        if operator not in ("==", "!="):
            raise ValueError(f"the marker `{clause}` is not understood")
        return (environment[name] == value) is (operator == "==")
    return holds(environment[name], operator, value)


def split_clause(clause: str) -> tuple[str, str]:
    match = re.fullmatch(r"(==|!=|<=?|>=?)\s*(\S+)", clause)
    if match is None:
        raise ValueError(f"`{clause}` is not a version clause")
    return match[1], match[2]


def holds(version: str, operator: str, other: str) -> bool:
    """Compare dotted version numbers; missing parts count as zero."""
    a, b = ([int(part) for part in re.findall(r"\d+", text)[:3]] for text in (version, other))
    a, b = (numbers + [0] * (3 - len(numbers)) for numbers in (a, b))
    outcomes = {"==": a == b, "!=": a != b, "<": a < b, "<=": a <= b, ">": a > b, ">=": a >= b}
    if operator not in outcomes:
        raise ValueError(f"the comparison `{operator}` is not understood")
    return outcomes[operator]


# ---- running the checks ----------------------------------------------------------------------------------

# Each list is run to its end, so that every failure is told; the next begins only when all before it passed.
STEPS: list[list[tuple[str, Check]]] = [
    [("manifest", check_manifest)],
    [("hashes", check_hashes), ("files", check_files), ("environment", check_environment)],
    [("metadata", check_metadata)],
    [("load", check_load)],
    [("model", check_model), ("scaler", check_scaler)],
    [("trees", check_trees)],
    [("scores", check_scores)],
]


def run(check: Check, package: Package) -> list[str]:
    failures: list[str] = []
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            for failure in check(package):
                failures.append(failure)
    except Exception as error:  # a check that cannot be finished is a failure like any other
        failures.append(f"{type(error).__name__}: {error}")
    return failures


def validate(folder: Path) -> dict[str, Any]:
    """Run the checks on the package in `folder` and report each as passed, failed or skipped."""
    package = Package(folder)
    checks: list[dict[str, Any]] = []
    for step in STEPS:
        blocked = any(check["status"] == "failed" for check in checks)
        for name, check in step:
            failures = [] if blocked else run(check, package)
            status = "skipped" if blocked else "failed" if failures else "passed"
            checks.append({"name": name, "status": status, "failures": failures})
    model_info = package.manifest.get("model_info")
    return {
        "valid": all(check["status"] == "passed" for check in checks),
        "model_name": model_info.get("model_name") if isinstance(model_info, dict) else None,
        "model_version": package.manifest.get("model_version"),
        "checks": checks,
        "failures": [f"{check['name']}: {failure}" for check in checks for failure in check["failures"]],
    }


def show(report: dict[str, Any]) -> None:
    print(f"{report['model_name'] or 'unknown model'} {report['model_version'] or ''}".rstrip())
    for check in report["checks"]:
        print(f"  {check['status']:<8} {check['name']}")
        for failure in check["failures"]:
            print(f"           - {failure}")
    print("The package is valid." if report["valid"] else f"NOT VALID: {len(report['failures'])} failure(s).")


def main() -> int:
    parser = argparse.ArgumentParser(description="Verify this package. Exit status 0: valid; 1: not valid.")
    parser.add_argument("--json", action="store_true", help="report as JSON on standard output")
    parser.add_argument("--model-dir", help="folder of the package (default: the one that this script is in)")
    options = parser.parse_args()
    folder = Path(options.model_dir) if options.model_dir else Path(__file__).resolve().parent
    report = validate(folder)
    if options.json:
        print(json.dumps(report, indent=2))
    else:
        show(report)
    return 0 if report["valid"] else 1


if __name__ == "__main__":
    sys.exit(main())
