"""How a budget, what changes it and how it is executed are judged. All of it is pure; amounts are integer fen."""

from collections.abc import Callable
from typing import Final

from app.core.findings import Cited, Finding
from app.services.funding.budgets.facts import AdjustmentFacts, BudgetFacts, ExecutionFacts
from app.services.funding.budgets.policy import BY_ANOTHER, WITHIN, BudgetPolicy

BudgetRule = Callable[[BudgetFacts, BudgetPolicy], Finding | None]
AdjustmentRule = Callable[[AdjustmentFacts, BudgetPolicy], Finding | None]
ExecutionRule = Callable[[ExecutionFacts, BudgetPolicy], Finding | None]


def approved_by_another(facts: BudgetFacts | AdjustmentFacts, _: BudgetPolicy) -> Finding | None:
    """Nobody approves what he drew up, in part or in whole."""
    return BY_ANOTHER.hard("budget_own_draft", True) if facts.own else None


def holds_money(facts: BudgetFacts, _: BudgetPolicy) -> Finding | None:
    """A budget of nothing is none."""
    return Cited(1, WITHIN.document).hard("budget_empty", facts.total_fen) if facts.total_fen == 0 else None


def approved_in_time(facts: BudgetFacts | AdjustmentFacts, policy: BudgetPolicy) -> Finding | None:
    """What is planned is planned before its time is over."""
    late = policy.in_time.value and facts.year_over
    return policy.in_time.departure("budget_year_over", facts.year_over) if late else None


def basis_stated(facts: BudgetFacts, policy: BudgetPolicy) -> Finding | None:
    """Every amount says how it was computed."""
    bare = policy.basis_stated.value and facts.without_basis > 0
    return (
        Cited(0, policy.basis_stated.document).departure("budget_basis_missing", facts.without_basis) if bare else None
    )


def reserve_modest(facts: BudgetFacts, policy: BudgetPolicy) -> Finding | None:
    """What is kept for no use stays small."""
    share = facts.reserve_fen * 1000 // facts.total_fen if facts.total_fen else 0
    large = facts.reserve_fen * 1000 > policy.reserve_most_permille.value * facts.total_fen
    return policy.reserve_most_permille.departure("budget_reserve_large", share) if large else None


def not_below_executed(facts: AdjustmentFacts, _: BudgetPolicy) -> Finding | None:
    """What was spent cannot be planned away."""
    return WITHIN.hard("adjustment_below_executed", facts.short) if facts.short else None


def keeps_money(facts: AdjustmentFacts, _: BudgetPolicy) -> Finding | None:
    """A budget is not adjusted to nothing."""
    left = facts.total_fen + facts.raise_fen
    return Cited(1, WITHIN.document).hard("budget_empty", left) if left <= 0 else None


def raised_by_document(facts: AdjustmentFacts, policy: BudgetPolicy) -> Finding | None:
    """More money in all is decided elsewhere: by which paper?"""
    bare = policy.raise_by_document.value and facts.raise_fen > 0 and not facts.document
    return policy.raise_by_document.departure("adjustment_raise_undocumented", facts.document) if bare else None


def changed_little(facts: AdjustmentFacts, policy: BudgetPolicy) -> Finding | None:
    """What was approved is mostly kept: all adjustments together add to lines no more than a share of it."""
    most = policy.changed_most_permille
    much = facts.changed_fen * 1000 > most.value * facts.original_fen
    return most.departure("budget_changed_much", facts.changed_fen * 1000 // facts.original_fen) if much else None


def behind(facts: ExecutionFacts, policy: BudgetPolicy) -> Finding | None:
    """Spending lags further behind the year than is let pass."""
    done = facts.rate_permille
    least = facts.time_permille - policy.lag_permille.value
    if done is None or done >= least:
        return None
    return Cited(least, policy.lag_permille.document).advice("budget_behind", done)


def ahead(facts: ExecutionFacts, policy: BudgetPolicy) -> Finding | None:
    """Spending runs further ahead of the year than is let pass."""
    done = facts.rate_permille
    most = facts.time_permille + policy.lead_permille.value
    if done is None or done <= most:
        return None
    return Cited(most, policy.lead_permille.document).advice("budget_ahead", done)


APPROVING: Final[tuple[BudgetRule, ...]] = (
    approved_by_another,
    holds_money,
    approved_in_time,
    basis_stated,
    reserve_modest,
)
"""What is looked at when a budget is approved."""

ADJUSTING: Final[tuple[AdjustmentRule, ...]] = (
    approved_by_another,
    not_below_executed,
    keeps_money,
    approved_in_time,
    raised_by_document,
    changed_little,
)
"""What is looked at when an adjustment is approved."""

EXECUTING: Final[tuple[ExecutionRule, ...]] = (behind, ahead)
"""What is told of how a budget, or a line of it, is executed."""
