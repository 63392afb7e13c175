"""Party workers as rows about persons, with where they were sent."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from app.core.acts import Act
from app.services.instructors import reads
from app.services.workers.holding import WorkerHolder


class SentHolder(WorkerHolder):
    """Answers for the table of workers. An assignment holds no name: once erased it tells of nobody."""

    async def told(self, act: Act, ids: Sequence[UUID]) -> list[dict[str, Any]]:
        """Each worker as the workers room tells it, with the assignments that the caller sees."""
        sent = await reads.of_workers(act, ids)
        return [row | {"assignments": sent.get(row["id"], [])} for row in await super().told(act, ids)]
