"""Books of a committee straight into the tables, for tests of what is posted in them."""

from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

import asyncpg

from app.core.acts import Act
from app.services.funding.facts import AccountKind, EntryKind, HolderKind, Purse, Use
from app.services.funding.ledger import accounts, service
from app.services.funding.ledger.facts import AccountKey, EntryDraft, Holder, LineDraft

COUNTY = 330106000000


@dataclass(frozen=True, slots=True)
class Books:
    """A county's committee and the bodies below it that hold accounts in its books."""

    committee: UUID
    below: tuple[UUID, ...]

    def holder(self, number: int) -> Holder:
        """The committee itself (0) or a body below it (1, 2, …)."""
        return Holder(HolderKind.authority, self.below[number - 1]) if number else self.own

    @property
    def own(self) -> Holder:
        """The committee as a holder."""
        return Holder(HolderKind.committee, self.committee)

    async def source(self, act: Act, purse: Purse = Purse.fiscal_budget) -> UUID:
        """Where a purse's money comes from."""
        return await accounts.of(act, AccountKey(self.committee, purse, AccountKind.source, self.own))

    async def funds(self, act: Act, number: int = 0, purse: Purse = Purse.fiscal_budget) -> UUID:
        """What a holder has of a purse."""
        return await accounts.of(act, AccountKey(self.committee, purse, AccountKind.funds, self.holder(number)))

    async def spent(self, act: Act, use: Use, number: int = 0, purse: Purse = Purse.fiscal_budget) -> UUID:
        """What a holder spent of a purse for a use."""
        return await accounts.of(act, AccountKey(self.committee, purse, AccountKind.use, self.holder(number), use))

    def draft(
        self, key: str, kind: EntryKind, out: UUID, into: UUID, fen: int, on: date, purse: Purse = Purse.fiscal_budget
    ) -> EntryDraft:
        """An entry of two lines."""
        return EntryDraft(
            self.committee, purse, kind, on, key, f"凭证{key}", (LineDraft(out, -fen), LineDraft(into, fen))
        )

    async def income(self, act: Act, key: str, fen: int, on: date) -> UUID:
        """Money into the committee's funds of the fiscal budget; the entry."""
        out, into = await self.source(act), await self.funds(act)
        return await service.post(act, self.draft(key, EntryKind.income, out, into, fen, on))


async def opened(
    direct: "asyncpg.Connection[Any]", years: tuple[int, ...] = (2025, 2026), below: int = 2, number: int = 6
) -> Books:
    """Books of these years with so many bodies below; `number` tells one county's committee from another's."""
    code = 33_001_000_000_000 + number * 1_000_000
    place = COUNTY + (number - 6) * 1_000_000
    committee = await _body(direct, code, "work_committee", place, 3)
    bodies = [await _body(direct, code + 1000 * each, "township", place, 3) for each in range(1, below + 1)]
    for year in years:
        await direct.execute(
            "INSERT INTO funding_years (version, committee_id, year, state, opened_by, created_at, recorded_at)"
            " VALUES (1, $1, $2, 'open', 'kit', '2026-01-01T00:00:00Z', '2026-01-01T00:00:00Z')",
            committee,
            year,
        )
    return Books(committee, tuple(bodies))


async def _body(direct: "asyncpg.Connection[Any]", code: int, kind: str, place: int, level: int) -> UUID:
    found: UUID = await direct.fetchval(
        "INSERT INTO authorities (version, code, kind, name, region_code, region_level, created_at, recorded_at)"
        " VALUES (1, $1, $2, $3, $4, $5, '2025-01-01T00:00:00Z', '2025-01-01T00:00:00Z') RETURNING id",
        code,
        kind,
        f"党工委{code}",
        place,
        level,
    )
    return found
