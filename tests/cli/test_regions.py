"""Changes of regions and learning, from the command line."""

import asyncio
from collections.abc import Callable, Iterator
from pathlib import Path

import asyncpg
import pytest
from typer.testing import CliRunner, Result

from app.cli import app
from tests.kit.databases import Clones, dsn
from tests.kit.organizations import add

Run = Callable[..., Result]
HEADER = "code,level,name,parent_code,parent_level,until,successors\n"


@pytest.fixture
def name(server: Clones) -> Iterator[str]:
    """A database of one's own, with an organisation in a street that will be merged."""
    made = asyncio.run(server.make())

    async def fill() -> None:
        connection = await asyncpg.connect(dsn(server.url(made, "postgres")))
        try:
            await add(connection, region_code=330106004000)
        finally:
            await connection.close()

    asyncio.run(fill())
    yield made
    asyncio.run(server.drop(made))


@pytest.fixture
def run(server: Clones, name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    """Commands on that database."""
    monkeypatch.setenv("DATABASE_URL", server.url(name))
    monkeypatch.setenv("LIANGXIN_STATE", str(tmp_path / "state"))
    monkeypatch.setenv("COLUMNS", "300")
    monkeypatch.setattr("app.core.embedded.stop_on_signals", lambda: None)

    def command(*arguments: str, fails: bool = False) -> Result:
        done = CliRunner().invoke(app, list(arguments))
        assert done.exit_code == int(fails), done.output
        return done

    return command


def test_a_file_of_changes_is_put_in_force_and_organisations_follow(run: Run, tmp_path: Path) -> None:
    file = tmp_path / "changes.csv"
    file.write_text(HEADER + "330106004000,4,西溪街道,,,2026,330106005000/4\n", encoding="utf-8-sig")
    assert "1 retired or divided; 1 rows followed." in run("regions", "change", str(file)).output


def test_a_grant_of_a_merged_region_holds_in_its_successor(run: Run, tmp_path: Path) -> None:
    def give(who: str, region: str) -> None:
        run("grants", "give", who, "region_officer", "--region", region, "--reason", "任职")

    give("person:street", "330106004000")
    give("person:county", "330106000000")
    file = tmp_path / "changes.csv"
    file.write_text(HEADER + "330106004000,4,西溪街道,,,2026,330106005000/4\n", encoding="utf-8-sig")
    assert "2 rows followed." in run("regions", "change", str(file)).output
    assert "330106005000-330106005999" in run("grants", "list", "--subject", "person:street").stdout
    assert "330106000000-330106999999" in run("grants", "list", "--subject", "person:county").stdout


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (HEADER + "33010600400,4,西溪街道,,,,\n330106004000,4,,,,,\n", "Line 2: Must be a 12-digit region code"),
        (HEADER + "330106004000,4,,,,,\n", "Line 2, name: Required"),
        (HEADER + "330106004000,4,西溪街道,,,2026,339999777000/4\n", "Region 339999777000: There is no such region."),
        (HEADER + "330106004000,4,东溪街道,,,2026,330106005000/4\n", "Region 330106004000, name: There is no such"),
        ("", "Line 1: Required"),
        ("区划".encode("gbk"), "is not UTF-8 text"),
        (None, "cannot be read: No such file or directory."),
    ],
)
def test_what_is_wrong_with_a_file_is_said(run: Run, tmp_path: Path, content: str | bytes | None, said: str) -> None:
    file = tmp_path / "changes.csv"
    if content is not None:
        file.write_bytes(content if isinstance(content, bytes) else content.encode())
    output = run("regions", "change", str(file), fails=True).output
    assert said in " ".join(output.split())
    assert "Traceback" not in output


def test_learning_says_what_it_placed(run: Run) -> None:
    assert "0 of 0 organisations that waited" in " ".join(run("regions", "learn").output.split())
