"""Logistic regressions, compared with real fits of scikit-learn.

Run to a tight tolerance, coefficients and intercepts agree within 1e-6 (of the largest). At the tolerance
of scikit-learn's default solver, the loss is no worse than its.
"""

import sys
import warnings

import numpy as np
from classifiers import alive, main
from sklearn.exceptions import ConvergenceWarning
from sklearn.linear_model import LogisticRegression

TIGHT = {"tol": 1e-10}


def clouds(rows: int, columns: int, classes: int, seed: int = 0):
    random = np.random.RandomState(seed)
    labels = np.arange(rows) % classes
    random.shuffle(labels)
    centres = random.randn(classes, columns)
    return centres[labels] + 2 * random.randn(rows, columns), labels


def cases():
    def case(name, data, parameters=None, weights=None):
        samples, labels = data
        parameters = parameters or {}
        for suffix, more in (("", {}), ("-tight", TIGHT)):
            yield (
                name + suffix,
                samples,
                labels,
                weights,
                {"type": "logistic_regression", **parameters, **more},
            )

    two, three = clouds(400, 8, 2), clouds(500, 6, 3)
    weights = np.random.RandomState(1).randint(0, 4, 400) / 2
    rare = (two[0], (np.arange(400) % 29 == 0).astype(int))
    single = (two[0][:60], (np.arange(60) == 7).astype(int))
    scales = (two[0] * np.logspace(-3, 3, 8), two[1])
    shifted = (two[0] + 50, two[1])
    separable = (np.where(two[1][:, None] == 1, 3.0, -3.0) + two[0] / 10, two[1])
    repeated = (two[0][:, [0, 1, 1, 2, 2, 2]], two[1])
    constant = (np.hstack([np.full((400, 2), 4.0), two[0]]), two[1])
    all_constant = (np.full((50, 3), 2.5), np.arange(50) % 2)
    random = np.random.RandomState(3)
    unequal = random.poisson(0.3, (150, 600)) * np.exp(3 * random.randn(600))
    unequal = (unequal, (unequal[:, :9] > 0).sum(axis=1) % 2)
    counts = (np.random.RandomState(2).poisson(0.5, (600, 12)).astype(float), np.arange(600) % 2)
    yield from case("two", two)
    yield from case("three", three)
    yield from case("ten-classes", clouds(800, 5, 10))
    yield from case("one-column", clouds(100, 1, 2))
    yield from case("two-rows", (np.array([[1.0, 2.0], [3.0, -1.0]]), [0, 1]))
    yield from case("wide", clouds(30, 100, 2))
    yield from case("wide-three", clouds(40, 200, 3))
    yield from case("wide-unequal", unequal)
    yield from case("strong-penalty", two, {"C": 1e-4})
    yield from case("weak-penalty", two, {"C": 1e5})
    yield from case("no-intercept", two, {"fit_intercept": False})
    yield from case("no-intercept-three", three, {"fit_intercept": False, "C": 0.1})
    yield from case("balanced", rare, {"class_weight": "balanced"})
    yield from case("balanced-three", three, {"class_weight": "balanced"})
    yield from case("weights", two, {}, weights)
    yield from case("weights-balanced", rare, {"class_weight": "balanced"}, weights)
    yield from case("single", single)
    yield from case("scales", scales)
    yield from case("shifted", shifted)
    yield from case("separable", separable, {"C": 100.0})
    yield from case("repeated-columns", repeated)
    yield from case("constant-columns", constant)
    yield from case("all-constant", all_constant)
    yield from case("counts", counts)


def loss(model, case) -> float:
    """The objective of scikit-learn's user guide, divided by C and the total weight."""
    weights = np.ones(len(case.labels)) if case.weights is None else case.weights
    if model.class_weight is not None:
        totals = np.bincount(case.labels, weights)
        weights = weights * (totals.sum() / (len(totals) * totals))[case.labels]
    logits = model.decision_function(case.samples)
    if logits.ndim == 1:
        logits = np.stack([np.zeros_like(logits), logits], axis=1)
    losses = np.logaddexp.reduce(logits, axis=1) - logits[np.arange(len(case.labels)), case.labels]
    return np.average(losses, weights=weights) + (model.coef_**2).sum() / (2 * model.C * weights.sum())


def compare(case, model) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ConvergenceWarning)
        real = LogisticRegression(**case.parameters)
        real.fit(case.samples, case.labels, sample_weight=case.weights)
        tight = case.parameters.get("tol", 1) <= TIGHT["tol"]
        alive(case, model, real, 1e-12)
        exact = LogisticRegression(
            **{**case.parameters, **TIGHT, "solver": "newton-cholesky", "max_iter": 1000}
        ).fit(case.samples, case.labels, sample_weight=case.weights)
    ours, theirs = loss(model, case), loss(real, case)
    case.check(ours <= theirs + 1e-13, f"the loss {ours!r} is worse than {theirs!r}")
    if tight:
        size = np.abs(exact.coef_).max()
        case.near(model.coef_, exact.coef_, "coef_", 1e-6, 1e-6 * max(size, 1e-6))
        case.near(model.intercept_, exact.intercept_, "intercept_", 1e-6, 1e-6 * max(size, 1))
        case.near(model.predict_proba(case.samples), exact.predict_proba(case.samples), "proba", 0, 1e-7)


if __name__ == "__main__":
    sys.exit(main(cases, compare, "logistic regressions are equal"))
