"""What coverage rests on: an organisation's few discrete facts, packed into one whole number, the facts key.

This is the one home of the bit layout. `LAYOUT` is read by `pack` and `unpack` and by `sql_expression`, which writes
the expression of the STORED column `organizations.facts_key`; a test holds the two together on a real server. Codes
inside a tuple are only ever appended: a code's place is what stored keys and kept tallies contain.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from typing import Any

from app.services.organizations.bands import MEMBERS, REVENUE, STAFF, Band
from app.services.organizations.encodings import (
    Banded,
    Below,
    Coded,
    Either,
    Encoding,
    Flag,
    FromIndustry,
    Held,
    YesNoUnknown,
)
from app.services.organizations.kinds import Kind
from app.services.organizations.sectors import Sector

LAYOUT_VERSION = 1
VERSION_BITS = 4


class Status(StrEnum):
    """Whether the organisation is at work."""

    operating = "operating"
    suspended = "suspended"
    closed = "closed"
    revoked = "revoked"


class CoverageMode(StrEnum):
    """How a branch covers the organisation, if one does."""

    none = "none"
    standalone = "standalone"
    joint = "joint"
    attached = "attached"
    territorial = "territorial"


class UncoveredReason(StrEnum):
    """Why an organisation has no branch, as stated by those who know it (未建原因)."""

    no_members = "no_members"
    fewer_than_three = "fewer_than_three"
    owner_not_ready = "owner_not_ready"
    not_operating = "not_operating"
    just_registered = "just_registered"
    other = "other"


@dataclass(frozen=True, slots=True)
class OrganizationFacts:
    """One organisation's facts as the facts key holds them; numbers are bands, None means not known."""

    kind: Kind
    status: Status
    sector: Sector
    above_scale_reported: bool | None
    fixed_premises: bool | None
    revenue: Band  # yuan a year
    staff: Band
    formal_members_working: Band
    formal_members_relation: Band
    coverage_mode: CoverageMode
    has_instructor: bool
    has_liaison: bool
    has_union: bool
    has_youth_league: bool
    has_womens_organisation: bool
    in_federation: bool
    community_leads: bool
    uncovered_reason: UncoveredReason | None
    unplaced: bool  # known to a city or province at most


@dataclass(frozen=True, slots=True)
class Field:
    """One fact's place: its name in OrganizationFacts, how many bits it has, how it is written."""

    name: str
    bits: int
    encoding: Encoding


# Reported by departments, counted from the members kept here; the third is in no key, but holds by the same rule.
WORKING = Held("members_working", "formal_members_working", "counted_working", MEMBERS)
RELATION = Held("members_relation", "formal_members_relation", "counted_relation", MEMBERS)
PROBATIONARY = Held("members_probationary", "probationary_members", "counted_probationary", MEMBERS)

# From the low bits up, behind the layout version; the rest of the 63 bits is spare.
LAYOUT: tuple[Field, ...] = (
    Field("kind", 5, Coded("kind", tuple(Kind))),
    Field("status", 2, Coded("status", tuple(Status))),
    Field("sector", 3, FromIndustry()),
    Field("above_scale_reported", 2, YesNoUnknown("above_scale_reported")),
    Field("fixed_premises", 2, YesNoUnknown("fixed_premises")),
    Field("revenue", 3, Banded("revenue_fen", REVENUE, per_unit=100)),
    Field("staff", 3, Banded("staff", STAFF)),
    Field("formal_members_working", 3, WORKING),
    Field("formal_members_relation", 3, RELATION),
    Field("coverage_mode", 3, Coded("coverage_mode", tuple(CoverageMode))),
    Field("has_instructor", 1, Flag("has_instructor")),
    Field("has_liaison", 1, Either("has_liaison", "kept_liaison")),
    Field("has_union", 1, Flag("has_union")),
    Field("has_youth_league", 1, Flag("has_youth_league")),
    Field("has_womens_organisation", 1, Flag("has_womens_organisation")),
    Field("in_federation", 1, Flag("in_federation")),
    Field("community_leads", 1, Flag("community_leads")),
    Field("uncovered_reason", 3, Coded("uncovered_reason", tuple(UncoveredReason), nothing=True)),
    Field("unplaced", 1, Below("region_level", limit=3)),
)


def pack(facts: OrganizationFacts) -> int:
    """The facts key of these facts."""
    key, shift = LAYOUT_VERSION, VERSION_BITS
    for field in LAYOUT:
        key |= field.encoding.encode(getattr(facts, field.name)) << shift
        shift += field.bits
    return key


def unpack(key: int) -> OrganizationFacts:
    """The facts behind a key. Raises ValueError for another layout's key or one that nothing packs to."""
    version = key & ((1 << VERSION_BITS) - 1)
    if version != LAYOUT_VERSION:
        raise ValueError(f"facts key of layout {version}, this is layout {LAYOUT_VERSION}")
    rest, told = key >> VERSION_BITS, {}
    for field in LAYOUT:
        told[field.name] = field.encoding.decode(rest & ((1 << field.bits) - 1))
        rest >>= field.bits
    if rest:
        raise ValueError("facts key with more bits than the layout has")
    return OrganizationFacts(**told)


def observe(row: Mapping[str, Any]) -> OrganizationFacts:
    """The facts that a row's plain columns tell: what the database stores as the row's key, unpacked."""
    return OrganizationFacts(**{field.name: field.encoding.observe(row) for field in LAYOUT})


@cache
def sql_expression() -> str:
    """The immutable SQL expression for `facts_key bigint GENERATED ALWAYS AS (…) STORED`; NULL for an unknown code."""
    parts, shift = [f"{LAYOUT_VERSION}::bigint"], VERSION_BITS
    for field in LAYOUT:
        parts.append(f"(({field.encoding.sql()})::bigint << {shift})")
        shift += field.bits
    return " | ".join(parts)


def columns() -> tuple[str, ...]:
    """The plain columns the key is made from, in the layout's order."""
    return tuple(dict.fromkeys(column for field in LAYOUT for column in field.encoding.columns))
