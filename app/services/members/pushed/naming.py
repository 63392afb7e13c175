"""What pushed records name: persons by the index of their identity number, branches by name, employers by USCC."""

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple
from uuid import UUID

from app.core.acts import Act
from app.services.members import repository
from app.services.members.facts import HOLDER
from app.services.members.pushed import repository as merging
from app.services.members.pushed.repository import Place
from app.services.organizations.uscc import normalise

DOMAIN = f"{HOLDER}.identity_number"


async def keys_of(act: Act, numbers: Sequence[str]) -> dict[str, str]:
    """The certain key of each identity number: the index it is held under, else the newest.

    The key tells nothing to whoever lacks the index key. After a rotation it stays until the member is indexed anew;
    then what was said last is heard once more.
    """
    blinds = {number: act.vault.blinds(number, DOMAIN) for number in numbers}
    held = {one.blind for one in await repository.holding(act, [each for many in blinds.values() for each in many])}
    return {number: next((each for each in many if each in held), many[-1]).hex() for number, many in blinds.items()}


def unkeyed(key: str) -> bytes:
    """The index value behind a key."""
    return bytes.fromhex(key)


class Named(NamedTuple):
    """Visible branches and employers that records name."""

    branches: Mapping[str, list[Place]]
    employers: Mapping[str, Place]


async def named(act: Act, records: Sequence[Mapping[str, Any]]) -> Named:
    """What these records name, as far as it is visible."""
    branches = {name for each in records if isinstance(name := each.get("branch_name"), str)}
    usccs = {normalise(code) for each in records if isinstance(code := each.get("uscc"), str)}
    return Named(
        await merging.branches_named(act, sorted(branches)),
        await merging.employers(act, sorted(usccs)),
    )


class Resolved(NamedTuple):
    """Where a record's member belongs; `missing` says what is not here, or not certain."""

    branch: UUID | None
    employer: UUID | None
    place: tuple[int, int] | None
    missing: str | None


def resolve(values: Mapping[str, Any], known: Named) -> Resolved:
    """The branch and the employer that a record names."""
    branches = known.branches.get(values.get("branch_name") or "", [])
    employer = known.employers.get(values.get("uscc") or "")
    missing = None
    if values.get("branch_name") is not None and len(branches) != 1:
        missing = "branch_ambiguous" if branches else "branch_unknown"
    elif values.get("uscc") is not None and employer is None:
        missing = "organization_unknown"
    home = branches[0] if len(branches) == 1 else employer
    return Resolved(
        branches[0][0] if len(branches) == 1 else None,
        employer[0] if employer else None,
        None if home is None else (home[1], home[2]),
        missing,
    )
