"""Members as a merge target: a person is known by the index of the identity number; an officer's word stands.

A push enters members and keeps what is known of them; it moves nobody from branch to branch. A transfer is the deed of
two sides, so another branch's name on a known member changes nothing.
"""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any
from uuid import UUID

from app.core.acts import Act
from app.core.clock import SHANGHAI
from app.core.errors import FieldError, Invalid, NotFound
from app.services.exchange.contract import MergeItem, Raced, Subject
from app.services.members import repository
from app.services.members.facts import HOLDER, PERSONAL, MemberKind, MemberState
from app.services.members.models import Member
from app.services.members.pushed import repository as merging
from app.services.members.pushed.naming import Named, named, resolve, unkeyed
from app.services.members.pushed.repository import CHANGING, Changed, New
from app.services.privacy import keeping
from app.services.privacy.contract import Held

DAYS = ("admitted_on", "formal_on")


class Members:
    """The target of every dataset that tells of members."""

    async def find(self, act: Act, keys: Sequence[str]) -> dict[str, Subject]:
        """Current members by key, whatever the scope; those inside it are locked until the end of the act."""
        found = await repository.holding(act, [unkeyed(key) for key in keys])
        await repository.standing(act, [one.id for one in found])
        return {one.blind.hex(): Subject(one.id, one.region_code) for one in found}

    async def merge(self, act: Act, dataset: str, items: Sequence[MergeItem]) -> list[Subject]:
        """Enter who has no subject, change who has one; the subjects in order. Raises Raced, Invalid."""
        entered = [place for place, item in enumerate(items) if item.subject is None]
        changed = [place for place, item in enumerate(items) if item.subject is not None]
        known = await named(act, [item.values for item in items])
        subjects: dict[int, Subject] = dict(
            zip(entered, await self._enter(act, dataset, [items[place] for place in entered], known), strict=True)
        )
        subjects |= zip(
            changed, await self._change(act, dataset, [items[place] for place in changed], known), strict=True
        )
        return [subjects[place] for place in range(len(items))]

    async def candidates(self, act: Act, values: Sequence[dict[str, Any]]) -> list[list[dict[str, Any]]]:
        """None: what is missing is the branch or the employer."""
        del act
        return [[] for _ in values]

    async def holds(self, act: Act, subject: UUID) -> Subject:
        """A member that may be written, locked. Raises NotFound."""
        standing = await repository.standing(act, [subject])
        if subject not in standing:
            raise NotFound()
        return Subject(subject, standing[subject].region_code)

    async def place(self, act: Act, subject: UUID, code: int, level: int) -> None:
        """A member stands where the branch or the employer stands. Raises Invalid."""
        del act, subject, code, level
        raise Invalid(errors=(FieldError("/verdict", "verdict_not_fitting"),))

    async def _enter(self, act: Act, dataset: str, items: Sequence[MergeItem], known: Named) -> list[Subject]:
        if not items:
            return []
        numbers = [item.values["identity_number"] for item in items]
        blinds = [blind for number in numbers for blind in act.vault.blinds(number, f"{HOLDER}.identity_number")]
        await repository.hold(act, blinds)
        if await repository.holding(act, blinds):
            raise Raced
        ids = await merging.new_ids(act, len(items))
        regions = await merging.insert(
            act, [_new(key, dataset, item, known) for key, item in zip(ids, items, strict=True)]
        )
        kept = [Held(str(key), regions[key], _numbers(item.values)) for key, item in zip(ids, items, strict=True)]
        await keeping.keep(act, HOLDER, kept)
        return [Subject(key, regions[key]) for key in ids]

    async def _change(self, act: Act, dataset: str, items: Sequence[MergeItem], known: Named) -> list[Subject]:
        if not items:
            return []
        standing = await repository.standing(act, [item.subject for item in items if item.subject is not None])
        held = await keeping.opened(act, HOLDER, [str(key) for key in standing])
        changed, kept, subjects = [], [], []
        for item in items:
            assert item.subject is not None  # noqa: S101  (the caller parted them)
            member = standing[item.subject]
            said = _heard(item, member, held.get(str(member.id), {}), known)
            columns = {name: said[name] for name in CHANGING if name in said}
            if said:
                values = tuple(columns.get(name, getattr(member, name)) for name in CHANGING)
                changed.append(Changed(member.id, dataset, item.time, values))
            if numbers := _numbers(said):
                kept.append(Held(str(member.id), member.region_code, numbers))
            subjects.append(Subject(member.id, member.region_code))
        await merging.update(act, sorted(changed))
        await keeping.keep(act, HOLDER, kept)
        return subjects


def _new(key: UUID, dataset: str, item: MergeItem, known: Named) -> New:
    values = item.values
    resolved = resolve(values, known)
    if resolved.missing is not None:
        raise Invalid(errors=(FieldError("/verdict", resolved.missing),))
    kind = values.get("member_kind") or MemberKind.formal
    return New(
        id=key,
        name=values["name"],
        kind=kind,
        admitted_on=_day(values.get("admitted_on")),
        formal_on=_day(values.get("formal_on")) if kind == MemberKind.formal else None,
        branch_id=resolved.branch,
        organization_id=resolved.employer,
        floating=bool(values.get("floating")),
        outflow_branch_name=values.get("outflow_branch_name") if values.get("floating") else None,
        inflow_branch_name=values.get("inflow_branch_name") if values.get("floating") else None,
        since=_day(values.get("relation_since")) or item.time.astimezone(SHANGHAI).date(),
        source=dataset,
        time=item.time,
    )


def _heard(item: MergeItem, member: Member, held: Mapping[str, str], known: Named) -> dict[str, Any]:
    """What a record changes: nothing of one who has left, not what an officer has put right, and with fill_only
    nothing that stands."""
    if member.state != MemberState.current:
        return {}
    told = dict(item.values) | {name: _day(item.values[name]) for name in DAYS if name in item.values}
    if told.get("member_kind") is not None:
        told["kind"] = told["member_kind"]
    if told.get("uscc") is not None and (employer := resolve(told, known).employer) is not None:
        told["organization_id"] = employer
    stands = {name: getattr(member, name) for name in CHANGING} | dict(held)
    said = {
        name: value
        for name, value in told.items()
        if name in (*CHANGING, "phone")
        and name not in member.corrected
        and not (item.fill_only and stands.get(name) is not None)
        and stands.get(name) != value
        and not (value is None and name in ("name", "kind", "floating", "organization_id"))
    }
    if said.get("kind") == MemberKind.probationary:
        del said["kind"]  # nobody goes back by a push
    return _consistent(said, stands)


def _consistent(said: dict[str, Any], stands: Mapping[str, Any]) -> dict[str, Any]:
    """Leave out what would contradict the rest of the row: a push is no reason to lose what stands."""
    after = {**stands, **said}
    if after["kind"] != MemberKind.formal:
        said.pop("formal_on", None)
    elif None not in (after["admitted_on"], after["formal_on"]) and after["formal_on"] < after["admitted_on"]:
        said.pop("formal_on", None)
        said.pop("admitted_on", None)
    if not after["floating"]:
        for name in ("outflow_branch_name", "inflow_branch_name"):
            if stands[name] is not None:
                said[name] = None
            else:
                said.pop(name, None)
    return said


def _day(written: str | None) -> date | None:
    return None if written is None else date.fromisoformat(written)


def _numbers(values: Mapping[str, Any]) -> dict[str, str | None]:
    return {field: values[field] for field in PERSONAL if field in values}
