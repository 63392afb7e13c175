"""What the lists of training share: whose a row is, who may see it, what counts."""

from datetime import date
from typing import Any, NamedTuple
from uuid import UUID

from pydantic import BaseModel
from sqlalchemy import ColumnElement, Select, and_, or_, select, tuple_

from app.core.acts import Act
from app.core.narrowing import within
from app.core.rows import padded, selecting
from app.services.authorities.facts import DIGITS
from app.services.authorities.models import Authority
from app.services.members.models import Member
from app.services.regions.facts import WIDTHS, ancestor, span
from app.services.workers.beside.reads import NAME
from app.services.workers.models import Worker


def of_worker(act: Act, schema: type[BaseModel], model: Any, **computed: ColumnElement[Any]) -> "Select[Any]":
    """Rows that hang on a worker and stand with him, with his name."""
    return (
        selecting(
            schema,
            model,
            worker_name=NAME,
            region_code=padded(model.region_code),
            authority_code=padded(model.authority_code, DIGITS),
            **computed,
        )
        .join(Worker, Worker.id == model.worker_id)
        .outerjoin(Member, Member.id == Worker.member_id)
        .where(*within(act, model.region_code, (model.authority_code,), [model.worker_id]))
    )


def offered(act: Act, model: Any) -> list[ColumnElement[bool]]:
    """The condition that a course or a session is the caller's to see: it stands inside, or in a region above."""
    inside = within(act, model.region_code, (model.authority_code,))
    if not inside:
        return []
    low, high = act.scope.hull
    over = [(ancestor(low, level), level) for level in range(len(WIDTHS))]
    above = [place for place in over if span(*place)[1] >= high]
    return [or_(and_(*inside), tuple_(model.region_code, model.region_level).in_(above))]


def counting(model: Any, cancelled: bool | None) -> list[ColumnElement[bool]]:
    """Only what was entered by mistake, only what counts, or both."""
    if cancelled is None:
        return []
    return [model.cancel_reason.is_not(None) if cancelled else model.cancel_reason.is_(None)]


class Body(NamedTuple):
    """An authority that may be seen."""

    id: UUID
    dissolved_on: date | None


async def authority(act: Act, authority_id: UUID) -> Body | None:
    """The body that a course or a session is given by."""
    query = select(Authority.id, Authority.dissolved_on).where(Authority.id == authority_id)
    row = (await act.session.execute(query)).first()
    return None if row is None else Body(*row)


async def place_of(act: Act, worker_id: UUID) -> tuple[int, int] | None:
    """Region and level of where a worker stands that may be seen."""
    query = select(Worker.region_code, Worker.region_level).where(Worker.id == worker_id)
    row = (await act.session.execute(query)).first()
    return None if row is None else (row[0], row[1])
