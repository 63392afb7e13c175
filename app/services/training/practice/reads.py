"""Practice postings as rows for the wire."""

from typing import Any
from uuid import UUID

from sqlalchemy import or_

from app.core.acts import Act
from app.core.pagination import Ask, Page, Sorts, page
from app.services.training import reads
from app.services.training.models import PracticePosting
from app.services.training.practice.schemas import PracticeFilters, PracticeRead, PracticeVersion
from app.services.training.wire import narrowed
from app.services.workers.beside.reads import found, placed
from app.services.workers.beside.reads import history as versions

KEYS = {"region_code": PracticePosting.region_code, "valid_from": PracticePosting.valid_from}


async def listed(act: Act, filters: PracticeFilters, ask: Ask) -> Page:
    """One page of postings by region, of one worker the latest first, unless another sort is asked for."""
    query = placed(reads.of_worker(act, PracticeRead, PracticePosting), PracticePosting, filters)
    query = query.where(*reads.counting(PracticePosting, filters.cancelled))
    if filters.worker_id is not None:
        query = query.where(PracticePosting.worker_id == filters.worker_id)
    if filters.purpose is not None:
        query = query.where(PracticePosting.purpose == filters.purpose)
    if filters.on is not None:
        query = query.where(
            PracticePosting.valid_from <= filters.on,
            or_(PracticePosting.valid_to.is_(None), PracticePosting.valid_to > filters.on),
        )
    sorts = Sorts(KEYS, PracticePosting.id, "region_code" if filters.worker_id is None else "-valid_from")
    return await page(act, query, ask, sorts, narrowed(PracticeFilters, filters))


async def one(act: Act, posting_id: UUID) -> dict[str, Any]:
    """One posting. Raises NotFound."""
    query = reads.of_worker(act, PracticeRead, PracticePosting).where(PracticePosting.id == posting_id)
    return await found(act, query)


async def history(act: Act, posting_id: UUID, ask: Ask) -> Page:
    """All versions of a posting, the newest first. Raises NotFound when there is none to be seen."""
    return await versions(act, PracticeVersion, PracticePosting, posting_id, ask)
