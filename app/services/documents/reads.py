"""Documents as rows for the wire."""

from typing import Any
from uuid import UUID

from sqlalchemy import Select, case, null, select

from app.core.acts import Act
from app.core.errors import NotFound
from app.core.history import versions_of
from app.core.narrowing import within
from app.core.pagination import Ask, Page, Sorts, page
from app.core.rows import columns, padded
from app.services.documents.models import Document
from app.services.documents.schemas import DocumentFilters, DocumentRead, DocumentVersion

SORTS = Sorts({"region_code": Document.region_code, "created_at": Document.created_at}, Document.id, "region_code")
EQUAL = ("kind", "state", "subject_id", "branch_id", "issuer_id")


def _shown(hidden: frozenset[str] = frozenset()) -> "Select[Any]":
    row = Document
    subject = case((row.subject_kind.in_(sorted(hidden)), null()), else_=row.subject_id)
    return select(
        *columns(
            DocumentRead,
            row,
            region_code=padded(row.region_code),
            authority_code=padded(row.authority_code, 15),
            subject_id=subject if hidden else row.subject_id,
        )
    )


async def listed(
    act: Act, filters: DocumentFilters, span: tuple[int, int] | None, ask: Ask, hidden: frozenset[str]
) -> Page:
    """One page of documents, by region unless another sort is asked for. `span`: the region asked for, as codes.

    Ids of `hidden` kinds of subject are left out.
    """
    row = Document
    lines = (row.authority_code, row.outflow_authority_code)
    query = _shown(hidden).where(*within(act, row.region_code, lines, [row.branch_id]))
    if span is not None:
        query = query.where(row.region_code >= span[0], row.region_code < span[1])
    for name in EQUAL:
        value = getattr(filters, name)
        if value is not None:
            query = query.where(getattr(row, name) == value)
    if filters.number is not None:
        query = query.where(row.number_text == filters.number)
    if filters.issued_from is not None:
        query = query.where(row.issued_on >= filters.issued_from)
    if filters.issued_before is not None:
        query = query.where(row.issued_on < filters.issued_before)
    return await page(act, query, ask, SORTS, [getattr(filters, name) for name in DocumentFilters.model_fields])


async def one(act: Act, document_id: UUID) -> dict[str, Any]:
    """One document with what it says. Raises NotFound."""
    more = (
        Document.recipient,
        Document.addition,
        Document.void_reason,
        Document.content,
        Document.outflow_authority_code,
    )
    query = _shown().add_columns(*more).where(Document.id == document_id)
    row = (await act.session.execute(query)).mappings().first()
    if row is None:
        raise NotFound()
    return dict(row)


async def history(act: Act, document_id: UUID, ask: Ask) -> Page:
    """All versions of a document, the newest first. Raises NotFound when there is none to be seen."""
    versions = versions_of(Document, document_id).c
    query = select(*columns(DocumentVersion, versions, region_code=padded(versions.region_code)))
    found = await page(act, query, ask, Sorts({"version": versions.version}, versions.id, "-version"), document_id)
    if not found.rows:
        raise NotFound()
    return found
