"""Gaussian naive Bayes, compared with real fits of scikit-learn: within 1e-9."""

import sys

import numpy as np
from classifiers import alive, main
from sklearn.naive_bayes import GaussianNB


def cases():
    random = np.random.RandomState(0)

    def noise(rows, columns, classes):
        labels = np.arange(rows) % classes
        return labels[:, None] * random.rand(columns) + random.randn(rows, columns), labels

    def case(name, data, parameters=None, weights=None):
        return name, *data, weights, {"type": "gaussian_nb", **(parameters or {})}

    two, five = noise(500, 7, 2), noise(900, 4, 5)
    rare = (two[0], (np.arange(500) == 3).astype(int))
    yield case("two", two)
    yield case("five", five)
    yield case("blocks", noise(9000, 3, 3))
    yield case("one-column", noise(40, 1, 2))
    yield case("two-rows", (np.array([[1.0, 2.0], [3.0, -1.0]]), [0, 1]))
    yield case("wide", noise(20, 90, 2))
    yield case("single", rare)
    yield case("constant-columns", (np.hstack([np.full((500, 2), 4.0), two[0]]), two[1]))
    yield case("far", (two[0] + 1e6, two[1]))
    yield case("sizes", (two[0] * np.logspace(-6, 6, 7), two[1]))
    yield case("counts", (random.poisson(0.4, (700, 9)).astype(float), np.arange(700) % 2))
    yield case("smoothing", two, {"var_smoothing": 0.25})
    yield case("no-smoothing", five, {"var_smoothing": 0.0})
    yield case("priors", five, {"priors": [0.1, 0.2, 0.3, 0.15, 0.25]})
    yield case("weights", two, None, random.rand(500))
    yield case("zero-weights", five, None, random.randint(0, 3, 900).astype(float))
    yield case("weights-priors", two, {"priors": [0.9, 0.1]}, random.rand(500))


def compare(case, model) -> None:
    real = GaussianNB(**case.parameters).fit(case.samples, case.labels, sample_weight=case.weights)
    alive(case, model, real, 1e-9)
    for name in ("epsilon_", "theta_", "var_", "class_count_", "class_prior_"):
        case.near(getattr(model, name), getattr(real, name), name, 1e-9, 1e-300)
    proba = model.predict_proba(case.samples)
    case.near(proba, real.predict_proba(case.samples), "probabilities", 0, 1e-9)


if __name__ == "__main__":
    sys.exit(main(cases, compare, "naive Bayes models are equal"))
