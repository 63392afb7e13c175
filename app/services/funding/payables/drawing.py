"""Drawing a run up: from a closed list, for one account and one use, and once more while it is a draft."""

from uuid import UUID

from app.core.acts import Act
from app.core.errors import Conflict, FieldError, Forbidden, Invalid
from app.core.versions import claim
from app.services.authorities.facts import AuthorityKind
from app.services.authorities.facts import span as line_span
from app.services.funding.facts import AccountKind, HolderKind, Use
from app.services.funding.ledger.models import FundingAccount
from app.services.funding.payables import repository, rules
from app.services.funding.payables.facts import RUN_HOLDERS, TERRITORIAL, Books, Line, RunState
from app.services.funding.payables.models import PaymentRun
from app.services.funding.payables.schemas import PaymentRunCreate
from app.services.regions.facts import span
from app.services.treatment.facts import MonthState

Bounds = tuple[tuple[int, int], tuple[int, int] | None]
"""Which places, and which line of bodies (None: all), an account pays."""


async def create(act: Act, told: PaymentRunCreate) -> UUID:
    """Draw up a run: every line of the list that is due for the use, stands where the account pays, and is in no run.

    What a worker owes back is netted. Raises Invalid for an account, a list or a budget's line that is not to be seen
    or not of its kind, Forbidden for an account whose place the caller does not act for as a whole, Conflict for a list
    that is not closed, a closed account, or where there is nobody to pay. Of two at once the database lets one have a
    line (Taken).
    """
    account = await _account(act, told)
    place, line = await _bounds(act, account)
    await _month(act, told.month_id)
    await _budget_line(act, told, account)
    books = Books(account.committee_id, account.purse, Use(told.use))
    run = PaymentRun(
        version=1,
        account_id=account.id,
        month_id=told.month_id,
        use=told.use,
        budget_line_id=told.budget_line_id,
        state=RunState.draft,
        computed_by=act.by.id,
        computed_at=act.now,
        elsewhere_items=0,
        created_at=act.now,
        recorded_at=act.now,
    )
    lines, run.elsewhere_items = rules.payable(await repository.lines(act, told.month_id, place, line), Use(told.use))
    if not lines:
        raise Conflict(errors=(FieldError("/month_id", "payment_nobody", {"elsewhere": run.elsewhere_items}),))
    run_id = await repository.add(act, run)
    await _items(act, run_id, told.month_id, place, lines, books)
    return run_id


async def recompute(act: Act, run_id: UUID, expected: int) -> None:
    """Draw a draft up again, with what stands in no other run and what is owed back now.

    Raises NotFound, StaleVersion, Forbidden; Conflict for one that is no draft, or where nobody is left to pay.
    """
    run = await claim(act, PaymentRun, run_id, expected)
    if run.state != RunState.draft:
        raise Conflict(errors=(FieldError("", f"payment_{run.state}"),))
    account = await repository.account(act, run.account_id)
    if account is None:
        raise Forbidden(reason="scope")
    place, line = await _bounds(act, account)
    await repository.clear(act, run_id)
    lines, elsewhere = rules.payable(await repository.lines(act, run.month_id, place, line), Use(run.use))
    if not lines:
        raise Conflict(errors=(FieldError("", "payment_nobody", {"elsewhere": elsewhere}),))
    run.computed_by, run.computed_at, run.elsewhere_items = act.by.id, act.now, elsewhere
    await repository.save(act, run)
    await _items(act, run_id, run.month_id, place, lines, Books(run.committee_id, run.purse, Use(run.use)))


async def _items(
    act: Act, run_id: UUID, month_id: UUID, place: tuple[int, int], lines: list[Line], books: Books
) -> None:
    listed = {line.worker for line in lines}
    owing = [
        each
        for each in await repository.owed(act, month_id, place)
        if each.worker in listed and rules.takes_back(each, books)
    ]
    await repository.write(act, run_id, rules.items(lines, await repository.debts(act, owing, books)))


async def _account(act: Act, told: PaymentRunCreate) -> FundingAccount:
    account = await repository.account(act, told.account_id)
    if account is None:
        raise Invalid(errors=(FieldError("/account_id", "reference_unknown"),))
    if account.kind != AccountKind.funds or account.holder_kind not in RUN_HOLDERS:
        raise Invalid(errors=(FieldError("/account_id", "payment_account"),))
    if account.closed_on is not None:
        raise Conflict(errors=(FieldError("/account_id", "payment_account_closed"),))
    return account


async def _bounds(act: Act, account: FundingAccount) -> Bounds:
    place = span(account.region_code, account.region_level)
    if not act.scope.covers(*place):
        raise Forbidden(reason="scope")
    kind = await repository.body_kind(act, account.authority_id)
    if account.holder_kind == HolderKind.committee or AuthorityKind(kind) in TERRITORIAL:
        return place, None
    return place, line_span(account.authority_code)


async def _month(act: Act, month_id: UUID) -> None:
    month = await repository.month(act, month_id)
    if month is None:
        raise Invalid(errors=(FieldError("/month_id", "reference_unknown"),))
    if month.state != MonthState.closed:
        raise Conflict(errors=(FieldError("/month_id", "payment_month_open"),))


async def _budget_line(act: Act, told: PaymentRunCreate, account: FundingAccount) -> None:
    if told.budget_line_id is None:
        return
    line = await repository.budget_line(act, told.budget_line_id)
    if line is None:
        raise Invalid(errors=(FieldError("/budget_line_id", "reference_unknown"),))
    if line != (account.committee_id, account.purse, told.use) or account.holder_kind != HolderKind.committee:
        raise Invalid(errors=(FieldError("/budget_line_id", "payment_budget_line"),))
