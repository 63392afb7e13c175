"""A short storm of changing keys and secrets: no request fails. `make crash` has the long one."""

from pathlib import Path

import pytest

from tests.kit.databases import Clones
from tests.storms import __main__ as crash
from tests.storms.rotation import rage


async def test_no_request_fails_while_keys_and_secrets_change(
    server: Clones, database_name: str, tmp_path: Path
) -> None:
    done = await rage(server.url(database_name), tmp_path, seconds=8)
    assert done.failed == 0, done.answers
    assert done.total > 100
    assert done.verified > 10
    assert done.key_changes >= 3
    assert done.secret_changes >= 4
    assert done.gone, "no key went through its whole life"


def test_make_crash_runs_the_long_one_and_fails_with_it(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[float] = []

    def changed(seconds: float) -> tuple[int, str]:
        asked.append(seconds)
        return len(asked) - 1, "a storm"

    monkeypatch.setattr(crash, "changed", changed)
    monkeypatch.setattr("sys.argv", ["crash", "--kills", "0", "--cancels", "0", "--changes", "0", "--postings", "0"])
    assert (crash.main(), crash.main()) == (0, 1)
    assert asked == [45, 45]
