"""`kill -9` of worker, server, database in mid-push: it goes on within 30 s, and each record is in once."""

from collections.abc import Iterator
from functools import partial
from pathlib import Path

import pytest

from tests.storms.house import House, prepared, register, until

SIZE = 4000
CHUNK = 200
TRIES = 5
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
    place, before = killed(house, ("worker", "server", "database") if victim == "everything" else (victim,))
    assert until(lambda: house.done(place) > before, 60) < 30
    batch = house.finished(place)
    assert batch["created"] == SIZE
    house.assert_each_once(SIZE)
    assert house.finished(house.push(register(SIZE)))["unchanged"] == SIZE
    house.assert_each_once(SIZE)


def begun(house: House, place: str) -> bool:
    """Whether the first chunk is in."""
    return house.done(place) >= CHUNK


def killed(house: House, victims: tuple[str, ...]) -> tuple[str, int]:
    """Kill and restart these when a part of a push is in: where it is, and how much. Too late a kill is repeated."""
    for _ in range(TRIES):
        house.clear()
        place = house.push(register(SIZE))
        until(partial(begun, house, place))
        for part in victims:
            house.kill(part)
        if "server" in victims:
            house.start("server")
        until(house.ready)
        before = house.done(place)
        if "worker" in victims:  # not before it is known how far the push was
            house.start("worker")
        if 0 <= before < SIZE:
            return place, before
        house.finished(place)
    raise AssertionError("the kill came too late every time")
