"""The compose file's health check tells a service that answers from one that does not."""

import socket
import subprocess
import sys
from pathlib import Path

import yaml

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "tests/package"))

import trainyard  # noqa: E402


def check(port: str) -> int:
    """Runs the health check against a port, as Docker would."""
    compose = yaml.safe_load((ROOT / "docker-compose.yml").read_text())
    marker, *command = compose["services"]["server"]["healthcheck"]["test"]
    assert marker == "CMD"
    command = [word.replace("$$", "$").replace("/8080;", f"/{port};") for word in command]
    return subprocess.run(command, capture_output=True, timeout=10, check=False).returncode


def test_the_health_check_passes_while_the_service_answers() -> None:
    with trainyard.server() as client:
        assert check(client.address.rpartition(":")[2]) == 0


def test_the_health_check_fails_when_nobody_listens() -> None:
    with socket.socket() as taken:
        # Bound but not listening: a connection is refused.
        taken.bind(("127.0.0.1", 0))
        assert check(str(taken.getsockname()[1])) != 0
