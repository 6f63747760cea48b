"""What the guides tell people to run, runs."""

import re
import shutil
import subprocess
import sys
from pathlib import Path

import trainyard
from conftest import EXPORT, PROJECT, Walk, unpack

GUIDE = PROJECT / "docs/guides/reproducing-a-model.md"


def test_a_model_can_be_reproduced_as_the_guide_says(walk: Walk, tmp_path: Path):
    archive = tmp_path / "package.zip"
    archive.write_bytes(walk.server.package(walk.model).body)
    shutil.move(unpack(archive, tmp_path), tmp_path / "package")
    text = GUIDE.read_text()
    (command,) = re.findall(r"^trainyard features (.+)$", text, re.MULTILINE)
    arguments = [str(EXPORT) if word == "router.log" else word for word in command.split()]
    subprocess.run([trainyard.binary(), "features", *arguments], cwd=tmp_path, check=True)
    (code,) = re.findall(r"```python\n(.+?)```", text, re.DOTALL)
    result = subprocess.run(
        [sys.executable, "-B", "-W", "error", "-c", code], cwd=tmp_path, capture_output=True, text=True
    )
    assert result.returncode == 0, result.stderr
    assert "trees are equal in every byte" in result.stdout
