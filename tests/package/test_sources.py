"""Logs in an object store, read by the command line from another's implementation of S3.

Google's interface for XML is the same for reading, so that it serves `gs://`, too.
"""

import json
import os
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import boto3
import pytest
from moto.server import ThreadedMotoServer

BUCKET = "logs"
LINES = [f"081109 2035{second:02} 147 INFO dfs.DataNode: got blk_{second}" for second in range(60)]


@dataclass
class Store:
    """A kind of address, and the environment in which it means a server of this machine."""

    scheme: str
    environment: dict[str, str]


@pytest.fixture(scope="module")
def server() -> Iterator[str]:
    """The address of a server that has three objects in a bucket."""
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0)
    server.start()
    host, port = server.get_host_and_port()
    address = f"http://{host}:{port}"
    client = boto3.client(
        "s3",
        endpoint_url=address,
        region_name="us-east-1",
        aws_access_key_id="key",
        aws_secret_access_key="secret",
    )
    client.create_bucket(Bucket=BUCKET)
    for name, lines in [("day/a b.log", LINES[:20]), ("day/deeper/c.log", LINES[20:50]), ("days.log", LINES)]:
        # For `gs`, which comes without a credential, too.
        client.put_object(Bucket=BUCKET, Key=name, Body="\n".join(lines).encode(), ACL="public-read")
    yield address
    server.stop()


@pytest.fixture(params=["s3", "gs"])
def store(request: pytest.FixtureRequest, server: str, tmp_path: Path) -> Store:
    if request.param == "s3":
        environment = {
            "AWS_ENDPOINT": server,
            "AWS_ALLOW_HTTP": "true",
            "AWS_REGION": "us-east-1",
            "AWS_ACCESS_KEY_ID": "key",
            "AWS_SECRET_ACCESS_KEY": "secret",
        }
    else:
        account = tmp_path / "account.json"
        key = {"gcs_base_url": server, "disable_oauth": True, "client_email": ""}
        account.write_text(json.dumps({**key, "private_key": "", "private_key_id": ""}))
        environment = {"GOOGLE_SERVICE_ACCOUNT": str(account), "GOOGLE_ALLOW_HTTP": "true"}
    return Store(request.param, environment)


def trainyard(store: Store, *arguments: str | Path) -> subprocess.CompletedProcess[str]:
    command = [os.environ["TRAINYARD_BIN"], *map(str, arguments)]
    return subprocess.run(
        command, env={**os.environ, **store.environment}, capture_output=True, text=True, check=False
    )


def test_all_objects_below_a_prefix_are_parsed(store: Store, tmp_path: Path) -> None:
    output = tmp_path / "records.jsonl"
    answer = trainyard(store, "parse", f"{store.scheme}://logs/day/", "--no-templates", "--output", output)
    assert answer.returncode == 0, answer.stderr
    assert answer.stderr.startswith("format  hdfs: "), answer.stderr
    assert answer.stdout == "50 records read = 50 parsed + 0 rejected\n"
    records = [json.loads(line) for line in output.read_text().splitlines()]
    places = [(record["file"], record["line"]) for record in records]
    assert places == [("a b.log", line + 1) for line in range(20)] + [
        ("deeper/c.log", line + 1) for line in range(30)
    ]
    assert records[-1]["message"] == "got blk_49"


def test_features_of_an_object_are_those_of_the_file(store: Store, tmp_path: Path) -> None:
    file = tmp_path / "days.log"
    file.write_text("\n".join(LINES))
    for source, output in [(f"{store.scheme}://logs/days.log", "remote.csv"), (file, "local.csv")]:
        assert trainyard(store, "features", source, "--output", tmp_path / output).returncode == 0
    local = (tmp_path / "local.csv").read_text()
    assert (tmp_path / "remote.csv").read_text() == local
    assert len(local.splitlines()) == 61


@pytest.mark.parametrize(
    ("address", "reason"),
    [
        ("nothing.log", "the stored content cannot be read: nothing is there"),
        ("nothing/", "is refused as a source: nothing is there"),
    ],
)
def test_what_is_not_there_is_said_in_a_line(store: Store, tmp_path: Path, address: str, reason: str) -> None:
    answer = trainyard(
        store, "parse", f"{store.scheme}://logs/{address}", "--output", tmp_path / "records.csv"
    )
    assert answer.returncode == 1
    assert answer.stderr.count("\n") == 1 and reason in answer.stderr, answer.stderr


def test_a_bucket_that_is_not_there_is_said_in_a_line(store: Store, tmp_path: Path) -> None:
    answer = trainyard(
        store, "parse", f"{store.scheme}://elsewhere/day/", "--output", tmp_path / "records.csv"
    )
    assert answer.returncode == 1
    assert answer.stderr.count("\n") == 1 and "404 Not Found" in answer.stderr, answer.stderr
    assert len(answer.stderr) < 500
