"""Lists of a county through months of random changes: what all of them say together is what a slow reckoning says.

Roles overlap, begin and end in the middle of a month, are entered and ended late; schemes are laid down in between,
also for months that are closed.
"""

import random
from collections.abc import Sequence
from datetime import UTC, date, datetime
from typing import Any

import asyncpg
import pytest

from app.core.acts import Acts
from app.core.versions import claim
from app.services.treatment.models import TreatmentMonth
from app.services.treatment.months import service
from app.services.treatment.months.schemas import MonthCreate
from tests.conftest import Hands, actor
from tests.kit.subsidies import BANDS, ROLES, Scheme, random_schemes
from tests.kit.treated import COUNTY, ELSEWHERE, Population

PLACES = ((COUNTY, 3), (COUNTY + 2000, 4), (ELSEWHERE, 3))
MARCH, APRIL, MAY, JUNE = (date(2026, month, 1) for month in (3, 4, 5, 6))
IN_ORDER = ((MARCH, date(2026, 3, 31)), (APRIL, date(2026, 4, 30)), (MAY, date(2026, 5, 31)))
ONE_LATE = ((MARCH, date(2026, 3, 31)), (MAY, date(2026, 5, 31)), (APRIL, date(2026, 6, 8)), (JUNE, date(2026, 6, 30)))


async def listed(acts: Acts, month: date) -> None:
    """Compute the county's list as one officer, close it as another."""
    draft = MonthCreate(region_code=f"{COUNTY:012d}", region_level=3, month=month.isoformat()[:7])
    async with acts.open(actor("li")) as act:
        key = await service.create(act, draft)
    async with acts.open(actor("wang")) as act:
        await service.close(act, key, 1)
    async with acts.open(actor("wang")) as act:
        assert (await claim(act, TreatmentMonth, key, 2)).state == "closed"


@pytest.mark.parametrize(("steps", "seed"), [(IN_ORDER, 0), (IN_ORDER, 1), (IN_ORDER, 2), (ONE_LATE, 3), (ONE_LATE, 4)])
async def test_all_lists_together_are_right(
    acts: Acts, clock: Hands, direct: "asyncpg.Connection[Any]", steps: Sequence[tuple[date, date]], seed: int
) -> None:
    told = random.Random(seed)
    people = Population(direct, told)
    await people.settle(PLACES)
    start = datetime(2026, 1, 5, tzinfo=UTC)
    for scheme in random_schemes(told, MARCH, 6):
        await people.lay_down(scheme, start)
    everywhere = dict.fromkeys(("secretary", "liaison"), 12_345)
    percent = dict.fromkeys((*BANDS, "unreviewed"), 100)
    await people.lay_down(Scheme("", (0, 0), date(2020, 1, 1), dict.fromkeys(ROLES, None) | everywhere, percent), start)
    await people.arrive(60, MARCH, start)
    await people.review(0.5, [date(2026, 1, 20), date(2026, 3, 9)], start, 2025)
    by_month: dict[date, Sequence[Scheme]] = {}
    for month, day in steps:
        clock.now = datetime(day.year, day.month, day.day, 1, tzinfo=UTC)
        by_month[month] = list(people.schemes)
        await listed(acts, month)
        told_of = {each: schemes for each, schemes in by_month.items() if each <= month}  # a list looks back alone
        assert await people.wrong(told_of) == []
        await people.change(0.4, month, clock.now)
        for scheme in random_schemes(told, month, 2):
            await people.lay_down(scheme, clock.now)
    assert await direct.fetchval("SELECT count(*) FROM treatment_differences WHERE difference_fen < 0") > 0
    assert await direct.fetchval("SELECT count(*) FROM treatment_differences WHERE difference_fen > 0") > 0
