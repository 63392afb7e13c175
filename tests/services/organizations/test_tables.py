"""The facts key in the migrated table is today's layout."""

import asyncpg

from app.services.organizations.facts import PROBATIONARY, RELATION, WORKING, sql_expression
from tests.kit.databases import Clones, dsn


async def test_the_generated_columns_are_made_by_the_expressions_of_facts(server: Clones, database_name: str) -> None:
    today = {"facts_key": sql_expression()} | {
        each.column: each.number_sql() for each in (WORKING, RELATION, PROBATIONARY)
    }
    anew = ", ".join(f"DROP COLUMN {column}" for column in today) + "".join(
        f", ADD {column} {'bigint' if column == 'facts_key' else 'int'} GENERATED ALWAYS AS ({expression}) STORED"
        for column, expression in today.items()
    )
    connection = await asyncpg.connect(dsn(server.url(database_name, "liangxin_migrator")))
    try:
        await connection.execute(f"CREATE TEMP TABLE told (LIKE organizations); ALTER TABLE told {anew}")
        expressions = await connection.fetch(
            "SELECT attname, array_agg(DISTINCT pg_get_expr(adbin, adrelid)) AS told, count(*) AS tables"
            " FROM pg_attrdef JOIN pg_attribute ON attrelid = adrelid AND attnum = adnum"
            " WHERE adrelid IN ('organizations'::regclass, 'told'::regclass) AND attgenerated = 's' GROUP BY attname"
        )
    finally:
        await connection.close()
    assert {row["attname"]: (len(row["told"]), row["tables"]) for row in expressions} == dict.fromkeys(today, (1, 2))
