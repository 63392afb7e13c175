"""Action items and their entries as rows for the wire."""

from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import Date, Integer, Select, and_, bindparam, case, exists, literal, select, type_coerce

from app.core.acts import Act
from app.core.errors import NotFound
from app.core.history import versions_of
from app.core.narrowing import within
from app.core.pagination import Ask, Page, Sorts, page
from app.core.rows import columns, padded, selecting
from app.services.action_items.facts import UNDER_WAY, WAITING, ActionItemState
from app.services.action_items.models import ActionItem, ActionItemEntry, ActionItemSupporter
from app.services.action_items.schemas import ActionItemFilters, ActionItemRead, ActionItemVersion, EntryRead
from app.services.authorities.facts import DIGITS, span
from app.services.authorities.models import Authority
from app.services.authorities.reads import parsed_code
from app.services.departments.models import Department
from app.services.regions.stated import stated_span
from app.services.reminders.reads import due

ROW = ActionItem
KEYS = {"due_on": ROW.due_on, "region_code": ROW.region_code, "number": ROW.number}
SORTS = Sorts(KEYS, ROW.id, "due_on")
EXACT = ("committee_id", "department_id", "meeting_id", "year", "state")


def _within(act: Act) -> list[Any]:
    return within(act, ROW.region_code, [ROW.authority_code], [ROW.department_id, ROW.committee_id])


def _shown(act: Act) -> "Select[Any]":
    late = _overdue(act)
    days = type_coerce(literal(act.today, Date) - ROW.due_on, Integer)
    return selecting(
        ActionItemRead,
        ROW,
        committee_name=_name(Authority, ROW.committee_id),
        department_name=_name(Department, ROW.department_id),
        overdue=late,
        days_overdue=case((late, days), else_=literal(0)),
        region_code=padded(ROW.region_code),
        authority_code=padded(ROW.authority_code, DIGITS),
    ).where(*_within(act))


def _under_way() -> Any:
    """The states as literals: else no plan knows that the index of what is under way holds all of it."""
    return ROW.state.in_(bindparam(None, [str(state) for state in UNDER_WAY], expanding=True, literal_execute=True))


def _overdue(act: Act) -> Any:
    return and_(ROW.state.in_(WAITING), ROW.due_on < literal(act.today, Date))


def _name(model: Any, key: Any) -> Any:
    """Looked up for the rows of the page alone."""
    return select(model.name).where(model.id == key).correlate(ROW).scalar_subquery()


async def listed(act: Act, filters: ActionItemFilters, ask: Ask) -> Page:
    """One page of items, those that are due first leading."""
    query = _shown(act)
    if filters.region is not None:
        low, high = stated_span(filters.region, filters.region_level)
        query = query.where(ROW.region_code >= low, ROW.region_code < high)
    if filters.authority is not None:
        low, high = span(parsed_code(filters.authority, "/authority"))
        query = query.where(ROW.authority_code >= low, ROW.authority_code < high)
    for name in EXACT:
        if getattr(filters, name) is not None:
            query = query.where(getattr(ROW, name) == getattr(filters, name))
    if filters.supporter_id is not None:
        helper = ActionItemSupporter
        query = query.where(
            exists().where(helper.action_item_id == ROW.id, helper.department_id == filters.supporter_id)
        )
    if filters.settled is not None:
        query = query.where(~_under_way() if filters.settled else _under_way())
    if filters.overdue is not None:
        # What can be overdue is under way as well: said so, the index of what is due is of use.
        query = query.where(_under_way(), _overdue(act)) if filters.overdue else query.where(~_overdue(act))
    if filters.due_before is not None:
        query = query.where(ROW.due_on < filters.due_before)
    asked = [act.today, *(getattr(filters, name) for name in ActionItemFilters.model_fields)]
    return await page(act, query, ask, SORTS, asked)


async def one(act: Act, item_id: UUID) -> dict[str, Any]:
    """One item. Raises NotFound."""
    row = (await act.session.execute(_shown(act).where(ROW.id == item_id))).mappings().first()
    if row is None:
        raise NotFound()
    return dict(row)


async def supporters(act: Act, item_id: UUID) -> list[dict[str, Any]]:
    """The departments that help, by name."""
    helper = ActionItemSupporter
    query = (
        select(helper.department_id, Department.name.label("department_name"))
        .join(Department, Department.id == helper.department_id)
        .where(helper.action_item_id == item_id)
        .order_by(Department.name, helper.department_id)
    )
    return [dict(row) for row in (await act.session.execute(query)).mappings()]


async def entries(act: Act, item_id: UUID, ask: Ask) -> Page:
    """All steps of an item, the oldest first. Raises NotFound."""
    entry = ActionItemEntry
    if await act.session.scalar(select(ROW.id).where(ROW.id == item_id, *_within(act))) is None:
        raise NotFound()
    query = selecting(EntryRead, entry).where(entry.action_item_id == item_id)
    order = Sorts({"item_version": entry.item_version}, entry.id, "item_version")
    return await page(act, query, ask, order, item_id)


async def waiting(act: Act, until: date) -> "Select[Any]":
    """What departments have to do by a day, as reminders: of a department's member those it answers for alone."""
    return select(*due(ROW.id, ROW.what, ROW.due_on, ROW.region_code)).where(
        ROW.due_on <= until,
        _under_way(),
        ROW.state.in_(WAITING),
        *within(act, ROW.region_code, [ROW.authority_code], [ROW.department_id]),
    )


async def to_judge(act: Act, until: date) -> "Select[Any]":
    """What departments have reported and the office has neither accepted nor sent back, by the day it was due."""
    return select(*due(ROW.id, ROW.what, ROW.due_on, ROW.region_code)).where(
        ROW.due_on <= until,
        _under_way(),
        ROW.state == ActionItemState.reported,
        *within(act, ROW.region_code, [ROW.authority_code]),
    )


async def history(act: Act, item_id: UUID, ask: Ask) -> Page:
    """All versions of an item, the newest first. Raises NotFound when there is none to be seen."""
    versions = versions_of(ROW, item_id).c
    query = select(*columns(ActionItemVersion, versions))
    found = await page(act, query, ask, Sorts({"version": versions.version}, versions.id, "-version"), item_id)
    if not found.rows:
        raise NotFound()
    return found
