"""Policies and trails of the migrated database are those that today's code would write."""

import re
from collections.abc import AsyncIterator

import asyncpg
import pytest

from app.core.history import watched
from app.core.rowsecurity import scoped
from tests.kit.databases import Clones, dsn


@pytest.fixture
async def owner(server: Clones, database_name: str) -> AsyncIterator["asyncpg.Connection[asyncpg.Record]"]:
    """The owner role, which makes tables as a migration does."""
    connection = await asyncpg.connect(dsn(server.cluster.superuser_url(database_name)))
    await connection.execute("SET ROLE liangxin_owner")
    yield connection
    await connection.close()


async def test_scope_policies_are_todays(owner: "asyncpg.Connection[asyncpg.Record]") -> None:
    await owner.execute("CREATE TABLE scratch (region_code bigint)")
    for statement in scoped("scratch"):
        await owner.execute(statement)
    today = await owner.fetchrow("SELECT qual, with_check FROM pg_policies WHERE tablename = 'scratch'")
    assert today is not None
    found = await owner.fetch(
        "SELECT tablename, qual, with_check FROM pg_policies WHERE policyname = 'scope' AND tablename <> 'scratch'"
        " AND qual LIKE '%liangxin.ranges%' AND qual LIKE '%(region_code >=%' AND qual NOT LIKE '% OR (owner%'"
    )
    assert {row["tablename"] for row in found} >= {"organizations", "branches", "hosts", "history", "dataset_records"}
    plain = [row for row in found if row["qual"].count("liangxin.lines") == 0]
    # Numbers of members are seen by line and by a secretary as well: whoever sees the member sees them.
    assert {row["tablename"] for row in plain if row["qual"] != today["qual"]} == {"personal_values"}
    assert {row["tablename"] for row in plain} >= {"dataset_records", "review_items", "coverage_tallies"}
    beyond = {row["tablename"] for row in found} - {row["tablename"] for row in plain}
    assert beyond >= {"organizations", "branches", "branch_organizations", "authorities", "history"}
    assert beyond >= {"authority_handovers", "committee_seats"}


async def test_trails_are_todays(owner: "asyncpg.Connection[asyncpg.Record]") -> None:
    watching = await owner.fetch(
        "SELECT c.relname FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid"
        " WHERE t.tgname = c.relname || '_insert_trail'"
    )
    assert {row[0] for row in watching} >= {"organizations", "branches", "hosts", "authorities", "review_items"}
    for (table,) in watching:
        for statement in watched(table):
            made = re.match(r"\s*CREATE FUNCTION (\w+)\(\).*?AS \$\$(.*)\$\$", statement, re.DOTALL)
            if made is None:
                continue
            body = await owner.fetchval("SELECT prosrc FROM pg_proc WHERE proname = $1", made[1])
            assert body == made[2], made[1]
