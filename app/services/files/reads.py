"""Files as rows for the wire, and what they sum up to."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, func, select

from app.core.acts import Act
from app.core.errors import NotFound
from app.core.rows import columns
from app.services.files.models import File
from app.services.files.schemas import FileRead


async def of_subject(act: Act, subject_kind: str, subject_id: UUID) -> list[dict[str, Any]]:
    """An object's files, the oldest first."""
    query = select(*columns(FileRead, File, sha256=func.encode(File.sha256, "hex")))
    query = query.where(File.subject_kind == subject_kind, File.subject_id == subject_id).order_by(File.id)
    return [dict(row) for row in (await act.session.execute(query)).mappings()]


async def one(act: Act, file_id: UUID) -> dict[str, Any]:
    """One file. Raises NotFound."""
    query = select(*columns(FileRead, File, sha256=func.encode(File.sha256, "hex"))).where(File.id == file_id)
    row = (await act.session.execute(query)).mappings().first()
    if row is None:
        raise NotFound()
    return dict(row)


async def held(act: Act, low: int, high: int) -> int:
    """Bytes of all files that stand in a half-open range of codes, whoever asks."""
    return int(await act.session.scalar(select(func.files_held(low, high, type_=BigInteger))) or 0)


async def brought(act: Act, who: str, since: datetime) -> int:
    """Bytes of all files that somebody has brought since."""
    return int(await act.session.scalar(select(func.files_brought(who, since, type_=BigInteger))) or 0)
