"""What can be done with a year's budget: drawn up, put otherwise, set aside, approved by somebody else."""

from collections.abc import Sequence
from datetime import date
from typing import Any
from uuid import UUID

from app.core.acts import Act
from app.core.errors import Conflict, FieldError, Forbidden, Invalid, refuse_hard
from app.core.findings import judge
from app.core.versions import claim
from app.core.wire import action
from app.services.access.permissions import Permission
from app.services.authorities.facts import AuthorityKind
from app.services.branches.failures import require_reason
from app.services.branches.founding import recorded
from app.services.funding.budgets import reads, repository
from app.services.funding.budgets.facts import BudgetFacts, BudgetState
from app.services.funding.budgets.judging import execution, in_office, paced, policy_at, refuse_closed
from app.services.funding.budgets.models import Budget
from app.services.funding.budgets.rules import APPROVING
from app.services.funding.budgets.schemas import BudgetCreate, BudgetLineDraft, BudgetStep, BudgetUpdate
from app.services.funding.facts import MOST_FEN

S = BudgetState
P = Permission
WHEN: dict[str, tuple[Permission, frozenset[BudgetState]]] = {
    "update": (P.funding_write, frozenset({S.draft})),
    "approve": (P.funding_approve, frozenset({S.draft})),
    "discard": (P.funding_write, frozenset({S.draft})),
    "adjust": (P.funding_write, frozenset({S.approved})),
}
"""Who can do each thing, and in which states."""


async def shown(act: Act, budget_id: UUID) -> dict[str, Any]:
    """One budget with its lines, its execution today and what the rules say. `findings` are Finding values.

    Raises NotFound.
    """
    row = await reads.one(act, budget_id)
    lines = await reads.lines(act, budget_id)
    policy = await policy_at(act, (int(row["region_code"]), row["region_level"]))
    told, findings = paced(execution(row, act.today), policy)
    if row["state"] != S.approved:
        findings = judge(APPROVING, _facts(act, row, lines), policy) if row["state"] == S.draft else ()
    closed = await reads.year_closed(act, row["committee_id"], row["year"])
    return {
        **row,
        **told,
        "lines": lines,
        "received_fen": await reads.received(act, row["committee_id"], row["purse"], row["year"]),
        "findings": findings,
        "policy_version": policy.version,
        "allowed_actions": [action(name, _refusal(act, row, name, closed=closed)) for name in WHEN],
    }


def _refusal(act: Act, row: dict[str, Any], name: str, *, closed: bool) -> str | None:
    permission, states = WHEN[name]
    if permission not in act.by.permissions:
        return "permission"
    if not in_office(act, row):
        return "outside_scope"
    if row["state"] not in states:
        return f"budget_{row['state']}"
    if closed and name in ("approve", "adjust"):
        return "budget_year_closed"
    return "budget_own_draft" if name == "approve" and act.by.id in row["drawn_up_by"] else None


def _facts(act: Act, row: dict[str, Any], lines: Sequence[dict[str, Any]]) -> BudgetFacts:
    return BudgetFacts(
        own=act.by.id in row["drawn_up_by"],
        year_over=act.today >= date(row["year"] + 1, 1, 1),
        total_fen=sum(line["budgeted_fen"] for line in lines),
        reserve_fen=sum(line["budgeted_fen"] for line in lines if line["use"] is None),
        without_basis=sum(line["basis"] is None for line in lines),
    )


async def create(act: Act, draft: BudgetCreate) -> UUID:
    """Draw up a year's budget. Raises Invalid for what it refers to and for its lines, Forbidden; Taken for a second
    one of the committee's year and purse.
    """
    body = await repository.body(act, draft.committee_id)
    if body is None:
        raise Invalid(errors=(FieldError("/committee_id", "reference_unknown"),))
    if body.kind not in (AuthorityKind.work_committee, AuthorityKind.social_work_department):
        raise Invalid(errors=(FieldError("/committee_id", "authority_no_committee"),))
    if body.dissolved_on is not None and body.dissolved_on <= act.today:
        raise Invalid(errors=(FieldError("/committee_id", "reference_ended"),))
    if not act.scope.holds(body.region_code, [body.code]):
        raise Forbidden(reason="scope")
    _sound(draft.lines)
    row = Budget(
        version=1,
        committee_id=draft.committee_id,
        year=draft.year,
        purse=draft.purse,
        state=S.draft,
        edition=0,
        title=draft.title,
        document=draft.document,
        drafted_by=act.by.id,
        departures=[],
        created_at=act.now,
        recorded_at=act.now,
    )
    await repository.add(act, row)
    await repository.set_lines(act, row.id, [each.model_dump() for each in draft.lines])
    return row.id


def _sound(lines: Sequence[BudgetLineDraft]) -> None:
    keys = [(each.use, each.title) for each in lines]
    twice = tuple(
        FieldError(f"/lines/{number}/title", "listed_twice") for number, key in enumerate(keys) if key in keys[:number]
    )
    if twice:
        raise Invalid(errors=twice)
    if sum(each.amount_fen for each in lines) > MOST_FEN:
        raise Invalid(errors=(FieldError("/lines", "budget_too_large"),))


async def update(act: Act, budget_id: UUID, expected: int, change: BudgetUpdate) -> None:
    """Put a draft otherwise; whoever does is among those who drew it up. Raises NotFound, StaleVersion, Forbidden,
    Invalid for its lines, Conflict once it is no draft.
    """
    row = await _draft(act, budget_id, expected)
    for name in ("title", "document"):
        if name in change.model_fields_set:
            setattr(row, name, getattr(change, name))
    if "lines" in change.model_fields_set:
        _sound(change.lines)
    await repository.save(act, row)
    if "lines" in change.model_fields_set:
        await repository.set_lines(act, row.id, [each.model_dump() for each in change.lines])


async def discard(act: Act, budget_id: UUID, expected: int, reason: str) -> None:
    """Set a draft aside; the committee's year and purse are free for another. Raises as `update`."""
    row = await _draft(act, budget_id, expected)
    row.state, row.discard_reason = S.discarded, reason
    await repository.save(act, row)


async def approve(act: Act, budget_id: UUID, expected: int, wish: BudgetStep) -> None:
    """Somebody else than who drew it up says that it holds: from here on it is spent from.

    Raises RuleViolation for one's own draft, for a budget of nothing, and for a departure without a reason; NotFound,
    StaleVersion, Forbidden; Conflict once it is no draft, or where its year is closed.
    """
    row = await _draft(act, budget_id, expected)
    await refuse_closed(act, row.committee_id, row.year)
    policy = await policy_at(act, (row.region_code, row.region_level))
    told = {"year": row.year, "drawn_up_by": row.drawn_up_by}
    facts = _facts(act, told, await reads.lines(act, row.id))
    departing = require_reason(refuse_hard(judge(APPROVING, facts, policy)), wish.departure_reason)
    row.departures = recorded(act, departing, policy, wish.departure_reason)
    row.state, row.edition, row.approved_by, row.approved_on = S.approved, 1, act.by.id, act.today
    await repository.save(act, row)


async def _draft(act: Act, budget_id: UUID, expected: int) -> Budget:
    row = await claim(act, Budget, budget_id, expected)
    if row.state != S.draft:
        raise Conflict(errors=(FieldError("", f"budget_{row.state}"),))
    return row
