"""The one table of an item's steps: what it says, and that the database holds the same."""

from typing import Any

import asyncpg

from app.services.funding.payables.facts import STEPS, WAITING, PayableState

S = PayableState


async def test_the_database_holds_the_same_table(direct: "asyncpg.Connection[Any]") -> None:
    rows = await direct.fetch("SELECT come_from, leads_to FROM payable_steps()")
    assert {tuple(row.values()) for row in rows} == {(str(each.come_from), str(each.to)) for each in STEPS}


def test_what_is_paid_comes_back_only_from_the_bank() -> None:
    assert {each.to for each in STEPS if each.come_from is S.paid} == {S.returned}
    assert {each.come_from for each in STEPS if each.to is S.paid} == set(WAITING)
    assert not [each for each in STEPS if each.come_from is S.dropped]
