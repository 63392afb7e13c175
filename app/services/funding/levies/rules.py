"""How a firm's levy is judged. All of it is pure; amounts are integer fen, ratios ten-thousandths."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from app.core.findings import Cited, Finding
from app.services.funding.levies.facts import RatioSource
from app.services.funding.levies.policy import BY_ANOTHER, PAYROLL_KNOWN, STATE_OWNED, YEAR_OVER, LevyPolicy
from app.services.organizations.kinds import Kind


@dataclass(frozen=True, slots=True)
class LevyFacts:
    """What a firm's levy is judged by. None: nobody has said. `own`: the caller had a hand in the computation."""

    kind: Kind
    payroll_fen: int | None = None
    reported_fen: int | None = None
    staff: int | None = None
    ratio_permyriad: int | None = None
    ratio_source: RatioSource = RatioSource.none
    limit_fen: int | None = None
    planned_fen: int | None = None
    set_aside_fen: int = 0
    spent_fen: int = 0
    outdated: bool = False
    own: bool = False
    year_over: bool = False


Rule = Callable[[LevyFacts, LevyPolicy], Finding | None]


def not_state_owned(facts: LevyFacts, _: LevyPolicy) -> Finding | None:
    """State-owned firms follow a rule of their own."""
    return STATE_OWNED.hard("levy_state_owned", True) if facts.kind is Kind.state_owned else None


def of_a_counted_kind(facts: LevyFacts, policy: LevyPolicy) -> Finding | None:
    """Nor are bodies ours that are no two-new organisations."""
    other = facts.kind is not Kind.state_owned and facts.kind not in policy.counted_kinds.value
    document = policy.counted_kinds.document
    return Cited(True, document).hard("levy_kind_not_counted", False) if other else None


def computed_by_another(facts: LevyFacts, _: LevyPolicy) -> Finding | None:
    """Nobody settles what he computed."""
    return BY_ANOTHER.hard("levy_own_computation", True) if facts.own else None


def year_over(facts: LevyFacts, _: LevyPolicy) -> Finding | None:
    """What was spent in a year is known when it is over."""
    return None if facts.year_over else YEAR_OVER.hard("levy_year_not_over", False)


def payroll_needed(facts: LevyFacts, _: LevyPolicy) -> Finding | None:
    """Without the year's wages there is no limit, so nothing can be said to be deductible."""
    return PAYROLL_KNOWN.hard("levy_payroll_missing", None) if facts.payroll_fen is None else None


def payroll_missing(facts: LevyFacts, _: LevyPolicy) -> Finding | None:
    """Nobody has told the year's wages yet."""
    return PAYROLL_KNOWN.advice("levy_payroll_missing", None) if facts.payroll_fen is None else None


def payroll_zero(facts: LevyFacts, policy: LevyPolicy) -> Finding | None:
    """A firm that pays no wages is rare: nothing it spends is deductible then."""
    document = policy.limit_permyriad.document
    return Cited(1, document).departure("levy_payroll_zero", 0) if facts.payroll_fen == 0 else None


def payroll_differs(facts: LevyFacts, _: LevyPolicy) -> Finding | None:
    """A partner reports other wages than those that an officer entered."""
    differs = facts.reported_fen is not None and facts.reported_fen != facts.payroll_fen
    return (
        Cited(facts.payroll_fen, PAYROLL_KNOWN.document).advice("levy_payroll_differs", facts.reported_fen)
        if (differs)
        else None
    )


def wages_plausible(facts: LevyFacts, policy: LevyPolicy) -> Finding | None:
    """Wages a head that no firm pays: a unit mistaken, or a part of the firm."""
    if not facts.payroll_fen or not facts.staff:
        return None
    wage = facts.payroll_fen // facts.staff
    if wage < policy.wage_from_fen.value:
        return policy.wage_from_fen.advice("levy_wage_low", wage)
    return policy.wage_up_to_fen.advice("levy_wage_high", wage) if wage > policy.wage_up_to_fen.value else None


def ratio_told(facts: LevyFacts, policy: LevyPolicy) -> Finding | None:
    """Nothing was filed and no band holds: nothing is planned."""
    none = facts.ratio_source is RatioSource.none
    return Cited(True, policy.default_permyriad.document).advice("levy_ratio_missing", False) if none else None


def ratio_within_limit(facts: LevyFacts, policy: LevyPolicy) -> Finding | None:
    """A firm may give more than can be deducted; then it should know."""
    ratio = facts.ratio_permyriad
    above = ratio is not None and ratio > policy.limit_permyriad.value
    return policy.limit_permyriad.departure("levy_ratio_above_limit", ratio) if above else None


def ratio_told_above(facts: LevyFacts, policy: LevyPolicy) -> Finding | None:
    """The same, once it was filed with its reason."""
    found = ratio_within_limit(facts, policy)
    return None if found is None else policy.limit_permyriad.advice(found.code, found.actual)


def set_aside_as_planned(facts: LevyFacts, policy: LevyPolicy) -> Finding | None:
    """Less was set aside than was planned, at the end of the year."""
    short = facts.year_over and facts.planned_fen is not None and facts.set_aside_fen < facts.planned_fen
    document = policy.limit_permyriad.document
    return Cited(facts.planned_fen, document).advice("levy_set_aside_short", facts.set_aside_fen) if short else None


def spent_within_limit(facts: LevyFacts, policy: LevyPolicy) -> Finding | None:
    """What is spent above the limit is not deductible."""
    above = facts.limit_fen is not None and facts.spent_fen > facts.limit_fen
    document = policy.limit_permyriad.document
    return Cited(facts.limit_fen, document).advice("levy_above_limit", facts.spent_fen) if above else None


def spent_as_set_aside(facts: LevyFacts, policy: LevyPolicy) -> Finding | None:
    """What was set aside and not spent is not deductible either: spending decides."""
    left = facts.year_over and facts.set_aside_fen > facts.spent_fen
    document = policy.limit_permyriad.document
    return Cited(facts.set_aside_fen, document).advice("levy_unspent", facts.spent_fen) if left else None


def up_to_date(facts: LevyFacts, _: LevyPolicy) -> Finding | None:
    """It would be computed otherwise now."""
    return PAYROLL_KNOWN.advice("levy_outdated", True) if facts.outdated else None


COMPUTING: Final[tuple[Rule, ...]] = (not_state_owned, of_a_counted_kind)
"""What keeps a firm's levy from being computed, and money from being set aside for it."""

FILING: Final[tuple[Rule, ...]] = (not_state_owned, of_a_counted_kind, ratio_within_limit)
"""What is looked at when a ratio is filed."""

TELLING: Final[tuple[Rule, ...]] = (
    up_to_date,
    payroll_missing,
    payroll_zero,
    payroll_differs,
    wages_plausible,
    ratio_told,
    ratio_told_above,
    set_aside_as_planned,
    spent_within_limit,
    spent_as_set_aside,
)
"""What is told of a levy."""

SETTLING: Final[tuple[Rule, ...]] = (
    *COMPUTING,
    computed_by_another,
    year_over,
    payroll_needed,
    payroll_zero,
    spent_within_limit,
    spent_as_set_aside,
)
"""What is looked at when a levy is settled."""
