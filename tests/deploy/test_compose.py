"""The image and the compose file say what the program understands and the checkout holds.

No container engine is needed: both files are parsed and compared with the program's own `--help`.
"""

import json
import os
import re
import subprocess
import tomllib
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import yaml

ROOT = Path(__file__).resolve().parents[2]
SERVICES = {"postgres", "server", "worker-1", "worker-2"}
OURS = sorted(SERVICES - {"postgres"})


@cache
def compose() -> dict[str, Any]:
    return yaml.safe_load((ROOT / "docker-compose.yml").read_text())


def services() -> dict[str, dict[str, Any]]:
    return compose()["services"]


@cache
def instructions() -> list[tuple[str, str]]:
    """The Dockerfile's instructions and their arguments, without comments, with continued lines joined."""
    text = re.sub(r"^#.*\n", "", (ROOT / "Dockerfile").read_text(), flags=re.MULTILINE)
    lines = [line for line in text.replace("\\\n", " ").splitlines() if line.strip()]
    return [(name.upper(), rest.strip()) for name, _, rest in (line.partition(" ") for line in lines)]


def arguments_of(name: str) -> list[str]:
    return [rest for instruction, rest in instructions() if instruction == name]


def images() -> list[str]:
    """Every image that is pulled, `name:tag`."""
    return [line.split()[0] for line in arguments_of("FROM")] + [services()["postgres"]["image"]]


@cache
def help_of(subcommand: str) -> str:
    binary = os.environ.get("TRAINYARD_BIN")
    assert binary, "TRAINYARD_BIN names no binary: run these tests through `make test`"
    return subprocess.run([binary, subcommand, "--help"], check=True, capture_output=True, text=True).stdout


def variables_of(subcommand: str) -> set[str]:
    """The environment variables that a subcommand reads."""
    shown = set(re.findall(r"\[env: (\w+)", help_of(subcommand)))
    # The one secret is left out of `--help`, lest somebody write it on a command line.
    hidden = re.findall(r'env = "(\w+)"[^)]*\bhide = true', serve_source()) if subcommand == "serve" else []
    return shown | set(hidden) | {"RUST_LOG"}


def serve_source() -> str:
    return (ROOT / "backend/server/src/commands/serve.rs").read_text()


def image_command() -> list[str]:
    return json.loads(arguments_of("CMD")[0])


def test_the_services_are_postgres_a_server_and_two_workers() -> None:
    assert set(services()) == SERVICES
    assert services()["server"]["command"][:2] == ["serve", "--no-worker"]
    assert [name for name in OURS if services()[name]["command"] == ["worker"]] == ["worker-1", "worker-2"]


@pytest.mark.parametrize("name", OURS)
def test_every_flag_and_variable_is_one_the_program_knows(name: str) -> None:
    service = services()[name]
    subcommand, *flags = service["command"]
    for flag in (flag for flag in flags if flag.startswith("--")):
        assert re.search(rf"{flag}\b", help_of(subcommand)), f"{subcommand} has no {flag}"
    assert set(service["environment"]) <= variables_of(subcommand)


def test_the_image_runs_the_program_as_the_program_wants() -> None:
    assert json.loads(arguments_of("ENTRYPOINT")[0]) == ["trainyard"]
    subcommand, *flags = image_command()
    for flag in (flag for flag in flags if flag.startswith("--")):
        assert re.search(rf"{flag}\b", help_of(subcommand)), f"{subcommand} has no {flag}"
    assert {line.split("=")[0] for line in arguments_of("ENV")} <= variables_of(subcommand)


def test_nothing_runs_as_root() -> None:
    for name, service in services().items():
        assert service["user"] not in ("", "0", "root"), name
    final = instructions()[max(i for i, (name, _) in enumerate(instructions()) if name == "FROM") :]
    users = [rest for name, rest in final if name == "USER"]
    assert users == [services()["server"]["user"]]


def test_the_final_image_holds_the_program_alone() -> None:
    last = max(i for i, (name, _) in enumerate(instructions()) if name == "FROM")
    copied = [rest for name, rest in instructions()[last:] if name == "COPY"]
    assert copied == ["--from=program /trainyard/target/release/trainyard /usr/local/bin/trainyard"]


def test_what_is_copied_is_in_the_checkout_and_not_ignored() -> None:
    ignored = (ROOT / ".dockerignore").read_text().splitlines()
    for line in arguments_of("COPY"):
        if line.startswith("--from="):
            continue
        for source in line.split()[:-1]:
            assert (ROOT / source).exists(), source
            assert f"!{source.split('/')[0]}" in ignored, f"{source} does not reach the build"
            assert source not in ignored


def test_stages_copy_only_from_stages_that_exist() -> None:
    stages = {line.split(" AS ")[1] for line in arguments_of("FROM") if " AS " in line}
    used = set(re.findall(r"--from=(\S+)", "\n".join(arguments_of("COPY"))))
    assert used == stages


def test_versions_are_the_projects_own() -> None:
    toolchain = tomllib.loads((ROOT / "rust-toolchain.toml").read_text())["toolchain"]["channel"]
    node = json.loads((ROOT / "frontend/package.json").read_text())["engines"]["node"].removeprefix(">=")
    version = tomllib.loads((ROOT / "Cargo.toml").read_text())["workspace"]["package"]["version"]
    assert [image.split("-")[0] for image in images()[:2]] == [f"node:{node}", f"rust:{toolchain}"]
    assert {services()[name]["image"] for name in OURS} == {f"trainyard:{version}"}


def test_the_program_is_built_on_the_release_it_runs_on() -> None:
    """Another Debian release has another C library."""
    assert all("bookworm" in image for image in images()[:3])


def test_every_image_has_a_fixed_tag() -> None:
    for image in [*images(), *(services()[name]["image"] for name in OURS)]:
        _, _, tag = image.partition(":")
        assert tag and "latest" not in tag, image


def test_all_share_the_files_and_the_database() -> None:
    assert len({services()[name]["environment"]["DATABASE_URL"] for name in OURS}) == 1
    folder = next(line.split("=")[1] for line in arguments_of("ENV") if line.startswith("TRAINYARD_DATA="))
    for name in OURS:
        assert services()[name]["volumes"] == [f"data:{folder}"]
    assert set(compose()["volumes"]) == {"data", "postgres"}


def test_each_waits_for_what_it_needs() -> None:
    for name, needs in {"server": {"postgres"}, "worker-1": {"postgres", "server"}}.items():
        waits = services()[name]["depends_on"]
        assert set(waits) == needs
        assert all(wait["condition"] == "service_healthy" for wait in waits.values())
        assert all("healthcheck" in services()[needed] for needed in needs)
    assert services()["worker-2"] == services()["worker-1"]


def test_secrets_are_demanded_and_the_port_is_this_machines_own() -> None:
    secret = services()["server"]["environment"]["TRAINYARD_ADMIN_TOKEN"]
    assert re.fullmatch(r"\$\{TRAINYARD_ADMIN_TOKEN:\?.+\}", secret)
    assert re.fullmatch(
        r"\$\{POSTGRES_PASSWORD:\?.+\}", services()["postgres"]["environment"]["POSTGRES_PASSWORD"]
    )
    listen = services()["server"]["command"][-1]
    assert services()["server"]["ports"] == [f"127.0.0.1:8080:{listen.rpartition(':')[2]}"]
    assert not any("ports" in service for name, service in services().items() if name != "server")
