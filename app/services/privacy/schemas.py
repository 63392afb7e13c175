"""A person's rights on the wire."""

from typing import Annotated, Any, Self
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, model_validator
from pydantic_core import PydanticCustomError

from app.services.privacy.facts import Ground, PersonalKind
from app.services.privacy.wire import IdentityNumber, Phone, Purpose


class Subject(BaseModel):
    """A person, named by exactly one whole number; it travels in the body alone."""

    model_config = ConfigDict(extra="forbid")

    phone: Phone | None = None
    identity_number: IdentityNumber | None = None

    @model_validator(mode="after")
    def one_of_two(self) -> Self:
        """One number, not none and not both."""
        if (self.phone is None) == (self.identity_number is None):
            raise PydanticCustomError("one_of_two", "one of two")
        return self

    @property
    def sought(self) -> tuple[PersonalKind, str]:
        """The kind of number and its value."""
        if self.phone is not None:
            return "phone", self.phone
        assert self.identity_number is not None  # noqa: S101 (validated)
        return "identity_number", self.identity_number


class NumberSearch(Subject):
    """Whose rows of one kind are sought."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"example": {"phone": "13800138000"}})


class NumberReveal(BaseModel):
    """Why numbers are needed in clear, and which of them."""

    model_config = ConfigDict(
        extra="forbid", json_schema_extra={"example": {"purpose": "电话通知参加座谈会", "fields": ["phone"]}}
    )

    purpose: Purpose
    fields: Annotated[list[PersonalKind], Field(min_length=1, max_length=2)] = ["phone", "identity_number"]


class Revealed(BaseModel):
    """The numbers in clear. The answer may not be stored by anything in between."""

    model_config = ConfigDict(
        json_schema_extra={
            "example": {
                "id": "019a3f0e-7b1c-7c55-9d3e-3f1f6a1f0c41",
                "phone": "13800138000",
                "identity_number": None,
            }
        }
    )

    id: UUID
    phone: str | None
    identity_number: str | None


class PersonErase(BaseModel):
    """On what ground a row about a person is erased, and the circumstances."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={"example": {"ground": "purpose_achieved", "reason": "已不再担任该企业联络员"}},
    )

    ground: Ground
    reason: Purpose


class SubjectExport(Subject):
    """Whose data is to be told, and on whose request."""

    model_config = ConfigDict(
        extra="forbid", json_schema_extra={"example": {"phone": "13800138000", "reason": "本人书面申请查阅"}}
    )

    reason: Purpose


class SubjectErase(Subject):
    """Whose data is to be erased, on what ground, and the circumstances."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "example": {"phone": "13800138000", "ground": "consent_withdrawn", "reason": "本人书面申请删除"}
        },
    )

    ground: Ground
    reason: Purpose


class HeldRow(BaseModel):
    """One row about the person, in clear."""

    table: str = Field(examples=["contacts"])
    data: dict[str, Any]


class Told(BaseModel):
    """All that is held about a person within the caller's scope."""

    items: list[HeldRow]


class ErasedRow(BaseModel):
    """What became of one row."""

    model_config = ConfigDict(
        json_schema_extra={
            "example": {
                "table": "contacts",
                "id": "019a3f0e-7b1c-7c55-9d3e-3f1f6a1f0c31",
                "erased": True,
                "findings": [],
            }
        }
    )

    table: str
    id: UUID
    erased: bool
    findings: list[dict[str, Any]] = Field(description="Why the law keeps it, with the document; empty when erased.")


class ErasedRows(BaseModel):
    """An answer a row."""

    model_config = ConfigDict(
        json_schema_extra={
            "example": {
                "items": [
                    {
                        "table": "contacts",
                        "id": "019a3f0e-7b1c-7c55-9d3e-3f1f6a1f0c31",
                        "erased": True,
                        "findings": [],
                    }
                ]
            }
        }
    )

    items: list[ErasedRow]
