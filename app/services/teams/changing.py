"""A team in office changes: somebody joins or leaves, its term is prolonged, or it ends."""

from datetime import date
from uuid import UUID

from app.core.acts import Act
from app.core.errors import Conflict, FieldError, Invalid, NotFound, refuse_hard
from app.core.findings import judge
from app.core.versions import claim
from app.services.branches.failures import require_reason
from app.services.branches.founding import recorded
from app.services.teams import reads, repository
from app.services.teams.facts import EndKind, ExtensionFacts
from app.services.teams.judging import columns_of, facts_of, hold, holders, in_posts, policy_at
from app.services.teams.models import Post, Term
from app.services.teams.repository import Ground
from app.services.teams.rules import EXTENSION, TEAM
from app.services.teams.schemas import PostCreate, PostUpdate, TermEnd, TermExtend


async def appoint(act: Act, term_id: UUID, expected: int, draft: PostCreate) -> None:
    """Somebody joins the team. What departed before and was let pass is not asked again.

    Raises NotFound, StaleVersion, Forbidden; Conflict when the term has ended; Invalid, RuleViolation and
    DepartureUnapproved as `begin` does.
    """
    await hold(act, [draft])
    ground, term = await _in_office(act, term_id, expected)
    _within(act, term, "/valid_from", draft.valid_from)
    posts = await repository.held(act, term_id)
    for name in ("member_id", "worker_id"):
        who = getattr(draft, name)
        if who is not None and any(getattr(post, name) == who for post in posts):
            raise Invalid(errors=(FieldError(f"/{name}", "post_held_already"),))
    policy = await policy_at(act, (ground.region_code, ground.region_level))
    now = await in_posts(act, ground.id, posts)
    known = {finding.code for finding in judge(TEAM, facts_of(ground, now), policy)}
    more = await holders(act, ground.id, [draft], "")
    findings = judge(TEAM, facts_of(ground, (*now, *more)), policy)
    fresh = refuse_hard(tuple(each for each in findings if each.code not in known))
    departing = require_reason(fresh, draft.departure_reason)
    await repository.join(
        act,
        [{"term_id": term_id, "branch_id": ground.id, "valid_from": draft.valid_from, **columns_of(draft)}],
    )
    term.departures = [*term.departures, *recorded(act, departing, policy, draft.departure_reason)]
    await repository.save(act, term)


async def qualify(act: Act, term_id: UUID, post_id: UUID, expected: int, change: PostUpdate) -> None:
    """Record anew what is known of somebody's fitness. What is already so makes no new version.

    Raises NotFound, StaleVersion, Forbidden; Conflict when the term or the post has ended; Invalid.
    """
    _, term = await _in_office(act, term_id, expected)
    post = await _held(act, term_id, post_id)
    wanted = sorted(set(change.qualifications))
    if len(wanted) < len(change.qualifications):
        raise Invalid(errors=(FieldError("/qualifications", "listed_twice"),))
    if wanted != post.qualifications:
        post.qualifications = list(wanted)
        await repository.save(act, post, term)


async def leave(act: Act, term_id: UUID, post_id: UUID, expected: int, end: TermEnd) -> None:
    """Somebody leaves the team. Raises NotFound, StaleVersion, Forbidden; Conflict when it has ended; Invalid."""
    _, term = await _in_office(act, term_id, expected)
    post = await _held(act, term_id, post_id)
    _ended_on(act, end.valid_to, post.valid_from)
    post.valid_to, post.end_kind, post.end_reason = end.valid_to, EndKind.ended, end.reason
    await repository.save(act, post, term)


async def end(act: Act, term_id: UUID, expected: int, wish: TermEnd) -> None:
    """The team leaves office without another one. Raises NotFound, StaleVersion, Forbidden, Conflict, Invalid."""
    _, term = await _in_office(act, term_id, expected)
    _ended_on(act, wish.valid_to, term.valid_from)
    await repository.leave(act, term_id, wish.valid_to, EndKind.ended, wish.reason)
    term.valid_to, term.end_kind, term.end_reason = wish.valid_to, EndKind.ended, wish.reason
    await repository.save(act, term)


async def extend(act: Act, term_id: UUID, expected: int, wish: TermExtend) -> None:
    """A later election is approved: always a departure.

    Raises NotFound, StaleVersion, Forbidden; Conflict when the term has ended; Invalid for a day that is not later;
    DepartureUnapproved without a reason.
    """
    ground, term = await _in_office(act, term_id, expected)
    runs_to = term.extended_to or term.due_on
    if wish.until <= runs_to:
        raise Invalid(errors=(FieldError("/until", "term_extended_backwards", {"due_on": runs_to.isoformat()}),))
    policy = await policy_at(act, (ground.region_code, ground.region_level))
    findings = judge(EXTENSION, ExtensionFacts(term.due_on, wish.until), policy)
    departing = require_reason(findings, wish.departure_reason)
    term.extended_to = wish.until
    if wish.approval_document is not None:
        term.approval_document = wish.approval_document
    term.departures = [*term.departures, *recorded(act, departing, policy, wish.departure_reason)]
    await repository.save(act, term)


async def _in_office(act: Act, term_id: UUID, expected: int) -> tuple[Ground, Term]:
    branch_id, _ = await reads.branch_of(act, term_id)
    ground = await repository.ground(act, branch_id, locked=True)
    term = await claim(act, Term, term_id, expected)
    if ground is None:
        raise NotFound()
    if term.valid_to is not None:
        raise Conflict(errors=(FieldError("", "term_ended"),))
    return ground, term


async def _held(act: Act, term_id: UUID, post_id: UUID) -> Post:
    post = next((each for each in await repository.held(act, term_id) if each.id == post_id), None)
    if post is None:
        raise NotFound()
    return post


def _within(act: Act, term: Term, pointer: str, day: date) -> None:
    if day > act.today:
        raise Invalid(errors=(FieldError(pointer, "day_future"),))
    if day < term.valid_from:
        raise Invalid(errors=(FieldError(pointer, "day_too_early", {"earliest": term.valid_from.isoformat()}),))


def _ended_on(act: Act, day: date, began: date) -> None:
    if day > act.today:
        raise Invalid(errors=(FieldError("/valid_to", "day_future"),))
    if day < began:
        raise Invalid(errors=(FieldError("/valid_to", "day_too_early", {"earliest": began.isoformat()}),))
