"""A running Trainyard, driven from outside over HTTP. Standard library only."""

import contextlib
import json
import os
import secrets
import shutil
import socket
import subprocess
import tempfile
import time
import urllib.error
import urllib.parse
import urllib.request
import uuid
from collections.abc import Iterator
from email.message import Message
from pathlib import Path
from typing import Any, NamedTuple

POLL_SECONDS = 0.05
READY_SECONDS = 60
JOB_SECONDS = 300


class Answer(NamedTuple):
    status: int
    headers: Message
    body: bytes


class Trainyard:
    """A client with the administrator's token."""

    def __init__(self, address: str, token: str) -> None:
        self.address, self.token = address, token

    def request(
        self, method: str, path: str, body: bytes | None = None, content_type: str | None = None
    ) -> Answer:
        headers = {"Authorization": f"Bearer {self.token}"}
        if content_type:
            headers["Content-Type"] = content_type
        request = urllib.request.Request(self.address + path, body, headers, method=method)
        try:
            with urllib.request.urlopen(request, timeout=120) as answer:
                return Answer(answer.status, answer.headers, answer.read())
        except urllib.error.HTTPError as error:
            with error:
                return Answer(error.code, error.headers, error.read())

    def call(self, method: str, path: str, body: Any = None) -> Any:
        """JSON in, JSON out; anything but success fails the test with the server's own words."""
        data, content_type = (None, None) if body is None else (json.dumps(body).encode(), "application/json")
        answer = self.request(method, "/api/v1" + path, data, content_type)
        assert answer.status < 400, f"{method} {path}: {answer.status} {answer.body.decode(errors='replace')}"
        return json.loads(answer.body) if answer.body else None

    def upload(self, path: Path) -> dict[str, Any]:
        """Upload one file and wait until it is profiled."""
        boundary = uuid.uuid4().hex
        body = (
            f'--{boundary}\r\nContent-Disposition: form-data; name="file"; filename="{path.name}"\r\n'
            f"Content-Type: application/octet-stream\r\n\r\n"
        ).encode()
        body += path.read_bytes() + f"\r\n--{boundary}--\r\n".encode()
        name = urllib.parse.quote(path.stem)
        answer = self.request(
            "POST", f"/api/v1/datasets?name={name}", body, f"multipart/form-data; boundary={boundary}"
        )
        assert answer.status == 201, answer.body
        dataset = self._settled(f"/datasets/{json.loads(answer.body)['id']}", {"uploading", "profiling"})
        assert dataset["status"] == "ready", dataset
        return dataset

    def train(self, dataset: dict[str, Any], **specification: Any) -> dict[str, Any]:
        """Train and return the model."""
        job = self.call(
            "POST", "/jobs", {"name": dataset["name"], "dataset_id": dataset["id"], **specification}
        )
        job = self._settled(f"/jobs/{job['id']}", {"pending", "running"})
        assert job["status"] == "completed", job.get("error")
        return self.call("GET", f"/models/{job['model_id']}")

    def deploy(self, model: dict[str, Any]) -> dict[str, Any]:
        return self.call("POST", f"/models/{model['id']}/deploy", {})

    def package(self, model: dict[str, Any], query: str = "") -> Answer:
        answer = self.request("GET", f"/api/v1/models/{model['id']}/package{query}")
        assert answer.status == 200, answer.body
        return answer

    def predict(self, model: dict[str, Any], rows: list[dict[str, float]]) -> dict[str, Any]:
        return self.call("POST", f"/models/{model['id']}/predict", {"rows": rows})

    def _settled(self, path: str, unsettled: set[str]) -> dict[str, Any]:
        end = time.monotonic() + JOB_SECONDS
        while (resource := self.call("GET", path))["status"] in unsettled:
            assert time.monotonic() < end, f"{path} is still {resource['status']} after {JOB_SECONDS} s"
            time.sleep(POLL_SECONDS)
        return resource


def binary() -> str:
    """The program under test: `TRAINYARD_BIN`."""
    path = os.environ.get("TRAINYARD_BIN")
    assert path, "TRAINYARD_BIN names no binary: run these tests through `make test`"
    return path


@contextlib.contextmanager
def server() -> Iterator[Trainyard]:
    """A server with a data folder of its own, stopped and removed at the end."""
    # Not below pytest's own folder: the database runs as another user, who must be able to enter.
    home = Path(tempfile.mkdtemp(prefix="trainyard-package-"))
    home.chmod(0o755)
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        listen = f"127.0.0.1:{probe.getsockname()[1]}"
    token = "ty_" + secrets.token_hex(32)
    log = home / "server.log"
    with log.open("wb") as output:
        process = subprocess.Popen(
            [binary(), "serve", "--data", str(home / "data"), "--listen", listen],
            env={**os.environ, "TRAINYARD_ADMIN_TOKEN": token},
            stdout=output,
            stderr=output,
        )
    try:
        client = Trainyard(f"http://{listen}", token)
        end = time.monotonic() + READY_SECONDS
        while not is_ready(client):
            alive = process.poll() is None and time.monotonic() < end
            assert alive, f"the server did not become ready:\n{log.read_text(errors='replace')[-2000:]}"
            time.sleep(POLL_SECONDS)
        yield client
    finally:
        process.terminate()
        try:
            process.wait(30)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
        shutil.rmtree(home, ignore_errors=True)


def is_ready(client: Trainyard) -> bool:
    try:
        return client.request("GET", "/readyz").status == 200
    except OSError:
        return False
