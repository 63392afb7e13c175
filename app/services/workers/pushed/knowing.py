"""Whom pushed records mean: persons by the index of the identity number, as workers or as members who are workers."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple
from uuid import UUID

from app.core.acts import Act
from app.services.members.facts import HOLDER as MEMBERS
from app.services.workers.facts import HOLDER
from app.services.workers.pushed import repository
from app.services.workers.pushed.repository import Kept
from app.services.workers.pushed.terms import Standing, Term

DOMAIN = f"{HOLDER}.identity_number"
ON_THE_ROLL = f"{MEMBERS}.identity_number"
LONG = 64
"""Hexadecimal digits of one index value."""


class Roll(NamedTuple):
    """A visible member: who the worker is."""

    id: UUID
    formal: bool


class Blinds(NamedTuple):
    """A person's index values, as worker and as member."""

    worker: bytes
    member: bytes

    def written(self) -> str:
        """As they stand in a key. They tell nothing to whoever lacks the index key."""
        return self.worker.hex() + self.member.hex()

    @classmethod
    def read(cls, key: str) -> "Blinds":
        """Those of the person that a key is about."""
        return cls(bytes.fromhex(key[:LONG]), bytes.fromhex(key[LONG : 2 * LONG]))


def term_key(person: str, first: date) -> str:
    """The certain key of a record: a person, and the first day of the term."""
    return f"{person}/{first.isoformat()}"


@dataclass(frozen=True, slots=True)
class Known:
    """What is known here of the persons with these identity numbers; of those out of scope nothing."""

    keys: Mapping[str, str]
    workers: Mapping[str, Kept]
    members: Mapping[str, Roll]
    standing: Mapping[str, list[Standing]]

    def worker(self, number: str) -> Kept | None:
        """The current worker with this number, wherever."""
        return self.workers.get(number)

    def member(self, number: str) -> Roll | None:
        """The visible current member with this number."""
        return self.members.get(number)

    def terms(self, number: str) -> Sequence[Standing]:
        """What stands of this person's terms."""
        return self.standing.get(number, ())

    def meanwhile(self, number: str, term: Term) -> None:
        """Let what one record says be known to the next."""
        self.standing[number].append(Standing(term.first, term.end))


async def known(act: Act, numbers: Sequence[str]) -> Known:
    """What is known of the persons with these numbers.

    A person's key holds the index values that the number is held under, else the newest. After a rotation a key stays
    until the person is indexed anew; then what was said last is heard once more.
    """
    as_worker = {number: act.vault.blinds(number, DOMAIN) for number in numbers}
    as_member = {number: act.vault.blinds(number, ON_THE_ROLL) for number in numbers}
    workers = await repository.workers_holding(act, _all(as_worker.values()))
    members = await repository.members_holding(act, _all(as_member.values()))
    blinds = {
        number: Blinds(_held(as_worker[number], workers), _held(as_member[number], members)) for number in numbers
    }
    found = await _workers(act, blinds.values(), workers, members)
    formal = await repository.formal(act, [kept.id for kept in members.values()])
    rolls = {
        number: Roll(kept.id, formal[kept.id])
        for number, each in blinds.items()
        if (kept := members.get(each.member)) is not None and kept.id in formal
    }
    terms = await repository.terms(act, [kept.id for kept in found.values()])
    gone = await repository.left(act, _all(as_worker.values()))
    standing: dict[str, list[Standing]] = {}
    for number, each in blinds.items():
        told = standing.setdefault(number, [])
        if each in found:
            for term in terms.get(found[each].id, []):
                assert term.valid_to is not None  # noqa: S101  (the database holds it for instructors)
                told.append(Standing(term.valid_from, term.valid_to, ended=term.end_kind is not None))
        told += [Standing(date.min, gone[one], left=True) for one in as_worker[number] if one in gone]
    return Known(
        {number: each.written() for number, each in blinds.items()},
        {number: found[each] for number, each in blinds.items() if each in found},
        rolls,
        standing,
    )


async def workers_of(act: Act, persons: Iterable[Blinds]) -> dict[Blinds, Kept]:
    """The current workers that these persons are, whatever the scope."""
    wanted = set(persons)
    workers = await repository.workers_holding(act, [each.worker for each in wanted])
    members = await repository.members_holding(act, [each.member for each in wanted])
    return await _workers(act, wanted, workers, members)


async def _workers(
    act: Act, persons: Iterable[Blinds], workers: Mapping[bytes, Kept], members: Mapping[bytes, Kept]
) -> dict[Blinds, Kept]:
    """By the number that the worker has here, else by that of the member who is one."""
    others = await repository.of_members(act, [kept.id for kept in members.values()])
    found = {}
    for each in persons:
        member = members.get(each.member)
        kept = workers.get(each.worker) or (others.get(member.id) if member is not None else None)
        if kept is not None:
            found[each] = kept
    return found


def _held(blinds: Sequence[bytes], held: Mapping[bytes, Kept]) -> bytes:
    return next((each for each in blinds if each in held), blinds[-1])


def _all(lists: Iterable[Sequence[bytes]]) -> list[bytes]:
    return [each for many in lists for each in many]
