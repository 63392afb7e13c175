"""Types of series on the wire."""

import re
from datetime import date, time
from typing import Annotated, Any

from pydantic import BeforeValidator, Field, StringConstraints
from pydantic_core import PydanticCustomError

from app.core.wire import Day

SHAPE = re.compile(r"([01][0-9]|2[0-3]):[0-5][0-9]")


def _clock(value: Any) -> Any:
    if isinstance(value, time):
        return value
    if isinstance(value, str) and SHAPE.fullmatch(value):
        return time.fromisoformat(value)
    raise PydanticCustomError("time_parsing", "must be a time such as 14:30")


ClockTime = Annotated[
    time,
    BeforeValidator(_clock, json_schema_input_type=str),
    Field(description="Hours and minutes in Shanghai.", examples=["14:30"]),
]
SeriesDay = Annotated[Day, Field(ge=date(2000, 1, 1), lt=date(2100, 1, 1))]
Rule = Annotated[
    str,
    StringConstraints(strip_whitespace=True, min_length=1, max_length=300, pattern=r"^[^\x00-\x1f]+$"),
    Field(
        description="A recurrence of RFC 5545 that ends: FREQ=YEARLY, MONTHLY or WEEKLY with INTERVAL, BYMONTH,"
        " BYMONTHDAY, BYDAY, BYSETPOS, and COUNT or UNTIL (a day); 600 times and ten years at most.",
        examples=["FREQ=MONTHLY;INTERVAL=3;BYDAY=2TU;COUNT=8"],
    ),
]
Minutes = Annotated[int, Field(strict=True, ge=10, le=1440, description="How long a meeting is to take, in minutes.")]
