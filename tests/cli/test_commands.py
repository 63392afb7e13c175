"""The command line as a person meets it: clear errors, nothing left behind, the same description every time."""

import json
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from app.core import embedded, roles
from tests.core.holding import alive
from tests.kit.databases import Clones
from tests.storms.house import House, until

ROOT = Path(__file__).parents[2]


def liangxin(*arguments: str, **settings: str) -> "subprocess.CompletedProcess[str]":
    """Run the command to its end."""
    return subprocess.run(
        [sys.executable, "-m", "app.cli", *arguments],
        cwd=ROOT,
        env={"PATH": os.environ["PATH"], "HOME": os.environ.get("HOME", "/"), **settings},
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )


def refused(done: "subprocess.CompletedProcess[str]") -> str:
    """What a refused command says; it says it without a traceback and ends with 1."""
    assert done.returncode == 1, done.stderr
    assert "Traceback" not in done.stderr
    return done.stderr


@pytest.fixture
def state(tmp_path: Path) -> Iterator[Path]:
    """A state folder, removed with its database."""
    folder = tmp_path / "state"
    yield folder
    embedded.remove(folder)


@pytest.fixture
def house(state: Path) -> Iterator[House]:
    """Processes on that folder, ended when a test fails."""
    state.mkdir()
    found = House(state)
    yield found
    found.stop()


def test_a_taken_port_is_told_before_anything_is_prepared(state: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = str(taken.getsockname()[1])
        said = refused(liangxin("serve", "--port", port, LIANGXIN_STATE=str(state)))
    assert f"Cannot listen at 127.0.0.1:{port}" in said
    assert not state.exists()


@pytest.mark.parametrize("command", [("serve", "--port", "0"), ("worker",), ("regions", "load")])
def test_an_unreachable_database_is_told(command: tuple[str, ...], tmp_path: Path) -> None:
    if command[0] == "serve":
        command = ("serve", "--port", str(free_port()))
    said = refused(
        liangxin(*command, DATABASE_URL="postgresql://nobody@127.0.0.1:1/nothing", LIANGXIN_STATE=str(tmp_path))
    )
    assert "cannot be reached" in said


def free_port() -> int:
    """A port that is free now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def test_a_missing_database_and_missing_tables_are_told(server: Clones, tmp_path: Path) -> None:
    settings = {"LIANGXIN_STATE": str(tmp_path)}
    said = refused(liangxin("worker", DATABASE_URL=server.url("no_such_database"), **settings))
    assert "does not exist" in said
    said = refused(liangxin("worker", DATABASE_URL=server.url("postgres"), **settings))
    assert "Run `liangxin migrate` first" in said
    said = refused(liangxin("migrate", DATABASE_URL=server.url("postgres"), **settings))
    assert "LIANGXIN_MIGRATOR_URL" in said


def test_the_wrong_programs_are_told(state: Path) -> None:
    said = refused(liangxin("migrate", LIANGXIN_STATE=str(state), LIANGXIN_PG_BIN="/nowhere"))
    assert "/nowhere/postgres does not run" in said


def test_wishes_that_cannot_be_met_are_told(tmp_path: Path) -> None:
    assert "no role" in refused(liangxin("token", "--role", "king", LIANGXIN_STATE=str(tmp_path)))
    assert "12 digits" in refused(liangxin("token", "--region", "33", LIANGXIN_STATE=str(tmp_path)))
    missing = str(tmp_path / "missing.csv")
    assert "missing.csv" in refused(liangxin("push", missing, LIANGXIN_STATE=str(tmp_path)))


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_serving_from_nothing_and_ending_leaves_nothing(house: House, state: Path, number: signal.Signals) -> None:
    house.start("server")
    house.start("worker")
    until(house.ready)
    answer = house.ask("GET", "/v1/batches")
    assert answer is not None
    assert answer.status_code == 200
    assert house.query("SELECT why FROM audit WHERE verb = 'sign' AND subject = 'tokens'") == [("liangxin serve",)]
    for process in house.parts.values():
        process.send_signal(number)
    for process in house.parts.values():
        process.wait(60)
    assert alive(state) == (None, set())
    done = liangxin("database", "remove", "--yes", LIANGXIN_STATE=str(state))
    assert done.returncode == 0, done.stderr
    assert not (state / "postgres").exists()
    assert not (state / "home").exists()
    log = (state / "server.log").read_text(encoding="utf-8")
    assert "/docs" in log
    assert "Traceback" not in log


def test_the_administrators_script_is_the_roles_own(tmp_path: Path) -> None:
    done = liangxin("database", "roles", "--name", "x", LIANGXIN_STATE=str(tmp_path))
    assert done.stdout.splitlines() == roles.statements("x")


def test_the_description_is_the_same_every_time(tmp_path: Path) -> None:
    """Nothing of the machine, the state folder or the settings is in it."""
    first = liangxin("openapi", LIANGXIN_STATE=str(tmp_path / "a"), PYTHONHASHSEED="1")
    second = liangxin("openapi", LIANGXIN_STATE=str(tmp_path / "b"), PYTHONHASHSEED="2")
    assert first.stdout == second.stdout
    assert json.loads(first.stdout)["openapi"].startswith("3.1")
    assert first.stdout.endswith("}\n")
    assert not (tmp_path / "a").exists()
