"""What `scripts/bench` measures: a module per theme.

To add a theme: write a module here whose `PARTS` names functions, `{"mining": mining}`, and append its name
to `THEMES`. A part takes a `Bench`, measures, and prints one `report.table` whose title says the goal; a peer
is measured in the same run, and where logs or tools are missing the part says so with `report.missing`. The
standard library is enough: what needs more runs in an interpreter of its own (`report.PYTHON`, or a venv
below `report.CACHE`).
"""

import contextlib
import functools
import importlib
import os
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

from . import service
from .report import BINARY

# In the order in which they run.
THEMES = ("street", "isolation_forest", "estimators", "intake", "features", "detection", "judgement")


class Bench:
    """What a part may use."""

    def __init__(self, folder: Path, closing: contextlib.ExitStack) -> None:
        # For logs and results; gone at the end.
        self.folder = folder
        self._closing = closing

    @functools.cached_property
    def service(self) -> service.Service:
        """A running service, started when a part first asks for it."""
        return self._closing.enter_context(service.service())


def parts() -> dict[str, Callable[[Bench], None]]:
    modules = [importlib.import_module(f".{theme}", __name__) for theme in THEMES]
    return {name: part for module in modules for name, part in module.PARTS.items()}


def main(names: list[str]) -> None:
    known = parts()
    unknown = [name for name in names if name not in known]
    if unknown:
        sys.exit(f"unknown: {', '.join(unknown)}; the parts are {', '.join(known)}")
    if not BINARY.exists():
        sys.exit(f"{BINARY} is not there: run `make build`, or name a program in TRAINYARD_BIN")
    load = os.getloadavg()[0]
    print(f"{BINARY}\n{os.cpu_count()} cores, load {load:.1f} at the start", flush=True)
    with (
        tempfile.TemporaryDirectory(prefix="trainyard-bench-logs-") as folder,
        contextlib.ExitStack() as closing,
    ):
        bench = Bench(Path(folder), closing)
        for name, part in known.items():
            if name in names or not names:
                part(bench)
