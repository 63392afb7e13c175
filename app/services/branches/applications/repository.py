"""Applications as entities."""

from typing import Any
from uuid import UUID

from sqlalchemy import insert, select

from app.core.acts import Act
from app.services.branches.models import Branch, BranchApplication


async def enter(act: Act, row: dict[str, Any]) -> UUID:
    """Insert an application; returns its key."""
    entered = await act.session.execute(insert(BranchApplication).values(**row).returning(BranchApplication.id))
    return entered.scalar_one()


async def save(act: Act, row: Branch | BranchApplication) -> None:
    """Write a claimed row's changes as its next version."""
    row.version += 1
    row.recorded_at = act.now
    await act.session.flush()


async def branch_of(act: Act, branch_id: UUID) -> Branch | None:
    """The branch that an application has led to, locked; None where the caller may not change it."""
    return await act.session.scalar(select(Branch).where(Branch.id == branch_id).with_for_update(key_share=True))


async def founding_of(act: Act, branch_id: UUID) -> BranchApplication | None:
    """The application that has led to a branch and is not filed yet, locked."""
    return await act.session.scalar(
        select(BranchApplication)
        .where(BranchApplication.branch_id == branch_id, BranchApplication.filed_on.is_(None))
        .with_for_update(key_share=True)
    )
