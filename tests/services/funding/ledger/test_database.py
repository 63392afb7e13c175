"""What the database itself refuses, whoever writes: every claim of the books, tried as the role of the service."""

from collections.abc import AsyncIterator
from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID

import asyncpg
import pytest

from app.core.acts import EVERYWHERE, Acts
from app.services.funding.facts import EntryKind, Purse, Use
from app.services.funding.ledger import service
from tests.conftest import Hands, actor
from tests.kit import ledgers
from tests.kit.databases import Clones, dsn

MARCH = date(2026, 3, 1)
FEBRUARY = date(2026, 2, 1)
Refused = asyncpg.IntegrityConstraintViolationError

ENTRY = """
INSERT INTO funding_entries (committee_id, purse, kind, use, booked_on, business_key, text, posted_by, posted_at,
                             fingerprint, lines, amount_fen, reverses_id)
VALUES ($1, $2, $3, $4, $5, $6, '手工', 'raw', '2026-03-02T01:00:00Z', '\\x00', $7, $8, $9) RETURNING id
"""
LINE = """
INSERT INTO funding_lines (entry_id, position, committee_id, purse, account_id, amount_fen)
VALUES ($1, $2, $3, $4, $5, $6)
"""


@pytest.fixture
async def app(server: Clones, database_name: str, clock: Hands) -> "AsyncIterator[asyncpg.Connection[Any]]":
    """The service's own role, which sees everything here and is bound by nothing but the database."""
    connection = await asyncpg.connect(dsn(server.url(database_name)))
    settings = {"lo": "0", "hi": "1000000000000", "whole": "t", "actor": "raw", "now": clock().isoformat()}
    for name, value in settings.items():
        await connection.execute("SELECT set_config($1, $2, false)", f"liangxin.{name}", value)
    yield connection
    await connection.close()


class Desk:
    """Books with 1,000 yuan in the committee's fiscal funds since the first of March, and a raw connection."""

    def __init__(self, app: "asyncpg.Connection[Any]", book: ledgers.Books) -> None:
        self.app = app
        self.book = book
        self.source = self.funds = self.below = self.spent = self.refund = book.committee

    async def open(self, acts: Acts) -> None:
        """Open the accounts and bring the money in."""
        async with acts.open(actor()) as act:
            self.source, self.funds = await self.book.source(act), await self.book.funds(act)
            self.below = await self.book.funds(act, 1)
            self.spent = await self.book.spent(act, Use.branch_activities)
            self.refund = await self.book.funds(act, 0, Purse.dues_refund)
            await self.book.income(act, "income", 100_000, MARCH)

    async def entry(
        self,
        key: str,
        kind: str,
        lines: list[tuple[UUID, int]],
        on: date = MARCH,
        use: str | None = None,
        purse: str = "fiscal_budget",
        reverses: UUID | None = None,
        told: int | None = None,
    ) -> UUID:
        """Write an entry by hand in a transaction of its own. Raises what the database says."""
        async with self.app.transaction():
            moved = sum(fen for _, fen in lines if fen > 0)
            written: UUID = await self.app.fetchval(
                ENTRY, self.book.committee, purse, kind, use, on, key, told or len(lines), moved or 1, reverses
            )
            for position, (account, fen) in enumerate(lines, 1):
                await self.app.execute(LINE, written, position, self.book.committee, purse, account, fen)
        return written


@pytest.fixture
async def desk(acts: Acts, app: "asyncpg.Connection[Any]", direct: "asyncpg.Connection[Any]") -> Desk:
    """A desk with its accounts open."""
    found = Desk(app, await ledgers.opened(direct))
    await found.open(acts)
    return found


async def test_a_right_entry_by_hand_is_taken(desk: Desk, direct: "asyncpg.Connection[Any]") -> None:
    """So that what follows is refused for the reason that is meant."""
    await desk.entry("right", "spending", [(desk.funds, -60_000), (desk.spent, 60_000)], use="branch_activities")
    held = await direct.fetchval("SELECT balance_fen FROM funding_balances WHERE account_id = $1", desk.funds)
    assert held == 40_000


async def test_an_entry_that_does_not_balance(desk: Desk) -> None:
    with pytest.raises(Refused, match="balanced"):
        await desk.entry("odd", "spending", [(desk.funds, -60_000), (desk.spent, 59_999)], use="branch_activities")


@pytest.mark.parametrize("lines", [0, 1])
async def test_an_entry_without_its_lines(desk: Desk, lines: int) -> None:
    with pytest.raises(Refused, match="lines_missing"):
        await desk.entry("half", "transfer", [(desk.funds, -100), (desk.below, 100)][:lines], told=2)


async def test_an_entry_of_one_line(desk: Desk) -> None:
    with pytest.raises(Refused, match="ck_funding_entries_lines"):
        await desk.entry("one", "transfer", [(desk.funds, -100)], told=1)


async def test_a_line_added_later(desk: Desk) -> None:
    """In a second transaction, even one of which the sum stays zero."""
    written = await desk.entry("whole", "transfer", [(desk.funds, -100), (desk.below, 100)])

    async def added(*lines: tuple[int, UUID, int]) -> None:
        async with desk.app.transaction():
            for position, account, fen in lines:
                await desk.app.execute(LINE, written, position, desk.book.committee, "fiscal_budget", account, fen)

    for position in (1, 2, 3, 0, -1):
        with pytest.raises(Refused):
            await added((position, desk.source, -5))
    with pytest.raises(Refused):
        await added((3, desk.source, -5), (4, desk.spent, 5))


async def test_an_overdraft(desk: Desk) -> None:
    with pytest.raises(Refused, match="overdraft"):
        await desk.entry("over", "spending", [(desk.funds, -100_001), (desk.spent, 100_001)], use="branch_activities")


async def test_a_source_that_would_have_given_less_than_nothing(desk: Desk) -> None:
    """More given back than ever came."""
    with pytest.raises(Refused, match="overdraft"):
        await desk.entry("much", "refund", [(desk.funds, -100_001), (desk.source, 100_001)])


async def test_an_overdraft_in_the_evening_of_an_earlier_day(desk: Desk) -> None:
    """There is money now; in February there was none."""
    with pytest.raises(Refused, match="overdraft"):
        await desk.entry("early", "transfer", [(desk.funds, -1), (desk.below, 1)], on=FEBRUARY)


async def test_an_overdraft_on_a_day_between(desk: Desk) -> None:
    """Spent on the first of March what came on it; a later income does not cover what is dated back."""
    await desk.entry("all", "transfer", [(desk.funds, -100_000), (desk.below, 100_000)])
    await desk.entry("more", "income", [(desk.source, -500), (desk.funds, 500)], on=date(2026, 3, 2))
    with pytest.raises(Refused, match="overdraft"):
        await desk.entry("between", "transfer", [(desk.funds, -1), (desk.below, 1)])
    await desk.entry("after", "transfer", [(desk.funds, -500), (desk.below, 500)], on=date(2026, 3, 2))


async def test_purses_do_not_mix(desk: Desk) -> None:
    with pytest.raises(Refused, match="account_id"):
        await desk.entry("mixed", "transfer", [(desk.funds, -1), (desk.refund, 1)])


async def test_books_do_not_mix(desk: Desk, acts: Acts, direct: "asyncpg.Connection[Any]") -> None:
    other = await ledgers.opened(direct, number=8)
    async with acts.open(actor()) as act:
        foreign = await other.funds(act)
    with pytest.raises(Refused, match="account_id"):
        await desk.entry("foreign", "transfer", [(desk.funds, -1), (foreign, 1)])


async def test_money_goes_the_way_of_the_kind(desk: Desk) -> None:
    for kind, out, into in (
        ("income", desk.funds, desk.below),
        ("spending", desk.funds, desk.below),
        ("transfer", desk.funds, desk.spent),
        ("refund", desk.funds, desk.spent),
        ("appropriation", desk.source, desk.funds),
    ):
        use = "branch_activities" if kind == "spending" else None
        with pytest.raises(Refused, match=r"way|overdraft"):
            await desk.entry(f"way {kind}", kind, [(out, -1), (into, 1)], use=use)


async def test_spent_for_another_use_than_told(desk: Desk) -> None:
    with pytest.raises(Refused, match="way"):
        await desk.entry("use", "spending", [(desk.funds, -1), (desk.spent, 1)], use="full_time_pay")
    with pytest.raises(Refused, match="spent_for"):
        await desk.entry("none", "spending", [(desk.funds, -1), (desk.spent, 1)])


async def test_amounts_beyond_measure(desk: Desk) -> None:
    with pytest.raises(Refused, match="amount_fen"):
        await desk.entry("large", "income", [(desk.source, -(10**13 + 1)), (desk.funds, 10**13 + 1)])
    with pytest.raises(Refused, match="amount_fen"):
        await desk.entry("nothing", "transfer", [(desk.funds, 0), (desk.below, 0)])


async def test_a_business_key_stands_once(desk: Desk) -> None:
    with pytest.raises(asyncpg.UniqueViolationError):
        await desk.entry("income", "income", [(desk.source, -1), (desk.funds, 1)])


async def test_a_reversal_is_the_exact_opposite_once_and_never_of_a_reversal(desk: Desk) -> None:
    first = await desk.entry("first", "transfer", [(desk.funds, -300), (desk.below, 300)])
    for key, lines, on in (
        ("part", [(desk.funds, 299), (desk.below, -299)], MARCH),
        ("same", [(desk.funds, -300), (desk.below, 300)], MARCH),
        ("others", [(desk.funds, 300), (desk.source, -300)], MARCH),
        ("before", [(desk.funds, 300), (desk.below, -300)], FEBRUARY),
    ):
        with pytest.raises(Refused, match=r"reversal|overdraft"):
            await desk.entry(key, "reversal", lines, on=on, reverses=first)
    back = await desk.entry("back", "reversal", [(desk.funds, 300), (desk.below, -300)], reverses=first)
    with pytest.raises(Refused):
        await desk.entry("twice", "reversal", [(desk.funds, 300), (desk.below, -300)], reverses=first)
    with pytest.raises(Refused, match="reversal"):
        await desk.entry("again", "reversal", [(desk.funds, -300), (desk.below, 300)], reverses=back)
    with pytest.raises(Refused, match="reverses_id"):
        await desk.entry("of what", "reversal", [(desk.funds, -300), (desk.below, 300)])


async def test_nothing_written_is_changed_or_removed(desk: Desk) -> None:
    for statement in (
        "UPDATE funding_entries SET text = 'x'",
        "UPDATE funding_entries SET booked_on = '2026-03-02'",
        "DELETE FROM funding_entries",
        "UPDATE funding_lines SET amount_fen = 1",
        "DELETE FROM funding_lines",
        "TRUNCATE funding_lines",
        "UPDATE funding_balances SET balance_fen = balance_fen + 1",
        "DELETE FROM funding_balances",
        "UPDATE funding_account_days SET balance_fen = balance_fen + 1",
        "INSERT INTO funding_numbers SELECT id, year_id, 7, region_code, authority_code FROM funding_entries",
        "DELETE FROM funding_numbers",
        "DELETE FROM funding_unnumbered",
        "DELETE FROM funding_years",
        "DELETE FROM funding_accounts",
    ):
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            await desk.app.execute(statement)


async def test_what_makes_an_account_never_changes(desk: Desk) -> None:
    with pytest.raises(Refused):
        await desk.app.execute(
            "UPDATE funding_accounts SET purse = 'dues_refund' WHERE id = $1 AND purse = 'fiscal_budget'", desk.funds
        )


async def test_an_account_with_money_is_not_closed_and_a_closed_one_takes_none(desk: Desk) -> None:
    with pytest.raises(Refused):
        await desk.app.execute("UPDATE funding_accounts SET closed_on = '2026-03-02' WHERE id = $1", desk.funds)
    await desk.app.execute("UPDATE funding_accounts SET closed_on = '2026-03-02' WHERE id = $1", desk.below)
    with pytest.raises(Refused, match="closed"):
        await desk.entry("late", "transfer", [(desk.funds, -1), (desk.below, 1)])


async def test_days_to_come_and_years_without_books(desk: Desk) -> None:
    with pytest.raises(Refused, match="booked_on"):
        await desk.entry("tomorrow", "transfer", [(desk.funds, -1), (desk.below, 1)], on=date(2026, 3, 3))
    with pytest.raises(Refused, match="year_unknown"):
        await desk.entry("2024", "transfer", [(desk.funds, -1), (desk.below, 1)], on=date(2024, 3, 3))


CLOSE = (
    "UPDATE funding_years SET state = 'closed', closed_by = 'raw', closed_at = $2, version = version + 1,"
    " recorded_at = $2 WHERE committee_id = $1 AND year = $3"
)


async def test_a_closed_year_is_closed(desk: Desk, clock: Hands) -> None:
    """Not before it is over, not before an earlier one, never opened again, and nothing is booked in it."""
    now, committee = clock(), desk.book.committee
    await desk.app.execute("SELECT funding_number(id) FROM funding_years")
    with pytest.raises(Refused):
        await desk.app.execute(CLOSE, committee, now, 2026)
    with pytest.raises(Refused):
        await desk.app.execute(CLOSE, committee, datetime(2027, 2, 1, tzinfo=UTC), 2026)  # 2025 first
    await desk.app.execute(CLOSE, committee, now, 2025)
    with pytest.raises(Refused, match="year_closed"):
        await desk.entry("late", "income", [(desk.source, -1), (desk.funds, 1)], on=date(2025, 12, 31))
    with pytest.raises(Refused):
        await desk.app.execute(
            "UPDATE funding_years SET state = 'open', closed_by = NULL, closed_at = NULL, close_note = NULL"
            " WHERE committee_id = $1 AND year = 2025",
            committee,
        )
    with pytest.raises(Refused):
        await desk.app.execute(
            "INSERT INTO funding_years (version, committee_id, year, state, opened_by, created_at, recorded_at)"
            " VALUES (1, $1, 2024, 'open', 'raw', $2, $2)",
            committee,
            now,
        )


async def test_who_sees_one_county_writes_in_no_other(
    desk: Desk, acts: Acts, app: "asyncpg.Connection[Any]", direct: "asyncpg.Connection[Any]"
) -> None:
    """Row-level security holds for what is posted as for everything."""
    for name, value in {"lo": "330110000000", "hi": "330111000000"}.items():
        await app.execute("SELECT set_config($1, $2, false)", f"liangxin.{name}", value)
    assert await app.fetchval("SELECT count(*) FROM funding_entries") == 0
    assert await app.fetchval("SELECT count(*) FROM funding_balances") == 0
    with pytest.raises(asyncpg.PostgresError):
        await desk.entry("elsewhere", "transfer", [(desk.funds, -1), (desk.below, 1)])
    assert EVERYWHERE.whole
    async with acts.open(actor()) as act:
        draft = desk.book.draft("own", EntryKind.transfer, desk.funds, desk.below, 1, MARCH)
        assert await service.post(act, draft)
