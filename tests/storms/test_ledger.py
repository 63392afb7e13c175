"""Two thousand postings with kills in every run: `python -m tests.storms.ledger` goes on to a million."""

import asyncio
from pathlib import Path

from tests.kit.databases import Clones
from tests.storms.ledger import stormed


def test_not_a_fen_is_lost_doubled_or_overdrawn(server: Clones, tmp_path: Path) -> None:
    name = asyncio.run(server.make())
    try:
        told = stormed(server, name, tmp_path, postings=2_000, writers=4, seed=11, kills=4)
    finally:
        asyncio.run(server.drop(name))
    assert "2000 postings" in told
    assert ", 0 kills" not in told
