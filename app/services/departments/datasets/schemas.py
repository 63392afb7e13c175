"""Datasets of departments on the wire, and how fresh they are."""

from datetime import date, datetime
from typing import Annotated, Any
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from app.core.wire import AllowedAction, Day, Line, absent
from app.services.departments.wire import (
    COMMITTEE_ID,
    DEPARTMENT_ID,
    PERIOD,
    STANDS,
    PartFilters,
    Standing,
    Superseded,
)
from app.services.regions.stated import RegionCode

DATASET: dict[str, Any] = {
    "id": "019a3f0e-7b1c-7c55-9d3e-3f1f6a1f3041",
    "version": 1,
    "department_id": DEPARTMENT_ID,
    "department_name": "西湖区市场监督管理局",
    "committee_id": COMMITTEE_ID,
    "dataset": "registrations",
    "client_id": None,
    "every_days": 31,
    **PERIOD,
    **STANDS,
}
FRESHNESS: dict[str, Any] = {
    **{
        name: DATASET[name]
        for name in (
            *("id", "department_id", "department_name", "committee_id", "dataset", "client_id", "every_days"),
            *("region_code", "region_level"),
        )
    },
    "last_source_time": "2026-02-01T00:00:00+00:00",
    "last_finished_at": "2026-02-01T02:10:00+00:00",
    "last_records": 412,
    "due_on": "2026-03-04",
    "days_late": 0,
    "never": False,
}
CLIENT = "The client that pushes it; null: whoever pushes the dataset for the committee's region."
EVERY = "New data is due so many days after the last, 1 to 1000."
EveryDays = Annotated[int, Field(strict=True, ge=1, le=1000, description=EVERY)]
ClientId = Annotated[Line | None, Field(description=CLIENT)]


class DepartmentDatasetRead(Standing):
    """A dataset that a department has to push."""

    model_config = ConfigDict(json_schema_extra={"example": DATASET})

    id: UUID
    version: int
    department_id: UUID
    department_name: str
    committee_id: UUID
    dataset: str
    client_id: str | None = Field(description=CLIENT)
    every_days: int = Field(description=EVERY)


class DepartmentDatasetDetail(DepartmentDatasetRead):
    """A dataset of a department with what the caller may do."""

    model_config = ConfigDict(
        json_schema_extra={
            "example": DATASET | {"allowed_actions": [{"action": "update", "allowed": True, "reason": None}]}
        }
    )

    allowed_actions: list[AllowedAction]


class DepartmentDatasetVersion(Standing, Superseded):
    """A dataset of a department as it was known from `recorded_at` to `recorded_to`."""

    model_config = ConfigDict(
        json_schema_extra={
            "example": {name: value for name, value in DATASET.items() if name != "department_name"}
            | {"recorded_to": None, "replaced_by": None}
        }
    )

    id: UUID
    version: int
    department_id: UUID
    committee_id: UUID
    dataset: str
    client_id: str | None = Field(description=CLIENT)
    every_days: int = Field(description=EVERY)


class DepartmentDatasetCreate(BaseModel):
    """A dataset that a department has to push from a day on."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "example": {name: DATASET[name] for name in ("department_id", "dataset", "every_days", "valid_from")}
        },
    )

    department_id: UUID
    dataset: Annotated[Line, Field(description="Name of a dataset of `GET /v1/datasets`.")]
    client_id: ClientId = None
    every_days: EveryDays
    valid_from: Day = Field(description="First day; where nothing was ever pushed the first data is due from it.")


class DepartmentDatasetUpdate(BaseModel):
    """What changes; a field left out stays as it is."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"example": {"every_days": 7}})

    client_id: ClientId = None
    every_days: EveryDays = absent()


class FreshnessRead(BaseModel):
    """How fresh a dataset of a department is: when its newest data was true, and when the next is due."""

    model_config = ConfigDict(json_schema_extra={"example": FRESHNESS})

    id: UUID = Field(description="Of the department's dataset.")
    department_id: UUID
    department_name: str
    committee_id: UUID
    dataset: str
    client_id: str | None = Field(description=CLIENT)
    every_days: int = Field(description=EVERY)
    region_code: RegionCode
    region_level: int
    last_source_time: datetime | None = Field(description="When the newest data that was taken in was true.")
    last_finished_at: datetime | None = Field(description="When it was taken in.")
    last_records: int | None = Field(description="How many records it had.")
    due_on: date = Field(description="`every_days` after the day of `last_source_time`, or after the first day.")
    days_late: int = Field(description="Whole days since `due_on`; 0: in time.")
    never: bool = Field(description="Nothing was ever taken in.")


class FreshnessFilters(PartFilters):
    """What narrows the list. Without `on` only what holds today is told."""

    dataset: Annotated[Line | None, Field(description="Only this dataset.")] = None
    late: Annotated[bool | None, Field(description="true: only what is late today; false: only what is not.")] = None
