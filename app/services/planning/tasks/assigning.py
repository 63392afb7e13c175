"""An approved plan becomes tasks: what is to be done in each place, by whom, by which day."""

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any, Final
from uuid import UUID

from app.core.acts import Act
from app.core.errors import FieldError, Invalid
from app.core.labels import label
from app.services.planning.facts import OwnerKind, PlaceKind
from app.services.planning.models import Plan
from app.services.planning.tasks import reads, repository
from app.services.planning.tasks.facts import TaskKind
from app.services.planning.tasks.repository import Given
from app.services.regions.reads import names

TASKS: Final[dict[PlaceKind, TaskKind]] = {
    PlaceKind.standalone: TaskKind.form,
    PlaceKind.territorial: TaskKind.form,
    PlaceKind.joint: TaskKind.form,
    PlaceKind.own_from_shared: TaskKind.form,
    PlaceKind.attach: TaskKind.take_in,
    PlaceKind.alone: TaskKind.transfer,
    PlaceKind.enter_above_scale: TaskKind.recruit,
    PlaceKind.reach: TaskKind.reach,
    PlaceKind.find_out: TaskKind.find_out,
}


async def standing(act: Act, authority_id: UUID, pointer: str = "/authority_id") -> None:
    """Raise Invalid for an authority that is not to be seen or has ended."""
    row = await reads.authority(act, authority_id)
    if row is None:
        raise Invalid(errors=(FieldError(pointer, "reference_unknown"),))
    if row.dissolved_on is not None and row.dissolved_on <= act.today:
        raise Invalid(errors=(FieldError(pointer, "reference_ended"),))


async def hand_out(
    act: Act, plan: Plan, places: Sequence[Any], authority_id: UUID, due_on: date | None, days: int
) -> None:
    """Give each place its task, and where an owner is not ready a talk before it.

    Raises Invalid for an authority that is not to be seen or has ended, and for a day that has passed.
    """
    if due_on is not None and due_on < act.today:
        raise Invalid(errors=(FieldError("/due_on", "day_past"),))
    await standing(act, authority_id)
    regions = await names(act, sorted({(place.region_code, place.region_level) for place in places}))
    tasks: list[Given] = []
    for place in sorted(places, key=lambda place: place.id):
        owner = OwnerKind(place.body) if place.body else OwnerKind.authority
        where = (place.region_code, place.region_level)
        name = None if owner is OwnerKind.authority else _called(owner, regions.get(where, ""))
        kind = TASKS[PlaceKind(place.kind)]
        tasks.append((str(kind), place.id, str(owner), name, *where))
        if any(reason["code"] == "owner_not_ready" for reason in place.reasons):
            tasks.append((str(TaskKind.talk), place.id, str(OwnerKind.authority), None, *where))
    await repository.hand_out(act, plan.id, tasks, authority_id, due_on or act.today + timedelta(days=days))


def _called(owner: OwnerKind, region: str) -> str:
    """What the body of a region is called, in the language that records are kept in."""
    return (
        region or label("owner_kind", owner, "zh-Hans")
        if owner is OwnerKind.community
        else (region + label("owner_kind", owner, "zh-Hans"))
    )
