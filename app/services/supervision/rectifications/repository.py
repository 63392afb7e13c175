"""What is to be put right, as entities."""

from uuid import UUID

from sqlalchemy import select

from app.core.acts import Act
from app.core.errors import NotFound
from app.services.supervision.models import Rectification


async def save(act: Act, row: Rectification) -> None:
    """Write a claimed row's changes as its next version."""
    row.version += 1
    row.recorded_at = act.now
    await act.session.flush()


async def tour_of(act: Act, rectification_id: UUID) -> UUID:
    """The tour that demanded it. Raises NotFound."""
    found = await act.session.scalar(select(Rectification.supervision_id).where(Rectification.id == rectification_id))
    if found is None:
        raise NotFound()
    return found
