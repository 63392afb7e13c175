"""Contacts as rows about persons: what is told, kept and erased when a person asks."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from app.core.acts import Act
from app.core.findings import Finding, judge
from app.services.contacts import reads, repository
from app.services.contacts.facts import HOLDER, PERSONAL
from app.services.contacts.policy import DEFAULT
from app.services.contacts.rules import ERASURE
from app.services.exchange import service as exchange
from app.services.privacy import erasing, keeping
from app.services.privacy.contract import Row


class ContactHolder:
    """Answers for the table of contacts."""

    name = HOLDER

    async def rows(self, act: Act, row_keys: Sequence[str]) -> list[Row]:
        """The visible contacts with these keys."""
        return await self.standing(act, [UUID(key) for key in row_keys])

    async def standing(self, act: Act, ids: Sequence[UUID]) -> list[Row]:
        """Those of these contacts that are there and visible, locked."""
        found = await repository.standing(act, ids)
        return [Row(row.id, row.region_code, str(row.id)) for row in found.values()]

    async def told(self, act: Act, ids: Sequence[UUID]) -> list[dict[str, Any]]:
        """Each contact with its numbers in clear and what datasets have said of it."""
        held = await keeping.opened(act, HOLDER, [str(key) for key in ids])
        said = await exchange.said_of(act, ids)
        rows = await reads.of_ids(act, ids)
        return [
            row
            | {field: held.get(str(row["id"]), {}).get(field) for field in PERSONAL}
            | {"said_by_datasets": said.get(row["id"], [])}
            for row in rows
        ]

    async def kept(self, act: Act, row_id: UUID, ground: str) -> tuple[Finding, ...]:
        """Owners and managers of an organisation at work are kept."""
        return judge(ERASURE, await reads.erasure_facts(act, row_id, ground), DEFAULT)

    async def erase(self, act: Act, ids: Sequence[UUID]) -> None:
        """Remove contacts, their numbers, what datasets said of them, and their earlier versions."""
        await exchange.forget_subjects(act, ids)
        await repository.remove(act, ids)
        await erasing.forget(act, HOLDER, [(key, str(key)) for key in ids])


CONTACTS = ContactHolder()
