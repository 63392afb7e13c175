"""What a committee has stands where the committee stands, also while somebody moves it."""

from datetime import date
from typing import Any
from uuid import UUID

import asyncpg
import pytest
from sqlalchemy import text, update
from sqlalchemy.exc import DBAPIError

from app.core.acts import Act, Acts, Scope
from app.services.authorities.models import Authority
from app.services.departments import reads, service
from app.services.departments.facts import DepartmentKind
from app.services.departments.schemas import DepartmentCreate
from tests.conftest import Hands, actor

COUNTY = Scope(((330106000000, 330107000000),))


@pytest.fixture
async def committee(direct: "asyncpg.Connection[Any]") -> UUID:
    """A county's work committee."""
    return UUID(
        str(
            await direct.fetchval(
                "INSERT INTO authorities (version, code, kind, name, region_code, region_level, created_at,"
                " recorded_at) VALUES (1, 33001006000000, 'work_committee', '某区两新工委', 330106000000, 3,"
                " '2026-01-01T00:00:00Z', '2026-01-01T00:00:00Z') RETURNING id"
            )
        )
    )


def draft(committee: UUID) -> DepartmentCreate:
    return DepartmentCreate(
        committee_id=committee, kind=DepartmentKind.union, name="某区总工会", valid_from=date(2026, 1, 1)
    )


async def moved(act: Act, committee: UUID) -> None:
    await act.session.execute(text("SET LOCAL lock_timeout = '100ms'"))
    told = update(Authority).where(Authority.id == committee)
    await act.session.execute(told.values(region_code=330102000000, version=Authority.version + 1, recorded_at=act.now))


async def test_a_committee_is_not_moved_from_under_a_department_that_joins(
    acts: Acts, committee: UUID, clock: Hands
) -> None:
    """Whoever moves it waits, and then finds the row."""
    async with acts.open(actor(scope=COUNTY)) as joining:
        made = await service.create(joining, draft(committee))
        with pytest.raises(DBAPIError, match="lock timeout"):
            async with acts.open(actor()) as act:
                await moved(act, committee)
    clock.forward(minutes=1)
    async with acts.open(actor()) as act:
        await moved(act, committee)
    async with acts.open(actor()) as act:
        row = await reads.one(act, made["id"])
    assert (row["region_code"], row["authority_code"], row["version"]) == ("330102000000", "033001006000000", 2)
    async with acts.open(actor(scope=COUNTY)) as act:
        assert not await reads.known(act, made["id"])


async def test_what_is_told_otherwise_by_the_writer_is_not_believed(
    acts: Acts, committee: UUID, direct: "asyncpg.Connection[Any]"
) -> None:
    """Place and line are the committee's, whatever an insert says; and a row of another place is refused."""
    insert = (
        "INSERT INTO departments (version, committee_id, kind, name, valid_from, region_code, region_level,"
        " authority_code, created_at, recorded_at)"
        " VALUES (1, :committee, 'union', '某区总工会', '2026-01-01', :region, 3, 1, now(), now())"
    )
    async with acts.open(actor(scope=COUNTY)) as act:
        await act.session.execute(text(insert), {"committee": committee, "region": 640104000000})
    assert await direct.fetchval("SELECT region_code FROM departments") == 330106000000
    elsewhere = Scope(((640104000000, 640105000000),))
    with pytest.raises(DBAPIError, match="row-level security"):
        async with acts.open(actor(scope=elsewhere)) as act:
            await act.session.execute(text(insert), {"committee": committee, "region": 640104000000})
