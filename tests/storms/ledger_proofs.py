"""The books held against their own lines, in plain SQL that knows nothing of how they are kept."""

import random
from datetime import timedelta
from typing import Any
from uuid import UUID

import asyncpg

from app.core.acts import SYSTEM, Acts
from app.services.funding.ledger import reads
from tests.storms.postings import NOW

SUMS = """
SELECT committee_id, purse, sum(amount_fen) AS fen FROM funding_lines GROUP BY 1, 2 HAVING sum(amount_fen) <> 0
"""
UNBALANCED = """
SELECT entry.id FROM funding_entries AS entry LEFT JOIN funding_lines AS line ON line.entry_id = entry.id
 GROUP BY entry.id HAVING count(*) <> entry.lines OR sum(line.amount_fen) <> 0
     OR sum(line.amount_fen) FILTER (WHERE line.amount_fen > 0) <> entry.amount_fen
"""
RECOUNTED = """
SELECT account_id, booked_on AS day, sum(greatest(amount_fen, 0)) AS in_fen, sum(greatest(-amount_fen, 0)) AS out_fen,
       sum(sum(amount_fen)) OVER (PARTITION BY account_id ORDER BY booked_on) AS balance_fen
  FROM funding_lines GROUP BY 1, 2
"""
DAYS = f"""
SELECT count(*) FROM ({RECOUNTED}) AS told FULL JOIN funding_account_days AS kept USING (account_id, day)
 WHERE (told.in_fen, told.out_fen, told.balance_fen) IS DISTINCT FROM (kept.in_fen, kept.out_fen, kept.balance_fen)
"""
NEGATIVE = f"""
SELECT count(*) FROM ({RECOUNTED}) AS told JOIN funding_accounts AS account ON account.id = told.account_id
 WHERE CASE account.kind WHEN 'source' THEN told.balance_fen > 0 ELSE told.balance_fen < 0 END
"""
BALANCES = """
SELECT count(*) FROM (SELECT account_id, sum(amount_fen) AS fen, count(*) AS lines, max(turn) AS last
                        FROM funding_lines GROUP BY 1) AS told
  FULL JOIN funding_balances AS kept USING (account_id)
 WHERE coalesce(told.fen, 0) IS DISTINCT FROM kept.balance_fen OR coalesce(told.lines, 0) IS DISTINCT FROM kept.turn
    OR coalesce(told.last, 0) IS DISTINCT FROM kept.turn
"""
GAPS = """
SELECT year.id FROM funding_years AS year LEFT JOIN funding_numbers AS number ON number.year_id = year.id
 GROUP BY year.id HAVING count(number.number) > 0
    AND (min(number.number) <> 1 OR max(number.number) <> count(number.number))
"""
UNNUMBERED = """
SELECT count(*) FROM funding_entries AS entry LEFT JOIN funding_numbers AS number ON number.entry_id = entry.id
 WHERE number.year_id IS DISTINCT FROM entry.year_id
"""
HELD = "SELECT coalesce(sum(amount_fen), 0)::bigint FROM funding_lines WHERE account_id = $1 AND booked_on <= $2"


async def agree(direct: "asyncpg.Connection[Any]") -> None:
    """Raises AssertionError where a sum, a day, a balance or a number is not what the lines say."""
    await direct.execute("SET timezone = 'UTC'")
    for proof in (SUMS, UNBALANCED, GAPS):
        assert not await direct.fetch(proof), proof
    for proof in (DAYS, NEGATIVE, BALANCES, UNNUMBERED):
        assert await direct.fetchval(proof) == 0, proof


async def agree_on_days(acts: Acts, direct: "asyncpg.Connection[Any]", seed: int, wanted: int) -> None:
    """At random days random accounts held what their lines say."""
    dice = random.Random(seed)
    accounts = [row[0] for row in await direct.fetch("SELECT id FROM funding_accounts ORDER BY id")]
    async with acts.open(SYSTEM) as act:
        for _ in range(wanted):
            account, day = dice.choice(accounts), NOW.date() - timedelta(days=dice.randrange(560))
            held = await direct.fetchval(HELD, account, day)
            assert await reads.balance(act, account, day) == held, (account, day)


async def once_each(direct: "asyncpg.Connection[Any]", acknowledged: dict[str, UUID], refused: set[str]) -> None:
    """What was acknowledged stands under its key, once; what was refused does not stand; and nothing else does."""
    rows = await direct.fetch("SELECT business_key, id FROM funding_entries")
    assert len(rows) == len(acknowledged), (len(rows), len(acknowledged))
    assert {row["business_key"]: row["id"] for row in rows} == acknowledged
    assert not refused & acknowledged.keys()
