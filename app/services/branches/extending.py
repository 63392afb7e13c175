"""A temporary or project branch stands longer than was planned, or less long."""

from datetime import date, timedelta
from uuid import UUID

from app.core.acts import Act
from app.core.errors import Conflict, FieldError, Invalid
from app.core.findings import judge
from app.core.history import about
from app.services.branches import repository
from app.services.branches.claiming import standing
from app.services.branches.facts import TermKind
from app.services.branches.founding import day_wrong, policy_at
from app.services.branches.judging import facts_of, let_pass
from app.services.branches.rules import TERM
from app.services.branches.schemas import BranchExtend


async def extend(act: Act, branch_id: UUID, expected: int, more: BranchExtend) -> None:
    """Give a branch another planned end; the reason is kept in the audit trail.

    Raises Conflict for a regular branch, Invalid for an end before its founding, DepartureUnapproved for a project that
    becomes too short without a reason.
    """
    branch = await standing(act, branch_id, expected)
    if branch.term_kind == TermKind.regular:
        raise Conflict(errors=(FieldError("", "branch_regular"),))
    if wrong := day_wrong("/ends_on", more.ends_on, branch.founded_on + timedelta(days=1), date.max):
        raise Invalid(errors=tuple(wrong))
    if more.ends_on == branch.ends_on:
        return
    branch.ends_on = more.ends_on
    policy = await policy_at(act, (branch.region_code, branch.region_level))
    let_pass(
        act, branch, judge(TERM, await facts_of(act, vars(branch), policy, ()), policy), policy, more.departure_reason
    )
    await about(act, more.reason)
    await repository.save(act, branch)
