"""`make crash`: kills at random moments of pushes until there were enough of them; nothing lost, nothing doubled.

Before them, requests broken off in mid-transaction by the thousand: no scope left behind, no connection lost. And keys
and secrets changed under load: no request fails, no token that somebody else cannot verify. And eight writers at one
action item: no change is lost, each is a step of the table.

Every kill is followed by a restart of what was killed, as a supervisor would; the push must move on within 30 s. Some
kills come while the body is still being sent: the sender tries again under the same key.
"""

import argparse
import random
import statistics
import sys
import tempfile
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

from tests.storms import items, ledger
from tests.storms.cancels import broken_off
from tests.storms.house import House, prepared, register, until
from tests.storms.rotation import changed

LIMIT = 30.0  # seconds until a push must have moved on
VICTIMS = ("worker", "server", "database", "everything")
WEIGHTS = (3, 3, 3, 1)
CHUNK = 250


@dataclass
class Storm:
    """One run: how many kills are wanted, and how long each push took to move on."""

    house: House
    chance: random.Random
    wanted: int
    records: int
    resumed: list[float] = field(default_factory=list)

    def rage(self) -> None:
        """Push after push, until there were enough kills."""
        turn = 0
        while len(self.resumed) < self.wanted:
            turn += 1
            self.house.clear()
            self._push(f"crash-push-{turn:04d}")
            self.house.assert_each_once(self.records)
            assert self.house.query("SELECT count(*) FROM batches") == [(1,)]
            again = self.house.finished(self.house.push(register(self.records)))
            assert again["unchanged"] == self.records
            self.house.assert_each_once(self.records)
            print(f"push {turn}: {self.records} records in once, {len(self.resumed)} kills so far", flush=True)

    def _push(self, key: str) -> None:
        places: list[str] = []
        sender = threading.Thread(target=lambda: places.append(self.house.push(register(self.records), key)))
        sender.start()
        if self.chance.random() < 0.5:
            threading.Event().wait(self.chance.uniform(0.0, 0.5))
            self._kill("server", "while it is sent", lambda: bool(places))
        sender.join()
        while (done := self.house.done(places[0])) < self.records:
            threading.Event().wait(self.chance.uniform(0.0, 1.5))
            victim = self.chance.choices(VICTIMS, WEIGHTS)[0]
            before = max(done, self.house.done(places[0]))
            if before >= self.records:
                break
            self._kill(victim, f"at {before}", partial(self._beyond, places[0], before))
        batch = self.house.finished(places[0])
        assert batch["created"] == self.records, batch

    def _beyond(self, place: str, before: int) -> bool:
        return self.house.done(place) > before

    def _kill(self, victim: str, moment: str, moved: Callable[[], bool]) -> None:
        began = time.monotonic()
        for part in ("worker", "server", "database") if victim == "everything" else (victim,):
            self.house.kill(part)
        for part in ("server", "worker"):
            if part not in self.house.parts:
                self.house.start(part)
        until(moved, 4 * LIMIT)
        took = time.monotonic() - began
        self.resumed.append(took)
        print(f"kill {len(self.resumed):3}: {victim:10} {moment:16} on after {took:5.1f} s", flush=True)


def main() -> int:
    """Run the storms; 1 when a request failed or a push took too long. What is lost or doubled is an AssertionError."""
    parser = argparse.ArgumentParser(prog="make crash", description=__doc__)
    parser.add_argument("--kills", type=int, default=50)
    parser.add_argument("--records", type=int, default=10_000)
    parser.add_argument("--seed", type=int, default=random.SystemRandom().randrange(10**6))
    parser.add_argument("--cancels", type=int, default=2_500, help="requests broken off in mid-transaction")
    parser.add_argument(
        "--rotation", type=float, default=45, help="seconds in which keys and secrets change under load"
    )
    parser.add_argument("--changes", type=int, default=1_000, help="changes of action items by eight writers at once")
    parser.add_argument("--postings", type=int, default=1_000_000, help="entries by eight writers, killed at random")
    asked = parser.parse_args()
    print(f"seed {asked.seed}", flush=True)
    if asked.cancels:
        print(broken_off(asked.cancels, asked.seed), flush=True)
    if asked.rotation:
        failed, line = changed(asked.rotation)
        print(line, flush=True)
        if failed:
            return 1
    if asked.changes:
        print(items.alone(asked.changes, asked.seed), flush=True)
    if asked.postings:
        print(ledger.alone(asked.postings, 8, asked.seed, 100), flush=True)
    if not asked.kills:
        return 0
    with tempfile.TemporaryDirectory(prefix="liangxin-crash-") as folder, prepared(Path(folder) / "state") as state:
        house = House(state, {"LIANGXIN_CHUNK_RECORDS": str(CHUNK)})
        storm = Storm(house, random.Random(asked.seed), asked.kills, asked.records)
        try:
            for part in ("server", "worker"):
                house.start(part)
            until(house.ready)
            storm.rage()
        finally:
            house.stop()
    slow = [took for took in storm.resumed if took > LIMIT]
    print(
        f"{len(storm.resumed)} kills, nothing lost, nothing doubled; moved on after"
        f" {statistics.median(storm.resumed):.1f} s in the middle, {max(storm.resumed):.1f} s at most"
    )
    if slow:
        print(f"{len(slow)} took longer than {LIMIT:.0f} s", file=sys.stderr)
    return 1 if slow else 0


if __name__ == "__main__":
    sys.exit(main())
