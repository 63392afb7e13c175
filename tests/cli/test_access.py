"""Machines, grants, reviews and keys from the command line, in the order a first installation needs them."""

import asyncio
import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from app.cli import app
from tests.kit.databases import Clones

Run = Callable[..., Result]


@pytest.fixture
def run(server: Clones, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Run]:
    """Commands on a database of one's own."""
    name = asyncio.run(server.make())
    monkeypatch.setenv("DATABASE_URL", server.url(name))
    monkeypatch.setenv("LIANGXIN_STATE", str(tmp_path))
    monkeypatch.setenv("COLUMNS", "300")

    def command(*arguments: str, fails: bool = False) -> Result:
        done = CliRunner().invoke(app, list(arguments))
        assert done.exit_code == int(fails), done.output
        return done

    yield command
    asyncio.run(server.drop(name))


def told(done: Result, name: str) -> str:
    """A line `name=value` on standard output."""
    found = re.search(rf"^{name}=(\S+)$", done.stdout, re.MULTILINE)
    assert found is not None
    return found[1]


def test_from_nothing_to_a_yearly_review(run: Run) -> None:
    for role in ("system_administrator", "security_administrator"):
        run("grants", "give", f"person:{role}", role, "--region", "000000000000", "--reason", "首次安装")
    made = run("clients", "create", "市场监管局")
    client, secret = told(made, "client_id"), told(made, "client_secret")
    grant = run(
        *("grants", "give", client, "department_partner", "--reason", "数据报送"),
        *("--region", "330106000000", "--dataset", "registrations", "--until", "2099-01-01"),
    ).stdout.strip()
    listed = run("grants", "list", "--subject", client).stdout
    assert grant in listed
    assert "330106000000-330106999999" in listed
    assert client in run("clients", "list").stdout

    new = run("clients", "rotate", client, "--hours", "24")
    assert told(new, "client_secret") not in ("", secret)
    run("clients", "rotate", client, fails=True)

    review = run("access-reviews", "open", "--due", "2099-01-01").stdout.strip()
    assert "3" in run("access-reviews", "list").stdout
    run("access-reviews", "close", review, fails=True)
    rows = re.findall(r"[0-9a-f]{8}-[0-9a-f-]{27}", run("access-reviews", "show", review).stdout)
    kept = [row for row in rows if row != grant]
    flags = [part for row in kept for part in ("--keep", row)]
    run("access-reviews", "decide", review, *flags, "--end", grant, "--reason", "报送结束")
    run("access-reviews", "close", review)
    assert "ended" in run("grants", "list", "--subject", client).stdout
    run("grants", "end", grant, "--reason", "又一次", fails=True)
    run("clients", "disable", client, "--reason", "停用")
    run("clients", "disable", client, "--reason", "停用", fails=True)


def test_the_three_administrators_stay_apart_here_too(run: Run) -> None:
    run("grants", "give", "person:li", "system_administrator", "--region", "000000000000", "--reason", "任命")
    said = run(
        *("grants", "give", "person:li", "audit_administrator", "--region", "000000000000", "--reason", "任命"),
        fails=True,
    )
    assert "three administrator roles" in said.stderr
    said = run("grants", "give", "person:li", "emperor", "--reason", "任命", fails=True)
    assert "There is no role 'emperor'" in said.stderr
    said = run("grants", "give", "person:li", "region_officer", "--region", "33", "--reason", "任命", fails=True)
    assert "12-digit" in said.stderr


def test_keys_are_made_shown_and_withdrawn(run: Run) -> None:
    run("keys", "rotate")
    first = run("keys", "list").stdout
    (kid,) = re.findall(r"[A-Za-z0-9_-]{43}", first)
    run("keys", "rotate")
    assert len(re.findall(r"[A-Za-z0-9_-]{43}", run("keys", "list").stdout)) == 2
    run("keys", "withdraw", kid, "--reason", "可能已泄露")
    run("keys", "withdraw", "nobody's", "--reason", "可能已泄露", fails=True)
