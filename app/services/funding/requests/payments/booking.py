"""What payments of requests are in the books: money out of the account for its use, and what of it comes back.

The books know no half reversal: when part comes back the entry is reversed whole and what was spent is booked anew, in
one act. So the entry of a payment is always the one that stands, each says one thing, and a budget's line is given back
and taken from by the same two deeds.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from uuid import UUID

from app.core.acts import Act
from app.core.errors import Conflict, FieldError, Invalid
from app.services.funding.budgets import service as budgets
from app.services.funding.facts import AccountKind, EntryKind, HolderKind, Purse, Use
from app.services.funding.ledger import accounts
from app.services.funding.ledger import service as ledger
from app.services.funding.ledger.facts import AccountKey, EntryDraft, Holder, LineDraft
from app.services.funding.requests.models import SpendingPayment, SpendingRequest


async def spend(
    act: Act, request: SpendingRequest, fen: int, booked_on: date, business_key: str, reference: str | None
) -> UUID:
    """Book fen out of the request's account for its use, and take them of its budget's line; returns the entry.

    Raises what the books and the budget raise: no money, a closed year, a line that is used up.
    """
    if request.budget_line_id is not None and booked_on.year != request.year:
        raise Conflict(errors=(FieldError("/paid_on", "spending_budget_year_over", {"year": request.year}),))
    with _told_as("/paid_on"):
        entry_id = await _post(act, request, fen, booked_on, business_key, reference)
    if request.budget_line_id is not None:
        await budgets.take(act, request.budget_line_id, fen, entry_id=entry_id)
    return entry_id


async def take_back(act: Act, payment: SpendingPayment, booked_on: date, reason: str) -> None:
    """Reverse what stands of a payment. What it took of a budget's line is given back, within the year of the line."""
    _not_before(payment, booked_on)
    with _told_as("/booked_on"):
        await ledger.reverse(act, payment.entry_id, booked_on, reason, f"payment:{payment.id}:cancelled")


async def give_back(
    act: Act, request: SpendingRequest, payment: SpendingPayment, fen: int, booked_on: date, reason: str
) -> UUID:
    """Book back fen of what stands of a payment; returns the entry that stands now, or the one that was reversed whole.

    The keys carry the payment's version, which moves on with every deed: the same deed twice is the same entries. In
    another year than it was spent in, the budget of that year stays as it was.
    """
    _not_before(payment, booked_on)
    standing = payment.amount_fen - payment.returned_fen
    if fen > standing:
        raise ValueError("more comes back than stands")
    deed = f"payment:{payment.id}:{payment.version}"
    with _told_as("/booked_on"):
        reversal = await ledger.reverse(act, payment.entry_id, booked_on, reason, f"{deed}:reversal")
    line, given = request.budget_line_id, 0
    if line is not None:
        given = await budgets.give_back(act, line, standing, entry_id=reversal)
    if fen == standing:
        return payment.entry_id
    entry_id = await _post(act, request, standing - fen, booked_on, f"{deed}:spent", payment.reference)
    if line is not None and given:
        await budgets.take(act, line, standing - fen, entry_id=entry_id)
    return entry_id


async def _post(
    act: Act, request: SpendingRequest, fen: int, booked_on: date, business_key: str, reference: str | None
) -> UUID:
    spent = await accounts.of(
        act,
        AccountKey(request.committee_id, Purse(request.purse), AccountKind.use, _holder(request), use=Use(request.use)),
    )
    draft = EntryDraft(
        committee_id=request.committee_id,
        purse=Purse(request.purse),
        kind=EntryKind.spending,
        booked_on=booked_on,
        business_key=business_key,
        text=request.title,
        lines=(LineDraft(request.account_id, -fen), LineDraft(spent, fen)),
        reference=reference,
    )
    return await ledger.post(act, draft)


def _holder(request: SpendingRequest) -> Holder:
    kind = HolderKind(request.holder_kind)
    of = {
        HolderKind.committee: request.committee_id,
        HolderKind.authority: request.authority_id,
        HolderKind.branch: request.branch_id,
        HolderKind.organization: request.organization_id,
    }[kind]
    if of is None:
        raise RuntimeError("a request is of nobody")
    return Holder(kind, of)


@contextmanager
def _told_as(day: str) -> Iterator[None]:
    """What the books refuse, at the places of a payment: it has a day and an amount, and no lines."""
    try:
        yield
    except (Invalid, Conflict) as failure:
        errors = tuple(FieldError(_place(each.pointer, day), each.code, each.params) for each in failure.errors)
        raise type(failure)(errors=errors) from failure


def _place(pointer: str, day: str) -> str:
    if pointer == "/booked_on":
        return day
    return "/amount_fen" if pointer.startswith("/lines") else pointer


def _not_before(payment: SpendingPayment, booked_on: date) -> None:
    if booked_on < payment.paid_on:
        earliest = {"earliest": payment.paid_on.isoformat()}
        raise Invalid(errors=(FieldError("/booked_on", "day_too_early", earliest),))
