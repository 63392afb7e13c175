"""Frozen values of the affiliations room: what the rules of a transfer and of a suggestion are asked about."""

from dataclasses import dataclass
from typing import Final

from app.core.findings import Finding
from app.services.authorities.facts import AuthorityKind
from app.services.branches.facts import ManagementMode
from app.services.organizations.kinds import Kind

SOCIAL_KINDS: Final = (Kind.social_association, Kind.social_service, Kind.foundation)
"""Organisations that a civil-affairs department registers."""


@dataclass(frozen=True, slots=True)
class TransferFacts:
    """What the rules look at when a branch comes under a superior body on a day.

    `stands` is whether that body stood on the day and stands still, `holds` whether the branch sits in the place it
    answers for, `outflow` whether a body at the members' place of origin is named.
    """

    mode: ManagementMode
    kind: AuthorityKind
    stands: bool
    holds: bool
    outflow: bool


@dataclass(frozen=True, slots=True)
class Firm:
    """An organisation as a suggestion sees it; None in a fact means that nobody has told."""

    kind: Kind
    industry: str | None = None
    staff: int | None = None
    revenue_yuan: int | None = None
    above_scale: bool | None = None
    directly_registered: bool | None = None


@dataclass(frozen=True, slots=True)
class Floating:
    """Floating members from one place: the code of the body there, where it is known, and how many they are."""

    code: int | None
    members: int


@dataclass(frozen=True, slots=True)
class SuggestionFacts:
    """What is known of a branch, or of one that may be founded; floating members come beside its formal ones."""

    firms: tuple[Firm, ...]
    formal: int
    floating: tuple[Floating, ...] = ()


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A management mode that fits, why, and what kinds of body would manage it.

    `trade` is the trade (prefix of a GB/T 4754 code) whose line is looked for, `outflow` the code of the body at the
    members' place of origin. What rests on a fact that nobody has told is not `certain`.
    """

    mode: ManagementMode
    why: Finding
    bodies: tuple[AuthorityKind, ...]
    trade: str | None = None
    outflow: int | None = None
    certain: bool = True


@dataclass(frozen=True, slots=True)
class Body:
    """An authority that might manage a branch."""

    id: str
    code: int
    name: str
    kind: AuthorityKind
    region_code: int
    region_level: int
    industries: tuple[str, ...]


MOST_BODIES: Final = 5


def fitting(suggestion: Suggestion, bodies: tuple[Body, ...]) -> tuple[Body, ...]:
    """The bodies that fit a suggestion, the best first: of its trade, then the nearest place, then by code.

    A body of another trade's line does not fit a trade that is known.
    """
    found = [body for body in bodies if body.kind in suggestion.bodies and not _of_another(body, suggestion.trade)]
    found.sort(key=lambda body: (not of_trade(body, suggestion.trade), -body.region_level, body.code))
    return tuple(found[:MOST_BODIES])


def of_trade(body: Body, trade: str | None) -> bool:
    """Whether the body takes care of the trade, or of a part of it."""
    return trade is not None and any(own.startswith(trade) or trade.startswith(own) for own in body.industries)


def _of_another(body: Body, trade: str | None) -> bool:
    return trade is not None and bool(body.industries) and not of_trade(body, trade)


@dataclass(frozen=True, slots=True)
class Counted:
    """Branches of one part of a line that are alike: how many, their members, and the organisations they cover."""

    key: int
    stage: str
    management_mode: str
    formation_mode: str
    level: str
    branches: int
    formal_members: int
    probationary_members: int
    organizations: int
