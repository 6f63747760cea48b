"""Reads a pickle of every kind of value and compares it with the same values in Python."""

import io
import pickle
import pickletools
import sys

import joblib
import numpy as np
from sklearn.ensemble._hist_gradient_boosting.common import PREDICTOR_RECORD_DTYPE

INTS = [0, 1, 255, 256, 65535, 65536, 2**31 - 1, 2**31, 2**32 - 1, 2**63 - 1, -1, -(2**63)]
FLOATS = [0.0, -0.0, 0.1, -2.5, sys.float_info.max, sys.float_info.min]
EXPECTED = {
    "nothing": None,
    "flags": [True, False],
    "ints": INTS,
    "floats": FLOATS,
    "texts": ["", "é ✓", "x" * 255, "x" * 256, "x" * 70000],
    "tuples": [tuple(range(n)) for n in range(6)],
    "many": [f"text {i % 300}" for i in range(600)],
    "number": np.float64(0.1),
    "empty array": np.array([], dtype="f8"),
    "arrays": [np.array(FLOATS), np.array(INTS), np.full((2, 35000), 7, dtype="u1")],
    "empty list": [],
    "empty dict": {},
    "big ints": [2**128 - 1, 2**63],
    "any keys": {3: 0.5, (): None},
    "classes": [np.random.RandomState],
    "scalars": [np.uint64(7), np.int64(-7)],
    "dtypes": [np.dtype("f8"), np.dtype("?"), PREDICTOR_RECORD_DTYPE],
    "records": [np.array([True, False]), np.frombuffer(bytes(range(168)), PREDICTOR_RECORD_DTYPE)],
    "shared": [[1.5], [[1.5]], [1.5]],
    "stated": None,
}


def same(a, b) -> bool:
    if type(a) is not type(b):
        return False
    if isinstance(a, np.ndarray):
        return (a.dtype, a.shape, a.tobytes(), a.flags.writeable) == (b.dtype, b.shape, b.tobytes(), True)
    if isinstance(a, (list, tuple)):
        return len(a) == len(b) and all(map(same, a, b))
    if isinstance(a, float):
        return a.hex() == b.hex()
    return a == b


with open(sys.argv[1], "rb") as file:
    data = file.read()
pickletools.dis(data, out=io.StringIO())  # fails when the stack or the memo is out of order
for values in (pickle.loads(data), pickle._loads(data), joblib.load(sys.argv[1])):
    assert list(values) == list(EXPECTED)
    state = values.pop("stated").getstate()
    assert state == (3, (*range(624), 7), None)
    first, (second,), third = values["shared"]
    assert first is second is third
    for name, value in values.items():
        assert same(value, EXPECTED[name]), name
print("all values are equal")
