"""`validate_model.py` in a fresh environment: it passes what is whole, and names everything that is not."""

import hashlib
import json
import os
import pickle
from collections.abc import Callable
from pathlib import Path
from typing import Any

import joblib
import pytest
from conftest import Run

HASHED_FILES = [
    "model.joblib",
    "scaler.joblib",
    "metadata.json",
    "validate_model.py",
    "inference_example.py",
    "featurizer/__init__.py",
    "featurizer/features/record.py",
    "requirements.txt",
    "README.md",
]


def report(run: Run, package: Path, **environment: str) -> dict[str, Any]:
    """What the script says of a package that it must refuse."""
    result = run(trusted(package), "--json", "--model-dir", package, **environment)
    assert result.returncode == 1, result.stdout + result.stderr
    parsed = json.loads(result.stdout)
    assert parsed["valid"] is False and parsed["failures"]
    return parsed


def trusted(package: Path) -> Path:
    """The script as it was shipped: a test may damage the one in the package."""
    copy = package.parent / "trusted_validate_model.py"
    return copy if copy.exists() else package / "validate_model.py"


def keep_script(package: Path) -> None:
    (package.parent / "trusted_validate_model.py").write_bytes((package / "validate_model.py").read_bytes())


def status(parsed: dict[str, Any]) -> dict[str, str]:
    return {check["name"]: check["status"] for check in parsed["checks"]}


def edit_manifest(package: Path, change: Callable[[dict[str, Any]], None]) -> None:
    path = package / "deployment_manifest.json"
    manifest = json.loads(path.read_bytes())
    change(manifest)
    path.write_text(json.dumps(manifest))


def rewrite(package: Path, name: str, content: bytes) -> None:
    """Replace a file and its hashes: a mistake of whoever made the package, which hashes cannot show."""
    (package / name).write_bytes(content)
    digest = hashlib.sha256(content).hexdigest()

    def change(manifest: dict[str, Any]) -> None:
        manifest["file_hashes"][name] = manifest["file_integrity"][name] = digest

    edit_manifest(package, change)


def rewrite_object(package: Path, name: str, change: Callable[[Any], None]) -> None:
    value = joblib.load(package / name)
    change(value)
    rewrite(package, name, pickle.dumps(value))


@pytest.mark.parametrize("kind", ["package", "unscaled_package"])
def test_a_whole_package_is_valid_and_stays_as_it_was(run: Run, kind: str, request: pytest.FixtureRequest):
    package = request.getfixturevalue(kind)
    files = (path for path in package.rglob("*") if path.is_file())
    before = {path: (path.stat().st_mtime_ns, path.read_bytes()) for path in files}
    result = run(package / "validate_model.py")
    assert result.returncode == 0, result.stdout + result.stderr
    assert "The package is valid." in result.stdout
    assert result.stderr == ""
    files = (path for path in package.rglob("*") if path.is_file())
    assert {path: (path.stat().st_mtime_ns, path.read_bytes()) for path in files} == before


def test_json_tells_every_check(run: Run, package: Path):
    result = run(package / "validate_model.py", "--json")
    parsed = json.loads(result.stdout)
    assert parsed["valid"] is True and parsed["failures"] == []
    assert set(status(parsed).values()) == {"passed"}
    assert parsed["model_version"] == json.loads((package / "metadata.json").read_bytes())["version"]


@pytest.mark.parametrize("name", HASHED_FILES)
def test_a_flipped_bit_in_any_file_is_found(run: Run, package: Path, name: str):
    keep_script(package)
    content = bytearray((package / name).read_bytes())
    content[len(content) // 2] ^= 1
    (package / name).write_bytes(content)
    parsed = report(run, package)
    assert (
        len(parsed["failures"]) == 1 and f"{name} is not what the manifest describes" in parsed["failures"][0]
    )
    assert status(parsed)["load"] == "skipped"


@pytest.mark.parametrize("name", [*HASHED_FILES, "deployment_manifest.json"])
def test_a_missing_file_is_named(run: Run, package: Path, name: str):
    keep_script(package)
    (package / name).unlink()
    assert any(name in failure for failure in report(run, package)["failures"])


@pytest.mark.parametrize(
    "name",
    ["extra.txt", "sub/extra.py", ".hidden", "__pycache__/inference_example.pyc", "featurizer/extra.py"],
)
def test_an_extra_file_is_named(run: Run, package: Path, name: str):
    (package / name).parent.mkdir(exist_ok=True)
    (package / name).write_text("")
    (failure,) = report(run, package)["failures"]
    assert failure.startswith(f"files: {name} is not part of the package")


def test_a_link_is_not_a_file(run: Run, package: Path):
    (package / "README.md").rename(package.parent / "README.md")
    os.symlink(package.parent / "README.md", package / "README.md")
    assert any("README.md is not a regular file" in failure for failure in report(run, package)["failures"])


def test_every_failure_is_listed(run: Run, package: Path):
    (package / "README.md").write_text("changed")
    (package / "metadata.json").unlink()
    (package / "extra").write_text("")
    failures = "\n".join(report(run, package)["failures"])
    for name in ("README.md is not what", "metadata.json is missing", "extra is not part"):
        assert name in failures


def set_key(*path_and_value: Any) -> Callable[[dict[str, Any]], None]:
    *path, last, value = path_and_value

    def change(manifest: dict[str, Any]) -> None:
        target = manifest
        for key in path:
            target = target[key]
        target[last] = value

    return change


def drop(*path: str) -> Callable[[dict[str, Any]], None]:
    *parents, last = path

    def change(manifest: dict[str, Any]) -> None:
        target = manifest
        for key in parents:
            target = target[key]
        del target[last]

    return change


def forget_model(manifest: dict[str, Any]) -> None:
    for key in ("file_hashes", "file_integrity"):
        del manifest[key]["model.joblib"]


def escape(manifest: dict[str, Any]) -> None:
    for key in ("file_hashes", "file_integrity"):
        manifest[key]["../outside"] = "00"


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (set_key("inference_config", "threshold", -0.5), "threshold is"),
        (set_key("inference_config", "threshold", 0.123), "threshold is"),
        (set_key("file_hashes", "model.joblib", "00" * 32), "model.joblib is not what"),
        (set_key("model_version", "9.9.9"), "`model_version` is 9.9.9"),
        (set_key("training_info", "feature_names", ["a"]), "`training_info` differs"),
        (set_key("training_info", "model_parameters", {}), "`training_info` differs"),
        (set_key("evaluation_info", {}), "`evaluation_info` differs"),
        (set_key("deployment_timestamp", "2020-01-01T00:00:00"), "`deployment_timestamp` is not"),
        (set_key("requirements", []), "requirements.txt differs"),
        (set_key("provenance", "feature_set_sha256", "00"), "`feature_set_sha256` is not"),
        (drop("files", "scaler"), "disagree about whether there is a scaler"),
        (drop("files", "model"), "names no model"),
        (drop("file_hashes"), "`file_hashes` is missing"),
        (forget_model, "model.joblib (model) has no hash"),
        (escape, "`../outside` is not the name of a file"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_a_manifest_that_was_tampered_with_is_refused(run: Run, package: Path, change: Any, told: str):
    edit_manifest(package, change)
    assert any(told in failure for failure in report(run, package)["failures"])


@pytest.mark.parametrize("content", [b"", b"[]", b"{", b"\xff\xfe", b"null"])
def test_a_manifest_that_is_none_is_refused(run: Run, package: Path, content: bytes):
    (package / "deployment_manifest.json").write_bytes(content)
    parsed = report(run, package)
    assert status(parsed)["manifest"] == "failed"
    assert set(status(parsed).values()) == {"failed", "skipped"}


class Trap:
    """Unpickling this creates a file."""

    def __init__(self, path: Path) -> None:
        self.path = str(path)

    def __reduce__(self) -> tuple[Any, ...]:
        return (open, (self.path, "w"))


@pytest.mark.parametrize("name", ["model.joblib", "scaler.joblib"])
@pytest.mark.parametrize("script", ["validate_model.py", "inference_example.py"])
def test_a_file_whose_hash_differs_is_never_unpickled(run: Run, package: Path, name: str, script: str):
    sprung = package.parent / "sprung"
    (package / name).write_bytes(pickle.dumps(Trap(sprung)))
    result = run(package / script)
    assert result.returncode == 1, result.stdout
    assert name in result.stdout + result.stderr
    assert not sprung.exists()
    run("-c", f"import pickle; pickle.load(open({str(package / name)!r}, 'rb')).close()")
    assert sprung.exists(), "the trap itself must work"


@pytest.mark.parametrize(
    ("library", "version"), [("joblib", "0.0.1"), ("numpy", "1.26.4"), ("scikit-learn", "1.3.2")]
)
def test_another_installed_version_is_refused_before_anything_is_unpickled(
    run: Run, package: Path, library: str, version: str
):
    folder = package.parent / "site" / f"{library.replace('-', '_')}-{version}.dist-info"
    folder.mkdir(parents=True)
    (folder / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {library}\nVersion: {version}\n")
    parsed = report(run, package, PYTHONPATH=str(folder.parent))
    (failure,) = parsed["failures"]
    assert failure.startswith(f"environment: {library} {version} is installed, ")
    assert status(parsed)["load"] == "skipped"


@pytest.mark.parametrize(
    ("line", "told"),
    [
        ("not-a-real-library==1.0", "not-a-real-library is not installed"),
        ('not-a-real-library==1.0; python_version < "3.0"', None),
        ('not-a-real-library==1.0; python_version >= "3.11" and sys_platform != "plan9"', "is not installed"),
        ('not-a-real-library==1.0; python_version == "3.11" or x', "is not understood"),
        ("numpy>=1", "is not an exact pin"),
    ],
)
def test_requirements_are_read_with_their_markers(run: Run, package: Path, line: str, told: str | None):
    content = (package / "requirements.txt").read_text() + line + "\n"
    rewrite(package, "requirements.txt", content.encode())
    edit_manifest(package, lambda manifest: manifest["requirements"].append(line))
    if told is None:
        assert run(package / "validate_model.py").returncode == 0
    else:
        (failure,) = report(run, package)["failures"]
        assert told in failure


def test_another_python_is_refused(run: Run, package: Path):
    edit_manifest(package, set_key("target", "python", ">=3.99"))
    (failure,) = report(run, package)["failures"]
    assert "installed, >=3.99 is required" in failure


def set_attribute(name: str, value: Any) -> Callable[[Any], None]:
    return lambda target: setattr(target, name, value)


def cut_tree(model: Any) -> None:
    state = model.estimators_[0].tree_.__getstate__()
    state["nodes"] = state["nodes"].copy()
    state["nodes"]["left_child"][0] = 10**6
    model.estimators_[0].tree_.__setstate__(state)


def strange_feature(model: Any) -> None:
    state = model.estimators_[3].tree_.__getstate__()
    state["nodes"] = state["nodes"].copy()
    state["nodes"]["feature"][0] = 10**6
    model.estimators_[3].tree_.__setstate__(state)


def lose_tree(model: Any) -> None:
    model.estimators_.pop()


@pytest.mark.parametrize(
    ("name", "change", "told"),
    [
        ("model.joblib", set_attribute("offset_", -0.9), "threshold is 0.9"),
        ("model.joblib", set_attribute("n_features_in_", 3), "the model takes 3 features"),
        ("model.joblib", set_attribute("random_state", 7), "`random_state` is 7 in the model"),
        ("model.joblib", set_attribute("contamination", 0.2), "`contamination` is 0.2 in the model"),
        ("model.joblib", set_attribute("feature_names_in_", ["x"]), "carries feature names"),
        ("model.joblib", cut_tree, "tree 0: its nodes do not form a tree"),
        ("model.joblib", strange_feature, "tree 3: it splits on a feature that does not exist"),
        ("model.joblib", lose_tree, "trees, the parameters say"),
        ("scaler.joblib", set_attribute("n_features_in_", 3), "the scaler takes 3 features"),
    ],
)
def test_a_model_that_contradicts_its_metadata_is_refused(
    run: Run, package: Path, name: str, change: Callable[[Any], None], told: str
):
    rewrite_object(package, name, change)
    assert any(told in failure for failure in report(run, package)["failures"])


def test_a_warning_while_loading_is_a_failure(run: Run, package: Path):
    content = (package / "model.joblib").read_bytes()
    release = json.loads((package / "deployment_manifest.json").read_bytes())["target"][
        "scikit_learn"
    ].encode()
    rewrite(package, "model.joblib", content.replace(release, b"0" * len(release)))
    assert any("InconsistentVersionWarning" in failure for failure in report(run, package)["failures"])


def test_scaler_statistics_must_be_usable(run: Run, package: Path):
    def spoil(scaler: Any) -> None:
        scaler.scale_ = scaler.scale_ * float("nan")

    rewrite_object(package, "scaler.joblib", spoil)
    assert any("`scale_`" in failure for failure in report(run, package)["failures"])


def test_an_object_that_is_no_estimator_is_refused(run: Run, package: Path):
    rewrite(package, "model.joblib", pickle.dumps({"a": 1}))
    assert any("not of scikit-learn" in failure for failure in report(run, package)["failures"])
