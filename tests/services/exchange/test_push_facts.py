"""The place a scope stands for, and progress, as plain functions."""

from datetime import UTC, datetime, timedelta

import pytest

from app.core.acts import EVERYWHERE, NOWHERE, Scope
from app.services.exchange.facts import Progress, progress, smallest_region

START = datetime(2026, 3, 2, tzinfo=UTC)


@pytest.mark.parametrize(
    ("ranges", "region"),
    [
        (EVERYWHERE.ranges, (0, 0)),
        (NOWHERE.ranges, (0, 0)),
        (((330000000000, 340000000000),), (330000000000, 1)),
        (((330100000000, 330200000000),), (330100000000, 2)),
        (((441900000000, 442000000000),), (441900000000, 2)),
        (((330106000000, 330107000000),), (330106000000, 3)),
        (((330106001000, 330106002000),), (330106001000, 4)),
        (((330106001001, 330106001002),), (330106001001, 5)),
        (((330106000000, 330107000000), (330108000000, 330109000000)), (330100000000, 2)),
        (((330106000000, 330107000000), (640000000000, 650000000000)), (0, 0)),
    ],
)
def test_the_smallest_region_that_holds_a_scope(ranges: tuple[tuple[int, int], ...], region: tuple[int, int]) -> None:
    assert smallest_region(Scope(ranges)) == region


@pytest.mark.parametrize(
    ("records", "done", "started", "finished", "expected"),
    [
        (100, 0, None, None, Progress(0, 0.0, None, None)),
        (100, 0, START, None, Progress(0, 0.0, 0.0, None)),
        (100, 25, START, None, Progress(25, 0.25, 2.5, 30.0)),
        (100, 100, START, START + timedelta(seconds=5), Progress(100, 1.0, 20.0, None)),
        (0, 0, START, START, Progress(0, 1.0, None, None)),
    ],
)
def test_progress(
    records: int, done: int, started: datetime | None, finished: datetime | None, expected: Progress
) -> None:
    assert progress(records, done, started, finished, START + timedelta(seconds=10)) == expected
