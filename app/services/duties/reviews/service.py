"""What can be done with a review, from its opening until it is decided, and taken up again."""

from typing import Any
from uuid import UUID

from app.core.acts import Act
from app.core.errors import Conflict, FieldError, Forbidden, Invalid, refuse_hard
from app.core.findings import judge
from app.core.history import note
from app.core.pagination import Ask, Page
from app.core.versions import claim
from app.services.assessment.contract import Catalogue
from app.services.branches.failures import require_reason
from app.services.branches.founding import recorded
from app.services.duties.facts import ReviewState, year_of
from app.services.duties.models import WorkerReview
from app.services.duties.reviews import reads, repository
from app.services.duties.reviews.looking import look, snapshot
from app.services.duties.reviews.schemas import (
    OpinionsClose,
    Reopening,
    ReviewDecision,
    ReviewFilters,
    ReviewsOpen,
    SelfReport,
)
from app.services.duties.rules import DECIDING, GATHERING, REOPENING
from app.services.regions.facts import span
from app.services.regions.stated import place

S = ReviewState
NOTHING = (0, 0)


async def listed(act: Act, filters: ReviewFilters, ask: Ask) -> Page:
    """One page of reviews; that names were read is noted."""
    found = await reads.listed(act, filters, ask)
    await note(act, "list", "worker_reviews", rows=len(found.rows))
    return found


async def open_year(act: Act, wish: ReviewsOpen) -> dict[str, Any]:
    """Open a year's reviews of the workers named, or of all kept in a region, who held a role in it.

    What is open already stays as it is. Raises Invalid for a year to come, an unknown region or worker; Forbidden for a
    region or a worker that may only be seen.
    """
    if wish.year > act.today.year:
        raise Invalid(errors=(FieldError("/year", "year_future"),))
    among = NOTHING
    if wish.region_code is not None:
        among = span(*await place(act, wish.region_code, wish.region_level))
    workers = list(dict.fromkeys(wish.worker_ids or ()))
    await _kept(act, workers)
    wanted, active, opened = await repository.open_all(act, workers, among, wish.year, year_of(wish.year))
    return {"year": wish.year, "opened": opened, "standing": active - opened, "idle": wanted - active}


async def _kept(act: Act, workers: list[UUID]) -> None:
    seen = await repository.seen(act, workers)
    unknown = [
        FieldError(f"/worker_ids/{number}", "reference_unknown")
        for number, each in enumerate(workers)
        if each not in seen
    ]
    if unknown:
        raise Invalid(errors=tuple(unknown))
    if not all(act.scope.holds(code, [line]) for code, line in seen.values()):
        raise Forbidden(reason="scope")


async def self_report(act: Act, review_id: UUID, expected: int, report: SelfReport) -> None:
    """The worker reports on his year, or somebody enters what he handed in. Until opinions are in it may be amended.

    Raises NotFound, StaleVersion, Conflict in another state.
    """
    row = await _in_state(act, review_id, expected, S.open, S.self_reported)
    themselves = row.worker_id in act.scope.subjects
    if not themselves:
        keeps(act, row)
    row.state, row.self_report, row.self_band = S.self_reported, report.report, report.band
    row.on_behalf = not (themselves or report.own)
    row.self_reported_by, row.self_reported_on = act.by.id, act.today
    await repository.save(act, row)


async def close_opinions(act: Act, catalogue: Catalogue, review_id: UUID, expected: int, wish: OpinionsClose) -> None:
    """No more answers are waited for, nor a report. Raises DepartureUnapproved when one is missing without a reason."""
    row = await _in_state(act, review_id, expected, S.open, S.self_reported)
    keeps(act, row)
    looked = await look(act, catalogue, columns(row))
    findings = judge(GATHERING, looked.facts, looked.year.measures.duty)
    departing = require_reason(findings, wish.departure_reason)
    kept = recorded(act, departing, looked.year.measures, wish.departure_reason)
    row.departures = [*row.departures, *kept]
    row.state = S.opinions_in
    await repository.save(act, row)


async def decide(act: Act, catalogue: Catalogue, review_id: UUID, expected: int, wish: ReviewDecision) -> None:
    """The superior decides; what the decision rests on is frozen with it.

    Raises Forbidden outside the caller's region and line; RuleViolation for his own year, and for a departure without a
    reason: another band than the numbers point to, another consequence than usual, a year that is not over.
    """
    row = await _in_state(act, review_id, expected, S.opinions_in)
    looked = await look(act, catalogue, columns(row))
    policy = looked.year.measures.duty
    findings = judge(DECIDING, looked.deciding(wish.band, wish.consequence), policy)
    refuse_hard(findings)
    keeps(act, row)
    departing = require_reason(findings, wish.departure_reason)
    kept = recorded(act, departing, looked.year.measures, wish.departure_reason)
    row.departures = [*row.departures, *kept]
    row.state, row.band, row.consequence = S.decided, wish.band, wish.consequence
    row.decided_by, row.decided_on, row.result = act.by.id, act.today, snapshot(act, looked)
    await repository.save(act, row)


async def reopen(act: Act, catalogue: Catalogue, review_id: UUID, expected: int, wish: Reopening) -> None:
    """A decision is taken up again: it is kept as a correction, and stays in force until another is taken.

    Raises as `decide` does.
    """
    row = await _in_state(act, review_id, expected, S.decided)
    looked = await look(act, catalogue, columns(row))
    refuse_hard(judge(REOPENING, looked.facts, looked.year.measures.duty))
    keeps(act, row)
    row.corrections = [
        *row.corrections,
        {
            "band": row.band,
            "consequence": row.consequence,
            "decided_by": row.decided_by,
            "decided_on": None if row.decided_on is None else row.decided_on.isoformat(),
            "reason": wish.reason,
            "reopened_by": act.by.id,
            "reopened_at": act.now.isoformat(),
            "result": row.result,
        },
    ]
    row.state = S.opinions_in
    await repository.save(act, row)


def columns(row: WorkerReview) -> dict[str, Any]:
    """A claimed review's columns by name, as far as the rules look at them."""
    names = ("id", "worker_id", "year", "self_reported_on", "self_reported_by", "on_behalf")
    return {name: getattr(row, name) for name in names}


def keeps(act: Act, row: WorkerReview) -> None:
    """Raises Forbidden where the worker is not kept in the caller's region or line: for himself he only reports."""
    if not act.scope.holds(row.region_code, [row.authority_code]):
        raise Forbidden(reason="scope")


async def _in_state(act: Act, review_id: UUID, expected: int, *states: ReviewState) -> WorkerReview:
    row = await claim(act, WorkerReview, review_id, expected)
    if row.state not in states:
        raise Conflict(errors=(FieldError("", "review_state"),))
    return row
