"""A year of the books at one moment, in one statement: by accounts and their days, not by entries.

The cost goes with the accounts and the days on which something was booked in them. Entries that give or take back are
few and found by an index of their own. Only a recount reads lines.
"""

from datetime import date
from typing import Any
from uuid import UUID

import orjson
from sqlalchemy import text

from app.core.acts import Act
from app.core.errors import NotFound, TooLarge
from app.services.funding.facts import AccountKind, EntryKind, HolderKind, Purse, Use
from app.services.funding.ledger.facts import YearState
from app.services.funding.statements.reports.facts import AccountYear, MonthSpent, Numbers, Recount, TakenBack, Year

MOST_ACCOUNTS = 100_000

TOLD = """
SELECT told.id AS year_id, told.committee_id, committee.name AS committee_name, told.year, told.state, told.closed_at,
       lpad(told.region_code::text, 12, '0') AS region_code, told.region_level,
       lpad(told.authority_code::text, 15, '0') AS authority_code
  FROM funding_years AS told LEFT JOIN authorities AS committee ON committee.id = told.committee_id
 WHERE told.id = :year_id
"""
# Text on the way: one row of JSON is one moment for all its parts. Days are read once for all accounts.
# Asked for one by one they are found by region, which row-level security makes look like a small part of the country.
ACCOUNTS = """
SELECT coalesce(json_agg(row_to_json(each) ORDER BY each.purse, each.kind, each.holder_kind, each.id), '[]')::text
  FROM (
    SELECT account.id, account.purse, account.kind, account.holder_kind, account.use, account.region_code,
           coalesce(branch.name, organization.name, authority.name) AS holder_name,
           coalesce(days.opening_fen, 0) AS opening_fen, coalesce(days.in_fen, 0) AS in_fen,
           coalesce(days.out_fen, 0) AS out_fen, coalesce(days.closing_fen, 0) AS closing_fen,
           coalesce(days.latest_fen, 0) AS latest_fen, coalesce(held.balance_fen, 0) AS held_fen,
           coalesce(begun.balance_fen, 0) AS begun_fen, coalesce(carried.balance_fen, 0) AS carried_fen
      FROM funding_accounts AS account
      LEFT JOIN branches AS branch ON branch.id = account.branch_id
      LEFT JOIN organizations AS organization ON organization.id = account.organization_id
      LEFT JOIN authorities AS authority ON authority.id = account.authority_id
      LEFT JOIN funding_balances AS held ON held.account_id = account.id
      LEFT JOIN funding_carry_overs AS carried ON carried.account_id = account.id AND carried.year_id = :year_id
      LEFT JOIN funding_carry_overs AS begun ON begun.account_id = account.id AND begun.year_id = :before_id
      LEFT JOIN (
           SELECT account_id, sum(in_fen) FILTER (WHERE day BETWEEN :first AND :last)::bigint AS in_fen,
                  sum(out_fen) FILTER (WHERE day BETWEEN :first AND :last)::bigint AS out_fen,
                  (array_agg(balance_fen ORDER BY day DESC) FILTER (WHERE day < :first))[1] AS opening_fen,
                  (array_agg(balance_fen ORDER BY day DESC) FILTER (WHERE day <= :last))[1] AS closing_fen,
                  (array_agg(balance_fen ORDER BY day DESC))[1] AS latest_fen
             FROM funding_account_days WHERE committee_id = :committee_id GROUP BY account_id
           ) AS days ON days.account_id = account.id
     WHERE account.committee_id = :committee_id
     LIMIT :most
  ) AS each
"""
MONTHS = """
SELECT coalesce(json_agg(row_to_json(each) ORDER BY each.purse, each.month, each.use), '[]')::text
  FROM (
    SELECT account.purse, account.use, extract(month FROM spent.day)::int AS month,
           sum(spent.in_fen - spent.out_fen)::bigint AS fen
      FROM funding_accounts AS account JOIN funding_account_days AS spent ON spent.account_id = account.id
     WHERE account.committee_id = :committee_id AND account.kind = 'use' AND spent.day BETWEEN :first AND :last
     GROUP BY 1, 2, 3
  ) AS each
"""
TAKEN_BACK = """
SELECT coalesce(json_agg(row_to_json(each)), '[]')::text
  FROM (
    SELECT entry.purse, entry.kind, was.kind AS of, sum(entry.amount_fen)::bigint AS fen
      FROM funding_entries AS entry LEFT JOIN funding_entries AS was ON was.id = entry.reverses_id
     WHERE entry.year_id = :year_id AND entry.kind IN ('refund', 'reversal')
     GROUP BY 1, 2, 3
  ) AS each
"""
LINES = """
SELECT coalesce(json_agg(row_to_json(each)), '[]')::text
  FROM (
    SELECT line.purse, coalesce(sum(line.amount_fen) FILTER (WHERE line.amount_fen > 0), 0)::bigint AS in_fen,
           coalesce(-sum(line.amount_fen) FILTER (WHERE line.amount_fen < 0), 0)::bigint AS out_fen
      FROM funding_accounts AS account JOIN funding_lines AS line ON line.account_id = account.id
     WHERE account.committee_id = :committee_id AND line.booked_on BETWEEN :first AND :last
     GROUP BY 1
  ) AS each
"""
NUMBERS = """
SELECT row_to_json(each)::text
  FROM (
    SELECT (SELECT count(*) FROM funding_entries WHERE year_id = :year_id) AS entries,
           (SELECT count(*) FROM funding_numbers WHERE year_id = :year_id) AS numbered,
           (SELECT coalesce(max(number), 0) FROM funding_numbers WHERE year_id = :year_id) AS highest
  ) AS each
"""
PARTS = {"accounts": ACCOUNTS, "months": MONTHS, "taken_back": TAKEN_BACK}
COUNTED = {"lines": LINES, "numbers": NUMBERS}
BEFORE = "SELECT id, state FROM funding_years WHERE committee_id = :committee_id AND year = :year"


async def told(act: Act, year_id: UUID) -> dict[str, Any]:
    """A year and whose it is. Raises NotFound."""
    row = (await act.session.execute(text(TOLD), {"year_id": year_id})).mappings().first()
    if row is None:
        raise NotFound()
    return dict(row)


async def year(act: Act, about: dict[str, Any], recount: bool) -> Year:
    """The books of a year up to its last day, or up to today while it lasts. Raises TooLarge past 100,000 accounts."""
    before = (
        (await act.session.execute(text(BEFORE), {"committee_id": about["committee_id"], "year": about["year"] - 1}))
        .mappings()
        .first()
    )
    last = min(date(about["year"], 12, 31), max(act.today, date(about["year"], 1, 1)))
    parts = PARTS | (COUNTED if recount else {})
    statement = "SELECT " + ", ".join(f"({query}) AS {name}" for name, query in parts.items())
    asked = {
        "year_id": about["year_id"],
        "before_id": None if before is None else before["id"],
        "committee_id": about["committee_id"],
        "first": date(about["year"], 1, 1),
        "last": last,
        "most": MOST_ACCOUNTS + 1,
    }
    row = (await act.session.execute(text(statement), asked)).mappings().one()
    found = {name: orjson.loads(row[name]) for name in parts}
    if len(found["accounts"]) > MOST_ACCOUNTS:
        raise TooLarge(reason="rows", limit=MOST_ACCOUNTS)
    return Year(
        year=about["year"],
        on=last,
        closed=about["state"] == YearState.closed,
        closed_before=before is not None and before["state"] == YearState.closed,
        accounts=tuple(_account(each) for each in found["accounts"]),
        months=tuple(
            MonthSpent(Purse(each["purse"]), Use(each["use"]), each["month"], each["fen"]) for each in found["months"]
        ),
        taken_back=tuple(_taken_back(each) for each in found["taken_back"]),
        recounted=_counted(found["lines"]) if recount else None,
        numbers=Numbers(**found["numbers"]) if recount else None,
    )


def _account(row: dict[str, Any]) -> AccountYear:
    coded = {
        "purse": Purse(row["purse"]),
        "kind": AccountKind(row["kind"]),
        "holder_kind": HolderKind(row["holder_kind"]),
        "use": None if row["use"] is None else Use(row["use"]),
    }
    return AccountYear(**(row | coded))


def _taken_back(row: dict[str, Any]) -> TakenBack:
    of = None if row["of"] is None else EntryKind(row["of"])
    return TakenBack(Purse(row["purse"]), EntryKind(row["kind"]), of, row["fen"])


def _counted(rows: list[dict[str, Any]]) -> tuple[Recount, ...]:
    return tuple(Recount(Purse(each["purse"]), each["in_fen"], each["out_fen"]) for each in rows)
