"""A file of working days, as an operator writes it: line by line into the payload that HTTP takes as well."""

import csv
from collections.abc import Iterable
from typing import Any

from pydantic import ValidationError

from app.core.errors import FieldError, Invalid
from app.services.calendars.schemas import WorkingDayDraft, WorkingDaysLoad

HEADER = ("day", "working", "name")
WORKED = {"yes": True, "true": True, "1": True, "是": True, "no": False, "false": False, "0": False, "否": False}


def parsed(lines: Iterable[str], source: str, known_years: Iterable[int]) -> WorkingDaysLoad:
    """A load from CSV lines with the columns day, working and name (which may be empty).

    Raises Invalid with `/<line>/<column>` for what cannot be read; line 1 is the header.
    """
    rows = csv.reader(lines)
    header = tuple(each.strip().lower() for each in next(rows, []))
    if header != HEADER:
        raise Invalid(errors=(FieldError("/1", "days_header", {"columns": ", ".join(HEADER)}),))
    days: list[WorkingDayDraft] = []
    wrong: list[FieldError] = []
    for row in rows:
        if not any(each.strip() for each in row):
            continue
        try:
            days.append(_day(row, rows.line_num))
        except Invalid as error:
            wrong += error.errors
    if wrong:
        raise Invalid(errors=tuple(wrong))
    try:
        return WorkingDaysLoad(source=source, days=days, known_years=list(known_years))
    except ValidationError as error:
        names = tuple(str(each["loc"][0]) for each in error.errors())
        raise Invalid(errors=tuple(FieldError(f"/{name}", "value_wrong") for name in names)) from error


def _day(row: list[str], line: int) -> WorkingDayDraft:
    cells = dict(zip(HEADER, (each.strip() for each in row), strict=False))
    worked = WORKED.get(cells.get("working", "").lower())
    if worked is None or len(row) > len(HEADER):
        raise Invalid(errors=(FieldError(f"/{line}/working", "day_worked"),))
    told: dict[str, Any] = {"day": cells["day"], "working": worked, "name": cells.get("name") or None}
    try:
        return WorkingDayDraft.model_validate(told)
    except ValidationError as error:
        raise Invalid(
            errors=tuple(FieldError(f"/{line}/{each['loc'][0]}", "value_wrong") for each in error.errors())
        ) from error
