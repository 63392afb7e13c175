"""Wire types: a date is a written date, a name is one line, a count is a number, a null is not an absence."""

from datetime import date
from typing import Any

import pytest
from pydantic import BaseModel, ValidationError

from app.core.wire import Day, Line, Whole, absent


class Sample(BaseModel):
    day: Day = absent()
    line: Line = absent()
    whole: Whole = absent()


def code(**given: Any) -> str:
    with pytest.raises(ValidationError) as refused:
        Sample(**given)
    return str(refused.value.errors()[0]["type"])


def test_a_written_day_is_read() -> None:
    assert Sample(day="2026-03-02").day == date(2026, 3, 2)


@pytest.mark.parametrize(
    "value",
    [0, 86400, "86400", 20260301, "20260301", 1.5, "2026-3-2", "2026-03-02T00:00:00", " 2026-03-02", True, None],
)
def test_a_number_is_no_day(value: Any) -> None:
    assert code(day=value) == "date_parsing"


def test_a_day_that_is_in_no_calendar_is_refused() -> None:
    assert code(day="2026-02-30") == "date_from_datetime_parsing"


def test_a_line_is_trimmed_and_one() -> None:
    assert Sample(line="  云栖 ").line == "云栖"
    assert code(line="a\nb") == "string_pattern_mismatch"
    assert code(line=" \t ") == "string_too_short"


@pytest.mark.parametrize("value", ["3", 3.0, True, None])
def test_a_count_is_a_whole_number(value: Any) -> None:
    assert code(whole=value) == "int_type"


def test_left_out_is_told_from_null() -> None:
    assert Sample().model_fields_set == set()
    assert code(line=None) == "string_type"
    assert "default" not in Sample.model_json_schema()["properties"]["line"]
