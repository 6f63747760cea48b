"""Where things are, and how figures are printed."""

import os
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
SHARED = ROOT.parent / "shared"
CACHE = Path.home() / ".cache/trainyard"
TARGET = Path(os.environ.get("CARGO_TARGET_DIR", CACHE / "target"))
BINARY = Path(os.environ.get("TRAINYARD_BIN", TARGET / "release/trainyard"))
PYTHON = Path(os.environ.get("TRAINYARD_PYTHON", CACHE / "venv/bin/python"))


def table(title: str, columns: list[str], rows: list[list[str]]) -> None:
    widths = [max(map(len, column)) for column in zip(columns, *rows, strict=True)]
    print(f"\n{title}")
    for row in [columns, ["-" * width for width in widths], *rows]:
        cells = [
            row[0].ljust(widths[0]),
            *(cell.rjust(w) for cell, w in zip(row[1:], widths[1:], strict=True)),
        ]
        print("  " + "  ".join(cells).rstrip(), flush=True)


def missing(title: str, reason: str) -> None:
    print(f"\n{title}\n  not measured: {reason}", flush=True)
