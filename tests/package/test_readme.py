"""The README of a package: its front matter parses, and every snippet runs as it is printed."""

import json
import re
import subprocess
import sys
from pathlib import Path

import pytest
import yaml
from conftest import Run

FLASK = "flask==3.1.3"


def snippets(package: Path) -> dict[str, str]:
    """The Python code below each heading."""
    text = (package / "README.md").read_text()
    return dict(re.findall(r"^### (Option [ABC])[^\n]*\n.*?```python\n(.*?)```", text, re.M | re.S))


def run_snippet(run: Run, package: Path, code: str, more: str = "", path: str = "") -> str:
    script = package.parent / "snippet.py"
    script.write_text(code + more)
    result = run(script, PYTHONPATH=f"{package}{path}")
    assert result.returncode == 0, result.stderr
    assert not list(package.rglob("__pycache__"))
    return result.stdout


def test_it_opens_with_a_model_card_header(package: Path):
    _, header, _ = (package / "README.md").read_text().split("---\n", 2)
    card = yaml.safe_load(header)
    metadata = json.loads((package / "metadata.json").read_bytes())
    assert card["library_name"] == "sklearn" and card["license"]
    assert "anomaly-detection" in card["tags"]
    assert card["model_version"] == metadata["version"]
    assert card["model_name"] == metadata["model_info"]["model_name"]


@pytest.mark.parametrize("kind", ["package", "unscaled_package"])
def test_it_names_the_files_and_features_of_this_model(kind: str, request: pytest.FixtureRequest):
    package = request.getfixturevalue(kind)
    text = (package / "README.md").read_text()
    assert "{{" not in text
    for path in package.iterdir():
        assert path.name == "README.md" or f"| `{path.name}" in text
    assert ("scaler.joblib" in text) == (package / "scaler.joblib").exists()
    for name in json.loads((package / "metadata.json").read_bytes())["training_info"]["feature_names"]:
        assert f"| `{name}` |" in text


def test_option_a_runs_as_printed(run: Run, package: Path):
    output = run_snippet(run, package, snippets(package)["Option A"])
    scores, *explanation = output.splitlines()
    manifest = json.loads((package / "deployment_manifest.json").read_bytes())
    assert scores.endswith(str(manifest["inference_config"]["threshold"]))
    assert 1 <= len(explanation) <= 3


def test_option_b_answers_requests(run: Run, package: Path, tmp_path_factory: pytest.TempPathFactory):
    libraries = tmp_path_factory.mktemp("flask")
    pip = [sys.executable, "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
    subprocess.run([*pip, "--target", str(libraries), FLASK], check=True)
    more = """
client = app.test_client()
row = inference.metadata["example_row"]
good = client.post("/predict", json={"features": [row]})
assert good.status_code == 200 and good.json == inference.predict([row]), good.text
for body in ({"features": [{}]}, {"features": {}}, {}):
    bad = client.post("/predict", json=body)
    assert bad.status_code == 400 and bad.json["error"], bad.text
assert client.get("/health").json["version"] == inference.metadata["version"]
"""
    run_snippet(run, package, snippets(package)["Option B"], more, f":{libraries}")


def test_option_c_scores_every_batch(run: Run, package: Path):
    more = "\nprint(sum(result['total_samples'] for result in results))\n"
    assert run_snippet(run, package, snippets(package)["Option C"], more) == "3000\n"
