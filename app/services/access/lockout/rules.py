"""How long to wait after how many failures, and of what they are counted."""

from dataclasses import dataclass
from datetime import timedelta

REST = timedelta(minutes=30)
"""After so long without a failure all is forgotten."""
FIRST, LONGEST = 1, 900
"""Seconds of the first wait, doubled with every further failure, up to the longest."""


@dataclass(frozen=True, slots=True)
class Counted:
    """One thing whose failures are counted, and how many it has free."""

    key: str
    free: int


def counted(client_id: str | None, address: str | None) -> tuple[Counted, ...]:
    """What a try counts for: its address, and the client's name as asked for from there.

    A client is never counted alone: its id is no secret, and whoever knows it could keep it out from anywhere. Whether
    a client of that name exists makes no difference, so that the answer does not tell. Machines behind one address
    share it, so it has more free. None for an id that does not look like one of ours: only the address counts.
    """
    place = address or "-"
    whole = (Counted(f"address {place}", 20),)
    return whole if client_id is None else (Counted(f"{client_id} at {place}", 5), *whole)


def wait(failures: int, free: int) -> int:
    """Seconds to wait after so many failures: nothing while they are free, then 1, 2, 4 … 900."""
    beyond = failures - free
    if beyond < 0:
        return 0
    return min(LONGEST, FIRST << min(beyond, 20))
