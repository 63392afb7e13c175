"""What can be done with an adjustment: drawn up, put otherwise, set aside, approved by somebody else."""

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
from app.services.branches.failures import require_reason
from app.services.branches.founding import recorded
from app.services.funding.budgets import reads as budget_reads
from app.services.funding.budgets import repository as budget_repository
from app.services.funding.budgets.adjustments import reads, repository
from app.services.funding.budgets.adjustments.schemas import (
    BudgetAdjustmentCreate,
    BudgetAdjustmentUpdate,
    BudgetChangeDraft,
)
from app.services.funding.budgets.facts import AdjustmentFacts, AdjustmentState, BudgetState
from app.services.funding.budgets.judging import in_office, policy_at, refuse_closed
from app.services.funding.budgets.models import Budget, BudgetAdjustment
from app.services.funding.budgets.rules import ADJUSTING
from app.services.funding.budgets.schemas import BudgetStep
from app.services.funding.facts import MOST_FEN

S = AdjustmentState
P = Permission
WHEN: dict[str, tuple[Permission, frozenset[AdjustmentState]]] = {
    "update": (P.funding_write, frozenset({S.draft})),
    "approve": (P.funding_approve, frozenset({S.draft})),
    "discard": (P.funding_write, frozenset({S.draft})),
}
"""Who can do each thing, and in which states."""


async def shown(act: Act, adjustment_id: UUID) -> dict[str, Any]:
    """One adjustment with its lines and what speaks against approving it. `findings` are Finding values.

    Raises NotFound.
    """
    row = await reads.one(act, adjustment_id)
    lines = await reads.lines(act, adjustment_id)
    policy = await policy_at(act, (int(row["region_code"]), row["region_level"]))
    draft = row["state"] == S.draft
    closed = await budget_reads.year_closed(act, row["committee_id"], row["year"])
    return {
        **row,
        "lines": lines,
        "findings": judge(ADJUSTING, await _facts(act, row, lines), policy) if draft else (),
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
        return f"adjustment_{row['state']}"
    if closed and name == "approve":
        return "budget_year_closed"
    return "budget_own_draft" if name == "approve" and act.by.id in row["drawn_up_by"] else None


async def _facts(act: Act, row: dict[str, Any], lines: Sequence[dict[str, Any]]) -> AdjustmentFacts:
    return AdjustmentFacts(
        own=act.by.id in row["drawn_up_by"],
        year_over=act.today >= date(row["year"] + 1, 1, 1),
        raise_fen=sum(line["delta_fen"] for line in lines),
        document=row["document"] is not None,
        short=sum(line["after_fen"] < line["executed_fen"] for line in lines),
        **await reads.totals(act, row["budget_id"], row["id"]),
    )


async def create(act: Act, draft: BudgetAdjustmentCreate) -> UUID:
    """Draw up what is to be changed in an approved budget.

    Raises Invalid for what it refers to and for its lines, Forbidden, Conflict for a budget that is not approved or
    whose year is closed.
    """
    budget = await repository.held_budget(act, draft.budget_id)
    if budget is None:
        if not await budget_reads.seen(act, draft.budget_id):
            raise Invalid(errors=(FieldError("/budget_id", "reference_unknown"),))
        raise Forbidden(reason="scope")
    await _adjustable(act, budget)
    changes = await _sound(act, budget.id, draft.lines)
    row = BudgetAdjustment(
        version=1,
        budget_id=budget.id,
        state=S.draft,
        reason=draft.reason,
        document=draft.document,
        drafted_by=act.by.id,
        departures=[],
        created_at=act.now,
        recorded_at=act.now,
    )
    await budget_repository.add(act, row)
    await repository.set_changes(act, row.id, changes)
    return row.id


async def _adjustable(act: Act, budget: Budget) -> None:
    if budget.state != BudgetState.approved:
        raise Conflict(errors=(FieldError("/budget_id", f"budget_{budget.state}"),))
    await refuse_closed(act, budget.committee_id, budget.year)


async def _sound(act: Act, budget_id: UUID, lines: Sequence[BudgetChangeDraft]) -> list[dict[str, Any]]:
    """The changes as they are kept. Raises Invalid, with everything that is wrong."""
    known = await repository.line_keys(act, budget_id)
    wrong: list[FieldError] = []
    seen: set[Any] = set()
    for number, line in enumerate(lines):
        at = f"/lines/{number}"
        key = line.budget_line_id or (line.use, line.title)
        if key in seen:
            wrong.append(FieldError(at, "listed_twice"))
        seen.add(key)
        if line.delta_fen == 0:
            wrong.append(FieldError(f"{at}/delta_fen", "adjustment_of_nothing"))
        if line.budget_line_id is not None:
            if line.budget_line_id not in known:
                wrong.append(FieldError(f"{at}/budget_line_id", "reference_unknown"))
            elif line.title is not None or line.use is not None:
                wrong.append(FieldError(f"{at}/title", "adjustment_line_named"))
        elif line.title is None:
            wrong.append(FieldError(f"{at}/budget_line_id", "adjustment_line_unnamed"))
        elif (line.use, line.title) in known.values():
            wrong.append(FieldError(f"{at}/title", "adjustment_line_known"))
        elif line.delta_fen < 0:
            wrong.append(FieldError(f"{at}/delta_fen", "adjustment_line_starts"))
    if wrong:
        raise Invalid(errors=tuple(wrong))
    return [line.model_dump() for line in lines]


async def update(act: Act, adjustment_id: UUID, expected: int, change: BudgetAdjustmentUpdate) -> None:
    """Put a draft otherwise; whoever does is among those who drew it up. Raises NotFound, StaleVersion, Forbidden,
    Invalid for its lines, Conflict once it is no draft.
    """
    row = await _draft(act, adjustment_id, expected)
    for name in ("reason", "document"):
        if name in change.model_fields_set:
            setattr(row, name, getattr(change, name))
    changes = await _sound(act, row.budget_id, change.lines) if "lines" in change.model_fields_set else None
    await budget_repository.save(act, row)
    if changes is not None:
        await repository.set_changes(act, adjustment_id, changes)


async def discard(act: Act, adjustment_id: UUID, expected: int, reason: str) -> None:
    """Set a draft aside. Raises as `update`."""
    row = await _draft(act, adjustment_id, expected)
    row.state, row.discard_reason = S.discarded, reason
    await budget_repository.save(act, row)


async def approve(act: Act, adjustment_id: UUID, expected: int, wish: BudgetStep) -> None:
    """Somebody else than who drew it up says that it holds: it is the budget's next edition.

    The lines are held, so that nothing is spent of them between the look and the change. Raises RuleViolation for
    one's own draft, for a line that would fall below what was executed, and for a departure without a reason;
    NotFound, StaleVersion, Forbidden; Invalid where the whole would grow too large; Conflict once it is no draft, where
    the year is closed, or where a line that it brings has come already.
    """
    row = await _draft(act, adjustment_id, expected)
    budget = await repository.held_budget(act, row.budget_id)
    if budget is None:
        raise Forbidden(reason="scope")
    await _adjustable(act, budget)
    await repository.hold_lines(act, budget.id)
    told = {"id": row.id, "budget_id": budget.id, "year": budget.year}
    told |= {"drawn_up_by": row.drawn_up_by, "document": row.document}
    facts = await _facts(act, told, await reads.lines(act, row.id))
    policy = await policy_at(act, (budget.region_code, budget.region_level))
    departing = require_reason(refuse_hard(judge(ADJUSTING, facts, policy)), wish.departure_reason)
    if facts.total_fen + facts.raise_fen > MOST_FEN:
        raise Invalid(errors=(FieldError("/lines", "budget_too_large"),))
    await repository.bring(act, row.id, budget.id)
    await repository.apply(act, row.id)
    row.departures = recorded(act, departing, policy, wish.departure_reason)
    row.state, row.edition = S.approved, budget.edition + 1
    row.approved_by, row.approved_on = act.by.id, act.today
    await budget_repository.save(act, row)
    budget.edition += 1
    await budget_repository.save(act, budget)


async def _draft(act: Act, adjustment_id: UUID, expected: int) -> BudgetAdjustment:
    row = await claim(act, BudgetAdjustment, adjustment_id, expected)
    if row.state != S.draft:
        raise Conflict(errors=(FieldError("", f"adjustment_{row.state}"),))
    return row
