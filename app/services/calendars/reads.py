"""Working days that an operator loaded."""

from datetime import date

from sqlalchemy import extract, select

from app.core.acts import Act
from app.services.calendars.facts import Told
from app.services.calendars.models import WorkingDay, WorkingYear


async def days(act: Act) -> dict[date, Told]:
    """All loaded days: some forty a year."""
    rows = await act.session.execute(select(WorkingDay.day, WorkingDay.working, WorkingDay.name))
    return {day: Told(working, name) for day, working, name in rows}


async def years(act: Act) -> frozenset[int]:
    """The years that the operator vouches for."""
    return frozenset(await act.session.scalars(select(WorkingYear.year).where(WorkingYear.known)))


async def years_with_days(act: Act) -> frozenset[int]:
    """The years of which at least one day is loaded."""
    year = extract("year", WorkingDay.day)
    return frozenset(int(each) for each in await act.session.scalars(select(year).distinct()))
