"""The solver: which worker goes to which organisation, proven the best.

Three aims, one after the other: most organisations covered, then least cost of fit, then the evenest load. The best is
found among few written pairs; then all pairs are looked at by the prices that it implies, those that would improve are
written down, and so on until none would. A large task learns its first prices from every fifth organisation. Nothing
depends on the clock: the same organisations and workers in the same order always give the same answer.
"""

from collections.abc import Sequence

import numpy as np

from app.services.instructors.proposals.costs import Field, Integers, field
from app.services.instructors.proposals.facts import Certificate, Outcome, Sender, Solution, Target, Weights
from app.services.instructors.proposals.matching import matched
from app.services.instructors.proposals.objective import Objective, objective
from app.services.instructors.proposals.prices import prices
from app.services.instructors.proposals.pricing import priced
from app.services.instructors.proposals.written import Written, first, trimmed

SAMPLE = 5  # one organisation in so many tells the first prices
LARGE = 2_000  # organisations from which that pays
NEARLY = 10  # prices of a sample are good enough when less than one pair for so many organisations undercuts them


def solve(targets: Sequence[Target], senders: Sequence[Sender], weights: Weights) -> Solution:
    """Whom to send where. Raises OverflowError when they are too many to be weighed exactly (see `objective`)."""
    room = np.array([each.room for each in senders], dtype=np.int64)
    load = np.array([each.load for each in senders], dtype=np.int64)
    told = field(targets, senders, weights)
    aim = objective(told, room, load)
    if not len(targets) or not room.sum():
        chosen = np.full(len(targets), -1, dtype=np.int64)
        found = aim.nobody * len(targets)
        return _solution(told, aim, chosen, Certificate(found, found, 0, 0, 0))
    chosen, _, certificate = _best(told, aim)
    return _solution(told, aim, chosen, certificate)


def _best(told: Field, aim: Objective, sample: bool = False) -> tuple[Integers, Integers, Certificate]:
    """The best there is, its prices and proof; of a sample only nearly."""
    written = first(told, _learnt(told, aim))
    rounds, most, before = 0, 0, None
    while True:
        rounds, most = rounds + 1, max(most, len(written))
        chosen = matched(written, told.targets, aim)
        asked = prices(written, chosen, aim)
        costs = aim.step * written.cost + asked[written.sender]
        paid = written.least(costs, told.targets, aim.nobody)
        found = _total(written, aim, chosen)
        more = priced(told, aim, asked, paid)
        certificate = Certificate(found, more.bound, told.targets * told.senders, most, rounds)
        if not len(more.better) or (sample and len(more.better) * NEARLY < told.targets):
            return chosen, asked, certificate
        if before is None or found < before:  # only then, so that it ends: what is trimmed may come back
            written = trimmed(written, costs - paid[written.row], chosen, aim.step)
        before = found
        written = written.plus(more.better)


def _learnt(told: Field, aim: Objective) -> Integers:
    """First prices, in points: those of a part of the task, or none."""
    places = np.arange(told.senders)
    room = aim.room * (places + 1) // SAMPLE - aim.room * places // SAMPLE  # a fifth of the whole, dealt out evenly
    if told.targets < LARGE or not room.sum():
        return np.where(aim.room > 0, 0, aim.nobody // aim.step)
    part = told.part(np.arange(0, told.targets, SAMPLE, dtype=np.int64))
    small = objective(part, room, aim.load)
    _, asked, _ = _best(part, small, sample=True)
    return np.where(aim.room > 0, asked // small.step, aim.nobody // aim.step)


def _total(written: Written, aim: Objective, chosen: Integers) -> int:
    """The objective of what is chosen among written pairs."""
    used = np.bincount(chosen[chosen >= 0], minlength=len(aim.room))
    fit = int(written.cost[chosen[written.row] == written.sender].sum())
    return aim.total(fit, used, int((chosen < 0).sum()))


def _costs(told: Field, chosen: Integers, ways: bool = False) -> Integers:
    """What the chosen pairs cost, or their ways alone; 0 for who is left."""
    found = np.zeros(told.targets, dtype=np.int64)
    for block in told.blocks():
        mine = chosen[block]
        cost = (told.ways if ways else told.block)(block)
        found[block] = np.where(mine >= 0, cost[np.arange(len(block)), mine], 0)
    return found


def outcome(told: Field, aim: Objective, chosen: Integers) -> Outcome:
    """The figures of a way to send people."""
    loads = aim.load + np.bincount(chosen[chosen >= 0], minlength=told.senders)
    return Outcome(
        covered=int((chosen >= 0).sum()),
        cost=int(_costs(told, chosen).sum()),
        way=int(_costs(told, chosen, ways=True).sum()),
        squares=int((loads * loads).sum()),
        most=int(loads.max(initial=0)),
        least=int(loads.min()) if len(loads) else 0,
    )


def _solution(told: Field, aim: Objective, chosen: Integers, certificate: Certificate) -> Solution:
    if not told.senders:
        zeros = (0,) * told.targets
        return Solution(tuple(chosen.tolist()), zeros, zeros, Outcome(0, 0, 0, 0, 0, 0), certificate)
    return Solution(
        chosen=tuple(chosen.tolist()),
        costs=tuple(_costs(told, chosen).tolist()),
        ways=tuple(_costs(told, chosen, ways=True).tolist()),
        outcome=outcome(told, aim, chosen),
        certificate=certificate,
    )
