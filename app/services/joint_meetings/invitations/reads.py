"""Invitations as rows for the wire."""

from collections.abc import Sequence
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import ARRAY, Integer, Select, Text, Uuid, any_, func, literal, null, select

from app.core.acts import Act
from app.core.errors import NotFound
from app.core.history import versions_of
from app.core.narrowing import within
from app.core.pagination import Ask, Page, Sorts, page
from app.core.rows import columns, padded, selecting
from app.services.access.permissions import Permission
from app.services.authorities.facts import span
from app.services.authorities.reads import parsed_code
from app.services.departments.models import Department
from app.services.joint_meetings.facts import MeetingState, Presence
from app.services.joint_meetings.invitations.schemas import InvitationFilters, InvitationRead, InvitationVersion
from app.services.joint_meetings.models import Meeting, MeetingInvitation
from app.services.regions.stated import stated_span

EXACT = ("committee_id", "meeting_id", "department_id", "answer", "present", "late")
PERSONAL = ("delegate_name", "delegate_post", "absence_reason")
KEYS = {"held_on": Meeting.held_on, "region_code": MeetingInvitation.region_code}


def names(act: Act) -> bool:
    """Whether the caller may read who comes for whom."""
    return Permission.liaisons_read in act.by.permissions


def _personal(act: Act, source: Any) -> dict[str, Any]:
    if names(act):
        return {name: getattr(source, name) for name in PERSONAL}
    return {name: null().cast(Text) for name in PERSONAL}


def _shown(act: Act) -> "Select[Any]":
    sent = MeetingInvitation
    name = select(Department.name).where(Department.id == sent.department_id)
    query = selecting(
        InvitationRead,
        sent,
        region_code=padded(sent.region_code),
        meeting_title=Meeting.title,
        meeting_state=Meeting.state,
        held_on=Meeting.held_on,
        starts_at=Meeting.starts_at,
        attendance_due_on=Meeting.attendance_due_on,
        department_name=name.correlate(sent).scalar_subquery(),
        delegate_named=sent.delegate_name.is_not(None),
        **_personal(act, sent),
    )
    own = (sent.department_id, sent.committee_id)
    return query.join(Meeting, Meeting.id == sent.meeting_id).where(
        *within(act, sent.region_code, [sent.authority_code], own)
    )


async def listed(act: Act, filters: InvitationFilters, ask: Ask) -> Page:
    """One page of invitations by region; of one meeting, department or committee those to the latest meeting first."""
    query = _shown(act)
    if filters.region is not None:
        low, high = stated_span(filters.region, filters.region_level)
        query = query.where(MeetingInvitation.region_code >= low, MeetingInvitation.region_code < high)
    if filters.authority is not None:
        low, high = span(parsed_code(filters.authority, "/authority"))
        query = query.where(MeetingInvitation.authority_code >= low, MeetingInvitation.authority_code < high)
    for name in EXACT:
        value = getattr(filters, name)
        if value is not None:
            query = query.where(getattr(MeetingInvitation, name) == value)
    if filters.answered is not None:
        answered = MeetingInvitation.answer.is_not(None)
        query = query.where(answered if filters.answered else ~answered)
    if filters.since is not None:
        query = query.where(Meeting.held_on >= filters.since)
    if filters.until is not None:
        query = query.where(Meeting.held_on < filters.until)
    bound = [names(act), *(getattr(filters, name) for name in InvitationFilters.model_fields)]
    named = (filters.meeting_id, filters.department_id, filters.committee_id)
    sorts = Sorts(KEYS, MeetingInvitation.id, "-held_on" if any(named) else "region_code")
    return await page(act, query, ask, sorts, bound)


async def one(act: Act, invitation_id: UUID) -> dict[str, Any]:
    """One invitation, with the code of its line beside what is shown. Raises NotFound."""
    query = _shown(act).add_columns(MeetingInvitation.authority_code).where(MeetingInvitation.id == invitation_id)
    row = (await act.session.execute(query)).mappings().first()
    if row is None:
        raise NotFound()
    return dict(row)


async def history(act: Act, invitation_id: UUID, ask: Ask) -> Page:
    """All versions of an invitation, the newest first. Raises NotFound when there is none to be seen."""
    versions = versions_of(MeetingInvitation, invitation_id).c
    query = select(*columns(InvitationVersion, versions, **_personal(act, versions)))
    found = await page(act, query, ask, Sorts({"version": versions.version}, versions.id, "-version"), invitation_id)
    if not found.rows:
        raise NotFound()
    return found


async def attended(act: Act, departments: Sequence[UUID], since: date, until: date) -> dict[UUID, int]:
    """Of the meetings held in a period that a department was called to, the whole per cent at which somebody was there
    for it; nothing for one that was called to none. Whoever sees a department sees all its invitations.
    """
    sent = MeetingInvitation
    there = func.count().filter(sent.present.in_((Presence.own, Presence.substitute)))
    query = (
        select(sent.department_id, (there * 100 / func.count()).cast(Integer))
        .join(Meeting, Meeting.id == sent.meeting_id)
        .where(
            sent.department_id == any_(literal(list(departments), ARRAY(Uuid))),
            Meeting.state.in_((MeetingState.held, MeetingState.minuted)),
            Meeting.held_on >= since,
            Meeting.held_on < until,
        )
        .group_by(sent.department_id)
    )
    return {row[0]: row[1] for row in await act.session.execute(query)}
