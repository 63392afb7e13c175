"""What is to be put right, as rows for the wire."""

from collections.abc import Iterable
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, Uuid, and_, case, column, func, literal, select
from sqlalchemy.dialects.postgresql import ARRAY

from app.core.acts import Act
from app.core.errors import NotFound
from app.core.history import versions_of
from app.core.narrowing import within
from app.core.pagination import Ask, Page, Sorts, page
from app.core.rows import columns, padded
from app.services.authorities.facts import DIGITS
from app.services.regions.stated import stated_span
from app.services.reminders.reads import due
from app.services.supervision.facts import OPEN, WITH_SUBJECT, RectificationState
from app.services.supervision.models import Rectification
from app.services.supervision.reads import body_of, kind_of, name, named
from app.services.supervision.rectifications.schemas import (
    RectificationFilters,
    RectificationRead,
    RectificationVersion,
)

Row = Rectification
KEYS = {"region_code": Row.region_code, "due_on": Row.due_on}
BODIES = ("department_id", "branch_id", "organization_id", "authority_id")
EXACT = ("supervision_id", "committee_id", *BODIES, "state")
TOLD = ("supervision_title", "committee_name", "what")
MORE = (
    Row.finding_id,
    Row.answer,
    Row.answered_by,
    Row.check_result,
    Row.checked_by,
    Row.handed_on_reason,
    Row.departures,
    Row.department_id,
    Row.branch_id,
    Row.authority_code,
)


def _overdue(act: Act) -> ColumnElement[bool]:
    return and_(Row.due_on < act.today, Row.state.in_(WITH_SUBJECT))


def _scope(act: Act) -> list[ColumnElement[bool]]:
    own = [Row.department_id, Row.lead_department_id, Row.branch_id, Row.organization_id]
    return within(act, Row.region_code, [Row.authority_code, Row.subject_code], own)


def _shown(act: Act) -> "Select[Any]":
    computed: dict[str, Any] = {
        "kind": kind_of(Row),
        "body_id": body_of(Row),
        "subject_name": name(),
        "subject_code": padded(Row.subject_code, DIGITS),
        "overdue": _overdue(act),
        "days_overdue": case((_overdue(act), literal(act.today) - Row.due_on), else_=0),
        "region_code": padded(Row.region_code),
    }
    names = [each for each in RectificationRead.model_fields if each not in TOLD]
    shown = select(*((computed[each] if each in computed else getattr(Row, each)).label(each) for each in names))
    query: Select[Any] = named(shown.select_from(Row), Row).where(*_scope(act))
    return query


async def listed(act: Act, filters: RectificationFilters, ask: Ask) -> Page:
    """One page of what is to be put right: the next due first where somebody or something is asked for."""
    query = _shown(act)
    if filters.region is not None:
        low, high = stated_span(filters.region, filters.region_level)
        query = query.where(Row.region_code >= low, Row.region_code < high)
    asked = [each for each in EXACT if getattr(filters, each) is not None]
    for each in asked:
        query = query.where(getattr(Row, each) == getattr(filters, each))
    for value, condition in ((filters.open, Row.state.in_(OPEN)), (filters.overdue, _overdue(act))):
        if value is not None:
            query = query.where(condition if value else ~condition)
    if filters.due_before is not None:
        query = query.where(Row.due_on < filters.due_before)
    narrow = asked or filters.open or filters.overdue or filters.due_before is not None
    sorts = Sorts(KEYS, Row.id, "due_on" if narrow else "region_code")
    bound = [act.today, *(getattr(filters, each) for each in RectificationFilters.model_fields)]
    found = await page(act, query, ask, sorts, bound)
    grounds = await _grounds(act, (row["id"] for row in found.rows))
    for row in found.rows:
        ground = grounds[row["id"]]
        row.update(supervision_title=ground.tour, committee_name=ground.committee_name, what=ground.what)
    return found


async def _grounds(act: Act, ids: Iterable[UUID]) -> dict[UUID, Any]:
    """Of each: tour, check_code, what, basis, committee_name. They lie with the committee, often above the subject."""
    names = ("id", "tour", "check_code", "what", "basis", "committee_name")
    wanted = literal(sorted(ids), ARRAY(Uuid))
    found = func.rectifications_told(wanted).table_valued(*(column(each) for each in names))
    return {row.id: row for row in await act.session.execute(select(found))}


async def one(act: Act, rectification_id: UUID) -> dict[str, Any]:
    """One demand with its ground, the answer and the re-check, and the codes of its lines. Raises NotFound."""
    query = _shown(act).add_columns(*MORE).where(Row.id == rectification_id)
    row = (await act.session.execute(query)).mappings().first()
    if row is None:
        raise NotFound()
    ground = (await _grounds(act, [rectification_id]))[rectification_id]
    return {
        **row,
        "supervision_title": ground.tour,
        "committee_name": ground.committee_name,
        "what": ground.what,
        "check_code": ground.check_code,
        "basis": ground.basis,
    }


async def history(act: Act, rectification_id: UUID, ask: Ask) -> Page:
    """All versions of a demand, the newest first. Raises NotFound when there is none to be seen."""
    await one(act, rectification_id)
    versions = versions_of(Row, rectification_id).c
    query = select(*columns(RectificationVersion, versions))
    return await page(act, query, ask, Sorts({"version": versions.version}, versions.id, "-version"), rectification_id)


async def to_check(act: Act, until: date) -> "Select[Any]":
    """What was answered and is to be checked, by the day it was due: for the committee that demanded it."""
    return select(*due(Row.id, Row.demand, Row.due_on, Row.region_code)).where(
        Row.due_on <= until,
        Row.state == RectificationState.answered,
        *within(act, Row.region_code, [Row.authority_code], [Row.lead_department_id]),
    )


async def waiting(act: Act, until: date) -> "Select[Any]":
    """What a subject is to put right by a day, as reminders: named by the demand."""
    return select(*due(Row.id, Row.demand, Row.due_on, Row.region_code)).where(
        Row.due_on <= until, Row.state.in_(WITH_SUBJECT), *_scope(act)
    )
