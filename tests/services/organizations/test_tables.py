"""The facts key in the migrated table is today's layout."""

import asyncpg

from app.services.organizations.facts import sql_expression
from tests.kit.databases import Clones, dsn


async def test_the_stored_key_is_made_by_the_expression_of_facts(server: Clones, database_name: str) -> None:
    connection = await asyncpg.connect(dsn(server.url(database_name, "liangxin_migrator")))
    try:
        await connection.execute(
            "CREATE TEMP TABLE told (LIKE organizations); ALTER TABLE told DROP COLUMN facts_key;"
            f" ALTER TABLE told ADD facts_key bigint GENERATED ALWAYS AS ({sql_expression()}) STORED"
        )
        expressions = await connection.fetch(
            "SELECT pg_get_expr(adbin, adrelid) AS told FROM pg_attrdef JOIN pg_attribute ON attrelid = adrelid"
            " AND attnum = adnum WHERE adrelid IN ('organizations'::regclass, 'told'::regclass)"
            " AND attname = 'facts_key'"
        )
    finally:
        await connection.close()
    assert len(expressions) == 2
    assert expressions[0]["told"] == expressions[1]["told"]
