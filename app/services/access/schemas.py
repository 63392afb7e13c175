"""Clients, their secrets and push tokens on the wire."""

from datetime import date, datetime
from typing import Annotated, Any
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from app.core.wire import AllowedAction, Instant, Line, Sentence

CLIENT: dict[str, Any] = {
    "id": "019a3f0e-7b1c-7c55-9d3e-3f1f6a1f0c11",
    "version": 1,
    "client_id": "client-9f86d081884c7d659a2feaa0c55ad015",
    "name": "区市场监管局数据接口",
    "created_by": "person:zhang",
    "created_at": "2026-03-02T01:00:00+00:00",
    "disabled_at": None,
    "disabled_reason": None,
    "recorded_at": "2026-03-02T01:00:00+00:00",
}
SECRET: dict[str, Any] = {
    "id": "019a3f0e-7b1c-7c55-9d3e-3f1f6a1f0c12",
    "created_by": "person:zhang",
    "created_at": "2026-03-02T01:00:00+00:00",
    "ends_at": None,
    "used_on": "2026-03-02",
}
DETAIL: dict[str, Any] = CLIENT | {
    "secrets": [SECRET],
    "allowed_actions": [{"action": "add_secret", "allowed": True, "reason": None}],
}
PUSH: dict[str, Any] = {
    "id": "019a3f0e-7b1c-7c55-9d3e-3f1f6a1f0c21",
    "grant_id": "019a3f0e-7b1c-7c55-9d3e-3f1f6a1f0c31",
    "subject": CLIENT["client_id"],
    "name": "民政局每周报送",
    "dataset": "registrations",
    "addresses": ["10.20.0.0/16"],
    "created_by": "person:zhang",
    "created_at": "2026-03-02T01:00:00+00:00",
    "ends_at": "2027-03-02T01:00:00+00:00",
    "revoked_at": None,
    "revoked_reason": None,
    "used_on": None,
}
PUSH_DETAIL: dict[str, Any] = PUSH | {"allowed_actions": [{"action": "revoke", "allowed": True, "reason": None}]}
SHOWN = "lxs_Zk3rUuWmJtq0Yg8oN1sXcVb7Hd5fQe2aLwPiTzRyKxE"


class ClientRead(BaseModel):
    """A machine that signs in by itself."""

    model_config = ConfigDict(json_schema_extra={"example": CLIENT})

    id: UUID
    version: int
    client_id: str = Field(description="What it sends to `/oauth/token`; also the subject of its grants.")
    name: str
    created_by: str
    created_at: datetime
    disabled_at: datetime | None
    disabled_reason: str | None
    recorded_at: datetime


class SecretRead(BaseModel):
    """A secret of a client; the secret itself is kept nowhere."""

    model_config = ConfigDict(json_schema_extra={"example": SECRET})

    id: UUID
    created_by: str
    created_at: datetime
    ends_at: datetime | None = Field(description="From then on it is refused; null: open.")
    used_on: date | None = Field(description="The last day it was used.")


class ClientDetail(ClientRead):
    """A client with its secrets and what the caller may do to it."""

    model_config = ConfigDict(json_schema_extra={"example": DETAIL})

    secrets: list[SecretRead]
    allowed_actions: list[AllowedAction]


class ClientWithSecret(ClientDetail):
    """A client and a new secret, which is shown this once."""

    model_config = ConfigDict(json_schema_extra={"example": DETAIL | {"secret": SHOWN}})

    secret: str = Field(description="256 random bits; shown now and never again.")


class ClientCreate(BaseModel):
    """A new client."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"example": {"name": "区市场监管局数据接口"}})

    name: Line


class SecretAdd(BaseModel):
    """A second secret, for changing over."""

    model_config = ConfigDict(
        extra="forbid", json_schema_extra={"example": {"old_ends_at": "2026-03-09T09:00:00+08:00"}}
    )

    old_ends_at: Instant | None = Field(
        default=None, description="When the secret that holds now ends; null: when somebody ends it."
    )


class Ending(BaseModel):
    """The end of something, with its reason."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"example": {"reason": "接口停用"}})

    reason: Sentence


class PushTokenRead(BaseModel):
    """A token that pushes one dataset under one grant, from certain addresses, and can do nothing else."""

    model_config = ConfigDict(json_schema_extra={"example": PUSH})

    id: UUID
    grant_id: UUID
    subject: str
    name: str
    dataset: str
    addresses: list[str]
    created_by: str
    created_at: datetime
    ends_at: datetime
    revoked_at: datetime | None
    revoked_reason: str | None
    used_on: date | None


class PushTokenDetail(PushTokenRead):
    """A push token with what the caller may do to it."""

    model_config = ConfigDict(json_schema_extra={"example": PUSH_DETAIL})

    allowed_actions: list[AllowedAction]


class PushTokenMade(PushTokenDetail):
    """A new push token, which is shown this once."""

    model_config = ConfigDict(json_schema_extra={"example": PUSH_DETAIL | {"token": SHOWN.replace("lxs_", "lxp_")}})

    token: str = Field(description="256 random bits; shown now and never again. Send it as a bearer token.")


class PushTokenCreate(BaseModel):
    """A new push token."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "example": {
                "grant_id": "019a3f0e-7b1c-7c55-9d3e-3f1f6a1f0c31",
                "name": "民政局每周报送",
                "dataset": "registrations",
                "addresses": ["10.20.0.0/16"],
                "ends_at": "2027-03-02T09:00:00+08:00",
            }
        },
    )

    grant_id: UUID = Field(description="A department partner's grant in force.")
    name: Line
    dataset: Annotated[str, Field(min_length=1, max_length=60, description="The one dataset it pushes.")]
    addresses: Annotated[
        list[Annotated[str, Field(max_length=50)]],
        Field(min_length=1, max_length=20, description="Addresses or networks it may be used from (IPv4, IPv6)."),
    ]
    ends_at: Instant = Field(description="At most 400 days ahead.")
