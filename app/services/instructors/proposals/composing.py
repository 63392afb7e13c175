"""From those who wait and those who can be sent to the pairs of a proposal, each with its reasons.

No row is read or written here; what takes long is fit for a thread of its own.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from app.services.instructors.facts import Purpose
from app.services.instructors.proposals.facts import POINT, Background, Outcome, Sender, Target, Weights
from app.services.organizations.kinds import ENTERPRISE_KINDS, NEW_SOCIAL_KINDS
from app.services.planning.trades import trade_of
from app.services.regions.facts import VILLAGE, ancestor
from app.services.workers.facts import Background as Origin
from app.services.workers.facts import Qualification

Region = tuple[int, int]
Reason = dict[str, Any]

SHARED = ("another_province", "same_province", "same_city", "same_county", "same_street", "same_community")


@dataclass(frozen=True, slots=True)
class Waiting:
    """An organisation or a branch that somebody is looked for, and the assignment that is to be handed over.

    `known` were there before, `barred` are there or have interests.
    """

    organization_id: UUID | None
    branch_id: UUID | None
    region: Region
    purpose: Purpose
    replaces: UUID | None = None
    kind: str | None = None
    industry: str | None = None
    longitude: float | None = None
    latitude: float | None = None
    known: frozenset[UUID] = frozenset()
    barred: frozenset[UUID] = frozenset()


@dataclass(frozen=True, slots=True)
class Helper:
    """An instructor who can be sent: where from (station, else home, else who keeps him), and how many he has."""

    id: UUID
    region: Region
    load: int
    industries: tuple[str, ...] = ()
    background: str | None = None
    qualifications: tuple[str, ...] = ()
    longitude: float | None = None
    latitude: float | None = None


@dataclass(frozen=True, slots=True)
class Draft:
    """A pair before it is written; `way` and `cost` in metres."""

    waiting: Waiting
    worker_id: UUID | None
    way: int | None
    cost: int | None
    reasons: tuple[Reason, ...]


@dataclass(frozen=True, slots=True)
class Composed:
    """The pairs in their order, and the figures that are told with them."""

    pairs: list[Draft]
    figures: dict[str, Any]


def compose(waiting: Sequence[Waiting], helpers: Sequence[Helper], weights: Weights, most: int) -> Composed:
    """The best way to send them. Both come in a fixed order, and the answer follows from that."""
    import numpy as np  # large, and only who proposes needs it; so the solver

    from app.services.instructors.proposals.costs import field
    from app.services.instructors.proposals.greedy import nearest_first
    from app.services.instructors.proposals.objective import objective
    from app.services.instructors.proposals.solving import outcome, solve

    targets, senders = _targets(waiting, helpers), [_sender(each, most) for each in helpers]
    found = solve(targets, senders, weights)
    greedy = Outcome(0, 0, 0, 0, 0, 0)
    if targets and senders:
        told = field(targets, senders, weights)
        room, load = (np.array([getattr(each, name) for each in senders], dtype=np.int64) for name in ("room", "load"))
        greedy = outcome(told, objective(told, room, load), nearest_first(told, room))
    loads = [each.load for each in helpers]
    nobody = "nobody_near" if sum(each.room for each in senders) > found.outcome.covered else "all_full"
    pairs = []
    for place, chosen in enumerate(found.chosen):
        each = waiting[place]
        if chosen < 0:
            pairs.append(Draft(each, None, None, None, ({"code": nobody, "params": {}},)))
            continue
        loads[chosen] += 1
        way, cost = found.ways[place] * POINT, found.costs[place] * POINT
        reasons = reasons_of(each, helpers[chosen], way, loads[chosen], most)
        pairs.append(Draft(each, helpers[chosen].id, way, cost, reasons))
    proof = found.certificate
    figures = {
        "targets": len(targets),
        "instructors": len(senders),
        "room": sum(each.room for each in senders),
        "left": len(targets) - found.outcome.covered,
        **told_of(found.outcome),
        "proven": proof.proven,
        "objective": str(proof.primal),
        "bound": str(proof.dual),
        "pairs_priced": proof.pairs,
        "pairs_written": proof.written,
        "rounds": proof.rounds,
        "nearest_first": told_of(greedy),
    }
    return Composed(pairs, figures)


def told_of(found: Outcome) -> dict[str, Any]:
    """The figures of one way to send people."""
    many = found.covered
    return {
        "covered": many,
        "mean_way": round(found.way * POINT / many) if many else None,
        "mean_cost": round(found.cost * POINT / many) if many else None,
        "load_most": found.most,
        "load_least": found.least,
        "load_squares": found.squares,
    }


def one(waiting: Waiting, helper: Helper, weights: Weights, load: int, most: int) -> Draft:
    """A pair that an officer has put together; `load` is what the instructor then has."""
    from app.services.instructors.proposals.solving import solve  # large, as above

    free = Weights(weights.other_division, weights.other_section, weights.other_background, weights.newcomer)
    alone = solve([_target(waiting, {helper.id: 0})], [_sender(helper, helper.load + 1)], free)
    if alone.chosen == (-1,):  # barred: whoever decides is told by the rules
        return Draft(waiting, helper.id, None, None, ())
    way = alone.ways[0] * POINT
    return Draft(waiting, helper.id, way, alone.costs[0] * POINT, reasons_of(waiting, helper, way, load, most))


def reasons_of(waiting: Waiting, helper: Helper, way: int, load: int, most: int) -> tuple[Reason, ...]:
    """Why this instructor: how far, what he knows of the trade, what he brings, whether he was there, his load."""
    reasons: list[Reason] = [_way(waiting, helper, way)]
    section, division, _ = trade_of(waiting.industry)
    known = [trade_of(industry)[:2] for industry in helper.industries]
    if division is not None and any(each[1] == division for each in known):
        reasons.append({"code": "knows_trade", "params": {"industry": waiting.industry}})
    elif section is not None and any(each[0] == section for each in known):
        reasons.append({"code": "knows_section", "params": {"industry": waiting.industry}})
    asks = asked_of(waiting.kind)
    if asks is not None and asks in brought_by(helper.background, helper.qualifications):
        reasons.append({"code": f"brings_{asks}", "params": {}})
    if helper.id in waiting.known:
        reasons.append({"code": "was_there", "params": {}})
    reasons.append({"code": "load_then", "params": {"load": load, "most": most}})
    return tuple(reasons)


def _way(waiting: Waiting, helper: Helper, way: int) -> Reason:
    if None not in (waiting.longitude, waiting.latitude, helper.longitude, helper.latitude):
        return {"code": "way", "params": {"metres": way}}
    one, two = chain(waiting.region), chain(helper.region)
    shared = 0
    for level, (mine, theirs) in enumerate(zip(one, two, strict=True), 1):
        if mine is not None and mine == theirs:
            shared = level
    return {"code": SHARED[shared], "params": {"metres": way}}


def chain(region: Region) -> tuple[int | None, ...]:
    """A region's codes from province to village, None below its level."""
    code, level = region
    return tuple(ancestor(code, each) if level >= each else None for each in range(1, VILLAGE + 1))


def asked_of(kind: str | None) -> Background | None:
    """What background an organisation asks for: a firm somebody who knows firms, a social body one of public bodies."""
    if kind in ENTERPRISE_KINDS:
        return Background.business
    return Background.public if kind in NEW_SOCIAL_KINDS else None


def brought_by(background: str | None, qualifications: Iterable[str]) -> frozenset[Background]:
    """What an instructor brings."""
    brought = set()
    if background == Origin.enterprise_institution_committee or Qualification.business_management in qualifications:
        brought.add(Background.business)
    if background == Origin.government_organ:
        brought.add(Background.public)
    return frozenset(brought)


def _targets(waiting: Sequence[Waiting], helpers: Sequence[Helper]) -> list[Target]:
    places = {each.id: place for place, each in enumerate(helpers)}
    return [_target(each, places) for each in waiting]


def _target(each: Waiting, places: dict[UUID, int]) -> Target:
    return Target(
        regions=chain(each.region),
        industry=each.industry,
        asks=asked_of(each.kind),
        longitude=each.longitude,
        latitude=each.latitude,
        known=tuple(sorted(places[key] for key in each.known if key in places)),
        barred=tuple(sorted(places[key] for key in each.barred if key in places)),
    )


def _sender(each: Helper, most: int) -> Sender:
    return Sender(
        regions=chain(each.region),
        room=max(0, most - each.load),
        load=each.load,
        industries=each.industries,
        knows=brought_by(each.background, each.qualifications),
        longitude=each.longitude,
        latitude=each.latitude,
    )
