"""Loading working days from the command line."""

import asyncio
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
    monkeypatch.setenv("LIANGXIN_STATE", str(tmp_path / "state"))
    monkeypatch.setenv("COLUMNS", "300")
    monkeypatch.setattr("app.core.embedded.stop_on_signals", lambda: None)

    def command(text: str, *arguments: str, fails: bool = False) -> Result:
        file = tmp_path / "days.csv"
        file.write_text(text, encoding="utf-8-sig")
        done = CliRunner().invoke(app, ["calendar", "load", str(file), "--source", "某通知", *arguments])
        assert done.exit_code == int(fails), done.output
        return done

    yield command
    asyncio.run(server.drop(name))


def test_a_year_is_loaded_and_loaded_again(run: Run) -> None:
    text = "day,working,name\n2031-01-01,no,元旦\n\n2031-01-04,是,元旦\n2031-01-05,YES,\n"
    told = "3 days written, 0 changed, 0 unchanged. Years known by what was loaded: 2031."
    assert told in run(text, "--year", "2031").output
    assert "0 days written, 0 changed, 3 unchanged." in run(text).output


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("date,working\n", "Line 1: The first line must name the columns: day, working, name."),
        ("", "Line 1: The first line"),
        ("day,working,name\n2031-13-01,no,元旦\n2031-01-02,perhaps,\n", "Line 3, working: Whether it is worked"),
        ("day,working,name\n2031-13-01,no,元旦\n", "Line 2, day: The value is not acceptable."),
        ("day,working,name\n2031-01-01,no,\n2031-01-01,yes,\n", "days, 1/day: Listed twice."),
    ],
)
def test_a_bad_file_is_told_by_line_and_nothing_is_loaded(run: Run, text: str, expected: str) -> None:
    output = run(text, fails=True).output
    assert expected in output
    assert "nothing was changed" in output
