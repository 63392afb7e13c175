"""The tables of action items, of who supports them, and of what was done with them.

Where a row stands and whose it is are the committee's, copied by the database, and go along when the committee moves.
"""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import BigInteger, CheckConstraint, FetchedValue, ForeignKey, Index, SmallInteger, Uuid, text
from sqlalchemy import UniqueConstraint as Unique
from sqlalchemy.orm import Mapped, mapped_column

from app.core.database import Base
from app.services.action_items.facts import UNDER_WAY, ActionItemState, Verb
from app.services.branches.models import one_of

OPEN = f"state IN ({', '.join(repr(str(state)) for state in UNDER_WAY)})"


def _placed(table: str) -> tuple[CheckConstraint | Index, ...]:
    return (
        CheckConstraint("region_level BETWEEN 0 AND 5", name="region_level"),
        CheckConstraint("region_code BETWEEN 0 AND 999999999999", name="region_code"),
        Index(f"ix_{table}_region_code_id", "region_code", "id"),
        Index(f"ix_{table}_authority_code", "authority_code", "region_code", "id"),
    )


class ActionItem(Base):
    """What was decided, for one department to do by a day.

    `number` is the next of its committee in the year in which it was entered, taken by the database; `decided_on` is
    its meeting's day where it has one. `reported_on` is the day of the report that is being judged, or was accepted;
    `settled_on` the day from which it is accepted or withdrawn.
    """

    __tablename__ = "action_items"
    __table_args__ = (
        Unique("committee_id", "year", "number"),
        CheckConstraint(one_of("state", ActionItemState), name="state"),
        CheckConstraint("what <> ''", name="what"),
        CheckConstraint("number > 0", name="number"),
        CheckConstraint("due_on >= decided_on", name="due_on"),
        CheckConstraint("agenda_item_id IS NULL OR meeting_id IS NOT NULL", name="agenda_item_id"),
        CheckConstraint(
            "state = 'withdrawn' OR (state IN ('reported', 'accepted')) = (reported_on IS NOT NULL)",
            name="reported_on",
        ),
        CheckConstraint("(state IN ('accepted', 'withdrawn')) = (settled_on IS NOT NULL)", name="settled_on"),
        *_placed("action_items"),
        Index("ix_action_items_department_id", "department_id", "due_on", "id"),
        Index("ix_action_items_due", "region_code", "due_on", "id", postgresql_where=text(OPEN)),
        *(
            Index(f"ix_action_items_{column}", column, postgresql_where=text(f"{column} IS NOT NULL"))
            for column in ("meeting_id", "agenda_item_id")
        ),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, server_default=text("uuidv7()"))
    version: Mapped[int]
    committee_id: Mapped[UUID] = mapped_column(Uuid, ForeignKey("authorities.id"))
    year: Mapped[int] = mapped_column(SmallInteger, FetchedValue())
    number: Mapped[int] = mapped_column(FetchedValue())
    meeting_id: Mapped[UUID | None] = mapped_column(Uuid, ForeignKey("joint_meetings.id"))
    agenda_item_id: Mapped[UUID | None] = mapped_column(Uuid, ForeignKey("agenda_items.id"))
    what: Mapped[str]
    department_id: Mapped[UUID] = mapped_column(Uuid, ForeignKey("departments.id"))
    decided_on: Mapped[date]
    due_on: Mapped[date]
    state: Mapped[str]
    reported_on: Mapped[date | None]
    settled_on: Mapped[date | None]
    region_code: Mapped[int] = mapped_column(BigInteger, FetchedValue())
    region_level: Mapped[int] = mapped_column(SmallInteger, FetchedValue())
    authority_code: Mapped[int] = mapped_column(BigInteger, FetchedValue())
    created_at: Mapped[datetime]
    recorded_at: Mapped[datetime]


class ActionItemSupporter(Base):
    """A department that helps the responsible one."""

    __tablename__ = "action_item_supporters"
    __table_args__ = (
        Unique("action_item_id", "department_id"),
        *_placed("action_item_supporters"),
        Index("ix_action_item_supporters_department_id", "department_id"),
        Index("ix_action_item_supporters_committee_id", "committee_id"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, server_default=text("uuidv7()"))
    version: Mapped[int]
    action_item_id: Mapped[UUID] = mapped_column(Uuid, ForeignKey("action_items.id"))
    department_id: Mapped[UUID] = mapped_column(Uuid, ForeignKey("departments.id"))
    committee_id: Mapped[UUID] = mapped_column(Uuid, ForeignKey("authorities.id"), FetchedValue())
    region_code: Mapped[int] = mapped_column(BigInteger, FetchedValue())
    region_level: Mapped[int] = mapped_column(SmallInteger, FetchedValue())
    authority_code: Mapped[int] = mapped_column(BigInteger, FetchedValue())
    created_at: Mapped[datetime]
    recorded_at: Mapped[datetime]


class ActionItemEntry(Base):
    """One step of an item: appended, never changed. `item_version` is the item's version that it made, so that each
    version has one; `due_on` the item's day and `department_id` the responsible department from then on.
    """

    __tablename__ = "action_item_entries"
    __table_args__ = (
        Unique("action_item_id", "item_version"),
        CheckConstraint(one_of("kind", Verb), name="kind"),
        CheckConstraint(
            f"(kind = 'decide') = (from_state IS NULL) AND {one_of('from_state', ActionItemState)}", name="from_state"
        ),
        CheckConstraint(f"item_version > 0 AND {one_of('to_state', ActionItemState)}", name="to_state"),
        CheckConstraint(
            "text <> '' AND (kind NOT IN ('report', 'send_back', 'carry_over', 'withdraw') OR text IS NOT NULL)",
            name="text",
        ),
        CheckConstraint("NOT on_behalf OR kind = 'report'", name="on_behalf"),
        *_placed("action_item_entries"),
        Index("ix_action_item_entries_committee_id", "committee_id"),
        Index("ix_action_item_entries_department_id", "department_id"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, server_default=text("uuidv7()"))
    version: Mapped[int]
    action_item_id: Mapped[UUID] = mapped_column(Uuid, ForeignKey("action_items.id"))
    item_version: Mapped[int]
    kind: Mapped[str]
    from_state: Mapped[str | None]
    to_state: Mapped[str]
    text: Mapped[str | None]
    due_on: Mapped[date]
    on_behalf: Mapped[bool]
    by: Mapped[str]
    at: Mapped[datetime]
    department_id: Mapped[UUID] = mapped_column(Uuid, ForeignKey("departments.id"), FetchedValue())
    committee_id: Mapped[UUID] = mapped_column(Uuid, ForeignKey("authorities.id"), FetchedValue())
    region_code: Mapped[int] = mapped_column(BigInteger, FetchedValue())
    region_level: Mapped[int] = mapped_column(SmallInteger, FetchedValue())
    authority_code: Mapped[int] = mapped_column(BigInteger, FetchedValue())
    recorded_at: Mapped[datetime]
