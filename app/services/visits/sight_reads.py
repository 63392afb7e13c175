"""What is an instructor's own today: the organisations and branches that are assigned to him."""

from uuid import UUID

from sqlalchemy import any_, func, literal, select
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.dialects.postgresql import UUID as PgUUID

from app.core.acts import Act
from app.core.errors import NotFound
from app.services.instructors.models import Assignment
from app.services.workers.models import Worker


async def assigned(act: Act, workers: frozenset[UUID]) -> frozenset[UUID]:
    """What the assignments of these workers that run today reach; ids that are no worker's bring nothing."""
    about = func.coalesce(Assignment.organization_id, Assignment.branch_id)
    named = literal(sorted(workers), ARRAY(PgUUID(as_uuid=True)))
    query = select(about).where(
        Assignment.worker_id == any_(named), Assignment.valid_from <= act.today, Assignment.valid_to > act.today
    )
    return frozenset(await act.session.scalars(query))


async def worker(act: Act, worker_id: UUID) -> UUID:
    """A worker that may be seen. Raises NotFound."""
    found = await act.session.scalar(select(Worker.id).where(Worker.id == worker_id))
    if found is None:
        raise NotFound()
    return found
