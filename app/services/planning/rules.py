"""What is asked of a place that an officer has put together by hand."""

from collections.abc import Callable
from dataclasses import dataclass

from app.core.findings import Finding
from app.services.branches.policy import BranchPolicy
from app.services.planning.facts import PlaceKind


@dataclass(frozen=True, slots=True)
class PlaceFacts:
    """What the rules look at: what the place proposes, how many organisations in how many counties and hosts."""

    kind: PlaceKind
    organizations: int
    counties: int
    hosts: int  # different ones, "none" counting as one more
    members: int


def across_counties(facts: PlaceFacts, policy: BranchPolicy) -> Finding | None:
    """A branch that is shared does not cross counties."""
    return policy.joint_least.hard("place_across_counties", facts.counties) if facts.counties > 1 else None


def too_few_members(facts: PlaceFacts, policy: BranchPolicy) -> Finding | None:
    """A new branch has three formal members."""
    new = facts.kind in (PlaceKind.standalone, PlaceKind.joint, PlaceKind.territorial, PlaceKind.own_from_shared)
    short = new and facts.members < policy.joint_minimum.value
    return policy.joint_minimum.hard("place_too_few_members", facts.members) if short else None


def too_few_organizations(facts: PlaceFacts, policy: BranchPolicy) -> Finding | None:
    """A joint branch joins at least two."""
    short = facts.kind is PlaceKind.joint and facts.organizations < policy.joint_least.value
    return policy.joint_least.hard("place_too_few_organizations", facts.organizations) if short else None


def own_is_one(facts: PlaceFacts, policy: BranchPolicy) -> Finding | None:
    """A branch of its own is one organisation's."""
    own = facts.kind in (PlaceKind.standalone, PlaceKind.own_from_shared, PlaceKind.enter_above_scale, PlaceKind.alone)
    many = own and facts.organizations > policy.standalone_organizations.value
    return policy.standalone_organizations.hard("place_of_one", facts.organizations) if many else None


def of_one_host(facts: PlaceFacts, policy: BranchPolicy) -> Finding | None:
    """Whom a branch of a host takes in sits in that host."""
    leaning = facts.kind in (PlaceKind.attach, PlaceKind.territorial)
    return policy.hosted_modes.departure("place_of_several_hosts", facts.hosts) if leaning and facts.hosts > 1 else None


def too_many_organizations(facts: PlaceFacts, policy: BranchPolicy) -> Finding | None:
    """A joint branch normally takes in at most five."""
    wide = facts.kind is PlaceKind.joint and facts.organizations > policy.joint_most.value
    return policy.joint_most.departure("place_too_many_organizations", facts.organizations) if wide else None


def too_many_members(facts: PlaceFacts, policy: BranchPolicy) -> Finding | None:
    """A branch normally has at most fifty members."""
    large = facts.kind in (PlaceKind.joint, PlaceKind.territorial) and facts.members > policy.branch_most.value
    return policy.branch_most.departure("place_too_many_members", facts.members) if large else None


PLACES: tuple[Callable[[PlaceFacts, BranchPolicy], Finding | None], ...] = (
    across_counties,
    too_few_members,
    too_few_organizations,
    own_is_one,
    of_one_host,
    too_many_organizations,
    too_many_members,
)
