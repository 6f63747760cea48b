"""Standard scalers, compared with real fits of scikit-learn.

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
from sklearn.preprocessing import StandardScaler


def matrices() -> dict[str, np.ndarray]:
    random = np.random.RandomState(7)
    wide = random.randn(3000, 41) * 10.0 ** random.randint(-8, 9, 41) + 10.0 ** random.randint(-3, 6, 41)
    constant = random.randn(500, 6)
    constant[:, 1], constant[:, 3], constant[:, 4] = 0.1, 0.0, 1e15 + 0.3
    # Constant but for rounding: scaled like a constant column.
    constant[::2, 4] += 0.125
    return {
        "one-row": random.randn(1, 5),
        "two-rows": random.randn(2, 2),
        "small": random.randn(60, 4),
        "wide": wide,
        "constant-columns": constant,
        "nearly-constant": 1 + 3e-8 * random.randint(0, 9, (400, 6)),
        "counts": random.poisson(0.7, (20000, 9)).astype(float),
        "large": random.exponential(1.0, (120000, 3)),
        **{f"one-column-of-{n}": random.randn(n, 1) * 3 + 5 for n in (1, 5, 8, 100, 129, 1000, 8193, 100003)},
    }


def generate(folder: pathlib.Path) -> None:
    cases = []
    for name, samples in matrices().items():
        assert samples.flags.c_contiguous
        samples.tofile(folder / f"{name}.matrix")
        cases.append({"name": name, "columns": samples.shape[1]})
    (folder / "cases.json").write_text(json.dumps(cases))


def differences(scaler, real, samples: np.ndarray, scaled: np.ndarray) -> list[str]:
    found = []
    for name, value in vars(real).items():
        mine = vars(scaler).get(name)
        if type(mine) is not type(value):
            found.append(f"type of {name}: {type(mine)}, not {type(value)}")
        elif isinstance(value, np.ndarray):
            if (mine.dtype, mine.tobytes()) != (value.dtype, value.tobytes()):
                found.append(f"{name} differs by {np.abs(mine - value).max():.1e}")
        elif mine != value:
            found.append(f"{name} is {mine!r}, not {value!r}")
    if set(vars(scaler)) != set(vars(real)):
        found.append(f"attributes: {set(vars(scaler)) ^ set(vars(real))}")
    if scaler.transform(samples).tobytes() != real.transform(samples).tobytes():
        found.append("the read scaler scales differently")
    if scaled.tobytes() != real.transform(samples).tobytes():
        found.append("our own scaled matrix differs")
    if repr(scaler) != repr(real) or scaler.get_params() != real.get_params():
        found.append("parameters differ")
    if clone(scaler).fit(samples).scale_.tobytes() != real.scale_.tobytes():
        found.append("fitted again, it differs")
    return found


def compare(folder: pathlib.Path) -> int:
    equal = 0
    cases = json.loads((folder / "cases.json").read_text())
    for case in cases:
        name = case["name"]
        samples = np.fromfile(folder / f"{name}.matrix").reshape(-1, case["columns"])
        scaled = np.fromfile(folder / f"{name}.scaled").reshape(samples.shape)
        scaler = joblib.load(folder / f"{name}.joblib")
        found = differences(scaler, StandardScaler().fit(samples), samples, scaled)
        buffer = io.BytesIO()
        joblib.dump(scaler, buffer)
        buffer.seek(0)
        with open(folder / f"{name}.joblib", "rb") as file:
            copies = [pickle.load(file), joblib.load(buffer)]
        if any(copy.transform(samples).tobytes() != scaler.transform(samples).tobytes() for copy in copies):
            found.append("copies scale differently")
        equal += not found
        if found:
            print(f"{name}: {'; '.join(found)}")
    print(f"{equal} scalers are equal")
    return 0 if equal == len(cases) else 1


if __name__ == "__main__":
    command, folder = sys.argv[1], pathlib.Path(sys.argv[2])
    sys.exit(compare(folder) if command == "compare" else generate(folder))
