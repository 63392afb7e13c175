"""Contacts on the wire. Personal fields leave masked; only `Revealed` holds them in clear."""

from datetime import datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from app.core.wire import AllowedAction, absent
from app.services.contacts.facts import ContactRole
from app.services.privacy.wire import IdentityNumber, PersonName, Phone
from app.services.regions.stated import RegionCode, RegionLevel

EXAMPLE: dict[str, Any] = {
    "id": "019a3f0e-7b1c-7c55-9d3e-3f1f6a1f0c31",
    "version": 1,
    "organization_id": "01999c3e-7b1a-7c55-9d6f-3f0b6a1c2d3e",
    "region_code": "330102001000",
    "name": "陈晓云",
    "role": "liaison",
    "source": "officer",
    "source_time": "2026-03-02T01:00:00+00:00",
    "corrected": [],
    "recorded_at": "2026-03-02T01:00:00+00:00",
    "phone": "138****8000",
    "identity_number": None,
}
Field_ = Literal["phone", "identity_number"]


class ContactStored(BaseModel):
    """A contact as its row tells it."""

    id: UUID
    version: int
    organization_id: UUID
    region_code: RegionCode
    name: str
    role: ContactRole
    source: str = Field(description="officer, or the dataset that told it.")
    source_time: datetime
    corrected: list[str] = Field(description="Fields an officer has put right; pushes leave them alone.")
    recorded_at: datetime


class ContactRead(ContactStored):
    """A contact person with masked numbers."""

    model_config = ConfigDict(json_schema_extra={"example": EXAMPLE})

    phone: str | None = Field(description="Masked; null when none is held.")
    identity_number: str | None = Field(description="Masked; null when none is held.")


class ContactDetail(ContactRead):
    """A contact with what the caller may do."""

    allowed_actions: list[AllowedAction]


class ContactVersion(ContactStored):
    """A contact as it was known from `recorded_at` to `recorded_to`, without numbers: earlier ones are not kept."""

    model_config = ConfigDict(
        json_schema_extra={
            "example": {name: value for name, value in EXAMPLE.items() if name not in ("phone", "identity_number")}
            | {"recorded_to": None, "replaced_by": None}
        }
    )

    recorded_to: datetime | None = Field(description="When the next version became known; null for the current one.")
    replaced_by: str | None = Field(description="Who recorded the next version.")


class ContactCreate(BaseModel):
    """A new contact person."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "example": {
                "organization_id": "01999c3e-7b1a-7c55-9d6f-3f0b6a1c2d3e",
                "name": "陈晓云",
                "role": "liaison",
                "phone": "13800138000",
            }
        },
    )

    organization_id: UUID
    name: PersonName
    role: ContactRole
    phone: Phone | None = None
    identity_number: IdentityNumber | None = None


class ContactUpdate(BaseModel):
    """What is put right; a field left out stays as it is, null removes a number."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"example": {"phone": "13900139000"}})

    name: PersonName = absent()
    role: ContactRole = absent()
    phone: Phone | None = None
    identity_number: IdentityNumber | None = None


class ContactsFound(BaseModel):
    """Contacts with exactly this number, within the caller's scope."""

    items: list[ContactRead]


class ContactFilters(BaseModel):
    """What narrows the list. There is no filter by number here: see the search."""

    organization_id: Annotated[UUID | None, Field(description="Only contacts of this organisation.")] = None
    region: Annotated[RegionCode | None, Field(description="Contacts of organisations in this region and below.")] = (
        None
    )
    region_level: RegionLevel = None
    role: Annotated[ContactRole | None, Field(description="Only this role.")] = None
