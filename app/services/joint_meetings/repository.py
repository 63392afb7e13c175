"""What all parts of a meeting need of the database: the meeting itself, held, and whose meeting it is."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import select

from app.core.acts import Act
from app.core.dated import valid_on
from app.core.errors import Forbidden, NotFound
from app.services.authorities.models import Authority
from app.services.departments.models import Department
from app.services.joint_meetings.facts import AHEAD
from app.services.joint_meetings.models import AgendaItem, Meeting, MeetingInvitation, MeetingMinutes

Row = Meeting | AgendaItem | MeetingInvitation | MeetingMinutes


@dataclass(frozen=True, slots=True)
class Committee:
    """Where a committee stands, and its code."""

    region_code: int
    region_level: int
    code: int

    @property
    def place(self) -> tuple[int, int]:
        """Where it stands."""
        return self.region_code, self.region_level


@dataclass(frozen=True, slots=True)
class Standing:
    """What the parts of a meeting ask of it, without holding it."""

    id: UUID
    committee_id: UUID
    region_code: int
    region_level: int
    authority_code: int
    state: str
    held_on: date
    starts_at: datetime
    topics_due_on: date
    attendance_due_on: date

    @property
    def place(self) -> tuple[int, int]:
        """Where its committee stands."""
        return self.region_code, self.region_level


async def held(act: Act, meeting_id: UUID) -> Meeting:
    """The meeting, locked for this act whatever its version. Raises NotFound, Forbidden for one only to be seen."""
    row = await act.session.scalar(select(Meeting).where(Meeting.id == meeting_id).with_for_update(key_share=True))
    if row is None:
        if await act.session.scalar(select(Meeting.id).where(Meeting.id == meeting_id)) is None:
            raise NotFound()
        raise Forbidden(reason="scope")
    return row


async def before(act: Act, meeting_id: UUID) -> list[Meeting]:
    """The liaisons' meetings before a meeting that are still ahead, locked in the order of their keys."""
    query = select(Meeting).where(Meeting.parent_id == meeting_id, Meeting.state.in_(AHEAD))
    return list(await act.session.scalars(query.order_by(Meeting.id).with_for_update(key_share=True)))


async def standing(act: Act, meeting_id: UUID) -> Standing:
    """The meeting as it is, not held. Raises NotFound."""
    names = Standing.__dataclass_fields__
    row = (
        await act.session.execute(select(*(getattr(Meeting, name) for name in names)).where(Meeting.id == meeting_id))
    ).first()
    if row is None:
        raise NotFound()
    return Standing(*row)


async def committee(act: Act, committee_id: UUID) -> Committee | None:
    """Where a committee stands that may be seen."""
    query = select(Authority.region_code, Authority.region_level, Authority.code).where(Authority.id == committee_id)
    row = (await act.session.execute(query)).first()
    return None if row is None else Committee(*row)


async def members(act: Act, committee_id: UUID, day: date, wanted: Sequence[UUID] | None = None) -> list[UUID]:
    """The departments of a committee's meeting on a day, by their keys: all, or those of the wanted ones."""
    query = select(Department.id).where(
        Department.committee_id == committee_id, valid_on(Department.valid_from, Department.valid_to, day)
    )
    if wanted is not None:
        query = query.where(Department.id.in_(wanted))
    return list(await act.session.scalars(query.order_by(Department.id)))


async def known(act: Act, departments: Iterable[UUID]) -> set[UUID]:
    """Those of the departments that may be seen."""
    return set(await act.session.scalars(select(Department.id).where(Department.id.in_(list(departments)))))


async def add(act: Act, row: Row) -> Any:
    """Insert a row; returns its key."""
    act.session.add(row)
    await act.session.flush()
    return row.id


async def save(act: Act, row: Row) -> None:
    """Write a row's changes as its next version."""
    row.version += 1
    row.recorded_at = act.now
    await act.session.flush()
