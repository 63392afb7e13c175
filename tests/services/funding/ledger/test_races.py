"""Two at once in the books: the last fen, one key, one account, one entry to take back, a year that is being closed."""

import asyncio
from datetime import date
from typing import Any
from uuid import UUID

import asyncpg
import pytest

from app.core.acts import Acts
from app.core.errors import Conflict
from app.services.funding.facts import AccountKind, EntryKind, Purse
from app.services.funding.ledger import accounts, reads, service
from app.services.funding.ledger.facts import AccountKey, EntryDraft
from tests.conftest import Hands, actor
from tests.kit import ledgers

MARCH = date(2026, 3, 1)
CLOSE = (
    "UPDATE funding_years SET state = 'closed', closed_by = 'raw', closed_at = '2027-01-05T00:00:00Z',"
    " version = version + 1 WHERE committee_id = $1 AND year = $2"
)


class Desk:
    """Books with 1,000 yuan in the committee's funds."""

    def __init__(self, acts: Acts, book: ledgers.Books) -> None:
        self.acts = acts
        self.book = book
        self.source = self.funds = self.below = book.committee

    async def open(self) -> None:
        """Open the accounts and bring the money in."""
        async with self.acts.open(actor()) as act:
            self.source, self.funds = await self.book.source(act), await self.book.funds(act)
            self.below = await self.book.funds(act, 1)
            await self.book.income(act, "income", 100_000, MARCH)

    def moved(self, key: str, fen: int, on: date = MARCH) -> EntryDraft:
        """Money handed down."""
        return self.book.draft(key, EntryKind.transfer, self.funds, self.below, fen, on)

    async def post(self, draft: EntryDraft) -> UUID | str:
        """Post in an act of its own; the entry, or the code of the refusal."""
        try:
            async with self.acts.open(actor()) as act:
                return await service.post(act, draft)
        except Conflict as refused:
            return refused.errors[0].code

    async def held(self, account: UUID) -> int:
        """What an account holds."""
        async with self.acts.open(actor()) as act:
            return await reads.balance(act, account)


@pytest.fixture
async def desk(acts: Acts, direct: "asyncpg.Connection[Any]") -> Desk:
    """A desk with its accounts open."""
    found = Desk(acts, await ledgers.opened(direct))
    await found.open()
    return found


async def test_the_last_fen_is_spent_once(desk: Desk) -> None:
    told = await asyncio.gather(*(desk.post(desk.moved(f"all {each}", 100_000)) for each in range(4)))
    assert sorted(str(each) for each in told if isinstance(each, str)) == ["overdraft"] * 3
    assert (await desk.held(desk.funds), await desk.held(desk.below)) == (0, 100_000)


async def test_one_key_at_once_is_one_entry(desk: Desk) -> None:
    told = await asyncio.gather(*(desk.post(desk.moved("same", 1_000)) for _ in range(4)))
    assert len(set(told)) == 1
    assert isinstance(told[0], UUID)
    assert await desk.held(desk.below) == 1_000
    assert await desk.post(desk.moved("same", 1_001)) == "business_key_taken"


async def test_one_key_with_two_amounts_at_once(desk: Desk) -> None:
    told = await asyncio.gather(*(desk.post(desk.moved("either", fen)) for fen in (100, 200, 300, 400)))
    assert sum(isinstance(each, UUID) for each in told) == 1
    assert [each for each in told if isinstance(each, str)] == ["business_key_taken"] * 3


async def test_an_account_is_opened_once(desk: Desk) -> None:
    key = AccountKey(desk.book.committee, Purse.dues_refund, AccountKind.funds, desk.book.holder(2))

    async def opened() -> UUID:
        async with desk.acts.open(actor()) as act:
            return await accounts.of(act, key)

    assert len(set(await asyncio.gather(*(opened() for _ in range(4))))) == 1


async def test_an_entry_is_taken_back_once(desk: Desk) -> None:
    entry = await desk.post(desk.moved("first", 500))
    assert isinstance(entry, UUID)

    async def back(key: str) -> UUID | str:
        try:
            async with desk.acts.open(actor()) as act:
                return await service.reverse(act, entry, MARCH, "记错了", key)
        except Conflict as refused:
            return refused.errors[0].code

    told = await asyncio.gather(*(back(f"back {each}") for each in range(4)))
    refused = {each for each in told if isinstance(each, str)}
    assert refused <= {"entry_reversed", "overdraft"}  # the money went back already, whichever is seen first
    assert sum(isinstance(each, UUID) for each in told) == 1
    assert await desk.held(desk.funds) == 100_000
    again = next(each for each in told if isinstance(each, UUID))
    assert await back(f"back {told.index(again)}") == again  # said again it is the same


async def test_posting_waits_for_who_closes_the_year(
    desk: Desk, direct: "asyncpg.Connection[Any]", clock: Hands
) -> None:
    """Closed first: the posting is refused, though the year was open when it looked."""
    clock.forward(days=330)
    await direct.execute("SELECT funding_number(id) FROM funding_years")
    async with direct.transaction():
        for year in (2025, 2026):
            await direct.execute(CLOSE, desk.book.committee, year)
        late = asyncio.create_task(desk.post(desk.moved("late", 1)))
        await _waiting(direct)
    assert await late == "year_closed"


async def test_who_closes_waits_for_a_posting(desk: Desk, direct: "asyncpg.Connection[Any]", clock: Hands) -> None:
    """Posted first: the closing waits, finds an entry without a number, and is refused; nothing is left out."""
    clock.forward(days=330)
    await direct.execute("SELECT funding_number(id) FROM funding_years")
    await direct.execute(CLOSE, desk.book.committee, 2025)
    async with desk.acts.open(actor()) as act:
        await service.post(act, desk.moved("just in time", 1))
        closing = asyncio.create_task(direct.execute(CLOSE, desk.book.committee, 2026))
        await _blocked(desk.acts)
    with pytest.raises(asyncpg.CheckViolationError, match="numbered"):
        await closing


async def _waiting(direct: "asyncpg.Connection[Any]") -> None:
    while not await direct.fetchval(
        "SELECT count(*) FROM pg_locks AS lock JOIN pg_stat_activity AS one USING (pid)"
        " WHERE NOT lock.granted AND one.datname = current_database()"
    ):
        pass


async def _blocked(acts: Acts) -> None:
    async with acts.open(actor()) as act:
        raw = (await (await act.session.connection()).get_raw_connection()).driver_connection
        assert isinstance(raw, asyncpg.Connection)
        await _waiting(raw)
