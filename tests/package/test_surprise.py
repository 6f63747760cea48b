"""The Python that tells how unusual records are agrees with the Rust that was fitted, about every record of a
corpus that Rust wrote."""

import importlib
import json
import sys
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

import pytest

ROOT = Path(__file__).resolve().parents[2]
CORPUS = json.loads((ROOT / "tests/package/surprise.json").read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def twin() -> Iterator[ModuleType]:
    """The module by itself: it needs nothing but the standard library."""
    folder = ROOT / "backend/package/python/featurizer"
    kept = {name: sys.modules.pop(name) for name in list(sys.modules) if name.split(".")[0] == "featurizer"}
    for name, path in (("featurizer", folder), ("featurizer.features", folder / "features")):
        sys.modules[name] = ModuleType(name)
        sys.modules[name].__path__ = [str(path)]
    yield importlib.import_module("featurizer.features.surprise")
    for name in [name for name in sys.modules if name.split(".")[0] == "featurizer"]:
        del sys.modules[name]
    sys.modules.update(kept)


def test_every_record_surprises_as_in_rust(twin: ModuleType) -> None:
    surprise = twin.Surprise(CORPUS["state"])
    for *record, expected in CORPUS["cases"]:
        assert surprise.push(*record) == pytest.approx(expected, rel=1e-9, abs=1e-9), record


def test_the_corpus_has_all_there_is(twin: ModuleType) -> None:
    rows = [row for *_, row in CORPUS["cases"]]
    assert all(sum(row[at] > 0.0 for row in rows) > 3 for at in range(len(twin.NAMES)))
    assert sum(twin.score(row) > 3.0 for row in rows) > 100


def test_another_version_is_refused(twin: ModuleType) -> None:
    with pytest.raises(ValueError, match="fit the feature set again"):
        twin.Surprise({**CORPUS["state"], "version": 2})
