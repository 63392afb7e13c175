"""Frozen values of matching: what is compared, why two belong together, and what each reason weighs."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Final
from uuid import UUID

from app.services.regions.coordinates import Point


class MatchState(StrEnum):
    """What has become of a proposal that an organisation sits in a host."""

    open = "open"
    accepted = "accepted"
    rejected = "rejected"  # remembered: it is not proposed again


class Reason(StrEnum):
    """Why, or why not, an organisation may sit in a host."""

    name_in_address = "name_in_address"
    alias_in_address = "alias_in_address"
    same_house = "same_house"  # road and number of the host stand in the address
    same_street = "same_street"  # both are placed in the same street or town
    same_community = "same_community"  # the organisation is placed in the community itself
    near_by = "near_by"  # by coordinates
    beside_it = "beside_it"  # "opposite", "next to" stands behind the name
    longer_name = "longer_name"  # the name stands inside what may be another, longer name
    several_so_called = "several_so_called"  # other hosts of the county have the name too
    other_street = "other_street"
    other_house = "other_house"  # the same road, another number
    far_away = "far_away"  # by coordinates


WEIGHTS: Final[dict[Reason, int]] = {
    Reason.name_in_address: 60,
    Reason.alias_in_address: 55,
    Reason.same_house: 25,
    Reason.same_street: 15,
    Reason.same_community: 60,
    Reason.near_by: 15,
    Reason.beside_it: -30,
    Reason.longer_name: -30,
    Reason.several_so_called: -15,
    Reason.other_street: -25,
    Reason.other_house: -25,
    Reason.far_away: -45,
}
"""What each reason adds to a confidence of 0 to 100. A name in the address is worth a look by itself; a house without
the name (25) is not, since a street number is shared by all that stand behind it, unless the street agrees (40)."""

LEAST: Final = 40
"""Below this nothing is proposed."""
MOST: Final = 3
"""Proposals an organisation."""
NEAR: Final = 300
"""Metres within which coordinates of a building and of what sits in it may differ."""
FAR: Final = 3000
"""Metres beyond which they contradict each other: a large park is about so wide."""
SHORTEST: Final = 3
"""Characters of a name that can be looked for: shorter ones (东苑) stand in many words."""
DISTINCT: Final = 4
"""Characters from which a name that fits is certain, together with its street."""

DOUBTS: Final = frozenset({
    Reason.beside_it, Reason.longer_name, Reason.several_so_called, Reason.other_street, Reason.other_house,
    Reason.far_away,
})  # fmt: skip


@dataclass(frozen=True, slots=True)
class Place:
    """A host as matching sees it: its names and its address as written, where it stands."""

    id: UUID
    kind: str
    names: tuple[str, ...]  # the name first, then the aliases
    region_code: int
    region_level: int
    address: str | None = None
    point: Point | None = None


@dataclass(frozen=True, slots=True)
class Sitting:
    """An organisation as matching sees it."""

    id: UUID
    region_code: int
    region_level: int
    address: str | None
    point: Point | None = None


@dataclass(frozen=True, slots=True)
class Proposal:
    """An organisation may sit in a host: how sure (0 to 100), why, and the words of the address that say so.

    `certain`: a full name that the county has once, in the same street or at the same house, and nothing against it.
    """

    organization_id: UUID
    host_id: UUID
    confidence: int
    certain: bool
    matched: str
    reasons: tuple[Reason, ...]
