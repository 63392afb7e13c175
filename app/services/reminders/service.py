"""What is due for the caller: of every kind that he may read, wherever he may see it."""

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

from app.core.acts import Act
from app.core.errors import FieldError, Invalid
from app.core.pagination import Ask, Page
from app.services.reminders import reads
from app.services.reminders.contract import Catalogue, Reminder
from app.services.reminders.schemas import ReminderFilters

AHEAD = timedelta(days=30)
FARTHEST = timedelta(days=731)


async def listed(
    act: Act, catalogue: Catalogue, filters: ReminderFilters, span: tuple[int, int] | None, ask: Ask
) -> Page:
    """One page of what is due, the earliest first. `span`: the region asked for, as codes.

    Raises Invalid for a kind that there is none of, and for a day too far ahead.
    """
    asked = _asked(act, catalogue, filters)
    until = until_of(act, filters)
    if not asked:
        return Page([], count=None if ask.count == "none" else 0, count_kind=ask.count)
    return await reads.listed(act, asked, until, filters, span, ask)


async def counted(
    act: Act, catalogue: Catalogue, filters: ReminderFilters, span: tuple[int, int] | None
) -> list[dict[str, Any]]:
    """How many of each kind are due, in the catalogue's order. Raises Invalid as `listed`."""
    asked = _asked(act, catalogue, filters)
    until = until_of(act, filters)
    found = {row["kind"]: row for row in await reads.counted(act, asked, until, filters.overdue, span)} if asked else {}
    return [found[each.code] for each in asked if each.code in found]


def until_of(act: Act, filters: ReminderFilters) -> date:
    """The last day that is looked at. Raises Invalid for one too far ahead."""
    latest = act.today + FARTHEST
    if filters.until is not None and filters.until > latest:
        raise Invalid(errors=(FieldError("/until", "day_too_late", {"latest": latest.isoformat()}),))
    return filters.until or act.today + AHEAD


def _asked(act: Act, catalogue: Catalogue, filters: ReminderFilters) -> Sequence[Reminder]:
    known = [each.code for each in catalogue.reminders]
    if filters.kind is not None and filters.kind not in known:
        raise Invalid(errors=(FieldError("/kind", "reminder_unknown", {"allowed": ", ".join(known)}),))
    return catalogue.held(act.by.permissions, None if filters.kind is None else frozenset({filters.kind}))
