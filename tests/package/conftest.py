"""Packages to test, made by a running server from a real log export, and a fresh environment to run them in.

`TRAINYARD_BIN` names the server. With `TRAINYARD_PACKAGES`, a folder that holds `scaled.zip` and
`unscaled.zip`, the tests that look at a package only take it from there and no server is started for them.
"""

import importlib.util
import os
import shutil
import subprocess
import sys
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path
from types import ModuleType
from typing import Any, NamedTuple

import pytest
import trainyard

sys.dont_write_bytecode = True

PROJECT = Path(__file__).resolve().parents[2]
EXPORT = PROJECT.parent / "shared/data/mcp_export/export_20250701.json"


class Walk(NamedTuple):
    """A deployed model and the server that it lives on."""

    server: trainyard.Trainyard
    model: dict[str, Any]


@pytest.fixture(scope="session")
def server() -> Iterator[trainyard.Trainyard]:
    with trainyard.server() as client:
        yield client


@pytest.fixture(scope="session")
def dataset(server: trainyard.Trainyard) -> dict[str, Any]:
    return server.upload(EXPORT)


@pytest.fixture(scope="session")
def walk(server: trainyard.Trainyard, dataset: dict[str, Any]) -> Walk:
    algorithm = {"type": "isolation_forest", "n_estimators": 100, "random_state": 42}
    model = server.train(dataset, algorithm=algorithm)
    server.deploy(model)
    return Walk(server, model)


@pytest.fixture(scope="session")
def unscaled_walk(server: trainyard.Trainyard, dataset: dict[str, Any]) -> Walk:
    model = server.train(
        dataset,
        name="unscaled",
        algorithm={"type": "isolation_forest"},
        scaler={"type": "none"},
        evaluation={"split": "none"},
    )
    server.deploy(model)
    return Walk(server, model)


def package_zip(kind: str, request: pytest.FixtureRequest, walk: str, folder: Path) -> Path:
    """`TRAINYARD_PACKAGES` if it is set, or what the server gives for the model of the fixture `walk`."""
    if packages := os.environ.get("TRAINYARD_PACKAGES"):
        return Path(packages) / f"{kind}.zip"
    client, model = request.getfixturevalue(walk)
    path = folder / f"{kind}.zip"
    path.write_bytes(client.package(model).body)
    return path


@pytest.fixture(scope="session")
def scaled_zip(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return package_zip("scaled", request, "walk", tmp_path_factory.mktemp("scaled"))


@pytest.fixture(scope="session")
def unscaled_zip(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return package_zip("unscaled", request, "unscaled_walk", tmp_path_factory.mktemp("unscaled"))


def unpack(archive: Path, folder: Path) -> Path:
    """Unpack as `unzip` does and return the package's folder."""
    with zipfile.ZipFile(archive) as content:
        content.extractall(folder)
        return folder / content.namelist()[0].split("/")[0]


@pytest.fixture
def package(scaled_zip: Path, tmp_path: Path) -> Path:
    """A package with a scaler, unpacked for one test alone."""
    return unpack(scaled_zip, tmp_path)


@pytest.fixture
def unscaled_package(unscaled_zip: Path, tmp_path: Path) -> Path:
    """A package without a scaler, unpacked for one test alone."""
    return unpack(unscaled_zip, tmp_path)


@pytest.fixture(scope="session")
def python(scaled_zip: Path, tmp_path_factory: pytest.TempPathFactory) -> str:
    """The interpreter of a new environment that holds exactly what the package's requirements.txt names."""
    folder = unpack(scaled_zip, tmp_path_factory.mktemp("requirements"))
    environment = tmp_path_factory.mktemp("environment")
    subprocess.run([sys.executable, "-m", "venv", str(environment)], check=True)
    interpreter = str(environment / "bin/python")
    pip = [interpreter, "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
    subprocess.run([*pip, "--no-deps", "-r", str(folder / "requirements.txt")], check=True)
    subprocess.run([interpreter, "-m", "pip", "check"], check=True)
    return interpreter


Run = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture
def run(python: str, tmp_path_factory: pytest.TempPathFactory) -> Run:
    """Runs the fresh interpreter, with every warning an error, from an empty folder of its own."""
    elsewhere = tmp_path_factory.mktemp("elsewhere")

    def run(*arguments: str | Path, **environment: str) -> subprocess.CompletedProcess[str]:
        clean = {key: value for key, value in os.environ.items() if not key.startswith("PYTHON")}
        result = subprocess.run(
            [python, "-W", "error", *map(str, arguments)],
            cwd=elsewhere,
            env={**clean, **environment},
            capture_output=True,
            text=True,
        )
        assert not any(elsewhere.iterdir()), "something was written to the working directory"
        return result

    yield run
    shutil.rmtree(elsewhere, ignore_errors=True)


def load_inference(folder: Path) -> ModuleType:
    """The package's `inference_example` as a module of its own, without a bytecode cache."""
    specification = importlib.util.spec_from_file_location(
        "inference_example", folder / "inference_example.py"
    )
    assert specification is not None and specification.loader is not None
    module = importlib.util.module_from_spec(specification)
    specification.loader.exec_module(module)
    return module
