"""Working days on the wire."""

from collections.abc import Sequence
from datetime import date
from typing import Annotated, Any, Self

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StrictBool, model_validator
from pydantic_core import PydanticCustomError

from app.core.wire import Day, Line
from app.services.calendars.facts import DayBasis

EXAMPLE: dict[str, Any] = {"day": "2026-02-14", "working": True, "name": "春节", "basis": "official"}
MOST_DAYS = 400
LONGEST = 731

Name = Annotated[Line | None, Field(description="The holiday that it is off for or makes up for; null for neither.")]


class WorkingDayRead(BaseModel):
    """Whether one day is worked, and what says so."""

    model_config = ConfigDict(json_schema_extra={"example": EXAMPLE})

    day: date
    working: bool = Field(description="Make-up days (调休上班) are working days.")
    name: str | None = Field(description="The holiday that it is off for or makes up for, as the announcement has it.")
    basis: DayBasis = Field(description="official, loaded by the operator, or provisional: Monday to Friday.")


class WorkingDaysRead(BaseModel):
    """Days in their order."""

    model_config = ConfigDict(json_schema_extra={"example": {"items": [EXAMPLE], "working": 1, "provisional": 0}})

    items: list[WorkingDayRead]
    working: int = Field(description="How many of them are worked.")
    provisional: int = Field(description="How many of them nobody announced yet.")


class WorkingDaysAsked(BaseModel):
    """From which day to which: both included, at most two years."""

    model_config = ConfigDict(extra="forbid", populate_by_name=True)

    since: Day = Field(alias="from", description="The first day.", examples=["2026-02-01"])
    until: Day = Field(description=f"The last day, included; at most {LONGEST} days.", examples=["2026-02-28"])

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if not 0 <= (self.until - self.since).days < LONGEST:
            raise PydanticCustomError("days_span", "the last day comes before the first, or there are too many")
        return self


class WorkingDayDraft(BaseModel):
    """A day off, or a working day at a weekend."""

    model_config = ConfigDict(extra="forbid")

    day: Annotated[Day, Field(ge=date(1949, 1, 1), lt=date(3000, 1, 1))]
    working: StrictBool
    name: Name = None


Year = Annotated[int, Field(strict=True, ge=1949, le=2999)]


def _each_once(years: Sequence[int]) -> Sequence[int]:
    if len(set(years)) < len(years):
        raise PydanticCustomError("listed_twice", "stands there twice")
    return years


Years = Annotated[list[Year], Field(max_length=10), AfterValidator(_each_once)]


class WorkingDaysLoad(BaseModel):
    """Days that an announcement makes different from their weekday, and the years it announces in full."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "example": {
                "source": "国务院办公厅关于2027年部分节假日安排的通知",
                "days": [
                    {"day": "2027-01-01", "working": False, "name": "元旦"},
                    {"day": "2027-01-02", "working": True, "name": "元旦"},
                ],
                "known_years": [2027],
            }
        },
    )

    source: Line = Field(description="The document that announces them.")
    days: list[WorkingDayDraft] = Field(max_length=MOST_DAYS, description="Each day once; what is there is replaced.")
    known_years: Years = Field(
        default_factory=list,
        description="Years whose days are now all loaded: the other days are what their weekday says, and no longer"
        " provisional.",
    )
    unknown_years: Years = Field(
        default_factory=list, description="Years that were called known by mistake: provisional again."
    )


class WorkingDaysLoaded(BaseModel):
    """What a load changed."""

    model_config = ConfigDict(
        json_schema_extra={"example": {"created": 2, "updated": 0, "unchanged": 0, "loaded_years": [2027]}}
    )

    created: int = Field(description="Days that were not there.")
    updated: int = Field(description="Days that were there and now read otherwise.")
    unchanged: int = Field(description="Days that stood there so already.")
    loaded_years: list[int] = Field(description="All years that the operator vouches for, after this load.")
