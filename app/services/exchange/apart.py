"""Records with personal fields: those fields are kept apart, sealed; the rest goes the way of all records.

A dataset without personal fields passes through unchanged.
"""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from app.core.acts import Act
from app.services.exchange import records_repository as records
from app.services.exchange.contract import Dataset
from app.services.exchange.records_repository import LastRecord, NewRecord, NewReview
from app.services.privacy import keeping
from app.services.privacy.contract import Held

RECORDS = "dataset_records"
REVIEWS = "review_items"


def row_key(dataset: str, key: str) -> str:
    """A record's key among the sealed values."""
    return f"{dataset}/{key}"


async def last(act: Act, dataset: Dataset, name: str, keys: Sequence[str]) -> dict[str, LastRecord]:
    """Last records by key with all their values; `name` is the dataset's, or its shadow's."""
    found = await records.last(act, name, keys)
    if dataset.personal and found:
        held = await keeping.opened(act, RECORDS, [row_key(name, key) for key in found])
        for key, record in found.items():
            if record.values is not None:
                record.values.update(held.get(row_key(name, key), {}))
    return found


async def remember(act: Act, dataset: Dataset, name: str, batch: UUID, new: Sequence[NewRecord]) -> None:
    """Store each as the last record of its key."""
    if not dataset.personal:
        await records.remember(act, name, batch, new)
        return
    await records.remember(act, name, batch, [one._replace(values=_open_part(dataset, one.values)) for one in new])
    await keeping.keep(
        act,
        RECORDS,
        [Held(row_key(name, one.key), one.region_code, _personal_part(dataset, one.values)) for one in new],
    )


async def ask(act: Act, dataset: Dataset, batch: UUID, reviews: Sequence[NewReview]) -> None:
    """Open a review for each key, or bring the open one up to date."""
    if not dataset.personal:
        await records.ask(act, dataset.name, batch, act.by.id, reviews)
        return
    told = [one._replace(values=_open_part(dataset, one.values)) for one in reviews]
    await records.ask(act, dataset.name, batch, act.by.id, told)
    await keeping.keep(
        act,
        REVIEWS,
        [Held(row_key(dataset.name, one.key), one.region_code, _personal_part(dataset, one.values)) for one in reviews],
    )


async def values_of(act: Act, dataset: Dataset, key: str, values: Mapping[str, Any]) -> dict[str, Any]:
    """All values of a record that waits for a person."""
    if not dataset.personal:
        return dict(values)
    place = row_key(dataset.name, key)
    return {**values, **(await keeping.opened(act, REVIEWS, [place])).get(place, {})}


async def settled(act: Act, dataset: Dataset, key: str) -> None:
    """A person has decided: what the review held of a person is no longer needed."""
    if dataset.personal:
        await keeping.drop(act, REVIEWS, [row_key(dataset.name, key)])


async def forget(act: Act, dataset: Dataset | None, name: str) -> None:
    """Remove all records of a shadow."""
    await records.forget(act, name)
    if dataset is not None and dataset.personal:
        await keeping.drop_under(act, RECORDS, row_key(name, ""))


def _open_part(dataset: Dataset, values: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in values.items() if name not in dataset.personal}


def _personal_part(dataset: Dataset, values: Mapping[str, Any]) -> dict[str, str | None]:
    return {name: value for name, value in values.items() if name in dataset.personal}
