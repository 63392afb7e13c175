"""Made-up branches: how far each town came in covering its organisations, and what it left out.

A town's zeal decides how much of what the rules ask for was done, so that rates differ and every class of gap occurs:
organisations with three members and no branch, one or two members and no joint branch, large ones without any.
"""

from collections import Counter
from collections.abc import Iterable, Iterator
from datetime import date, timedelta
from hashlib import blake2b
from typing import Final, NamedTuple

from app.demo.party import OTHERS, Facts, Known, zeal

FIRST_DAY: Final = date(2011, 7, 1)
SPAN: Final = 5_300  # days
JOINT_MOST: Final = 5
"""A joint branch normally takes in at most five organisations, with three formal members together."""
JOINT_LEAST: Final = 3
GENERAL_FROM: Final = 50
COMMITTEE_FROM: Final = 100
INDUSTRY_KINDS: Final = frozenset({"intermediary"})
ENTRUSTED_STAFF: Final = 1000


class Counted(NamedTuple):
    """An organisation with what decides how it is covered: its formal members by either count, the fewer, and staff."""

    known: Known
    members: int
    staff: int


def counted(known: Known, facts: Facts) -> Counted:
    """The same out of made-up facts: what is founded on the smaller count keeps the rules on either basis."""
    return Counted(known, min(facts.formal_members_relation, facts.formal_members_working), facts.staff)


class Branch(NamedTuple):
    """A branch to be founded.

    `level`, `formation_mode` and `management_mode` are codes of the service; `town` (12 digits) is where it sits and
    whose authority it falls under, unless the management mode names another; `covered` are the organisations.
    """

    name: str
    level: str
    formation_mode: str
    management_mode: str
    town: int
    founded_on: date
    covered: tuple[Known, ...]
    formal_members: int


def chance(uscc: str, salt: bytes) -> float:
    """A fixed number in [0, 1) for one organisation."""
    digest = blake2b(uscc.encode(), digest_size=6, person=salt).digest()
    return int.from_bytes(digest) / 2**48


def level_of(members: int) -> str:
    """The level that a branch of so many members has."""
    if members >= COMMITTEE_FROM:
        return "committee"
    return "general_branch" if members >= GENERAL_FROM else "branch"


NAMES: Final = {"branch": "支部委员会", "general_branch": "总支部委员会", "committee": "委员会"}


def wish(organization: Counted) -> str:
    """How an organisation is covered: a formation mode, or `none`."""
    known, members, staff = organization
    here, x = zeal(known.region_code // 1000 * 1000), chance(known.uscc, b"covered")
    if members >= JOINT_LEAST:
        return "standalone" if x < here + 0.04 * (staff >= 100) else "none"
    if members:
        return "joint" if x < 0.8 * here else "attached" if x < 0.86 * here else "none"
    share = 0.55 if staff >= 100 else 0.3 if staff >= 10 else 0.12
    if known.kind == "self_employed":
        share /= 2
    return "none" if x >= share * here else "attached" if x < share * here * 0.4 else "territorial"


GROUP: Final = {"standalone": 1, "joint": 4, "attached": 15, "territorial": 20}
"""How many organisations one branch of each mode usually takes in."""


def management_of(covered: tuple[Known, ...], staff: int) -> str:
    """Lawyers and accountants are managed by their industry, very large firms by an entrusted department."""
    if all(known.kind in INDUSTRY_KINDS for known in covered):
        return "industry"
    return "entrusted" if staff >= ENTRUSTED_STAFF else "territorial"


def founded(mode: str, town: int, group: list[Counted], number: int) -> Branch:
    """The branch of one group; `number` counts the town's branches of this mode."""
    covered = tuple(organization.known for organization in group)
    members = sum(organization.members for organization in group)
    level = level_of(members) if mode == "standalone" else "branch"
    words = {"joint": "联合", "attached": "依托", "territorial": "属地"}
    name = covered[0].name if mode == "standalone" else f"{covered[0].name}等{words[mode]}第{number}"
    day = FIRST_DAY + timedelta(days=int(SPAN * chance(covered[0].uscc, b"founded")))
    return Branch(
        name=f"中共{name}{NAMES[level]}",
        level=level,
        formation_mode=mode,
        management_mode=management_of(covered, max(organization.staff for organization in group)),
        town=town,
        founded_on=day,
        covered=covered,
        formal_members=members,
    )


def branches_for(register: Iterable[Counted]) -> Iterator[Branch]:
    """Branches for a register, as its organisations come; at the end, groups too small stay uncovered.

    Only two-new organisations known to a street or town are covered: a branch has a place. At any time one group a
    town and mode is open, which is all that is kept.
    """
    waiting: dict[tuple[int, str], list[Counted]] = {}
    numbers: Counter[tuple[int, str]] = Counter()
    for organization in register:
        known = organization.known
        if known.region_level < 4 or known.kind in OTHERS or (mode := wish(organization)) == "none":
            continue
        at = (known.region_code // 1000 * 1000, mode)
        group = waiting.setdefault(at, [])
        group.append(organization)
        if len(group) >= GROUP[mode] and enough(mode, group):
            numbers[at] += 1
            yield founded(mode, at[0], waiting.pop(at), numbers[at])
    for (town, mode), group in waiting.items():
        if len(group) >= 2 and enough(mode, group):
            yield founded(mode, town, group, numbers[town, mode] + 1)


def enough(mode: str, group: list[Counted]) -> bool:
    """Whether a group may found: a joint branch needs three formal members together."""
    return mode != "joint" or sum(organization.members for organization in group) >= JOINT_LEAST
