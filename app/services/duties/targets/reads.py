"""Changed targets as rows for the wire, and the roles that targets follow from."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import ARRAY, Date, Select, Text, Uuid, any_, column, func, literal, select

from app.core.acts import Act
from app.core.narrowing import within
from app.core.pagination import Ask, Page, Sorts, page
from app.core.rows import padded, selecting
from app.services.assessment.contract import Period
from app.services.authorities.facts import DIGITS
from app.services.duties.facts import Held, ReviewState
from app.services.duties.models import WorkerReview, WorkerTarget
from app.services.duties.targets.schemas import TargetFilters, TargetRead, TargetVersion
from app.services.members.models import Member
from app.services.workers.beside.reads import NAME, found, placed
from app.services.workers.beside.reads import history as versions
from app.services.workers.models import Worker

SORTS = Sorts({"region_code": WorkerTarget.region_code, "year": WorkerTarget.year}, WorkerTarget.id, "region_code")
EXACT = ("worker_id", "year", "indicator")


@dataclass(frozen=True, slots=True)
class Standing:
    """A worker, and where he is kept."""

    id: UUID
    name: str | None
    region_code: int
    region_level: int
    authority_code: int | None
    erased: bool

    @property
    def place(self) -> tuple[int, int]:
        """The region, as code and level."""
        return self.region_code, self.region_level


async def worker(act: Act, worker_id: UUID) -> Standing | None:
    """One worker; None where he is not to be seen."""
    query = (
        select(
            Worker.id, NAME.label("name"), Worker.region_code, Worker.region_level, Worker.authority_code, Worker.erased
        )
        .outerjoin(Member, Member.id == Worker.member_id)
        .where(Worker.id == worker_id)
    )
    row = (await act.session.execute(query)).mappings().first()
    return None if row is None else Standing(**row)


async def held(act: Act, ids: Sequence[UUID], period: Period) -> dict[UUID, list[Held]]:
    """The roles that workers hold in a period, wherever they hold them, the earliest first."""
    found = (
        func.worker_roles_held(
            literal(list(ids), ARRAY(Uuid)), literal(period.since, Date), literal(period.until, Date)
        )
        .table_valued(
            column("worker_id", Uuid), column("role", Text), column("valid_from", Date), column("valid_to", Date)
        )
        .render_derived()
    )
    query = select(found.c.worker_id, found.c.role, found.c.valid_from, found.c.valid_to)
    told: dict[UUID, list[Held]] = {}
    for row in await act.session.execute(query.order_by(found.c.valid_from, found.c.role)):
        told.setdefault(row.worker_id, []).append(Held(row.role, row.valid_from, row.valid_to))
    return told


async def changed(act: Act, ids: Sequence[UUID], year: int) -> dict[UUID, dict[str, tuple[int, str]]]:
    """The targets that were changed for workers' years: value and reason by worker and indicator."""
    row = WorkerTarget
    query = select(row.worker_id, row.indicator, row.value, row.reason).where(
        row.worker_id == any_(literal(list(ids), ARRAY(Uuid))), row.year == year, row.withdrawn_reason.is_(None)
    )
    told: dict[UUID, dict[str, tuple[int, str]]] = {}
    for each in await act.session.execute(query):
        told.setdefault(each.worker_id, {})[each.indicator] = (each.value, each.reason)
    return told


async def decided(act: Act, worker_id: UUID, year: int) -> bool:
    """Whether a worker's year has been decided on: its targets stand then."""
    query = select(WorkerReview.id).where(
        WorkerReview.worker_id == worker_id, WorkerReview.year == year, WorkerReview.state == ReviewState.decided
    )
    return await act.session.scalar(query) is not None


def _shown() -> "Select[Any]":
    row = WorkerTarget
    return (
        selecting(
            TargetRead,
            row,
            worker_name=NAME,
            region_code=padded(row.region_code),
            authority_code=padded(row.authority_code, DIGITS),
        )
        .outerjoin(Worker, Worker.id == row.worker_id)
        .outerjoin(Member, Member.id == Worker.member_id)
    )


async def listed(act: Act, filters: TargetFilters, ask: Ask) -> Page:
    """One page of changed targets, by region unless another sort is asked for."""
    row = WorkerTarget
    query = _shown().where(*within(act, row.region_code, [row.authority_code], [row.worker_id]))
    query = placed(query, row, filters)
    for name in EXACT:
        if getattr(filters, name) is not None:
            query = query.where(getattr(row, name) == getattr(filters, name))
    if filters.withdrawn is not None:
        ended = row.withdrawn_reason.is_not(None)
        query = query.where(ended if filters.withdrawn else ~ended)
    return await page(act, query, ask, SORTS, [getattr(filters, name) for name in TargetFilters.model_fields])


async def one(act: Act, target_id: UUID) -> dict[str, Any]:
    """One changed target. Raises NotFound."""
    return await found(act, _shown().where(WorkerTarget.id == target_id))


async def history(act: Act, target_id: UUID, ask: Ask) -> Page:
    """All versions of a changed target, the newest first. Raises NotFound when there is none to be seen."""
    return await versions(act, TargetVersion, WorkerTarget, target_id, ask)
