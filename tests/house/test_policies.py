"""Policies keep their indexes, nothing stands beside them, and no role can do more with tables than its work asks."""

from collections.abc import AsyncIterator
from typing import Any

import asyncpg
import orjson
import pytest

from app.core import roles
from tests.kit.databases import Clones, dsn

COUNTY = {"lo": "330106000000", "hi": "330107000000", "whole": "t", "ranges": "{[330106000000,330107000000)}"}
NO_INDEX_BY_REGION = {
    "authorities": "bodies above are seen too; there are few",
    "history": "is read by subject alone",
    "coverage_days": "by level and code; its reader names both",
    "coverage_tallies": "by level and code; its reader names both",
}


@pytest.fixture
async def superuser(server: Clones, database_name: str) -> "AsyncIterator[asyncpg.Connection[Any]]":
    """Someone who sees everything."""
    connection = await asyncpg.connect(dsn(server.url(database_name, "postgres")))
    yield connection
    await connection.close()


def conditions(plan: dict[str, Any]) -> str:
    """The index conditions of a plan."""
    inner = "".join(conditions(child) for child in plan.get("Plans", ()))
    return f"{plan.get('Index Cond', '')} {inner}"


async def test_a_policys_hull_is_an_index_condition(
    server: Clones, database_name: str, superuser: "asyncpg.Connection[Any]"
) -> None:
    """A table that is indexed by region is read by that index under nothing but its policy."""
    tables = {
        row["relname"]: row["indexed"]
        for row in await superuser.fetch(
            "SELECT c.relname, EXISTS (SELECT FROM pg_index i JOIN pg_attribute a ON a.attrelid = c.oid"
            "  AND a.attnum = i.indkey[0] WHERE i.indrelid = c.oid AND a.attname = 'region_code') AS indexed"
            " FROM pg_class c JOIN pg_policy p ON p.polrelid = c.oid"
            " WHERE pg_get_expr(p.polqual, p.polrelid) LIKE '%(region_code >=%' AND p.polcmd IN ('*', 'r')"
        )
    }
    assert len(tables) >= 12
    app = await asyncpg.connect(dsn(server.url(database_name)))
    try:
        async with app.transaction():
            for name, value in COUNTY.items():
                await app.execute("SELECT set_config($1, $2, true)", f"liangxin.{name}", value)
            await app.execute("SET LOCAL enable_seqscan = off")
            for table, indexed in tables.items():
                if not indexed or table in NO_INDEX_BY_REGION:
                    continue
                plan = orjson.loads(await app.fetchval(f"EXPLAIN (FORMAT JSON) SELECT * FROM {table}"))[0]["Plan"]
                assert "region_code >=" in conditions(plan), (table, plan)
    finally:
        await app.close()


async def test_one_policy_answers_one_question(superuser: "asyncpg.Connection[Any]") -> None:
    """A second permissive policy for the same command is an OR over the first, and costs every reader the index."""
    rows = await superuser.fetch(
        "SELECT tablename, cmd, roles::text[] AS roles, count(*) AS n FROM pg_policies WHERE permissive = 'PERMISSIVE'"
        " GROUP BY 1, 2, 3 HAVING count(*) > 1"
    )
    assert not [dict(row) for row in rows]
    mixed = await superuser.fetch(
        "SELECT tablename FROM pg_policies WHERE roles = '{public}' GROUP BY 1"
        " HAVING bool_or(cmd = 'ALL') AND bool_or(cmd = 'SELECT')"
    )
    assert not [row["tablename"] for row in mixed]


async def test_no_view_borrows_rights(superuser: "asyncpg.Connection[Any]") -> None:
    """A view reads as its owner unless it says otherwise, and a materialised one has no policy at all."""
    for row in await superuser.fetch(
        "SELECT relname, relkind, reloptions FROM pg_class WHERE relnamespace = 'public'::regnamespace"
        " AND relkind IN ('v', 'm', 'f')"
    ):
        assert row["relkind"] == b"v", row["relname"]
        assert "security_invoker=true" in (row["reloptions"] or []), row["relname"]


async def test_roles_have_no_rights_beyond_their_work(superuser: "asyncpg.Connection[Any]") -> None:
    """The app reads and writes rows; the reader reads; everybody else has nothing."""
    rows = await superuser.fetch(
        "SELECT table_name, grantee, privilege_type FROM information_schema.role_table_grants"
        " WHERE table_schema = 'public' AND grantee NOT IN ('postgres', $1)",
        roles.OWNER,
    )
    held: dict[str, set[str]] = {}
    for row in rows:
        held.setdefault(row["grantee"], set()).add(row["privilege_type"])
    assert held[roles.APP] <= {"SELECT", "INSERT", "UPDATE", "DELETE"}
    for name in (roles.READER, roles.BACKUP, roles.LOOKUP):
        assert held.get(name, set()) <= {"SELECT"}, name
    assert set(held) <= set(roles.ATTRIBUTES)
    for name in (roles.APP, roles.READER, roles.BACKUP):
        assert not await superuser.fetchval("SELECT has_schema_privilege($1, 'public', 'CREATE')", name), name
    owned = await superuser.fetch(
        "SELECT proname FROM pg_proc WHERE proowner IN ($1::regrole, $2::regrole, $3::regrole)",
        roles.APP, roles.READER, roles.BACKUP,
    )  # fmt: skip
    assert not owned
