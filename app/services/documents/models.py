"""The tables of documents and of the series their numbers come from."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    FetchedValue,
    ForeignKey,
    Index,
    SmallInteger,
    UniqueConstraint,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from app.core.database import Base
from app.services.documents.facts import DocumentKind, DocumentState

KINDS = ", ".join(f"'{kind}'" for kind in DocumentKind)
STATES = ", ".join(f"'{state}'" for state in DocumentState)


class NumberSeries(Base):
    """The numbers of one issuing authority, kind and year. `word` is the issuer's short name in the number (代字).

    The row is locked by whoever takes the next number until that is committed, so that none is given twice and a
    number that was rolled back is given again. It stands where the authority stands.
    """

    __tablename__ = "number_series"
    __table_args__ = (
        UniqueConstraint("authority_id", "kind", "year"),
        UniqueConstraint("authority_id", "word", "year"),  # else two papers would have one number
        CheckConstraint(f"kind IN ({KINDS})", name="kind"),
        CheckConstraint("year BETWEEN 1921 AND 9999", name="year"),
        CheckConstraint("word <> ''", name="word"),
        CheckConstraint("last_number >= 0", name="last_number"),
        CheckConstraint("region_code BETWEEN 0 AND 999999999999", name="region_code"),
        Index("ix_number_series_region_code_id", "region_code", "id"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, server_default=text("uuidv7()"))
    version: Mapped[int]
    authority_id: Mapped[UUID] = mapped_column(ForeignKey("authorities.id"))
    kind: Mapped[str]
    year: Mapped[int] = mapped_column(SmallInteger)
    word: Mapped[str]
    last_number: Mapped[int]
    last_on: Mapped[date | None]
    region_code: Mapped[int] = mapped_column(BigInteger)
    authority_code: Mapped[int] = mapped_column(BigInteger)
    created_at: Mapped[datetime]
    recorded_at: Mapped[datetime]


class Document(Base):
    """A document about a subject. Once it is issued its number and its text never change, which the database holds.

    Where it stands and to whose line it belongs are its subject's, copied by the database and moved with it. A draft
    holds no text, which is made from its subject whenever it is looked at; `content` is what it says once it is issued.
    """

    __tablename__ = "documents"
    __table_args__ = (
        UniqueConstraint("series_id", "number"),
        CheckConstraint(f"kind IN ({KINDS})", name="kind"),
        CheckConstraint(f"state IN ({STATES})", name="state"),
        CheckConstraint(
            "subject_kind IN ('branch_applications', 'terms', 'worker_roles', 'meeting_minutes', 'rectifications',"
            " 'notices')",
            name="subject_kind",
        ),
        CheckConstraint(
            "subject_kind = CASE kind WHEN 'approval' THEN 'branch_applications' WHEN 'dispatch' THEN 'worker_roles'"
            " WHEN 'minutes' THEN 'meeting_minutes' WHEN 'rectification_notice' THEN 'rectifications'"
            " WHEN 'notice' THEN 'notices' ELSE 'terms' END",
            name="subject_fits",
        ),
        CheckConstraint("title <> ''", name="title"),
        CheckConstraint("num_nonnulls(series_id, number, number_text, issued_on, issued_by, content) IN (0, 6)",
                        name="numbered"),
        CheckConstraint("state <> 'draft' OR number IS NULL", name="draft"),
        CheckConstraint("state <> 'issued' OR number IS NOT NULL", name="issued"),
        CheckConstraint("(state = 'void') = (void_reason IS NOT NULL)", name="void_reason"),
        CheckConstraint("(state = 'void') = (voided_on IS NOT NULL)", name="voided_on"),
        CheckConstraint("number > 0", name="number"),
        CheckConstraint("region_code BETWEEN 0 AND 999999999999", name="region_code"),
        Index("ix_documents_region_code_id", "region_code", "id"),
        Index("ix_documents_authority_code", "authority_code", "region_code", "id"),
        Index("ix_documents_subject_id", "subject_id"),
        Index("ix_documents_branch_id", "branch_id", postgresql_where=text("branch_id IS NOT NULL")),
        Index("ix_documents_issuer_id", "issuer_id"),
        Index(
            "ix_documents_one_approval",
            "subject_id",
            unique=True,
            postgresql_where=text("kind = 'approval' AND state <> 'void'"),
        ),
    )  # fmt: skip

    id: Mapped[UUID] = mapped_column(primary_key=True, server_default=text("uuidv7()"))
    version: Mapped[int]
    kind: Mapped[str]
    state: Mapped[str]
    subject_kind: Mapped[str]
    subject_id: Mapped[UUID]
    title: Mapped[str]
    recipient: Mapped[str | None]
    addition: Mapped[str | None]
    issuer_id: Mapped[UUID] = mapped_column(ForeignKey("authorities.id"))
    issuer_name: Mapped[str]
    content: Mapped[dict[str, Any] | None] = mapped_column(JSONB)
    series_id: Mapped[UUID | None] = mapped_column(ForeignKey("number_series.id"))
    number: Mapped[int | None]
    number_text: Mapped[str | None]
    issued_on: Mapped[date | None]
    issued_by: Mapped[str | None]
    voided_on: Mapped[date | None]
    voided_by: Mapped[str | None]
    void_reason: Mapped[str | None]
    branch_id: Mapped[UUID | None] = mapped_column(ForeignKey("branches.id"), FetchedValue())
    region_code: Mapped[int] = mapped_column(BigInteger, FetchedValue())
    authority_code: Mapped[int] = mapped_column(BigInteger, FetchedValue())
    outflow_authority_code: Mapped[int | None] = mapped_column(BigInteger, FetchedValue())
    created_by: Mapped[str]
    created_at: Mapped[datetime]
    recorded_at: Mapped[datetime]
