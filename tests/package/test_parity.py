"""The package and the server agree: every score of the real export, to 1e-12."""

import csv
import json
import subprocess
from pathlib import Path

import pytest
import trainyard
from conftest import EXPORT, Run, Walk, load_inference, unpack

TOLERANCE = 1e-12


@pytest.fixture(scope="module")
def matrix(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The features of every record of the export, as the server's own program computes them."""
    output = tmp_path_factory.mktemp("features") / "features.csv"
    subprocess.run([trainyard.binary(), "features", str(EXPORT), "--output", str(output)], check=True)
    return output


def read_rows(path: Path) -> list[dict[str, float]]:
    with path.open(newline="") as file:
        return [{name: float(text) for name, text in row.items()} for row in csv.DictReader(file)]


def download(walk: Walk, folder: Path) -> Path:
    archive = folder / "package.zip"
    archive.write_bytes(walk.server.package(walk.model).body)
    return unpack(archive, folder)


@pytest.mark.parametrize("kind", ["walk", "unscaled_walk"])
def test_every_score_is_the_servers(kind: str, matrix: Path, tmp_path: Path, request: pytest.FixtureRequest):
    walk: Walk = request.getfixturevalue(kind)
    rows = read_rows(matrix)
    assert len(rows) == 35
    ours = walk.server.predict(walk.model, rows)
    theirs = load_inference(download(walk, tmp_path)).ModelInference().predict(rows)
    assert len(ours["scores"]) == len(theirs["scores"]) == len(rows)
    assert max(abs(a - b) for a, b in zip(ours["scores"], theirs["scores"], strict=True)) <= TOLERANCE
    assert abs(ours["threshold"] - theirs["threshold"]) <= TOLERANCE
    for key in ("predictions", "anomaly_count", "total_samples"):
        assert ours[key] == theirs[key]


def test_the_command_line_gives_the_servers_scores_in_a_fresh_environment(
    walk: Walk, matrix: Path, run: Run, tmp_path: Path
):
    ours = walk.server.predict(walk.model, read_rows(matrix))
    result = run(download(walk, tmp_path) / "inference_example.py", matrix)
    assert result.returncode == 0, result.stderr
    theirs = [json.loads(line) for line in result.stdout.splitlines()]
    assert [line["prediction"] for line in theirs] == ours["predictions"]
    for line, score in zip(theirs, ours["scores"], strict=True):
        assert abs(line["score"] - score) <= TOLERANCE


def test_the_raw_model_is_the_one_in_the_package(walk: Walk, tmp_path: Path):
    raw = walk.server.request("GET", f"/api/v1/models/{walk.model['id']}/file")
    assert raw.status == 200
    assert raw.body == (download(walk, tmp_path) / "model.joblib").read_bytes()
