"""Duties of departments on the wire."""

from typing import Annotated, Any
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from app.core.wire import AllowedAction, Day, Line, absent
from app.services.departments.facts import DepartmentKind
from app.services.departments.wire import COMMITTEE_ID, DEPARTMENT_ID, PERIOD, STANDS, Standing, Superseded

DUTY: dict[str, Any] = {
    "id": "019a3f0e-7b1c-7c55-9d3e-3f1f6a1f3021",
    "version": 1,
    "department_id": DEPARTMENT_ID,
    "department_name": "西湖区市场监督管理局",
    "department_kind": "market_regulator",
    "committee_id": COMMITTEE_ID,
    "text": "登记、年报时一并采集党建信息，每月推送新设企业",
    "source": "《西湖区两新组织党建工作联席会议制度》（2026）第四条",
    **PERIOD,
    **STANDS,
}
NAMED = ("department_name", "department_kind")
DutyText = Annotated[str, StringConstraints(strip_whitespace=True, min_length=2, max_length=2000)]
SOURCE = "The document that lays the duty down, with its place in it."


class DepartmentDutyRead(Standing):
    """Something a department does for two-new work."""

    model_config = ConfigDict(json_schema_extra={"example": DUTY})

    id: UUID
    version: int
    department_id: UUID
    department_name: str
    department_kind: DepartmentKind
    committee_id: UUID
    text: str
    source: str = Field(description=SOURCE)


class DepartmentDutyDetail(DepartmentDutyRead):
    """A duty with what the caller may do."""

    model_config = ConfigDict(
        json_schema_extra={
            "example": DUTY | {"allowed_actions": [{"action": "update", "allowed": True, "reason": None}]}
        }
    )

    allowed_actions: list[AllowedAction]


class DepartmentDutyVersion(Standing, Superseded):
    """A duty as it was known from `recorded_at` to `recorded_to`."""

    model_config = ConfigDict(
        json_schema_extra={
            "example": {name: value for name, value in DUTY.items() if name not in NAMED}
            | {"recorded_to": None, "replaced_by": None}
        }
    )

    id: UUID
    version: int
    department_id: UUID
    committee_id: UUID
    text: str
    source: str = Field(description=SOURCE)


class DepartmentDutyCreate(BaseModel):
    """A duty from a day on."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={"example": {name: DUTY[name] for name in ("department_id", "text", "source", "valid_from")}},
    )

    department_id: UUID
    text: DutyText
    source: Annotated[Line, Field(description=SOURCE)]
    valid_from: Day = Field(description="First day; not before the department joined.")


class DepartmentDutyUpdate(BaseModel):
    """What is put right; a field left out stays as it is."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"example": {"source": "区委办〔2026〕8 号第四条"}})

    text: DutyText = absent()
    source: Annotated[Line, Field(description=SOURCE)] = absent()
