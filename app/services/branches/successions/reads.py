"""What a branch came of and what came of it, as rows for the wire."""

from uuid import UUID

from sqlalchemy import or_, select
from sqlalchemy.orm import aliased

from app.core.acts import Act
from app.core.errors import NotFound
from app.core.pagination import Ask, Page, Sorts, page
from app.core.rows import columns
from app.services.branches.models import Branch, BranchSuccession
from app.services.branches.successions.schemas import SuccessionRead

SORTS = Sorts({"succeeded_on": BranchSuccession.succeeded_on}, BranchSuccession.id, "succeeded_on")


async def around(act: Act, branch_id: UUID, ask: Ask) -> Page:
    """Its predecessors and successors, the oldest first. Raises NotFound for a branch that is not to be seen."""
    if await act.session.scalar(select(Branch.id).where(Branch.id == branch_id)) is None:
        raise NotFound()
    row, before, after = BranchSuccession, aliased(Branch), aliased(Branch)
    query = (
        select(*columns(SuccessionRead, row, predecessor_name=before.name, successor_name=after.name))
        .outerjoin(before, before.id == row.predecessor_id)
        .outerjoin(after, after.id == row.successor_id)
        .where(or_(row.predecessor_id == branch_id, row.successor_id == branch_id))
    )
    return await page(act, query, ask, SORTS, branch_id)
