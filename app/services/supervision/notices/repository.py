"""Notices as entities, and their recipients set-wise."""

from collections.abc import Sequence
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Uuid, and_, any_, literal, or_, select, update
from sqlalchemy.dialects.postgresql import ARRAY, insert

from app.core.acts import Act
from app.core.dated import valid_on
from app.core.errors import Forbidden, NotFound
from app.services.authorities.facts import span as line_span
from app.services.authorities.models import Authority
from app.services.departments.models import Department
from app.services.regions.facts import span
from app.services.supervision.models import Notice, NoticeRecipient
from app.services.supervision.recipients.reads import waits

Group = tuple[str, int, int]
"""A kind of authority, and the codes [low, high) of a region."""


async def add(act: Act, notice: Notice) -> UUID:
    """Insert a draft; its key is the database's."""
    act.session.add(notice)
    await act.session.flush()
    return notice.id


async def save(act: Act, row: Notice | NoticeRecipient) -> None:
    """Write a claimed row's changes as its next version."""
    row.version += 1
    row.recorded_at = act.now
    await act.session.flush()


async def committee(act: Act, authority_id: UUID) -> Any:
    """Code, region and end of an authority; None where it is not to be seen."""
    query = select(
        Authority.id, Authority.code, Authority.region_code, Authority.region_level, Authority.dissolved_on
    ).where(Authority.id == authority_id)
    return (await act.session.execute(query)).first()


def _below(issuer: Any) -> Any:
    low, high = span(issuer.region_code, issuer.region_level)
    first, last = line_span(issuer.code)
    return and_(
        Authority.id != issuer.id,
        or_(
            and_(Authority.region_code >= low, Authority.region_code < high),
            and_(Authority.code >= first, Authority.code < last),
        ),
    )


def _standing(day: date) -> Any:
    return or_(Authority.dissolved_on.is_(None), Authority.dissolved_on > day)


async def authorities(act: Act, issuer: Any, ids: Sequence[UUID]) -> dict[UUID, str | None]:
    """Of these authorities those that are seen, each with what stands against it: not_below, ended, or nothing."""
    if not ids:
        return {}
    query = select(Authority.id, _below(issuer).label("below"), _standing(act.today).label("standing"))
    rows = await act.session.execute(query.where(Authority.id.in_(ids)))
    return {
        row.id: "recipient_not_below" if not row.below else None if row.standing else "reference_ended" for row in rows
    }


async def departments(act: Act, issuer: Any, ids: Sequence[UUID]) -> dict[UUID, str | None]:
    """The same for departments of joint meetings in the issuer's region."""
    if not ids:
        return {}
    low, high = span(issuer.region_code, issuer.region_level)
    query = select(
        Department.id,
        and_(Department.region_code >= low, Department.region_code < high).label("below"),
        valid_on(Department.valid_from, Department.valid_to, act.today).label("standing"),
    )
    rows = await act.session.execute(query.where(Department.id.in_(ids)))
    return {
        row.id: "recipient_not_below" if not row.below else None if row.standing else "reference_ended" for row in rows
    }


async def issue(
    act: Act, notice: Notice, issuer: Any, chosen: tuple[Sequence[UUID], Sequence[UUID]], groups: Sequence[Group]
) -> int:
    """Write the recipients: the bodies chosen, and all of each group that stand today; how many."""
    wanted: list[ColumnElement[bool]] = [Authority.id.in_(chosen[0])]
    wanted += [
        and_(Authority.kind == kind, Authority.region_code >= low, Authority.region_code < high)
        for kind, low, high in groups
    ]
    nobody = literal(None, Uuid)
    told = [literal(notice.id, Uuid), literal(notice.committee_id, Uuid), literal(notice.needs), literal(notice.due_on)]
    row = [literal(1), literal(0), literal(act.now), literal(act.now)]
    bodies = (
        select(Authority.id.label("authority_id"), nobody.label("department_id"))
        .where(or_(*wanted), _below(issuer), _standing(act.today))
        .union_all(select(nobody, Department.id).where(Department.id == any_(literal(list(chosen[1]), ARRAY(Uuid)))))
        .subquery()
    )
    columns = ("authority_id", "department_id", "notice_id", "committee_id", "needs", "due_on")
    query = select(bodies.c.authority_id, bodies.c.department_id, *told, *row).order_by(
        bodies.c.authority_id, bodies.c.department_id
    )
    written = await act.session.execute(
        insert(NoticeRecipient)
        .from_select((*columns, "version", "chased", "created_at", "recorded_at"), query)
        .returning(NoticeRecipient.id)
    )
    return len(written.all())


async def held(act: Act, notice_id: UUID) -> Notice:
    """The notice, locked whatever its version. Raises NotFound, Forbidden for one only to be seen."""
    row = await act.session.scalar(select(Notice).where(Notice.id == notice_id).with_for_update(key_share=True))
    if row is None:
        if await act.session.scalar(select(Notice.id).where(Notice.id == notice_id)) is None:
            raise NotFound()
        raise Forbidden(reason="scope")
    return row


async def chase(act: Act, notice_id: UUID, ids: Sequence[UUID] | None) -> dict[UUID, int]:
    """Count one reminder more for each that still owes it and was not reminded today; how often each was by now."""
    told = NoticeRecipient
    due = select(told.id).where(
        told.notice_id == notice_id, waits(), or_(told.last_chased_on.is_(None), told.last_chased_on < act.today)
    )
    if ids is not None:
        due = due.where(told.id.in_(ids))
    locked = due.order_by(told.id).with_for_update(key_share=True).cte("due")
    rows = await act.session.execute(
        update(told)
        .where(told.id == locked.c.id)
        .values(chased=told.chased + 1, last_chased_on=act.today, version=told.version + 1, recorded_at=act.now)
        .returning(told.id, told.chased)
        .execution_options(synchronize_session=False)
    )
    return {row.id: row.chased for row in rows}


async def standings(act: Act, notice_id: UUID, ids: Sequence[UUID]) -> dict[UUID, Any]:
    """Of these recipients of a notice: whether each still owes it, and when it was reminded."""
    told = NoticeRecipient
    query = select(told.id, told.last_chased_on, waits().label("waits"))
    rows = await act.session.execute(query.where(told.notice_id == notice_id, told.id.in_(ids)))
    return {row.id: row for row in rows}


async def close(act: Act, notice_id: UUID) -> None:
    """Nothing more is waited for: of all recipients at once."""
    told = NoticeRecipient
    locked = select(told.id).where(told.notice_id == notice_id).order_by(told.id).with_for_update(key_share=True)
    rows = locked.cte("rows")
    await act.session.execute(
        update(told)
        .where(told.id == rows.c.id)
        .values(closed_on=act.today, version=told.version + 1, recorded_at=act.now)
        .execution_options(synchronize_session=False)
    )
