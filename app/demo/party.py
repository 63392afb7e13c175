"""Made-up party facts for organisations: invented one at a time from the code alone, so any register can have them.

The same code always gives the same facts, whatever else is in the file. None of this is true of anybody; whoever shows
it says so.
"""

from collections.abc import Iterable, Iterator
from functools import lru_cache
from hashlib import blake2b
from typing import Final, NamedTuple

from app.demo.places import temper


class Known(NamedTuple):
    """What must be known of an organisation to invent the rest.

    `uscc` may be any stable name of its own; `kind` is a kind code, `industry` a GB/T 4754 class or empty,
    `region_code` (12 digits) and `region_level` where it sits.
    """

    uscc: str
    name: str
    kind: str
    industry: str
    region_code: int
    region_level: int


class Facts(NamedTuple):
    """One organisation's made-up facts; None is "not reported". Money in yuan a year."""

    formal_members_working: int
    formal_members_relation: int
    probationary_members: int
    staff: int
    payroll_yuan: int
    revenue_yuan: int | None
    above_scale: bool
    fixed_premises: bool | None
    has_union: bool
    has_youth_league: bool
    has_womens_organisation: bool
    in_federation: bool
    has_liaison: bool
    community_leads: bool
    uncovered_reason: str | None


OTHERS: Final = frozenset(
    {"state_owned", "collective", "administrative", "union_body", "branch_office", "unclassified"}
)
"""Kinds that are no two-new organisations, or not known to be: nobody reports party facts for them here."""
LARGE_YUAN: Final = 20_000_000
ENTERPRISES: Final = frozenset({"private_enterprise", "foreign_invested", "joint_stock_cooperative"})

Bands = tuple[tuple[int, int, int], ...]
"""(share per 1,024 counted up, least, most) of a number that is drawn in bands."""

STAFF: Final[dict[str, Bands]] = {
    "private_enterprise": ((400, 1, 4), (690, 5, 9), (890, 10, 29), (976, 30, 99), (1010, 100, 299),
                           (1021, 300, 999), (1024, 1000, 3200)),
    "foreign_invested": ((120, 3, 9), (420, 10, 49), (780, 50, 199), (960, 200, 799), (1024, 800, 4000)),
    "self_employed": ((860, 1, 3), (1010, 4, 9), (1024, 10, 26)),
    "farmers_cooperative": ((520, 3, 8), (930, 9, 30), (1024, 31, 90)),
    "social_association": ((700, 1, 4), (980, 5, 12), (1024, 13, 40)),
    "social_service": ((280, 2, 7), (760, 8, 30), (990, 31, 90), (1024, 91, 260)),
    "foundation": ((800, 2, 6), (1024, 7, 20)),
    "intermediary": ((260, 3, 9), (800, 10, 39), (1024, 40, 180)),
    "joint_stock_cooperative": ((300, 4, 9), (800, 10, 49), (1024, 50, 220)),
}  # fmt: skip
ANY_STAFF: Final = STAFF["private_enterprise"]
PER_HEAD: Final[dict[str, int]] = {
    "self_employed": 130_000,
    "social_association": 60_000,
    "social_service": 110_000,
    "foundation": 400_000,
    "farmers_cooperative": 180_000,
}
"""Usual yearly revenue per person, in yuan."""
MEMBERS_PER_1000: Final[dict[str, int]] = {
    "self_employed": 14,
    "social_association": 150,
    "social_service": 85,
    "foundation": 160,
    "intermediary": 190,
    "farmers_cooperative": 60,
    "foreign_invested": 22,
}
"""Formal members among 1,000 people who work there."""


@lru_cache(maxsize=8192)
def zeal(town: int) -> float:
    """How far party work has come in a town, from 0.35 to 0.97: fixed for each, so that towns differ."""
    return 0.35 + 0.62 * temper(town, "zeal")


def in_band(bands: Bands, draw: int, within: int) -> int:
    """A number out of the band that `draw` (0 to 1023) falls in, `within` (0 to 1023) saying where."""
    least, most = next((low, high) for upto, low, high in bands if draw < upto)
    return least + (most - least + 1) * within // 1024


def facts_of(known: Known) -> Facts:
    """Invent one organisation's facts. Where the industry is not known, half of the enterprises are industrial."""
    seed = int.from_bytes(blake2b(known.uscc.encode(), digest_size=32, person=b"party facts").digest())

    def draw() -> int:
        nonlocal seed
        seed, drawn = divmod(seed, 1024)
        return drawn

    kind = known.kind
    here = zeal(known.region_code // 1000 * 1000)
    staff = in_band(STAFF.get(kind, ANY_STAFF), draw(), draw())
    expected = staff * MEMBERS_PER_1000.get(kind, 32) * (256 + 2 * draw()) // 1000  # in 1/1024, spread 0.25 to 2.25
    working = min(staff, (expected + draw()) // 1024)
    away = draw()
    relation = working if away < 560 else working * (1024 - draw() // 2) // 1024
    revenue = staff * PER_HEAD.get(kind, 520_000) * (200 + 2 * draw()) // 1024 // 100 * 100
    industrial = known.industry[:1] in {"B", "C", "D"} if known.industry else draw() < 512
    large, middle = staff >= 100, staff >= 25
    league = has_more(draw(), large, middle, (480, 190, 18))
    return Facts(
        formal_members_working=working,
        formal_members_relation=relation,
        probationary_members=1 if working and draw() < 90 else 0,
        staff=staff,
        payroll_yuan=staff * (48_000 + 70 * draw()),
        revenue_yuan=revenue if draw() < 980 else None,
        above_scale=kind in ENTERPRISES and industrial and revenue >= LARGE_YUAN,
        fixed_premises=None
        if draw() < 30
        else draw() < (820 if kind in {"self_employed", "social_association"} else 970),
        has_union=has_more(draw(), large, middle, (900, 640, 45)),
        has_youth_league=league,
        has_womens_organisation=has_more(draw(), large, middle, (520, 240, 24)),
        in_federation=has_more(draw(), large, middle, (700, 330, 70)),
        has_liaison=draw() < 1024 * here * (0.75 if working else 0.25),
        community_leads=not working and draw() < 1024 * here * 0.3,
        uncovered_reason=reason(working, draw()),
    )


def has_more(drawn: int, large: bool, middle: bool, shares: tuple[int, int, int]) -> bool:
    """Whether a mass organisation is there: shares per 1,024 of large (100 staff), middle (25) and small ones."""
    return drawn < shares[0 if large else 1 if middle else 2]


def reason(members: int, drawn: int) -> str:
    """Why there is no branch, should there be none."""
    if drawn < 50:
        return "not_operating" if drawn < 25 else "just_registered"
    if members == 0:
        return "no_members"
    if members < 3:
        return "fewer_than_three"
    return "owner_not_ready" if drawn < 800 else "other"


def party_facts_for(register: Iterable[Known]) -> Iterator[tuple[Known, Facts]]:
    """Facts for every organisation of a register that somebody would report them for."""
    return ((known, facts_of(known)) for known in register if known.kind not in OTHERS)
