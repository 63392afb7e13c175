"""Party workers as rows about persons: what is told, kept and erased when a person asks."""

from collections import defaultdict
from collections.abc import Sequence
from typing import Any
from uuid import UUID

from app.core.acts import Act
from app.core.findings import Finding, judge
from app.services.exchange import service as exchange
from app.services.privacy import erasing, keeping
from app.services.privacy.contract import Row
from app.services.workers import reads, repository
from app.services.workers.facts import HOLDER, PERSONAL, ErasureFacts, WorkerState
from app.services.workers.policy import ERASURE_DEFAULT
from app.services.workers.roles import reads as role_reads
from app.services.workers.rules import ERASURE


class WorkerHolder:
    """Answers for the table of workers, and for the names that posts have from it."""

    name = HOLDER

    async def rows(self, act: Act, row_keys: Sequence[str]) -> list[Row]:
        """The visible workers with these keys."""
        return await self.standing(act, [UUID(key) for key in row_keys])

    async def standing(self, act: Act, ids: Sequence[UUID]) -> list[Row]:
        """Those of these workers that are there, not erased, and may be written, locked."""
        await repository.hold_places(act, ids)
        found = await repository.standing(act, ids)
        return [Row(row.id, row.region_code, str(row.id)) for row in found.values()]

    async def told(self, act: Act, ids: Sequence[UUID]) -> list[dict[str, Any]]:
        """Each worker with the numbers in clear, the roles held, and what datasets have said."""
        held = await keeping.opened(act, HOLDER, [str(key) for key in ids])
        said = await exchange.said_of(act, ids)
        roles = await role_reads.of_workers(act, ids, act.today)
        return [
            row
            | {field: held.get(str(row["id"]), {}).get(field) for field in PERSONAL}
            | {"held": roles.get(row["id"], []), "said_by_datasets": said.get(row["id"], [])}
            for row in await reads.of_ids(act, ids)
        ]

    async def of_members(self, act: Act, members: Sequence[UUID]) -> dict[UUID, list[dict[str, Any]]]:
        """What is told of the visible workers that these members are, by member."""
        found: dict[UUID, list[dict[str, Any]]] = defaultdict(list)
        for row in await self.told(act, await reads.ids_of_members(act, members)):
            found[row["member_id"]].append(row)
        return found

    async def kept(self, act: Act, row_id: UUID, ground: str) -> tuple[Finding, ...]:
        """Current workers are kept."""
        row = await reads.one(act, row_id)
        return judge(ERASURE, ErasureFacts(WorkerState(row["state"]), ground), ERASURE_DEFAULT)

    async def erase(self, act: Act, ids: Sequence[UUID]) -> None:
        """Take away whatever tells who a worker is: name, numbers, background, earlier versions, the names in posts and
        what datasets said. The emptied row stays, since dates, visits and sums rest on it.
        """
        await exchange.forget_subjects(act, ids)
        await repository.empty(act, ids)
        await erasing.forget(act, HOLDER, [(key, str(key)) for key in ids])


WORKERS = WorkerHolder()
