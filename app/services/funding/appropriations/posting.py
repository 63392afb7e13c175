"""A proposal in the books: one entry for all its branches, and taken back as one."""

from uuid import UUID

from app.core.acts import Act
from app.core.errors import Conflict, FieldError, Forbidden, Invalid
from app.services.funding.appropriations import repository
from app.services.funding.appropriations.facts import AppropriationState
from app.services.funding.appropriations.models import FundingAppropriation
from app.services.funding.appropriations.schemas import AppropriationPost, AppropriationReverse
from app.services.funding.appropriations.service import in_state, unfit
from app.services.funding.budgets import service as budgets
from app.services.funding.facts import AccountKind, EntryKind, HolderKind, Purse
from app.services.funding.ledger import accounts
from app.services.funding.ledger import service as ledger
from app.services.funding.ledger.facts import AccountKey, EntryDraft, Holder, LineDraft

MOST_TOLD = 50  # lines that a refusal names


async def post(act: Act, appropriation_id: UUID, expected: int, wish: AppropriationPost) -> None:
    """Enter an approved proposal into the books: out of the committee's funds, into each branch's.

    The budget's line is taken in the same act. Raises NotFound, StaleVersion; Forbidden also for branches of the
    committee's line whose accounts lie outside the caller's scope; Conflict in another state,
    for branches that have ended or gone elsewhere since, for funds or a budget's line that are short, and for a closed
    year; Invalid for a day of another year.
    """
    row = await in_state(act, appropriation_id, expected, "post")
    if wish.booked_on.year != row.year:
        raise Invalid(errors=(FieldError("/booked_on", "appropriation_other_year", {"year": row.year}),))
    if gone := await repository.unfit(act, row.id):
        raise Conflict(errors=unfit(gone))
    if hidden := await repository.out_of_sight(act, row.id):
        raise Forbidden(reason="appropriation", errors=unfit([(*line, "branch_unseen") for line in hidden[:MOST_TOLD]]))
    lines = [LineDraft(await _funds(act, row, Holder(HolderKind.committee, row.committee_id)), -row.total_fen)]
    for branch_id, fen in await repository.nets(act, row.id):
        lines.append(LineDraft(await _funds(act, row, Holder(HolderKind.branch, branch_id)), fen))
    entry_id = await ledger.post(
        act,
        EntryDraft(
            committee_id=row.committee_id,
            purse=Purse(row.purse),
            kind=EntryKind.appropriation,
            booked_on=wish.booked_on,
            business_key=f"appropriation:{row.id}",
            text=row.title,
            lines=tuple(lines),
            reference=wish.reference or row.document,
        ),
    )
    if row.budget_line_id is not None:
        await budgets.take(act, row.budget_line_id, row.total_fen, entry_id=entry_id)
    row.state, row.posted_by, row.booked_on, row.entry_id = (
        AppropriationState.posted,
        act.by.id,
        wish.booked_on,
        entry_id,
    )
    await repository.save(act, row)


async def _funds(act: Act, row: FundingAppropriation, holder: Holder) -> UUID:
    return await accounts.of(act, AccountKey(row.committee_id, Purse(row.purse), AccountKind.funds, holder))


async def reverse(act: Act, appropriation_id: UUID, expected: int, wish: AppropriationReverse) -> None:
    """Take what was posted back as a whole: its lines count as given no more, and the budget's line has it again.

    Raises NotFound, StaleVersion, Forbidden; Conflict in another state, where a branch has spent of it already
    (`overdraft`), and for a closed year.
    """
    row = await in_state(act, appropriation_id, expected, "reverse")
    if row.entry_id is None:  # the database holds that what is posted has one
        raise RuntimeError("an appropriation is posted without an entry")
    row.state, row.reversed_by, row.reversed_on, row.reason = (
        AppropriationState.reversed,
        act.by.id,
        wish.booked_on,
        wish.reason,
    )
    await repository.save(act, row)
    row.reversal_id = await ledger.reverse(
        act, row.entry_id, wish.booked_on, wish.reason, f"appropriation:{row.id}:reversal"
    )
    await repository.complete(act)
