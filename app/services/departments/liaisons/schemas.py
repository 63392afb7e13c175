"""Liaisons of departments on the wire. The phone leaves masked; only `Revealed` holds it in clear."""

from typing import Annotated, Any
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from app.core.wire import AllowedAction, Day, Line, absent
from app.services.departments.wire import (
    COMMITTEE_ID,
    DEPARTMENT_ID,
    PERIOD,
    STANDS,
    Standing,
    Superseded,
)
from app.services.privacy.wire import PersonName, Phone

LIAISON: dict[str, Any] = {
    "id": "019a3f0e-7b1c-7c55-9d3e-3f1f6a1f3031",
    "version": 1,
    "department_id": DEPARTMENT_ID,
    "department_name": "西湖区市场监督管理局",
    "committee_id": COMMITTEE_ID,
    "name": "陈晓云",
    "post": "登记注册科科长",
    "main": True,
    **PERIOD,
    **STANDS,
    "phone": "138****8000",
}
UNVERSIONED = ("department_name", "phone")
MAIN = "Whether this is the department's main liaison, for all of the period: one at a time."


class DepartmentLiaisonStored(Standing):
    """A liaison as its row tells it."""

    id: UUID
    version: int
    department_id: UUID
    department_name: str
    committee_id: UUID
    name: str
    post: str
    main: bool = Field(description=MAIN)


class DepartmentLiaisonRead(DepartmentLiaisonStored):
    """A liaison with the masked phone."""

    model_config = ConfigDict(json_schema_extra={"example": LIAISON})

    phone: str | None = Field(description="Masked; null when none is held.")


class DepartmentLiaisonDetail(DepartmentLiaisonRead):
    """A liaison with what the caller may do."""

    model_config = ConfigDict(
        json_schema_extra={
            "example": LIAISON | {"allowed_actions": [{"action": "update", "allowed": True, "reason": None}]}
        }
    )

    allowed_actions: list[AllowedAction]


class DepartmentLiaisonVersion(Standing, Superseded):
    """A liaison as it was known from `recorded_at` to `recorded_to`, without the phone: earlier ones are not kept."""

    model_config = ConfigDict(
        json_schema_extra={
            "example": {name: value for name, value in LIAISON.items() if name not in UNVERSIONED}
            | {"recorded_to": None, "replaced_by": None}
        }
    )

    id: UUID
    version: int
    department_id: UUID
    committee_id: UUID
    name: str
    post: str
    main: bool = Field(description=MAIN)


class DepartmentLiaisonCreate(BaseModel):
    """A liaison from a day on."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "example": {
                "department_id": DEPARTMENT_ID,
                "name": "陈晓云",
                "post": "登记注册科科长",
                "main": True,
                "phone": "13800138000",
                "valid_from": "2026-01-01",
            }
        },
    )

    department_id: UUID
    name: PersonName
    post: Line
    main: Annotated[bool, Field(strict=True, description=MAIN)] = False
    phone: Phone | None = None
    valid_from: Day = Field(description="First day; not before the department joined.")


class DepartmentLiaisonUpdate(BaseModel):
    """What is put right; a field left out stays as it is, null removes the phone."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"example": {"phone": "13900139000"}})

    name: PersonName = absent()
    post: Line = absent()
    main: Annotated[bool, Field(strict=True, description=MAIN)] = absent()
    phone: Phone | None = None
