"""A running service to measure, and a client of it."""

import contextlib
import json
import os
import secrets
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from .report import BINARY

ALGORITHM = {"type": "isolation_forest", "n_estimators": 100, "random_state": 42}
POLL_SECONDS = 0.01
READY_SECONDS = 60
JOB_SECONDS = 1800


class Service:
    """`trainyard serve` on a data folder, and a client of it."""

    def __init__(self, data: Path) -> None:
        self.data = data
        self.token = "ty_" + secrets.token_hex(32)
        self.process: subprocess.Popen[bytes] | None = None
        self.address = ""

    def start(self) -> float:
        """Starts the service. Returns the seconds until it is ready."""
        announcement = self.data / "server.json"
        announcement.unlink(missing_ok=True)
        began = time.perf_counter()
        with (self.data.parent / "server.log").open("ab") as log:
            self.process = subprocess.Popen(
                [BINARY, "serve", "--data", self.data, "--listen", "127.0.0.1:0"],
                env={**os.environ, "TRAINYARD_ADMIN_TOKEN": self.token},
                stdout=log,
                stderr=log,
            )
        while not (announcement.exists() and self.is_ready(announcement)):
            if self.process.poll() is not None or time.perf_counter() - began > READY_SECONDS:
                sys.exit(
                    f"the service did not start:\n{(self.data.parent / 'server.log').read_text()[-2000:]}"
                )
            time.sleep(0.002)
        return time.perf_counter() - began

    def is_ready(self, announcement: Path) -> bool:
        self.address = json.loads(announcement.read_text())["address"]
        try:
            with urllib.request.urlopen(self.address + "/readyz") as answer:
                return answer.status == 200
        except OSError:
            return False

    def stop(self) -> None:
        if self.process:
            self.process.send_signal(signal.SIGTERM)
            self.process.wait()
            self.process = None

    def resident_bytes(self) -> int:
        """What the service holds in memory: Postgres and jobs are processes of their own."""
        assert self.process
        return kibibytes(self.process.pid, "VmRSS") * 1024

    def request(self, method: str, path: str, body: Any = None) -> bytes:
        headers = {"Authorization": f"Bearer {self.token}"}
        if isinstance(body, Path):
            headers |= {
                "Content-Type": "application/octet-stream",
                "Content-Length": str(body.stat().st_size),
            }
        elif body is not None:
            headers |= {"Content-Type": "application/json"}
            body = json.dumps(body).encode()
        with contextlib.ExitStack() as stack:
            data = stack.enter_context(body.open("rb")) if isinstance(body, Path) else body
            request = urllib.request.Request(f"{self.address}/api/v1{path}", data, headers, method=method)
            try:
                return stack.enter_context(urllib.request.urlopen(request)).read()
            except urllib.error.HTTPError as error:
                sys.exit(f"{method} {path}: {error.code} {error.read().decode(errors='replace')}")

    def call(self, method: str, path: str, body: Any = None) -> Any:
        return json.loads(self.request(method, path, body))

    def settled(self, path: str, unsettled: set[str]) -> dict[str, Any]:
        end = time.monotonic() + JOB_SECONDS
        while (resource := self.call("GET", path))["status"] in unsettled:
            if time.monotonic() > end:
                sys.exit(f"{path} is still {resource['status']} after {JOB_SECONDS} s")
            time.sleep(POLL_SECONDS)
        if resource["status"] in {"failed", "invalid", "cancelled"}:
            sys.exit(f"{path}: {resource['error']}")
        return resource

    def upload(self, file: Path) -> str:
        """The id of a dataset of this file, once it is ready."""
        dataset = self.call("POST", f"/datasets?name={file.stem}&filename={file.name}", file)
        self.settled(f"/datasets/{dataset['id']}", {"profiling"})
        return dataset["id"]

    def walk(self, file: Path) -> dict[str, Any]:
        """From upload to `completed`: the job, with the seconds of it all and of the job alone."""
        began = time.perf_counter()
        dataset_id = self.upload(file)
        started = time.perf_counter()
        specification = {"name": file.stem, "dataset_id": dataset_id, "algorithm": ALGORITHM}
        job = self.call("POST", "/jobs", specification)
        job = self.settled(f"/jobs/{job['id']}", {"pending", "running"})
        ended = time.perf_counter()
        return job | {"wall_seconds": ended - began, "job_seconds": ended - started}


@contextlib.contextmanager
def service() -> Iterator[Service]:
    """A service on a data folder of its own, gone at the end."""
    home = Path(tempfile.mkdtemp(prefix="trainyard-bench-"))
    # As root, the database runs as another user, who must be able to enter.
    home.chmod(0o755)
    (home / "data").mkdir()
    running = Service(home / "data")
    try:
        running.start()
        yield running
    finally:
        running.stop()
        shutil.rmtree(home, ignore_errors=True)


def kibibytes(process: int, name: str) -> int:
    for line in Path(f"/proc/{process}/status").read_text().splitlines():
        if line.startswith(name + ":"):
            return int(line.split()[1])
    raise LookupError(name)
