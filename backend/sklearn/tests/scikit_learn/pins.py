"""Checks that the pins given as arguments are installed, and that nothing that they need is without a pin."""

import importlib.metadata
import re
import sys

pins = dict(line.split("==") for line in sys.argv[1:])
for name, version in pins.items():
    found = importlib.metadata.version(name)
    assert found == version, f"{name} {found} is installed, {version} is pinned"
    for requirement in importlib.metadata.requires(name) or []:
        needed, _, marker = requirement.partition(";")
        needed = re.match(r"[\w.-]+", needed)[0].lower()
        assert "extra" in marker or needed in pins, f"{name} needs {needed}, which has no pin"
print("all pins are installed, and complete")
