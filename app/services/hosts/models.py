"""The table of hosts."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import (
    ARRAY,
    BigInteger,
    CheckConstraint,
    ForeignKey,
    Index,
    SmallInteger,
    Text,
    UniqueConstraint,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column

from app.core.database import Base
from app.services.hosts.facts import HostKind, MatchState
from app.services.regions.coordinates import ALLOWED

KINDS = ", ".join(f"'{kind}'" for kind in HostKind)
STATES = ", ".join(f"'{state}'" for state in MatchState)


class Host(Base):
    """A community, park, association, building, market, leading firm or liaison point, at one place.

    Coordinates are micro-degrees on WGS-84; `datum` says what they were told in (see regions/coordinates).
    """

    __tablename__ = "hosts"
    __table_args__ = (
        CheckConstraint(f"kind IN ({KINDS})", name="kind"),
        CheckConstraint("region_level BETWEEN 0 AND 5", name="region_level"),
        CheckConstraint("region_code BETWEEN 0 AND 999999999999", name="region_code"),
        CheckConstraint("name <> ''", name="name"),
        CheckConstraint("closed_on IS NULL OR opened_on IS NULL OR closed_on >= opened_on", name="closed_on"),
        CheckConstraint(ALLOWED, name="coordinates"),
        CheckConstraint("cardinality(aliases) <= 20 AND array_position(aliases, '') IS NULL", name="aliases"),
        # The same place under the same name twice would split the branches that lean on it.
        Index(
            "uq_hosts_region_code_kind_name",
            "region_code",
            "kind",
            "name",
            unique=True,
            postgresql_where=text("closed_on IS NULL"),
        ),
        Index("ix_hosts_region_code_id", "region_code", "id"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, server_default=text("uuidv7()"))
    version: Mapped[int]
    kind: Mapped[str]
    name: Mapped[str]
    region_code: Mapped[int] = mapped_column(BigInteger)
    region_level: Mapped[int] = mapped_column(SmallInteger)
    address: Mapped[str | None]
    aliases: Mapped[list[str]] = mapped_column(ARRAY(Text), server_default=text("'{}'"))
    longitude_e6: Mapped[int | None]
    latitude_e6: Mapped[int | None]
    datum: Mapped[str | None]
    provenance: Mapped[dict[str, Any]] = mapped_column(server_default=text("'{}'::jsonb"))
    opened_on: Mapped[date | None]
    closed_on: Mapped[date | None]
    created_at: Mapped[datetime]
    recorded_at: Mapped[datetime]


class HostMatch(Base):
    """A proposal that an organisation sits in a host, or what was decided of it; stands where the organisation does."""

    __tablename__ = "host_matches"
    __table_args__ = (
        UniqueConstraint("organization_id", "host_id", name="uq_host_matches_organization_id"),
        CheckConstraint(f"state IN ({STATES})", name="state"),
        CheckConstraint("confidence BETWEEN 0 AND 100", name="confidence"),
        CheckConstraint("(state = 'open') = (decided_at IS NULL)", name="decided_at"),
        CheckConstraint("matched <> '' AND cardinality(reasons) > 0", name="reasons"),
        CheckConstraint("region_code BETWEEN 0 AND 999999999999", name="region_code"),
        Index("ix_host_matches_region_code_id", "region_code", "id"),
        Index("ix_host_matches_host_id", "host_id"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, server_default=text("uuidv7()"))
    version: Mapped[int] = mapped_column(server_default=text("1"))
    organization_id: Mapped[UUID] = mapped_column(ForeignKey("organizations.id"))
    host_id: Mapped[UUID] = mapped_column(ForeignKey("hosts.id"))
    region_code: Mapped[int] = mapped_column(BigInteger)
    state: Mapped[str]
    confidence: Mapped[int] = mapped_column(SmallInteger)
    certain: Mapped[bool]
    matched: Mapped[str]
    reasons: Mapped[list[str]] = mapped_column(ARRAY(Text))
    decided_by: Mapped[str | None]
    decided_at: Mapped[datetime | None]
    reason: Mapped[str | None]
    created_at: Mapped[datetime]
    recorded_at: Mapped[datetime]
