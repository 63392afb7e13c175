"""The first key of a new database, under a clock that goes on while it is made."""

from datetime import datetime, timedelta
from pathlib import Path

import pytest

from app.core.acts import Acts
from app.core.crypto import Vault
from app.services.access.keys import KeyRing, Terms
from tests.conftest import Hands

TERMS = Terms(timedelta(minutes=10), timedelta(minutes=10))


@pytest.mark.parametrize("first", ["token", "key set"])
async def test_whoever_asks_first_gets_an_answer(acts: Acts, clock: Hands, tmp_path: Path, first: str) -> None:
    def ticking() -> datetime:
        clock.forward(milliseconds=1)
        return clock.now

    vault = Vault.at(tmp_path / "ring.json", "aes-256-gcm")
    ring = KeyRing(Acts(acts.database, ticking, vault), vault, TERMS)
    if first == "token":
        await ring.signing()
    assert len((await ring.jwks())["keys"]) == 1
    assert (await ring.signing())[0] == (await ring.jwks())["keys"][0]["kid"]
