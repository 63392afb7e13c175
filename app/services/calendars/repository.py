"""Writing working days."""

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from sqlalchemy import func, literal_column, or_, select, update
from sqlalchemy.dialects.postgresql import insert

from app.core.acts import Act
from app.services.calendars.facts import Told
from app.services.calendars.models import WorkingDay, WorkingYear


async def hold(act: Act) -> None:
    """Let one load follow the other until this act is committed."""
    await act.session.execute(select(func.pg_advisory_xact_lock(func.hashtext("working_days"))))


async def write_days(act: Act, told: Mapping[date, Told], source: str) -> tuple[int, int]:
    """Write days that are not there or read otherwise. Answers how many came to be and how many were changed."""
    if not told:
        return 0, 0
    entered = insert(WorkingDay).values(
        [
            {
                "version": 1,
                "day": day,
                "working": told[day].working,
                "name": told[day].name,
                "source": source,
                "entered_by": act.by.id,
                "created_at": act.now,
                "recorded_at": act.now,
            }
            for day in sorted(told)
        ]
    )
    fresh = entered.excluded
    written: Any = entered.on_conflict_do_update(
        index_elements=[WorkingDay.day],
        set_={
            "version": WorkingDay.version + 1,
            **{name: fresh[name] for name in ("working", "name", "source", "entered_by", "recorded_at")},
        },
        where=or_(*(getattr(WorkingDay, name).is_distinct_from(fresh[name]) for name in ("working", "name", "source"))),
    ).returning(literal_column("xmax = 0"))
    created = list(await act.session.scalars(written))
    return sum(created), len(created) - sum(created)


async def vouch(act: Act, years: Iterable[int], source: str) -> None:
    """Call years known; one that is known already keeps its document."""
    for year in sorted(years):
        entered = insert(WorkingYear).values(
            version=1,
            year=year,
            known=True,
            source=source,
            entered_by=act.by.id,
            created_at=act.now,
            recorded_at=act.now,
        )
        fresh = entered.excluded
        await act.session.execute(
            entered.on_conflict_do_update(
                index_elements=[WorkingYear.year],
                set_={
                    "version": WorkingYear.version + 1,
                    **{name: fresh[name] for name in ("known", "source", "entered_by", "recorded_at")},
                },
                where=WorkingYear.known.is_(False),
            )
        )


async def doubt(act: Act, years: Iterable[int], source: str) -> None:
    """Call years unknown again."""
    await act.session.execute(
        update(WorkingYear)
        .where(WorkingYear.year.in_(sorted(years)), WorkingYear.known)
        .values(
            known=False,
            source=source,
            entered_by=act.by.id,
            version=WorkingYear.version + 1,
            recorded_at=act.now,
        )
    )
