"""Use cases: which days are working days, and loading those that the library does not know yet."""

from collections.abc import Iterable
from datetime import date
from typing import Any

from app.core.acts import Act
from app.core.errors import FieldError, Forbidden, Invalid
from app.core.history import about
from app.services.calendars import reads, repository
from app.services.calendars.facts import LONGEST_REST, DayBasis, Told, WorkingDays
from app.services.calendars.official import official
from app.services.calendars.schemas import WorkingDaysAsked, WorkingDaysLoad

COUNTRY = 0
"""The calendar is the country's, and is written by whose scope holds the country's own code."""


async def working_days(act: Act) -> WorkingDays:
    """All that is known of working days: official, and loaded over it."""
    return WorkingDays(official(), await reads.days(act), await reads.years(act))


async def shown(act: Act, asked: WorkingDaysAsked) -> dict[str, Any]:
    """The days asked for, and how many of them are worked or provisional."""
    known = await working_days(act)
    days = list(known.between(asked.since, asked.until))
    return {
        "items": [{"day": day.day, "working": day.working, "name": day.name, "basis": day.basis} for day in days],
        "working": sum(day.working for day in days),
        "provisional": sum(day.basis is DayBasis.provisional for day in days),
    }


async def load(act: Act, draft: WorkingDaysLoad) -> dict[str, Any]:
    """Load days and years: all or nothing.

    Raises Forbidden for whose scope is less than the country; Invalid for a day that stands there twice, a year that is
    called known without any day of it, or more days off in a row than can be.
    """
    if not act.scope.contains(COUNTRY):
        raise Forbidden(reason="country")
    told = _once(draft)
    await repository.hold(act)
    _consistent(draft, {day.year for day in told} | await reads.years_with_days(act))
    await about(act, source=draft.source)
    created, updated = await repository.write_days(act, told, draft.source)
    _worked_around(draft, await working_days(act))
    await repository.doubt(act, draft.unknown_years, draft.source)
    await repository.vouch(act, draft.known_years, draft.source)
    return {
        "created": created,
        "updated": updated,
        "unchanged": len(told) - created - updated,
        "loaded_years": sorted(await reads.years(act)),
    }


def _once(draft: WorkingDaysLoad) -> dict[date, Told]:
    told: dict[date, Told] = {}
    for number, each in enumerate(draft.days):
        if each.day in told:
            raise Invalid(errors=(FieldError(f"/days/{number}/day", "listed_twice"),))
        told[each.day] = Told(each.working, each.name)
    return told


def _worked_around(draft: WorkingDaysLoad, known: WorkingDays) -> None:
    """Raise Invalid where no working day would be near: nothing could be moved there, and every deadline would fail."""
    for number, each in enumerate(draft.days):
        if known.rest(each.day) > LONGEST_REST:
            raise Invalid(errors=(FieldError(f"/days/{number}/day", "days_off_without_end", {"most": LONGEST_REST}),))


def _consistent(draft: WorkingDaysLoad, with_days: Iterable[int]) -> None:
    found = set(with_days)
    for number, year in enumerate(draft.known_years):
        if year not in found:
            raise Invalid(errors=(FieldError(f"/known_years/{number}", "year_without_days", {"year": year}),))
        if year in draft.unknown_years:
            raise Invalid(errors=(FieldError(f"/known_years/{number}", "year_known_and_unknown"),))
