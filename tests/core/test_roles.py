"""The roles on a real server: what each may and may not do."""

import asyncio
import subprocess
from collections.abc import AsyncIterator, Iterator

import asyncpg
import pytest

from app.core import embedded, roles
from app.core.embedded import Cluster, binaries
from tests.core.holding import psql

DATABASE = 'odd "name"'


@pytest.fixture(scope="module")
def cluster(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cluster]:
    """One server for the file."""
    state = tmp_path_factory.mktemp("roles") / "state"
    with embedded.running(state, durable=False) as running:
        yield running
    embedded.remove(state)


@pytest.fixture(scope="module")
async def ensured(cluster: Cluster) -> Cluster:
    """The server with its roles, and a table under forced row-level security with one row in view and one out of it."""
    await roles.ensure(cluster.superuser_url(), DATABASE)
    migrator = await connect(cluster, roles.MIGRATOR)
    await migrator.execute(
        f"""
        SET ROLE {roles.OWNER};
        CREATE TABLE things (id int GENERATED ALWAYS AS IDENTITY, seen bool);
        ALTER TABLE things ENABLE ROW LEVEL SECURITY;
        ALTER TABLE things FORCE ROW LEVEL SECURITY;
        CREATE POLICY scope ON things USING (seen);
        RESET ROLE;
        INSERT INTO things (seen) VALUES (true), (false);
        """
    )
    await migrator.close()
    return cluster


@pytest.fixture
async def app(ensured: Cluster) -> AsyncIterator[asyncpg.Connection]:
    """A connection as the service."""
    connection = await connect(ensured, roles.APP)
    yield connection
    await connection.close()


async def connect(cluster: Cluster, role: str, database: str = DATABASE) -> asyncpg.Connection:
    """Connect as a role."""
    return await asyncpg.connect(user=role, database=database, host=str(cluster.socket), port=cluster.port)


async def test_again_changes_nothing(ensured: Cluster) -> None:
    count = "SELECT count(*), max(oid::int8) FROM pg_roles WHERE rolname LIKE 'liangxin%'"
    superuser = await connect(ensured, "postgres")
    before = await superuser.fetchrow(count)
    await roles.ensure(ensured.superuser_url(), DATABASE)
    assert await superuser.fetchrow(count) == before
    await superuser.close()


async def test_two_databases_at_once(ensured: Cluster) -> None:
    await asyncio.gather(*(roles.ensure(ensured.superuser_url(), name) for name in ("one", "two", "two")))
    for name in ("one", "two"):
        connection = await connect(ensured, roles.APP, name)
        owner = "SELECT pg_get_userbyid(datdba), datlocale, current_setting('TimeZone') FROM pg_database"
        found = await connection.fetch(f"{owner} WHERE datname = $1", name)
        assert [tuple(row) for row in found] == [(roles.OWNER, "C.UTF-8", "UTC")]
        await connection.close()


async def test_the_app_changes_rows_within_its_scope_and_makes_nothing(app: asyncpg.Connection) -> None:
    assert await app.fetchval("SELECT count(*) FROM things") == 1
    assert await app.execute("UPDATE things SET seen = seen") == "UPDATE 1"
    await app.execute("INSERT INTO things (seen) VALUES (true)")
    await app.execute("DELETE FROM things WHERE id > 2")
    await app.execute("CREATE TEMPORARY TABLE intake (line text)")
    for statement in ("CREATE TABLE mine (id int)", "ALTER TABLE things DISABLE ROW LEVEL SECURITY", "TRUNCATE things"):
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            await app.execute(statement)
    for role in (roles.OWNER, roles.LOOKUP, roles.MIGRATOR):
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            await app.execute(f"SET ROLE {role}")


async def test_the_reader_reads_within_its_scope(ensured: Cluster) -> None:
    reader = await connect(ensured, roles.READER)
    assert await reader.fetchval("SELECT count(*) FROM things") == 1
    with pytest.raises(asyncpg.ReadOnlySQLTransactionError):
        await reader.execute("DELETE FROM things")
    await reader.execute("SET default_transaction_read_only = off")
    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        await reader.execute("DELETE FROM things")
    await reader.close()


async def test_row_security_binds_the_owner_but_not_the_migrator(ensured: Cluster) -> None:
    migrator = await connect(ensured, roles.MIGRATOR)
    assert await migrator.execute("UPDATE things SET seen = seen") == "UPDATE 2"
    await migrator.execute(f"SET ROLE {roles.OWNER}")
    assert await migrator.execute("UPDATE things SET seen = seen") == "UPDATE 1"
    await migrator.close()


async def test_a_lookup_function_sees_past_the_scope(ensured: Cluster, app: asyncpg.Connection) -> None:
    migrator = await connect(ensured, roles.MIGRATOR)
    await migrator.execute(
        f"""
        SET ROLE {roles.OWNER};
        CREATE FUNCTION how_many() RETURNS bigint LANGUAGE sql SECURITY DEFINER SET search_path = public
            RETURN (SELECT count(*) FROM things);
        RESET ROLE;
        ALTER FUNCTION how_many() OWNER TO {roles.LOOKUP};
        """
    )
    await migrator.close()
    assert await app.fetchval("SELECT how_many()") == 2


def test_the_backup_role_dumps_every_row(ensured: Cluster) -> None:
    command = [str(binaries._wheel() / "pg_dump"), "-h", str(ensured.socket), "-U", roles.BACKUP, "-a", "-t", "things"]
    done = subprocess.run([*command, DATABASE], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert "\tf\n" in done.stdout


async def test_strangers_and_sleeping_roles_stay_out(ensured: Cluster) -> None:
    superuser = await connect(ensured, "postgres")
    await superuser.execute("CREATE ROLE stranger LOGIN")
    await superuser.close()
    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        await connect(ensured, "stranger")
    for role in (roles.OWNER, roles.LOOKUP):
        with pytest.raises(asyncpg.InvalidAuthorizationSpecificationError):
            await connect(ensured, role)


async def test_passwords_are_set_when_given(ensured: Cluster) -> None:
    await roles.ensure(ensured.superuser_url(), DATABASE, {roles.APP: "it's \\ a secret"})
    superuser = await connect(ensured, "postgres")
    stored = await superuser.fetchval("SELECT rolpassword FROM pg_authid WHERE rolname = $1", roles.APP)
    await superuser.close()
    assert stored.startswith("SCRAM-SHA-256$")


def test_the_script_for_an_administrator_runs(ensured: Cluster) -> None:
    name = 'by "hand"'
    done = psql(ensured, "postgres", "postgres", text="\n".join(roles.statements(name)))
    assert done.returncode == 0, done.stderr
    assert psql(ensured, roles.APP, name, "-c", "SELECT 1").stdout == "1\n"


async def test_an_older_server_is_refused(ensured: Cluster, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(roles, "OLDEST_SERVER", 990000)
    with pytest.raises(roles.UnfitServer, match="PostgreSQL 18 or later"):
        await roles.ensure(ensured.superuser_url(), DATABASE)
