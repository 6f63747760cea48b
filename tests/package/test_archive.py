"""The ZIP itself: what is in it, under which names, and that it is the same every time."""

import hashlib
import json
import re
import subprocess
import zipfile
from pathlib import Path

from conftest import PROJECT, Walk

FEATURIZER = PROJECT / "backend/package/python"
GUIDE_FILES = {
    *(
        path.relative_to(FEATURIZER).as_posix()
        for path in FEATURIZER.glob("featurizer/**/*")
        if path.is_file() and "__pycache__" not in path.parts
    ),
    "model.joblib",
    "scaler.joblib",
    "model.onnx",
    "pipeline.trainyard",
    "metadata.json",
    "feature_set.json",
    "deployment_manifest.json",
    "validate_model.py",
    "inference_example.py",
    "requirements.txt",
    "README.md",
}


def contents(folder: Path) -> dict[str, bytes]:
    files = (path for path in folder.rglob("*") if path.is_file())
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in files}


def test_one_folder_holds_the_files_of_the_guide_once_each(scaled_zip: Path):
    names = zipfile.ZipFile(scaled_zip).namelist()
    folder = names[0].split("/")[0]
    assert re.fullmatch(r"model_\d+\.\d+\.\d+\+\d{8}T\d{6}Z_deployment", folder)
    assert len(names) == len(GUIDE_FILES)
    assert {name.removeprefix(folder + "/") for name in names} == GUIDE_FILES


def test_without_a_scaler_there_is_no_scaler_file(unscaled_zip: Path):
    names = {name.partition("/")[2] for name in zipfile.ZipFile(unscaled_zip).namelist()}
    assert names == GUIDE_FILES - {"scaler.joblib"}


def test_the_usual_unzip_unpacks_it(scaled_zip: Path, tmp_path: Path):
    subprocess.run(["python3", "-m", "zipfile", "-e", str(scaled_zip), str(tmp_path)], check=True)
    (folder,) = tmp_path.iterdir()
    assert contents(folder).keys() == GUIDE_FILES


def test_the_manifest_holds_the_digest_of_every_other_file(package: Path):
    manifest = json.loads((package / "deployment_manifest.json").read_bytes())
    digests = {
        name: hashlib.sha256(content).hexdigest()
        for name, content in contents(package).items()
        if name != "deployment_manifest.json"
    }
    assert manifest["file_hashes"] == manifest["file_integrity"] == digests


def test_times_are_naive_utc_that_readers_can_subtract(package: Path):
    from datetime import datetime

    metadata = json.loads((package / "metadata.json").read_bytes())
    created = datetime.fromisoformat(metadata["created_at"])
    assert created.tzinfo is None
    assert (datetime(2100, 1, 1) - created).days > 0
    assert metadata["created_at_utc"] == metadata["created_at"] + "Z"


def test_a_download_is_named_after_its_folder_and_never_differs(walk: Walk, scaled_zip: Path):
    first, second = walk.server.package(walk.model), walk.server.package(walk.model)
    assert first.body == second.body
    folder = zipfile.ZipFile(scaled_zip).namelist()[0].split("/")[0]
    assert f'"{folder}.zip"' in first.headers["Content-Disposition"]
    assert first.headers["ETag"] == f'"{hashlib.sha256(first.body).hexdigest()}"'


def test_the_flat_layout_holds_the_same_files_at_the_root(walk: Walk, package: Path, tmp_path: Path):
    archive = tmp_path / "flat.zip"
    archive.write_bytes(walk.server.package(walk.model, "?layout=flat").body)
    flat = zipfile.ZipFile(archive)
    assert {name: flat.read(name) for name in flat.namelist()} == contents(package)
