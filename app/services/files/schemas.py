"""Files on the wire."""

from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from app.core.wire import Sentence
from app.services.files.facts import FilePurpose

EXAMPLE: dict[str, Any] = {
    "id": "019a3f0e-7b1c-7c55-9d3e-3f1f6a1f0f11",
    "version": 1,
    "name": "批复（盖章）.pdf",
    "media_type": "application/pdf",
    "size": 183204,
    "sha256": "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
    "purpose": "scan",
    "subject_kind": "documents",
    "subject_id": "019a3f0e-7b1c-7c55-9d3e-3f1f6a1f0e11",
    "created_at": "2026-03-02T01:00:00+00:00",
}

FileName = Annotated[
    str,
    StringConstraints(
        strip_whitespace=True,
        min_length=1,
        max_length=150,
        # No folder, no control character, none that turns the reading direction round and so hides the ending.
        pattern=r"^[^\x00-\x1f\x7f-\x9f/\\\u200b-\u200f\u2028-\u202e\u2066-\u2069\ufeff]+$",
    ),
]


class FileRead(BaseModel):
    """A file of an object; `GET /v1/files/{id}` has its bytes."""

    model_config = ConfigDict(json_schema_extra={"example": EXAMPLE})

    id: UUID
    version: int
    name: str
    media_type: str = Field(description="Found in the content, not only declared.")
    size: int = Field(description="Bytes.")
    sha256: str = Field(description="Of the content, hexadecimal.")
    purpose: FilePurpose
    subject_kind: str
    subject_id: UUID
    created_at: datetime


class FileRemove(BaseModel):
    """A file is taken away, with a reason."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"example": {"reason": "扫描件不清晰，重新上传"}})

    reason: Sentence
