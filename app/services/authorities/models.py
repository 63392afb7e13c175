"""The table of authorities."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import BigInteger, CheckConstraint, Index, SmallInteger, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from app.core.database import Base
from app.services.authorities.facts import AuthorityKind

KINDS = ", ".join(f"'{kind}'" for kind in AuthorityKind)


class Authority(Base):
    """A superior party body. `code` is its place in the party's own order, `region_code` the place it answers for."""

    __tablename__ = "authorities"
    __table_args__ = (
        UniqueConstraint("code"),
        CheckConstraint("code BETWEEN 1000000000000 AND 999999999999999", name="code"),
        CheckConstraint(f"kind IN ({KINDS})", name="kind"),
        CheckConstraint("region_level BETWEEN 0 AND 5", name="region_level"),
        CheckConstraint("region_code BETWEEN 0 AND 999999999999", name="region_code"),
        CheckConstraint("name <> ''", name="name"),
        CheckConstraint("dissolved_on >= founded_on", name="dissolved_on"),
        Index("ix_authorities_region_code_id", "region_code", "id"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, server_default=text("uuidv7()"))
    version: Mapped[int]
    code: Mapped[int] = mapped_column(BigInteger)
    kind: Mapped[str]
    name: Mapped[str]
    region_code: Mapped[int] = mapped_column(BigInteger)
    region_level: Mapped[int] = mapped_column(SmallInteger)
    founded_on: Mapped[date | None]
    dissolved_on: Mapped[date | None]
    created_at: Mapped[datetime]
    recorded_at: Mapped[datetime]
