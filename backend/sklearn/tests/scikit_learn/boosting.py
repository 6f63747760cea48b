"""Histogram gradient boosting, compared with real fits of scikit-learn: the same bins, and the same trees."""

import sys

import numpy as np
from classifiers import alive, main
from sklearn.ensemble import HistGradientBoostingClassifier


def cases():
    random = np.random.RandomState(0)

    def noise(rows, columns, classes, kind="normal"):
        samples = random.randn(rows, columns)
        if kind == "counts":
            samples = random.poisson(0.8, (rows, columns)).astype(float)
        elif kind == "rounded":
            samples = np.round(2 * samples) / 2
        score = samples[:, 0] * (samples[:, -1] > 0) + random.randn(rows) / 2
        labels = np.searchsorted(np.quantile(score, np.arange(1, classes) / classes), score)
        return samples, labels

    def missing(data, share):
        samples, labels = data[0].copy(), data[1]
        samples[random.rand(*samples.shape) < share] = np.nan
        samples[labels == 1, 1] = np.where(random.rand((labels == 1).sum()) < 0.7, np.nan, 0.5)
        return samples, labels

    def case(name, data, parameters=None, weights=None):
        parameters = {"max_iter": 12, **(parameters or {})}
        return name, *data, weights, {"type": "hist_gradient_boosting", **parameters}

    two = noise(3000, 6, 2)
    rare = (two[0], (np.arange(3000) % 50 == 0).astype(int))
    yield case("two", two, {"max_iter": 30})
    yield case("small", noise(50, 4, 2))
    yield case("too-few", noise(30, 3, 2))
    yield case("one-column", noise(500, 1, 2))
    yield case("nine-columns", noise(900, 9, 2))
    yield case("counts", noise(2000, 8, 2, "counts"))
    yield case("rounded", noise(1500, 5, 2, "rounded"))
    yield case("few-leaves", two, {"max_leaf_nodes": 4})
    yield case("two-leaves", two, {"max_leaf_nodes": 2})
    yield case("no-limit", noise(1200, 5, 2), {"max_leaf_nodes": None, "min_samples_leaf": 5})
    yield case("shallow", two, {"max_depth": 3})
    yield case("stumps", two, {"max_depth": 1, "learning_rate": 0.5})
    yield case("single-samples", noise(200, 3, 2), {"min_samples_leaf": 1, "max_iter": 5})
    yield case("penalty", two, {"l2_regularization": 3.5})
    yield case("few-bins", two, {"max_bins": 16})
    yield case("two-bins", two, {"max_bins": 2})
    yield case("missing", missing(two, 0.1))
    yield case("mostly-missing", missing(noise(2000, 5, 2), 0.9))
    yield case("constant-columns", (np.hstack([np.full((3000, 2), 4.0), two[0]]), two[1]))
    yield case("all-constant", (np.full((100, 2), 4.0), np.arange(100) % 2))
    yield case("three", noise(2000, 5, 3))
    yield case("three-missing", missing(noise(1500, 5, 3), 0.2))
    yield case("seven", noise(1500, 4, 7), {"max_iter": 5})
    yield case("balanced", rare, {"class_weight": "balanced"})
    yield case("weights", two, {}, random.randint(1, 4, 3000).astype(float))
    yield case("weights-balanced", rare, {"class_weight": "balanced"}, random.rand(3000) + 0.1)
    yield case("zero-weights", two, {}, random.randint(0, 3, 3000).astype(float))
    yield case("many", noise(200_500, 2, 2), {"max_iter": 3, "random_state": 7})


def compare(case, model) -> None:
    real = HistGradientBoostingClassifier(**{"random_state": 42, **case.parameters}, early_stopping=False)
    real.fit(case.samples, case.labels, sample_weight=case.weights)
    alive(case, model, real, 1e-12)
    ours, theirs = vars(model._bin_mapper), vars(real._bin_mapper)
    case.check(set(ours) == set(theirs), f"attributes of bins: {set(ours) ^ set(theirs)}")
    for name, value in theirs.items():
        case.check(type(ours[name]) is type(value), f"type of {name} of bins differs")
    thresholds = zip(ours["bin_thresholds_"], theirs["bin_thresholds_"], strict=True)
    for i, (a, b) in enumerate(thresholds):
        case.check(np.array_equal(a, b) and a.dtype == b.dtype, f"thresholds of column {i} differ")
    for name in ("is_categorical_", "n_bins_non_missing_"):
        case.check(np.array_equal(ours[name], theirs[name]) and ours[name].dtype == theirs[name].dtype, name)
    case.check(model._random_seed == real._random_seed, "the seed differs")
    states = [m._feature_subsample_rng.bit_generator.state for m in (model, real)]
    case.check(states[0] == states[1], "the generator differs")
    losses = [(type(m._loss), m._loss.n_classes) for m in (model, real)]
    case.check(losses[0] == losses[1], "the loss differs")
    case.near(model._baseline_prediction, real._baseline_prediction, "baseline", 1e-14, 1e-15)

    pairs = [
        (a, b)
        for m, r in zip(model._predictors, real._predictors, strict=True)
        for a, b in zip(m, r, strict=True)
    ]
    for i, (a, b) in enumerate(pairs):
        case.check(a.nodes.dtype == b.nodes.dtype, "dtype of nodes differs")
        if len(a.nodes) != len(b.nodes):
            case.found.append(f"tree {i} has {len(a.nodes)} nodes, not {len(b.nodes)}")
            break
        exact = [name for name in a.nodes.dtype.names if name not in ("value", "gain")]
        different = [name for name in exact if not np.array_equal(a.nodes[name], b.nodes[name])]
        case.check(not different, f"tree {i}: {', '.join(different)} differ")
        # Gradients are single-precision numbers, the last bit of which may round differently.
        for name in ("value", "gain"):
            size = np.abs(b.nodes[name]).max()
            case.near(a.nodes[name], b.nodes[name], f"tree {i}: {name}", 1e-5, 1e-7 * size)
        case.check(a.binned_left_cat_bitsets.shape == b.binned_left_cat_bitsets.shape, "bitsets differ")
        if case.found:
            break
    apart = np.abs(model.predict_proba(case.samples) - real.predict_proba(case.samples)).max()
    case.check(apart < 1e-6, f"probabilities are {apart:.1e} apart")


if __name__ == "__main__":
    sys.exit(main(cases, compare, "boosted models are equal"))
