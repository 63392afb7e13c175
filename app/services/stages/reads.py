"""What the checklist rests on, the steps that were taken, and hollow branches, as rows."""

from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import Date, Integer, Select, and_, case, column, func, literal, null, or_, select, true
from sqlalchemy.dialects.postgresql import array

from app.core.acts import Act
from app.core.errors import NotFound
from app.core.narrowing import within
from app.core.pagination import Ask, Page, Sorts, page
from app.core.rows import columns, padded, selecting
from app.services.activities.models import Activity
from app.services.authorities.facts import DIGITS, span
from app.services.authorities.reads import parsed_code
from app.services.branches.models import Branch
from app.services.regions.stated import stated_span
from app.services.stages.facts import HollowReason
from app.services.stages.models import StageStep
from app.services.stages.schemas import HollowFilters, HollowRead, StepRead

SORTS = Sorts(
    {"region_code": Branch.region_code, "founded_on": Branch.founded_on, "name": Branch.name}, Branch.id, "region_code"
)
STEPS = Sorts({"taken_on": StageStep.taken_on}, StageStep.id, "-taken_on")


@dataclass(frozen=True, slots=True)
class Standing:
    """A branch with the numbers of what it covers, whoever sees those organisations."""

    id: UUID
    version: int
    name: str
    level: str
    formation_mode: str
    stage: str
    formal_members: int
    filed_on: date | None
    roll_kept_since: date | None
    region_code: int
    region_level: int
    authority_code: int
    dissolved_on: date | None
    organizations: int
    at_work: int


def _at_work(today: date) -> Any:
    return (
        func.branch_organizations_at_work(Branch.id, literal(today, Date))
        .table_valued(column("ever", Integer), column("now", Integer), column("at_work", Integer))
        .render_derived()
        .lateral("covered")
    )


async def standing(act: Act, branch_id: UUID) -> Standing:
    """One branch as the checklist looks at it. Raises NotFound."""
    covered = _at_work(act.today)
    query = (
        select(
            Branch.id,
            Branch.version,
            Branch.name,
            Branch.level,
            Branch.formation_mode,
            Branch.stage,
            Branch.formal_members,
            Branch.filed_on,
            Branch.roll_kept_since,
            Branch.region_code,
            Branch.region_level,
            Branch.authority_code,
            Branch.dissolved_on,
            covered.c.ever.label("organizations"),
            covered.c.at_work,
        )
        .select_from(Branch)
        .join(covered, true())
        .where(Branch.id == branch_id)
    )
    row = (await act.session.execute(query)).mappings().first()
    if row is None:
        raise NotFound()
    return Standing(**row)


async def steps(act: Act, branch_id: UUID, ask: Ask) -> Page:
    """The steps a branch took, the latest first. Raises NotFound for a branch that is not to be seen."""
    if await act.session.scalar(select(Branch.id).where(Branch.id == branch_id)) is None:
        raise NotFound()
    query = selecting(StepRead, StageStep).where(StageStep.branch_id == branch_id)
    return await page(act, query, ask, STEPS, branch_id)


def _hollow(today: date, since: date) -> "tuple[Select[Any], Any]":
    """Branches that stand today and are hollow, when nothing was held on `since` or later; and their reasons."""
    covered = _at_work(today)
    last = (
        select(func.max(Activity.held_on).label("on"))
        .where(Activity.branch_id == Branch.id, Activity.cancel_reason.is_(None))
        .correlate(Branch)
        .lateral("last")
    )
    told = {
        HollowReason.no_members: Branch.formal_members + Branch.probationary_members == 0,
        HollowReason.organizations_closed: and_(covered.c.ever > 0, covered.c.at_work == 0),
        HollowReason.nothing_held: and_(Branch.founded_on < since, or_(last.c.on.is_(None), last.c.on < since)),
    }
    reasons = func.array_remove(
        array([case((found, literal(reason.value)), else_=null()) for reason, found in told.items()]), null()
    )
    query = (
        select(
            *columns(
                HollowRead,
                Branch,
                region_code=padded(Branch.region_code),
                authority_code=padded(Branch.authority_code, DIGITS),
                organizations_covered=covered.c.now,
                organizations_at_work=covered.c.at_work,
                last_held_on=last.c.on,
                reasons=reasons,
            )
        )
        .select_from(Branch)
        .join(covered, true())
        .join(last, true())
        .where(
            Branch.founded_on <= today,
            or_(Branch.dissolved_on.is_(None), Branch.dissolved_on > today),
            or_(*told.values()),
        )
    )
    return query, told


async def hollow(act: Act, filters: HollowFilters, since: date, ask: Ask) -> Page:
    """One page of branches with nothing behind them; `since` is the day from which something was to be held."""
    query, told = _hollow(act.today, since)
    query = query.where(
        *within(act, Branch.region_code, (Branch.authority_code, Branch.outflow_authority_code), [Branch.id])
    )
    if filters.region is not None:
        low, high = stated_span(filters.region, filters.region_level)
        query = query.where(Branch.region_code >= low, Branch.region_code < high)
    if filters.authority is not None:
        low, high = span(parsed_code(filters.authority, "/authority"))
        query = query.where(Branch.authority_code >= low, Branch.authority_code < high)
    if filters.reason is not None:
        query = query.where(told[filters.reason])
    if filters.stage is not None:
        query = query.where(Branch.stage == filters.stage)
    return await page(act, query, ask, SORTS, [getattr(filters, name) for name in HollowFilters.model_fields])


async def hollow_reasons(act: Act, branch_id: UUID, since: date) -> list[str]:
    """Why one branch is hollow; none when it is not."""
    query, _ = _hollow(act.today, since)
    row = (await act.session.execute(query.where(Branch.id == branch_id))).mappings().first()
    return [] if row is None else list(row["reasons"])
