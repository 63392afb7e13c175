"""The official calendar that ships with the library `chinesecalendar`, in the shape of our facts.

It holds what the General Office of the State Council announced, year by year; next year's comes with a new release of
the library, mostly in November, or from the operator (see docs/operators.md).
"""

from functools import cache

import chinese_calendar

from app.services.calendars.facts import Official, Told


@cache
def official() -> Official:
    """All years that the library knows."""
    off, worked = chinese_calendar.holidays, chinese_calendar.workdays
    named = {each.value: str(each.chinese) for each in chinese_calendar.Holiday}
    days = {day: Told(False, named[name]) for day, name in off.items()}
    days |= {day: Told(True, named[name]) for day, name in worked.items()}
    # The years between its first and its last, as the library itself asks: it has no gaps.
    years = range(min(off).year, max(off).year + 1)
    return Official(frozenset(years), days)
