"""The table of hosts."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import ARRAY, BigInteger, CheckConstraint, Index, SmallInteger, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from app.core.database import Base
from app.services.hosts.facts import HostKind
from app.services.regions.coordinates import ALLOWED

KINDS = ", ".join(f"'{kind}'" for kind in HostKind)


class Host(Base):
    """A community, park, association, building, market, leading firm or liaison point, at one place.

    Coordinates are micro-degrees on WGS-84; `datum` says what they were told in (see regions/coordinates). `corrected`
    names the fields an officer has put right: a later push leaves them alone.
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
        Index("ix_hosts_name", "name"),
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
    corrected: Mapped[list[str]] = mapped_column(ARRAY(Text), server_default=text("'{}'"))
    opened_on: Mapped[date | None]
    closed_on: Mapped[date | None]
    created_at: Mapped[datetime]
    recorded_at: Mapped[datetime]
