"""The tables of files: contents by their hash, and whose file which content is."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import BigInteger, CheckConstraint, FetchedValue, ForeignKey, Index, LargeBinary, text
from sqlalchemy.orm import Mapped, mapped_column

from app.core.database import Base
from app.services.files.facts import FilePurpose

PURPOSES = ", ".join(f"'{purpose}'" for purpose in FilePurpose)


class FileContent(Base):
    """Bytes that are kept once, however many files have them. `kept_at` is when somebody last brought them, or gave
    up a file of them.

    It is entered before the bytes are stored and goes before they are removed, so that its row decides who is first
    when one brings what another is sweeping away. It holds no name and no place; nothing of it is shown.
    """

    __tablename__ = "file_contents"
    __table_args__ = (
        CheckConstraint("octet_length(sha256) = 32", name="sha256"),
        CheckConstraint("size > 0", name="size"),
        Index("ix_file_contents_kept_at", "kept_at"),
    )

    sha256: Mapped[bytes] = mapped_column(LargeBinary, primary_key=True)
    size: Mapped[int] = mapped_column(BigInteger)
    kept_at: Mapped[datetime]


class File(Base):
    """A file of one object. Where it stands and to whose line it belongs are the object's, copied by the database."""

    __tablename__ = "files"
    __table_args__ = (
        CheckConstraint(f"purpose IN ({PURPOSES})", name="purpose"),
        CheckConstraint("name <> ''", name="name"),
        CheckConstraint("size > 0", name="size"),
        CheckConstraint("region_code BETWEEN 0 AND 999999999999", name="region_code"),
        Index("ix_files_subject_kind_subject_id", "subject_kind", "subject_id"),
        Index("ix_files_sha256", "sha256"),
        Index("ix_files_region_code_id", "region_code", "id"),
        Index("ix_files_created_by_created_at", "created_by", "created_at"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, server_default=text("uuidv7()"))
    version: Mapped[int]
    sha256: Mapped[bytes] = mapped_column(LargeBinary, ForeignKey("file_contents.sha256"))
    size: Mapped[int] = mapped_column(BigInteger)
    media_type: Mapped[str]
    name: Mapped[str]
    purpose: Mapped[str]
    subject_kind: Mapped[str]
    subject_id: Mapped[UUID]
    branch_id: Mapped[UUID | None] = mapped_column(FetchedValue())
    committee_id: Mapped[UUID | None] = mapped_column(FetchedValue())
    department_id: Mapped[UUID | None] = mapped_column(FetchedValue())
    region_code: Mapped[int] = mapped_column(BigInteger, FetchedValue())
    authority_code: Mapped[int] = mapped_column(BigInteger, FetchedValue())
    outflow_authority_code: Mapped[int | None] = mapped_column(BigInteger, FetchedValue())
    created_by: Mapped[str]
    created_at: Mapped[datetime]
    recorded_at: Mapped[datetime]
