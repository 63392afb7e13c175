"""The database roles and the database, as SQL in one place: run by `ensure`, or printed for an administrator.

- owner: owns every table, cannot log in; FORCE ROW LEVEL SECURITY binds it too
- app: what the service runs as; owns nothing, cannot pass row-level security
- reader: reads only, under row-level security
- migrator: logs in to migrate; a member of owner (`SET ROLE` to it before creating tables), and passes row-level
  security in backfills
- backup: dumps everything
- lookup: owns the few SECURITY DEFINER functions that must see past the caller's scope; cannot log in
"""

from collections.abc import Mapping

import asyncpg

OWNER = "liangxin_owner"
APP = "liangxin_app"
READER = "liangxin_reader"
MIGRATOR = "liangxin_migrator"
BACKUP = "liangxin_backup"
LOOKUP = "liangxin_lookup"

ATTRIBUTES = {
    OWNER: "NOLOGIN NOBYPASSRLS",
    LOOKUP: "NOLOGIN BYPASSRLS",
    APP: "LOGIN NOBYPASSRLS",
    READER: "LOGIN NOBYPASSRLS",
    MIGRATOR: "LOGIN BYPASSRLS",
    BACKUP: "LOGIN BYPASSRLS",
}
OLDEST_SERVER = 180000
ONE_AT_A_TIME = 7_220_181  # an advisory lock's number: concurrent changes of one role fail otherwise


class UnfitServer(Exception):
    """The database server cannot carry the service, for the reason given."""


async def ensure(superuser_dsn: str, database: str, passwords: Mapping[str, str] | None = None) -> None:
    """Create the roles and the database, or bring existing ones into order; running it again changes nothing.

    `superuser_dsn` names a maintenance database (`postgres`) and is an asyncpg or SQLAlchemy URL. `passwords`, by role
    name, are for servers that ask for them. Raises UnfitServer below version 18, asyncpg errors otherwise.
    """
    dsn = superuser_dsn.replace("postgresql+asyncpg://", "postgresql://", 1)
    keeper = await asyncpg.connect(dsn)
    try:
        await keeper.execute("SELECT pg_advisory_lock($1)", ONE_AT_A_TIME)
        version = int(await keeper.fetchval("SHOW server_version_num"))
        if version < OLDEST_SERVER:
            raise UnfitServer(f"PostgreSQL 18 or later is needed; this server's version number is {version}.")
        for statement in for_server():
            await keeper.execute(statement)
        for role, password in (passwords or {}).items():
            change = await keeper.fetchval(
                "SELECT format('ALTER ROLE %I PASSWORD %L', $1::text, $2::text)", role, password
            )
            await keeper.execute(change)
        if not await keeper.fetchval("SELECT 1 FROM pg_database WHERE datname = $1", database):
            await keeper.execute(create_database(database))
        inside = await asyncpg.connect(dsn, database=database)
        try:
            for statement in for_database(database):
                await inside.execute(statement)
        finally:
            await inside.close()
    finally:
        await keeper.close()


def statements(database: str) -> list[str]:
    """Give everything as the lines of a psql script, for an administrator who will not hand out superuser access."""
    return [
        *(f"{statement};" for statement in (*for_server(), create_database(database))),
        f"\\connect {quoted(database)}",
        *(f"{statement};" for statement in for_database(database)),
    ]


def for_server() -> list[str]:
    """Give the statements that concern the whole server: the roles and who is a member of whom."""
    return [
        *(_role(name, attributes) for name, attributes in ATTRIBUTES.items()),
        f"GRANT {OWNER}, {LOOKUP} TO {MIGRATOR} WITH INHERIT TRUE, SET TRUE",
        f"GRANT pg_read_all_data TO {BACKUP}",
        f"ALTER ROLE {READER} SET default_transaction_read_only = on",
    ]


def create_database(database: str) -> str:
    """Give the statement that creates the database: code point order everywhere, whatever the server's locale."""
    return (
        f"CREATE DATABASE {quoted(database)} OWNER {OWNER} TEMPLATE template0 ENCODING 'UTF8'"
        " LOCALE 'C' LOCALE_PROVIDER builtin BUILTIN_LOCALE 'C.UTF-8'"
    )


def for_database(database: str) -> list[str]:
    """Give the statements to run inside the database: who may do what, with what the owner will create later too."""
    everyone = f"{APP}, {READER}, {MIGRATOR}, {BACKUP}"
    later = f"ALTER DEFAULT PRIVILEGES FOR ROLE {OWNER}"
    return [
        f"ALTER DATABASE {quoted(database)} OWNER TO {OWNER}",
        f"ALTER DATABASE {quoted(database)} SET timezone = 'UTC'",
        f"REVOKE ALL ON DATABASE {quoted(database)} FROM PUBLIC",
        f"GRANT CONNECT ON DATABASE {quoted(database)} TO {everyone}",
        f"GRANT TEMPORARY ON DATABASE {quoted(database)} TO {APP}, {MIGRATOR}",
        f"ALTER SCHEMA public OWNER TO {OWNER}",
        "REVOKE ALL ON SCHEMA public FROM PUBLIC",
        f"GRANT USAGE ON SCHEMA public TO {everyone}, {LOOKUP}",
        f"GRANT CREATE ON SCHEMA public TO {LOOKUP}",  # without it a function cannot be given to that role
        "CREATE EXTENSION IF NOT EXISTS btree_gist WITH SCHEMA public",
        f"{later} GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO {APP}",
        f"{later} GRANT SELECT ON TABLES TO {READER}, {BACKUP}, {LOOKUP}",
        f"{later} GRANT USAGE, SELECT ON SEQUENCES TO {APP}",
        f"{later} GRANT SELECT ON SEQUENCES TO {READER}, {BACKUP}",
        f"{later} REVOKE EXECUTE ON FUNCTIONS FROM PUBLIC",
        f"{later} GRANT EXECUTE ON FUNCTIONS TO {APP}, {READER}, {LOOKUP}",
    ]


def quoted(name: str) -> str:
    """Quote an SQL identifier."""
    return '"' + name.replace('"', '""') + '"'


def _role(name: str, attributes: str) -> str:
    return (
        f"DO $$ BEGIN CREATE ROLE {name}; EXCEPTION WHEN duplicate_object THEN NULL; END $$;"
        f" ALTER ROLE {name} {attributes} NOSUPERUSER NOCREATEDB NOCREATEROLE NOREPLICATION"
    )
