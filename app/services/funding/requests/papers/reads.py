"""Papers as rows for the wire, each with its files; and what they come to."""

from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, Select, exists, func, select

from app.core.acts import Act
from app.core.errors import NotFound
from app.core.rows import columns
from app.services.files import reads as files
from app.services.files.models import File
from app.services.files.schemas import FileRead
from app.services.funding.requests.facts import EVIDENCE, PROVING, EvidenceKind
from app.services.funding.requests.models import SpendingEvidence
from app.services.funding.requests.papers.schemas import EvidenceRead

ROW = SpendingEvidence
SHOWN = [name for name in EvidenceRead.model_fields if name != "files"]
PLACE = (ROW.region_code, ROW.authority_code, ROW.branch_id)


def _shown() -> "Select[Any]":
    return select(*(getattr(ROW, name) for name in SHOWN)).order_by(ROW.id)


async def of_request(act: Act, request_id: UUID) -> list[dict[str, Any]]:
    """The papers of a request itself, the oldest first."""
    return await _with_files(act, _shown().where(ROW.request_id == request_id, ROW.payment_id.is_(None)))


async def of_payment(act: Act, payment_id: UUID) -> list[dict[str, Any]]:
    """The papers of one payment, the oldest first."""
    return await _with_files(act, _shown().where(ROW.payment_id == payment_id))


async def one(act: Act, evidence_id: UUID) -> dict[str, Any]:
    """One paper, and where it stands. Raises NotFound."""
    found = await _with_files(act, _shown().add_columns(*PLACE).where(ROW.id == evidence_id))
    if not found:
        raise NotFound()
    return found[0]


async def _with_files(act: Act, query: "Select[Any]") -> list[dict[str, Any]]:
    rows = [dict(row) for row in (await act.session.execute(query)).mappings()]
    kept: dict[UUID, list[dict[str, Any]]] = {row["id"]: [] for row in rows}
    told = select(*columns(FileRead, File, sha256=func.encode(File.sha256, "hex")))
    told = told.where(File.subject_kind == EVIDENCE, File.subject_id.in_(list(kept))).order_by(File.id)
    for file in (await act.session.execute(told)).mappings() if rows else ():
        kept[file["subject_id"]].append(dict(file))
    return [{**row, "files": kept[row["id"]]} for row in rows]


async def proven(act: Act, request_id: UUID, payment_id: UUID | None) -> tuple[set[EvidenceKind], int]:
    """Which kinds of papers there are with a file, and the fen that those which prove an amount come to."""
    filed = exists().where(File.subject_kind == EVIDENCE, File.subject_id == ROW.id)
    query = select(ROW.kind, func.coalesce(func.sum(ROW.amount_fen), 0, type_=BigInteger)).where(
        ROW.request_id == request_id, ROW.payment_id.is_not_distinct_from(payment_id), filed
    )
    found: dict[EvidenceKind, int] = {
        EvidenceKind(kind): int(fen or 0) for kind, fen in await act.session.execute(query.group_by(ROW.kind))
    }
    return set(found), sum(fen for kind, fen in found.items() if kind in PROVING)


async def has(act: Act, evidence_id: UUID, file_id: UUID) -> None:
    """Raises NotFound for a file that is not this paper's."""
    row = await files.one(act, file_id)
    if (row["subject_kind"], row["subject_id"]) != (EVIDENCE, evidence_id):
        raise NotFound()
