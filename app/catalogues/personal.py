"""What is held of persons: every personal field, every sealed column, and who answers for the rows."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from app.core.acts import Act
from app.services.contacts.holding import CONTACTS
from app.services.departments.liaisons.holding import LIAISONS
from app.services.exchange.holding import HELD_REVIEWS
from app.services.members.holding import MemberHolder
from app.services.privacy.contract import Holder, Personal, SealedColumn
from app.services.privacy.subjects import Catalogue
from app.services.treatment.holding import WORKERS

PERSONAL: tuple[Personal, ...] = (
    #        table,             column,            kind,              whose,            kept by
    Personal("contacts", "phone", "phone", "contact person", "after_end_days"),
    Personal("contacts", "identity_number", "identity_number", "contact person", "after_end_days"),
    Personal("members", "phone", "phone", "party member", "after_end_days"),
    Personal("members", "identity_number", "identity_number", "party member", "after_end_days"),
    Personal("workers", "phone", "phone", "party worker", "after_end_days"),
    Personal("workers", "identity_number", "identity_number", "party worker", "after_end_days"),
    Personal("department_liaisons", "phone", "phone", "liaison", "after_end_days"),
    Personal("dataset_records", "phone", "phone", "contact person", None),
    Personal("dataset_records", "identity_number", "identity_number", "contact person", None),
    Personal("review_items", "phone", "phone", "contact person", "review_days"),
    Personal("review_items", "identity_number", "identity_number", "contact person", "review_days"),
)

SEALED: tuple[SealedColumn, ...] = (
    SealedColumn(
        "personal_values",
        ("holder", "row_key", "field"),
        place="holder || '.' || field || '.' || row_key",
        blind="holder || '.' || field",
    ),
    SealedColumn("batch_chunks", ("batch_id", "seq"), place="'batch_chunks.sealed.' || batch_id || '/' || seq"),
    SealedColumn("signing_keys", ("kid",), place="'signing_keys.sealed.' || kid"),
)


class MembersAtWork(MemberHolder):
    """Members, told with what they do as party workers: it is one person, whose numbers stand on the roll alone."""

    async def told(self, act: Act, ids: Sequence[UUID]) -> list[dict[str, Any]]:
        """Each member as the roll tells it, with the party work."""
        work = await WORKERS.of_members(act, ids)
        return [row | {"work": work.get(row["id"], [])} for row in await super().told(act, ids)]


HOLDERS: dict[str, Holder] = {
    holder.name: holder for holder in (CONTACTS, MembersAtWork(), WORKERS, LIAISONS, HELD_REVIEWS)
}
"""Who answers for which table. What datasets said of a person (dataset_records) hangs on the person's row."""

SUBJECTS = Catalogue(PERSONAL, HOLDERS)
