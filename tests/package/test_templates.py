"""The Python that finds templates agrees with the Rust that mined them, about every message of a corpus
that Rust wrote."""

import importlib.util
import json
import random
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
CORPUS = json.loads((ROOT / "tests/package/templates.json").read_text(encoding="utf-8"))


def twin():
    """The module by itself: it needs nothing but the standard library."""
    path = ROOT / "backend/package/python/featurizer/templates.py"
    specification = importlib.util.spec_from_file_location("templates_twin", path)
    module = importlib.util.module_from_spec(specification)
    specification.loader.exec_module(module)
    return module


TWIN = twin()


def test_every_message_is_masked_and_found_as_in_rust() -> None:
    matcher = TWIN.Matcher(CORPUS["templates"])
    wrong = [
        (message, masked, template)
        for message, masked, template in CORPUS["cases"]
        if matcher.mask(message.encode()).decode() != masked or matcher.find(message) != template
    ]
    assert not wrong[:3]
    found = [template for _, _, template in CORPUS["cases"]]
    assert len(set(found)) > 50 and found.count(None) > 500


def test_the_order_of_messages_does_not_matter() -> None:
    matcher = TWIN.Matcher(CORPUS["templates"])
    cases = CORPUS["cases"][:]
    random.Random(1).shuffle(cases)
    assert [matcher.find(message) for message, _, _ in cases] == [template for _, _, template in cases]


@pytest.mark.parametrize("version", [1, 3])
def test_another_version_is_refused(version: int) -> None:
    with pytest.raises(ValueError, match="fit the feature set again"):
        TWIN.Matcher({**CORPUS["templates"], "version": version})
