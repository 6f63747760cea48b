"""Compares with numpy: random streams (`streams FILE`), offsets and statistics of scores (`scores FILE`)."""

import json
import sys

import numpy as np
from sklearn.utils.random import sample_without_replacement


def streams(cases: list[dict]) -> None:
    for case in cases:
        random = np.random.RandomState(case["seed"])
        assert random.random_sample(len(case["doubles"])).tolist() == case["doubles"]
        for bound, numbers in zip(case["bounds"], case["below"], strict=True):
            assert random.randint(bound, size=len(numbers)).tolist() == numbers, bound
        for permutation in case["permutations"]:
            assert random.permutation(len(permutation)).tolist() == permutation
        for (population, count), sample in zip(case["sizes"], case["samples"], strict=True):
            real = sample_without_replacement(population, count, random_state=random)
            assert real.tolist() == sample, (population, count)
        assert random.random_sample() == case["last"]
    print(f"{len(cases)} streams are equal")


def scores(cases: list[dict]) -> None:
    for case in cases:
        values = np.array(case["scores"])
        for contamination, offset in zip(case["contaminations"], case["offsets"], strict=True):
            assert np.percentile(values, 100.0 * contamination) == offset, (len(values), contamination)
        anomalies, found = -values, case["statistics"]
        real = {
            "count": len(values),
            "mean": anomalies.mean(),
            "standard_deviation": anomalies.std(),
            "minimum": anomalies.min(),
            "median": np.median(anomalies),
            "maximum": anomalies.max(),
            "anomaly_count": int((anomalies > 0.6).sum()),
            "anomaly_ratio": (anomalies > 0.6).mean(),
            **{f"percentile_{q}": np.percentile(anomalies, q) for q in (25, 75, 95, 99)},
        }
        assert set(found) == set(real)
        for name, value in real.items():
            # The last digit of a mean depends on how its sum is vectorised.
            assert abs(found[name] - value) <= 4e-16, (name, found[name], value)
    print(f"{len(cases)} sets of scores are equal")


if __name__ == "__main__":
    with open(sys.argv[2], encoding="utf-8") as file:
        {"streams": streams, "scores": scores}[sys.argv[1]](json.load(file))
