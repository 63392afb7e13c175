"""`liangxin token`: each token stands in the audit, or it is said plainly that it does not."""

import asyncio
import base64
import json
import socket
from collections.abc import Callable, Iterator
from getpass import getuser
from pathlib import Path
from typing import Any
from uuid import UUID

import asyncpg
import pytest
from typer.testing import CliRunner, Result

from app.cli import app
from tests.kit.databases import Clones, dsn

Run = Callable[..., Result]
AWAY = "postgresql+asyncpg://nobody@127.0.0.1:1/nothing"


@pytest.fixture
def name(server: Clones) -> Iterator[str]:
    """A database of one's own."""
    made = asyncio.run(server.make())
    yield made
    asyncio.run(server.drop(made))


@pytest.fixture
def run(server: Clones, name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    """Commands on that database."""
    monkeypatch.setenv("DATABASE_URL", server.url(name))
    monkeypatch.setenv("LIANGXIN_STATE", str(tmp_path))
    monkeypatch.delenv("LIANGXIN_TOKEN", raising=False)

    def command(*arguments: str, fails: bool = False) -> Result:
        done = CliRunner().invoke(app, list(arguments))
        assert done.exit_code == int(fails), done.output
        return done

    return command


def rows(server: Clones, name: str) -> list[dict[str, Any]]:
    """What the audit says of tokens that were signed."""

    async def read() -> list[dict[str, Any]]:
        keeper = await asyncpg.connect(dsn(server.cluster.superuser_url(name)))
        try:
            found = await keeper.fetch("SELECT * FROM audit WHERE verb = 'sign' AND subject = 'tokens' ORDER BY id")
        finally:
            await keeper.close()
        return [dict(row) | {"detail": json.loads(row["detail"])} for row in found]

    return asyncio.run(read())


def claims(token: str) -> dict[str, Any]:
    """What a token carries."""
    body = token.split(".")[1]
    found: dict[str, Any] = json.loads(base64.urlsafe_b64decode(body + "=" * (-len(body) % 4)))
    return found


def test_a_token_leaves_a_row_that_says_who_what_where_and_why(run: Run, server: Clones, name: str) -> None:
    token = run(
        *("token", "--role", "region_officer", "--name", "person:张", "--region", "330106000000"),
        *("--dataset", "registrations", "--days", "2", "--reason", "统一登录停用期间值班"),
    ).stdout.strip()
    (row,) = rows(server, name)
    carried = claims(token)
    assert (row["actor"], row["why"]) == (f"operator:{getuser()}", "统一登录停用期间值班")
    assert row["ids"] == [UUID(carried["jti"])]
    told = row["detail"]
    assert (told["holder"], told["role"], told["datasets"]) == ("person:张", "region_officer", ["registrations"])
    assert told["regions"] == [{"first": "330106000000", "last": "330106999999"}]
    assert told["until"].startswith("20")
    assert token not in str(row)
    assert token.split(".")[2] not in str(row)
    run("token")
    assert [each["why"] for each in rows(server, name)] == ["统一登录停用期间值班", None]


def test_no_token_goes_without_its_row_unless_that_is_asked_for(
    run: Run, server: Clones, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DATABASE_URL", AWAY)
    refused = run("token", "--reason", "试", fails=True)
    assert refused.stdout == ""
    assert "cannot be reached" in refused.stderr
    assert "No token was signed" in refused.stderr
    assert "--unrecorded" in refused.stderr
    assert "own name" in run("token", "--name", "system", fails=True).stderr
    given = run("token", "--unrecorded")
    assert claims(given.stdout.strip())["role"] == "officer"
    assert "No audit row says that this token was signed" in given.stderr
    assert rows(server, name) == []


def test_a_database_without_tables_takes_no_row(run: Run, server: Clones, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATABASE_URL", server.url("postgres"))
    refused = run("token", fails=True)
    assert (refused.stdout, "No token was signed" in refused.stderr) == ("", True)


def test_the_token_that_a_push_signs_for_itself_leaves_one_too(
    run: Run, server: Clones, name: str, tmp_path: Path
) -> None:
    run("push", str(tmp_path / "missing.csv"), fails=True)
    assert rows(server, name) == []
    file = tmp_path / "firms.csv"
    file.write_text("企业名称\n甲\n", encoding="utf-8")
    run("push", str(file), "--url", "http://127.0.0.1:1", "--token", "abc", fails=True)
    assert rows(server, name) == []
    run("push", str(file), "--url", "http://127.0.0.1:1", fails=True)
    (row,) = rows(server, name)
    assert (row["why"], row["detail"]["role"], row["detail"]["datasets"]) == (
        "liangxin push",
        "partner",
        ["registrations"],
    )


def test_serving_a_given_database_prints_no_token(
    run: Run, server: Clones, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its output is a log, and whoever reads that would be an officer for a day."""
    served: list[str | None] = []
    monkeypatch.setattr("app.cli.stop_on_signals", lambda: None)
    monkeypatch.setattr("app.cli.configure", lambda _: None)
    monkeypatch.setattr("app.cli.serving.serve", lambda settings, _: served.append(settings.database_url))
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = str(probe.getsockname()[1])
    said = run("serve", "--port", port)
    assert served == [server.url(name)]
    assert f"http://127.0.0.1:{port}/docs" in said.stderr
    assert "eyJ" not in said.output
    assert rows(server, name) == []
