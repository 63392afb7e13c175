"""A short life of everything: `python -m tests.storms.lives` lives longer."""

import pytest

from app.core.config import Settings
from tests.kit.databases import Clones
from tests.storms.lives import lived


@pytest.mark.parametrize("seed", [5, 6])
async def test_whatever_happens_what_is_derived_agrees(
    settings: Settings, server: Clones, database_name: str, seed: int
) -> None:
    lives = await lived(settings, server.cluster.superuser_url(database_name), 60, seed)
    assert {"found", "move", "enter a member", "transfer a member"} <= lives.done.keys()
