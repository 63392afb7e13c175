"""What can be done with a month's list: compute, compute again, close, set aside."""

from asyncio import to_thread
from dataclasses import dataclass
from functools import cache
from typing import Any
from uuid import UUID

from app.core.acts import Act
from app.core.errors import Conflict, FieldError, Forbidden, Invalid, RuleViolation, Taken, refuse_hard
from app.core.findings import judge
from app.core.history import note
from app.core.pagination import Ask, Page
from app.core.versions import claim
from app.core.wire import action
from app.services.access.permissions import Permission
from app.services.duties.reviews import reads as reviews
from app.services.policies import service as policies
from app.services.policies.facts import InForce
from app.services.regions.facts import CITY, span
from app.services.regions.stated import lineage, place
from app.services.treatment.facts import Month, MonthState, Place
from app.services.treatment.models import TreatmentMonth
from app.services.treatment.months import listing, reads, repository, written
from app.services.treatment.months.facts import ClosingFacts, Line
from app.services.treatment.months.rules import CLOSING, nobody_paid
from app.services.treatment.months.schemas import EntitlementFilters, MonthCreate
from app.services.treatment.policy import KIND, TreatmentPolicy
from app.services.treatment.schemes import Schemes

LINES = "treatment_entitlements"


@dataclass(frozen=True, slots=True)
class Computed:
    """What a list would say now, with the schemes it rests on."""

    lines: list[Line]
    figures: dict[str, Any]
    schemes: list[dict[str, Any]]
    known: list[int]


async def compute(act: Act, at: Place, month: Month, beside: UUID | None) -> Computed:
    """The list of a region for a month as of now; `beside`: the list that it is to replace.

    Set-wise: one read of all roles of the region's workers, one pass, no look at single rows. Raises RuleViolation when
    no scheme pays anybody.
    """
    low_high = span(*at)
    elsewhere = await repository.listed(act, low_high, month, beside)
    everybody = await repository.kept(act, low_high, month)
    workers = [each for each in everybody if each.id not in elsewhere]
    bands = await reviews.bands(act, low_high, month.end)
    changed = await repository.changed(act, low_high, month, beside)
    laid_down = await policies.laid_down(act, KIND)
    schemes = Schemes(laid_down.values())
    lines = await to_thread(listing.lines, workers, bands, changed, month, schemes, _frozen(laid_down))
    if found := nobody_paid(lines):
        raise RuleViolation(found)
    used = [schemes.used[name] for name in sorted(schemes.used)]
    return Computed(lines, listing.figures(lines, len(elsewhere)), written.schemes(used), sorted(laid_down))


def _frozen(laid_down: dict[int, InForce[TreatmentPolicy]]) -> listing.Frozen:
    @cache
    def of(known: tuple[int, ...]) -> Schemes:
        return Schemes(laid_down[number] for number in known)

    return of


async def create(act: Act, draft: MonthCreate) -> UUID:
    """Compute the list of a region for a month.

    Raises Invalid for another shape, a region wider than a city or a month that has not begun, Forbidden for a region
    not wholly inside the caller's scope, Taken where it is listed already, here or around, Conflict where there is
    nobody to list, RuleViolation when no scheme pays anybody. Of two at once the database lets one through.
    """
    at = await place(act, draft.region_code, draft.region_level)
    if not act.scope.covers(*span(*at)):
        raise Forbidden(reason="scope")
    if at[1] < CITY:
        raise Invalid(errors=(FieldError("/region_code", "treatment_too_wide"),))
    month = Month(reads.first(draft.month))
    if month.first > act.today:
        raise Invalid(errors=(FieldError("/month", "month_future"),))
    if await repository.covering(act, span(*at), month):
        raise Taken(errors=(FieldError("/month", "treatment_listed"),))
    found = await compute(act, at, month, None)
    if not found.lines:
        raise Conflict(errors=(FieldError("/region_code", "treatment_nobody"),))
    row = TreatmentMonth(
        version=1,
        month=month.first,
        region_code=at[0],
        region_level=at[1],
        state=MonthState.open,
        computed_by=act.by.id,
        computed_at=act.now,
        known_policies=found.known,
        schemes=found.schemes,
        figures=found.figures,
        created_at=act.now,
        recorded_at=act.now,
    )
    await repository.add(act, row)
    await repository.write(act, row, found.lines)
    return row.id


async def recompute(act: Act, month_id: UUID, expected: int) -> None:
    """Compute an open list again, by the roles, reviews and schemes of now.

    Raises NotFound, StaleVersion, Forbidden, Conflict for one that is not open, RuleViolation when no scheme pays
    anybody any more.
    """
    row, at = await _open(act, month_id, expected)
    found = await compute(act, at, Month(row.month), row.id)
    await repository.clear(act, row.id)
    await repository.write(act, row, found.lines)
    row.computed_by, row.computed_at = act.by.id, act.now
    row.known_policies, row.schemes, row.figures = found.known, found.schemes, found.figures
    await repository.save(act, row)


async def close(act: Act, month_id: UUID, expected: int) -> None:
    """Freeze a list from the month's last day on: from here on its lines are due.

    Raises NotFound, StaleVersion, Forbidden; RuleViolation for whoever computed it; Conflict for one that is not open,
    whose month is not over, that would be computed otherwise now, or that stands behind an open list of an earlier
    month.
    """
    row, at = await _open(act, month_id, expected)
    month = Month(row.month)
    if act.today < month.last:
        raise Conflict(errors=(FieldError("", "month_not_over", {"earliest": month.last.isoformat()}),))
    policy = (await policies.at(act, KIND, lineage(at), act.today)).numbers
    refuse_hard(judge(CLOSING, ClosingFacts(own=row.computed_by == act.by.id), policy))
    if earlier := await repository.earlier_open(act, row.id):
        raise Conflict(errors=(FieldError("", "treatment_earlier_open", {"lists": earlier}),))
    found = await compute(act, at, month, row.id)
    if other := await repository.otherwise(act, row.id, found.lines):
        raise Conflict(errors=(FieldError("", "treatment_outdated", {"lines": other}),))
    await repository.settle(act, row.id)
    row.state, row.closed_by, row.closed_at = MonthState.closed, act.by.id, act.now
    await repository.save(act, row)


async def discard(act: Act, month_id: UUID, expected: int, reason: str) -> None:
    """Set an open list aside: its lines go, and others may list the same workers. Raises as `recompute`."""
    row, _ = await _open(act, month_id, expected)
    await repository.clear(act, row.id)
    row.state, row.discard_reason = MonthState.discarded, reason
    await repository.save(act, row)


async def _open(act: Act, month_id: UUID, expected: int) -> tuple[TreatmentMonth, Place]:
    row = await claim(act, TreatmentMonth, month_id, expected)
    at = (row.region_code, row.region_level)
    if not act.scope.covers(*span(*at)):
        raise Forbidden(reason="scope")
    if row.state != MonthState.open:
        raise Conflict(errors=(FieldError("", f"treatment_{row.state}"),))
    return row, at


async def detail(act: Act, month_id: UUID) -> dict[str, Any]:
    """One list with the actions the caller may take. Raises NotFound."""
    row = await reads.one(act, month_id)
    covers = act.scope.covers(*span(int(row["region_code"]), row["region_level"]))
    settled = None if covers else "outside_scope"
    settled = settled or (None if row["state"] == MonthState.open else f"treatment_{row['state']}")
    own = "own_list" if row["computed_by"] == act.by.id else None
    going_on = "month_not_over" if act.today < Month(reads.first(row["month"])).last else None
    may_write = None if Permission.treatment_write in act.by.permissions else "permission"
    may_close = None if Permission.treatment_close in act.by.permissions else "permission"
    actions = [
        action("recompute", may_write or settled),
        action("close", may_close or settled or own or going_on),
        action("discard", may_write or settled),
    ]
    return {**row, "allowed_actions": actions}


async def lines(act: Act, filters: EntitlementFilters, ask: Ask) -> Page:
    """One page of lines, noted as a list of names."""
    found = await reads.lines(act, filters, ask)
    await note(act, "list", LINES, rows=len(found.rows))
    return found
