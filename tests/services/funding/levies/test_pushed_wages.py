"""Pushed wages: known by the firm's code and the year, corrected by what is newer, refused with the reason."""

from datetime import timedelta
from typing import Any
from uuid import UUID

import asyncpg
import pytest

from app.core.acts import Actor, Acts, Scope
from app.services.access.permissions import ROLES
from tests.conftest import Hands
from tests.kit.levies import wages
from tests.kit.organizations import add
from tests.kit.pushing import Pusher
from tests.routers.test_organizations import uscc

ROWS = (
    "SELECT year, payroll_fen, staff, source, version, reported_at, entered_by FROM organization_payrolls ORDER BY year"
)


@pytest.fixture
def tax(acts: Acts) -> Pusher:
    """Who pushes wages."""
    return Pusher(acts, "workforce")


async def firm(direct: "asyncpg.Connection[Any]", serial: int = 1, **told: Any) -> UUID:
    """A firm of the register."""
    (found,) = await add(direct, 1, uscc=uscc(serial), **told)
    return found


async def told(direct: "asyncpg.Connection[Any]") -> list[tuple[Any, ...]]:
    """Year, fen and staff of every payroll."""
    return [(row["year"], row["payroll_fen"], row["staff"]) for row in await direct.fetch(ROWS)]


def wrong(applied: Any) -> list[tuple[str, str]]:
    """Pointer and code of what was found."""
    return [(each.error.pointer, each.error.code) for each in applied.findings]


async def test_the_same_file_again_changes_nothing(
    tax: Pusher, direct: "asyncpg.Connection[Any]", clock: Hands
) -> None:
    for serial in (1, 2, 3):
        await firm(direct, serial)
    file = [wages(1), wages(1, 2024, payroll_yuan=1), wages(2), wages(3, payroll_yuan="0")]
    assert (await tax.push(*file, chunk=2)).outcomes == b"uuuu"
    before = await direct.fetch("SELECT * FROM organization_payrolls ORDER BY id")
    clock.forward(days=1)
    assert (await tax.push(*file)).outcomes == b"nnnn"
    # Written otherwise, the same is still the same.
    other = [
        {"uscc": uscc(1), "year": "2025年", "payroll_ten_thousand_yuan": "480", "staff": "45人"},
        wages(2, payroll_yuan="4,800,000.00"),
    ]
    assert (await tax.push(*other)).outcomes == b"nn"
    assert await direct.fetch("SELECT * FROM organization_payrolls ORDER BY id") == before
    assert await told(direct) == [(2024, 100, 45), (2025, 480_000_000, 45), (2025, 480_000_000, 45), (2025, 0, 45)]
    assert await direct.fetchval("SELECT count(*) FROM history WHERE subject = 'organization_payrolls'") == 0


async def test_what_is_older_never_overwrites_and_what_is_left_out_stays(
    tax: Pusher, direct: "asyncpg.Connection[Any]", clock: Hands
) -> None:
    await firm(direct)
    start = clock()
    assert (await tax.push(wages(), time=start)).outcomes == b"u"
    assert (await tax.push(wages(payroll_yuan=1), time=start - timedelta(days=1))).outcomes == b"s"
    clock.forward(days=1)
    assert (await tax.push({"uscc": uscc(), "year": 2025, "staff": 50}, time=clock())).outcomes == b"u"
    assert await told(direct) == [(2025, 480_000_000, 50)]
    clock.forward(days=1)
    assert (await tax.push({"uscc": uscc(), "year": 2025, "payroll_yuan": None}, time=clock())).outcomes == b"u"
    assert await told(direct) == [(2025, None, 50)]


async def test_what_is_wrong_comes_back_with_the_reason(tax: Pusher, direct: "asyncpg.Connection[Any]") -> None:
    await firm(direct)
    for record, errors in (
        (wages(payroll_yuan=-1), [("/payroll_yuan", "greater_than_equal")]),
        (wages(payroll_yuan=100_000_000_001), [("/payroll_yuan", "less_than_equal")]),
        (wages(payroll_yuan="五百万"), [("/payroll_yuan", "number_wrong")]),
        (wages(payroll_ten_thousand_yuan=481), [("/payroll_ten_thousand_yuan", "payroll_told_twice")]),
        (wages(year=2027), [("/year", "payroll_year_wrong")]),
        (wages(year=2011), [("/year", "payroll_year_wrong")]),
        (wages() | {"year": "去年"}, [("/year", "int_parsing"), ("/year", "missing")]),
        (wages() | {"year": 2025.5}, [("/year", "int_from_float"), ("/year", "missing")]),
        ({"uscc": uscc(), "payroll_yuan": 1}, [("/year", "missing")]),
        ({"uscc": uscc(), "year": 2025}, [("/payroll_yuan", "missing")]),
        ({"year": 2025, "payroll_yuan": 1}, [("/uscc", "missing")]),
        (wages(staff=-1), [("/staff", "greater_than_equal")]),
        (wages(uscc="91330000MA27U00K3X"), [("/uscc", "uscc_check")]),
        (wages(wage=1), [("", "extra_forbidden")]),
    ):
        applied = await tax.push(record)
        assert (applied.outcomes, wrong(applied)) == (b"r", errors), record
    assert await told(direct) == []
    assert (await tax.push(wages(payroll_yuan=100_000_000_000))).outcomes == b"u"


async def test_a_firm_that_nobody_knows_waits_and_one_elsewhere_is_refused(
    acts: Acts, tax: Pusher, direct: "asyncpg.Connection[Any]"
) -> None:
    await firm(direct, name="清溪县云岭茶业有限公司")
    unknown = await tax.push(wages(9), {"name": "清溪县云岭茶业有限公司", "year": 2025, "payroll_yuan": 5})
    assert unknown.outcomes == b"vv"
    assert wrong(unknown) == [("", "review.no_such_subject"), ("", "review.no_code")]
    scope = Scope(((460000000000, 470000000000),))
    elsewhere = Pusher(acts, "workforce", Actor("far", "far", frozenset(ROLES["partner"]), scope, frozenset({"*"})))
    refused = await elsewhere.push(wages())
    assert (refused.outcomes, wrong(refused)) == (b"r", [("", "outside_scope")])
    assert await told(direct) == []


async def test_a_validation_writes_nothing(tax: Pusher, direct: "asyncpg.Connection[Any]") -> None:
    await firm(direct)
    assert (await tax.push(wages(), wages(), wages(payroll_yuan=1), validate=True)).outcomes == b"unu"
    assert await told(direct) == []


async def test_filling_takes_only_what_is_not_known(acts: Acts, direct: "asyncpg.Connection[Any]", tax: Pusher) -> None:
    await firm(direct)
    await tax.push({"uscc": uscc(), "year": 2025, "staff": 40})
    filling = Pusher(acts, "workforce", strategy="fill_empty")
    assert (await filling.push(wages())).outcomes == b"u"
    assert await told(direct) == [(2025, 480_000_000, 40)]
