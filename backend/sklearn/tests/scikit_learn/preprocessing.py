"""Min-max and robust scalers, imputers and pipelines of them, compared with real fits of scikit-learn.

`generate DIR` makes the matrices; `compare DIR` checks what was fitted and written for them.
"""

import io
import json
import pathlib
import pickle
import sys

import joblib
import numpy as np
from sklearn.base import clone
from sklearn.impute import SimpleImputer
from sklearn.pipeline import Pipeline
from sklearn.preprocessing import FunctionTransformer, MinMaxScaler, RobustScaler, StandardScaler


def logarithms() -> Pipeline:
    return Pipeline([("log1p", FunctionTransformer(np.log1p)), ("standard", StandardScaler())])


SCALERS = {
    "standard": StandardScaler,
    "min_max": MinMaxScaler,
    "robust": RobustScaler,
    "log1p": logarithms,
}
IMPUTERS = [
    {"type": "mean"},
    {"type": "median"},
    {"type": "zero"},
    {"type": "constant", "value": -1.5},
]


def matrices() -> dict[str, np.ndarray]:
    random = np.random.RandomState(7)
    constant = random.randn(500, 6)
    constant[:, 1], constant[:, 3], constant[:, 4] = 0.1, 0.0, 1e15 + 0.3
    constant[::2, 4] += 0.125
    return {
        "one-row": random.randn(1, 5),
        "two-rows": random.randn(2, 2),
        "small": random.randn(61, 4),
        "wide": random.randn(3000, 41) * 10.0 ** random.randint(-8, 9, 41)
        + 10.0 ** random.randint(-3, 6, 41),
        "constant-columns": constant,
        "nearly-constant": 1 + 1e-16 * random.randint(0, 9, (400, 6)),
        "counts": random.poisson(0.7, (5000, 9)).astype(float),
        **{f"one-column-of-{n}": random.randn(n, 1) * 3 + 5 for n in (1, 5, 8, 100, 599, 600, 601)},
    }


def holes(samples: np.ndarray) -> np.ndarray:
    """Missing values here and there; one column has none, another nothing else."""
    samples = samples.copy()
    samples[np.random.RandomState(3).random_sample(samples.shape) < 0.2] = np.nan
    if samples.shape[1] > 2:
        samples[:, 0] = 1.25
        samples[:, 2] = np.nan
    return samples


def generate(folder: pathlib.Path) -> None:
    cases = []

    def case(name: str, samples: np.ndarray, missing: dict, scaler: str) -> None:
        samples.tofile(folder / f"{name}.matrix")
        cases.append(
            {"name": name, "columns": samples.shape[1], "missing": missing, "scaler": {"type": scaler}}
        )

    for name, samples in matrices().items():
        for scaler in ("min_max", "robust"):
            case(f"{name}-{scaler}", samples, {"type": "refuse"}, scaler)
    # Rounding of a logarithm is the whole of a column whose values are nearly equal: counts are not.
    for name in ("small", "two-rows", "counts", "one-column-of-100"):
        case(f"{name}-log1p", np.abs(matrices()[name]), {"type": "refuse"}, "log1p")
    for name in ("small", "counts", "one-row", "one-column-of-100"):
        for missing in IMPUTERS:
            for scaler in ("none", "standard", "min_max", "robust"):
                case(f"{name}-{missing['type']}-{scaler}", holes(matrices()[name]), missing, scaler)
    for missing in IMPUTERS[:3]:
        case(f"counts-{missing['type']}-log1p", holes(matrices()["counts"]), missing, "log1p")
    (folder / "cases.json").write_text(json.dumps(cases))


def real(case: dict, samples: np.ndarray):
    missing = case["missing"]
    imputer = {
        "refuse": None,
        "mean": SimpleImputer(keep_empty_features=True),
        "median": SimpleImputer(strategy="median", keep_empty_features=True),
        "zero": SimpleImputer(strategy="constant", fill_value=0.0, keep_empty_features=True),
        "constant": SimpleImputer(
            strategy="constant", fill_value=missing.get("value"), keep_empty_features=True
        ),
    }[missing["type"]]
    scaler = SCALERS[case["scaler"]["type"]]() if case["scaler"]["type"] != "none" else None
    if imputer and scaler:
        return Pipeline([("imputer", imputer), ("scaler", scaler)]).fit(samples)
    return (imputer or scaler).fit(samples)


def differences(mine, other, path: str = "") -> list[str]:
    """Attributes of two transformers that differ, in type or value."""
    if isinstance(other, Pipeline):
        found = [] if list(vars(mine)) == list(vars(other)) else [f"attributes {list(vars(mine))}"]
        for (name, step), (other_name, other_step) in zip(mine.steps, other.steps, strict=True):
            found += [] if name == other_name else [f"step {name}"]
            found += differences(step, other_step, f"{name}.")
        return found
    found = []
    if type(mine) is not type(other) or set(vars(mine)) != set(vars(other)):
        return [f"{path}: {type(mine)}, attributes {set(vars(mine)) ^ set(vars(other))}"]
    for name, value in vars(other).items():
        own = vars(mine)[name]
        if type(own) is not type(value):
            found.append(f"type of {path}{name}: {type(own)}, not {type(value)}")
        elif isinstance(value, np.ndarray):
            close = own.dtype == value.dtype and np.allclose(
                own.astype(float), value.astype(float), rtol=1e-12, atol=0
            )
            if not close:
                found.append(f"{path}{name} is {own}, not {value}")
        elif own != value and not (own != own and value != value):
            found.append(f"{path}{name} is {own!r}, not {value!r}")
    return found


def same(left: np.ndarray, right: np.ndarray, exact: bool) -> bool:
    return left.tobytes() == right.tobytes() if exact else np.allclose(left, right, rtol=1e-9, atol=1e-9)


def compare(folder: pathlib.Path) -> int:
    equal = 0
    cases = json.loads((folder / "cases.json").read_text())
    for case in cases:
        name = case["name"]
        samples = np.fromfile(folder / f"{name}.matrix").reshape(-1, case["columns"])
        transformed = np.fromfile(folder / f"{name}.transformed").reshape(samples.shape)
        mine = joblib.load(folder / f"{name}.joblib")
        other = real(case, samples)
        found = differences(mine, other)
        # What is scaled of a complete matrix is equal in every bit, but for logarithms.
        exact = case["missing"]["type"] == "refuse" and case["scaler"]["type"] != "log1p"
        expected = other.transform(samples)
        if not same(transformed, expected, exact) or not same(mine.transform(samples), expected, exact):
            found.append(f"transforms differently by {np.abs(transformed - expected).max()}")
        if repr(mine) != repr(other) or str(mine.get_params()) != str(other.get_params()):
            found.append("parameters differ")
        if not same(clone(mine).fit(samples).transform(samples), expected, True):
            found.append("fitted again, it differs")
        buffer = io.BytesIO()
        joblib.dump(mine, buffer)
        buffer.seek(0)
        with open(folder / f"{name}.joblib", "rb") as file:
            copies = [pickle.load(file), joblib.load(buffer)]
        if any(copy.transform(samples).tobytes() != mine.transform(samples).tobytes() for copy in copies):
            found.append("copies transform differently")
        equal += not found
        if found:
            print(f"{name}: {'; '.join(found)}")
    print(f"{equal} transformers are equal")
    return 0 if equal == len(cases) else 1


if __name__ == "__main__":
    command, folder = sys.argv[1], pathlib.Path(sys.argv[2])
    sys.exit(compare(folder) if command == "compare" else generate(folder))
