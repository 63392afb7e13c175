"""The embedded server in real processes: shared, killed, revived, out of the way of private homes."""

import os
import shutil
import signal
import stat
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import create_async_engine

from app.core import embedded
from app.core.embedded import EmbeddedFailure, binaries, place, processes
from app.core.embedded.locks import Lock
from tests.core.holding import ROOT, Holder, alive, ask, gone, psql, until

as_root = pytest.mark.skipif(os.geteuid() != 0, reason="only root hands the server to another user")


@pytest.fixture
def state(tmp_path: Path) -> Iterator[Path]:
    """A state folder of one test; as root it lies under pytest's private folder, so the data lie elsewhere."""
    folder = tmp_path / "state"
    yield folder
    embedded.remove(folder)


@pytest.fixture
def open_folder() -> Iterator[Path]:
    """A folder that every user can reach, with a state folder in it to be removed."""
    folder = Path(tempfile.mkdtemp(prefix="lx-test-"))
    folder.chmod(0o755)
    yield folder
    embedded.remove(folder / "state")
    shutil.rmtree(folder)


async def test_it_answers_as_configured_and_leaves_nothing(state: Path) -> None:
    with embedded.running(state, durable=False) as cluster:
        engine = create_async_engine(cluster.superuser_url())
        async with engine.connect() as connection:
            found = (
                await connection.execute(text("SELECT datlocprovider::text, datlocale, uuidv7() FROM pg_database"))
            ).first()
        await engine.dispose()
        assert found is not None
        assert (found[0], found[1]) == ("b", "C.UTF-8")
        assert ask(cluster, "SHOW listen_addresses") == ""
        assert ask(cluster, "SHOW fsync") == "off"
        assert stat.S_IMODE(cluster.socket.stat().st_mode) == 0o700
        assert stat.S_IMODE(cluster.data.parent.stat().st_mode) == 0o700
        mother, children = alive(state)
        assert mother
        assert children
    assert alive(state) == (None, set())
    assert not list(cluster.socket.glob(".s.PGSQL*"))
    assert not (cluster.data / "postmaster.pid").exists()


def test_data_outlive_the_server_and_are_safe_by_default(state: Path) -> None:
    with embedded.running(state) as cluster:
        ask(cluster, "CREATE TABLE kept AS SELECT 41 + 1 AS answer")
    with embedded.running(state) as cluster:
        assert ask(cluster, "SELECT answer FROM kept") == "42"
        assert ask(cluster, "SHOW fsync") == "on"
        assert ask(cluster, "SHOW synchronous_commit") == "on"


def test_two_at_once_share_one_server_and_the_last_stops_it(state: Path) -> None:
    first, second = Holder(state), Holder(state)
    assert first.ready() == second.ready()
    assert first.end() == 0
    assert alive(state)[0]
    assert second.end() == 0
    assert alive(state) == (None, set())


def test_uses_nest_in_one_process(state: Path) -> None:
    with embedded.running(state, durable=False) as outer:
        with embedded.running(state, durable=False) as inner:
            assert inner == outer
        assert ask(outer, "SELECT 1") == "1"
    assert alive(state) == (None, set())


def test_a_killed_user_leaves_the_server_for_the_next(state: Path) -> None:
    holder = Holder(state)
    _, postmaster = holder.ready()
    holder.end(signal.SIGKILL)
    assert not gone(postmaster)
    with embedded.running(state):
        assert alive(state)[0] == postmaster
    until(lambda: gone(postmaster))


def test_everything_killed_loses_nothing_committed(state: Path) -> None:
    holder = Holder(state)
    holder.ready()
    with embedded.running(state) as cluster:
        ask(cluster, "CREATE TABLE kept AS SELECT generate_series(1, 1000) AS n")
        mother, children = alive(state)
        holder.end(signal.SIGKILL)
        assert mother
        for pid in (mother, *children):
            processes.tell(pid, signal.SIGKILL)
        until(lambda: alive(state)[0] not in (None, mother))  # this process watches, and starts it again
        until(lambda: psql(cluster, "postgres", "postgres", "-c", "SELECT 1").returncode == 0)
        assert ask(cluster, "SELECT count(*) FROM kept") == "1000"


def test_a_pid_file_whose_number_somebody_else_has_by_now_is_stale(state: Path) -> None:
    with embedded.running(state, durable=False) as cluster:
        pass
    stranger = subprocess.Popen(
        ["/bin/cat"], stdin=subprocess.PIPE, **place.settle(state.resolve()).account.arguments()
    )
    try:
        lines = [str(stranger.pid), str(cluster.data), "1", "5432", str(cluster.socket), "", "1 1", "ready   "]
        (cluster.data / "postmaster.pid").write_text("\n".join(lines), encoding="ascii")
        with embedded.running(state, durable=False) as again:
            assert ask(again, "SELECT 1") == "1"
        assert stranger.poll() is None
    finally:
        stranger.communicate()


def test_a_busy_orphan_of_a_killed_postmaster_is_ended(state: Path) -> None:
    holder = Holder(state)
    socket, postmaster = holder.ready()
    cluster = embedded.Cluster(socket.parent / "data", socket, 5432)
    endless = "SELECT count(*) FROM generate_series(1, 1000000) a, generate_series(1, 1000000) b"
    busy = subprocess.Popen(
        [str(binaries._wheel() / "psql"), "-h", str(socket), "-U", "postgres", "-c", endless],
        stderr=subprocess.DEVNULL,
    )
    running = "SELECT count(*) FROM pg_stat_activity WHERE state = 'active' AND query LIKE '%generate_series%'"
    until(lambda: ask(cluster, running) == "2")
    holder.end(signal.SIGKILL)
    os.kill(postmaster, signal.SIGKILL)
    until(lambda: gone(postmaster))
    with embedded.running(state) as again:
        assert ask(again, running) == "1"
    assert busy.wait() != 0


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT, signal.SIGHUP])
@pytest.mark.parametrize("way", ["plain", "asyncio", "uvicorn"])
def test_a_signal_leaves_nothing(state: Path, number: signal.Signals, way: str) -> None:
    holder = Holder(state, way)
    _, postmaster = holder.ready()
    if way != "plain":
        assert holder.line() == "serving"
    holder.end(number)
    assert gone(postmaster)
    assert alive(state) == (None, set())


def test_impatience_leaves_nothing(state: Path) -> None:
    holder = Holder(state)
    _, postmaster = holder.ready()
    with Lock(state / "start.lock"):  # the holder cannot finish yet
        holder.signal(signal.SIGTERM)
        holder.signal(signal.SIGTERM)
    until(holder.interrupted)
    assert gone(postmaster)


def test_a_kill_while_the_database_is_prepared_leaves_nothing_half(open_folder: Path) -> None:
    state = open_folder / "state"
    holder = Holder(state)
    until(lambda: any((state / "postgres").glob("half-*/PG_VERSION")))
    holder.end(signal.SIGKILL)
    with embedded.running(state, durable=False) as cluster:
        assert ask(cluster, "SELECT 1") == "1"
        assert not list(cluster.data.parent.glob("half-*"))


@pytest.mark.parametrize("name", ["deep/" * 60, "a comma, and 'quotes'", "两新"])
def test_any_path_will_do(open_folder: Path, name: str) -> None:
    state = open_folder / name / "state"
    with embedded.running(state, durable=False) as cluster:
        assert len(str(cluster.socket / ".s.PGSQL.5432")) <= 107
        assert stat.S_IMODE(cluster.socket.stat().st_mode) == 0o700
        assert ask(cluster, "SELECT 1") == "1"
    assert not cluster.socket.exists()
    embedded.remove(state)
    assert not cluster.data.exists()


def test_a_database_in_use_is_not_removed(state: Path) -> None:
    with embedded.running(state, durable=False), pytest.raises(EmbeddedFailure, match="in use"):
        embedded.remove(state)


@as_root
def test_root_keeps_the_data_in_the_state_folder_when_it_can(open_folder: Path) -> None:
    with embedded.running(open_folder / "state", durable=False) as cluster:
        assert cluster.data.is_relative_to(open_folder)
        assert cluster.data.stat().st_uid != 0


@as_root
def test_root_in_a_private_home(open_folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Neither the programs nor the state folder can be reached: both go elsewhere, the programs once."""
    shelter = open_folder / "shelter"
    shelter.mkdir()
    home = tmp_path / "home"
    home.mkdir(mode=0o700)
    package = binaries._wheel().parents[1]
    for name in (package.name, f"{package.name}.libs"):
        (home / name).symlink_to(package.with_name(name))
    monkeypatch.setattr(binaries, "_wheel", lambda: home / package.name / "pginstall" / "bin")
    monkeypatch.setattr(binaries, "shelter", lambda: shelter)
    monkeypatch.setattr(place, "shelter", lambda: shelter)
    state = home / "state"
    for _ in range(2):
        with embedded.running(state, durable=False) as cluster:
            assert cluster.data.parent.parent == shelter
            assert cluster.data.stat().st_uid != 0
            mother, _ = alive(state)
            assert (Path("/proc") / str(mother) / "exe").readlink().is_relative_to(shelter)
            assert ask(cluster, "SELECT 1") == "1"
    assert len(list(shelter.glob("postgresql-*"))) == 1
    assert not list(shelter.glob(".half-*"))
    assert stat.S_IMODE(home.stat().st_mode) == 0o700
    shutil.rmtree(state)
    other = home / "other"
    with embedded.running(other, durable=False):
        assert len(list(shelter.glob("cluster-*"))) == 1, "data that nobody can come back to stay behind"
    embedded.remove(other)
    assert not list(shelter.glob("cluster-*"))


def _interpreter(account: place.Account) -> str:
    """Give a Python that the account can execute: ours may lie under a private home."""
    recent = "import sys; sys.exit(sys.version_info < (3, 11))"
    for program in (Path(sys.executable).resolve(), Path("/usr/bin/python3"), Path("/usr/local/bin/python3")):
        try:
            if subprocess.run([program, "-c", recent], cwd="/", check=False, **account.arguments()).returncode == 0:
                return str(program)
        except (PermissionError, FileNotFoundError):
            continue
    pytest.skip("every Python from 3.11 on lies under a private home")


@as_root
def test_an_ordinary_user_runs_it_too(open_folder: Path) -> None:
    """The launcher needs nothing but Python's own library, so another user can run a copy of it."""
    nobody = place.Account(65534, 65534, "nobody")
    code = open_folder / "code"
    shutil.copytree(ROOT / "app/core/embedded", code / "app/core/embedded")
    shutil.copy(ROOT / "tests/core/holder.py", code)
    home = open_folder / "home"
    home.mkdir(mode=0o700)
    nobody.own(home)
    environment = {binaries.VARIABLE: str(binaries.found(nobody)), "PYTHONPATH": str(code), "HOME": str(home)}
    command = [_interpreter(nobody), str(code / "holder.py"), str(home / "state")]
    done = subprocess.run(
        command, input="", capture_output=True, text=True, env=environment, check=False, **nobody.arguments()
    )
    assert done.returncode == 0, done.stderr
    socket, postmaster = done.stdout.split()
    assert socket == str(home / "state/postgres/socket")
    assert gone(int(postmaster))
    assert {path.stat().st_uid for path in home.rglob("*")} == {nobody.uid}


def test_other_programs_must_be_of_the_right_version(
    open_folder: Path, state: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    program = open_folder / "postgres"
    program.write_text("#!/bin/sh\necho 'postgres (PostgreSQL) 15.13'\n", encoding="ascii")
    program.chmod(0o755)
    monkeypatch.setenv(binaries.VARIABLE, str(open_folder))
    with (
        pytest.raises(EmbeddedFailure, match=r"holds PostgreSQL 15\.13; version 18 is needed"),
        embedded.running(state),
    ):
        pass
    monkeypatch.setenv(binaries.VARIABLE, str(open_folder / "missing"))
    with pytest.raises(EmbeddedFailure, match="does not run"), embedded.running(state):
        pass


def test_a_failure_explains_itself(state: Path) -> None:
    with embedded.running(state, durable=False) as cluster:
        pass
    control = cluster.data / "global" / "pg_control"
    control.rename(control.with_suffix(".away"))
    with pytest.raises(EmbeddedFailure) as failure, embedded.running(state, durable=False):
        pass
    told = str(failure.value)
    assert f"PostgreSQL did not start on {cluster.data}" in told
    assert "could not open file" in told
    assert "The whole log is" in told
    assert alive(state) == (None, set())


def test_data_of_another_version_are_not_touched(state: Path) -> None:
    with embedded.running(state, durable=False) as cluster:
        pass
    (cluster.data / "PG_VERSION").write_text("17\n", encoding="ascii")
    with pytest.raises(EmbeddedFailure, match="made by PostgreSQL 17"), embedded.running(state, durable=False):
        pass


def test_processes_are_recognised_without_proc(state: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    if not shutil.which("ps"):
        pytest.skip("there is no ps here")
    with embedded.running(state, durable=False):
        seen = alive(state)
        monkeypatch.setattr(processes, "PROC", state / "none")
        assert alive(state)[0] == seen[0]
        assert alive(state)[1]


def test_a_forked_child_does_not_stop_its_parents_server(state: Path) -> None:
    program = (
        "import os, sys; from pathlib import Path; from app.core import embedded\n"
        "with embedded.running(Path(sys.argv[1]), durable=False) as cluster:\n"
        "    child = os.fork()\n"
        "    if child:\n"
        "        os.waitpid(child, 0)\n"
        "        print((cluster.data / 'postmaster.pid').exists())\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", program, str(state)], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert done.stdout.splitlines() == ["True"]
    assert alive(state) == (None, set())
