"""Party workers as rows about persons, with their recognition, conditions and subsidies."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from app.core.acts import Act
from app.services.duties.holding import ReviewedHolder
from app.services.treatment.models import Condition, Honour, TreatmentDifference, TreatmentEntitlement
from app.services.workers.beside.reads import kept

OF_WORKERS = (Honour, Condition, TreatmentEntitlement, TreatmentDifference)


class TreatedHolder(ReviewedHolder):
    """Answers for the table of workers. What was paid stays when a name goes."""

    async def told(self, act: Act, ids: Sequence[UUID]) -> list[dict[str, Any]]:
        """Each worker as the rooms below tell it, with what was given and listed."""
        given = await kept(act, OF_WORKERS, ids)
        return [row | given[row["id"]] for row in await super().told(act, ids)]


WORKERS = TreatedHolder()
