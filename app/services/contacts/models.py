"""The table of contacts. Phone and identity number stand sealed among the personal values."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import ARRAY, BigInteger, CheckConstraint, ForeignKey, Index, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from app.core.database import Base
from app.services.contacts.facts import ContactRole

ROLES = ", ".join(f"'{role}'" for role in ContactRole)


class Contact(Base):
    """A contact person of one organisation, standing where the organisation stands (kept so by a trigger).

    `source` and `source_time` say who told last; `corrected` names the fields an officer has put right: a later push
    leaves them alone.
    """

    __tablename__ = "contacts"
    __table_args__ = (
        CheckConstraint(f"role IN ({ROLES})", name="role"),
        CheckConstraint("name <> ''", name="name"),
        CheckConstraint("region_code BETWEEN 0 AND 999999999999", name="region_code"),
        Index("uq_contacts_organization_id_name", "organization_id", "name", unique=True),
        Index("ix_contacts_region_code_id", "region_code", "id"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, server_default=text("uuidv7()"))
    version: Mapped[int]
    organization_id: Mapped[UUID] = mapped_column(ForeignKey("organizations.id"))
    region_code: Mapped[int] = mapped_column(BigInteger)
    name: Mapped[str]
    role: Mapped[str]
    source: Mapped[str]
    source_time: Mapped[datetime]
    corrected: Mapped[list[str]] = mapped_column(ARRAY(Text), server_default=text("'{}'"))
    created_at: Mapped[datetime]
    recorded_at: Mapped[datetime]
