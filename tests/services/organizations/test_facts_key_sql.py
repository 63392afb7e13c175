"""The facts key in SQL and in Python: one layout, so the database's number unpacks to what Python sees in the row."""

import random
from typing import Any

import asyncpg

from app.services.organizations.bands import Scale
from app.services.organizations.encodings import Banded, Below, Coded, Either, FromIndustry, Held
from app.services.organizations.facts import (
    LAYOUT,
    columns,
    observe,
    pack,
    sql_expression,
    unpack,
)
from tests.kit.databases import Clones, dsn

ROWS = 5_000
INDUSTRIES = (
    None, "", "A", "A01", "B06", "C", "C13", "1361", "46", "47", "E", "E50", "51", "F", "F5294", "G", "G53", "H", "61",
    "63", "L72", "T97", "98", "00", "C1", "7", "Z", "甲", "１３", "6 1", "c13",
)  # fmt: skip


def around(scale: Scale, unit: int) -> list[int | None]:
    """Nothing, and every cut point with its neighbours, in the column's unit."""
    cuts = [cut * unit for cut in scale.cuts]
    return [None, 0, *(cut + step for cut in cuts for step in (-1, 0, 1))]


def choices(encoding: Any) -> list[Any]:
    """Values worth trying for one column."""
    if isinstance(encoding, Coded):
        return [str(code) for code in encoding.codes] + [None] * encoding.nothing
    if isinstance(encoding, Banded):
        return around(encoding.scale, encoding.per_unit)
    if isinstance(encoding, Below):
        return [0, 1, 2, 3, 4, 5]
    return list(INDUSTRIES) if isinstance(encoding, FromIndustry) else [None, False, True]


def values(encoding: Any) -> dict[str, list[Any]]:
    """What to try for each plain column of a fact."""
    if isinstance(encoding, Held):
        counts = around(encoding.scale, 1)
        return {encoding.reported: counts, encoding.counted: counts, encoding.complete: [False, True]}
    if isinstance(encoding, Either):
        return {encoding.column: [None, False, True], encoding.kept: [False, True]}
    return {encoding.column: choices(encoding)}


def column_type(encoding: Any, column: str) -> str:
    """The column's type as organizations has it."""
    if isinstance(encoding, Held):
        return "boolean" if column == encoding.complete else "integer"
    if isinstance(encoding, Coded | FromIndustry):
        return "text"
    return "bigint" if isinstance(encoding, Banded | Below) else "boolean"


async def test_the_database_and_python_agree_on_every_row(server: Clones, database_name: str) -> None:
    told = random.Random(20260302)
    tried = {column: few for field in LAYOUT for column, few in values(field.encoding).items()}
    rows = [{column: told.choice(few) for column, few in tried.items()} for _ in range(ROWS)]
    types = {column: column_type(field.encoding, column) for field in LAYOUT for column in field.encoding.columns}
    plain = ", ".join(f"{column} {types[column]}" for column in columns())
    connection = await asyncpg.connect(dsn(server.cluster.superuser_url(database_name)))
    try:
        await connection.execute(
            f"CREATE TEMP TABLE told (line int, {plain},"
            f" facts_key bigint NOT NULL GENERATED ALWAYS AS ({sql_expression()}) STORED)"
        )
        records = [(line, *(row[column] for column in columns())) for line, row in enumerate(rows)]
        await connection.copy_records_to_table("told", records=records, columns=["line", *columns()])
        stored = await connection.fetch("SELECT line, facts_key FROM told")
    finally:
        await connection.close()
    assert len(stored) == ROWS
    for line, key in stored:
        assert unpack(key) == observe(rows[line]), rows[line]
        assert key == pack(observe(rows[line]))
