"""What datasets have said of a person, to be told or erased with the person's row."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from app.core.acts import Act
from app.services.exchange import records_repository as records
from app.services.exchange.apart import RECORDS, REVIEWS, row_key
from app.services.privacy import erasing, keeping


async def said_of(act: Act, subjects: Sequence[UUID]) -> dict[UUID, list[dict[str, Any]]]:
    """The last record of each dataset about these subjects, all values in clear."""
    found = await records.about(act, subjects)
    held = await keeping.opened(act, RECORDS, [row_key(one.dataset, one.key) for one in found])
    said: dict[UUID, list[dict[str, Any]]] = {}
    for one in found:
        values = one.values | held.get(row_key(one.dataset, one.key), {})
        said.setdefault(one.subject, []).append(
            {"dataset": one.dataset, "source_time": one.time.isoformat(), "values": values}
        )
    return said


async def forget_subjects(act: Act, subjects: Sequence[UUID]) -> None:
    """Remove all records and reviews about these subjects, with what is sealed of them and their earlier versions."""
    gone = await records.remove_about(act, subjects)
    await keeping.drop(act, RECORDS, [row_key(dataset, key) for dataset, key in gone])
    reviews = await records.remove_reviews_about(act, subjects)
    await erasing.forget(act, REVIEWS, [(one.id, row_key(one.dataset, one.key)) for one in reviews])
