"""Liaisons as rows about persons: held, and removed."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import delete, select

from app.core.acts import Act
from app.services.departments.models import DepartmentLiaison


async def standing(act: Act, ids: Sequence[UUID]) -> list[DepartmentLiaison]:
    """Those of these liaisons that may be written, locked in key order until the act ends."""
    query = (
        select(DepartmentLiaison)
        .where(DepartmentLiaison.id.in_(ids))
        .order_by(DepartmentLiaison.id)
        .with_for_update(key_share=True)
    )
    return list(await act.session.scalars(query))


async def remove(act: Act, ids: Sequence[UUID]) -> None:
    """Delete liaisons."""
    await act.session.execute(delete(DepartmentLiaison).where(DepartmentLiaison.id.in_(ids)))
