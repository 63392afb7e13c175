"""A body that is supervised: an authority, a department, a branch or an organisation, as it stands on the wire."""

from typing import Annotated
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from app.services.supervision.facts import SubjectKind

MOST = 500
Ids = Annotated[list[UUID], Field(max_length=MOST)]


class Subjects(BaseModel):
    """Which bodies a tour looks at, by their ids. All lie in the committee's region or line."""

    model_config = ConfigDict(
        extra="forbid", json_schema_extra={"example": {"authority_ids": ["019a3f0e-7b1c-7c55-9d3e-3f1f6a1f0c13"]}}
    )

    authority_ids: Ids = []
    department_ids: Ids = []
    branch_ids: Ids = []
    organization_ids: Ids = []

    def of(self, kind: SubjectKind) -> list[UUID]:
        """The ids of a kind."""
        found: list[UUID] = getattr(self, f"{kind}_ids")
        return found
