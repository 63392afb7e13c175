"""Party workers as rows about persons, with what was asked of them and how their years were looked at."""

from collections.abc import Sequence
from dataclasses import asdict
from typing import Any
from uuid import UUID

from app.core.acts import Act
from app.services.duties.models import WorkerReview, WorkerTarget
from app.services.duties.reviews import reads
from app.services.training.holding import LearnedHolder
from app.services.workers.beside.reads import kept


class ReviewedHolder(LearnedHolder):
    """Answers for the table of workers. Of what bodies answered the person is told how many said what, not who."""

    async def told(self, act: Act, ids: Sequence[UUID]) -> list[dict[str, Any]]:
        """Each worker as the rooms below tell it, with changed targets and yearly reviews."""
        found = await kept(act, (WorkerTarget, WorkerReview), ids)
        rows = []
        for row in await super().told(act, ids):
            own = found[row["id"]]
            for review in own["worker_reviews"]:
                counts = await reads.opinions_told(act, review["id"], row["id"], review["year"])
                review |= {name: _unsigned(review[name]) for name in ("departures", "corrections")}
                review["opinions"] = asdict(counts)
            rows.append(row | own)
        return rows


def _unsigned(entries: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """What was let pass or taken up again, and not by whom."""
    return [{name: value for name, value in each.items() if not name.endswith("by")} for each in entries]
