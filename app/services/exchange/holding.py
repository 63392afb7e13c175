"""Records that wait for a person's decision, as rows about persons: told and erased when a person asks."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from app.core.acts import Act
from app.core.findings import Finding
from app.services.exchange import reads
from app.services.exchange import records_repository as records
from app.services.exchange.apart import REVIEWS, row_key
from app.services.privacy import erasing, keeping
from app.services.privacy.contract import Row


class ReviewHolder:
    """Answers for the review queue. A record that waits has been decided by nobody, so nothing keeps it."""

    name = REVIEWS

    async def rows(self, act: Act, row_keys: Sequence[str]) -> list[Row]:
        """The visible reviews with these keys."""
        return [_row(one) for one in await records.reviews_by_key(act, row_keys)]

    async def standing(self, act: Act, ids: Sequence[UUID]) -> list[Row]:
        """Those of these reviews that are there and visible."""
        return [_row(one) for one in await records.reviews_by_id(act, ids)]

    async def told(self, act: Act, ids: Sequence[UUID]) -> list[dict[str, Any]]:
        """Each record as it waits, all values in clear."""
        rows = [await reads.review(act, key) for key in ids]
        keys = [row_key(row["dataset"], row["record_key"]) for row in rows]
        held = await keeping.opened(act, REVIEWS, keys)
        return [
            {"id": row["id"], "dataset": row["dataset"], "values": row["values"] | held.get(key, {})}
            for row, key in zip(rows, keys, strict=True)
        ]

    async def kept(self, act: Act, row_id: UUID, ground: str) -> tuple[Finding, ...]:
        """Nothing."""
        del act, row_id, ground
        return ()

    async def erase(self, act: Act, ids: Sequence[UUID]) -> None:
        """Remove the reviews, what is sealed of them, and their earlier versions."""
        gone = await records.remove_reviews(act, ids)
        await erasing.forget(act, REVIEWS, [(one.id, row_key(one.dataset, one.key)) for one in gone])


HELD_REVIEWS = ReviewHolder()


async def expire_raw(act: Act, before: datetime, limit: int) -> int:
    """Remove what some ended batches were sent as, where it is sealed; lines, outcomes and reasons stay."""
    return await records.expire_raw(act, before, limit)


async def outlived(act: Act, datasets: Sequence[str], before: datetime, limit: int) -> list[UUID]:
    """Some reviews of these datasets that nobody has decided since this instant."""
    return await records.undecided_since(act, datasets, before, limit)


def _row(one: records.Waiting) -> Row:
    return Row(one.id, one.region_code, row_key(one.dataset, one.key))
