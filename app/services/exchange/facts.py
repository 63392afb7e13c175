"""Frozen values of exchange: how a batch is to be applied, how far it is, and the place that a scope stands for."""

import re
from dataclasses import dataclass
from datetime import datetime
from typing import Final, Literal

from app.core.acts import Scope

Mode = Literal["commit", "validate"]
Atomic = Literal["record", "batch"]
Strategy = Literal["upsert", "create", "update", "fill_empty"]

ATOMIC_LIMIT: Final = 100_000
"""Records of a batch that is applied all or not at all: it is one transaction."""

FINISHED: Final = frozenset({"done", "failed", "cancelled"})

_WIDTHS: Final = (10**12, 10**10, 10**8, 10**6, 10**3, 1)  # codes under a region, by level 0 to 5


@dataclass(frozen=True, slots=True)
class Push:
    """What the sender asks for. `source_time` is the instant the source stood at; `filename` is for people only."""

    dataset: str
    mode: Mode
    atomic: Atomic
    strategy: Strategy
    source_time: datetime
    filename: str | None


VERDICTS: Final = ("match", "create", "place", "discard")
"""What a person may say of a record that waits."""


def unfit(verdict: str, *, standing: bool, founds: bool) -> str | None:
    """Why a verdict does not fit, as a code of `action_reason`; None when it does.

    `standing`: the record is about a row that stands already, so that only its place is asked for. `founds`: whether
    the dataset's records found what is not there.
    """
    if standing and verdict in ("match", "create"):
        return "record_has_row"
    if not standing and verdict == "place":
        return "record_has_no_row"
    return "dataset_founds_nothing" if verdict == "create" and not founds else None


def smallest_region(scope: Scope) -> tuple[int, int]:
    """(code, level) of the smallest region that holds the whole scope; (0, 0) is the country."""
    if not scope.ranges:
        return 0, 0
    last = scope.hi - 1
    for level in range(len(_WIDTHS) - 1, 0, -1):
        width = _WIDTHS[level]
        if scope.lo // width == last // width:
            return scope.lo // width * width, level
    return 0, 0


def covered(code: int, level: int) -> tuple[int, int]:
    """The half-open range of codes under a region."""
    return code, code + _WIDTHS[level]


_RANGE: Final = re.compile(r"\[(\d+),(\d+)\)")


def written_scope(multirange: str) -> Scope:
    """The scope that PostgreSQL wrote as an int8multirange."""
    return Scope(tuple((int(lo), int(hi)) for lo, hi in _RANGE.findall(multirange)))


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a batch is: records applied, their share, the rate and the seconds left (None while unknown)."""

    records_done: int
    share: float
    records_per_second: float | None
    seconds_left: float | None


def progress(records: int, done: int, started: datetime | None, finished: datetime | None, now: datetime) -> Progress:
    """Progress from the counts and the two instants; an unfinished batch is measured until now."""
    share = done / records if records else 1.0
    seconds = ((finished or now) - started).total_seconds() if started else 0.0
    rate = done / seconds if seconds > 0 else None
    left = None if finished is not None or not rate else (records - done) / rate
    return Progress(
        done, round(share, 4), None if rate is None else round(rate, 1), None if left is None else round(left, 1)
    )
