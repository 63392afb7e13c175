"""What the real migrations leave in a real database: policies everywhere, and roles that can do what they should."""

from collections.abc import AsyncIterator

import asyncpg
import pytest

from app.core import migrations, roles
from app.core.migrations import OWNED_ELSEWHERE
from tests.kit.databases import Clones, dsn

EXEMPT = {"alembic_version", *OWNED_ELSEWHERE}
"""No data about regions, organisations or people: the migration's number, and the job library's own tables."""


@pytest.fixture
async def superuser(server: Clones, database_name: str) -> AsyncIterator[asyncpg.Connection]:
    """Someone who sees everything."""
    connection = await asyncpg.connect(dsn(server.url(database_name, "postgres")))
    yield connection
    await connection.close()


async def test_every_table_forces_row_level_security(superuser: asyncpg.Connection) -> None:
    """A table without a policy would be seen whole by everyone."""
    rows = await superuser.fetch(
        "SELECT c.relname, c.relrowsecurity, c.relforcerowsecurity, pg_get_userbyid(c.relowner) AS owner,"
        " EXISTS (SELECT FROM pg_policy p WHERE p.polrelid = c.oid) AS policy"
        " FROM pg_class c WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p')"
    )
    assert rows
    for row in rows:
        if row["relname"] not in EXEMPT:
            assert row["relrowsecurity"], row["relname"]
            assert row["relforcerowsecurity"], row["relname"]
            assert row["policy"], row["relname"]
        assert row["owner"] == roles.OWNER, row["relname"]


async def test_what_everyone_may_read_not_everyone_may_remove(
    server: Clones, database_name: str, superuser: asyncpg.Connection
) -> None:
    """Removing is asked of the reading condition where a policy has no other."""
    open_to_removal = await superuser.fetch(
        "SELECT tablename FROM pg_policies WHERE schemaname = 'public' AND cmd IN ('ALL', 'UPDATE', 'DELETE')"
        " AND qual = 'true' AND NOT 'liangxin_owner' = ANY (roles)"
    )
    assert not open_to_removal
    app = await asyncpg.connect(dsn(server.url(database_name)))
    try:
        await app.execute("SELECT set_config('liangxin.actor', 'anyone', false)")
        for table in ("regions", "retired_regions", "region_provinces"):
            assert await app.fetchval(f"SELECT count(*) FROM {table}") > 0
            assert await app.execute(f"DELETE FROM {table}") == "DELETE 0"
            assert await superuser.fetchval(f"SELECT count(*) FROM {table}") > 0
    finally:
        await app.close()


async def test_roles_can_do_no_more_than_they_should(superuser: asyncpg.Connection) -> None:
    """The app owns nothing and cannot bypass; whoever can bypass does not serve requests."""
    rows = {
        row["rolname"]: row for row in await superuser.fetch("SELECT * FROM pg_roles WHERE rolname LIKE 'liangxin%'")
    }
    assert set(rows) == set(roles.ATTRIBUTES)
    for name, row in rows.items():
        powers = {power for power in ("super", "createrole", "createdb", "replication") if row[f"rol{power}"]}
        assert not powers, name
    assert {name for name, row in rows.items() if row["rolbypassrls"]} == {roles.MIGRATOR, roles.BACKUP, roles.LOOKUP}
    assert {name for name, row in rows.items() if row["rolcanlogin"]} == {
        roles.APP,
        roles.READER,
        roles.MIGRATOR,
        roles.BACKUP,
    }
    owned = await superuser.fetch(
        "SELECT relname FROM pg_class WHERE relowner IN ($1::regrole, $2::regrole)", roles.APP, roles.READER
    )
    assert not owned
    members = await superuser.fetch(
        "SELECT member::regrole::text AS who FROM pg_auth_members WHERE roleid = $1::regrole", roles.OWNER
    )
    assert {row["who"] for row in members} == {roles.MIGRATOR}


async def test_functions_with_borrowed_rights_are_few_and_careful(superuser: asyncpg.Connection) -> None:
    """A SECURITY DEFINER function fixes its search path, and everyone is not allowed to call it."""
    rows = await superuser.fetch(
        "SELECT p.proname, p.proconfig, pg_get_userbyid(p.proowner) AS owner,"
        " has_function_privilege('public', p.oid, 'EXECUTE') AS open"
        " FROM pg_proc p WHERE p.prosecdef AND p.pronamespace = 'public'::regnamespace"
    )
    for row in rows:
        assert row["owner"] in {roles.LOOKUP, roles.OWNER}, row["proname"]
        assert any(setting.startswith("search_path=") for setting in row["proconfig"] or ()), row["proname"]
        assert not row["open"], row["proname"]


async def test_an_unset_scope_sees_nothing(server: Clones, database_name: str, superuser: asyncpg.Connection) -> None:
    """Whoever forgets to say where they stand stands nowhere."""
    scoped = [
        row["relname"]
        for row in await superuser.fetch(
            "SELECT DISTINCT c.relname FROM pg_class c JOIN pg_policy p ON p.polrelid = c.oid"
            " WHERE pg_get_expr(p.polqual, p.polrelid) LIKE '%liangxin.lo%'"
        )
    ]
    app = await asyncpg.connect(dsn(server.url(database_name)))
    try:
        for table in scoped:
            assert await app.fetchval(f'SELECT count(*) FROM "{table}"') == 0, table
    finally:
        await app.close()


async def test_models_and_migrations_say_the_same(server: Clones, database_name: str) -> None:
    """`alembic check` is clean."""
    await migrations.check(server.url(database_name, roles.MIGRATOR))
