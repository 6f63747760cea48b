"""The street is one-way: a crate uses only what stands to its right in docs/ARCHITECTURE.md."""

import re
import tomllib
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PREFIX = "trainyard-"
# Each of these can be used as a library, without HTTP and without SQL.
LIBRARIES = ["grammar", "templates", "surprise", "intake", "features", "learn", "sklearn", "package"]
HTTP_AND_SQL = re.compile(r"actix|diesel|utoipa-actix-web|utoipa-swagger-ui|trainyard-(store|api)")


@cache
def dependencies() -> dict[str, set[str]]:
    """What each crate under backend/ is built from, test-only dependencies included."""
    found = {}
    for manifest in sorted((ROOT / "backend").glob("*/Cargo.toml")):
        content = tomllib.loads(manifest.read_text())
        tables = [content, *content.get("target", {}).values()]
        kinds = ("dependencies", "dev-dependencies", "build-dependencies")
        found[manifest.parent.name] = {
            name for table in tables for kind in kinds for name in table.get(kind, {})
        }
    return found


def rooms(name: str) -> set[str]:
    """The rooms that a room uses."""
    return {other.removeprefix(PREFIX) for other in dependencies()[name] if other.startswith(PREFIX)}


@cache
def street() -> dict[str, int]:
    """Each room's place in the street: rooms that stand side by side share one."""
    text = (ROOT / "docs/ARCHITECTURE.md").read_text()
    line = re.search(r"^server → .* → types$", text, re.MULTILINE)
    assert line, "docs/ARCHITECTURE.md lists the rooms in one line, `server → … → types`"
    return {
        room: place
        for place, group in enumerate(line[0].split(" → "))
        for room in re.split(r",\s*", group.strip())
    }


def test_every_room_has_its_place_in_the_street() -> None:
    assert set(street()) == set(dependencies())


@pytest.mark.parametrize("name", sorted(dependencies()))
def test_a_room_uses_only_what_stands_to_its_right(name: str) -> None:
    wrong = sorted(room for room in rooms(name) if street()[room] <= street()[name])
    assert not wrong, f"{name} must not use {', '.join(wrong)}"


def test_api_writes_rows_and_never_runs_jobs() -> None:
    assert "jobs" not in rooms("api")
    assert "api" not in rooms("jobs")


@pytest.mark.parametrize("name", LIBRARIES)
def test_the_street_itself_knows_neither_http_nor_sql(name: str) -> None:
    assert not [other for other in dependencies()[name] if HTTP_AND_SQL.match(other)]


def test_versions_are_named_once_for_the_whole_workspace() -> None:
    for manifest in (ROOT / "backend").glob("*/Cargo.toml"):
        content = tomllib.loads(manifest.read_text())
        for kind in ("dependencies", "dev-dependencies", "build-dependencies"):
            for name, wanted in content.get(kind, {}).items():
                assert isinstance(wanted, dict) and wanted.get("workspace"), f"{manifest.parent.name}: {name}"
