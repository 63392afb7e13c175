"""What can be done with requests, by the one table of steps (facts.STEPS): drawn up, handed in, withdrawn, closed."""

from typing import Any
from uuid import UUID

from app.core.acts import Act
from app.core.errors import Conflict, FieldError, Forbidden, Invalid, refuse_hard
from app.core.findings import Finding, Severity, judge
from app.core.wire import action
from app.services.access.permissions import Permission
from app.services.branches.failures import require_reason
from app.services.branches.founding import recorded
from app.services.funding.facts import AccountKind, HolderKind, Use
from app.services.funding.requests import reads, repository
from app.services.funding.requests.facts import (
    LADDER,
    PAPERS,
    Account,
    Asked,
    RequestState,
    RequestVerb,
    SubmittingFacts,
    Tier,
    possible,
)
from app.services.funding.requests.models import SpendingRequest
from app.services.funding.requests.papers import reads as papers
from app.services.funding.requests.payments import reads as payments
from app.services.funding.requests.policy import SpendingPolicy
from app.services.funding.requests.rules import SUBMITTING
from app.services.funding.requests.schemas import SpendingRequestCreate, SpendingRequestUpdate
from app.services.funding.requests.standing import columns_of, of_office, policy_at, within_reach

P = Permission
S = RequestState
V = RequestVerb
SHOWN: dict[str, tuple[Permission, RequestVerb]] = {
    "update": (P.spending_requests_write, V.change),
    "add_evidence": (P.spending_requests_write, V.change),
    "submit": (P.spending_requests_write, V.submit),
    "withdraw": (P.spending_requests_write, V.withdraw),
    "approve": (P.spending_requests_approve, V.approve),
    "reject": (P.spending_requests_approve, V.reject),
    "send_back": (P.spending_requests_approve, V.send_back),
    "pay": (P.funding_post, V.pay),
    "close": (P.funding_post, V.close),
}
"""What a detail tells whether the caller may do it, the permission that it needs, and its verb."""
ALONE = ("update", "submit")
"""What he alone does who asked."""
NOT_OWN = {
    "approve": "spending_own_request",
    "reject": "spending_own_request",
    "send_back": "spending_own_request",
    "pay": "spending_own_payment",
}
"""What he alone does not do who asked, and the reason."""


async def shown(act: Act, request_id: UUID) -> dict[str, Any]:
    """One request with all that belongs to it and what the caller may do. `findings` are Finding values.

    Raises NotFound.
    """
    row = await reads.one(act, request_id)
    account = await repository.account(act, row["account_id"])
    state = S(row["state"])
    return {
        **row,
        "available_fen": 0 if account is None else account.balance_fen,
        "promised_fen": await repository.promised(act, row["account_id"], request_id),
        "next_permission": _next(row),
        "approvals": await reads.approvals(act, request_id),
        "payments": await payments.of_request(act, request_id),
        "evidence": await papers.of_request(act, request_id),
        "findings": await _found(act, row, account) if state in (S.draft, S.submitted) else (),
        "allowed_actions": [action(name, await _refusal(act, row, name)) for name in SHOWN],
    }


def _next(row: dict[str, Any]) -> Permission | None:
    return LADDER[Tier(row["tier"])][row["steps_taken"]] if row["state"] == S.submitted else None


async def _found(act: Act, row: dict[str, Any], account: Account | None) -> tuple[Finding, ...]:
    """What is told of a request while it is drawn up or waits; that papers lack, only while they can be brought."""
    policy = (await policy_at(act, (int(row["region_code"]), row["region_level"]))).numbers
    asked = Asked(row["id"], row["account_id"], row["use"], row["amount_fen"])
    facts = await _facts(act, asked, account, policy)
    found = judge(SUBMITTING, facts, policy)
    return tuple(each for each in found if row["state"] == S.draft or each.severity is not Severity.hard)


async def _facts(act: Act, asked: Asked, account: Account | None, policy: SpendingPolicy) -> SubmittingFacts:
    there, _ = await papers.proven(act, asked.id, None)
    balance = 0 if account is None else account.balance_fen
    return SubmittingFacts(
        missing=tuple(kind for kind in PAPERS[Use(asked.use)].before if kind not in there),
        overdue=await repository.receipts_overdue(act, asked.account_id, act.today),
        amount_fen=asked.amount_fen,
        available_fen=balance - await repository.promised(act, asked.account_id, asked.id),
        lately_fen=await repository.lately(act, asked, policy.split_days.value),
    )


async def _refusal(act: Act, row: dict[str, Any], name: str) -> str | None:
    """Why the caller may not do something to a request now; None where he may."""
    permission, verb = SHOWN[name]
    if permission not in act.by.permissions:
        return "permission"
    asking = permission is P.spending_requests_write
    if not (within_reach(act, row) if asking else of_office(act, row)):
        return "outside_scope"
    if not possible(S(row["state"]), verb):
        return f"spending_{row['state']}"
    own = row["requested_by"] == act.by.id
    if name in ALONE and not own:
        return "spending_not_yours"
    if name in NOT_OWN and own:
        return NOT_OWN[name]
    if name == "approve":
        if _next(row) not in act.by.permissions:
            return "permission"
        if await repository.approved_before(act, row["id"], row["round"]):
            return "spending_approved_before"
    if name == "pay" and not row["rest_fen"]:
        return "spending_paid_up"
    if name == "close" and await repository.receipts_open(act, row["id"]):
        return "spending_receipts_open"
    return None


async def create(act: Act, draft: SpendingRequestCreate) -> UUID:
    """Draw up a request; returns its key.

    Raises Invalid for an account that is not to be seen, pays nothing or is closed, and for a line of the budget that
    does not fit; Forbidden for an account that may only be seen.
    """
    account = await repository.account(act, draft.account_id)
    if account is None:
        raise Invalid(errors=(FieldError("/account_id", "reference_unknown"),))
    if account.kind != AccountKind.funds:
        raise Invalid(errors=(FieldError("/account_id", "spending_account_kind"),))
    if not account.open:
        raise Invalid(errors=(FieldError("/account_id", "reference_ended"),))
    if not act.scope.holds(account.region_code, [account.authority_code], [account.branch_id]):
        raise Forbidden(reason="scope")
    await _line_fits(act, account, draft.budget_line_id, draft.use)
    return await repository.add(
        act,
        SpendingRequest(
            version=1,
            account_id=draft.account_id,
            use=draft.use,
            budget_line_id=draft.budget_line_id,
            year=act.today.year,
            title=draft.title,
            reason=draft.reason,
            payee=draft.payee,
            amount_fen=draft.amount_fen,
            paid_fen=0,
            returned_fen=0,
            state=S.draft,
            round=0,
            steps_taken=0,
            departures=[],
            requested_by=act.by.id,
            created_at=act.now,
            recorded_at=act.now,
        ),
    )


async def _line_fits(act: Act, account: Account, line_id: UUID | None, use: str) -> None:
    """Raise Invalid unless the line is of the account's books and purse, of this year and the use."""
    if line_id is None:
        return
    if account.holder_kind not in (HolderKind.committee, HolderKind.organization):
        raise Invalid(errors=(FieldError("/budget_line_id", "spending_line_appropriated"),))
    line = await repository.budget_line(act, line_id, act.today.year)
    if line is None:
        raise Invalid(errors=(FieldError("/budget_line_id", "reference_unknown"),))
    if line != (account.committee_id, account.purse, True, use):
        raise Invalid(errors=(FieldError("/budget_line_id", "spending_line_unfit"),))


async def update(act: Act, request_id: UUID, expected: int, change: SpendingRequestUpdate) -> None:
    """Ask otherwise, while it is a draft. Raises NotFound, StaleVersion, Forbidden, Conflict, and as `create`."""
    row = await _asked(act, request_id, expected, V.change)
    told = {name: getattr(change, name) for name in change.model_fields_set if name != "currency"}
    account = await repository.account(act, row.account_id)
    if account is None:
        raise Forbidden(reason="scope")
    line = told.get("budget_line_id", row.budget_line_id)
    await _line_fits(act, account, line, told.get("use", row.use))
    for name, value in (told | {"year": act.today.year}).items():
        setattr(row, name, value)
    await repository.save(act, row)


async def _asked(act: Act, request_id: UUID, expected: int, verb: RequestVerb) -> SpendingRequest:
    """A draft that is the caller's own, locked."""
    row = await repository.claimed(act, request_id, expected)
    if not within_reach(act, columns_of(row)):
        raise Forbidden(reason="scope")
    if not repository.leads(row, verb):
        raise Conflict(errors=(FieldError("", f"spending_{row.state}"),))
    if row.requested_by != act.by.id:
        raise Conflict(errors=(FieldError("", "spending_not_yours"),))
    return row


async def submit(act: Act, request_id: UUID, expected: int, reason: str | None) -> None:
    """Hand a draft in: from here on it is decided upon, as often as its amount needs by the policy of today.

    Raises NotFound, StaleVersion, Forbidden, Conflict; RuleViolation without the papers that the use needs, and
    DepartureUnapproved without a reason where something is otherwise than it should be. Nothing is kept for it.
    """
    row = await _asked(act, request_id, expected, V.submit)
    account = await repository.account(act, row.account_id)
    if account is None or not account.open:
        raise Conflict(errors=(FieldError("", "spending_account_ended"),))
    if row.year != act.today.year:
        raise Conflict(errors=(FieldError("", "spending_year_passed", {"year": row.year}),))
    policy = (await policy_at(act, (row.region_code, row.region_level))).numbers
    asked = Asked(row.id, row.account_id, row.use, row.amount_fen)
    found = refuse_hard(judge(SUBMITTING, await _facts(act, asked, account, policy), policy))
    departing = require_reason(found, reason)
    tier = policy.tier(row.amount_fen)
    row.state, row.round, row.tier = S.submitted, row.round + 1, tier
    row.steps_needed, row.steps_taken = len(LADDER[tier]), 0
    row.policy_version, row.submitted_on = policy.version, act.today
    row.departures = [*row.departures, *recorded(act, departing, policy, reason)]
    await repository.save(act, row)


async def withdraw(act: Act, request_id: UUID, expected: int, reason: str) -> None:
    """Take a request back that nothing was paid of: the branch, or the office.

    Raises NotFound, StaleVersion, Forbidden, Conflict.
    """
    row = await repository.claimed(act, request_id, expected)
    if not within_reach(act, columns_of(row)):
        raise Forbidden(reason="scope")
    await _end(act, row, V.withdraw, S.withdrawn, reason)


async def close(act: Act, request_id: UUID, expected: int, reason: str) -> None:
    """End a request with a rest that nobody will pay.

    Raises NotFound, StaleVersion, Forbidden; Conflict while a payment of it is not accounted for.
    """
    row = await repository.claimed(act, request_id, expected)
    if not of_office(act, columns_of(row)):
        raise Forbidden(reason="scope")
    if open_ := await repository.receipts_open(act, request_id):
        raise Conflict(errors=(FieldError("", "spending_receipts_open", {"payments": open_}),))
    await _end(act, row, V.close, S.closed, reason)


async def _end(act: Act, row: SpendingRequest, verb: RequestVerb, state: RequestState, reason: str) -> None:
    if not repository.leads(row, verb):
        raise Conflict(errors=(FieldError("", f"spending_{row.state}"),))
    row.state, row.ended_on, row.end_reason = state, act.today, reason
    await repository.save(act, row)
