"""Members as rows about persons: what is told, kept and erased when a person asks."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from app.core.acts import Act
from app.core.findings import Finding, judge
from app.services.exchange import service as exchange
from app.services.members import reads, repository
from app.services.members.facts import HOLDER, PERSONAL, ErasureFacts, MemberState
from app.services.members.policy import ERASURE_DEFAULT
from app.services.members.rules import ERASURE
from app.services.members.transfers import reads as transfer_reads
from app.services.privacy import erasing, keeping
from app.services.privacy.contract import Row


class MemberHolder:
    """Answers for the table of members, and what hangs on it: relations and transfers."""

    name = HOLDER

    async def rows(self, act: Act, row_keys: Sequence[str]) -> list[Row]:
        """The visible members with these keys."""
        return await self.standing(act, [UUID(key) for key in row_keys])

    async def standing(self, act: Act, ids: Sequence[UUID]) -> list[Row]:
        """Those of these members that are there and may be written, locked."""
        found = await repository.standing(act, ids)
        return [Row(row.id, row.region_code, str(row.id)) for row in found.values()]

    async def told(self, act: Act, ids: Sequence[UUID]) -> list[dict[str, Any]]:
        """Each member with the numbers in clear, where the relation was, transfers, and what datasets have said."""
        held = await keeping.opened(act, HOLDER, [str(key) for key in ids])
        said = await exchange.said_of(act, ids)
        relations = await reads.relations_of(act, ids)
        transfers = await transfer_reads.of_members(act, ids)
        return [
            row
            | {field: held.get(str(row["id"]), {}).get(field) for field in PERSONAL}
            | {
                "relations": relations.get(row["id"], []),
                "transfers": transfers.get(row["id"], []),
                "said_by_datasets": said.get(row["id"], []),
            }
            for row in await reads.of_ids(act, ids)
        ]

    async def kept(self, act: Act, row_id: UUID, ground: str) -> tuple[Finding, ...]:
        """Current members are kept."""
        row = await reads.one(act, row_id)
        return judge(ERASURE, ErasureFacts(MemberState(row["state"]), ground), ERASURE_DEFAULT)

    async def erase(self, act: Act, ids: Sequence[UUID]) -> None:
        """Remove members, numbers, relations, transfers, what datasets said of them, and all earlier versions."""
        await exchange.forget_subjects(act, ids)
        gone = await repository.remove(act, ids)
        await erasing.forget(act, HOLDER, [(key, str(key)) for key in ids])
        await erasing.forget(act, "member_relations", [(key, str(key)) for key in gone.relations])
        await erasing.forget(act, "member_transfers", [(key, str(key)) for key in gone.transfers])


MEMBERS = MemberHolder()
