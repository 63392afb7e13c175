"""What budgets, their adjustments and their execution ask of the rules: the policy, who is in office, the pace."""

from collections.abc import Mapping
from datetime import date
from typing import Any
from uuid import UUID

from app.core.acts import Act
from app.core.errors import Conflict, FieldError
from app.core.findings import Finding, judge
from app.services.funding.budgets import repository
from app.services.funding.budgets.facts import ExecutionFacts, Pace
from app.services.funding.budgets.policy import KIND, BudgetPolicy
from app.services.funding.budgets.rules import EXECUTING, behind
from app.services.funding.ledger.facts import YearState
from app.services.policies import service as policies
from app.services.regions.stated import lineage


async def policy_at(act: Act, place: tuple[int, int]) -> BudgetPolicy:
    """The policy of budgets in force at a place today."""
    return (await policies.at(act, KIND, lineage(place), act.today)).numbers


def in_office(act: Act, row: Mapping[str, Any]) -> bool:
    """Whether a row stands where the caller is in office."""
    return act.scope.holds(int(row["region_code"]), [int(row["authority_code"])])


async def refuse_closed(act: Act, committee_id: UUID, year: int) -> None:
    """Raise Conflict where the year is closed in the committee's books; else it stays open until the act ends."""
    if await repository.hold_year(act, committee_id, year) == YearState.closed:
        raise Conflict(errors=(FieldError("/year", "budget_year_closed", {"year": year}),))


def paced(facts: ExecutionFacts, policy: BudgetPolicy) -> tuple[dict[str, Any], tuple[Finding, ...]]:
    """How spending stands against its time, as the wire's fields, and what the rules tell of it."""
    findings = judge(EXECUTING, facts, policy)
    pace = Pace.on_pace
    if findings:
        pace = Pace.behind if behind(facts, policy) is not None else Pace.ahead
    told = {
        "on": facts.on,
        "time_permille": facts.time_permille,
        "expected_fen": facts.expected_fen,
        "pace": pace,
    }
    return told, findings


def execution(row: Mapping[str, Any], on: date) -> ExecutionFacts:
    """What a row of the wire says of its execution."""
    return ExecutionFacts(row["year"], on, row["budgeted_fen"], row["executed_fen"])
