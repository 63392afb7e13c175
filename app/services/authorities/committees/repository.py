"""Seats as entities."""

from uuid import UUID

from sqlalchemy import select

from app.core.acts import Act
from app.services.authorities.models import Authority, CommitteeSeat


async def add(act: Act, seat: CommitteeSeat) -> None:
    """Insert a seat; the database refuses a second chair, and the same post twice, in one period."""
    act.session.add(seat)
    await act.session.flush()


async def held(act: Act, authority: Authority, seat_id: UUID) -> CommitteeSeat | None:
    """A seat of a committee that is locked already."""
    return await act.session.scalar(
        select(CommitteeSeat).where(CommitteeSeat.id == seat_id, CommitteeSeat.authority_id == authority.id)
    )


async def save(act: Act, seat: CommitteeSeat) -> None:
    """Write a seat's changes as its next version."""
    seat.version += 1
    seat.recorded_at = act.now
    await act.session.flush()
