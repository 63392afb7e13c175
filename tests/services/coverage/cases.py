"""Organisations to judge: one that lacks nothing and knows everything, varied by name."""

from dataclasses import replace
from typing import Any

from app.core.findings import Cited
from app.services.coverage.policy import DEFAULT, CoveragePolicy
from app.services.organizations.bands import MEMBERS, REVENUE, STAFF, Band
from app.services.organizations.facts import CoverageMode, OrganizationFacts, Status
from app.services.organizations.kinds import Kind
from app.services.organizations.sectors import Sector

PLAIN = OrganizationFacts(
    kind=Kind.private_enterprise,
    status=Status.operating,
    sector=Sector.industry,
    above_scale_reported=None,
    fixed_premises=True,
    revenue=REVENUE.band(1_000_000),
    staff=STAFF.band(5),
    formal_members_working=MEMBERS.band(0),
    formal_members_relation=MEMBERS.band(0),
    coverage_mode=CoverageMode.none,
    has_instructor=False,
    has_liaison=False,
    has_union=False,
    has_youth_league=False,
    has_womens_organisation=False,
    in_federation=False,
    community_leads=False,
    uncovered_reason=None,
    unplaced=False,
)


def an(members: int | None = 0, **told: Any) -> OrganizationFacts:
    """The plain private factory with so many members by both counts; numbers may be given for bands."""
    band = MEMBERS.band(members)
    told = {"formal_members_working": band, "formal_members_relation": band} | told
    for name, scale in (("revenue", REVENUE), ("staff", STAFF)):
        if name in told and not isinstance(told[name], Band):
            told[name] = scale.band(told[name])
    return replace(PLAIN, **told)


def policy(**values: Any) -> CoveragePolicy:
    """The default policy with other values, cited from a city's own document."""
    told: dict[str, Any] = {name: Cited(value, "某市口径") for name, value in values.items()}
    return replace(DEFAULT, **told)
