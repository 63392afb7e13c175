"""Frozen values of assignment proposals: codes, and what the solver is given and hands back.

Costs are whole points; one point is a hundred metres of way. A worker's and an organisation's place in the sequences
handed to the solver is its name in the answer.
"""

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

POINT: Final = 100
"""Metres that one point of cost stands for."""


class ProposalState(StrEnum):
    """How far a proposal has come."""

    computed = "computed"
    edited = "edited"
    approved = "approved"
    discarded = "discarded"


class PairState(StrEnum):
    """What has become of a pair."""

    proposed = "proposed"
    edited = "edited"
    dropped = "dropped"
    approved = "approved"
    outdated = "outdated"  # on the day of approval it could not be any more; the reason is kept


class Background(StrEnum):
    """What of a worker's background helps in an organisation."""

    business = "business"  # knows how enterprises work
    public = "public"  # knows how public bodies work


@dataclass(frozen=True, slots=True)
class Target:
    """What somebody is to be sent to: where it is, its trade (GB/T 4754), what background it asks for.

    `regions` are its codes of province, city, county, street, community, None from where it is not known any further;
    coordinates are degrees. `known` are the workers (by place) who were there before, `barred` those who may not.
    """

    regions: tuple[int | None, ...]
    industry: str | None = None
    asks: Background | None = None
    longitude: float | None = None
    latitude: float | None = None
    known: tuple[int, ...] = ()
    barred: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Sender:
    """A worker who can be sent: where from, what he knows, how many he has (`load`) and how many more he can take."""

    regions: tuple[int | None, ...]
    room: int
    load: int = 0
    industries: tuple[str, ...] = ()
    knows: frozenset[Background] = frozenset()
    longitude: float | None = None
    latitude: float | None = None


@dataclass(frozen=True, slots=True)
class Weights:
    """What a lack of fit costs, in points beside the way; `farthest` is the longest way in points, None for any."""

    other_division: int = 10
    other_section: int = 30
    other_background: int = 10
    newcomer: int = 50
    farthest: int | None = None


@dataclass(frozen=True, slots=True)
class Outcome:
    """Figures of one way to send people: `cost` and `way` in points, `squares` of all loads, the largest, the least."""

    covered: int
    cost: int
    way: int
    squares: int
    most: int
    least: int


@dataclass(frozen=True, slots=True)
class Certificate:
    """What the proof rests on: the objective found, the bound by prices over all pairs, and what was looked at.

    Both in the solver's own unit (see `objective`), whole numbers. They are equal exactly when it is proven.
    """

    primal: int
    dual: int
    pairs: int
    written: int
    rounds: int

    @property
    def proven(self) -> bool:
        """Nothing can be better."""
        return self.primal == self.dual


@dataclass(frozen=True, slots=True)
class Solution:
    """Who goes where (-1: nobody is left), what each pair costs in points, its way, and the proof."""

    chosen: tuple[int, ...]
    costs: tuple[int, ...]
    ways: tuple[int, ...]
    outcome: Outcome
    certificate: Certificate
