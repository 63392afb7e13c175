"""A small storm of payers in every run: `python -m tests.storms.payers` goes on for longer."""

import asyncio

from tests.kit.databases import Clones
from tests.storms.payers import stormed


def test_each_line_is_paid_once_whoever_pays_and_is_killed(server: Clones) -> None:
    name = asyncio.run(server.make())
    try:
        told = stormed(server, name, lines=60, payers=2, seed=5, kills=2)
    finally:
        asyncio.run(server.drop(name))
    assert "lines paid once" in told
    assert ", 0 kills" not in told
