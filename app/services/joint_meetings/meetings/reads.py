"""Meetings as rows for the wire."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, exists, func, select

from app.core.acts import Act
from app.core.errors import NotFound
from app.core.history import versions_of
from app.core.narrowing import within
from app.core.pagination import Ask, Page, Sorts, page
from app.core.rows import columns, padded, selecting
from app.services.action_items.models import ActionItem
from app.services.authorities.facts import DIGITS, span
from app.services.authorities.models import Authority
from app.services.authorities.reads import parsed_code
from app.services.departments.models import Department
from app.services.joint_meetings.facts import AgendaKind, AgendaState, MeetingState, MinutesState, Presence
from app.services.joint_meetings.meetings.schemas import MeetingFilters, MeetingRead, MeetingVersion
from app.services.joint_meetings.models import AgendaItem, Meeting, MeetingInvitation, MeetingMinutes
from app.services.regions.stated import stated_span

EXACT = ("committee_id", "schedule_id", "parent_id", "kind", "purpose", "state")
KEYS = {"starts_at": Meeting.starts_at, "region_code": Meeting.region_code}
NAMED = ("committee_id", "department_id", "schedule_id", "parent_id")


def _shown(act: Act) -> "Select[Any]":
    committee = select(Authority.name).where(Authority.id == Meeting.committee_id)
    convener = select(Department.name).where(Department.id == Meeting.convener_id)
    query = selecting(
        MeetingRead,
        Meeting,
        region_code=padded(Meeting.region_code),
        authority_code=padded(Meeting.authority_code, DIGITS),
        committee_name=committee.correlate(Meeting).scalar_subquery(),
        convener_name=convener.correlate(Meeting).scalar_subquery(),
    )
    return query.where(*within(act, Meeting.region_code, [Meeting.authority_code], [Meeting.committee_id]))


async def listed(act: Act, filters: MeetingFilters, ask: Ask) -> Page:
    """One page of meetings by region; of one committee, department or series the latest first."""
    query = _shown(act)
    if filters.region is not None:
        low, high = stated_span(filters.region, filters.region_level)
        query = query.where(Meeting.region_code >= low, Meeting.region_code < high)
    if filters.authority is not None:
        low, high = span(parsed_code(filters.authority, "/authority"))
        query = query.where(Meeting.authority_code >= low, Meeting.authority_code < high)
    for name in EXACT:
        value = getattr(filters, name)
        if value is not None:
            query = query.where(getattr(Meeting, name) == value)
    if filters.department_id is not None:
        called = MeetingInvitation.department_id == filters.department_id
        query = query.where(exists().where(MeetingInvitation.meeting_id == Meeting.id, called))
    if filters.since is not None:
        query = query.where(Meeting.held_on >= filters.since)
    if filters.until is not None:
        query = query.where(Meeting.held_on < filters.until)
    named = any(getattr(filters, name) is not None for name in NAMED)
    sorts = Sorts(KEYS, Meeting.id, "-starts_at" if named else "region_code")
    return await page(act, query, ask, sorts, [getattr(filters, name) for name in MeetingFilters.model_fields])


async def one(act: Act, meeting_id: UUID) -> dict[str, Any]:
    """One meeting with its departures and what belongs to it in figures. Raises NotFound."""
    query = _shown(act).add_columns(Meeting.departures, *_figures()).where(Meeting.id == meeting_id)
    row = (await act.session.execute(query)).mappings().first()
    if row is None:
        raise NotFound()
    return dict(row)


def _figures() -> list[Any]:
    agenda, sent, written, decided = AgendaItem, MeetingInvitation, MeetingMinutes, ActionItem
    there = sent.present.in_((Presence.own, Presence.substitute))
    told: dict[str, tuple[Any, ColumnElement[bool]]] = {
        "agenda_items": (agenda, agenda.state != AgendaState.declined),
        "carried_over": (agenda, agenda.kind == AgendaKind.carried_over),
        "invited": (sent, sent.id.is_not(None)),
        "answered": (sent, sent.answer.is_not(None)),
        "present": (sent, there),
        "decisions": (decided, decided.state != "withdrawn"),
        "minutes_editions": (written, written.state == MinutesState.approved),
    }
    return [
        select(func.count())
        .select_from(part)
        .where(part.meeting_id == Meeting.id, narrowed)
        .correlate(Meeting)
        .scalar_subquery()
        .label(name)
        for name, (part, narrowed) in told.items()
    ]


async def history(act: Act, meeting_id: UUID, ask: Ask) -> Page:
    """All versions of a meeting, the newest first. Raises NotFound when there is none to be seen."""
    versions = versions_of(Meeting, meeting_id).c
    query = select(*columns(MeetingVersion, versions))
    found = await page(act, query, ask, Sorts({"version": versions.version}, versions.id, "-version"), meeting_id)
    if not found.rows:
        raise NotFound()
    return found


async def parent(act: Act, meeting_id: UUID) -> dict[str, Any] | None:
    """What a meeting of liaisons asks of the one that it is before."""
    query = select(Meeting.committee_id, Meeting.kind, Meeting.purpose, Meeting.state, Meeting.starts_at)
    row = (await act.session.execute(query.where(Meeting.id == meeting_id))).mappings().first()
    return None if row is None else dict(row)


async def liaisons_from(act: Act, meeting_id: UUID, starts_at: datetime) -> bool:
    """Whether liaisons meet for a meeting at that time or later, unless it was cancelled."""
    before = exists().where(
        Meeting.parent_id == meeting_id, Meeting.state != MeetingState.cancelled, Meeting.starts_at >= starts_at
    )
    return bool(await act.session.scalar(select(before)))
