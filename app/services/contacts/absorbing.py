"""Contacts as a merge target: a person is known by the organisation's USCC and the name; an officer's word stands."""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from app.core.acts import Act
from app.core.errors import FieldError, Invalid, NotFound
from app.services.contacts import reads, repository
from app.services.contacts.facts import HOLDER, PERSONAL, ContactRole
from app.services.contacts.models import Contact
from app.services.contacts.repository import Changed, New
from app.services.exchange.contract import MergeItem, Raced, Subject
from app.services.privacy import keeping
from app.services.privacy.contract import Held


def key_of(uscc: str, name: str) -> str:
    """The certain key of a contact."""
    return f"{uscc}/{name}"


class Contacts:
    """The target of every dataset that tells of contact persons."""

    async def find(self, act: Act, keys: Sequence[str]) -> dict[str, Subject]:
        """Visible contacts by key, locked. Those outside the scope are not known here: nor are their organisations."""
        places = [(uscc, name) for uscc, _, name in (key.partition("/") for key in keys)]
        found = await repository.by_name(act, places)
        return {key_of(*place): Subject(*contact) for place, contact in found.items()}

    async def merge(self, act: Act, dataset: str, items: Sequence[MergeItem]) -> list[Subject]:
        """Found what has no subject, update what has one; the subjects in order. Raises Raced, Invalid."""
        founded = [place for place, item in enumerate(items) if item.subject is None]
        changed = [place for place, item in enumerate(items) if item.subject is not None]
        subjects: dict[int, Subject] = dict(
            zip(founded, await self._found(act, dataset, [items[place] for place in founded]), strict=True)
        )
        subjects |= zip(changed, await self._change(act, dataset, [items[place] for place in changed]), strict=True)
        return [subjects[place] for place in range(len(items))]

    async def candidates(self, act: Act, values: Sequence[dict[str, Any]]) -> list[list[dict[str, Any]]]:
        """None: what is missing is the organisation."""
        del act
        return [[] for _ in values]

    async def holds(self, act: Act, subject: UUID) -> Subject:
        """A visible contact, locked. Raises NotFound."""
        standing = await repository.standing(act, [subject])
        if subject not in standing:
            raise NotFound()
        return Subject(subject, standing[subject].region_code)

    async def place(self, act: Act, subject: UUID, code: int, level: int) -> None:
        """A contact stands where its organisation stands. Raises Invalid."""
        del act, subject, code, level
        raise Invalid(errors=(FieldError("/verdict", "verdict_not_fitting"),))

    async def _found(self, act: Act, dataset: str, items: Sequence[MergeItem]) -> list[Subject]:
        if not items:
            return []
        known = await reads.organizations(act, sorted({item.values["uscc"] for item in items}))
        if any(item.values["uscc"] not in known for item in items):
            raise Invalid(errors=(FieldError("/verdict", "organization_unknown"),))
        ids = await repository.new_ids(act, len(items))
        new = [
            New(key, known[item.values["uscc"]][0], item.values["name"], _role(item.values), dataset, item.time)
            for key, item in zip(ids, items, strict=True)
        ]
        regions = await repository.insert(act, new)
        if len(regions) != len(new):
            raise Raced
        await keeping.keep(
            act,
            HOLDER,
            [Held(str(key), regions[key], _numbers(item.values)) for key, item in zip(ids, items, strict=True)],
        )
        return [Subject(key, regions[key]) for key in ids]

    async def _change(self, act: Act, dataset: str, items: Sequence[MergeItem]) -> list[Subject]:
        if not items:
            return []
        standing = await repository.standing(act, sorted(item.subject for item in items if item.subject is not None))
        held = await keeping.opened(act, HOLDER, [str(key) for key in standing])
        changed, kept, subjects = [], [], []
        for item in items:
            assert item.subject is not None  # noqa: S101  (the caller parted them)
            contact = standing[item.subject]
            said = _heard(item, contact, held.get(str(contact.id), {}))
            numbers = _numbers(said)
            if said:
                changed.append(Changed(contact.id, str(said.get("role") or contact.role), dataset, item.time))
            if numbers:
                kept.append(Held(str(contact.id), contact.region_code, numbers))
            subjects.append(Subject(contact.id, contact.region_code))
        await repository.update(act, changed)
        await keeping.keep(act, HOLDER, kept)
        return subjects


def _heard(item: MergeItem, contact: Contact, held: Mapping[str, str]) -> dict[str, Any]:
    """What a record changes: not what an officer has put right, and with fill_only nothing that stands."""
    stands = {"role": contact.role, **held}
    return {
        field: value
        for field, value in item.values.items()
        if field in ("role", *PERSONAL)
        and field not in contact.corrected
        and not (item.fill_only and stands.get(field) is not None)
        and stands.get(field) != value
        and not (field == "role" and value is None)
    }


def _numbers(values: Mapping[str, Any]) -> dict[str, str | None]:
    return {field: values[field] for field in PERSONAL if field in values}


def _role(values: Mapping[str, Any]) -> str:
    return str(values.get("role") or ContactRole.other)
