"""Liaisons as rows about persons: what is told, kept and erased when a person asks."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from app.core.acts import Act
from app.core.findings import Finding, judge
from app.services.departments.facts import HOLDER, PERSONAL
from app.services.departments.liaisons import reads, repository
from app.services.departments.liaisons.policy import DEFAULT
from app.services.departments.liaisons.rules import ERASURE
from app.services.privacy import erasing, keeping
from app.services.privacy.contract import Row


class LiaisonHolder:
    """Answers for the table of liaisons."""

    name = HOLDER

    async def rows(self, act: Act, row_keys: Sequence[str]) -> list[Row]:
        """The visible liaisons with these keys."""
        return await self.standing(act, [UUID(key) for key in row_keys])

    async def standing(self, act: Act, ids: Sequence[UUID]) -> list[Row]:
        """Those of these liaisons that are there and may be written, locked."""
        return [Row(row.id, row.region_code, str(row.id)) for row in await repository.standing(act, ids)]

    async def told(self, act: Act, ids: Sequence[UUID]) -> list[dict[str, Any]]:
        """Each liaison with the phone in clear."""
        held = await keeping.opened(act, HOLDER, [str(key) for key in ids])
        rows = await reads.of_ids(act, ids)
        return [row | {field: held.get(str(row["id"]), {}).get(field) for field in PERSONAL} for row in rows]

    async def kept(self, act: Act, row_id: UUID, ground: str) -> tuple[Finding, ...]:
        """Who speaks for a department today is kept."""
        return judge(ERASURE, await reads.erasure_facts(act, row_id, ground), DEFAULT)

    async def erase(self, act: Act, ids: Sequence[UUID]) -> None:
        """Remove liaisons, their numbers and their earlier versions."""
        await repository.remove(act, ids)
        await erasing.forget(act, HOLDER, [(key, str(key)) for key in ids])


LIAISONS = LiaisonHolder()
