"""Contents and files as entities."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import delete, exists, func, select, update
from sqlalchemy.dialects.postgresql import insert

from app.core.acts import Act
from app.services.files.facts import Content, FilePurpose
from app.services.files.models import File, FileContent


async def bring(act: Act, content: Content) -> None:
    """Say that these bytes are about to be stored. Waits for whoever is sweeping the same content away."""
    entered = insert(FileContent).values(sha256=content.sha256, size=content.size, kept_at=act.now)
    await act.session.execute(
        entered.on_conflict_do_update(
            index_elements=[FileContent.sha256],
            set_={"kept_at": func.greatest(FileContent.kept_at, entered.excluded.kept_at)},
        )
    )


async def one_by_one(act: Act, block: int) -> None:
    """Until this act ends nobody else adds a file to the same block of regions: the sum holds."""
    await act.session.execute(select(func.pg_advisory_xact_lock(func.hashtext("files"), block)))


async def enter(act: Act, content: Content, name: str, purpose: FilePurpose, subject: tuple[str, UUID]) -> UUID:
    """Enter a file of stored bytes; returns its key."""
    row = {
        "version": 1,
        "sha256": content.sha256,
        "size": content.size,
        "media_type": content.media_type,
        "name": name,
        "purpose": purpose,
        "subject_kind": subject[0],
        "subject_id": subject[1],
        "created_by": act.by.id,
        "created_at": act.now,
        "recorded_at": act.now,
    }
    return (await act.session.execute(insert(File).values(**row).returning(File.id))).scalar_one()


async def remove(act: Act, file: File) -> None:
    """The row goes; its bytes stay until nobody's file has had them for a while, which begins now."""
    await act.session.execute(delete(File).where(File.id == file.id))
    had = update(FileContent).where(FileContent.sha256 == file.sha256)
    await act.session.execute(had.values(kept_at=func.greatest(FileContent.kept_at, act.now)))


async def let_go(act: Act, before: datetime, most: int) -> list[bytes]:
    """Remove the rows of contents that no file has and nobody brought since `before`; their hashes."""
    idle = (
        select(FileContent.sha256)
        .where(FileContent.kept_at < before, ~exists().where(File.sha256 == FileContent.sha256))
        .order_by(FileContent.sha256)
        .limit(most)
        .with_for_update(skip_locked=True)
    )
    hashes = list((await act.session.scalars(idle)).all())
    if hashes:
        await act.session.execute(delete(FileContent).where(FileContent.sha256.in_(hashes)))
    return hashes
