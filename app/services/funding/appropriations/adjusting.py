"""Lines written by hand into a draft, each with its reason, and taken away again."""

from uuid import UUID

from app.core.acts import Act
from app.core.errors import FieldError, Invalid, NotFound
from app.services.funding.appropriations import reads, repository
from app.services.funding.appropriations.facts import ItemKind
from app.services.funding.appropriations.models import FundingAppropriationItem
from app.services.funding.appropriations.reaching import reaches
from app.services.funding.appropriations.schemas import AdjustmentCreate
from app.services.funding.appropriations.service import committee, counted, drawn, in_state
from app.services.funding.appropriations.wording import yuan


async def adjust(act: Act, appropriation_id: UUID, expected: int, draft: AdjustmentCreate) -> None:
    """Give a branch more, or less, than the rules do.

    Raises NotFound, StaleVersion, Forbidden, Conflict for one that is no draft; Invalid for a branch that is not to be
    seen or not the committee's, for nothing, and for less than nothing in all.
    """
    row = await in_state(act, appropriation_id, expected, "adjust")
    if draft.amount_fen == 0:
        raise Invalid(errors=(FieldError("/amount_fen", "appropriation_adjustment_zero"),))
    branch = await reads.branch(act, draft.branch_id)
    if branch is None:
        raise Invalid(errors=(FieldError("/branch_id", "reference_unknown"),))
    name, place, line_code = branch
    if not reaches(await committee(act, row.committee_id), place, line_code):
        raise Invalid(errors=(FieldError("/branch_id", "appropriation_branch_elsewhere"),))
    has = dict(await repository.nets(act, row.id)).get(draft.branch_id, 0)
    if has + draft.amount_fen < 0:
        raise Invalid(errors=(FieldError("/amount_fen", "appropriation_adjustment_too_deep", {"has": yuan(has)}),))
    await drawn(act, row)
    line = FundingAppropriationItem(
        version=1,
        appropriation_id=row.id,
        kind=ItemKind.adjustment,
        branch_id=draft.branch_id,
        branch_name=name,
        turn=1,
        due_fen=0,
        granted_fen=0,
        amount_fen=draft.amount_fen,
        explanation={},
        reason=draft.reason,
        entered_by=act.by.id,
        created_at=act.now,
        recorded_at=act.now,
    )
    await repository.add(act, line)
    await counted(act, row)


async def take_away(act: Act, appropriation_id: UUID, expected: int, item_id: UUID) -> None:
    """Take a line by hand out of a draft. Raises as `adjust`; NotFound for a line that no hand wrote."""
    row = await in_state(act, appropriation_id, expected, "adjust")
    line = await repository.adjustment(act, row.id, item_id)
    if line is None:
        raise NotFound()
    await drawn(act, row)
    await repository.remove(act, line)
    await counted(act, row)
