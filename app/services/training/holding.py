"""Party workers as rows about persons, with what they learned."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from app.core.acts import Act
from app.services.exchange import service as exchange
from app.services.instructors.holding import SentHolder
from app.services.training.models import Attendance, Certificate, PracticePosting
from app.services.workers.beside.reads import kept

OF_WORKERS = (Attendance, PracticePosting, Certificate)


class LearnedHolder(SentHolder):
    """Answers for the table of workers. What was learned hangs on it, and goes with the name by the database."""

    async def told(self, act: Act, ids: Sequence[UUID]) -> list[dict[str, Any]]:
        """Each worker as the rooms below tell it, with attendances, postings, certificates, and who told of them."""
        learned = await kept(act, OF_WORKERS, ids)
        said = await exchange.said_of(act, [each["id"] for rows in learned.values() for each in rows["attendances"]])
        rows = []
        for row in await super().told(act, ids):
            own = learned[row["id"]]
            told = [one for each in own["attendances"] for one in said.get(each["id"], [])]
            rows.append(row | own | {"training_said_by_datasets": told})
        return rows
