"""Records whose place waits for a person, asked again once more is known.

The dataset places them by the very code that placed them when they came. What it can place now, inside the region that
they wait in and inside the scope they were pushed with, needs no person any more: the place is merged as the dataset's
word of then, by each source's precedence, and the question is answered.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from anyio import to_thread

from app.core.acts import SYSTEM, Act, Acts
from app.core.history import about
from app.services.exchange import records_repository as records
from app.services.exchange import waiting_repository as waiting
from app.services.exchange.contract import Dataset, MergeItem, Reading
from app.services.exchange.waiting_repository import Unplaced

PORTION = 2_000
"""Records of one transaction."""


@dataclass(frozen=True, slots=True)
class Asked:
    """How many records waited, and how many of them are placed now."""

    waited: int
    placed: int


async def ask_again(acts: Acts, dataset: Dataset, reasons: Sequence[str]) -> Asked:
    """Try the open reviews of a dataset that wait for these reasons; each portion in a transaction of its own.

    For datasets without personal fields. A review that someone is deciding at that moment is left to them.
    """
    waited = placed = 0
    after = UUID(int=0)
    while True:
        async with acts.open(SYSTEM) as act:
            items = await waiting.unplaced(act, dataset.name, reasons, after, PORTION)
            if not items:
                return Asked(waited, placed)
            placed += await _portion(act, dataset, items)
        waited += len(items)
        after = items[-1].id


async def _portion(act: Act, dataset: Dataset, items: Sequence[Unplaced]) -> int:
    context = await dataset.context(act, [item.values for item in items], items[0].batch)
    found = await to_thread.run_sync(_read, dataset, items, context)
    # The subjects first and the reviews after them, as a batch locks them.
    subjects = await dataset.target.find(act, [item.key for item, _ in found])
    held = await waiting.held_open(act, [item.id for item, _ in found])
    answered = [
        (item, reading)
        for item, reading in found
        if held.get(item.id) == item.version and item.key in subjects and subjects[item.key].id == item.subject
    ]
    if not answered:
        return 0
    await about(act, by="placed_again")
    merging = [MergeItem(item.subject, {}, reading.derived, item.time) for item, reading in answered]
    await dataset.target.merge(act, dataset.name, merging)
    await records.settle(
        act, dataset.name, [item.key for item, _ in answered], {"verdict": "answered", "by": "placed_again"}
    )
    return len(answered)


def _read(dataset: Dataset, items: Sequence[Unplaced], context: object) -> list[tuple[Unplaced, Reading]]:
    """Those that can be placed now, with what the dataset reads from them."""
    found = []
    for item in items:
        reading = Reading(values=dict(item.values))
        dataset.refine(reading, item.batch, context)
        if not reading.errors and reading.review is None and _fits(item, reading):
            found.append((item, reading))
    return found


def _fits(item: Unplaced, reading: Reading) -> bool:
    code = reading.derived.get("region_code")
    return (
        code is not None and reading.key == item.key and item.span[0] <= code < item.span[1]
    ) and item.batch.scope.contains(code)
