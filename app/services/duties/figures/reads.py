"""Figures about workers, each read for many in one statement, whatever of it the caller sees himself."""

from collections.abc import Mapping, Sequence
from uuid import UUID

from sqlalchemy import ARRAY, Date, Integer, Uuid, any_, column, func, literal, select

from app.core.acts import Act
from app.services.assessment.contract import Period
from app.services.duties.figures.facts import WorkerFigure
from app.services.workers.models import Worker

Ids = Sequence[UUID]


async def told(act: Act, figure: WorkerFigure, ids: Ids, period: Period, days: Sequence[int] = ()) -> dict[UUID, int]:
    """One figure of each worker that it can be told of; `days` has in how many days a visit is due, where asked for."""
    call = getattr(func, f"worker_{figure.value}")
    arguments = [
        literal(list(ids), ARRAY(Uuid)),
        *([literal(list(days), ARRAY(Integer))] if days else []),
        literal(period.since, Date),
        literal(period.until, Date),
    ]
    found = call(*arguments).table_valued(column("subject", Uuid), column("figure", Integer)).render_derived()
    rows = await act.session.execute(select(found.c.subject, found.c.figure))
    return {row.subject: row.figure for row in rows}


async def places(act: Act, ids: Ids) -> Mapping[UUID, tuple[int, int]]:
    """Where workers are kept, as far as the caller sees them."""
    wanted = any_(literal(list(ids), ARRAY(Uuid)))
    query = select(Worker.id, Worker.region_code, Worker.region_level).where(Worker.id == wanted)
    return {row.id: (row.region_code, row.region_level) for row in await act.session.execute(query)}
