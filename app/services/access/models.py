"""The tables of access: clients and their secrets, grants, push tokens, signing keys, access reviews."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, Text, text
from sqlalchemy.dialects.postgresql import ARRAY, BYTEA, CIDR, INT8MULTIRANGE
from sqlalchemy.dialects.postgresql import UUID as PgUUID
from sqlalchemy.orm import Mapped, mapped_column

from app.core.database import Base
from app.services.access.permissions import Role

ROLE_NAMES = ", ".join(f"'{role}'" for role in Role)
VERDICTS = "'keep', 'end'"


class Client(Base):
    """A machine that signs in by itself. `region_code` is where it is administered: the maker's own place."""

    __tablename__ = "clients"
    __table_args__ = (
        CheckConstraint("client_id ~ '^client-[0-9a-f]{32}$'", name="client_id"),
        CheckConstraint("name <> ''", name="name"),
        Index("ix_clients_region_code_id", "region_code", "id"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, server_default=text("uuidv7()"))
    version: Mapped[int]
    client_id: Mapped[str] = mapped_column(unique=True)
    name: Mapped[str]
    region_code: Mapped[int] = mapped_column(BigInteger)
    created_by: Mapped[str]
    created_at: Mapped[datetime]
    disabled_at: Mapped[datetime | None]
    disabled_why: Mapped[str | None]
    recorded_at: Mapped[datetime]


class ClientSecret(Base):
    """One secret of a client, as its SHA-256. It holds while `ends_at` is open or ahead."""

    __tablename__ = "client_secrets"
    __table_args__ = (
        CheckConstraint("octet_length(digest) = 32", name="digest"),
        Index("ix_client_secrets_client_id", "client_id"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, server_default=text("uuidv7()"))
    client_id: Mapped[UUID] = mapped_column(ForeignKey("clients.id"))
    region_code: Mapped[int] = mapped_column(BigInteger)
    digest: Mapped[bytes] = mapped_column(BYTEA)
    created_by: Mapped[str]
    created_at: Mapped[datetime]
    ends_at: Mapped[datetime | None]


class Grant(Base):
    """A role of a subject, where, and from when to when (`valid_to` exclusive). `region_code` is where it begins."""

    __tablename__ = "grants"
    __table_args__ = (
        CheckConstraint(f"role IN ({ROLE_NAMES})", name="role"),
        CheckConstraint("subject ~ '^(client-|person:)'", name="subject"),
        CheckConstraint("valid_to IS NULL OR valid_to >= valid_from", name="period"),
        Index("ix_grants_subject", "subject"),
        Index("ix_grants_region_code_id", "region_code", "id"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, server_default=text("uuidv7()"))
    version: Mapped[int]
    subject: Mapped[str]
    role: Mapped[str]
    ranges: Mapped[Any] = mapped_column(INT8MULTIRANGE)
    lines: Mapped[Any] = mapped_column(INT8MULTIRANGE)
    subjects: Mapped[list[UUID]] = mapped_column(ARRAY(PgUUID(as_uuid=True)))
    datasets: Mapped[list[str]] = mapped_column(ARRAY(Text))
    region_code: Mapped[int] = mapped_column(BigInteger)
    valid_from: Mapped[date]
    valid_to: Mapped[date | None]
    granted_by: Mapped[str]
    reason: Mapped[str]
    end_reason: Mapped[str | None]
    confirmed_on: Mapped[date]
    confirmed_by: Mapped[str]
    created_at: Mapped[datetime]
    recorded_at: Mapped[datetime]


class PushToken(Base):
    """An opaque token that pushes one dataset under one grant, from certain addresses, until a day."""

    __tablename__ = "push_tokens"
    __table_args__ = (
        CheckConstraint("octet_length(digest) = 32", name="digest"),
        CheckConstraint("cardinality(addresses) BETWEEN 1 AND 20", name="addresses"),
        Index("ix_push_tokens_grant_id", "grant_id"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, server_default=text("uuidv7()"))
    grant_id: Mapped[UUID] = mapped_column(ForeignKey("grants.id"))
    region_code: Mapped[int] = mapped_column(BigInteger)
    name: Mapped[str]
    digest: Mapped[bytes] = mapped_column(BYTEA, unique=True)
    dataset: Mapped[str]
    addresses: Mapped[list[Any]] = mapped_column(ARRAY(CIDR))
    created_by: Mapped[str]
    created_at: Mapped[datetime]
    ends_at: Mapped[datetime]
    revoked_at: Mapped[datetime | None]
    revoked_why: Mapped[str | None]


class AccessUse(Base):
    """The last day on which a grant, a secret or a push token was used; at most one write a day."""

    __tablename__ = "access_uses"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    used_on: Mapped[date]


class SigningKey(Base):
    """A key that signs tokens: published when made, signing from `active_from`, accepted until `verify_until`.

    Its private part is sealed by the key ring's key `key_id`.
    """

    __tablename__ = "signing_keys"
    __table_args__ = (Index("ix_signing_keys_key_id", "key_id"),)

    kid: Mapped[str] = mapped_column(primary_key=True)
    sealed: Mapped[bytes] = mapped_column(BYTEA)
    key_id: Mapped[int]
    public: Mapped[dict[str, Any]]
    created_at: Mapped[datetime]
    active_from: Mapped[datetime]
    verify_until: Mapped[datetime | None]


class AccessReview(Base):
    """A round in which every grant of a place is confirmed or ended."""

    __tablename__ = "access_reviews"
    __table_args__ = (Index("ix_access_reviews_region_code_id", "region_code", "id"),)

    id: Mapped[UUID] = mapped_column(primary_key=True, server_default=text("uuidv7()"))
    version: Mapped[int]
    region_code: Mapped[int] = mapped_column(BigInteger)
    opened_by: Mapped[str]
    opened_on: Mapped[date]
    due_on: Mapped[date]
    closed_on: Mapped[date | None]
    recorded_at: Mapped[datetime]


class AccessReviewItem(Base):
    """One grant in a round, and what was decided about it."""

    __tablename__ = "access_review_items"
    __table_args__ = (
        CheckConstraint(f"verdict IN ({VERDICTS})", name="verdict"),
        Index("ix_access_review_items_grant_id", "grant_id"),
    )

    review_id: Mapped[UUID] = mapped_column(ForeignKey("access_reviews.id"), primary_key=True)
    grant_id: Mapped[UUID] = mapped_column(ForeignKey("grants.id"), primary_key=True)
    region_code: Mapped[int] = mapped_column(BigInteger)
    verdict: Mapped[str | None]
    why: Mapped[str | None]
    decided_by: Mapped[str | None]
    decided_at: Mapped[datetime | None]
