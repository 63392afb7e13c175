"""A team takes office: by the founding election, by a re-election, or by appointment."""

from uuid import UUID

from app.core.acts import Act
from app.core.errors import FieldError, Invalid, refuse_hard
from app.core.findings import judge
from app.services.branches.facts import ElectionFacts, Level, TermKind, months_after
from app.services.branches.failures import require_reason
from app.services.branches.founding import policy_at as branch_policy_at
from app.services.branches.founding import recorded
from app.services.branches.rules import ELECTING
from app.services.teams import repository
from app.services.teams.facts import EndKind, TermFacts
from app.services.teams.judging import columns_of, facts_of, ground_of, hold, holders, policy_at, stands_on_community
from app.services.teams.models import Term
from app.services.teams.policy import TeamPolicy
from app.services.teams.repository import Ground
from app.services.teams.rules import TEAM, TERM, years_of
from app.services.teams.schemas import TermCreate


async def begin(act: Act, draft: TermCreate) -> UUID:
    """A team takes office on a day; the one before it leaves on that day.

    Raises Invalid for days and references that do not fit, Forbidden for a branch that may only be seen, RuleViolation
    for what is refused, DepartureUnapproved for what is unusual and has no reason.
    """
    await hold(act, draft.posts)
    ground = await ground_of(act, draft.branch_id)
    before = await repository.in_office(act, ground.id, locked=True)
    policy = await policy_at(act, (ground.region_code, ground.region_level))
    term = _facts(ground, before, draft, policy)
    errors = _days_wrong(act, ground, before, term)
    if errors:
        raise Invalid(errors=tuple(errors))
    team = facts_of(ground, await holders(act, ground.id, draft.posts, "/posts/{}"))
    own = refuse_hard((*judge(TEAM, team, policy), *judge(TERM, term, policy)))
    branch_policy = await branch_policy_at(act, (ground.region_code, ground.region_level))
    chosen = judge(ELECTING, ElectionFacts(TermKind(ground.term_kind), draft.election), branch_policy)
    departing = require_reason((*own, *chosen), draft.departure_reason)
    if before is not None:
        await repository.leave(act, before.id, draft.valid_from, EndKind.replaced, None)
        before.valid_to, before.end_kind = draft.valid_from, EndKind.replaced
        await repository.save(act, before)
    return await repository.begin(
        act,
        {
            "version": 1,
            "branch_id": ground.id,
            "number": await repository.last_number(act, ground.id) + 1,
            "election": draft.election,
            "chosen_on": term.chosen_on,
            "valid_from": term.valid_from,
            "due_on": term.runs_to,
            "approval_document": draft.approval_document,
            "departures": [
                *recorded(act, [each for each in departing if each in own], policy, draft.departure_reason),
                *recorded(act, [each for each in departing if each in chosen], branch_policy, draft.departure_reason),
            ],
        },
        [{"branch_id": ground.id, "valid_from": draft.valid_from, **columns_of(post)} for post in draft.posts],
    )


def _facts(ground: Ground, before: Term | None, draft: TermCreate, policy: TeamPolicy) -> TermFacts:
    level, community = Level(ground.level), stands_on_community(ground)
    usual = months_after(draft.valid_from, years_of(level, community, policy).value * 12)
    return TermFacts(
        level=level,
        community=community,
        chosen_on=draft.chosen_on or draft.valid_from,
        valid_from=draft.valid_from,
        runs_to=draft.due_on or usual,
        previous_due=None if before is None else before.extended_to or before.due_on,
    )


def _days_wrong(act: Act, ground: Ground, before: Term | None, term: TermFacts) -> list[FieldError]:
    errors: list[FieldError] = []
    earliest = ground.founded_on
    if term.valid_from > act.today:
        errors.append(FieldError("/valid_from", "day_future"))
    if before is not None and term.valid_from <= before.valid_from:
        errors.append(FieldError("/valid_from", "term_not_after_last"))
    elif term.valid_from < earliest:
        errors.append(FieldError("/valid_from", "day_too_early", {"earliest": earliest.isoformat()}))
    if term.chosen_on > term.valid_from:
        errors.append(FieldError("/chosen_on", "term_chosen_after_start"))
    elif term.chosen_on < earliest:
        errors.append(FieldError("/chosen_on", "day_too_early", {"earliest": earliest.isoformat()}))
    if term.runs_to <= term.valid_from:
        errors.append(FieldError("/due_on", "term_due_before_start"))
    return errors
