"""Attendances as a merge target: known by the worker, the course and the day; an officer's word stands."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any
from uuid import UUID

from app.core.acts import Act
from app.core.errors import FieldError, Invalid, NotFound
from app.services.exchange.contract import MergeItem, Raced, Subject
from app.services.policies import service as policies
from app.services.regions.stated import lineage
from app.services.training import repository as rows
from app.services.training.attendance import repository
from app.services.training.attendance.repository import Changed, Key, New
from app.services.training.facts import LONGEST, OFFICER, minutes_told
from app.services.training.policy import KIND
from app.services.workers.pushed.knowing import LONG, Blinds, known, workers_of


def record_key(person: str, day: str, title: str) -> str:
    """The certain key of a record: a person by the index of the identity number, the day, the course."""
    return f"{person}/{day}/{title}"


def _keyed(key: str) -> tuple[Blinds, date, str]:
    person, day, title = key.split("/", 2)
    return Blinds.read(person[: 2 * LONG]), date.fromisoformat(day), title


class Attendances:
    """The target of every dataset that tells who attended what."""

    async def find(self, act: Act, keys: Sequence[str]) -> dict[str, Subject]:
        """Attendances that count, by key; locked until the end of the act. Out of scope there are none."""
        parts = {key: _keyed(key) for key in keys}
        workers = await workers_of(act, [person for person, _, _ in parts.values()])
        wanted = {
            key: Key(workers[person].id, day, title) for key, (person, day, title) in parts.items() if person in workers
        }
        found = await repository.told(act, wanted.values())
        return {key: Subject(*found[each]) for key, each in wanted.items() if each in found}

    async def merge(self, act: Act, dataset: str, items: Sequence[MergeItem]) -> list[Subject]:
        """Enter what has no subject, change what has one; the subjects in order. Raises Raced, Invalid."""
        entered = await self._enter(act, dataset, [item for item in items if item.subject is None])
        standing = await repository.standing(act, [item.subject for item in items if item.subject is not None])
        hours = await _hours(act, [row.worker_id for row in standing.values()])
        subjects, changed = [], []
        for item in items:
            if item.subject is None:
                subjects.append(entered.pop(0))
                continue
            row = standing[item.subject]
            told = _minutes(item.values, hours.get(row.worker_id, 0))
            heard = row.cancel_reason is None and row.source != OFFICER and not item.fill_only
            if heard and told is not None and told != row.minutes:
                changed.append(Changed(row.id, None, told, dataset, item.time))
            subjects.append(Subject(row.id, row.region_code))
        await repository.change(act, changed)
        return subjects

    async def candidates(self, act: Act, values: Sequence[dict[str, Any]]) -> list[list[dict[str, Any]]]:
        """None: what is missing is the worker."""
        del act
        return [[] for _ in values]

    async def holds(self, act: Act, subject: UUID) -> Subject:
        """An attendance that may be written, locked. Raises NotFound."""
        row = (await repository.standing(act, [subject])).get(subject)
        if row is None:
            raise NotFound()
        return Subject(subject, row.region_code)

    async def place(self, act: Act, subject: UUID, code: int, level: int) -> None:
        """An attendance stands where the worker stands. Raises Invalid."""
        del act, subject, code, level
        raise Invalid(errors=(FieldError("/verdict", "verdict_not_fitting"),))

    async def _enter(self, act: Act, dataset: str, items: Sequence[MergeItem]) -> list[Subject]:
        if not items:
            return []
        persons = await known(act, sorted({item.values["identity_number"] for item in items}))
        workers = []
        for item in items:
            kept = persons.worker(item.values["identity_number"])
            if kept is None:
                raise Invalid(errors=(FieldError("/verdict", "worker_unknown"),))
            workers.append(kept)
        hours = await _hours(act, [kept.id for kept in workers])
        new = [
            New(
                kept.id,
                None,
                item.values["course_title"],
                date.fromisoformat(item.values["held_on"]),
                _minutes(item.values, hours.get(kept.id, 0)) or 1,
                dataset,
                item.time,
            )
            for kept, item in zip(workers, items, strict=True)
        ]
        wanted = [Key(row.worker_id, row.held_on or date.min, row.course_title or "") for row in new]
        if await repository.told(act, wanted):
            raise Raced
        await repository.insert(act, new)
        found = await repository.told(act, wanted)
        return [Subject(*found[each]) for each in wanted]


async def _hours(act: Act, workers: Sequence[UUID]) -> dict[UUID, int]:
    """Minutes of an hour of study where each visible worker stands and stays, by the policy of today."""
    by_place: dict[tuple[int, int], int] = {}
    standing = await rows.workers(act, workers)
    places = {worker: (each.region_code, each.region_level) for worker, each in standing.items()}
    for place in sorted(set(places.values())):
        by_place[place] = (await policies.at(act, KIND, lineage(place), act.today)).numbers.minutes_per_hour.value
    return {worker: by_place[place] for worker, place in places.items()}


def _minutes(values: Mapping[str, Any], per_hour: int) -> int | None:
    told = minutes_told(values.get("minutes"), values.get("hours"), per_hour)
    return None if told is None else min(max(told, 1), LONGEST)
