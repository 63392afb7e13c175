"""Frozen values of the planning room: codes, and what the solver is given and hands back. All distances are metres."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

LARGEST: Final = 8
"""Organisations a limit may allow in one joint branch."""


class PlanState(StrEnum):
    """How far a plan has come."""

    computed = "computed"
    edited = "edited"
    approved = "approved"
    superseded = "superseded"


class PlaceKind(StrEnum):
    """What a place of a plan proposes, in the order of easy first."""

    standalone = "standalone"  # members enough: a branch of its own
    attach = "attach"  # a standing branch of the same host takes them in
    territorial = "territorial"  # a new branch for the many small ones of one host
    joint = "joint"  # a new joint branch
    alone = "alone"  # members, but nobody near enough to join with
    enter_above_scale = "enter_above_scale"  # above scale, without known members
    reach = "reach"  # no members: somebody goes in first
    find_out = "find_out"  # members never counted
    own_from_shared = "own_from_shared"  # covered by a shared branch, members enough for one of its own


class PlaceState(StrEnum):
    """What has become of a place."""

    proposed = "proposed"
    edited = "edited"
    approved = "approved"
    dropped = "dropped"


class Nearness(StrEnum):
    """What the organisations of a group have in common, the nearest first."""

    host = "host"
    community = "community"
    street = "street"
    county = "county"


class OwnerKind(StrEnum):
    """Who does it."""

    authority = "authority"  # a superior party body
    community = "community"
    union = "union"
    youth_league = "youth_league"
    womens_federation = "womens_federation"
    federation = "federation"  # of industry and commerce
    instructor = "instructor"
    department = "department"


@dataclass(frozen=True, slots=True)
class Small:
    """An organisation whose members are too few for a branch of its own.

    `street` and `community` are region codes, None where the register does not know them; `host` is any number that
    stands for a host; `industry` a GB/T 4754 code; coordinates are degrees.
    """

    members: int
    county: int
    street: int | None = None
    community: int | None = None
    host: int | None = None
    industry: str | None = None
    longitude: float | None = None
    latitude: float | None = None


@dataclass(frozen=True, slots=True)
class Standing:
    """A standing branch that leans on a host, and how many organisations and members it still has room for."""

    host: int
    county: int
    organizations: int
    members: int


@dataclass(frozen=True, slots=True)
class Limits:
    """What a group may be. `farthest` is the most metres between any two of a group, None for anywhere in the county.

    A host with at least `territorial_from` small organisations gets a branch of all of them; None for never.
    """

    least: int = 2
    most: int = 5
    minimum: int = 3
    branch_most: int = 50
    farthest: int | None = None
    territorial_from: int | None = 6

    @property
    def enough(self) -> int:
        """So many organisations are an allowed group whoever they are, as far as numbers go: each has a member."""
        return max(self.least, self.minimum)


@dataclass(frozen=True, slots=True)
class Group:
    """Organisations proposed for one branch, by their place in what the solver was given.

    `standing` is the place of the branch that takes them in, where it is not a new one. `distance` is the sum, over the
    organisations, of the mean way to the others.
    """

    kind: PlaceKind
    organizations: tuple[int, ...]
    distance: float
    standing: int | None = None


@dataclass(frozen=True, slots=True)
class Solution:
    """What is proposed, and how far it can be from the best.

    `coverable` bounds how many organisations any plan could cover, `least_distance` the total distance of any plan that
    covers as many as this one. `exact` counts the organisations of components solved to the proven optimum.
    """

    groups: tuple[Group, ...]
    alone: tuple[int, ...]
    covered: int
    coverable: int
    distance: float
    least_distance: float
    exact: int
