"""`kill -9` of worker, server, database in mid-push: it goes on within 30 s, and each record is in once."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.storms.house import House, prepared, register, until

SIZE = 3000
CHUNK = 250
LEASE = 2.0


@pytest.fixture(scope="module")
def state(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """One prepared folder for the file."""
    with prepared(tmp_path_factory.mktemp("kills") / "state") as folder:
        yield folder


@pytest.fixture
def house(state: Path) -> Iterator[House]:
    """The service at work, with a database without organisations."""
    found = House(state, {"LIANGXIN_CHUNK_RECORDS": str(CHUNK), "LIANGXIN_LEASE": str(LEASE)})
    found.clear()
    yield found
    found.stop()


@pytest.mark.parametrize("victim", ["worker", "server", "database", "everything"])
def test_a_kill_in_mid_push(house: House, victim: str) -> None:
    apart = victim in ("worker", "everything")
    house.settings["LIANGXIN_INLINE_WORKER"] = "false" if apart else "true"
    house.start("server")
    if apart:
        house.start("worker")
    until(house.ready)
    place = house.push(register(SIZE))
    until(lambda: house.done(place) >= CHUNK)
    if victim == "everything":
        for part in ("worker", "server", "database"):
            house.kill(part)
    else:
        house.kill(victim)
    for part in ("server", "worker"):
        if part not in house.parts and (part == "server" or apart):
            house.start(part)
    until(house.ready)
    before = house.done(place)
    assert before < SIZE, "the kill came too late to tell anything"
    assert until(lambda: house.done(place) > before, 60) < 30
    batch = house.finished(place)
    assert batch["created"] == SIZE
    house.assert_each_once(SIZE)
    assert house.finished(house.push(register(SIZE)))["unchanged"] == SIZE
    house.assert_each_once(SIZE)
