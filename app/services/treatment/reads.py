"""What honours and conditions share: whose a row is and where it stands, its versions, what narrows its list."""

from datetime import date
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import select

from app.core.acts import Act
from app.services.branches.models import Branch
from app.services.organizations.models import Organization
from app.services.workers.models import Worker


class Standing(NamedTuple):
    """Where somebody or something stands that may be seen, and the day from which it does not any more."""

    region_code: int
    authority_code: int | None
    ended_on: date | None


async def worker(act: Act, worker_id: UUID) -> Standing | None:
    """A worker that may be seen and has not been erased. One who has ended still has what he was given."""
    query = select(Worker.region_code, Worker.authority_code).where(Worker.id == worker_id, Worker.erased.is_(False))
    row = (await act.session.execute(query)).first()
    return None if row is None else Standing(*row, None)


async def branch(act: Act, branch_id: UUID) -> Standing | None:
    """A branch that may be seen."""
    query = select(Branch.region_code, Branch.authority_code, Branch.dissolved_on).where(Branch.id == branch_id)
    row = (await act.session.execute(query)).first()
    return None if row is None else Standing(*row)


async def organization(act: Act, organization_id: UUID) -> Standing | None:
    """An organisation that may be seen."""
    query = select(Organization.region_code, Organization.line_code, Organization.closed_on)
    row = (await act.session.execute(query.where(Organization.id == organization_id))).first()
    return None if row is None else Standing(*row)
