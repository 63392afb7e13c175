"""The container files, as far as they can be held to their promises without an engine."""

import json
import os
import re
import shlex
import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml  # type: ignore[import-untyped]  # PyYAML ships no types

from app.core import roles
from app.core.config import SECRETS, Settings

ROOT = Path(__file__).parents[2]
DOCKERFILE = ROOT / "docker" / "Dockerfile"
ENDING = {"migrate", "regions"}
"""Services that do one thing and end."""


@pytest.fixture(scope="module")
def compose() -> dict[str, Any]:
    """The compose file with its merge keys resolved."""
    document: dict[str, Any] = yaml.safe_load((ROOT / "docker-compose.yml").read_text(encoding="utf-8"))
    return document


@pytest.fixture(scope="module")
def services(compose: dict[str, Any]) -> dict[str, dict[str, Any]]:
    """Its services."""
    found: dict[str, dict[str, Any]] = compose["services"]
    return found


@pytest.fixture(scope="module")
def instructions() -> list[tuple[str, str]]:
    """The Dockerfile's instructions, continuation lines joined, comments left out."""
    lines = [line for line in DOCKERFILE.read_text(encoding="utf-8").splitlines() if not line.startswith("#")]
    joined = re.sub(r"\\\n\s*", "", "\n".join(lines))
    pairs = (line.partition(" ") for line in joined.splitlines() if line.strip())
    return [(name.upper(), rest.strip()) for name, _, rest in pairs]


def test_every_service_is_hardened(services: dict[str, dict[str, Any]]) -> None:
    """Not root, nothing writable but what is named, no capability, no way to get one."""
    assert set(services) == {"database", "migrate", "regions", "api", "worker"}
    for name, service in services.items():
        user, _, group = str(service["user"]).partition(":")
        assert int(user) > 0, name
        assert int(group) > 0, name
        assert service["read_only"] is True, name
        assert service["cap_drop"] == ["ALL"], name
        assert "cap_add" not in service, name
        assert "privileged" not in service, name
        assert "no-new-privileges:true" in service["security_opt"], name
        assert service["networks"], name
        assert "network_mode" not in service, name


def test_every_service_says_whether_it_is_well(services: dict[str, dict[str, Any]]) -> None:
    """What runs on has a check; what ends is waited for."""
    for name, service in services.items():
        check = service["healthcheck"]
        assert check == {"disable": True} if name in ENDING else check["test"][0] == "CMD", name
    for name in ("api", "worker"):
        waits = services[name]["depends_on"]
        assert waits["database"] == {"condition": "service_healthy"}
        assert waits["regions"] == {"condition": "service_completed_successfully"}
    assert services["regions"]["depends_on"]["migrate"] == {"condition": "service_completed_successfully"}
    assert services["migrate"]["depends_on"]["database"] == {"condition": "service_healthy"}


def test_the_database_keeps_its_data_where_the_image_puts_them(services: dict[str, dict[str, Any]]) -> None:
    """From 18 on the volume belongs at /var/lib/postgresql; at …/data it would stay empty and the data be lost."""
    database = services["database"]
    assert "postgres:18" in database["image"]
    places = [volume.split(":")[1] for volume in database["volumes"]]
    assert "/var/lib/postgresql" in places
    assert not any(place.startswith("/var/lib/postgresql/") for place in places)
    assert "builtin-locale=C.UTF-8" in database["environment"]["POSTGRES_INITDB_ARGS"]
    for source in (volume.split(":")[0] for volume in database["volumes"] if volume.startswith("./")):
        assert (ROOT / source).is_dir()


def test_only_the_api_has_a_door(compose: dict[str, Any], services: dict[str, dict[str, Any]]) -> None:
    """The database is reached from inside alone, and the API answers on this machine unless an operator says more."""
    assert [name for name, service in services.items() if "ports" in service] == ["api"]
    assert services["api"]["ports"] == ["${LIANGXIN_ADDRESS:-127.0.0.1:8000}:8000"]
    assert compose["networks"]["inside"]["internal"] is True
    assert all(service["networks"] == ["inside"] for name, service in services.items() if name != "api")


def test_secrets_come_from_files_and_all_are_named(
    compose: dict[str, Any], services: dict[str, dict[str, Any]]
) -> None:
    """A setting named X_FILE is one that the service reads, its file one that the service was given."""
    declared = compose["secrets"]
    used: set[str] = set()
    for name, service in services.items():
        given = set(service.get("secrets", []))
        used |= given
        for key, value in service.get("environment", {}).items():
            assert not re.search(r"PASSWORD$|_URL$|_KEY$", key), f"{name}: {key} belongs into a file"
            if key.endswith("_FILE"):
                assert str(value).removeprefix("/run/secrets/") in given, f"{name}: {key}"
                assert key.removesuffix("_FILE") in {*SECRETS, "POSTGRES_PASSWORD"}, f"{name}: {key}"
    assert used == set(declared)
    script = (ROOT / "docker" / "initdb" / "20-passwords.sh").read_text(encoding="utf-8")
    assert "/run/secrets/${role}_password" in script


def test_settings_that_are_named_exist(services: dict[str, dict[str, Any]]) -> None:
    """A misspelt setting would be ignored silently."""
    known = {f"LIANGXIN_{name.upper()}" for name in Settings.model_fields} | set(SECRETS)
    for service in services.values():
        for key in service.get("environment", {}):
            if not key.startswith("POSTGRES_"):
                assert key.removesuffix("_FILE") in known, key


def test_the_secrets_script_makes_what_is_named(compose: dict[str, Any], tmp_path: Path) -> None:
    """Every file, once; a second run changes nothing."""
    command = ["bash", str(ROOT / "docker" / "make-secrets"), str(tmp_path / "secrets")]
    subprocess.run(command, check=True, capture_output=True)
    made = {path.name: path.read_text() for path in (tmp_path / "secrets").iterdir()}
    assert set(made) == set(compose["secrets"])
    assert made["app_password"] in made["app_url"]
    assert len(set(made.values())) == len(made)
    assert (tmp_path / "secrets").stat().st_mode & 0o077 == 0
    subprocess.run(command, check=True, capture_output=True)
    assert {path.name: path.read_text() for path in (tmp_path / "secrets").iterdir()} == made


def test_the_roles_file_says_what_the_service_expects() -> None:
    """`liangxin database roles` is its only source."""
    lines = (ROOT / "docker" / "initdb" / "10-roles.sql").read_text(encoding="utf-8").splitlines()
    assert lines[0].startswith("-- ")
    assert lines[1:] == roles.statements("liangxin")


def test_the_image_is_built_from_what_is_there(instructions: list[tuple[str, str]]) -> None:
    """Every COPY source exists and is let through by .dockerignore; packages are pinned by hash."""
    allowed = {
        line.removeprefix("!")
        for line in (ROOT / ".dockerignore").read_text(encoding="utf-8").splitlines()
        if line.startswith("!")
    }
    for name, rest in instructions:
        if name == "COPY" and "--from" not in rest:
            *sources, _ = shlex.split(rest)
            for source in sources:
                assert (ROOT / source).exists(), source
                assert source in allowed, source
        assert name != "ADD"
    runs = " ".join(rest for name, rest in instructions if name == "RUN")
    assert "--require-hashes" in runs
    for doubtful in ("curl", "wget", "sudo", "apt-get", "chmod 777"):
        assert doubtful not in runs
    assert runs.count("pip install") == runs.count("--require-hashes") + runs.count("--no-index")


def test_the_image_ends_without_root(instructions: list[tuple[str, str]]) -> None:
    """Fixed base version, numeric user, a check, exec forms only, and a volume to write to."""
    stages = [place for place, (name, _) in enumerate(instructions) if name == "FROM"]
    last = instructions[stages[-1] :]
    by_name = dict(last)
    assert ("ARG", "PYTHON_IMAGE=python:3.13-slim") in instructions
    assert by_name["USER"] == "10001:10001"
    assert by_name["VOLUME"] == "/var/lib/liangxin"
    assert "CMD [" in by_name["HEALTHCHECK"]
    for form in ("ENTRYPOINT", "CMD"):
        assert isinstance(json.loads(by_name[form]), list)
    names = [name for name, _ in last]
    assert names.index("USER") > max(place for place, name in enumerate(names) if name in {"RUN", "COPY"})


def test_scripts_can_be_run() -> None:
    """The image's init folder and the secrets maker are executable and valid bash."""
    for script in ("docker/make-secrets", "docker/initdb/20-passwords.sh", ".ci/run"):
        path = ROOT / script
        assert os.access(path, os.X_OK), script
        subprocess.run(["bash", "-n", str(path)], check=True)
